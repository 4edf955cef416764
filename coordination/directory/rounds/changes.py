"""What somebody's entries say, what they are to say instead, and the difference in words. No database."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import time
from typing import Any

from coordination.core.i18n import N_
from coordination.core.i18n import gettext as _
from coordination.core.phones import display_phone
from coordination.directory import words
from coordination.directory.assignment_inputs import AssignmentInput, input_of, times_of
from coordination.directory.models import Assignment, Person
from coordination.directory.person_services import looks_private
from coordination.directory.rounds import besides
from coordination.directory.rounds.besides import Beside
from coordination.directory.rules import HolidayPresence, WeeklyTime

#: Official contact that its owner may change → its label.
CONTACT = {"phone": N_("Phone (office)"), "mobile": N_("Official mobile"), "email": N_("Official e-mail")}
Times = tuple[WeeklyTime, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is to become different, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to become different: fields of the contact; of assignments by their keys weekly times and holidays."""

    contact: Mapping[str, str] = field(default_factory=dict)
    weeks: Mapping[int, Times] = field(default_factory=dict)
    holidays: Mapping[int, HolidayPresence] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Return whether anything is to become different."""
        return bool(self.contact or self.assignments)

    @property
    def assignments(self) -> frozenset[int]:
        """Return the keys of the assignments of which anything is to become different."""
        return frozenset({*self.weeks, *self.holidays})

    def wanted_of(self, row: Assignment) -> AssignmentInput:
        """Return an assignment as it is to be."""
        return replace(
            input_of(row),
            times=self.weeks.get(row.id, times_of(row)),
            in_holidays=self.holidays.get(row.id, row.in_holidays),
        )

    def packed(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        weeks = {
            str(key): [[t.weekday, t.starts_at.isoformat(), t.ends_at.isoformat(), t.room] for t in times]
            for key, times in self.weeks.items()
        }
        holidays = {str(key): said.value for key, said in self.holidays.items()}
        return {"contact": dict(self.contact), "weeks": weeks, "holidays": holidays}

    @classmethod
    def unpacked(cls, stored: Mapping[str, Any]) -> Wish:
        """Return what ``packed`` has made."""
        weeks = {
            int(key): tuple(
                WeeklyTime(day, time.fromisoformat(first), time.fromisoformat(last), room)
                for day, first, last, room in times
            )
            for key, times in stored["weeks"].items()
        }
        # Changes that were sent before the holidays could be changed say nothing of them.
        holidays = {int(key): HolidayPresence(said) for key, said in stored.get("holidays", {}).items()}
        return cls(stored["contact"], weeks, holidays)


#: All stays as it is.
NOTHING = Wish()


def wish_of(person: Person, rows: Sequence[Assignment], said: Wish) -> Wish:
    """Return what of all that was ``said`` differs from what is stored."""
    stored = {row.id: set(times_of(row)) for row in rows}
    counts = {row.id: words.holidays_count(row) for row in rows}
    return Wish(
        {name: value for name, value in said.contact.items() if getattr(person, name) != value},
        {key: times for key, times in said.weeks.items() if key in stored and stored[key] != set(times)},
        {key: answer for key, answer in said.holidays.items() if key in counts and counts[key] is not answer},
    )


def private_email(wish: Wish) -> str:
    """Return the new address if it looks like a private mailbox; "" otherwise."""
    email = wish.contact.get("email", "")
    return email if looks_private(email) else ""


def differences(person: Person, rows: Sequence[Assignment], wish: Wish) -> list[Difference]:
    """Return each change in words, against what is stored now."""
    found = [
        Difference(_(CONTACT[name]), shown(name, getattr(person, name)), shown(name, value))
        for name, value in wish.contact.items()
        if getattr(person, name) != value
    ]
    for row in rows:
        times = wish.weeks.get(row.id)
        if times is not None and set(times) != set(times_of(row)):
            label = _("There each week: %(place)s", place=words.with_school(row.place))
            found.append(Difference(label, week(times_of(row)), week(times)))
        answer = wish.holidays.get(row.id)
        if answer is not None and answer is not words.holidays_count(row):
            label = _("In school holidays: %(place)s", place=words.with_school(row.place))
            found.append(Difference(label, words.holiday_answer(row), words.holiday_word(answer)))
    return found


def shown(name: str, value: str) -> str:
    """Return a field of the contact as people read it; "" if there is nothing."""
    return value if name == "email" else display_phone(value) if value else ""


def week(times: Sequence[WeeklyTime]) -> str:
    """Return weekly times as mails and pages of a round say them; "" if none are known."""
    return words.week_with_rooms(times)


def mark(person: Person, rows: Sequence[Assignment], beside: Sequence[Beside] = ()) -> str:
    """Return what stands for all that was shown: who answers answers to that, and to nothing newer."""
    said = [person.name, person.phone, person.mobile, person.email]
    said += [
        repr((row.id, row.place_id, row.function, row.share_posts, row.share_hours, times_of(row), row.in_holidays))
        for row in rows
    ]
    said += besides.said(beside)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]
