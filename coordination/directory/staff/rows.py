"""What reading a list gives: rows, what is wrong in a cell, what somebody has to say. No database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from coordination.core.i18n import gettext
from coordination.directory.rules import Function, Funding, HolidayPresence, WeeklyTime
from coordination.directory.shares import Share
from coordination.directory.staff.columns import Heading, letter
from coordination.exchange.tables import Remark


@dataclass(frozen=True, slots=True)
class PersonText:
    """A person as a row has them; numbers in E.164."""

    family: str
    given: str
    title: str = ""
    email: str = ""
    phone: str = ""
    mobile: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One assignment of a list. None: the list does not say, which is not "empty". Without a person: a vacancy."""

    line: int
    employer_id: int
    place_id: int
    person: PersonText | None
    function: Function | None = None
    group: str | None = None
    share: Share | None = None
    funding: Funding | None = None
    funded_until: date | None = None
    times: tuple[WeeklyTime, ...] | None = None
    since: date | None = None
    until: date | None = None
    in_holidays: HolidayPresence | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a cell, as a msgid with its values; ``place`` None: the row as a whole."""

    line: int
    place: int | None
    message: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def cell(self) -> str:
        """Return what a spreadsheet calls the cell."""
        return f"{letter(self.place)}{self.line}" if self.place is not None else ""

    def text(self) -> str:
        """Return the sentence in the current language."""
        return gettext(self.message, **self.values)


@dataclass(frozen=True, slots=True)
class Question:
    """Something that nobody but the keeper knows; asked once for all rows that say the same.

    ``kind``: "column", "school", "day", "unit", "holidays" or "person". ``options`` are (value, words); none: a day is
    typed.
    """

    kind: str
    key: str
    about: str
    lines: Sequence[int] = ()
    options: Sequence[tuple[str, str]] = ()
    suggested: str = ""
    #: How it is told apart from others: the district of a school, the address of a person.
    detail: str = ""
    #: What else the list says about it: msgids with their values.
    notes: Sequence[tuple[str, Mapping[str, object]]] = ()

    @property
    def name(self) -> str:
        """Return what an answer is kept under."""
        return f"{self.kind}:{self.key}"


@dataclass(slots=True)
class Read:
    """All that came of reading a list."""

    sheet: str
    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    #: Headings of columns that stay behind.
    left_behind: list[str] = field(default_factory=list)
    headings: Sequence[Heading] = ()
    #: Lines that the keeper left out: no school here is meant.
    skipped: list[int] = field(default_factory=list)
    rows: int = 0
