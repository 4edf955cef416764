"""In a corridor, on a phone, without JavaScript: who is at Fröbelschule today, and how is she reached."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.demo import PROFESSIONAL, sign_in

#: What a thumb hits; CSS pixels.
THUMB = 44


def does_not_scroll_sideways(page: Page) -> bool:
    """Return whether the page is no wider than the window."""
    fits: bool = page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    return fits


def test_from_sign_in_to_the_call_button(demo: None, phone: Page) -> None:
    sign_in(phone, PROFESSIONAL)
    field = phone.get_by_role("main").get_by_role("searchbox")
    field.fill("frö")
    field.press("Enter")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Suche: frö")
    phone.get_by_role("main").get_by_role("link", name="Fröbelschule", exact=True).click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Fröbelschule")
    today = phone.get_by_role("region", name="Heute, Mi 25.11.")
    names = today.get_by_role("link", name=re.compile(r"^\w+ \w+$")).all_inner_texts()
    assert len(names) == 2
    assert today.get_by_text("heute vor Ort").count() == 2
    assert today.get_by_text(re.compile(r"Uhr, (Raum|Beratungsraum|Pavillon)")).count() == 2
    for name in names:
        call = today.get_by_role("link", name=f"{name} anrufen")
        expect(call).to_be_visible()
        assert re.fullmatch(r"tel:\+49\d{6,}", call.get_attribute("href") or "")
        box = call.bounding_box()
        assert box is not None
        assert box["height"] >= THUMB
    assert does_not_scroll_sideways(phone)


def test_the_bar_at_the_lower_edge_leads_everywhere(demo: None, phone: Page) -> None:
    sign_in(phone, PROFESSIONAL)
    bar = phone.get_by_role("navigation", name="Häufig genutzt")
    for label, heading in (("Wer ist wo?", "Wer ist wo?"), ("Suche", "Suche"), ("Schreibtisch", "Schreibtisch")):
        link = bar.get_by_role("link", name=label)
        box = link.bounding_box()
        assert box is not None
        assert box["height"] >= THUMB
        link.click()
        expect(phone.get_by_role("heading", level=1)).to_have_text(heading)
        assert does_not_scroll_sideways(phone)


def test_the_menu_opens_without_javascript(demo: None, phone: Page) -> None:
    sign_in(phone, PROFESSIONAL)
    phone.get_by_text("Menü", exact=True).click()
    drawer = phone.get_by_role("banner").get_by_role("navigation", name="Hauptnavigation")
    drawer.get_by_role("link", name="Wer ist wo?").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Wer ist wo?")
