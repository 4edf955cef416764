"""Reading a list row by row: each becomes assignments, or says in which cell something is wrong. No database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_, format_date
from coordination.directory.names import fold_name
from coordination.directory.person_services import looks_private
from coordination.directory.rules import WeeklyTime, check_span
from coordination.directory.school_cells import school_number
from coordination.directory.shares import Share
from coordination.directory.staff import cells, people_cells
from coordination.directory.staff.columns import Field, Layout, best_layout, letter
from coordination.directory.staff.known import Known
from coordination.directory.staff.rows import Entry, Fault, PersonText, Question, Read
from coordination.directory.staff.schools import Match, Schools
from coordination.directory.staff.values import Asked, Values, fault_of, short
from coordination.exchange.tables import Remark
from coordination.exchange.workbooks import Book, Cell, Line

T = TypeVar("T")

#: In the first cell of the template's own row; such a row is no row.
EXAMPLE = "Beispiel"
#: Where none of these is filled, a row speaks of nobody and of no place.
_SAYS_WHO_OR_WHERE = (Field.NUMBER, Field.SCHOOL, *people_cells.NAMES)
#: What holds for all people of a row, and is the same in many rows.
_DAYS = (Field.FROM, Field.UNTIL, Field.FUNDED_UNTIL)
_SHARED = (Field.FUNCTION, Field.GROUP, Field.FUNDING, Field.HOLIDAYS)
#: After so many rows it is told how far the reading is.
_TOLD = 250
_NO_HEADINGS = N_(
    "No line of this file looks like headings. At least a column for the school and one for the person are needed."
)
_NO_COLUMN = {
    Field.SCHOOL: N_(
        "This list has no column for the school. Please say above which one it is, or add it to the list."
    ),
    Field.PERSON: N_(
        "This list has no column for the person. Please say above which one it is, or add it to the list."
    ),
}
_NO_PLACE = N_("There is no school or facility in this row.")
_UNKNOWN_NUMBER = N_("There is no school with the number %(number)s today.")
_NO_NUMBER = N_("“%(text)s” is no school number; it has six digits.")
_UNKNOWN_PLACE = N_("There is no school or facility called “%(text)s” here.")
_CLOSED_PLACE = N_("“%(text)s” has closed: its last day was %(day)s.")
#: The answer that no school which was offered is meant.
NO_SCHOOL = "0"
NO_SCHOOL_WORDS = N_("none of these – leave out these rows")
_CONTRADICTION = N_("The number %(number)s belongs to “%(school)s”, but the row says “%(text)s”.")
_NO_EMPLOYER = N_("The row does not say for whom the person works.")
_PRIVATE_MAIL = N_("%(email)s looks like a private mailbox. Only official contact belongs here.")
_UNKNOWN_EMPLOYER = N_("You keep no organisation called “%(text)s”.")


class ListReader:
    """Reads one list against what is known; ``answers`` are what the keeper said so far."""

    def __init__(self, known: Known, layout: Layout, employer_id: int | None, answers: Mapping[str, str]) -> None:
        self.known, self.layout, self.employer_id = known, layout, employer_id
        self.fields = layout.fields
        self._hours_place = layout.hours_place
        self.values = Values(known.today, answers, known.numbers())
        self.schools = Schools(known.places)
        self.faults: list[Fault] = []
        self.entries: list[Entry] = []
        self.left_out: list[int] = []
        #: Of which the keeper said that no school here is meant.
        self.skipped: list[int] = []
        #: Of a list from here: places to which nobody is assigned.
        self.nobody: list[int] = []
        self.hidden: list[int] = []
        self.rows = 0
        self.line = Line(0, ())
        self._cells: dict[Field, Cell] = {}
        self._texts: dict[Field, str] = {}
        #: What number and name of a school meant in an earlier row.
        self._meant: dict[tuple[str, str], int] = {}
        #: What cells that hold for all people of a row said in an earlier row.
        self._said: dict[tuple[object, ...], dict[str, Any]] = {}
        self._of_people = people_cells.field_of(self.fields)

    def cell(self, field: Field) -> Cell:
        """Return a cell of the row as it is; "" if the list has no such column or the row ends before it."""
        return self._cells.get(field, "")

    def text(self, field: Field) -> str:
        """Return a cell of the row as one line of text."""
        return self._texts.get(field, "")

    def tried(self, field: Field, read: Callable[..., T], *said: Any) -> T | None:
        """Return what ``read`` makes of ``said``; what is wrong or asked is noted for the cell, and None returned."""
        try:
            return read(*said)
        except Asked:
            self._is_whole = False
        except RuleViolation as violation:
            self._is_whole = False
            self.faults.append(fault_of(self.line.number, self.fields.get(field), violation))
        return None

    def filled(self, field: Field, read: Callable[..., T], *said: Any) -> T | None:
        """Do the same where the cell is filled; return None where it is not, or where there is no such column."""
        return self.tried(field, read, *said) if field in self._cells else None

    def read_line(self, line: Line) -> None:
        """Read one row."""
        here = line.cells
        self.line = line
        # Each cell is asked for several times while its row is read.
        self._cells = {one: cell for one, place in self.fields.items() if place < len(here) and (cell := here[place])}
        self._join_hours(here)
        self._texts = {
            one: " ".join(cell.split()) if isinstance(cell, str) else cells.plain(cell)
            for one, cell in self._cells.items()
        }
        if self._is_no_row():
            return
        self.rows += 1
        if line.is_hidden:
            self.hidden.append(line.number)
        self._is_whole = True
        place_id = self._place()
        if place_id == int(NO_SCHOOL):
            self.skipped.append(line.number)
            return
        employer_id = self.tried(Field.EMPLOYER, self._employer)
        days = self._once(_DAYS, self._days)
        people = self._people()
        if self._is_whole and place_id and employer_id:
            shared = self._once(_SHARED, self._shared) | days
            if self._is_whole:
                self.entries += [
                    Entry(line.number, employer_id, place_id, person, share=share, times=times, **shared)
                    for person, share, times in people
                ]

    def _once(self, fields: tuple[Field, ...], read: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Return what some cells of a row say; rows in which they say the same are read once.

        What is wrong, asked or remarked on is so for each row.
        """
        said = fields, *map(self._cells.get, fields)
        if (found := self._said.get(said)) is not None:
            return found
        was_whole, self._is_whole, remarked = self._is_whole, True, len(self.values.immediate)
        found = read()
        if self._is_whole and len(self.values.immediate) == remarked:
            self._said[said] = found
        self._is_whole &= was_whole
        return found

    def _days(self) -> dict[str, Any]:
        since = self.filled(Field.FROM, self.values.day, self.line.number, self.cell(Field.FROM))
        until = self._end(Field.UNTIL)
        if since and until:
            self.tried(Field.UNTIL, check_span, since, until)
        return {"since": since, "until": until, "funded_until": self._end(Field.FUNDED_UNTIL)}

    def _join_hours(self, here: Sequence[Cell]) -> None:
        """Put days and hours together where they stand in two columns; where both say times, both are read."""
        place = self._hours_place
        hours = here[place] if place is not None and place < len(here) else ""
        if hours:
            self._cells[Field.TIMES] = cells.days_with_hours(self._cells.get(Field.TIMES, ""), hours)

    def _is_no_row(self) -> bool:
        if EXAMPLE in (self.text(Field.NUMBER), self.line.cells[0]):
            return True
        if not any(field in self._texts for field in _SAYS_WHO_OR_WHERE):
            # A sum, a caption between parts of the list, somebody's note at the end.
            self.left_out.append(self.line.number)
            return True
        if (person := self.text(Field.PERSON)) and cells.is_nobody(person):
            self.nobody.append(self.line.number)
            return True
        return False

    def _end(self, field: Field) -> date | None:
        return self.filled(field, self._last_day, self.cell(field))

    def _last_day(self, cell: Cell) -> date | None:
        return self.values.day(self.line.number, cell, is_end=True)

    def _place(self) -> int | None:
        number = self.text(Field.NUMBER)
        if not number:
            return self.tried(Field.SCHOOL, self._named)
        said = number, self.text(Field.SCHOOL)
        if (found := self._meant.get(said)) is None:
            found = self.tried(Field.NUMBER, self._numbered, *said)
            if found is not None:
                self._meant[said] = found
        return found

    def _numbered(self, text: str, name: str) -> int:
        number = school_number(text.replace(" ", ""))
        if number is None:
            raise RuleViolation(_NO_NUMBER, text=text[:40])
        found = self.schools.numbered(number)
        if found is None:
            raise RuleViolation(_UNKNOWN_NUMBER, number=number)
        match = self.schools.meant(found, name)
        if match.offered:
            return self._asked(match, (number, name))
        if match.place_id is not None and match.place_id != found:
            return match.place_id
        if name and (match.place_id is None or not self.schools.may_be_called(found, name)):
            school = self.known.places[found].name
            raise RuleViolation(_CONTRADICTION, number=number, school=school, text=name[:80])
        return found

    def _named(self) -> int:
        said = (Field.SCHOOL, Field.FORM, Field.DISTRICT, Field.SITE_OF)
        name, form, district, school = (self.text(one) for one in said)
        if not name:
            raise RuleViolation(_NO_PLACE)
        match = self.schools.named(name, form, district, school)
        if match.place_id is not None:
            return match.place_id
        if not match.offered:
            if (last := self.known.closed.get(fold_name(name))) is not None:
                raise RuleViolation(_CLOSED_PLACE, text=name[:80], day=format_date(last))
            raise RuleViolation(_UNKNOWN_PLACE, text=name[:80])
        return self._asked(match, (name, form, district, *filter(None, [school])))

    def _asked(self, match: Match, texts: Sequence[str]) -> int:
        """Return which of the places that are offered the keeper says is meant."""
        options = (*((str(key), self._described(key)) for key in match.offered), (NO_SCHOOL, NO_SCHOOL_WORDS))
        about = ", ".join(part for part in texts if part)
        key = "|".join(fold_name(part) for part in texts)
        answer = int(self.values.ask(self.line.number, "school", key, about=about, options=options))
        if answer != int(NO_SCHOOL) and answer not in self.known.places:
            raise RuleViolation(_UNKNOWN_PLACE, text=about[:80])
        return answer

    def _described(self, key: int) -> str:
        place = self.known.places[key]
        return ", ".join(part for part in (place.name, place.district, place.number) if part)

    def _employer(self) -> int:
        text = self.text(Field.EMPLOYER)
        if not text and self.employer_id is None:
            raise RuleViolation(_NO_EMPLOYER)
        if not text:
            return self.employer_id or 0
        found = self.known.employer_keys.get(fold_name(text), frozenset())
        if len(found) != 1:
            raise RuleViolation(_UNKNOWN_EMPLOYER, text=text[:80])
        return next(iter(found))

    def _people(self) -> list[tuple[PersonText | None, Share | None, tuple[WeeklyTime, ...] | None]]:
        found = self.tried(self._of_people, people_cells.people_of, self)
        if found is None:
            return []
        room = self.filled(Field.ROOM, short, self.text(Field.ROOM), 60) or ""
        return [(one.person, self._share(one), self._week(one, room)) for one in found]

    def _share(self, one: people_cells.Part) -> Share | None:
        field = Field.SHARE if one.share else Field.HOURS
        return self.tried(field, self.values.shares, self.line.number, one.share, one.hours)

    def _week(self, one: people_cells.Part, room: str) -> tuple[WeeklyTime, ...] | None:
        return self.tried(Field.TIMES, self.values.week, one.times, room) if one.times else None

    def _shared(self) -> dict[str, Any]:
        """Return what holds for all people of a row."""
        text = self.text(Field.FUNCTION)
        function = self.values.once("function", text, lambda: cells.read_function(text)) if text else None
        group = self.text(Field.GROUP) or ("" if function else text)
        return {
            "function": function,
            "group": (self.tried(Field.GROUP, short, group, 120) if group else None) or None,
            "funding": self.filled(Field.FUNDING, cells.read_funding, self.text(Field.FUNDING)),
            "in_holidays": self.filled(
                Field.HOLIDAYS, self.values.holidays, self.line.number, self.cell(Field.HOLIDAYS)
            ),
        }


