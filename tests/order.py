"""The order of the slow tests: a run that has no time for all of them has had it for what matters most."""

from __future__ import annotations

import pytest

#: Beginnings of names, what matters most first: who may see what, what can be sent, where links lead, mails, and what
#: a page is to whoever needs it to be easy to use. Asking wrongly takes longest; the fast tests have done some of it.
FIRST = (
    "tests/architecture/test_access_full.py::test_each_kind_of_person_gets_what_the_table_says",
    "tests/journeys/test_posted.py",
    "tests/journeys/test_links.py",
    "tests/faults/test_mail",
    "tests/faults/test_outbox.py",
    "tests/journeys/test_pages.py",
    "tests/architecture/",
    "tests/journeys/",
)
#: Under load or with the plug pulled: they take long, and seldom find what the others do not.
LAST = (
    "tests/faults/test_worker.py",
    "tests/faults/test_web.py",
    "tests/faults/test_postgres_away.py",
    "tests/faults/test_large_body.py",
    "tests/faults/test_no_network.py",
    "tests/faults/test_make_run.py",
)


def rank(name: str) -> int:
    """Return where the test called so stands among the slow ones."""
    for place, beginning in enumerate(FIRST):
        if name.startswith(beginning):
            return place
    return len(FIRST) + next((place for place, last in enumerate(LAST, 1) if name.startswith(last)), 0)


def _rank_of(item: pytest.Item) -> int:
    return rank(item.nodeid) if item.get_closest_marker("slow") else -1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slow tests into their order, the same in every process."""
    items.sort(key=_rank_of)
