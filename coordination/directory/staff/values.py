"""Cells of a list as values, each distinct text read once; what is wrong or has to be asked is noted. No database."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar

from email_validator import EmailNotValidError, validate_email

from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.core.phones import TOO_SHORT, AreaUnclear, is_too_short, parse_phone_cell
from coordination.directory.rules import HOLIDAY_WORDS, HolidayPresence, WeeklyTime
from coordination.directory.shares import LEAST_HOURS, MOST_POSTS, Share, Unit, parse_share
from coordination.directory.staff import cells
from coordination.directory.staff.rows import Fault
from coordination.directory.staff.week import read_week
from coordination.exchange.workbooks import Cell

T = TypeVar("T")

_NO_PHONE = N_("This is not a single telephone number. Please write it like 0521 511234.")
_NO_AREA = N_("Is this with an area code or without? Please write the whole number, like 05203 1234.")
_NO_MAIL = N_("This is not an e-mail address. Please check for typing errors.")
_TOO_LONG = N_("This is longer than the %(limit)s characters that there is room for.")
_BOTH_SHARES = N_("Posts and hours contradict each other: both say how many posts it is.")
#: The part of an address before the @ where nothing is left to check.
_PLAIN_NAME = re.compile(r"(?=.{1,64}$)[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*")


#: What is wrong in a cell is wrong in every cell that says the same.
_KEPT = (RuleViolation, cells.YearAsked, cells.MeaningAsked)


class Asked(Exception):
    """A cell that nobody but the keeper can read; it is noted as a question."""


@dataclass(slots=True)
class Ask:
    """A question as it comes up: what it is about, and in which lines."""

    kind: str
    key: str
    about: str
    options: tuple[tuple[str, str], ...] = ()
    detail: str = ""
    lines: list[int] = field(default_factory=list)


class Values:
    """Reads cells; equal ones are read once, however many rows have them."""

    def __init__(self, today: date, answers: Mapping[str, str], numbers: Collection[str] = ()) -> None:
        self.today = today
        self.answers = answers
        #: Telephone numbers that the directory has.
        self.numbers = numbers
        self.asks: dict[str, Ask] = {}
        self.immediate: list[int] = []
        self._kept: dict[tuple[str, object], object] = {}

    def once(self, kind: str, cell: object, read: Callable[[], T]) -> T:
        """Return what ``read`` returns or raises, called once for each (kind, cell)."""
        key = (kind, cell)
        if key not in self._kept:
            try:
                self._kept[key] = read()
            except _KEPT as error:
                self._kept[key] = error
        found = self._kept[key]
        if isinstance(found, _KEPT):
            raise found
        return found  # type: ignore[return-value]

    def ask(self, line: int, kind: str, key: str, *, about: str, options: tuple[tuple[str, str], ...] = ()) -> str:
        """Return the answer to a question.

        Raises:
            Asked: nobody has answered it yet.
        """
        name = f"{kind}:{key}"
        if answer := self.answers.get(name):
            return answer
        asked = self.asks.setdefault(name, Ask(kind, key, about, options))
        asked.lines.append(line)
        raise Asked

    def day(self, line: int, cell: Cell, *, is_end: bool = False) -> date | None:
        """Return the day in a cell; a year that is missing is asked for."""
        try:
            found = self.once(f"day{is_end}", cell, lambda: cells.read_day(cell, self.today, is_end=is_end))
        except cells.YearAsked:
            text = cells.plain(cell)
            answer = self.ask(line, "day", text.casefold(), about=text)
            return cells.read_day(answer, self.today, is_end=is_end)
        if isinstance(cell, str) and "sofort" in cell.casefold():
            self.immediate.append(line)
        return found

    def holidays(self, line: int, cell: Cell) -> HolidayPresence | None:
        """Return whether somebody is there in school holidays; words that may mean either are asked about."""
        try:
            return self.once("holidays", cell, lambda: cells.read_holidays(cell))
        except cells.MeaningAsked:
            text = cells.plain(cell)
            options = tuple((one.value, word) for one, word in HOLIDAY_WORDS.items())
            return HolidayPresence(self.ask(line, "holidays", text.casefold(), about=text, options=options))

    def share(self, line: int, text: str, unit: Unit | None = None) -> Share:
        """Return the share in a cell; a number that may be posts or hours is asked for."""
        if unit is None and self.once("unit", text, lambda: _may_be_either(text)):
            options = (
                (Unit.POSTS.value, N_("Posts")),
                (Unit.HOURS.value, N_("Hours a week")),
            )
            unit = Unit(self.ask(line, "unit", text, about=text, options=options))
        return self.once("share", (text, unit), lambda: parse_share(text, unit))

    def shares(self, line: int, share: str, hours: str) -> Share | None:
        """Return what both columns say together; None if neither says anything."""
        if not share and not hours:
            return None
        first = self.share(line, share) if share else Share()
        second = self.share(line, hours, Unit.HOURS) if hours else Share()
        if first.posts is not None and second.posts is not None:
            raise RuleViolation(_BOTH_SHARES)
        return Share(first.posts or second.posts, second.hours or first.hours)

    def week(self, text: str, room: str) -> tuple[WeeklyTime, ...]:
        """Return the weekly times in a cell."""
        return self.once("week", (text, room), lambda: read_week(text, room))

    def phone(self, text: str) -> str:
        """Return a number in E.164, with the plus or the zero that a spreadsheet dropped."""
        # Hardly a number stands in a list twice: each is read by itself.
        return _phone(text, self.numbers) if text else ""

    def email(self, text: str) -> str:
        """Return an address."""
        if not text:
            return ""
        bare = text.removeprefix("mailto:").strip("<> ")
        local, _at, domain = bare.rpartition("@")
        # Thousands of plain names at one domain: the domain is looked at once.
        one = f"x@{domain}" if _PLAIN_NAME.fullmatch(local) else bare
        self.once("mail", one, lambda: _checked_email(one))
        return short(bare, 320)


def short(text: str, limit: int) -> str:
    """Return ``text``; raise RuleViolation if there is no room for it."""
    if len(text) > limit:
        raise RuleViolation(_TOO_LONG, limit=limit)
    return text


def _may_be_either(text: str) -> bool:
    """Return whether a bare number may be posts as well as hours a week."""
    try:
        return MOST_POSTS < Decimal(text.replace(",", ".")) < LEAST_HOURS
    except ArithmeticError:
        return False


def _phone(text: str, numbers: Collection[str]) -> str:
    try:
        found = parse_phone_cell(text, numbers)
    except AreaUnclear:
        raise RuleViolation(_NO_AREA) from None
    if found is None:
        raise RuleViolation(TOO_SHORT if is_too_short(text) else _NO_PHONE)
    return found


def _checked_email(text: str) -> None:
    ending = text.casefold().rpartition("@")[2]
    is_test = f".{ending}".endswith((".example.org", ".test"))
    try:
        validate_email(text, check_deliverability=False, test_environment=is_test)
    except EmailNotValidError:
        raise RuleViolation(_NO_MAIL) from None


def fault_of(line: int, place: int | None, violation: RuleViolation) -> Fault:
    """Return a broken rule as what is wrong in a cell."""
    return Fault(line, place, violation.message, dict(violation.values))
