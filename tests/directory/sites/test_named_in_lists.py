"""What a list of an employer means: the school by its number, its site by name or by saying so; else it is asked."""

import pytest
from sqlalchemy.orm import Session

from coordination.directory.models import Place
from coordination.directory.rules import PlaceKind
from coordination.directory.staff.known import load
from coordination.directory.staff.schools import Match
from coordination.directory.staff.schools import Schools as Finder
from tests import factories
from tests.directory.conftest import WEDNESDAY
from tests.directory.sites.conftest import LABEL, NAME, Association
from tests.directory.staff.test_nasty_lists import KEEPER

SHORT = "GSV Dornberg-Schröttinghausen"


def finder(session: Session) -> Finder:
    session.commit()
    return Finder(load(session, KEEPER, WEDNESDAY).places)


@pytest.mark.parametrize(
    "text",
    [
        LABEL,
        f"{SHORT} Teilstandort",
        f"{SHORT} - Teilstandort",
        f"{SHORT}, Teilstandort",
        f"{SHORT} (Teilstandort)",
        f"Teilstandort {SHORT}",
        f"{NAME} Nebenstelle",
        "124461 Teilstandort",
    ],
)
def test_a_cell_that_names_a_site_means_the_site(
    session: Session, association: Association, site: Place, text: str
) -> None:
    assert finder(session).named(text) == Match(site.id)


@pytest.mark.parametrize("text", ["124461", NAME, SHORT, f"{SHORT} - Hauptstandort", "GG (Verb) Dornberg-Schröttingh"])
def test_a_cell_that_names_the_school_means_the_school(
    session: Session, association: Association, site: Place, text: str
) -> None:
    assert finder(session).named(text) == Match(association.school.id)


@pytest.mark.parametrize(
    ("name", "is_site"),
    [("", False), (NAME, False), (LABEL, True), (f"{SHORT} Teilstandort", True), ("Teilstandort", True)],
)
def test_beside_a_number_the_name_says_which_building(
    session: Session, association: Association, site: Place, name: str, is_site: bool
) -> None:
    assert finder(session).meant(association.school.id, name) == Match(site.id if is_site else association.school.id)


def test_of_several_sites_and_of_none_it_is_asked(session: Session, association: Association, site: Place) -> None:
    second = factories.place(session, "Haus Zwei", kind=PlaceKind.SCHOOL_SITE, parent_id=association.school.id)
    plain = factories.school(session, "Schule ohne Haus", "200003")
    found = finder(session)
    assert found.named(f"{SHORT} Teilstandort").offered == (site.id, second.id, association.school.id)
    assert found.named("Schule ohne Haus Teilstandort") == Match(offered=(plain.id,))
    assert found.named("Haus Zwei") == Match(second.id)
