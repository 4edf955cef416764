"""On a phone, without JavaScript: whom do I ask about absenteeism at this school, and how do I call them?"""

import re

from playwright.sync_api import Page, expect

from tests.journeys.demo import KEEPER, PROFESSIONAL, SQLITE_FIRST, sign_in
from tests.journeys.test_phone import THUMB, does_not_scroll_sideways


def test_from_the_directory_to_the_call_buttons_of_both_departments(demo: None, phone: Page) -> None:
    sign_in(phone, PROFESSIONAL)
    phone.get_by_role("navigation", name="Häufig genutzt").get_by_role("link", name="Wer ist wo?").click()
    phone.get_by_role("main").get_by_role("link", name="Wen frage ich?").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Wen frage ich?")
    phone.get_by_label("Thema", exact=True).select_option(label="Schulabsentismus")
    phone.get_by_label("Schule oder Einrichtung").fill("fröbelschule")
    phone.get_by_role("button", name="Antwort zeigen").click()
    expect(phone.get_by_role("heading", level=2)).to_have_text("Schulabsentismus · Fröbelschule")
    assert re.search(r"[?&]thema=\d+.*suche=", phone.url), "the answer can be passed on"
    for department in ("Dezernat Schule und Bildung", "Dezernat Soziales und Jugend"):
        group = phone.get_by_role("region", name=department)
        call = group.get_by_role("link", name=re.compile("anrufen")).first
        expect(call).to_be_visible()
        box = call.bounding_box()
        assert box is not None
        assert box["height"] >= THUMB
    schools = phone.get_by_role("region", name="Dezernat Schule und Bildung").get_by_role("listitem")
    expect(schools.first).to_contain_text("zuständig für Schulabsentismus im Stadtbezirk Mitte")
    assert does_not_scroll_sideways(phone)
    schools.first.get_by_role("link").first.click()
    panel = phone.get_by_role("region", name="Zuständig für")
    expect(panel.get_by_role("link", name="Schulabsentismus (Stadtbezirk Mitte)")).to_be_visible()


@SQLITE_FIRST
def test_a_vacant_post_is_filled_and_keeps_what_it_is_responsible_for(demo: None, phone: Page) -> None:
    sign_in(phone, KEEPER)
    field = phone.get_by_role("main").get_by_role("searchbox")
    field.fill("absentismus heepen")
    field.press("Enter")
    phone.get_by_role("main").get_by_role("link", name="Fachberatung Schulabsentismus Heepen").click()
    expect(phone.get_by_role("main")).to_contain_text("Die Stelle ist unbesetzt.")
    phone.get_by_role("link", name="Besetzung ändern").click()
    chosen = phone.get_by_label("Besetzung").locator("option").nth(5)
    name = (chosen.inner_text()).partition(" (")[0]
    phone.get_by_label("Besetzung").select_option(value=chosen.get_attribute("value"))
    assert does_not_scroll_sideways(phone)
    phone.get_by_role("button", name="Wechsel eintragen").click()
    family, _, given = name.partition(", ")
    holder = phone.get_by_role("region", name="Besetzung")
    expect(holder.get_by_role("link", name=f"{given} {family}", exact=True)).to_be_visible()
    expect(phone.get_by_role("region", name="Zuständig für")).to_contain_text("Stadtbezirk Heepen")
    assert does_not_scroll_sideways(phone)
