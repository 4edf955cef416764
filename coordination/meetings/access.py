"""Who sees which meeting: one condition for pages, lists, the search and everything that counts."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Exists, Select, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from coordination.bodies.models import Membership
from coordination.bodies.queries import holds
from coordination.core.access import Actor, BodyRole, Permission, Subject, allows
from coordination.meetings.models import AgendaItem, Invitation, ItemFile, Meeting
from coordination.meetings.rules import NUMBERED, MeetingState

#: Conditions kept, each under all that it is made of: building one takes longer than asking the database.
KEPT = 256


def visible(actor: Actor, _day: date | None = None) -> Select[Any]:
    """Return the keys of all meetings that ``actor`` may know of; what a body is planning, only its office.

    The same on any day: the actor's roles in bodies are those of today already. Who has left a body sees no longer
    what it does, but still the meetings to which they were asked while they sat there.
    """
    return select(Meeting.id).where(sees(actor))


def sees(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on meetings behind ``visible``: in a list it lets the database begin with the days."""
    if actor.is_system:
        return true()
    if not actor.is_signed_in:
        return false()
    return _seen_with(actor.person_id or 0, tuple(sorted(actor.body_roles)), tuple(sorted(managed_bodies(actor))))


@lru_cache(maxsize=KEPT)
def _seen_with(person_id: int, bodies: tuple[int, ...], managed: tuple[int, ...]) -> ColumnElement[bool]:
    asked = _asked().where(Invitation.person_id == person_id)
    shown = or_(Meeting.body_id.in_(bodies), Meeting.is_public, Meeting.id.in_(asked))
    return or_(Meeting.body_id.in_(managed), and_(Meeting.state != MeetingState.DRAFT, shown))


def own(actor: Actor) -> Select[Any]:
    """Return the keys of the meetings that are one's own: of bodies in which one sits on their day, and asked to.

    Narrower than ``visible``: whose seat ends before a meeting still sees it as a member of today, who may know what
    the body plans; but nobody waits for them there, so it is in none of their calendars and lists of what is next.
    """
    return _own_with(actor.person_id or 0, tuple(sorted(actor.body_roles)))


@lru_cache(maxsize=KEPT)
def _own_with(person_id: int, bodies: tuple[int, ...]) -> Select[Any]:
    asked = _asked().where(Invitation.person_id == person_id)
    of_body = and_(Meeting.body_id.in_(bodies), _sits(Meeting, person_id).correlate(Meeting))
    return select(Meeting.id).where(or_(of_body, Meeting.id.in_(asked)))


def read_inside(actor: Actor) -> Select[Any]:
    """Return the keys of the meetings of which one reads the note and the link; the same as ``takes_part``."""
    return select(Meeting.id).where(reads_inside(actor))


