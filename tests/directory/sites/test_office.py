"""A site without a telephone of its own shows that of its school, in every overview as on its page."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from coordination.directory.models import Place
from coordination.search import services as search
from tests.browser import Browser
from tests.directory.conftest import earlier
from tests.directory.papers.sheets_read import paper
from tests.directory.papers.test_lists import table
from tests.directory.sites.conftest import LABEL, NAME, Association

NUMBER, WRITTEN = "+49521519993", "0521 519993"
SAID = "Telefon der Schule"


@pytest.fixture
def lent(session: Session, association: Association, site: Place) -> Place:
    """Return the building; its school can be called."""
    association.school.phone = NUMBER
    session.commit()
    return site


def lists(association: Association) -> list[str]:
    return [f"/orte?bezirk={association.district.id}", "/orte?form=02", f"/bezirke/{association.district.id}"]


def row_of(browser: Browser, address: str) -> str:
    """Return the line about the site."""
    (found,) = [one for one in browser.get(address).select("main tr") if one.startswith(LABEL)]
    return found


def test_lists_on_the_screen(professional: Browser, association: Association, lent: Place) -> None:
    for address in lists(association):
        page = professional.get(address)
        calls = [str(one["href"]) for one in page.soup.select("main a[href^='tel:']")]
        assert calls.count(f"tel:{NUMBER}") == 2, address
        assert SAID in row_of(professional, address)
        then = row_of(professional, f"{address}{'&' if '?' in address else '?'}stand=2026-11-20")
        assert f"{WRITTEN} {SAID}" in then, "of an earlier day as text"
    assert f"{SAID} {WRITTEN}" in row_of(professional, f"/bezirke/{association.district.id}/liste")


def test_lists_on_paper_and_as_a_table(professional: Browser, association: Association, lent: Place) -> None:
    rows = {row[0]: row for row in table(professional, f"/orte/liste.xlsx?bezirk={association.district.id}")}
    assert rows[LABEL][8] == rows[NAME][8] == WRITTEN
    (sheet, *_more) = paper(professional, f"/orte/liste.pdf?bezirk={association.district.id}")
    assert sheet.count(WRITTEN) == 2
    (sheet, *_more) = paper(professional, f"/bezirke/{association.district.id}/plakat.pdf")
    assert WRITTEN in sheet.replace("\u00a0", " ")
    (sheet,) = paper(professional, f"/orte/{lent.id}/wochenplan.pdf")
    assert f"{SAID}: {WRITTEN}" in sheet


def test_its_own_number_stands_alone(
    professional: Browser, session: Session, association: Association, lent: Place
) -> None:
    lent.phone = "+49521519994"
    session.commit()
    for address in lists(association):
        assert SAID not in professional.get(address).main
        assert professional.get(address).href(f"{LABEL} anrufen") == "tel:+49521519994"


def test_a_school_that_has_closed_lends_nothing(
    professional: Browser, session: Session, association: Association, lent: Place
) -> None:
    association.school.valid_until = date(2025, 7, 31)
    session.commit()
    assert SAID not in professional.get("/orte?art=standort").main


def test_an_earlier_day_has_the_number_of_then(
    professional: Browser, session: Session, association: Association, lent: Place
) -> None:
    earlier(session, association.school, "phone", "+49521519995", date(2026, 10, 31))
    assert "0521 519995" in row_of(professional, "/orte?art=standort&stand=2026-10-01")


def test_search_and_the_page_of_who_is_there(
    professional: Browser, session: Session, association: Association, lent: Place
) -> None:
    search.rebuild(session)
    session.commit()
    address = f"/suche?q={LABEL.split()[-1]}"
    page = professional.get(address)
    (found,) = [one for one in page.select(".result") if one.startswith(LABEL)]
    assert found.endswith(f"{NAME} anrufen: {NAME} {WRITTEN}")
    page = professional.get(f"/personen/{association.ida.id}")
    assert page.href(f"{NAME} anrufen") == f"tel:{NUMBER}"
    assert f"{SAID} {WRITTEN}" in page.select(".panel--today")[0]
    association.school.valid_until = date(2025, 7, 31)
    session.commit()
    assert "anrufen" not in next(one for one in professional.get(address).select(".result") if one.startswith(LABEL))
    assert SAID not in professional.get(f"/personen/{association.ida.id}").main
    lent.phone = "+49521519994"
    session.commit()
    assert professional.get(f"/personen/{association.ida.id}").href(f"{LABEL} anrufen") == "tel:+49521519994"
