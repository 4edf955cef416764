"""What decisions and tasks put on other pages: of a meeting, of its minutes, of a body, of a person, on the desk."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coordination.bodies.models import Body
from coordination.core import clock
from coordination.core.access import SYSTEM, Actor, Permission, Subject, allows
from coordination.core.i18n import gettext as _
from coordination.core.registry import ItemLine, Panel, PartLink, Section
from coordination.decisions import access, queries, words
from coordination.decisions.models import Decision, Task
from coordination.decisions.queries import decisions_of, overdue, tasks_of, whole
from coordination.decisions.rules import UNDONE
from coordination.decisions.services import NOT_HELD
from coordination.meetings.models import Meeting

NEWEST = 3
OF_A_PERSON = 10


def of_meeting(session: Session, actor: Actor, meeting: Meeting, day: date) -> Section | None:
    """Return what a meeting decided and who took on what, with the way to record more."""
    if meeting.starts_at.date() > clock.today():
        # Before its day a meeting settles nothing.
        return None
    subject = Subject(body_id=meeting.body_id)
    is_held = meeting.state not in NOT_HELD
    decisions = decisions_of(session, actor, Decision.meeting_id == meeting.id)
    tasks = tasks_of(session, actor, Task.meeting_id == meeting.id)
    queries.know_begun(session, actor, meeting, [*decisions, *tasks])
    may_write = is_held and allows(actor, Permission.MINUTES_WRITE, subject)
    if may_write:
        may_write = not queries.why_fixed(session, meeting.id)
    if not (decisions or tasks or may_write):
        return None
    values = {"decisions": decisions, "tasks": tasks, "may_write": may_write, "words": words, "day": day}
    return Section("decisions/_meeting_section.html", values)


def cards(session: Session, actor: Actor, items: Collection[int], day: date) -> Mapping[int, Section]:
    """Return the cards of decisions and tasks in the flow of each item while its minutes are written."""
    decisions = decisions_of(session, actor, Decision.item_id.in_(items))
    tasks = tasks_of(session, actor, Task.item_id.in_(items))
    doubts = _doubts(session, decisions)
    found: dict[int, Section] = {}
    for key in items:
        mine = [one for one in decisions if one.item_id == key]
        theirs = [one for one in tasks if one.item_id == key]
        # Only the office reaches the page on which minutes are written: it is offered to add one, too.
        if mine or theirs or actor.is_signed_in:
            values = {"decisions": mine, "tasks": theirs, "doubts": doubts, "words": words, "day": day}
            found[key] = Section("decisions/_cards.html", values)
    return found


def _doubts(session: Session, decisions: Sequence[Decision]) -> dict[int, list[str]]:
    """Return what the votes among the decisions of one meeting leave open, by their keys; what fits is missing."""
    quorums = queries.quorums_at_votes(session, decisions)
    said = {one.id: words.doubts_of(one, quorums.get(one.id)) for one in decisions}
    return {key: sentences for key, sentences in said.items() if sentences}


def doubted(session: Session, actor: Actor, meeting_id: int) -> Sequence[tuple[str, str, Sequence[str]]]:
    """Return the votes of a meeting that do not fit its list of those present."""
    decisions = decisions_of(session, actor, Decision.meeting_id == meeting_id)
    found = _doubts(session, decisions)
    return [
        (f"{words.heading_of(one)} {words.number_of(one)}", f"/beschluesse/{one.id}", found[one.id])
        for one in decisions
        if one.id in found
    ]


def lines(session: Session, items: Collection[int]) -> Mapping[int, Sequence[ItemLine]]:
    """Return what minutes say of each item beside its text: what was decided, who took on what."""
    found: dict[int, list[ItemLine]] = {}
    decisions = decisions_of(session, SYSTEM, Decision.item_id.in_(items))
    quorums = queries.quorums_at_votes(session, decisions)
    for decision in decisions:
        if decision.withdrawn_at is None:
            found.setdefault(decision.item_id, []).append(words.line(decision, quorums.get(decision.id)))
    for task in tasks_of(session, SYSTEM, Task.item_id.in_(items)):
        found.setdefault(task.item_id, []).append(words.line(task))
    return found


def of_body(session: Session, actor: Actor, body: Body, day: date) -> Section | None:
    """Return how much a body has decided, what is open, and the newest three."""
    seen = Decision.body_id == body.id, access.decision_seen(actor)
    counted = session.execute(
        select(
            func.count(),
            func.count().filter(queries.undone(Decision)),
            func.count().filter(overdue(Decision, day)),
        ).where(*seen)
    ).one()
    if not counted[0]:
        return None
    newest = session.scalars(
        select(Decision)
        .where(*seen)
        .options(*whole(Decision))
        .order_by(Decision.year.desc(), Decision.number.desc(), Decision.id.desc())
        .limit(NEWEST)
    ).all()
    total, undone, late = counted
    values = {"body": body, "newest": newest, "total": total, "undone": undone, "late": late}
    link = PartLink("decisions", _("Decisions"), total)
    return Section("decisions/_body_section.html", values | {"words": words, "day": day}, link)


def of_person(session: Session, actor: Actor, person_id: int, day: date) -> Panel | None:
    """Return the open tasks of a person, those that the reader may see."""
    statement = (
        select(Task)
        .where(Task.person_id == person_id, Task.status.in_(UNDONE), access.task_seen(actor))
        .options(*whole(Task))
        .order_by(Task.due_on.is_(None), Task.due_on, Task.id)
        .limit(OF_A_PERSON)
    )
    found = [(_of_person(one, day), f"/aufgaben/{one.id}") for one in session.scalars(statement)]
    return Panel(_("Open tasks"), found) if found else None


def _of_person(task: Task, day: date) -> str:
    due = words.due(task, day)
    return f"{words.short(task.text)} – {due}" if due else words.short(task.text)


def my_tasks(session: Session, actor: Actor, day: date) -> Section | None:
    """Return what the actor has taken on and not done yet."""
    if actor.person_id is None:
        return None
    found = queries.own_tasks(session, actor)
    return Section("decisions/_desk_section.html", {"tasks": found, "words": words, "day": day}) if found else None
