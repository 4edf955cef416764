"""Official names are long words: they break at a syllable by the language of the page, and push nothing aside."""

import pytest
from sqlalchemy.orm import Session

from coordination.directory.models import Place
from tests import factories
from tests.journeys.conftest import OpenPage
from tests.journeys.demo import SQLITE_FIRST, sign_in
from tests.journeys.test_phone import does_not_scroll_sideways

NAME = "Gemeinschaftsgrundschulverbund Sonderpädagogikförderschwerpunkt"
FULL = f"Städtischer {NAME} mit Ganztagshauptschulzweig"
HYPHENS = """name => {
  const found = [...document.querySelectorAll("main *, .breadcrumb *")].filter(
    one => one.children.length === 0 && one.textContent.includes(name) && one.getClientRects().length
      && getComputedStyle(one).clip === "auto");
  return found.map(one => [one.closest("[lang]").lang, getComputedStyle(one).hyphens, one.outerHTML.slice(0, 80)]);
}"""


@SQLITE_FIRST
@pytest.mark.parametrize("width", [1280, 360])
def test_long_names_break_at_syllables(session: Session, open_page: OpenPage, width: int) -> None:
    provider = factories.organisation(session)
    school = factories.school(session, NAME, official_name=FULL)
    ada = factories.person(session, organisation_id=provider.id)
    factories.assignment(session, ada, school, provider)
    factories.account(session, "ada@example.org", person_id=ada.id)
    session.commit()
    page = open_page((width, 800))
    sign_in(page, "ada@example.org", factories.PASSWORD)
    for address in (f"/orte/{school.id}", f"/personen/{ada.id}", "/orte"):
        page.goto(address)
        shown = page.evaluate(HYPHENS, "Gemeinschaftsgrundschulverbund")
        assert shown, address
        assert [one for one in shown if one[:2] != ["de", "auto"]] == [], address
        assert does_not_scroll_sideways(page), address
    # What is stored has no marks in it, or it would not be found and not be told apart.
    session.expire_all()
    assert session.get_one(Place, school.id).name == NAME
