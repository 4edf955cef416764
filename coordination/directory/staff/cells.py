"""Single cells of a list: days, names, vacancies, words for functions and funding. No database."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.directory.rules import Function, Funding, HolidayPresence
from coordination.exchange.workbooks import Cell

_EPOCH = date(1899, 12, 30)
_VACANT = re.compile(
    r"[\[(]?\s*(?:n\.?\s?n\.?|vakant|unbesetzt|nicht besetzt|offen|frei|zzt\. frei)\s*[\])]?", re.IGNORECASE
)
_NOBODY = frozenset({"niemand eingesetzt", "nobody assigned"})
_ONLY_AT = ("nur am standort", "only at its site")
_BETWEEN = re.compile(r"\s*(?:[\r\n;]+|\s/\s|(?<=[a-zäöüß])/(?=[A-ZÄÖÜ])|\s+und\s+|\s+u\.\s+|\s*&\s*|\s+\+\s+)\s*")
_TITLE = re.compile(
    r"^((?:(?:Prof|Dr|Dipl|Mag)\.?(?:-?[A-Za-zÄÖÜäöü]+\.)?(?:\s*(?:phil|med|rer|nat|paed|päd)\.)*\s+)+)"
)
_SALUTATION = re.compile(r"^(?:Frau|Herrn?|Fr\.|Hr\.)\s+", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_][^\d;/@()<>\[\]{}|]*")
#: Belongs to the family name when it stands before it.
_PARTICLES = frozenset(
    ("von", "van", "de", "der", "den", "zu", "zum", "zur", "vom", "el", "al", "di", "da", "del", "ten", "ter")
)

_DAY = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.?(?:\s?(\d{4}|\d{2}))?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T]00:00(?::00)?)?")
_SERIAL = re.compile(r"[3-7]\d{4}")
_MONTH = re.compile(r"(?:(\d{1,2})/(\d{4})|([a-zäöü]+)\.?(?:\s+(\d{4}|\d{2}))?)")
_YEAR = re.compile(r"(?:schul(?:jahr|j\.)|sj\.?)\s*(?:20)?(\d{2})\s*(?:[/-]\s*(?:20)?(\d{2}))?")
_LEAD = re.compile(r"^(?:ab|seit|bis|zum|befristet|ende|spätestens)\s+(?:zum\s+|bis\s+|ende\s+|dem\s+)?")
_MONTHS = (
    "januar",
    "februar",
    "märz",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "dezember",
)
_NOW = frozenset({"sofort", "heute", "jetzt"})
_OPEN = frozenset({"-", "–", "unbefristet", "offen", "laufend", "unbegrenzt", "entfristet", "keine", "dauerhaft"})

_NO_DAY = N_("This is not a day. Please write it like 01.08.2026.")
_NO_NAME = N_("This is not a name. Please write “family name, given name”.")
_ONE_WORD = N_("There is only one name here. Please give family name and given name.")
_NO_FUNDING = N_("This funding is not known. Possible are: Stadt, Landesprogramm, Landesstelle, Startchancen, Träger.")


_NO_HOLIDAYS = N_(
    "This does not say whether somebody is there in school holidays. Please write ja, nein or nach Absprache."
)


class MeaningAsked(Exception):
    """Words that may mean one thing or the other: somebody has to say which."""


class YearAsked(Exception):
    """A day without a year: somebody has to say which."""


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name as a list has it."""

    family: str
    given: str
    title: str = ""


def plain(cell: Cell) -> str:
    """Return a cell as one line of text."""
    return cell.strftime("%d.%m.%Y") if isinstance(cell, date) else " ".join(cell.split())


def is_vacancy(text: str) -> bool:
    """Return whether a cell says that nobody is there: "n.n.", "N. N.", "vakant"."""
    return _VACANT.fullmatch(text.strip()) is not None


def is_nobody(text: str) -> bool:
    """Return whether a cell says what our own lists say of a place to which nobody is assigned: not even a vacancy."""
    return text.casefold() in _NOBODY or text.casefold().startswith(_ONLY_AT)


