"""What became of the mails about a meeting: which wait, which did not arrive, and who was to be told without one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.mail.outbox import ON_THE_WAY, OutboxMail
from coordination.mail.rules import MailState
from coordination.meetings.invitees import Listed, listed, plan_of
from coordination.meetings.mail_plan import MailKind
from coordination.meetings.models import Invitation, Meeting
from coordination.meetings.reached import NOT_THERE, mails_of, reached

_TROUBLES = frozenset({MailState.FAILED, MailState.UNCLEAR})
#: It may have arrived.
_GONE = frozenset({MailState.SENT, MailState.UNCLEAR})


@dataclass(frozen=True, slots=True)
class Standing:
    """For how many people a mail waits, and how many newest ones ``failed``, or are ``unclear``.

    ``mails``: person → that mail. ``is_unknown``: there were mails, and nobody knows of the meeting by one yet.
    """

    mails: Mapping[int, OutboxMail]
    waiting: int
    failed: int
    unclear: int
    is_unknown: bool


def standing(session: Session, meeting_id: int) -> Standing:
    """Return what became of the mails about a meeting; nothing that a page does not read anyway."""
    found = mails_of(session, meeting_id)
    mails = {mail.person_id: mail for mail in found if mail.person_id is not None}
    states = [mail.state for mail in mails.values() if mail.settled_at is None]
    # Who has answered is asked only where no mail has told anybody.
    has_told = any(mail.state not in NOT_THERE for mail in found if mail.person_id is not None)
    return Standing(
        mails,
        # As ``outbox.unsent`` has it for lists.
        waiting=len({mail.person_id for mail in found if mail.person_id is not None and mail.state in ON_THE_WAY}),
        failed=states.count(MailState.FAILED),
        unclear=states.count(MailState.UNCLEAR),
        is_unknown=bool(mails) and not has_told and not reached(session, meeting_id).answered,
    )


@dataclass(frozen=True, slots=True)
class Unaware:
    """Of how many people it is not known that they know of a meeting, and why: what an invitation still lacks.

    ``silent`` could have got a mail, and it was decided to send them none; ``uninvited`` are due one. Who has
    answered since the last mail was written, or for whom the office has, knows what it says; who has no address was
    told otherwise.
    """

    waiting: int = 0
    undelivered: int = 0
    silent: int = 0
    uninvited: int = 0

    @property
    def is_stuck(self) -> bool:
        """Return whether mails that were sent have not told their readers yet."""
        return bool(self.waiting or self.undelivered)


def unaware(session: Session, meeting: Meeting) -> Unaware:
    """Return what the invitation to a meeting still lacks; nothing that a page does not read anyway."""
    people, mails = listed(session, meeting), standing(session, meeting.id).mails
    counted: Counter[str] = Counter()
    for line in plan_of(meeting, people).lines:
        counted["uninvited"] += line.kind is MailKind.INVITATION
    for one in people:
        row = one.invitation
        mail = mails.get(one.person.id)
        if row is None or not one.invitee.is_wanted or _has_answered_since(row, mail):
            continue
        if mail is not None and mail.settled_at is None:
            counted["waiting"] += mail.state in ON_THE_WAY
            counted["undelivered"] += mail.state in _TROUBLES
        elif mail is None and one.invitee.mailed_at is None and one.invitee.silent_at is not None:
            counted["silent"] += bool(one.person.email)
    return Unaware(**counted)


def _has_answered_since(row: Invitation, mail: OutboxMail | None) -> bool:
    """Return whether somebody has answered what the mail says; an earlier answer says nothing of an update."""
    if row.origin is None or row.answered_at is None:
        return False
    return mail is None or row.answered_at >= mail.created_at


def has_left(one: Listed, mails: Mapping[int, OutboxMail]) -> bool:
    """Return whether the last mail about a meeting to somebody is out, so that they can be reminded of it."""
    mail = mails.get(one.person.id)
    return one.invitee.mailed_at is not None and (mail is None or mail.state in _GONE)


def unmailed(meeting: Meeting, people: Sequence[Listed]) -> list[Listed]:
    """Return who would be due a mail, had it not been decided to send them none ("ohne Mail gespeichert")."""
    asked = [replace(one, invitee=replace(one.invitee, silent_at=None)) for one in people]
    now, then = plan_of(meeting, people).lines, plan_of(meeting, asked).lines
    return [
        one for one, line, other in zip(people, now, then, strict=True) if line.kind is None and other.kind is not None
    ]


def sent_on(session: Session, meeting_id: int, since: datetime | None) -> date | None:
    """Return the day on which the first mail written after ``since`` (a wall time) went out; None: none did."""
    days = [
        clock.wall_clock(mail.sent_at or mail.created_at).date()
        for mail in mails_of(session, meeting_id)
        if mail.state in _GONE and (since is None or clock.wall_clock(mail.created_at) >= since)
    ]
    return min(days, default=None)
