"""Why two entries of the directory cannot be put together, as far as bodies tell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from coordination.bodies.models import Deputy, Membership
from coordination.core.i18n import gettext
from coordination.directory.twice import held_twice


def obstacles(session: Session, kept_id: int, gone_id: int, today: date) -> Sequence[str]:
    """Say in which bodies both sit at a time that is not over, and whether one is the other's deputy."""
    held = held_twice(session, Membership.body, (kept_id, gone_id), today, same=("body_id",))
    bodies = dict.fromkeys(body.name for body in held)
    found = [gettext("Both are members of “%(body)s”. Please end one membership first.", body=name) for name in bodies]
    deputy = (
        select(Deputy.id)
        .join(Membership, Membership.id == Deputy.membership_id)
        .where(
            or_(
                (Deputy.person_id == kept_id) & (Membership.person_id == gone_id),
                (Deputy.person_id == gone_id) & (Membership.person_id == kept_id),
            )
        )
    )
    if session.scalar(deputy.limit(1)) is not None:
        found.append(gettext("One of the two stood in for the other: these are two people."))
    if _deputies_of_one(session, kept_id, gone_id, today):
        found.append(gettext("Both are deputies of the same member. Please end one of the two there first."))
    return found


def _deputies_of_one(session: Session, kept_id: int, gone_id: int, today: date) -> bool:
    other = aliased(Deputy)
    is_same = and_(
        other.body_id == Deputy.body_id,
        or_(
            other.membership_id == Deputy.membership_id, other.membership_id.is_(None) & Deputy.membership_id.is_(None)
        ),
    )
    lasts = [or_(one.valid_until.is_(None), one.valid_until >= today) for one in (Deputy, other)]
    both = select(Deputy.id).join(other, is_same).where(Deputy.person_id == kept_id, other.person_id == gone_id, *lasts)
    return session.scalar(both.limit(1)) is not None