def split_cell(cell: Cell) -> list[str]:
    """Return the parts of a cell that speaks of several people."""
    if not isinstance(cell, str):
        return [plain(cell)]
    if cell.isalnum():
        return [cell]
    return [" ".join(part.split()) for part in _BETWEEN.split(cell.strip()) if part.strip()]


def days_with_hours(days: Cell, hours: Cell) -> Cell:
    """Return what two columns say of when somebody is there: "Mo, Mi" and "8–12"; of several people one by one.

    Where both say times, both are meant; nothing is lost without a word.
    """
    if not (isinstance(days, str) and isinstance(hours, str)) or not days:
        return days or hours
    if any(one.isdigit() for one in days):
        return days if plain(hours) in plain(days) else f"{days}, {hours}"
    of_each = days.splitlines(), hours.splitlines()
    if len(of_each[0]) == len(of_each[1]):
        return "\n".join(f"{day} {hour}" for day, hour in zip(*of_each, strict=True))
    return f"{days} {hours}"


def read_name(text: str) -> Name:
    """Return a name written "Nachname, Vorname" or "Vorname Nachname", with or without title and salutation.

    Raises:
        RuleViolation: it is none, or only half of one.
    """
    rest = _SALUTATION.sub("", text.strip())
    title, rest = _without_title(rest)
    family, comma, given = (part.strip() for part in rest.partition(","))
    if comma:
        more, given = _without_title(given)
        # "Dr. Ada, Ahornblatt" and "Ahornblatt, Dr. Ada" are both written.
        title = title or more
    else:
        words = rest.split()
        cut = max(1, len(words) - 1)
        while cut > 1 and words[cut - 1].casefold() in _PARTICLES:
            cut -= 1
        given, family = " ".join(words[:cut]), " ".join(words[cut:])
    if not given or not family:
        raise RuleViolation(_ONE_WORD if rest else _NO_NAME)
    return checked(Name(family, given, title))


def begins_with_particle(text: str) -> bool:
    """Return whether a name begins like a family name of several words: "von der Heide"."""
    return text.split(" ", 1)[0].casefold() in _PARTICLES


def _without_title(text: str) -> tuple[str, str]:
    found = _TITLE.match(text)
    return (found[1].strip(), text[found.end() :]) if found else ("", text)


def checked(name: Name) -> Name:
    """Return ``name``; raise RuleViolation if something in it is no name or too long."""
    for part in (name.family, name.given):
        # Nothing but letters is a name.
        if part.isalpha() and len(part) <= 80:
            continue
        if not _NAME.fullmatch(part) or "," in part or len(part) > 80:
            raise RuleViolation(_NO_NAME)
    return name


def read_day(cell: Cell, today: date, *, is_end: bool = False) -> date | None:
    """Return the day that a cell means; None where it says "open".

    Args:
        cell: a day, "01.08.2026", "ab sofort", "ab Schuljahr 26/27", "08/2026", a number that Excel keeps for a day.
        today: what "ab sofort" means.
        is_end: a month or a school year means its last day.

    Raises:
        YearAsked: the year is not said.
        RuleViolation: it is no day.
    """
    if isinstance(cell, date):
        return _sensible(cell)
    text = " ".join(cell.casefold().split())
    bare = _LEAD.sub("", text)
    if not text or text in _OPEN:
        return None
    return today if bare in _NOW else _written(bare, is_end=is_end)


def _written(text: str, *, is_end: bool) -> date:
    if found := _ISO.fullmatch(text):
        return _made(int(found[1]), int(found[2]), int(found[3]))
    if _SERIAL.fullmatch(text):
        return _sensible(_EPOCH + timedelta(days=int(text)))
    if found := _DAY.fullmatch(text):
        if found[3] is None:
            raise YearAsked
        return _made(_full_year(found[3]), int(found[2]), int(found[1]))
    if found := _YEAR.fullmatch(text):
        return _school_year(int(found[1]), found[2], is_end=is_end)
    return _month(text, is_end=is_end)


def _school_year(first: int, second: str | None, *, is_end: bool) -> date:
    if second is not None and int(second) != (first + 1) % 100:
        raise RuleViolation(_NO_DAY)
    return date(2000 + first + 1, 7, 31) if is_end else date(2000 + first, 8, 1)


