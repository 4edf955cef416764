"""Who sits where on a day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from coordination.bodies.models import Body, Membership
from coordination.core.access import BodyRole


def memberships_of(session: Session, person_id: int, day: date) -> list[tuple[Body, BodyRole]]:
    """Return the bodies in which a person sits on ``day``, by name, with what the person is there."""
    rows = session.execute(
        select(Body, Membership.role)
        .join(Membership, Membership.body_id == Body.id)
        .where(
            Membership.person_id == person_id,
            Membership.valid_from <= day,
            or_(Membership.valid_until.is_(None), Membership.valid_until >= day),
        )
        .order_by(Body.name)
    )
    return [(body, role) for body, role in rows]


def roles_of(session: Session, person_id: int, day: date) -> dict[int, BodyRole]:
    """Return what a person is in which body on ``day``: key of the body → role."""
    return {body.id: role for body, role in memberships_of(session, person_id, day)}
