"""Mails about a meeting that did not get through, or went to an address that is no longer its reader's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from coordination.core.once import once
from coordination.directory.addressees import readers
from coordination.mail import stuck
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.stuck import Stuck
from coordination.meetings import letters
from coordination.meetings.invitees import Listed


def undelivered(session: Session, meeting_id: int) -> list[Stuck]:
    """Return the stuck mails of a meeting, whatever they say of it; at most two statements."""
    about = letters.abouts(meeting_id)
    return once(
        session,
        ("undelivered", meeting_id),
        lambda: readers(session, stuck.mails(session, OutboxMail.about.in_(about))),
    )


def elsewhere(people: Sequence[Listed], mails: Mapping[int, OutboxMail]) -> frozenset[int]:
    """Return who has another address by now than the one to which their last mail went, or may have gone.

    A mail that was refused is no such: it can be sent on as it is (``Stuck.has_moved``).
    """
    return frozenset(
        one.person.id
        for one in people
        if (mail := mails.get(one.person.id)) is not None
        and mail.state in {MailState.SENT, MailState.UNCLEAR}
        and one.person.email
        and one.person.email != mail.recipient
    )
