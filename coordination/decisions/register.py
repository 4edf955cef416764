"""The register over all bodies one may see: narrowed, sorted, counted; each statement asks for access."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select, union
from sqlalchemy.orm import Session

from coordination.bodies.models import Body, body_topic
from coordination.core.access import Actor
from coordination.decisions.access import decision_seen, task_seen
from coordination.decisions.models import Decision, Task
from coordination.decisions.queries import in_force, overdue, undone, whole
from coordination.decisions.rules import Status
from coordination.directory.models import Organisation
from coordination.meetings.models import Meeting
from coordination.topics.models import Topic

#: Which of the three lists; their words stand in the address.
DECISIONS, TASKS, MINE = "beschluesse", "aufgaben", "meine"
PAGE_SIZE = 50
#: More rows than anybody takes along in one table.
MOST_EXPORTED = 5000
#: Words that a search looks at.
MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class RegisterFilter:
    """What the register is narrowed to, and its order ("-" before it: the other way round)."""

    tab: str = DECISIONS
    body_id: int | None = None
    topic_id: int | None = None
    unit_id: int | None = None
    year: int | None = None
    status: Status | None = None
    #: Of one's own tasks, also those that are done.
    is_all: bool = False
    is_overdue: bool = False
    q: str = ""
    sort: str = ""

    @property
    def model(self) -> type[Decision | Task]:
        """Return whose rows are listed."""
        return Decision if self.tab == DECISIONS else Task


@dataclass(frozen=True, slots=True)
class Offered:
    """What the filters offer: (key, name) of what stands somewhere in what one may see."""

    bodies: Sequence[tuple[int, str]]
    topics: Sequence[tuple[int, str]]
    units: Sequence[tuple[int, str]]
    years: Sequence[int]


def _seen(actor: Actor, tab: str) -> ColumnElement[bool]:
    if tab == DECISIONS:
        return decision_seen(actor)
    if tab == MINE:
        return task_seen(actor) & (Task.person_id == (actor.person_id or 0))
    return task_seen(actor)


def _counted(actor: Actor, tab: str) -> ColumnElement[bool]:
    """Return what the number beside a list counts: of one's own tasks what is still to be done, as the desk does."""
    return _seen(actor, tab) & undone(Task) if tab == MINE else _seen(actor, tab)


def _conditions(actor: Actor, wanted: RegisterFilter, today: date) -> list[ColumnElement[bool]]:
    model = wanted.model
    found = [_seen(actor, wanted.tab)]
    if wanted.body_id is not None:
        found.append(model.body_id == wanted.body_id)
    if wanted.topic_id is not None:
        found.append(model.body_id.in_(select(body_topic.c.body_id).where(body_topic.c.topic_id == wanted.topic_id)))
    if wanted.unit_id is not None:
        found.append(model.unit_id == wanted.unit_id)
    if wanted.year is not None:
        found.append(_in_year(model, wanted.year))
    if wanted.status is not None:
        found.append(model.status == wanted.status)
        # A lost vote leaves nothing open, whatever its status says.
        found += [in_force()] if model is Decision and wanted.status is not Status.OBSOLETE else []
    elif wanted.tab == MINE and not wanted.is_all:
        found.append(undone(Task))
    if wanted.is_overdue:
        found.append(overdue(model, today))
    return found + [_says(model, word) for word in wanted.q.split()[:MOST_WORDS]]


def _in_year(model: type[Decision | Task], year: int) -> ColumnElement[bool]:
    if model is Decision:
        return Decision.year == year
    first, next_one = datetime(year, 1, 1), datetime(year + 1, 1, 1)  # noqa: DTZ001 - wall times
    held = select(Meeting.id).where(Meeting.starts_at >= first, Meeting.starts_at < next_one)
    return Task.meeting_id.in_(held)


def _called(word: str, forms: Collection[str]) -> ColumnElement[bool]:
    named = [Body.name.contains(form, autoescape=True) for form in sorted(forms)]
    in_small = func.lower(Body.name).contains(word.lower(), autoescape=True)
    return or_(func.lower(Body.short_name) == word.lower(), Body.short_name.in_(sorted(forms)), in_small, *named)


