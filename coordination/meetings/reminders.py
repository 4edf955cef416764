"""Reminding those who were invited and have not answered: who they are, and one mail to each who was chosen."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import islice

from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.errors import Conflict, RuleViolation
from coordination.core.i18n import N_
from coordination.core.jobs import Progress
from coordination.core.special_days import is_working_day
from coordination.core.work import Work
from coordination.mail import outbox
from coordination.mail.drafts import Made
from coordination.mail.message import Letter
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.site import Site
from coordination.meetings import answers, dispatch, letters, queries, services
from coordination.meetings.invitees import Listed, listed, plan_of, wanted
from coordination.meetings.models import Meeting
from coordination.meetings.rules import Answer, MeetingState
from coordination.meetings.standing import has_left, standing

#: Whoever was told or reminded within so many days is proposed only if asked for.
PAUSE = timedelta(days=3)
#: After so many working days without an answer, or so many days before answers end, a reminder is what comes next.
PATIENCE, NEAR = 3, 2


@dataclass(frozen=True, slots=True)
class Silent:
    """Somebody who has not answered, with the last reminder."""

    one: Listed
    reminder: OutboxMail | None
    #: Whether the office will most likely want to remind this person now.
    is_proposed: bool

    @property
    def key(self) -> int:
        """Return the key of the person."""
        return self.one.person.id


def silent(session: Session, meeting: Meeting, now: datetime) -> list[Silent]:
    """Return whose invitation, as it stands now, has left, and who has not answered; without an address they come last.

    Who has not got the mail that asks is not reminded of it.
    """
    if meeting.state is not MeetingState.INVITED or not answers.is_open(
        meeting.state, meeting.starts_at, clock.wall_clock(now)
    ):
        return []
    people = listed(session, meeting)
    # Who is due an invitation or a change is asked by that mail.
    is_due = {line.invitee.person_id for line in plan_of(meeting, people).due}
    reminded = outbox.latest(session, letters.about_reminder(meeting.id))
    mails = standing(session, meeting.id).mails
    found = []
    for one in wanted(people):
        if one.answer is Answer.OPEN and one.person.id not in is_due and has_left(one, mails):
            mail = reminded.get(one.person.id)
            found.append(Silent(one, mail, bool(one.invitee.email) and _has_rested(one, mail, now)))
    return sorted(found, key=lambda each: not each.one.invitee.email)


def _has_rested(one: Listed, mail: OutboxMail | None, now: datetime) -> bool:
    """Return whether somebody is neither told nor reminded within the pause, nor going to be by a ``mail`` that waits.

    One that did not get through has reminded nobody, unless its reader was told otherwise.
    """
    if mail is not None and mail.state in outbox.ON_THE_WAY:
        return False
    is_lost = mail is not None and mail.state is MailState.FAILED and mail.settled_at is None
    heard = mail.created_at if mail is not None and not is_lost else None
    told = [at for at in (one.invitee.mailed_at, one.invitee.silent_at, heard) if at]
    return not told or now - max(told) >= PAUSE


def to_remind(session: Session, meeting: Meeting, people: Sequence[Listed]) -> list[Listed]:
    """Return who of ``people`` has the invitation, has not answered and has had time to; no statement of its own."""
    mails, today = standing(session, meeting.id).mails, clock.today()
    is_near = meeting.answer_until is not None and (meeting.answer_until - today).days <= NEAR
    return [
        one
        for one in wanted(people)
        if one.answer is Answer.OPEN and has_left(one, mails) and (is_near or _has_waited(one, today))
    ]


def _has_waited(one: Listed, today: date) -> bool:
    if one.invitee.mailed_at is None:
        return False
    day = clock.wall_clock(one.invitee.mailed_at).date()
    gone = (day + timedelta(days=n) for n in range(1, (today - day).days + 1))
    return sum(1 for _day in islice(filter(is_working_day, gone), PATIENCE)) == PATIENCE


def fingerprint(people: Sequence[Silent]) -> str:
    """Return what stands for the list in its form: what was looked at is what is sent, or nothing."""
    lines = "\n".join(f"{each.key} {each.one.invitee.email} {each.reminder and each.reminder.id}" for each in people)
    return hashlib.sha256(lines.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Mailing:
    """What is to be sent: the list that was ``seen``, of it those ``chosen``, and mails made ahead (``prepare``)."""

    site: Site
    seen: str
    chosen: Collection[int]
    made: Made = field(default_factory=dict)

    def due(self, people: Sequence[Silent]) -> list[Listed]:
        """Return who gets a mail."""
        return [each.one for each in people if each.key in self.chosen and each.one.invitee.email]


def prepare(reading: Work, meeting_id: int, mailing: Mailing, progress: Progress | None = None) -> Mailing:
    """Return the same with its mails as they will go out, if nothing changes before ``remind``; nothing is written."""
    meeting = queries.get_meeting(reading.session, meeting_id)
    due = mailing.due(silent(reading.session, meeting, reading.now))
    sending = dispatch.begin(reading, mailing.site, meeting, due)
    return replace(mailing, made=dispatch.prepare_reminders(sending, due, progress))


def check(work: Work, meeting_id: int, mailing: Mailing) -> int:
    """Return how many ``remind`` would remind, or raise what it would: before a job that could only fail."""
    return len(_checked(work, meeting_id, mailing)[1])


def _checked(work: Work, meeting_id: int, mailing: Mailing) -> tuple[Meeting, list[Listed]]:
    meeting = services.take(work, meeting_id)
    people = silent(work.session, meeting, work.now)
    due = mailing.due(people)
    if not due:
        raise RuleViolation(N_("Please choose who is to be reminded."))
    if fingerprint(people) != mailing.seen:
        raise Conflict
    return meeting, due


def remind(work: Work, meeting_id: int, mailing: Mailing) -> int:
    """Write a reminder to each of those chosen into the outbox, and return how many.

    Raises:
        Conflict: the list is another one than was seen by now.
        RuleViolation: nobody was chosen who can be reminded.
    """
    meeting, due = _checked(work, meeting_id, mailing)
    sending = dispatch.begin(work, mailing.site, meeting, due, prepared=mailing.made)
    for one in due:
        dispatch.remind(sending, one)
    dispatch.post(sending)
    work.record("meeting.reminded", meeting)
    return len(due)


def preview(reading: Work, site: Site, meeting: Meeting, one: Listed) -> Letter:
    """Return the reminder as its reader will see it; the personal link is not shown, and nothing is written."""
    return dispatch.previewed_reminder(dispatch.begin(reading, site, meeting, [one]), one)
