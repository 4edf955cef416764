"""Who keeps the directory: ends an assignment, takes that back, ends it again, makes another, looks at last month."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.directory.models import Assignment, Person, Place
from coordination.directory.rules import PlaceKind
from tests import factories
from tests.journeys.conftest import DESK, PHONE, OpenPage
from tests.journeys.demo import KEEPER, SQLITE_FIRST, sign_in


def open_school(page: Page) -> None:
    page.goto("/suche?q=fröbelschule")
    page.get_by_role("main").get_by_role("link", name="Fröbelschule", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Fröbelschule")


def end(page: Page, name: str) -> None:
    """End the assignment of ``name`` at the school that is shown, as of today."""
    table = page.get_by_role("table", name="Einsätze")
    table.get_by_role("row").filter(has_text=name).get_by_role("link", name="Beenden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Einsatz beenden")
    page.get_by_label("Letzter Tag").fill("2026-11-20")
    page.get_by_role("button", name="Weiter zur Vorschau").click()
    expect(page.get_by_text("Letzter Tag: Fr, 20.11.2026")).to_be_visible()
    page.get_by_role("button", name="Einsatz beenden").click()
    expect(page.get_by_text("endet am 20.11.2026")).to_be_visible()


def choose_person(page: Page, name: str) -> None:
    """Choose from the long list: with JavaScript it is sent but not seen."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Neuer Einsatz")
    chosen = page.locator("[name=person_id]")
    label = next(text for text in chosen.locator("option").all_text_contents() if text.startswith(name))
    chosen.select_option(label=label, force=True)


@pytest.mark.parametrize(
    ("database_kind", "size"),
    [
        pytest.param("sqlite", PHONE, id="sqlite-phone"),
        pytest.param("sqlite", DESK, id="sqlite-desktop"),
        pytest.param("postgresql", DESK, id="postgresql-desktop"),
        pytest.param("postgresql", PHONE, id="postgresql-phone", marks=pytest.mark.slow),
    ],
    indirect=["database_kind"],
)
def test_an_assignment_ends_and_another_begins(demo: None, open_page: OpenPage, size: tuple[int, int]) -> None:
    page = sign_in(open_page(size, javascript=size is DESK), KEEPER)
    open_school(page)
    today = page.get_by_role("region", name="Heute, Mi 25.11.")
    stays, goes = today.get_by_role("link", name=re.compile(r"^\w+ \w+$")).all_inner_texts()

    end(page, goes)
    expect(today.get_by_role("link", name=goes, exact=True)).to_have_count(0)
    page.get_by_role("button", name="Rückgängig").click()
    expect(page.get_by_text("Das Ende ist zurückgenommen.")).to_be_visible()
    expect(today.get_by_role("link", name=goes, exact=True)).to_be_visible()

    end(page, goes)
    page.get_by_role("main").get_by_role("link", name="Einsatz hinzufügen").last.click()
    choose_person(page, "Taubnessel")
    expect(page.locator("[name=place_id] option:checked")).to_have_text(re.compile("Fröbelschule"))
    page.locator("[name=employer_id]").select_option(label="Stadt Bielefeld", force=True)
    page.get_by_label("Anteil").fill("0,5")
    page.get_by_label("Erster Tag").fill("2026-11-23")
    wednesday(page, "08:00", "12:30", "Raum 7")
    page.get_by_role("button", name="Weiter zur Vorschau").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Was der neue Einsatz bedeutet")
    expect(page.get_by_text("Es ist noch nichts gespeichert.")).to_be_visible()
    expect(
        page.get_by_text("Mehr als eine volle Stelle").or_(page.get_by_text("Nichts spricht dagegen"))
    ).to_be_visible()
    expect(page.get_by_text("Mi 8–12:30 Uhr, Raum 7")).to_be_visible()
    page.get_by_role("button", name="Einsatz speichern").click()
    expect(page.get_by_text("Der Einsatz ist gespeichert.")).to_be_visible()
    expect(today.get_by_role("link", name="Bo Taubnessel", exact=True)).to_be_visible()
    expect(today.get_by_text("8–12:30 Uhr, Raum 7")).to_be_visible()
    expect(today.get_by_role("link", name=stays, exact=True)).to_be_visible()

    former = page.get_by_role("table", name="Frühere Einsätze")
    expect(former.get_by_role("row").filter(has_text=goes)).to_contain_text("20.11.2026")
    page.get_by_label("Stand").fill("2026-10-28")
    page.get_by_role("button", name="Anzeigen").click()
    assert "stand=2026-10-28" in page.url
    then = page.get_by_role("region", name="Am Mi, 28.10.2026")
    expect(then.get_by_role("link", name=goes, exact=True)).to_be_visible()
    expect(then.get_by_text("Bo Taubnessel")).to_have_count(0)


def wednesday(page: Page, begins: str, ends: str, room: str) -> None:
    """Enter the first time of a Wednesday."""
    day = page.get_by_role("group", name="Mittwoch", exact=True)
    day.get_by_label(re.compile("von")).first.fill(begins)
    day.get_by_label(re.compile("bis")).first.fill(ends)
    day.get_by_placeholder("Raum").first.fill(room)


