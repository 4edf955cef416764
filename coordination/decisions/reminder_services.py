"""Reminding: the plan that was looked at becomes mails, and each thing notes when."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from coordination.core import registry
from coordination.core.access import Permission, Subject, require
from coordination.core.errors import Conflict, Forbidden, RuleViolation
from coordination.core.i18n import N_
from coordination.core.work import Work
from coordination.decisions import letters, reminders
from coordination.decisions.access import managed_bodies
from coordination.decisions.letters import Reminder, key_of
from coordination.decisions.models import Task
from coordination.decisions.reminders import Reminded
from coordination.decisions.status_services import token
from coordination.directory.models import Person
from coordination.mail import outbox
from coordination.mail.message import Letter
from coordination.mail.site import Site


def send(work: Work, site: Site, *, seen: str, again: bool, chosen: Collection[str]) -> int:
    """Write the reminders that are due into the outbox and return how many; ``seen`` is the plan looked at.

    ``chosen`` are the keys of those who are to get one; the others stay as they are.

    Raises:
        Conflict: the plan is another one by now.
        RuleViolation: nobody was chosen.
        Forbidden: whoever acts runs no body.
    """
    if not managed_bodies(work.actor):
        raise Forbidden
    mails = reminders.plan(work.session, work.actor, work.now, work.today, again=again)
    due = [one for one in mails if one.is_due]
    if not due:
        return 0
    if reminders.fingerprint(mails) != seen:
        raise Conflict
    due = _chosen(due, chosen)
    languages = _languages(work, due)
    for one in due:
        for row in one.rows:
            require(work.actor, Permission.MINUTES_WRITE, Subject(body_id=row.body_id))
        links = {key_of(row): token(site.signer, row) for row in one.rows}
        mail = outbox.queue(work, _letter(work, site, one, links, languages=languages), site.sender)
        for row in one.rows:
            row.reminded_at, row.reminder_mail_id = work.now, mail.id
            if isinstance(row, Task):
                work.record("task.reminded", row)
            else:
                work.record("decision.reminded", row)
    return len(due)


def _chosen(due: Sequence[Reminded], keys: Collection[str]) -> list[Reminded]:
    found = [one for one in due if one.key in keys]
    if not found:
        raise RuleViolation(N_("Please choose who is to be reminded."))
    return found


def preview(work: Work, site: Site, one: Reminded) -> Letter:
    """Return the mail that ``send`` would write, without its links: they are its reader's own."""
    return _letter(work, site, one, {}, languages=_languages(work, [one]))


def _languages(work: Work, mails: Sequence[Reminded]) -> dict[int, str]:
    found: dict[int, str] = {}
    for lookup in registry.languages:
        found |= lookup(work.session, [one.person_id for one in mails if one.person_id is not None])
    return found


def _letter(work: Work, site: Site, one: Reminded, links: Mapping[str, str], *, languages: Mapping[int, str]) -> Letter:
    sender = work.session.get(Person, work.actor.person_id) if work.actor.person_id is not None else None
    reminder = Reminder(
        to=one.email,
        to_name=one.name,
        language=languages.get(one.person_id or 0, "de"),
        rows=one.rows,
        tokens=links,
        sender_name=sender.name if sender is not None else "",
        today=work.today,
        person_id=one.person_id,
    )
    return letters.letter(reminder, site)
