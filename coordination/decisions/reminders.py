"""Who is reminded of what: everything overdue or due within a week, grouped by who is written to."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core.access import Actor
from coordination.core.collation import german_key
from coordination.decisions.access import managed_bodies
from coordination.decisions.models import Decision, Task
from coordination.decisions.queries import undone, whole
from coordination.directory.models import Organisation, Person
from coordination.mail.outbox import GONE, ON_THE_WAY, OutboxMail
from coordination.mail.rules import MailState

#: What falls due within so many days is reminded of already.
AHEAD = timedelta(days=7)
#: Within so many days nobody is reminded of the same thing twice without being asked for it.
PAUSE = timedelta(days=7)
#: More than anybody looks through on one page.
MOST = 500


@dataclass(slots=True)
class Reminded:
    """One mail: to a person, or to a unit's official address, with what it is about."""

    key: str
    name: str
    email: str
    person_id: int | None
    rows: list[Decision | Task] = field(default_factory=list)
    #: What was reminded of within the pause, and is left out unless asked for.
    resting: list[Decision | Task] = field(default_factory=list)
    #: Whose reminder has not left yet: they have not heard of it, and will.
    waiting: list[Decision | Task] = field(default_factory=list)
    #: Whose reminder did not get through: it is sent again from the list of such mails.
    missed: list[Decision | Task] = field(default_factory=list)

    @property
    def unit_id(self) -> int | None:
        """Return the key of the unit, where it is one."""
        return int(self.key.partition(":")[2]) if self.person_id is None else None

    @property
    def is_due(self) -> bool:
        """Return whether there is a mail to send."""
        return bool(self.rows and self.email)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a plan is made for: ``again``: also of what they heard of this week; ``body_id``: of one body alone."""

    again: bool = False
    body_id: int | None = None


#: Of every body, once a week.
ALL = Wanted()


def plan(session: Session, actor: Actor, now: datetime, today: date, *, wanted: Wanted = ALL) -> list[Reminded]:
    """Return who is to be reminded of what, in German order; only of bodies that ``actor`` runs."""
    found: dict[str, Reminded] = {}
    bodies = [key for key in managed_bodies(actor) if wanted.body_id in {None, key}]
    rows = _due(session, bodies, today)
    unheard = _unheard(session, rows)
    for row in rows:
        one = _recipient(row, today)
        if one is None:
            continue
        mine = found.setdefault(one.key, one)
        mail = unheard.get(row.reminder_mail_id or 0)
        if mail is not None and mail.recipient == one.email and mail.problem not in GONE:
            (mine.missed if mail.state is MailState.FAILED else mine.waiting).append(row)
        else:
            is_resting = not wanted.again and _has_heard(row, mail, now)
            (mine.resting if is_resting else mine.rows).append(row)
    return sorted(found.values(), key=lambda one: german_key(one.name))


def _due(session: Session, bodies: Sequence[int], today: date) -> list[Decision | Task]:
    found: list[Decision | Task] = []
    models: tuple[type[Decision | Task], ...] = (Decision, Task)
    for model in models:
        statement = select(model).where(model.body_id.in_(bodies), undone(model), model.due_on <= today + AHEAD)
        rows: Any = session.scalars(statement.options(*whole(model)).order_by(model.due_on, model.id).limit(MOST))
        found.extend(rows)
    return sorted(found, key=lambda row: row.due_on or today)


def _has_heard(row: Decision | Task, mail: OutboxMail | None, now: datetime) -> bool:
    """Return whether somebody was reminded of a thing within the pause; ``mail`` is one that they have not got."""
    is_lost = mail is not None and mail.state is MailState.FAILED
    return row.reminded_at is not None and now - row.reminded_at < PAUSE and not is_lost


def _unheard(session: Session, rows: Sequence[Decision | Task]) -> dict[int, OutboxMail]:
    """Return the last reminders of some things that nobody has got, by key; no statement if none was written.

    Whose reader was told otherwise has been heard.
    """
    keys = {row.reminder_mail_id for row in rows if row.reminder_mail_id is not None}
    if not keys:
        return {}
    mails = select(OutboxMail).where(OutboxMail.id.in_(keys), OutboxMail.settled_at.is_(None))
    found = session.scalars(mails.where(OutboxMail.state.in_(ON_THE_WAY | {MailState.FAILED})))
    return {mail.id: mail for mail in found}


def _recipient(row: Decision | Task, today: date) -> Reminded | None:
    """Return who is written to: the person who took it on while there, else the unit in charge."""
    person = row.person if isinstance(row, Task) else None
    if person is not None and _is_there(person, today):
        return Reminded(f"person:{person.id}", person.name, person.email, person.id)
    if row.unit is not None and _is_there(row.unit, today):
        return Reminded(f"organisation:{row.unit.id}", row.unit.name, row.unit.email, None)
    return None


def _is_there(one: Person | Organisation, today: date) -> bool:
    return one.valid_until is None or one.valid_until >= today


def fingerprint(mails: Sequence[Reminded]) -> str:
    """Return what stands for a plan in the form that sends it: what was looked at is what is sent, or nothing."""
    lines = [
        f"{one.key} {one.email} " + " ".join(f"{row.__tablename__}{row.id}" for row in one.rows)
        for one in mails
        if one.is_due
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