@SQLITE_FIRST
def test_a_gap_is_said_before_it_is_made(demo: None, session: Session, open_page: OpenPage) -> None:
    alone = (func.count() == 1, func.max(Assignment.valid_until).is_(None), func.max(Assignment.person_id).is_not(None))
    begun = func.max(Assignment.valid_from) <= clock.today()
    of_place = select(Assignment.place_id).group_by(Assignment.place_id).having(and_(*alone, begun))
    school = select(Place).where(Place.kind == PlaceKind.SCHOOL, Place.id.in_(of_place)).order_by(Place.id).limit(1)
    place = session.scalars(school).one()
    page = sign_in(open_page(PHONE, javascript=False), KEEPER)
    page.goto(f"/orte/{place.id}")
    page.get_by_role("table", name="Einsätze").get_by_role("link", name="Beenden").click()
    page.get_by_label("Letzter Tag").fill("2026-11-25")
    page.get_by_role("button", name="Weiter zur Vorschau").click()
    expect(page.get_by_text(re.compile(rf"^{re.escape(place.name)}: .*26\.11\.2026 .*niemand"))).to_be_visible()
    page.get_by_role("button", name="Anderen Tag wählen").click()
    expect(page.get_by_label("Letzter Tag")).to_have_value("2026-11-25")
    page.get_by_role("link", name="Abbrechen").click()
    expect(page.get_by_text("endet am")).to_have_count(0)


def test_a_long_list_is_typed_in(demo: None, desktop: Page) -> None:
    sign_in(desktop, KEEPER)
    desktop.goto("/einsaetze/neu")
    who = desktop.get_by_role("combobox", name="Person", exact=True)
    sent = desktop.locator("[name=person_id]")
    who.click()
    who.fill("taubn bo")
    expect(desktop.locator(".pick__option[aria-selected=true]")).to_have_text(re.compile("Taubnessel, Bo"))
    desktop.keyboard.press("Enter")
    expect(who).to_have_value(re.compile("Taubnessel, Bo"))
    chosen = sent.input_value()
    assert chosen != "0"
    # Charlotte has "lott" in her name as well, and comes before in the list.
    who.fill("lott")
    expect(desktop.locator(".pick__option").first).to_have_text(re.compile(r"\bLotta\b"))
    expect(desktop.locator(".pick__option").filter(has_text="Charlotte").first).to_be_attached()
    desktop.keyboard.press("Escape")
    who.fill("taubn, bo")
    expect(desktop.locator(".pick__option[aria-selected=true]")).to_have_text(re.compile("Taubnessel, Bo"))
    who.fill("gibt es nicht")
    warning = desktop.locator(".pick__warning:visible")
    expect(warning).to_have_text(re.compile("Nichts in der Liste heißt so"))
    # What was typed and fits nothing stays there, and nothing is sent with what was chosen before.
    for key in ("Enter", "Tab"):
        desktop.keyboard.press(key)
        expect(who).to_have_value("gibt es nicht")
        expect(warning).to_have_count(1)
    desktop.get_by_role("button", name="Weiter zur Vorschau").click()
    expect(who).to_be_focused()
    expect(desktop).to_have_url(re.compile(r"/einsaetze/neu$"))
    desktop.keyboard.press("Escape")
    assert sent.input_value() == chosen
    who.fill("taubn bo")
    desktop.keyboard.press("Enter")
    expect(warning).to_have_count(0)
    who.fill("")
    desktop.keyboard.press("Tab")
    expect(who).to_have_value(re.compile("bitte wählen"))
    assert sent.input_value() == "-1"


@SQLITE_FIRST
@pytest.mark.parametrize("work", ["Andere Aufgabe", ""], ids=["other function", "nothing but the mail differs"])
def test_namesakes_are_told_apart_and_the_chosen_one_is_stored(
    demo: None, session: Session, desktop: Page, work: str
) -> None:
    known = session.scalars(select(Person).filter_by(given_name="Bo", family_name="Taubnessel")).one()
    mail = "b.taubnessel@example.org"
    other = factories.person(
        session, "Bo", "Taubnessel", organisation_id=known.organisation_id, function=work or known.function, email=mail
    )
    session.commit()
    keys = [other.id, known.id]
    session.rollback()
    sign_in(desktop, KEEPER)
    for key in keys:
        desktop.goto("/einsaetze/neu?ort=1")
        who = desktop.get_by_role("combobox", name="Person", exact=True)
        who.click()
        who.fill("taubnessel bo")
        options = desktop.locator(".pick__option:visible")
        texts = options.all_text_contents()
        assert len(set(texts)) == 2, texts
        at = next(number for number, text in enumerate(texts) if (mail in text) == (key == keys[0]))
        for _ in range(at):
            desktop.keyboard.press("ArrowDown")
        desktop.keyboard.press("Enter")
        expect(who).to_have_value(texts[at])
        who.click()
        desktop.keyboard.press("Tab")
        expect(who).to_have_value(texts[at])
        assert desktop.locator("[name=person_id]").input_value() == str(key)
        desktop.locator("[name=employer_id]").select_option(label="Stadt Bielefeld", force=True)
        desktop.get_by_label("Zielgruppe").fill(f"für {key}")
        desktop.get_by_role("button", name="Weiter zur Vorschau").click()
        desktop.get_by_role("button", name="Einsatz speichern").click()
        expect(desktop.get_by_text("Der Einsatz ist gespeichert.")).to_be_visible()
        stored = select(Assignment.person_id).where(Assignment.target_group == f"für {key}")
        assert session.scalars(stored).all() == [key]
        session.rollback()
