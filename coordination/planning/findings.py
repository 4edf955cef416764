"""What planners should look at: what ends soon, who is away without cover, two places at once, more than a post."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import combinations

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from coordination.core.i18n import N_
from coordination.directory.models import Absence, Assignment, Person, Place
from coordination.directory.queries import holds_on
from coordination.directory.rules import WeeklyTime, posts_of

#: How far ahead an end of a contract or of its funding is listed.
AHEAD = timedelta(days=90)
FULL_POST = Decimal(1)


class Kind(StrEnum):
    """What was found."""

    ENDS = "ends"
    FUNDING_ENDS = "funding_ends"
    UNCOVERED = "uncovered"
    DOUBLE = "double"
    OVER_FULL = "over_full"


WORDS = {
    Kind.ENDS: N_("Ends within 90 days"),
    Kind.FUNDING_ENDS: N_("The money ends before the assignment"),
    Kind.UNCOVERED: N_("Away without cover"),
    Kind.DOUBLE: N_("At two places at the same time"),
    Kind.OVER_FULL: N_("More than one post"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at; which fields are filled depends on ``kind``."""

    kind: Kind
    person: Person | None
    #: Where: one place, or for two at once both.
    places: tuple[Place, ...] = ()
    #: Last day of what ends, first day of an absence.
    day: date | None = None
    #: Last day of an absence; None if nobody knows.
    until: date | None = None
    posts: Decimal | None = None
    times: tuple[WeeklyTime, ...] = ()


def found(session: Session, day: date) -> dict[Kind, list[Finding]]:
    """Return everything to look at on ``day``, by kind, the most pressing first. Three statements."""
    rows = session.scalars(
        select(Assignment)
        .where(holds_on(day, Assignment.valid_from, Assignment.valid_until))
        .options(joinedload(Assignment.person), joinedload(Assignment.place), selectinload(Assignment.presences))
        .order_by(Assignment.id)
    ).all()
    by_person: dict[int, list[Assignment]] = defaultdict(list)
    for row in rows:
        if row.person_id is not None:
            by_person[row.person_id].append(row)
    # Who is in two places comes under both names in the order of the alphabet.
    people = sorted(by_person.values(), key=lambda own: (own[0].person.sort_name if own[0].person else "", own[0].id))
    return {
        Kind.ENDS: list(_ends(rows, day)),
        Kind.FUNDING_ENDS: list(_funding(rows, day)),
        Kind.UNCOVERED: list(_uncovered(session, by_person, day)),
        Kind.DOUBLE: [one for own in people for one in _doubles(own)],
        Kind.OVER_FULL: [one for own in people for one in _over_full(own)],
    }


def _ends(rows: Iterable[Assignment], day: date) -> Iterator[Finding]:
    soon = [row for row in rows if row.valid_until is not None and row.valid_until <= day + AHEAD]
    for row in sorted(soon, key=lambda one: (one.valid_until or date.max, one.id)):
        yield Finding(Kind.ENDS, row.person, (row.place,), row.valid_until)


def _funding(rows: Iterable[Assignment], day: date) -> Iterator[Finding]:
    """Yield what goes on although its money ends, or has ended."""
    open_ended = [
        row
        for row in rows
        if row.funded_until is not None
        and row.funded_until <= day + AHEAD
        and (row.valid_until is None or row.valid_until > row.funded_until)
    ]
    for row in sorted(open_ended, key=lambda one: (one.funded_until or date.max, one.id)):
        yield Finding(Kind.FUNDING_ENDS, row.person, (row.place,), row.funded_until)


def _uncovered(session: Session, by_person: dict[int, list[Assignment]], day: date) -> Iterator[Finding]:
    """Yield who is away on ``day`` without anybody named in their place."""
    away = session.scalars(
        select(Absence)
        .where(
            and_(Absence.first_on <= day, or_(Absence.last_on.is_(None), Absence.last_on >= day)),
            Absence.substitute_id.is_(None),
            Absence.person_id.in_(by_person),
        )
        .options(joinedload(Absence.person))
        .order_by(Absence.first_on, Absence.id)
    )
    for one in away:
        places = tuple({row.place_id: row.place for row in by_person[one.person_id]}.values())
        yield Finding(Kind.UNCOVERED, one.person, places, one.first_on, one.last_on)


def _times(row: Assignment) -> list[WeeklyTime]:
    return [WeeklyTime(one.weekday, one.starts_at, one.ends_at) for one in row.presences]


def _doubles(own: Sequence[Assignment]) -> Iterator[Finding]:
    for one, other in combinations(own, 2):
        if one.place_id == other.place_id:
            continue
        pairs = [(mine, theirs) for mine in _times(one) for theirs in _times(other) if mine.overlaps(theirs)]
        for mine, theirs in pairs[:1]:
            yield Finding(Kind.DOUBLE, one.person, (one.place, other.place), times=(mine, theirs))


def _over_full(own: Sequence[Assignment]) -> Iterator[Finding]:
    posts = [posts_of(row.share_posts, row.share_hours) for row in own]
    summed = sum((one for one in posts if one is not None), Decimal(0)).quantize(Decimal("0.01"))
    if summed > FULL_POST:
        places = tuple({row.place_id: row.place for row in own}.values())
        yield Finding(Kind.OVER_FULL, own[0].person, places, posts=summed)