def read_list(
    known: Known,
    book: Book,
    employer_id: int | None,
    answers: Mapping[str, str],
    *,
    tell: Callable[[int, int], None] = lambda _done, _total: None,
) -> Read:
    """Return all that a list says, with what is wrong in it and what has to be asked.

    ``tell`` hears now and then how many rows of how many are read.

    Raises:
        RuleViolation: nothing in it looks like a list of people.
    """
    told = {name.partition(":")[2]: value for name, value in answers.items() if name.startswith("column:")}
    found = best_layout(book.grids, told)
    if found is None:
        raise RuleViolation(_NO_HEADINGS, field="file")
    grid, layout = found
    reader = ListReader(known, layout, employer_id, answers)
    read = Read(grid.name)
    read.left_behind = [heading.text for heading in layout.headings if heading.field is Field.LEFT]
    read.headings = layout.headings
    read.questions += [
        Question("column", heading.key, heading.text, detail=letter(heading.place)) for heading in layout.unknown
    ]
    if missing := _missing(layout):
        read.faults = [Fault(0, None, _NO_COLUMN[missing])]
        return read
    for number, line in enumerate(layout.lines):
        if number % _TOLD == 0:
            tell(number, len(layout.lines))
        reader.read_line(line)
    tell(len(layout.lines), len(layout.lines))
    read.entries, read.faults, read.rows, read.skipped = reader.entries, reader.faults, reader.rows, reader.skipped
    read.questions += [
        Question(ask.kind, ask.key, ask.about, tuple(ask.lines), ask.options, detail=ask.detail)
        for ask in reader.values.asks.values()
    ]
    read.remarks = _remarks(book, grid.name, reader)
    return read


