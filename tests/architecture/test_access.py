"""Every route with every kind of person: exactly what the table says, nothing leaked, nothing stored when refused.

The fast tests ask as everybody on SQLite, and wrongly as a few; ``test_access_full`` asks the rest, and PostgreSQL.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from coordination.core import ical
from tests import databases
from tests.architecture import access_forms, access_variants, access_walk
from tests.architecture.access_city import Answer, Visitor, readable, routes, visiting
from tests.architecture.access_marks import KINDS, MAY_SEE

#: Whoever sees something, and nearly everything.
FEW = ("professional", "keeper_of_all")
#: One of each sort; the rest of them is asked in the slow tests.
SOME_MALFORMED = ("abc", "-1", str(2**70), "9" * 5000, "%00", "x" * 5000)


def check_walk(kind: str, database_kind: str) -> None:
    found = access_walk.walk(kind, database_kind)
    wanted = {line: answers.get(kind, "no line") for line, answers in access_walk.read_table().items()}
    assert found.answers == wanted
    assert found.problems == []
    # Who may see something does see it somewhere, or "nobody sees anything" would pass.
    assert found.seen == {marker for marker, kinds in MAY_SEE.items() if kind in kinds}


def check_forms(visitor: Visitor) -> None:
    done = access_forms.plant(visitor)
    assert done.problems == []
    # As they stand, those of a keeper are accepted often enough, or a refusal would say nothing.
    assert len(done.accepted) > len(done.found) / 3 or not visitor.kind.startswith("keeper")
    assert done.accepted
    assert done.planted > 0


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_person_gets_what_the_table_says(kind: str) -> None:
    check_walk(kind, "sqlite")


@pytest.mark.parametrize("kind", FEW)
def test_wrong_keys_and_methods_are_refused(kind: str) -> None:
    with visiting(kind) as visitor:
        assert access_variants.wrong_keys(visitor, SOME_MALFORMED) == []
    # Anew: whoever tries many links has to pause, and would hear nothing else.
    with visiting(kind) as visitor:
        assert access_variants.wrong_methods(visitor) == []


def test_forms_refuse_keys_they_do_not_offer() -> None:
    with visiting("keeper_of_all") as visitor:
        check_forms(visitor)


def test_every_route_has_a_line(tmp_path: Path) -> None:
    with databases.fresh_database("sqlite", tmp_path) as url:
        app = databases.make_app(url, tmp_path)
        databases.dispose(app)
    assert set(access_walk.lines_of(routes(app))) == set(access_walk.read_table())


def test_a_marker_is_seen_wherever_a_line_of_a_calendar_is_folded() -> None:
    marker, day, cut = min(MAY_SEE), date(2026, 1, 1), 0
    for before in range(150):
        entry = ical.DayEntry("1@k", datetime(2026, 1, 1, tzinfo=UTC), day, day, "ä" * before + marker)
        content = ical.file(ical.part(entry))
        cut += marker not in content.decode()
        assert marker in Answer("200", readable(content)).shown
    assert cut > len(marker)