def _says(model: type[Decision | Task], word: str) -> ColumnElement[bool]:
    """Return the condition that the text or the body's name says a word: a decision's number begins with that.

    Large or small; SQLite folds no umlauts, so both are asked.
    """
    forms = {word, word.lower(), word.capitalize(), word.upper()}
    text = or_(
        func.lower(model.text).contains(word.lower(), autoescape=True),
        *(model.text.contains(form, autoescape=True) for form in sorted(forms)),
        model.body_id.in_(select(Body.id).where(_called(word, forms))),
    )
    digits = word.rsplit("-", 1)[-1]
    if model is Decision and digits.isascii() and digits.isdigit() and len(digits) < 6:
        year, dash, _rest = word.partition("-")
        in_year = Decision.year == int(year) if dash and year.isascii() and year.isdigit() and len(year) == 4 else None
        numbered = Decision.number == int(digits)
        return or_(text, numbered if in_year is None else numbered & in_year)
    return text


def _order(wanted: RegisterFilter) -> list[Any]:
    """Return the order: what was chosen first, and always in the end by due day, body, number; the key settles ties."""
    model = wanted.model
    name, is_down = wanted.sort.lstrip("-"), wanted.sort.startswith("-")
    due = model.due_on.desc() if is_down and name == "faellig" else model.due_on
    # What is due on no day comes last, either way.
    by_due: list[Any] = [model.due_on.is_(None), due]
    number: list[Any] = [Decision.year, Decision.number] if model is Decision else [Meeting.starts_at]
    chosen: dict[str, list[Any]] = {"gremium": [Body.name], "status": [model.status], "nummer": number}
    first = [column.desc() if is_down else column for column in chosen.get(name, [])]
    # Without a choice: what is still to be done, the most urgent first; then the rest.
    lead = first or ([] if name else [case((undone(model), 0), else_=1)])
    return [*lead, *by_due, Body.name, *number, model.id]


def _rows(actor: Actor, wanted: RegisterFilter, today: date) -> Select[Any]:
    model = wanted.model
    statement = select(model).join(Body, Body.id == model.body_id).join(Meeting, Meeting.id == model.meeting_id)
    statement = statement.where(*_conditions(actor, wanted, today))
    return statement.options(*whole(model)).order_by(*_order(wanted))


def page(
    session: Session, actor: Actor, wanted: RegisterFilter, today: date, *, number: int = 1
) -> Sequence[Decision | Task]:
    """Return one page of the register."""
    statement = _rows(actor, wanted, today).limit(PAGE_SIZE).offset(PAGE_SIZE * (number - 1))
    return session.scalars(statement).all()


def everything(session: Session, actor: Actor, wanted: RegisterFilter, today: date) -> Sequence[Decision | Task]:
    """Return all that the register shows as it is narrowed, for a table to take along."""
    return session.scalars(_rows(actor, wanted, today).limit(MOST_EXPORTED)).all()


def counts(session: Session, actor: Actor, wanted: RegisterFilter, today: date) -> tuple[int, dict[str, int]]:
    """Return how many rows fit, and how many each list has at all; in one statement."""
    fits = select(func.count()).select_from(wanted.model).where(*_conditions(actor, wanted, today))
    of_tabs = [
        select(func.count()).select_from(Decision if tab == DECISIONS else Task).where(_counted(actor, tab))
        for tab in (DECISIONS, TASKS, MINE)
    ]
    row = session.execute(select(*(one.scalar_subquery() for one in (fits, *of_tabs)))).one()
    return row[0], dict(zip((DECISIONS, TASKS, MINE), row[1:], strict=True))


def offered(session: Session, actor: Actor) -> Offered:
    """Return what the filters can be set to: only what stands in something that ``actor`` may see."""
    bodies = union(
        select(Decision.body_id).where(decision_seen(actor)), select(Task.body_id).where(task_seen(actor))
    ).subquery()
    units = union(
        select(Decision.unit_id).where(decision_seen(actor)), select(Task.unit_id).where(task_seen(actor))
    ).subquery()
    of_bodies = select(body_topic.c.topic_id).where(body_topic.c.body_id.in_(select(bodies.c[0])))

    def named(model: Any, keys: Select[Any]) -> list[tuple[int, str]]:
        rows = session.execute(select(model.id, model.name).where(model.id.in_(keys)).order_by(model.name))
        return [(key, name) for key, name in rows]

    years = session.scalars(
        select(Decision.year).where(decision_seen(actor)).distinct().order_by(Decision.year.desc())
    ).all()
    units_named = named(Organisation, select(units.c[0]).where(units.c[0].is_not(None)))
    return Offered(named(Body, select(bodies.c[0])), named(Topic, of_bodies), units_named, years)