def _missing(layout: Layout) -> Field | None:
    fields = layout.fields
    if Field.NUMBER not in fields and Field.SCHOOL not in fields:
        return Field.SCHOOL
    return None if Field.PERSON in fields or Field.FAMILY in fields else Field.PERSON


def _remarks(book: Book, sheet: str, reader: ListReader) -> list[Remark]:
    found = [Remark(N_("The hidden sheet “%(name)s” was left out."), {"name": name}) for name in book.hidden]
    others = [grid.name for grid in book.grids if grid.name != sheet]
    found += [Remark(N_("The sheet “%(name)s” was not read: one file, one list."), {"name": name}) for name in others]
    if book.encoding not in {"", "UTF-8"}:
        found.append(Remark(N_("The file is not UTF-8; it was read as %(encoding)s."), {"encoding": book.encoding}))
    for message, lines in (
        (N_("The row is hidden in the file; it was read like the others."), reader.hidden),
        (N_("“ab sofort” was read as today."), reader.values.immediate),
        (N_("There is neither a school nor a person in this row; it was left out."), reader.left_out),
        (N_("Nobody is assigned to the place in this row; it was left out."), reader.nobody),
        (N_("You said that none of the schools offered is meant; the row was left out."), reader.skipped),
    ):
        found += [Remark(message, {}, line) for line in lines]
    return [*_private(reader), *found]


def _private(reader: ListReader) -> list[Remark]:
    """Return a remark for each private mailbox that the directory does not have yet; it stops nobody."""
    lines: dict[str, int] = {}
    for entry in reader.entries:
        if entry.person is not None and looks_private(entry.person.email):
            lines.setdefault(entry.person.email, entry.line)
    new = ((email, line) for email, line in lines.items() if email.lower() not in reader.known.by_mail)
    return [Remark(_PRIVATE_MAIL, {"email": email}, line) for email, line in new]
