"""How one calls somebody: the buttons stand out from what they lie on, and a number that was found is to be seen."""

import pytest

from tests.journeys.conftest import PHONE, OpenPage
from tests.journeys.demo import KEEPER, SQLITE_FIRST, sign_in

#: The contrast of a button's border, and of its label, to the panel and the fill that they lie on.
CONTRASTS = """() => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  const light = (colour) => {
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data].map((one) => one / 255)
      .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [low, high] = [light(a), light(b)].sort((one, two) => one - two);
    return (high + 0.05) / (low + 0.05);
  };
  const panel = getComputedStyle(document.querySelector('.panel--today')).backgroundColor;
  return [...document.querySelectorAll('.panel--today .call--second')].map((one) => {
    const own = getComputedStyle(one);
    return [contrast(own.borderTopColor, panel), contrast(own.color, own.backgroundColor)];
  });
}"""


@SQLITE_FIRST
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_buttons_and_numbers_are_to_be_seen(demo: None, open_page: OpenPage, theme: str) -> None:
    page = open_page(PHONE, javascript=False, theme=theme)
    sign_in(page, KEEPER)
    page.goto("/suche?q=froebelschule")
    page.get_by_role("main").get_by_role("link", name="Fröbelschule", exact=True).click()
    number = page.locator(".page-head .call .nowrap").first.inner_text()
    page.locator(".panel--today .entry__title a").first.click()
    page.wait_for_url("**/personen/*")
    found = page.evaluate(CONTRASTS)
    assert found
    assert all(border >= 3 and text >= 4.5 for border, text in found), found
    page.goto(f"/suche?q={number[-4:]}")
    mark = page.locator(".result__meta mark").first
    assert mark.inner_text() == number[-4:]
    assert mark.bounding_box() is not None
