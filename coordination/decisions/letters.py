"""Reminders: one mail to each person or unit, with a personal link for each thing that is due."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from coordination.core.i18n import current_language, gettext, in_language, ngettext
from coordination.decisions import words
from coordination.decisions.models import Decision, Task
from coordination.mail import text
from coordination.mail.drafts import Draft
from coordination.mail.message import Letter
from coordination.mail.site import Site
from coordination.mail.text import Block, Facts, Link

#: Purpose of these mails in the outbox.
PURPOSE = "task"
#: Where their personal links lead.
STATUS_PATH = "/status/"


@dataclass(frozen=True, slots=True)
class Reminder:
    """What one mail says: to whom, about what, with which links (key of the row's kind and number → token)."""

    to: str
    to_name: str
    language: str
    rows: Sequence[Decision | Task]
    #: None: not made yet.
    tokens: Mapping[str, str] | None
    sender_name: str
    today: date
    person_id: int | None = None


def key_of(row: Decision | Task) -> str:
    """Return what a row is known by among decisions and tasks."""
    return f"{row.__tablename__}:{row.id}"


def about(reminder: Reminder) -> str:
    """Return how the outbox knows the mail: the same things to the same address replace one that still waits."""
    keys = " ".join(sorted(key_of(row) for row in reminder.rows))
    return f"reminder:{hashlib.sha256(keys.encode()).hexdigest()[:20]}"


def draft(reminder: Reminder, site: Site, tokens: Callable[[], Mapping[str, str]]) -> Draft:
    """Return one mail, to be written now or later, with the personal links that ``tokens`` makes then."""
    rows = tuple(
        (key_of(row), row.generation, _title(row), row.body.name, *_facts(row, reminder.today)) for row in reminder.rows
    )
    mark = (replace(reminder, rows=(), tokens=None), rows)
    return Draft(mark, lambda: letter(replace(reminder, tokens=tokens()), site))


def letter(reminder: Reminder, site: Site) -> Letter:
    """Return one mail as it will be frozen."""
    with in_language(reminder.language):
        blocks = _blocks(reminder, site)
        return Letter(
            to=reminder.to,
            to_name=reminder.to_name,
            subject=_subject(reminder),
            text=text.plain(blocks),
            html=text.html(blocks, language=current_language()),
            purpose=PURPOSE,
            about=about(reminder),
            sender_name=reminder.sender_name,
            person_id=reminder.person_id,
        )


def _subject(reminder: Reminder) -> str:
    if len(reminder.rows) == 1:
        return gettext("Reminder: %(what)s", what=words.short(reminder.rows[0].text))
    count, tasks = len(reminder.rows), sum(isinstance(row, Task) for row in reminder.rows)
    if not tasks:
        return gettext("Reminder: %(count)s decisions", count=count)
    if tasks < count:
        return gettext("Reminder: %(count)s decisions and tasks", count=count)
    return gettext("Reminder: %(count)s tasks", count=count)


def _lead(reminder: Reminder) -> str:
    """Return what the mail is about and what its links are for: of one or of many, overdue, due today or later."""
    count = len(reminder.rows)
    asked = ngettext(
        "Please say how far it is. The link is for you alone; no password is needed.",
        "Please say of each how far it is. The links are for you alone; no password is needed.",
        count,
    )
    return f"{_when(reminder, count)} {asked}"


def _when(reminder: Reminder, count: int) -> str:
    days = {min(max((row.due_on - reminder.today).days, -1), 1) for row in reminder.rows if row.due_on is not None}
    if days == {-1}:
        return ngettext("this is overdue.", "these %(count)s things are overdue.", count, count=count)
    if days == {0}:
        return ngettext("this is due today.", "these %(count)s things are due today.", count, count=count)
    if -1 in days:
        return gettext("of these %(count)s things some are overdue, others are due now or soon.", count=count)
    return ngettext("this is due soon.", "these %(count)s things are due soon.", count, count=count)


def _blocks(reminder: Reminder, site: Site) -> list[Block]:
    found: list[Block] = [
        gettext("Good day, %(name)s,", name=reminder.to_name),
        _lead(reminder),
    ]
    for row in reminder.rows:
        found.append(_title(row))
        found.append(Facts(tuple(_facts(row, reminder.today))))
        token = (reminder.tokens or {}).get(key_of(row), "…")
        found.append(Link(gettext("Say how far it is"), site.url(STATUS_PATH + token)))
    bodies = ", ".join(dict.fromkeys(row.body.name for row in reminder.rows))
    found.append("\n".join(part for part in (reminder.sender_name, bodies) if part))
    closing = gettext(
        "Koordination, %(city)s – questions: %(contact)s", city=site.city_name, contact=site.contact_email
    )
    found.append(f"-- \n{closing}" + (f"\n{gettext('Demonstration with invented people')}" if site.is_demo else ""))
    return found


def _title(row: Decision | Task) -> str:
    return row.text if isinstance(row, Task) else f"{words.number_of(row)}: {row.text}"


def _facts(row: Decision | Task, today: date) -> list[tuple[str, str]]:
    return [
        (gettext("Due"), words.due(row, today)),
        (gettext("Status"), words.state_text(row, today)),
        (gettext("From"), f"{row.meeting.title}, {row.body.name}"),
    ]
