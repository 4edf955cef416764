"""At a desk, by keyboard alone: nothing here ever clicks."""

import re
from datetime import date

from playwright.sync_api import Page, expect

from tests.journeys.demo import KEEPER, PASSWORD, PROFESSIONAL, SQLITE_FIRST

#: Draws what has the focus: its outline, or that of the box around a field.
FOCUS = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const seen = [at, at.closest('.searchbox, label, .menu')].filter(Boolean).some((one) => {
    const style = getComputedStyle(one);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none';
  });
  const box = at.getBoundingClientRect();
  return {what: at.outerHTML.slice(0, 120), seen, inside: box.width > 0 && box.height > 0 && box.left > -1};
}"""


def focused(page: Page) -> str:
    """Return the text or name of what has the focus."""
    name: str = page.evaluate(
        "() => document.activeElement.innerText || document.activeElement.name || document.activeElement.id"
    )
    return name.strip()


def tab_to(page: Page, text: str, *, limit: int = 60) -> None:
    """Press Tab until what has the focus says ``text``."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if focused(page).startswith(text):
            return
    raise AssertionError(f"Tab does not reach {text!r} within {limit} steps")


def sign_in_by_keyboard(page: Page, who: str = PROFESSIONAL) -> None:
    page.goto("/konto/anmelden")
    tab_to(page, "email")
    page.keyboard.type(who)
    tab_to(page, "password", limit=1)
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Schreibtisch")
    expect(page.locator("html.has-js")).to_be_attached()


def test_from_sign_in_to_the_call_button(demo: None, desktop: Page) -> None:
    sign_in_by_keyboard(desktop)
    desktop.keyboard.press("/")
    expect(desktop.get_by_role("banner").get_by_role("searchbox")).to_be_focused()
    desktop.keyboard.type("frö")
    suggestions = desktop.locator("#suggestions")
    expect(suggestions.get_by_role("link", name="Fröbelschule", exact=True)).to_be_visible()
    expect(desktop.locator("#suggestions-status")).to_have_text(re.compile(r"\d+ Treffer|\d+ Ergebnisse"))
    desktop.keyboard.press("ArrowDown")
    assert focused(desktop) == "Fröbelschule"
    desktop.keyboard.press("Enter")
    expect(desktop.get_by_role("heading", level=1)).to_have_text("Fröbelschule")
    tab_to(desktop, "Zum Inhalt", limit=1)
    desktop.keyboard.press("Enter")
    today = desktop.get_by_role("region", name="Heute, Mi 25.11.")
    there = today.get_by_role("listitem").filter(has_text="heute vor Ort")
    expect(there).to_have_count(2)
    for entry in there.all():
        name = entry.get_by_role("link").first.inner_text()
        assert re.fullmatch(r"\w+ \w+", name)
        expect(entry.get_by_text(re.compile(r"\d Uhr, (Raum|Beratungsraum|Pavillon)"))).to_be_visible()
        tab_to(desktop, name)
        tab_to(desktop, f"{name} anrufen", limit=1)
        expect(entry.get_by_role("link", name=f"{name} anrufen")).to_be_visible()
        href = desktop.evaluate("() => document.activeElement.href")
        assert re.fullmatch(r"tel:\+49\d{6,}", href)


def test_the_field_of_who_is_where_finds_while_one_types(demo: None, desktop: Page) -> None:
    sign_in_by_keyboard(desktop)
    desktop.goto("/wer-ist-wo")
    desktop.keyboard.press("/")
    expect(desktop.get_by_role("main").get_by_role("searchbox")).to_be_focused()
    desktop.keyboard.type("frö")
    expect(desktop.get_by_role("main").get_by_role("link", name="Fröbelschule", exact=True)).to_be_visible()


def press(page: Page, text: str, *, limit: int = 90) -> None:
    """Go to the link or button that says ``text`` and press it."""
    tab_to(page, text, limit=limit)
    page.keyboard.press("Enter")


def enter(page: Page, label: str, text: str) -> None:
    """Go on to the field with ``label`` and type."""
    field = page.get_by_label(label).first
    for _ in range(90):
        page.keyboard.press("Tab")
        if field.evaluate("one => one === document.activeElement"):
            page.keyboard.type(text)
            return
    raise AssertionError(f"Tab does not reach {label!r}")


def pick(page: Page, label: str, text: str) -> None:
    """Type in a long list and take what it offers first."""
    # Before its script has run the list is another field: what had the focus would be gone.
    page.wait_for_load_state()
    page.keyboard.press("Shift+Tab")
    enter(page, label, "")
    page.keyboard.press("Control+A")
    page.keyboard.type(text)
    expect(page.locator(".pick__option[aria-selected=true]:visible")).to_have_count(1)
    page.keyboard.press("Enter")


def type_day(page: Page, label: str, day: date) -> None:
    """Go to the filled field with ``label`` and type another day, part by part as the browser asks for them.

    Which part comes first is the affair of the browser's own language: one key down and up again says it.
    """
    page.keyboard.press("Shift+Tab")
    enter(page, label, "")
    field = page.get_by_label(label).first
    before = date.fromisoformat(field.input_value())
    page.keyboard.press("ArrowDown")
    is_day_first = date.fromisoformat(field.input_value()).month == before.month
    page.keyboard.press("ArrowUp")
    page.keyboard.type(day.strftime("%d%m%Y" if is_day_first else "%m%d%Y"))
    expect(field).to_have_value(day.isoformat())


