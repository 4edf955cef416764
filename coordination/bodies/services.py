"""What is done with a body itself: set up, changed, given rules. Each step grows its version."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from coordination.bodies.models import Body, Membership
from coordination.bodies.procedure import TEMPLATE_OF_KIND, Procedure, overrides_of
from coordination.bodies.rules import BodyKind, BodyLevel
from coordination.core.access import BodyRole, Permission, Subject, allows, require
from coordination.core.errors import NotFound, RuleViolation
from coordination.core.i18n import N_
from coordination.core.versions import check_version
from coordination.core.work import Work
from coordination.directory.models import Organisation
from coordination.topics.models import Topic

#: Stripes there are to mark a body in lists.
COLOURS = 8


@dataclass(frozen=True, slots=True)
class BodyInput:
    """A body as typed; ``new_topics`` are names that are not in the list yet."""

    name: str
    short_name: str
    kind: BodyKind
    level: BodyLevel
    purpose: str
    parent_id: int | None
    topic_ids: tuple[int, ...] = ()
    lead_ids: tuple[int, ...] = ()
    new_topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RulesInput:
    """Rules as typed: the template, what is wanted, and the seats with a vote by the rules."""

    template: str
    wanted: Procedure
    statutory_seats: int | None


def take(work: Work, body_id: int, version: int) -> Body:
    """Return a body to change: locked, allowed, and still as its form showed it.

    Everything about a body hangs on its one version, so that two forms about its seats meet each other too.

    Raises:
        Conflict: somebody has changed the body or its people in the meantime.
    """
    body = work.session.get(Body, body_id, with_for_update=True, populate_existing=True)
    if body is None:
        raise NotFound
    require(work.actor, Permission.BODY_MANAGE, Subject(body_id=body.id))
    check_version(body, version)
    # A step that touches only its seats grows its version as well.
    flag_modified(body, "notes")
    return body


def create_body(work: Work, data: BodyInput) -> Body:
    """Set up a body with the rules that its kind usually has; who sets it up runs its office.

    Raises:
        RuleViolation: the name is taken, or the account stands for nobody who could run the office.
    """
    require(work.actor, Permission.BODY_CREATE)
    if work.actor.person_id is None:
        text = N_("Your account belongs to no person, so it cannot run an office. Please ask the administration.")
        raise RuleViolation(text)
    body = Body(template=TEMPLATE_OF_KIND.get(data.kind, "light"), overrides={})
    _fill(work, body, data)
    count = work.session.scalar(select(func.count()).select_from(Body)) or 0
    body.colour = count % COLOURS + 1
    work.session.add(body)
    work.session.flush()
    office = Membership(
        body_id=body.id, person_id=work.actor.person_id, role=BodyRole.SECRETARIAT, valid_from=work.today
    )
    work.session.add(office)
    work.record("body.created", body)
    work.record("membership.created", office)
    return body


def change_body(work: Work, body_id: int, data: BodyInput, *, version: int) -> Body:
    """Change what a body is called and stands for.

    Raises:
        RuleViolation: the name is taken, or it would stand below itself.
        Conflict: somebody else has changed it in the meantime.
    """
    body = take(work, body_id, version)
    _fill(work, body, data)
    work.record("body.changed", body)
    return body


def change_rules(work: Work, body_id: int, data: RulesInput, *, version: int) -> Body:
    """Give a body other rules: a template, and what it says otherwise."""
    body = take(work, body_id, version)
    body.template, body.overrides = data.template, overrides_of(data.template, data.wanted)
    body.statutory_seats = data.statutory_seats
    work.record("body.rules_changed", body)
    return body


def _fill(work: Work, body: Body, data: BodyInput) -> None:
    session = work.session
    with session.no_autoflush:
        _check_names(session, body, data)
        if data.parent_id is not None and data.parent_id != body.parent_id:
            _check_parent(session, body, data.parent_id)
        body.name, body.short_name, body.kind, body.level = data.name, data.short_name or None, data.kind, data.level
        body.purpose, body.parent_id = data.purpose, data.parent_id
        # A form may have been open while its topic was merged into another.
        chosen = session.scalars(
            select(func.coalesce(Topic.merged_into_id, Topic.id)).where(Topic.id.in_(data.topic_ids))
        )
        kept = list(session.scalars(select(Topic).where(Topic.id.in_(chosen.all()))))
        body.topics = kept + _new_topics(work, data.new_topics, {one.id for one in kept})
        body.leads = list(session.scalars(select(Organisation).where(Organisation.id.in_(data.lead_ids))))


def _check_names(session: Session, body: Body, data: BodyInput) -> None:
    others = select(Body.id).where(Body.id != (body.id or 0))
    # In Python: SQLite's lower() knows no umlauts.
    names = session.scalars(select(Body.name).where(Body.id != (body.id or 0)))
    if data.name.casefold() in {name.casefold() for name in names}:
        raise RuleViolation(N_("There is a body with this name already."), field="name")
    if data.short_name and session.scalar(others.where(Body.short_name == data.short_name).limit(1)) is not None:
        raise RuleViolation(N_("Another body has this short name. Please choose another one."), field="short_name")


def _check_parent(session: Session, body: Body, parent_id: int) -> None:
    above = select(Body.id, Body.parent_id).where(Body.id == parent_id).cte("above", recursive=True)
    # UNION leaves out what was there already: a ring, however it came, ends too.
    above = above.union(select(Body.id, Body.parent_id).join(above, Body.id == above.c.parent_id))
    keys = set(session.scalars(select(above.c.id)))
    if not keys:
        raise RuleViolation(N_("Please choose a body."), field="parent_id")
    if body.id in keys:
        raise RuleViolation(N_("A body cannot report to itself. Please choose another one."), field="parent_id")


def _new_topics(work: Work, names: tuple[str, ...], known: set[int]) -> list[Topic]:
    """Return the topics of these names; those that are not in the list yet are entered."""
    found = []
    listed = {topic.name.casefold(): topic for topic in work.session.scalars(select(Topic))} if names else {}
    for name in dict.fromkeys(names):
        topic = listed.get(name.casefold())
        if topic is None:
            if not allows(work.actor, Permission.TOPIC_MANAGE):
                text = N_("Only the co-ordination enters new topics. Please choose from the list.")
                raise RuleViolation(text, field="new_topics")
            topic = Topic(name=name)
            work.session.add(topic)
            work.record("topic.created", topic)
            listed[name.casefold()] = topic
        if topic.merged_into_id is not None:
            topic = work.session.get_one(Topic, topic.merged_into_id)
        if topic.id not in known:
            known.add(topic.id)
            found.append(topic)
    return found
