"""Words and dates in the reader's language: gettext over one German catalogue, formats by Babel."""

from __future__ import annotations

import gettext as gettext_module
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, cast

from babel.dates import format_date as babel_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import LazyProxy

from coordination.core.errors import DomainError

LANGUAGES = ("de", "en")
CATALOGUE = Path(__file__).parent.parent / "translations" / "de.po"

_language: ContextVar[str] = ContextVar("language", default="de")


def use_language(language: str) -> None:
    """Answer in ``language`` ("de" or "en") from here on, in this thread or request."""
    _language.set(language if language in LANGUAGES else "de")


def current_language() -> str:
    """Return the language in use: "de" or "en"."""
    return _language.get()


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Write in ``language`` for a while: a letter is in its reader's, not in that of who sends it."""
    before = current_language()
    use_language(language)
    try:
        yield
    finally:
        use_language(before)


@cache
def _translations(language: str) -> gettext_module.NullTranslations:
    """Return the catalogue of ``language``; compiled from the .po at first use, so no .mo can be stale."""
    if language == "en" or not CATALOGUE.exists():
        return gettext_module.NullTranslations()
    from io import BytesIO

    with CATALOGUE.open("rb") as source:
        catalogue = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext_module.GNUTranslations(compiled)


def full_stops(text: str, values: Mapping[str, Any]) -> str:
    """Return ``text`` for ``values``: "e. V." at the end of a sentence brings the full stop, so its own goes."""
    for name, value in values.items():
        if isinstance(value, str) and value.endswith("."):
            text = text.replace(f"%({name})s.", f"%({name})s")
    return text


def _fill(text: str, values: dict[str, Any]) -> str:
    return full_stops(text, values) % values if values else text


def gettext(message: str, **values: Any) -> str:
    """Return ``message`` in the current language, its ``%(name)s`` filled from ``values``."""
    return _fill(_translations(_language.get()).gettext(message) if message else "", values)


def sentence(error: DomainError) -> str:
    """Return what an expected error says to a person, in the current language, with its values filled in."""
    return gettext(error.message, **error.values)


def ngettext(singular: str, plural: str, n: int, **values: Any) -> str:
    """Return the form of the message that fits ``n``, which is also available as ``%(n)s``."""
    return _fill(ngettext_plain(singular, plural, n), {"n": n} | values)


def ngettext_plain(singular: str, plural: str, n: int) -> str:
    """Return the form that fits ``n`` with its placeholders as they are; Jinja fills them in itself."""
    return _translations(_language.get()).ngettext(singular, plural, n)


def pgettext(context: str, message: str, **values: Any) -> str:
    """Return ``message`` as it is said in ``context``: one English word may be two German ones."""
    return _fill(_translations(_language.get()).pgettext(context, message), values)


def lazy_gettext(message: str, **values: Any) -> str:
    """Return a text that is translated when it is shown: for labels made at import time."""
    return cast("str", LazyProxy(gettext, message, enable_cache=False, **values))


def N_(message: str) -> str:  # noqa: N802 - the name every gettext tool knows
    """Mark ``message`` for the catalogue without translating it: rules say it, the web translates it."""
    return message


_PATTERNS: dict[str, dict[str, str]] = {
    "de": {
        "date": "dd.MM.yyyy",
        "day": "EEE, dd.MM.yyyy",
        "short_day": "EEE dd.MM.",
        "short_date": "dd.MM.",
        "month": "LLLL yyyy",
    },
    "en": {
        "date": "d MMM yyyy",
        "day": "EEE, d MMM yyyy",
        "short_day": "EEE d MMM",
        "short_date": "d MMM",
        "month": "LLLL yyyy",
    },
}
#: Babel writes "Mi." for the abbreviated weekday; the product's format is "Mi" (two letters, no dot).
_WEEKDAYS = {
    "de": ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


def _dated(day: date, kind: str) -> str:
    return _written(_language.get(), day, kind)


@lru_cache(maxsize=4096)
def _written(language: str, day: date, kind: str) -> str:
    pattern = _PATTERNS[language][kind].replace("EEE", f"'{_WEEKDAYS[language][day.weekday()]}'")
    return babel_date(day, pattern, locale="de_DE" if language == "de" else "en_GB")


def format_date(day: date) -> str:
    """Return "14.01.2027"."""
    return _dated(day, "date")


def format_day(day: date) -> str:
    """Return "Do, 14.01.2027"."""
    return _dated(day, "day")


def format_short_day(day: date) -> str:
    """Return "Do 14.01."."""
    return _dated(day, "short_day")


def format_short_date(day: date) -> str:
    """Return "14.01.", to stand beside its weekday."""
    return _dated(day, "short_date")


def format_month(day: date) -> str:
    """Return "Januar 2027"."""
    return _dated(day, "month")


def weekday_short(weekday: int) -> str:
    """Return "Mo" for 0 and so on."""
    return _WEEKDAYS[_language.get()][weekday]


def weekday_name(weekday: int) -> str:
    """Return "Montag" for 0 and so on."""
    # 5 January 1970 was a Monday.
    return babel_date(date(1970, 1, 5 + weekday), "EEEE", locale="de_DE" if _language.get() == "de" else "en_GB")


def format_time(moment: time | datetime) -> str:
    """Return "14:00"."""
    return moment.strftime("%H:%M")


def format_hour(moment: time) -> str:
    """Return "8" or "8:30", to be followed by "Uhr"; in English "08:00"."""
    if _language.get() != "de":
        return format_time(moment)
    return str(moment.hour) if moment.minute == 0 else f"{moment.hour}:{moment.minute:02d}"


def format_hours(first: time, last: time) -> str:
    """Return "8–13 Uhr", "8:30–13 Uhr"; in English "08:00–13:00"."""
    return gettext("%(first)s–%(last)s", first=format_hour(first), last=format_hour(last))


def format_number(value: float, digits: int = 0) -> str:
    """Return "1.234" or "0,5": at most ``digits`` places behind the comma, none that are zero."""
    from babel.numbers import format_decimal

    pattern = "#,##0" + ("." + "#" * digits if digits else "")
    return str(format_decimal(value, format=pattern, locale="de_DE" if _language.get() == "de" else "en_GB"))