def find_school_by_keyboard(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("fröbelschule")
    expect(page.locator("#suggestions").get_by_role("link", name="Fröbelschule", exact=True)).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Fröbelschule")


def end_by_keyboard(page: Page) -> None:
    """End the first assignment of the school that is shown, some days ago."""
    press(page, "Beenden")
    expect(page.get_by_role("heading", level=1)).to_have_text("Einsatz beenden")
    type_day(page, "Letzter Tag", date(2026, 11, 20))
    press(page, "Weiter zur Vorschau")
    expect(page.get_by_text("Letzter Tag: Fr, 20.11.2026")).to_be_visible()
    press(page, "Einsatz beenden")
    expect(page.get_by_text("endet am 20.11.2026")).to_be_visible()


def assign_by_keyboard(page: Page) -> None:
    """Let Bo Taubnessel work at the school that is shown, from today on."""
    press(page, "Einsatz hinzufügen")
    expect(page.get_by_role("heading", level=1)).to_have_text("Neuer Einsatz")
    pick(page, "Person", "taubn bo")
    pick(page, "Anstellungsträger", "stadt bielefeld")
    enter(page, "Anteil", "0,5")
    press(page, "Weiter zur Vorschau")
    expect(page.get_by_role("heading", level=1)).to_have_text("Was der neue Einsatz bedeutet")
    press(page, "Einsatz speichern")
    expect(page.get_by_text("Der Einsatz ist gespeichert.")).to_be_visible()


def test_the_keeper_ends_an_assignment_and_makes_another(demo: None, desktop: Page) -> None:
    page = desktop
    sign_in_by_keyboard(page, KEEPER)
    find_school_by_keyboard(page)
    assigned = page.get_by_role("table", name="Einsätze", exact=True)
    goes = assigned.get_by_role("row").nth(1).get_by_role("link").first.inner_text()
    end_by_keyboard(page)
    expect(assigned.get_by_role("link", name=goes, exact=True)).to_have_count(0)
    assign_by_keyboard(page)
    today = page.get_by_role("region", name="Heute, Mi 25.11.")
    for part in (assigned, today):
        expect(part.get_by_role("link", name="Bo Taubnessel", exact=True)).to_be_visible()
        expect(part.get_by_role("link", name=goes, exact=True)).to_have_count(0)

    type_day(page, "Stand", date(2026, 10, 28))
    press(page, "Anzeigen", limit=3)
    then = page.get_by_role("region", name="Am Mi, 28.10.2026")
    for part in (then, assigned):
        expect(part.get_by_role("link", name=goes, exact=True)).to_be_visible()
    expect(then.get_by_text("Bo Taubnessel")).to_have_count(0)
    # Who keeps the directory sees what was planned then.
    expect(assigned.get_by_role("row").filter(has_text="Bo Taubnessel")).to_contain_text("ab 25.11.2026")

    press(page, "Heutigen Stand zeigen")
    expect(today.get_by_role("link", name="Bo Taubnessel", exact=True)).to_be_visible()
    expect(today.get_by_role("link", name=goes, exact=True)).to_have_count(0)
    former = page.get_by_role("table", name="Frühere Einsätze")
    expect(former.get_by_role("row").filter(has_text=goes)).to_contain_text("20.11.2026")


@SQLITE_FIRST
def test_results_are_left_with_escape(demo: None, desktop: Page) -> None:
    sign_in_by_keyboard(desktop)
    desktop.keyboard.press("/")
    desktop.keyboard.type("frö")
    expect(desktop.locator("#suggestions a").first).to_be_visible()
    desktop.keyboard.press("ArrowDown")
    desktop.keyboard.press("ArrowDown")
    assert focused(desktop) == "Frölenbergschule"
    desktop.keyboard.press("ArrowUp")
    desktop.keyboard.press("ArrowUp")
    expect(desktop.get_by_role("banner").get_by_role("searchbox")).to_be_focused()
    desktop.keyboard.press("Escape")
    expect(desktop.locator("#suggestions a")).to_have_count(0)


@SQLITE_FIRST
def test_the_keys_are_shown_and_closed(demo: None, desktop: Page) -> None:
    sign_in_by_keyboard(desktop)
    dialog = desktop.get_by_role("dialog", name="Tasten")
    desktop.keyboard.press("?")
    expect(dialog).to_be_visible()
    desktop.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


@SQLITE_FIRST
def test_a_menu_opens_and_gives_the_focus_back(demo: None, desktop: Page) -> None:
    sign_in_by_keyboard(desktop)
    tab_to(desktop, "Darstellung")
    desktop.keyboard.press("Enter")
    expect(desktop.get_by_role("button", name="Dunkel")).to_be_visible()
    desktop.keyboard.press("Tab")
    assert focused(desktop) == "Hell"
    desktop.keyboard.press("Escape")
    expect(desktop.get_by_role("button", name="Dunkel")).to_be_hidden()
    assert focused(desktop) == "Darstellung"


@SQLITE_FIRST
def test_the_focus_is_always_visible_and_never_caught(demo: None, desktop: Page) -> None:
    sign_in_by_keyboard(desktop)
    for address in ("/", "/wer-ist-wo", "/rueckmeldung", "/suche?q=fr%C3%B6"):
        desktop.goto(address)
        steps, hidden = 0, []
        while steps < 120:
            desktop.keyboard.press("Tab")
            found = desktop.evaluate(FOCUS)
            if found is None:
                break
            steps += 1
            if not (found["seen"] and found["inside"]):
                hidden.append(found["what"])
        assert 5 < steps < 120, f"{address}: Tab goes round without an end"
        assert hidden == [], address
