"""QR codes on paper, read by a real decoder: each leads to the page that says who is there today."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from coordination.directory.models import Place
from coordination.directory.rules import PlaceKind
from tests import factories
from tests.browser import Browser
from tests.directory.conftest import Town
from tests.directory.papers.sheets_read import codes_on

SITE = "http://localhost"


@pytest.fixture
def papers(session: Session, town: Town) -> dict[str, str]:
    """Return the address of each paper with a code, and the page that it leads to."""
    space = factories.social_space(session, "Ostmannturm", town.club)
    session.commit()
    district, school = f"/bezirke/{town.mitte.id}", f"/orte/{town.school.id}"
    return {
        f"{district}/plakat.pdf": district,
        f"{district}/plakat.pdf?papier=a3": district,
        f"{district}/plakat.pdf?stand=2026-11-20": f"{district}?stand=2026-11-20",
        "/orte/plakat.pdf?form=02": "/orte?form=02",
        f"/orte/plakat.pdf?sozialraum={space.id}": f"/orte?sozialraum={space.id}",
        f"{school}/wochenplan.pdf": school,
        f"/personen/{town.aylin.id}/wochenplan.pdf": f"/personen/{town.aylin.id}",
    }


def test_each_code_leads_to_its_page(professional: Browser, papers: dict[str, str], tmp_path: Path) -> None:
    for paper, page in papers.items():
        read = codes_on(professional, paper, tmp_path)
        assert read == [f"{SITE}{page}"], paper
        # What was read is the whole address: it leads there as it is.
        assert professional.get(read[0].removeprefix(SITE)).status == 200, paper


def test_a_full_sheet_still_has_a_code_that_can_be_read(
    professional: Browser, session: Session, town: Town, tmp_path: Path
) -> None:
    for n in range(40):
        place: Place = factories.place(session, f"Treffpunkt Nummer {n:02}", kind=PlaceKind.OTHER)
        who = factories.person(session, f"V{n}", "Musterfrau-Probemann")
        factories.assignment(session, who, place, town.provider, times=[(0, 8, 13, ""), (3, 9, 15, "")])
    session.commit()
    assert codes_on(professional, "/orte/plakat.pdf?art=sonstige", tmp_path) == [f"{SITE}/orte?art=sonstige"]
