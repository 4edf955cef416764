"""What bodies put on the pages of a person and of a place, and whom they name for a topic."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from coordination.bodies.models import Body
from coordination.bodies.queries import memberships_of, offices_of_topic, sitting_from
from coordination.bodies.rules import ROLE_WORDS
from coordination.core.access import Actor, Permission, allows
from coordination.core.i18n import gettext as _
from coordination.core.registry import Contact, Panel


def person_panel(session: Session, actor: Actor, person_id: int, day: date) -> Panel | None:
    """Return the bodies in which a person sits on ``day``, with what the person is there."""
    if not allows(actor, Permission.DIRECTORY_READ):
        return None
    sits = memberships_of(session, person_id, day)
    # Rights in a body outlive it, so that its office can finish the minutes; the page of a person is of now.
    found = [(body, role) for body, role in sits if body.valid_until is None or body.valid_until >= day]
    lines = [(f"{body.name} ({_(ROLE_WORDS[role])})", f"/gremien/{body.id}") for body, role in found]
    return Panel(_("Bodies"), lines) if lines else None


def place_panel(session: Session, actor: Actor, place_id: int, day: date) -> Panel | None:
    """Return the bodies in which somebody sits on ``day`` who works at a place then, with who that is."""
    if not (allows(actor, Permission.DIRECTORY_READ) and allows(actor, Permission.BODY_READ)):
        return None
    people: dict[Body, list[str]] = {}
    for body, person, role in sitting_from(session, place_id, day):
        people.setdefault(body, []).append(f"{person.name}, {_(ROLE_WORDS[role])}")
    lines = [(f"{body.name} ({'; '.join(who)})", f"/gremien/{body.id}") for body, who in people.items()]
    return Panel(_("Bodies with people from here"), lines) if lines else None


def topic_contacts(session: Session, actor: Actor, topic_id: int, day: date) -> Sequence[Contact]:
    """Return who runs the offices of the bodies that deal with a topic: whom to ask where nobody else is named."""
    if not allows(actor, Permission.BODY_READ):
        return []
    return [
        Contact(
            person.name,
            _("office of %(body)s", body=body.name),
            f"/personen/{person.id}",
            person.phone or person.mobile,
            person.email,
        )
        for body, person in offices_of_topic(session, topic_id, day)
    ]
