"""What the search finds of decisions and tasks, and what a result shows; who sees which stands in ``access``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from coordination.bodies.models import Body
from coordination.core.access import Actor, Permission, allows
from coordination.core.i18n import N_, format_date, gettext
from coordination.core.registry import SearchEntry, SearchHit, SearchSource
from coordination.decisions import words
from coordination.decisions.access import visible_decisions, visible_tasks
from coordination.decisions.models import Decision, Task
from coordination.decisions.queries import whole
from coordination.directory.models import Organisation, Person
from coordination.meetings.agenda_services import numbers_of
from coordination.meetings.models import AgendaItem


def _may_see(actor: Actor) -> bool:
    return allows(actor, Permission.SIGNED_IN)


def _decisions() -> Select[Any]:
    return select(Decision).options(*whole(Decision)).order_by(Decision.id)


def _tasks() -> Select[Any]:
    return select(Task).options(*whole(Task)).order_by(Task.id)


def _decision_entry(_session: Session, row: Decision) -> SearchEntry:
    found = [row.text, row.item.title, row.body.name, row.unit.name if row.unit else ""]
    return SearchEntry(words.number_of(row), tuple(word for word in found if word))


def _task_entry(_session: Session, row: Task) -> SearchEntry:
    found = [row.item.title, row.body.name, words.who(row)]
    return SearchEntry(words.short(row.text), tuple(word for word in [row.text, *found] if word))


def _describe_decisions(session: Session, _actor: Actor, keys: Sequence[int], day: date) -> dict[int, SearchHit]:
    found = session.scalars(_decisions().where(Decision.id.in_(keys))).all()
    numbers = numbers_of(session, {one.meeting_id for one in found})
    return {
        one.id: SearchHit(
            f"{words.number_of(one)}: {words.short(one.text)}",
            " · ".join((one.body.name, _held(one, numbers), words.state_text(one, day))),
            f"/beschluesse/{one.id}",
        )
        for one in found
    }


def _held(row: Decision, numbers: Mapping[int, str]) -> str:
    """Return the day of the meeting and the item's number there."""
    day = format_date(row.meeting.starts_at.date())
    number = numbers.get(row.item_id)
    return gettext("%(day)s, item %(number)s", day=day, number=number) if number else day


def _describe_tasks(session: Session, _actor: Actor, keys: Sequence[int], day: date) -> dict[int, SearchHit]:
    found = session.scalars(_tasks().where(Task.id.in_(keys)))
    return {
        one.id: SearchHit(
            words.short(one.text),
            " · ".join(part for part in (one.body.name, words.who(one), words.state_text(one, day)) if part),
            f"/aufgaben/{one.id}",
        )
        for one in found
    }


def _changed(altered: Sequence[Any], model: type[Any]) -> list[int]:
    return [row.id for row in altered if isinstance(row, model)]


def _of_others(altered: Sequence[Any], model: type[Decision | Task]) -> ColumnElement[bool] | None:
    """Return the rows whose entries say the name of a body, an item, a unit or a person that has changed."""
    columns: list[tuple[Any, list[int]]] = [
        (model.body_id, _changed(altered, Body)),
        (model.item_id, _changed(altered, AgendaItem)),
        (model.unit_id, _changed(altered, Organisation)),
    ]
    if model is Task:
        columns.append((Task.person_id, _changed(altered, Person)))
    found = [column.in_(keys) for column, keys in columns if keys]
    return or_(*found) if found else None


def _of_other_decisions(altered: Sequence[Any]) -> ColumnElement[bool] | None:
    return _of_others(altered, Decision)


def _of_other_tasks(altered: Sequence[Any]) -> ColumnElement[bool] | None:
    return _of_others(altered, Task)


SOURCES = (
    SearchSource(
        "decision",
        N_("Decisions"),
        "gavel",
        Decision,
        _decisions,
        _decision_entry,
        _describe_decisions,
        _may_see,
        _of_other_decisions,
        visible_decisions,
    ),
    SearchSource(
        "task",
        N_("Tasks"),
        "list-checks",
        Task,
        _tasks,
        _task_entry,
        _describe_tasks,
        _may_see,
        _of_other_tasks,
        visible_tasks,
    ),
)
