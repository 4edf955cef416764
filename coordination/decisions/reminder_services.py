"""Reminding: the plan that was looked at becomes mails, and each thing notes when."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from coordination.core import registry
from coordination.core.access import Permission, Subject, require
from coordination.core.errors import Conflict, Forbidden, RuleViolation
from coordination.core.i18n import N_
from coordination.core.jobs import Progress
from coordination.core.work import Work
from coordination.decisions import letters, reminders
from coordination.decisions.access import managed_bodies
from coordination.decisions.letters import Reminder, key_of
from coordination.decisions.models import Task
from coordination.decisions.reminders import ALL, Reminded, Wanted
from coordination.decisions.status_services import token
from coordination.directory.models import Person
from coordination.mail import drafts
from coordination.mail.drafts import Draft, Made
from coordination.mail.message import Letter
from coordination.mail.site import Site


@dataclass(frozen=True, slots=True)
class Mailing:
    """What is to be sent: the plan that was ``seen``, of it those ``chosen``, and mails made ahead (``prepare``)."""

    site: Site
    seen: str
    chosen: Collection[str]
    wanted: Wanted = ALL
    made: Made = field(default_factory=dict)


def prepare(reading: Work, mailing: Mailing, progress: Progress | None = None) -> Mailing:
    """Return the same with its mails as they will go out, if nothing changes before ``send``; nothing is written."""
    mails = reminders.plan(reading.session, reading.actor, reading.now, reading.today, wanted=mailing.wanted)
    due = [one for one in mails if one.is_due and one.key in mailing.chosen]
    made = drafts.freeze_all(_drafts(reading, mailing.site, due), mailing.site.sender, reading.now, progress)
    return replace(mailing, made=made)


def check(work: Work, mailing: Mailing) -> int:
    """Return how many ``send`` would write, or raise what it would: before a job that could only fail."""
    return len(_checked(work, mailing))


def _checked(work: Work, mailing: Mailing) -> list[Reminded]:
    if not managed_bodies(work.actor):
        raise Forbidden
    mails = reminders.plan(work.session, work.actor, work.now, work.today, wanted=mailing.wanted)
    due = [one for one in mails if one.is_due]
    if not due:
        return []
    if reminders.fingerprint(mails) != mailing.seen:
        raise Conflict
    due = _chosen(due, mailing.chosen)
    for row in (row for one in due for row in one.rows):
        require(work.actor, Permission.MINUTES_WRITE, Subject(body_id=row.body_id))
    return due


def send(work: Work, mailing: Mailing) -> int:
    """Write the reminders that are due into the outbox and return how many; those not chosen stay as they are.

    Raises:
        Conflict: the plan is another one by now.
        RuleViolation: nobody was chosen.
        Forbidden: whoever acts runs no body.
    """
    due = _checked(work, mailing)
    sent = drafts.put_all(work, _drafts(work, mailing.site, due), mailing.site.sender, mailing.made)
    for one, mail in zip(due, sent, strict=True):
        for row in one.rows:
            row.reminded_at, row.reminder_mail_id = work.now, mail.id
            if isinstance(row, Task):
                work.record("task.reminded", row)
            else:
                work.record("decision.reminded", row)
    return len(due)


def _drafts(work: Work, site: Site, due: Sequence[Reminded]) -> list[Draft]:
    languages = _languages(work, due)
    return [_draft(work, site, one, languages) for one in due]


def _draft(work: Work, site: Site, one: Reminded, languages: Mapping[int, str]) -> Draft:
    def tokens() -> dict[str, str]:
        return {key_of(row): token(site.signer, row) for row in one.rows}

    return letters.draft(_reminder(work, one, languages), site, tokens)


def _chosen(due: Sequence[Reminded], keys: Collection[str]) -> list[Reminded]:
    found = [one for one in due if one.key in keys]
    if not found:
        raise RuleViolation(N_("Please choose who is to be reminded."))
    return found


def preview(work: Work, site: Site, one: Reminded) -> Letter:
    """Return the mail that ``send`` would write, without its links: they are its reader's own."""
    return letters.letter(_reminder(work, one, _languages(work, [one])), site)


def _languages(work: Work, mails: Sequence[Reminded]) -> dict[int, str]:
    found: dict[int, str] = {}
    for lookup in registry.languages:
        found |= lookup(work.session, [one.person_id for one in mails if one.person_id is not None])
    return found


def _reminder(work: Work, one: Reminded, languages: Mapping[int, str]) -> Reminder:
    sender = work.session.get(Person, work.actor.person_id) if work.actor.person_id is not None else None
    return Reminder(
        to=one.email,
        to_name=one.name,
        language=languages.get(one.person_id or 0, "de"),
        rows=one.rows,
        tokens=None,
        sender_name=sender.name if sender is not None else "",
        today=work.today,
        person_id=one.person_id,
    )
