"""Slow tests run in the order of what they are good for."""

from __future__ import annotations

from pathlib import Path

from tests import order

ROOT = Path(__file__).resolve().parents[1]


def test_what_matters_most_comes_before_what_takes_long() -> None:
    wanted = [
        "tests/architecture/test_access_full.py::test_each_kind_of_person_gets_what_the_table_says[keeper-postgresql]",
        "tests/journeys/test_posted.py::test_a_form",
        "tests/journeys/test_links.py::test_a_link",
        "tests/faults/test_mail_hang.py::test_a_mail",
        "tests/journeys/test_pages.py::test_axe",
        "tests/architecture/test_access_full.py::test_what_is_asked_wrongly_is_refused[keeper-postgresql]",
        "tests/meetings/test_demo.py::test_all",
        "tests/faults/test_web.py::test_load",
        "tests/faults/test_make_run.py::test_run",
    ]
    assert sorted(sorted(wanted), key=order.rank) == wanted


def test_every_beginning_is_that_of_a_test() -> None:
    files = {str(path.relative_to(ROOT)): path.read_text() for path in (ROOT / "tests").rglob("test_*.py")}
    for beginning in (*order.FIRST, *order.LAST):
        path, _, function = beginning.partition("::")
        assert any(name.startswith(path) and f"def {function}" in text for name, text in files.items()), beginning
