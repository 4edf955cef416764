"""The list of bodies and the page of one; its members to take along."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.bodies import queries, words
from coordination.bodies.blueprint import bp
from coordination.bodies.models import Body
from coordination.bodies.queries import BodyFilter
from coordination.bodies.roster import roster
from coordination.bodies.rules import KIND_WORDS, LEVEL_WORDS, BodyKind, BodyLevel
from coordination.core import clock, registry
from coordination.core.access import Permission, Subject
from coordination.core.collation import german_key
from coordination.core.i18n import gettext as _
from coordination.directory.place_filters import whole
from coordination.topics.models import Topic
from coordination.web.extensions import db
from coordination.web.guard import authorize, current_actor, may

_KNOWN = ("meine", "art", "ebene", "thema")


def subject_of(body: Body) -> Subject:
    """Return what the policy is asked about a body."""
    return Subject(body_id=body.id)


def _wanted() -> BodyFilter:
    kind, level = request.args.get("art", ""), request.args.get("ebene", "")
    return BodyFilter(
        keys=frozenset(current_actor().body_roles) if request.args.get("meine") == "1" else None,
        kind=BodyKind(kind) if kind in set(BodyKind) else None,
        level=BodyLevel(level) if level in set(BodyLevel) else None,
        topic_id=whole(request.args.get("thema"), 1, 10**8),
    )


def _address(**changes: Any) -> str:
    arguments: dict[str, Any] = {key: request.args[key] for key in _KNOWN if request.args.get(key)}
    arguments |= changes
    return url_for("bodies.index", **{key: value for key, value in arguments.items() if value is not None})


def _row(label: str, name: str, current: Any, choices: list[tuple[Any, str]]) -> dict[str, Any]:
    options = [
        {"label": text, "url": _address(**{name: value}), "current": value == current} for value, text in choices
    ]
    everything = {"label": _("all"), "url": _address(**{name: None}), "current": current is None}
    return {"label": label, "options": [everything, *options]}


def _filters(wanted: BodyFilter, kinds: set[BodyKind], topics: list[Topic]) -> list[dict[str, Any]]:
    offered = sorted(kinds | ({wanted.kind} if wanted.kind else set()), key=lambda one: german_key(_(KIND_WORDS[one])))
    rows = [_row(_("Kind"), "art", wanted.kind, [(one.value, _(KIND_WORDS[one])) for one in offered])]
    rows.append(_row(_("Level"), "ebene", wanted.level, [(one.value, _(LEVEL_WORDS[one])) for one in BodyLevel]))
    if current_actor().body_roles:
        mine = None if wanted.keys is None else "1"
        rows.insert(0, _row(_("Whose"), "meine", mine, [("1", _("my bodies"))]))
    if topics:
        rows.append(_row(_("Topic"), "thema", wanted.topic_id, [(one.id, one.name) for one in topics]))
    return rows


@bp.get("/gremien")
def index() -> ResponseReturnValue:
    """List the bodies, narrowed by links."""
    authorize(Permission.BODY_READ)
    session, day, wanted = db.session(), clock.today(), _wanted()
    found = sorted(queries.bodies(session, day, wanted), key=lambda one: german_key(one.name))
    vacant: dict[int, int] = {}
    for seat in queries.vacant_seats(session, day):
        vacant[seat.body_id] = vacant.get(seat.body_id, 0) + 1
    return render_template(
        "bodies/index.html",
        bodies=found,
        members=queries.member_counts(session, day),
        vacant=vacant,
        words=words,
        kind_words=KIND_WORDS,
        level_words=LEVEL_WORDS,
        is_narrowed=wanted != BodyFilter(),
        filters=_filters(wanted, queries.kinds(session, day), list(queries.topics(session))),
        roles=current_actor().body_roles,
    )


@bp.get("/gremien/<int:body_id>")
def body(body_id: int) -> ResponseReturnValue:
    """Show a body: what it is for, its rules in words, who sits in it."""
    authorize(Permission.BODY_READ)
    session, day = db.session(), clock.today()
    found = queries.get_body(session, body_id)
    people = roster(session, found, day, planned=may("body_manage", subject_of(found)))
    return render_template(
        "bodies/body.html",
        body=found,
        subject=subject_of(found),
        roster=people,
        below=queries.below(session, body_id, day),
        rules=words.sentences(found.procedure, people.voting),
        rhythm=words.rhythm(found.procedure),
        kind=_(KIND_WORDS[found.kind]),
        level=_(LEVEL_WORDS[found.level]),
        words=words,
        sections=_sections(found, day),
    )


def _sections(found: Body, day: date) -> list[registry.Section]:
    """Return what upper slices put on the page of a body."""
    filled = (fill(db.session(), current_actor(), found, day) for fill in registry.body_sections)
    return [one for one in filled if one is not None]
