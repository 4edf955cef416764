"""Why two entries of the directory cannot be put together, as far as posts tell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import product

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from coordination.core.i18n import gettext
from coordination.directory.responsibilities.models import PostHolder
from coordination.directory.rules import Span


def obstacles(session: Session, kept_id: int, gone_id: int, today: date) -> Sequence[str]:
    """Say which posts both hold at a time that is not over."""
    statement = (
        select(PostHolder)
        .where(
            PostHolder.person_id.in_((kept_id, gone_id)),
            or_(PostHolder.valid_until.is_(None), PostHolder.valid_until >= today),
        )
        .options(joinedload(PostHolder.post))
        .order_by(PostHolder.id)
    )
    rows = session.scalars(statement).all()
    mine, theirs = ([row for row in rows if row.person_id == key] for key in (kept_id, gone_id))
    posts = {
        one.post.function: None
        for one, other in product(mine, theirs)
        if one.post_id == other.post_id
        and Span(one.valid_from, one.valid_until).meets(Span(other.valid_from, other.valid_until))
    }
    return [gettext("Both hold the post “%(post)s”. Please end one of them there first.", post=name) for name in posts]
