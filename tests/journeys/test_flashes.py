"""What just happened is in sight wherever the address leads, with its way back, and lies over nothing in use."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE, Axe, OpenPage
from tests.journeys.demo import KEEPER, SQLITE_FIRST, sign_in

#: Whether what has the focus lies under the message.
COVERED = """() => {
  const at = document.activeElement, box = document.querySelector('.flashes').getBoundingClientRect();
  if (!at || at === document.body || at.closest('.flashes, .topbar, .bottom-bar, .skip-link')) return '';
  const own = at.getBoundingClientRect();
  const meets = own.top < box.bottom && own.bottom > box.top && own.left < box.right && own.right > box.left;
  return meets ? at.outerHTML.slice(0, 120) : '';
}"""


def confirmed(page: Page) -> None:
    """Confirm an assignment: the address ends in the section of it, further down."""
    sign_in(page, KEEPER)
    page.goto("/suche?q=froebelschule")
    page.get_by_role("main").get_by_role("link", name="Fröbelschule", exact=True).click()
    page.locator("section:has(#assignments)").get_by_role("button", name="Stimmt so").first.click()
    page.wait_for_url("**#assignments")
    expect(page.get_by_role("heading", name="Einsätze")).to_be_in_viewport()


@SQLITE_FIRST
@pytest.mark.parametrize(("size", "theme"), [(DESK, "light"), (PHONE, "dark")])
def test_the_message_is_in_sight_where_the_address_leads(
    demo: None, open_page: OpenPage, axe: Axe, size: tuple[int, int], theme: str
) -> None:
    page = open_page(size, javascript=size == DESK, theme=theme)
    confirmed(page)
    assert page.evaluate("() => scrollY") > 0
    back = page.locator(".flashes").get_by_role("button", name="Rückgängig")
    expect(back).to_be_in_viewport(ratio=1)
    if size == DESK:
        axe(page)
    for key, times in (("Tab", 12), ("Shift+Tab", 30)):
        for _ in range(times):
            page.keyboard.press(key)
            assert page.evaluate(COVERED) == ""
    page.emulate_media(media="print")
    expect(back).to_be_hidden()
    page.emulate_media(media="screen")
    page.get_by_role("checkbox", name="Meldung ausblenden").focus()
    page.keyboard.press("Space")
    expect(back).to_be_hidden()
