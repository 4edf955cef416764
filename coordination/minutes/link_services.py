"""Reading by personal link: who was asked to read minutes needs no account, and sees what that person may see now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from coordination.bodies.queries import roles_of
from coordination.core.access import Actor, Permission, allows
from coordination.core.errors import LinkOver, NotFound
from coordination.core.tokens import DAYS
from coordination.directory.models import Person
from coordination.mail.site import Site
from coordination.meetings.access import sees_inside
from coordination.meetings.models import Invitation, Meeting
from coordination.minutes import queries
from coordination.minutes.letters import READING
from coordination.minutes.models import Minutes
from coordination.minutes.rules import READ, BeingRevised

LINK_AGE = 400 * DAYS


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link opens: minutes, for one person, with or without what is not public of them."""

    person: Person
    meeting: Meeting
    minutes: Minutes
    sees_inside: bool


def opened(session: Session, site: Site, token: str, day: date) -> Opened:
    """Return what a personal link opens on ``day``.

    Raises:
        NotFound: the link was not made here.
        BeingRevised: its person will read them, once they go round again.
        LinkOver: it was, but is too old, or its person may not read these minutes now.
    """
    try:
        claim = site.signer.read(READING, token, max_age=LINK_AGE)
    except LinkOver as over:
        row = _row(session, over.row_id)
        raise LinkOver(body_id=row.meeting.body_id if row else None) from over
    row = _row(session, claim.id)
    if row is None:
        raise NotFound
    meeting, minutes = row.meeting, queries.minutes_of(session, row.meeting_id)
    is_revoked = row.generation != claim.generation or row.removed_at is not None
    has_left = row.person.valid_until is not None and row.person.valid_until < day
    actor = Actor(person_id=row.person_id, body_roles=roles_of(session, row.person_id, day))
    if minutes is None or is_revoked or has_left:
        raise LinkOver(body_id=meeting.body_id)
    if not allows(actor, Permission.MINUTES_READ, queries.subject(session, meeting)):
        raise LinkOver(body_id=meeting.body_id)
    if minutes.state not in READ:
        raise BeingRevised(body_id=meeting.body_id)
    return Opened(row.person, meeting, minutes, sees_inside(session, actor, meeting))


def _row(session: Session, key: int | None) -> Invitation | None:
    return session.scalars(
        select(Invitation)
        .where(Invitation.id == key)
        .options(
            joinedload(Invitation.person),
            joinedload(Invitation.meeting).joinedload(Meeting.body),
            joinedload(Invitation.meeting).joinedload(Meeting.place),
        )
    ).one_or_none()