def reads_inside(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on meetings behind ``read_inside``."""
    return _inside_with(actor.person_id or 0, tuple(sorted(actor.body_roles)))


@lru_cache(maxsize=KEPT)
def _inside_with(person_id: int, bodies: tuple[int, ...]) -> ColumnElement[bool]:
    asked = _asked().where(Invitation.person_id == person_id)
    return or_(Meeting.body_id.in_(bodies), Meeting.id.in_(asked))


def managed_bodies(actor: Actor) -> list[int]:
    """Return the keys of the bodies whose meetings ``actor`` plans."""
    return [key for key in actor.body_roles if allows(actor, Permission.MEETING_MANAGE, Subject(body_id=key))]


def clerical_bodies(session: Session, actor: Actor, day: date) -> list[int]:
    """Return the keys of the bodies whose office work is up to ``actor``: to a chair only where nobody else has it."""
    managed = managed_bodies(actor)
    chaired = [key for key in managed if actor.body_roles[key] is not BodyRole.SECRETARIAT]
    if not chaired:
        return managed
    others = select(Membership.body_id).where(
        Membership.body_id.in_(chaired),
        Membership.role == BodyRole.SECRETARIAT,
        Membership.person_id != (actor.person_id or 0),
        holds(Membership, day),
    )
    kept = set(session.scalars(others))
    return [key for key in managed if key not in kept]


def _asked() -> Select[Any]:
    """Return (key of the meeting) of each invitation that lets its person see the meeting.

    Guests and deputies were asked by name. A member was asked as a member: whose seat ends before the meeting
    does not see it any more.
    """
    of = aliased(Meeting)
    sits = _sits(of, Invitation.person_id).correlate(of, Invitation)
    by_name = or_(Invitation.role.is_(None), Invitation.stands_in_for_id.is_not(None))
    return (
        select(Invitation.meeting_id)
        .join(of, of.id == Invitation.meeting_id)
        .where(Invitation.removed_at.is_(None), or_(by_name, sits))
    )


def _sits(of: Any, person_id: Any) -> Exists:
    """Return the condition that a person sits in the body of a meeting on its day."""
    day = func.date(of.starts_at, type_=Date)
    return exists().where(
        Membership.body_id == of.body_id,
        Membership.person_id == person_id,
        Membership.valid_from <= day,
        or_(Membership.valid_until.is_(None), Membership.valid_until >= day),
    )


def _belonging(actor: Actor, permission: Permission, *, with_guests: bool) -> ColumnElement[bool]:
    """Return the condition that a meeting is of one's own bodies, or that one was asked to it from outside."""
    bodies = [key for key in actor.body_roles if allows(actor, permission, Subject(body_id=key))]
    asked = _asked().where(Invitation.person_id == (actor.person_id or 0))
    if not with_guests:
        asked = asked.where(Invitation.role.is_not(None))
    outside = and_(Meeting.body_id.not_in(list(actor.body_roles)), Meeting.id.in_(asked))
    return or_(Meeting.body_id.in_(bodies), outside)


def visible_items(actor: Actor, _day: date | None = None) -> Select[Any]:
    """Return the keys of all agenda items that ``actor`` reads: those of the public part, and within the body all."""
    inside = _belonging(actor, Permission.ITEM_READ_INSIDE, with_guests=False)
    return select(AgendaItem.id).join(AgendaItem.meeting).where(_item_seen(actor, or_(AgendaItem.is_public, inside)))


def visible_files(actor: Actor, _day: date | None = None) -> Select[Any]:
    """Return the keys of all attachments that ``actor`` reads; the same as ``item_file_services.may_read``."""
    part = _belonging(actor, Permission.MEETING_READ_INSIDE, with_guests=True)
    inside = _belonging(actor, Permission.ITEM_READ_INSIDE, with_guests=False)
    seen = _item_seen(actor, or_(and_(AgendaItem.is_public, part), inside))
    return select(ItemFile.id).join(ItemFile.item).join(AgendaItem.meeting).where(seen)


def _item_seen(actor: Actor, readable: ColumnElement[bool]) -> ColumnElement[bool]:
    if actor.is_system:
        return true()
    seen = and_(AgendaItem.state.in_(NUMBERED), sees(actor), readable)
    return or_(Meeting.body_id.in_(managed_bodies(actor)), seen)


def still_asked() -> Select[Any]:
    """Return the keys of the invitations that hold: a member who leaves the body before the day is asked no more."""
    return _asked().with_only_columns(Invitation.id)


def inside_of(session: Session, actor: Actor, meeting: Meeting) -> Subject:
    """Return what the policy is asked about items that are not public.

    Members read them, and who was asked in a member's place; guests do not.
    """
    if actor.is_system or meeting.body_id in actor.body_roles or actor.person_id is None:
        return Subject(body_id=meeting.body_id)
    asked = _asked().where(
        Invitation.meeting_id == meeting.id, Invitation.person_id == actor.person_id, Invitation.role.is_not(None)
    )
    people = session.scalars(asked.with_only_columns(Invitation.person_id))
    return Subject(body_id=meeting.body_id, invited=frozenset(people))


def sees_inside(session: Session, actor: Actor, meeting: Meeting) -> bool:
    """Return whether somebody who sees a meeting also reads what is not public of it."""
    return allows(actor, Permission.ITEM_READ_INSIDE, inside_of(session, actor, meeting))


def takes_part(session: Session, actor: Actor, meeting: Meeting) -> bool:
    """Return whether somebody who sees a meeting belongs to it: members and those who were asked, guests among them."""
    is_member = meeting.body_id in actor.body_roles
    subject = Subject(body_id=meeting.body_id) if is_member else subject_of(session, meeting)
    return allows(actor, Permission.MEETING_READ_INSIDE, subject)


def subject_of(session: Session, meeting: Meeting) -> Subject:
    """Return what the policy is asked about a meeting; a draft is the business of its office alone."""
    if meeting.state is MeetingState.DRAFT:
        return Subject(body_id=meeting.body_id)
    asked = _asked().where(Invitation.meeting_id == meeting.id).with_only_columns(Invitation.person_id)
    return Subject(body_id=meeting.body_id, is_public=meeting.is_public, invited=frozenset(session.scalars(asked)))
