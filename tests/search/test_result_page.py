"""The page of results, and the list under the field while somebody types: the same things in the same order."""

from __future__ import annotations

from bs4 import BeautifulSoup
from sqlalchemy.orm import Session

from coordination.search import services
from coordination.search.views import AS_TYPED
from tests import factories
from tests.browser import Browser


def _results(soup: BeautifulSoup) -> dict[str, list[str]]:
    """Return the addresses that results lead to, by kind of thing, in their order."""
    found: dict[str, list[str]] = {}
    for link in soup.select(".result__title"):
        address = str(link["href"])
        found.setdefault(address.split("/")[1], []).append(address)
    return found


def test_the_page_and_the_list_as_typed_agree(browser: Browser, session: Session) -> None:
    for number, name in enumerate(("Fröbel", "Frölenberg", "Osning", "Kloster", "Martin", "Süd", "Vogelruth")):
        factories.school(session, f"{name}schule", f"12427{number}")
    for given in ("Jörg", "Mira", "Zoë"):
        factories.person(session, given, "Müller")
    factories.account(session)
    services.rebuild(session)
    session.commit()
    browser.sign_in("ada@example.org", factories.PASSWORD)
    page = browser.get("/suche?q=fr%C3%B6")
    assert page.soup.select("mark")[0].get_text() == "Frö"
    for typed, sizes in (
        ("frö", {"orte": 2}),
        ("schule", {"orte": 7}),
        ("müler", {"personen": 3}),
        ("schule müller", {"orte": 7, "personen": 3}),
        ("zzz", {}),
    ):
        whole = _results(browser.get(f"/suche?q={typed}").soup)
        assert {kind: len(found) for kind, found in whole.items()} == sizes
        fragment = browser.get(f"/suche?q={typed}", headers={"HX-Request": "true"})
        assert "<html" not in fragment.html
        # The list under the field is short: what it shows is what the page shows first.
        assert _results(fragment.soup) == {kind: found[:AS_TYPED] for kind, found in whole.items()}


def test_a_number_found_by_its_last_digits_is_shown(browser: Browser, session: Session) -> None:
    factories.school(session, "Fröbelschule", "124278", phone="+495215186170")
    factories.person(session, "Ada", "Ahorn", mobile="+4915112345678", phone="+495215186170")
    factories.account(session)
    services.rebuild(session)
    session.commit()
    browser.sign_in("ada@example.org", factories.PASSWORD)
    page = browser.get("/suche?q=6170")
    shown = page.soup.select(".result__meta:has(mark)")
    assert [one.get_text() for one in shown] == ["0521 5186170"] * 2
    assert [one.get_text() for one in page.soup.select("mark")] == ["6170"] * 2
    assert browser.get("/suche?q=5186").soup.select("mark") == [], "no number ends so"
    assert browser.get("/suche?q=ahorn").soup.select(".result__meta:has(mark)") == []
