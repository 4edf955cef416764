"""Does a school file bring back what the directory held before? Then it is probably an old one."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.directory.asof import as_text
from coordination.directory.history import KEPT_OF_SCHOOL
from coordination.directory.models import EarlierValue, School
from coordination.directory.school_changes import Changes
from coordination.directory.school_import import PLACE_FIELDS

#: Fewer values than this come back by themselves: a telephone is moved and moved again.
FEWEST = 3


def looks_older(session: Session, changes: Changes) -> bool:
    """Return whether at least half of the values that would change are such as held before; stores nothing."""
    found = [
        (school.record.number, PLACE_FIELDS.get(one.field, one.field), as_text(one.new))
        for school in (*changes.changed, *changes.came_back)
        for one in school.fields
        if one.field in PLACE_FIELDS or one.field in KEPT_OF_SCHOOL
    ]
    if len(found) < FEWEST:
        return False
    statement = (
        select(School.number, EarlierValue.field, EarlierValue.value)
        .join(EarlierValue, EarlierValue.place_id == School.place_id)
        # That nothing is known of a time is no value that comes back.
        .where(EarlierValue.field.in_({field for _number, field, _new in found}), EarlierValue.value != "")
    )
    held = {(number, field, value) for number, field, value in session.execute(statement)}
    before = sum(one in held for one in found)
    return before >= FEWEST and 2 * before >= len(found)