def _month(text: str, *, is_end: bool) -> date:
    found = _MONTH.fullmatch(text)
    if found is None or (found[3] and found[3] not in _MONTHS):
        raise RuleViolation(_NO_DAY)
    if found[3] and not found[4]:
        raise YearAsked
    year = _full_year(found[2] or found[4])
    first = _made(year, int(found[1]) if found[1] else _MONTHS.index(found[3]) + 1, 1)
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1) if is_end else first


def _full_year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _made(year: int, month: int, day: int) -> date:
    try:
        return _sensible(date(year, month, day))
    except ValueError:
        raise RuleViolation(_NO_DAY) from None


def _sensible(day: date) -> date:
    if not 1970 <= day.year <= 2100:
        raise RuleViolation(_NO_DAY)
    return day


_FUNCTIONS = (
    (r"schulsoz|\bssa\b", Function.SCHOOL_SOCIAL_WORK),
    (r"offene|okja|\bot\b", Function.OPEN_YOUTH_WORK),
    (r"jugendsozialarbeit", Function.YOUTH_SOCIAL_WORK),
    (r"mobil|streetwork", Function.MOBILE_YOUTH_WORK),
    (r"leit(?:ung|er)|leitend", Function.LEAD),
)
_FUNDINGS = (
    (r"startchance", Funding.STARTCHANCEN),
    (r"landesstelle|landesmittel.*stelle|lehrerstelle", Funding.STATE_POST),
    (r"landesprogramm|land|nrw|but\b", Funding.STATE_PROGRAMME),
    (r"stadt|kommun|städt", Funding.MUNICIPAL),
    (r"träger|eigenmittel|eigenanteil", Funding.PROVIDER),
    (r"unbekannt|\?|nicht bekannt", Funding.UNKNOWN),
)


def read_function(text: str) -> Function | None:
    """Return the function that a word names; None: it rather names a target group."""
    return next((one for pattern, one in _FUNCTIONS if re.search(pattern, text.casefold())), None)


def read_funding(text: str) -> Funding | None:
    """Return who pays; nothing said is None.

    Raises:
        RuleViolation: it is a word that nobody here knows.
    """
    if not text:
        return None
    found = next((one for pattern, one in _FUNDINGS if re.search(pattern, text.casefold())), None)
    if found is None:
        raise RuleViolation(_NO_FUNDING)
    return found


_ARRANGED = re.compile(
    r"(?:nur |je )?(?:nach|auf|mit|bei) (?:(?:vorheriger|telefonischer|individueller) )?"
    r"(?:absprache|vereinbarung|anfrage|rücksprache|anmeldung|bedarf)"
    r"|n\.? ?(?:[av]|absprache|vereinbarung)\.?|auf abruf"
)
_YES_NO = {
    HolidayPresence.YES: frozenset({"ja", "j", "ja, auch in den ferien", "auch in den ferien", "wie sonst"}),
    HolidayPresence.NO: frozenset({"nein", "n", "nein, nicht in den ferien", "nicht in den ferien", "keine", "nie"}),
}
#: So long is a remark at most about which one is asked; more is a text that belongs elsewhere.
_ASKED_LENGTH = 80


def read_holidays(cell: Cell) -> HolidayPresence | None:
    """Return whether somebody is there in school holidays; None where nothing is said.

    Raises:
        MeaningAsked: words that are neither a yes nor a no ("teilweise", "nur Osterferien", "x").
        RuleViolation: a day, a number or a whole text.
    """
    text = plain(cell).strip(" .!").casefold()
    if text in {"", "-", "–", "—", "?", "unbekannt", "nicht bekannt", "k. a", "k.a"}:
        return None
    if _ARRANGED.fullmatch(text):
        return HolidayPresence.BY_ARRANGEMENT
    found = next((one for one, words in _YES_NO.items() if text in words), None)
    if found is not None:
        return found
    if isinstance(cell, date) or len(text) > _ASKED_LENGTH or not any(letter.isalpha() for letter in text):
        raise RuleViolation(_NO_HOLIDAYS)
    raise MeaningAsked
