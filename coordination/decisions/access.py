"""Who sees which decision and which task: one condition each for pages, lists, the search and all that counts."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, false, or_, select, true

from coordination.core.access import Actor, Permission, Subject, allows
from coordination.decisions.models import Decision, Task
from coordination.meetings.models import AgendaItem


def decision_seen(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that ``actor`` sees a decision: a member of the body, or its item is public."""
    if actor.is_system:
        return true()
    if not actor.is_signed_in:
        return false()
    public = select(AgendaItem.id).where(AgendaItem.is_public)
    return or_(Decision.body_id.in_(list(actor.body_roles)), Decision.item_id.in_(public))


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
    """Return what the policy is asked about a decision or a task."""
    if isinstance(row, Task):
        return Subject(body_id=row.body_id, person_id=row.person_id)
    return Subject(body_id=row.body_id, is_public=row.item.is_public)


def managed_bodies(actor: Actor) -> list[int]:
    """Return the keys of the bodies whose decisions ``actor`` records and follows."""
    return [key for key in actor.body_roles if allows(actor, Permission.MINUTES_WRITE, Subject(body_id=key))]


def may_settle(actor: Actor, row: Decision | Task) -> bool:
    """Return whether ``actor`` may say how far it is."""
    return allows(actor, Permission.TASK_SETTLE, subject_of(row))
