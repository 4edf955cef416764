"""What responsibilities put on the pages of people, places and organisations."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from coordination.core.access import Actor, Permission, allows
from coordination.core.collation import german_key
from coordination.core.i18n import gettext as _
from coordination.core.registry import Panel
from coordination.directory.responsibilities import queries, words

PAGE = "/wen-frage-ich"


def address(*, topic_id: int | None = None, place_id: int | None = None) -> str:
    """Return the page with the choice made."""
    chosen = {"thema": topic_id, "ort": place_id}
    asked = urlencode({name: key for name, key in chosen.items() if key is not None})
    return f"{PAGE}?{asked}" if asked else PAGE


def person_panel(session: Session, actor: Actor, person_id: int, day: date) -> Panel | None:
    """Return what a person is responsible for on ``day``, each with the way to all who are."""
    if not allows(actor, Permission.DIRECTORY_READ):
        return None
    found = queries.held_by(session, person_id, day)
    lines = [
        (f"{row.topic.name} ({words.where(row)})", address(topic_id=row.topic_id, place_id=row.place_id))
        for row in found
    ]
    lines.sort(key=lambda line: german_key(line[0]))
    return Panel(_("Responsible for"), lines) if lines else None


def place_panel(_session: Session, actor: Actor, place_id: int, _day: date) -> Panel | None:
    """Return the way to all who are responsible for a place."""
    if not allows(actor, Permission.DIRECTORY_READ):
        return None
    return Panel(_("Whom do I ask?"), [(_("Who is responsible for this place, by topic"), address(place_id=place_id))])


def posts_hanging(session: Session, organisation_id: int, last_on: date) -> str:
    """Return what is to be said of posts where their organisation ends."""
    found = queries.posts_after(session, organisation_id, last_on)
    if not found:
        return ""
    return _("These posts go on, and with them what they are responsible for: %(posts)s.", posts=", ".join(found))


def organisation_panel(session: Session, actor: Actor, organisation_id: int, day: date) -> Panel | None:
    """Return the posts of an organisation, with who holds them."""
    if not allows(actor, Permission.DIRECTORY_READ):
        return None
    lines = [
        (f"{post.function}: {person.name if person else _('vacant')}", f"/stellen/{post.id}")
        for post, person in queries.posts_of(session, organisation_id, day)
    ]
    return Panel(_("Posts"), sorted(lines, key=lambda line: german_key(line[0]))) if lines else None
