"""What somebody's entries say, what they are to say instead, and the difference in words. No database."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from coordination.core.i18n import N_, weekday_short
from coordination.core.i18n import gettext as _
from coordination.core.phones import display_phone
from coordination.directory import words
from coordination.directory.assignment_inputs import times_of
from coordination.directory.models import Assignment, Person
from coordination.directory.person_services import looks_private
from coordination.directory.rules import WeeklyTime

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
    """What is to become different: fields of the contact, and the weekly times of assignments by their keys."""

    contact: Mapping[str, str] = field(default_factory=dict)
    weeks: Mapping[int, Times] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Return whether anything is to become different."""
        return bool(self.contact or self.weeks)

    def packed(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        weeks = {
            str(key): [[t.weekday, t.starts_at.isoformat(), t.ends_at.isoformat(), t.room] for t in times]
            for key, times in self.weeks.items()
        }
        return {"contact": dict(self.contact), "weeks": weeks}

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
        return cls(stored["contact"], weeks)


def wish_of(person: Person, rows: Sequence[Assignment], contact: Mapping[str, str], weeks: Mapping[int, Times]) -> Wish:
    """Return what of the input differs from what is stored."""
    stored = {row.id: set(times_of(row)) for row in rows}
    return Wish(
        {name: value for name, value in contact.items() if getattr(person, name) != value},
        {key: times for key, times in weeks.items() if key in stored and stored[key] != set(times)},
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
            label = _("There each week: %(place)s", place=row.place.name)
            found.append(Difference(label, week(times_of(row)), week(times)))
    return found


def shown(name: str, value: str) -> str:
    """Return a field of the contact as people read it; "" if there is nothing."""
    return value if name == "email" else display_phone(value) if value else ""


def week(times: Sequence[WeeklyTime]) -> str:
    """Return "Mo, Do 8–13 Uhr (Raum 104); Fr 8–10 Uhr"; "" if no times are known."""
    days: dict[tuple[str, str], list[str]] = {}
    for one in sorted(times, key=lambda t: (t.weekday, t.starts_at)):
        days.setdefault((words.hours(one), one.room), []).append(weekday_short(one.weekday))
    return "; ".join(
        f"{', '.join(names)} {hours}" + (f" ({room})" if room else "") for (hours, room), names in days.items()
    )


def mark(person: Person, rows: Sequence[Assignment]) -> str:
    """Return what stands for all that was shown: who answers answers to that, and to nothing newer."""
    said = [person.name, person.phone, person.mobile, person.email]
    said += [
        repr((row.id, row.place_id, row.function, row.share_posts, row.share_hours, times_of(row), row.in_holidays))
        for row in rows
    ]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]
