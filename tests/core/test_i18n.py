"""Words and dates as a German reader, and an English one, expects them."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import pytest
from flask import Flask

from coordination.core import i18n
from coordination.core.errors import RuleViolation

THURSDAY = date(2027, 1, 14)


@pytest.mark.parametrize(
    ("form", "german", "english"),
    [
        (i18n.format_date, "14.01.2027", "14 Jan 2027"),
        (i18n.format_day, "Do, 14.01.2027", "Thu, 14 Jan 2027"),
        (i18n.format_short_day, "Do 14.01.", "Thu 14 Jan"),
        (i18n.format_short_date, "14.01.", "14 Jan"),
        (i18n.format_month, "Januar 2027", "January 2027"),
    ],
)
def test_dates_are_written_as_the_reader_writes_them(form: Callable[[date], str], german: str, english: str) -> None:
    assert form(THURSDAY) == german
    i18n.use_language("en")
    assert form(THURSDAY) == english


def test_weekdays_have_two_letters_without_a_dot() -> None:
    assert [i18n.weekday_short(n) for n in range(7)] == ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"]
    assert [i18n.weekday_name(n) for n in (0, 6)] == ["Montag", "Sonntag"]
    assert [i18n.format_day(date(2027, 1, n))[:4] for n in range(4, 11)] == [
        f"{i18n.weekday_short(n)}, "[:4] for n in range(7)
    ]
    i18n.use_language("en")
    assert (i18n.weekday_short(2), i18n.weekday_name(2)) == ("Wed", "Wednesday")


@pytest.mark.parametrize("language", ["de", "en"])
def test_times_have_twenty_four_hours_and_both_digits(language: str) -> None:
    i18n.use_language(language)
    assert i18n.format_time(time(14)) == "14:00"
    assert i18n.format_time(datetime.fromisoformat("2027-01-14T08:05")) == "08:05"
    assert i18n.format_time(time(0)) == "00:00"


@pytest.mark.parametrize(
    ("value", "digits", "german", "english"),
    [
        (1234, 0, "1.234", "1,234"),
        (1234567.5, 1, "1.234.567,5", "1,234,567.5"),
        (0.5, 1, "0,5", "0.5"),
        (0.5, 2, "0,5", "0.5"),
        (19.25, 2, "19,25", "19.25"),
        (2.0, 2, "2", "2"),
        (0, 2, "0", "0"),
        (-1.5, 1, "-1,5", "-1.5"),
    ],
)
def test_numbers_have_the_readers_comma_and_no_zeros_behind_it(
    value: float, digits: int, german: str, english: str
) -> None:
    assert i18n.format_number(value, digits) == german
    i18n.use_language("en")
    assert i18n.format_number(value, digits) == english


def test_words_are_german_unless_english_is_asked_for() -> None:
    assert i18n.gettext("School") == "Schule"
    i18n.use_language("en")
    assert i18n.gettext("School") == "School"


def test_an_unknown_language_is_german() -> None:
    i18n.use_language("fr")
    assert i18n.current_language() == "de"


def test_values_are_filled_in_and_a_percent_sign_alone_is_left() -> None:
    i18n.use_language("en")
    assert i18n.gettext("%(name)s is here", name="Ada") == "Ada is here"
    assert i18n.gettext("100 %") == "100 %"
    assert i18n.gettext("") == ""


@pytest.mark.parametrize(("n", "expected"), [(0, "0 days"), (1, "1 day"), (2, "2 days")])
def test_the_number_decides_the_form(n: int, expected: str) -> None:
    i18n.use_language("en")
    assert i18n.ngettext("%(n)s day", "%(n)s days", n) == expected


def test_a_lazy_text_is_translated_when_it_is_shown() -> None:
    text = i18n.lazy_gettext("School")
    assert str(text) == "Schule"
    i18n.use_language("en")
    assert str(text) == "School"


def test_one_threads_language_is_not_anothers() -> None:
    i18n.use_language("en")
    seen: list[str] = []
    other = threading.Thread(target=lambda: seen.append(i18n.current_language()))
    other.start()
    other.join()
    assert (seen, i18n.current_language()) == (["de"], "en")


def test_an_error_is_said_with_its_values() -> None:
    error = RuleViolation("The columns of this file do not fit. Missing: %(missing)s.", missing="Alpha")
    assert i18n.sentence(error) == "Die Spalten dieser Datei passen nicht. Es fehlen: Alpha."


def test_errors_are_said_in_one_way() -> None:
    """By hand, the values are forgotten: the reader sees “%(missing)s”."""
    by_hand = re.compile(r"\b(?:_|gettext)\(\w+(?:\.\w+)*\.message\b")
    package = Path(i18n.__file__).parents[1]
    found = {path.name for path in package.rglob("*.py") if by_hand.search(path.read_text(encoding="utf-8"))}
    # Remarks on tables and lists are kept as data, not raised; i18n is the one way itself.
    assert found == {"i18n.py", "tables.py", "rows.py"}


def test_an_abbreviation_at_the_end_of_a_sentence_needs_no_second_full_stop(app: Flask) -> None:
    said = "Das ist %(name)s. %(name)s kommt."
    assert i18n.gettext(said, name="Werk e. V.").endswith("Das ist Werk e. V. Werk e. V. kommt.")
    assert i18n.gettext(said, name="Werk").endswith("Das ist Werk. Werk kommt.")
    with app.test_request_context():
        page = app.jinja_env.from_string("{% trans name=who %}Das ist {{ name }}.{% endtrans %}")
        assert page.render(who="Werk & Co. e. V.").endswith("Das ist Werk &amp; Co. e. V.")
        assert page.render(who="Werk").endswith("Das ist Werk.")
        many = app.jinja_env.from_string(
            '{{ ngettext("%(n)s bei %(who)s.", "%(n)s bei %(who)s.", 2, n=2, who="X e. V.") }}'
        )
        assert many.render().endswith("2 bei X e. V.")
