"""The checks of pages find what they are for: each fault is put into a good page, and named."""

import pytest
from bs4 import BeautifulSoup

from tests.page_checks import UNTRANSLATED, page_problems
from tests.page_forms import PageForm

GOOD = """<!DOCTYPE html>
<html lang="de"><head><meta charset="utf-8"><title>Orte</title></head><body><main id="main"><h1>Orte</h1>
<a href="#main">Zum Anfang</a> <img src="a.png" alt="">
<form method="post" action="/orte"><input type="hidden" name="csrf_token" value="t">
<label for="name">Name</label> <input id="name" name="name" value="Fröbel" aria-describedby="hint">
<p id="hint">wie am Haus</p>
<label><input type="checkbox" name="open" value="1" checked>offen</label>
<label for="kind">Art</label>
<select id="kind" name="kind"><option value="a">A</option><option value="b" selected>B</option></select>
<button name="go" value="save">Speichern</button> <button name="go" value="drop">Verwerfen</button></form>
</main></body></html>
"""


def test_a_good_page_has_no_problem() -> None:
    assert page_problems(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("<title>Orte", "<title>", "the page has no title"),
        ('lang="de"', "", "<html lang> is none of ('de', 'en')"),
        ("<h1>Orte</h1>", "<p>Orte</p>", "0 <h1> instead of one"),
        ("</h1>", "</h1><h3>Zu tief</h3>", "<h3> 'Zu tief' comes after <h1>"),
        ('id="hint"', 'id="name"', "id 'name' stands there 2 times"),
        ('id="hint"', "", '<input aria-describedby="hint"> points to nothing'),
        ('href="#main"', 'href="#top"', "the link 'Zum Anfang' leads to #top, which is not there"),
        ('for="name"', 'for="main"', "no label: <input name='name'>"),
        (' alt=""', "", "no alt: a.png"),
        ("<h1>", '<h1 style="color: red">', '<h1 style="color: red">'),
        ("<h1>", '<h1 onclick="x()">', '<h1 onclick="x()">'),
        ("</main>", "<script>x()</script></main>", "an inline <script>"),
        ('name="csrf_token"', 'name="other"', "the form to '/orte' has no csrf_token"),
        (">Speichern<", "><", 'a <button> without a text: <button name="go" value="save"></button>'),
        ("wie am Haus", "None", "'None' in 'None'"),
        ("wie am Haus", "%(name)s", "'%(' in '%(name)s'"),
        ("wie am Haus", f"{UNTRANSLATED}as on the house", "not translated: 'as on the house'"),
        ("wie am Haus", "<b>wie <i>am</b></i> Haus", "line 6: </b> where b i is open"),
    ],
)
def test_a_fault_is_named(old: str, new: str, problem: str) -> None:
    assert old in GOOD
    assert problem in page_problems(GOOD.replace(old, new))


def _form() -> PageForm:
    soup = BeautifulSoup(GOOD, "html.parser")
    assert soup.form is not None
    return PageForm(soup, soup.form)


def test_a_form_sends_what_it_shows_and_the_button_that_was_pressed() -> None:
    filled = _form().fill("Verwerfen", {"name": "Brake", "open": False})
    assert list(filled.data.items(multi=True)) == [
        ("csrf_token", "t"),
        ("name", "Brake"),
        ("kind", "b"),
        ("go", "drop"),
    ]


@pytest.mark.parametrize("field", [{"kind": "c"}, {"other": "x"}, {"csrf_token": "x"}])
def test_nobody_can_fill_in_what_the_form_does_not_offer(field: dict[str, str]) -> None:
    with pytest.raises(AssertionError):
        _form().fill(None, field)
