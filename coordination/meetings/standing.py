"""What became of the mails about a meeting: which wait, which did not arrive, and who was to be told without one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.meetings.invitees import Listed, plan_of
from coordination.meetings.models import Meeting
from coordination.meetings.reached import NOT_THERE, mails_of, reached

_ON_THE_WAY = frozenset({MailState.WAITING, MailState.SENDING})


@dataclass(frozen=True, slots=True)
class Standing:
    """How many of the newest mails to each person wait, did not arrive (``failed``), or may not have (``unclear``).

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
        waiting=sum(state in _ON_THE_WAY for state in states),
        failed=states.count(MailState.FAILED),
        unclear=states.count(MailState.UNCLEAR),
        is_unknown=bool(mails) and not has_told and not reached(session, meeting_id).answered,
    )


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
        if mail.state in {MailState.SENT, MailState.UNCLEAR}
        and (since is None or clock.wall_clock(mail.created_at) >= since)
    ]
    return min(days, default=None)
