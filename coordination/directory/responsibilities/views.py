"""The page "Wen frage ich?", and the page of one post."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from coordination.core import registry
from coordination.core.collation import german_key
from coordination.core.errors import NotFound
from coordination.directory import edit_choices
from coordination.directory import queries as directory
from coordination.directory.asof import AsOf, Then
from coordination.directory.blueprint import bp
from coordination.directory.models import Place
from coordination.directory.responsibilities import answers, queries, words
from coordination.directory.responsibilities.models import Post
from coordination.directory.rules import Span
from coordination.directory.views import asked_day
from coordination.web.extensions import db
from coordination.web.forms import key_of
from coordination.web.guard import current_actor

#: So many places are offered where a word fits several.
MOST = 30


@dataclass(frozen=True, slots=True)
class Choice:
    """What of the place was typed or chosen: the place, or those that fit the words."""

    place: Place | None = None
    words: str = ""
    fitting: Sequence[tuple[int, str]] = ()
    has_more: bool = False
    #: Nothing is called so; what fits is spelled nearly so, and nobody is led there unasked.
    is_similar: bool = False


def _choice(session: Session, as_of: AsOf) -> Choice:
    """Return the place that the address names; one that fits what was typed is taken at once."""
    typed = " ".join(request.args.get("suche", "")[:80].split())
    key = key_of(request.args.get("ort"))
    if not key and typed:
        offer = edit_choices.places(session, current_actor(), as_of.day, q=typed)
        if len(offer.options) != 1 or offer.is_similar:
            return Choice(None, typed, offer.options[:MOST], len(offer.options) > MOST, offer.is_similar)
        key = offer.options[0][0]
    return Choice(directory.get_place(session, key) if key else None, typed)


@bp.get("/wen-frage-ich")
def ask() -> ResponseReturnValue:
    """Show who is responsible for a topic, for a place, or for a topic at a place."""
    as_of = asked_day()
    session = db.session()
    topics = sorted(queries.topics(session), key=lambda one: german_key(one.name))
    topic_id = key_of(request.args.get("thema"))
    topic = queries.topic_on(session, topic_id) if topic_id else None
    if topic_id and topic is None:
        raise NotFound
    choice = _choice(session, as_of)
    then = Then(session, as_of, places=[choice.place, choice.place.parent] if choice.place else [])
    is_asked = (topic is not None or choice.place is not None) and not choice.fitting
    groups: list[answers.Group] = []
    if is_asked:
        spot = answers.spot_of(session, choice.place, then) if choice.place else None
        found = queries.responsible(session, as_of.day, topic_id=topic.id if topic else None, spot=spot)
        groups = answers.groups(session, found, as_of) if found else []
    is_somebody = any(one.person for group in groups for one in group.answers)
    return render_template(
        "directory/ask.html",
        as_of=as_of,
        topics=topics,
        topic=topic,
        choice=choice,
        place=choice.place,
        place_name=then.name(choice.place),
        is_asked=is_asked,
        groups=groups,
        contacts=_instead(session, topic.id if topic else None, as_of) if is_asked and not is_somebody else None,
        carried=as_of.arguments,
    )


def _instead(session: Session, topic_id: int | None, as_of: AsOf) -> dict[str, Any]:
    """Return whom to ask where nobody is named: the offices of bodies that deal with the topic, else the city's."""
    found = [
        one
        for of in registry.topic_contacts
        if topic_id is not None
        for one in of(session, current_actor(), topic_id, as_of.day)
    ]
    return {"bodies": found, "email": current_app.extensions["koordination.site"].contact_email}


@bp.get("/stellen/<int:post_id>")
def post(post_id: int) -> ResponseReturnValue:
    """Show a post: who holds it, what it is responsible for, and what was before."""
    as_of = asked_day()
    session = db.session()
    found = queries.get_post(session, current_actor(), post_id, as_of.today)
    people = [row.person for row in found.holders]
    then = Then(
        session,
        as_of,
        people=people,
        organisations=[found.organisation],
        places=[row.place for row in found.responsibilities],
    )
    holder = queries.holders_of(session, [found.id], as_of.day).get(found.id)
    return render_template(
        "directory/post.html",
        post=found,
        subject=queries.subject_of(found),
        as_of=as_of,
        then=then,
        words=words,
        holder=holder,
        away=bool(holder and directory.absences_of(session, [holder.id], as_of.day, as_of.day)),
        holders=_parted(found.holders, as_of, found),
        responsible=_parted(found.responsibilities, as_of, found),
        is_over=found.valid_until is not None and found.valid_until < as_of.day,
    )


def _parted(rows: Sequence[Any], as_of: AsOf, of: Post) -> dict[str, list[Any]]:
    """Part what holds on the day from what was, and from what is planned, which not everybody sees."""
    day = as_of.day
    return {
        "now": [row for row in rows if Span(row.valid_from, row.valid_until).holds(day)],
        "later": [row for row in rows if row.valid_from > day] if as_of.plans(of.organisation_id) else [],
        "before": [row for row in reversed(rows) if row.valid_until is not None and row.valid_until < day],
    }
