"""What two entries of one person both hold at a time that is not over: as long as they do, nobody can make them one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import product
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from coordination.directory.rules import Span


def held_twice(
    session: Session, of: InstrumentedAttribute[Any], pair: tuple[int, int], today: date, *, same: Sequence[str]
) -> list[Any]:
    """Return what both people of ``pair`` hold on one day in common, today or later; each once. One statement.

    Args:
        session: where to look.
        of: the attribute of a dated row of a person that leads to what is held: a post, a body, a place.
        pair: the keys of the two.
        today: what ended before it does not count.
        same: names of the columns in which two rows that say the same agree.
    """
    model: Any = of.class_
    statement = (
        select(model)
        .where(model.person_id.in_(pair), or_(model.valid_until.is_(None), model.valid_until >= today))
        .options(joinedload(of))
        .order_by(model.id)
    )
    rows = session.scalars(statement).all()
    mine, theirs = ([row for row in rows if row.person_id == key] for key in pair)
    met = (
        getattr(one, of.key)
        for one, other in product(mine, theirs)
        if all(getattr(one, name) == getattr(other, name) for name in same)
        and Span(one.valid_from, one.valid_until).meets(Span(other.valid_from, other.valid_until))
    )
    return list(dict.fromkeys(met))
