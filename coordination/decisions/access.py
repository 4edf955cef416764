"""Who sees which decision and which task: one condition each for pages, lists, the search and all that counts."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import Session

from coordination.core.access import Actor, Permission, Subject, allows
from coordination.decisions.models import Decision, Task
from coordination.meetings.models import AgendaItem, Meeting
from coordination.meetings.rules import MeetingState
from coordination.minutes.models import Minutes
from coordination.minutes.queries import minutes_of
from coordination.minutes.rules import READ


def decision_seen(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that ``actor`` sees a decision: a member of the body, or it is told outside.

    Outside it is read if its item is public, and not before the body has read itself what it is held to have decided:
    its minutes are circulated or approved, or the meeting is closed (where nobody has to approve any).
    """
    if actor.is_system:
        return true()
    if not actor.is_signed_in:
        return false()
    return or_(Decision.body_id.in_(list(actor.body_roles)), Decision.item_id.in_(_told_outside()))


@cache
def _told_outside() -> Select[Any]:
    """Return the keys of the items whose decisions everybody reads who is signed in."""
    is_read = or_(Meeting.state == MeetingState.CLOSED, Minutes.state.in_(READ))
    return (
        select(AgendaItem.id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .outerjoin(Minutes, Minutes.meeting_id == Meeting.id)
        .where(AgendaItem.is_public, is_read)
    )


def task_seen(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that ``actor`` sees a task: a member of the body, or the person who took it on."""
    if actor.is_system:
        return true()
    if not actor.is_signed_in:
        return false()
    return or_(Task.body_id.in_(list(actor.body_roles)), Task.person_id == (actor.person_id or 0))


def visible_decisions(actor: Actor, _day: date | None = None) -> Select[Any]:
    """Return the keys of all decisions that ``actor`` may see; the same on any day."""
    return select(Decision.id).where(decision_seen(actor))


def visible_tasks(actor: Actor, _day: date | None = None) -> Select[Any]:
    """Return the keys of all tasks that ``actor`` may see."""
    return select(Task.id).where(task_seen(actor))


def subject_of(row: Decision | Task) -> Subject:
    """Return what the policy is asked about what is done with a decision or a task; it asks the database nothing."""
    return Subject(body_id=row.body_id, person_id=row.person_id if isinstance(row, Task) else None)


def read_subject_of(session: Session, row: Decision | Task) -> Subject:
    """Return what the policy is asked about reading it: the same as ``decision_seen`` and ``task_seen``."""
    if isinstance(row, Task) or not row.item.is_public:
        return subject_of(row)
    minutes = minutes_of(session, row.meeting_id)
    is_read = row.meeting.state is MeetingState.CLOSED or (minutes is not None and minutes.state in READ)
    return Subject(body_id=row.body_id, is_public=is_read)


def managed_bodies(actor: Actor) -> list[int]:
    """Return the keys of the bodies whose decisions ``actor`` records and follows."""
    return [key for key in actor.body_roles if allows(actor, Permission.MINUTES_WRITE, Subject(body_id=key))]


def may_settle(actor: Actor, row: Decision | Task) -> bool:
    """Return whether ``actor`` may say how far it is."""
    return allows(actor, Permission.TASK_SETTLE, subject_of(row))
