"""A list of the city that says to which social spaces schools belong."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core.access import Actor, Role
from coordination.core.work import AuditEntry, work_as
from coordination.directory.models import Place
from coordination.directory.spaces import services
from coordination.directory.spaces.models import PlaceSocialSpace
from coordination.directory.spaces.rules import SpaceOrigin
from tests import factories
from tests.browser import Browser
from tests.directory.conftest import Town
from tests.statements import counted

HEAD = "Schulnummer;Sozialraum\n"
ONE = "Gespeichert: 1 Schule hat jetzt andere Sozialräume.\n"


@pytest.fixture
def names(session: Session, town: Town) -> dict[str, int]:
    """Return three social spaces by their names; a person has entered that the school belongs to the first."""
    rows = [
        factories.social_space(session, "Ostmannturm", town.school),
        factories.social_space(session, "Bahnhof", short_name="SR 1"),
        factories.social_space(session, "Sieker"),
    ]
    session.commit()
    return {one.name: one.id for one in rows}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "liste.csv"


def run(app: Flask, file: Path, text: str) -> tuple[int, str]:
    file.write_text(text, encoding="utf-8")
    done = app.test_cli_runner().invoke(args=["directory", "import-social-spaces", str(file)])
    return done.exit_code, done.output


def origins(session: Session, place: Place) -> list[tuple[SpaceOrigin, bool]]:
    """Return what is stored of a place: who said so, and whether it goes on."""
    session.rollback()
    session.expire_all()
    statement = select(PlaceSocialSpace).where(PlaceSocialSpace.place_id == place.id).order_by(PlaceSocialSpace.id)
    return [(one.origin, one.valid_until is None) for one in session.scalars(statement)]


def test_a_list_says_to_which_social_spaces_schools_belong(
    app: Flask, professional: Browser, town: Town, names: dict[str, int], file: Path
) -> None:
    assert run(app, file, f"{HEAD}123456;Unbekannt\n") == (
        1,
        "Error: Den Sozialraum Unbekannt gibt es hier nicht (Zeile 2). Es wurde nichts geändert.\n",
    )
    assert run(app, file, f"{HEAD}123456;Sieker\n123456;Bahnhof\n") == (0, ONE)
    facts = professional.get(f"/orte/{town.school.id}").select(".facts")[0]
    assert "Bahnhof (SR 1) aus einer Liste Ostmannturm Sieker aus einer Liste" in facts
    # What a person entered stays; what only a list said goes with the list.
    assert run(app, file, f"{HEAD}123456;Bahnhof\n") == (0, ONE)
    facts = professional.get(f"/orte/{town.school.id}").select(".facts")[0]
    assert "Bahnhof (SR 1) aus einer Liste Ostmannturm" in facts
    assert "Sieker" not in facts
    assert run(app, file, f"{HEAD}123456;Bahnhof\n")[1] == "Gespeichert: 0 Schulen haben jetzt andere Sozialräume.\n"


def test_what_a_list_says_of_nobody_here_is_named(app: Flask, town: Town, names: dict[str, int], file: Path) -> None:
    text = f"{HEAD}999999;Sieker\n123456;Sieker\n999999;Bahnhof\n888888;Sieker\n;Sieker\nkeine;Sieker\n123456;\n"
    unknown = "\n2 Schulnummern sind hier nicht bekannt und wurden ausgelassen\n  Zeile 2: 999999\n  Zeile 5: 888888\n"
    left_out = "Ausgelassen, weil Schulnummer oder Sozialraum fehlt: Zeile 6, 7, 8.\n"
    assert run(app, file, text) == (0, ONE + unknown + left_out)
    said = run(app, file, f"{HEAD}999999;Sieker\n")[1]
    assert "1 Schulnummer ist hier nicht bekannt und wurde ausgelassen\n  Zeile 2: 999999\n" in said


def test_a_list_takes_nothing_over_that_a_person_entered(
    app: Flask, session: Session, town: Town, names: dict[str, int], file: Path
) -> None:
    """What a person took away and a list brings back on the same day is still what the person had entered."""
    session.rollback()
    with work_as(session, Actor(user_id=1, roles=frozenset({Role.DIRECTORY_KEEPER}), keeps_all=True)) as work:
        services.assign(work, session.get_one(Place, town.school.id), [])
    assert origins(session, town.school) == [(SpaceOrigin.ENTERED, False)]
    assert run(app, file, f"{HEAD}123456;Ostmannturm\n") == (0, ONE)
    assert origins(session, town.school) == [(SpaceOrigin.ENTERED, True)]


def test_what_is_asked_does_not_grow_with_the_list(
    app: Flask, session: Session, town: Town, names: dict[str, int], file: Path
) -> None:
    for number in range(20):
        factories.school(session, f"Schule {number}", f"2222{number:02}")
    session.commit()
    numbers = ["123456", *(f"2222{number:02}" for number in range(20))]

    def asked(of: list[str], space: str) -> int:
        with counted(app) as seen:
            said = run(app, file, HEAD + "".join(f"{one};{space}\n" for one in of))[1]
        assert f"Gespeichert: {len(of)} " in said
        tables = ("FROM social_space", "FROM place_social_space")
        return len([one for one in seen if one.startswith("SELECT") and any(table in one for table in tables)])

    # The fourth is the search, which finds places by their social spaces.
    assert (asked(numbers[:2], "Sieker"), asked(numbers, "Bahnhof")) == (4, 4)
    lines = session.scalars(select(AuditEntry).where(AuditEntry.action == "place.social_spaces_set")).all()
    assert len(lines) == 23
