"""The directory as of a day: which day is meant, what may be seen of it, and what things were called then."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from coordination.core.access import Actor, Permission, allows, plans_of
from coordination.core.i18n import format_date
from coordination.core.i18n import gettext as _
from coordination.directory.models import Assignment, Confirmed, EarlierValue, Organisation, Person, Place
from coordination.directory.rules import called, is_stale

#: Outside of these years a date is a slip of the finger.
YEARS = range(1990, 2100)
_FORMS = (
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII), (1, 2, 3)),
    (re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII), (3, 2, 1)),
)


@dataclass(frozen=True, slots=True)
class AsOf:
    """The day that a page speaks of."""

    day: date
    today: date
    #: Whether what lies ahead of ``day`` may be seen, of everybody.
    planned: bool
    #: Why another day than the one asked for is shown; "" if it is the one.
    remark: str = ""
    #: What the clock shows, for a page that shows today: who has left by now is no longer there.
    now: time | None = None
    #: The organisations of which it may be seen besides: those that the reader keeps.
    keeps: frozenset[int] = frozenset()

    @property
    def is_today(self) -> bool:
        """Return whether the page shows the present."""
        return self.day == self.today

    @property
    def is_past(self) -> bool:
        """Return whether the page shows what was: to read, not to act upon."""
        return self.day < self.today

    @property
    def arguments(self) -> dict[str, Any]:
        """Return what links of the page carry on, so that one stays on the day."""
        return {} if self.is_today else {"stand": self.day.isoformat()}

    def plans(self, *organisation_ids: int | None) -> bool:
        """Return whether what lies ahead may be seen of what belongs to one of these organisations."""
        return self.planned or not self.keeps.isdisjoint(organisation_ids)

    def shows_end(self, last: date | None, *organisation_ids: int | None) -> bool:
        """Return whether an end may be named: it has come, or what is planned may be seen of the organisations."""
        return last is not None and (self.plans(*organisation_ids) or last < self.today)

    def may_ask(self, named: Iterable[Person]) -> Person | None:
        """Return the first of those who were named as substitutes to whom people can be sent; None if there is none.

        Who has left is none any more; who only begins later is one for those who may see plans.
        """
        return next((person for person in named if self._can_be_asked(person)), None)

    def _can_be_asked(self, person: Person) -> bool:
        has_left = person.valid_until is not None and person.valid_until < min(self.day, self.today)
        is_planned = person.valid_from is not None and person.valid_from > self.today
        return not has_left and (not is_planned or self.plans(person.organisation_id))

    def confirmed_on(self, row: Assignment | Confirmed) -> date | None:
        """Return the day of the last confirmation, if it was known on ``day`` already."""
        day = row.confirmed_on
        return day if day is not None and (day <= self.day or not self.is_past) else None

    def is_stale(self, row: Assignment | Confirmed) -> bool:
        """Return whether something was confirmed once, but longer ago than half a year."""
        return is_stale(self.confirmed_on(row), self.day)


def as_text(value: object) -> str:
    """Return a value as ``EarlierValue`` holds it."""
    return "" if value is None else str(value)


def parse_day(text: str) -> date | None:
    """Return the date in ``text`` ("2026-10-22" or "22.10.2026"), or None."""
    for pattern, (year, month, day) in _FORMS:
        if found := pattern.fullmatch(text.strip()):
            try:
                return date(int(found[year]), int(found[month]), int(found[day]))
            except ValueError:
                return None
    return None


def read(text: str | None, actor: Actor, now: datetime) -> AsOf:
    """Return the day that ``?stand=`` asks for; whatever cannot be shown becomes today, with a sentence.

    ``now`` is wall time.
    """
    planned, today = allows(actor, Permission.DIRECTORY_PLANNED), now.date()
    shown = AsOf(today, today, planned, now=now.time(), keeps=plans_of(actor))
    if not text:
        return shown
    day = parse_day(text)
    if day is None or day.year not in YEARS:
        remark = _("“%(text)s” is not a date that can be shown. This is the state of today.", text=text[:40])
        return replace(shown, remark=remark)
    if day > today and not planned:
        remark = _("What is planned for %(day)s is not shown. This is the state of today.", day=format_date(day))
        return replace(shown, remark=remark)
    return replace(shown, day=day)


def _unit_of(row: Place | Person | Organisation) -> Organisation | None:
    """Return the organisation that is named beside ``row``: who runs a place, to whom a person belongs, itself."""
    if isinstance(row, Organisation):
        return row
    return row.operator if isinstance(row, Place) else row.organisation


class Then:
    """What people, organisations and places were called on a day; today's names cost no statement."""

    def __init__(
        self,
        session: Session,
        as_of: AsOf,
        *,
        people: Iterable[Person | None] = (),
        organisations: Iterable[Organisation | None] = (),
        places: Iterable[Place | None] = (),
    ) -> None:
        """Read all earlier values in one statement."""
        self._values: dict[tuple[str, int], dict[str, str]] = {}
        self._session, self.as_of = session, as_of
        if as_of.day < as_of.today:
            self._read(people, organisations, places)

    def _read(
        self,
        people: Iterable[Person | None],
        organisations: Iterable[Organisation | None],
        places: Iterable[Place | None],
    ) -> None:
        columns = {
            EarlierValue.person_id: {row.id for row in people if row},
            EarlierValue.organisation_id: {row.id for row in organisations if row},
            # Of a site what its school was called belongs to it.
            EarlierValue.place_id: {key for row in places if row for key in (row.id, row.parent_id) if key},
        }
        statement = (
            select(EarlierValue)
            .where(
                EarlierValue.valid_until >= self.as_of.day,
                or_(*(column.in_(keys) for column, keys in columns.items())),
            )
            .order_by(EarlierValue.valid_until, EarlierValue.id)
        )
        for row in self._session.scalars(statement):
            key = (
                ("person", row.person_id)
                if row.person_id
                else ("organisation", row.organisation_id)
                if row.organisation_id
                else ("place", row.place_id)
            )
            # The oldest entry that still held on the day wins.
            self._values.setdefault((key[0], key[1] or 0), {}).setdefault(row.field, row.value)

    @classmethod
    def of(
        cls,
        session: Session,
        as_of: AsOf,
        assignments: Iterable[Assignment],
        *more: Place | Person | Organisation,
        places: Iterable[Place] = (),
    ) -> Then:
        """Return the names of everything that ``assignments`` and ``more`` mention, and of ``places`` themselves."""
        rows = list(assignments)
        return cls(
            session,
            as_of,
            people=[*(a.person for a in rows), *(row for row in more if isinstance(row, Person))],
            organisations=[a.employer for a in rows] + [_unit_of(row) for row in more],
            places=[*(a.place for a in rows), *(row for row in more if isinstance(row, Place)), *places],
        )

    def value(self, row: Person | Organisation | Place, field: str) -> str:
        """Return a text field of ``row`` as it was."""
        earlier = self._values.get((row.__tablename__, row.id), {})
        return earlier.get(field, getattr(row, field) or "")

    def of_school(self, place: Place, field: str) -> str:
        """Return a text or date field of a place's school as it was; "" of a place that is none."""
        if place.school is None:
            return ""
        return self._values.get(("place", place.id), {}).get(field, as_text(getattr(place.school, field)))

    def key(self, row: Person | Organisation | Place, field: str) -> int | None:
        """Return a key held by ``row`` (a district, an organisation) as it was."""
        earlier = self._values.get((row.__tablename__, row.id), {})
        if field not in earlier:
            now: int | None = getattr(row, field)
            return now
        return int(earlier[field]) if earlier[field].isascii() and earlier[field].isdigit() else None

    def organisation_of(self, row: Person | Place) -> Organisation | None:
        """Return who ran a place, or to whom a person belonged; another than today's costs two statements."""
        field = "operator_id" if isinstance(row, Place) else "organisation_id"
        now = row.operator if isinstance(row, Place) else row.organisation
        key = self.key(row, field)
        if key is None or (now is not None and now.id == key):
            return None if key is None else now
        found = self._session.get(Organisation, key)
        if found is not None and (found.__tablename__, found.id) not in self._values:
            self._read((), [found], ())
        return found

    def name(self, row: Person | Organisation | Place | None) -> str:
        """Return what ``row`` was called: a person with title, an organisation as in a list (``rules.called``)."""
        if row is None:
            return ""
        if isinstance(row, Person):
            parts = (self.value(row, field) for field in ("title", "given_name", "family_name"))
            return " ".join(part for part in parts if part)
        if isinstance(row, Organisation):
            return called(self.value(row, "name"), self.value(row, "short_name"))
        return self.value(row, "name")
