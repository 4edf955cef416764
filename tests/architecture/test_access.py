"""Every route with every kind of person: exactly what the table says, nothing leaked, nothing stored when refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import databases
from tests.architecture import access_walk
from tests.architecture.access_world import KINDS, MAY_SEE


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_person_gets_what_the_table_says(kind: str) -> None:
    found = access_walk.walk(kind)
    wanted = {route: answers.get(kind, "no line") for route, answers in access_walk.read_table().items()}
    assert found.answers == wanted
    assert found.leaks == []
    assert found.changes == []
    # Who may see something does see it somewhere, or "nobody sees anything" would pass.
    assert found.seen == {marker for marker, kinds in MAY_SEE.items() if kind in kinds}


def test_every_route_has_a_line(tmp_path: Path) -> None:
    with databases.fresh_database("sqlite", tmp_path) as url:
        app = databases.make_app(url, tmp_path)
        databases.dispose(app)
    assert set(access_walk.routes(app)) == set(access_walk.read_table())
