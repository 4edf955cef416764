"""What planners should look at: what ends soon, who is away without cover, two places at once, more than a post."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import combinations

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from coordination.core.i18n import N_
from coordination.directory.asof import AsOf
from coordination.directory.full_weeks import FullWeeks
from coordination.directory.models import Absence, Assignment, Person, Place
from coordination.directory.queries import holds_on
from coordination.directory.rules import DatedShare, Span, WeeklyTime, day_before, highest_sum
from coordination.directory.stays import Stays, span_of

#: How far ahead an end of a contract or of its funding is listed, and a sum that will be more than a post.
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
    #: Last day of what ends, first day of an absence or of what is more than a post.
    day: date | None = None
    #: Last day of an absence; None if nobody knows.
    until: date | None = None
    posts: Decimal | None = None
    times: tuple[WeeklyTime, ...] = ()


def found(session: Session, as_of: AsOf) -> dict[Kind, list[Finding]]:
    """Return everything to look at on a day, by kind, the most pressing first. Three statements, or four.

    The fourth asks for the full weeks of employers, where shares are known in hours alone.

    Kinds that speak of what is only planned are left out for those who may not see it.
    """
    day = as_of.day
    rows = session.scalars(
        select(Assignment)
        .where(holds_on(day, Assignment.valid_from, Assignment.valid_until) | _begins_soon(as_of))
        .options(joinedload(Assignment.person), joinedload(Assignment.place), selectinload(Assignment.presences))
        .order_by(Assignment.id)
    ).all()
    current = [row for row in rows if span_of(row).holds(day)]
    # Who is in two places comes under both names in the order of the alphabet.
    people, all_of = _by_person(current), _by_person(rows)
    weeks = FullWeeks(session, day)
    seen = {
        Kind.UNCOVERED: list(_uncovered(session, people, day)),
        Kind.DOUBLE: [one for own in people.values() for one in _doubles(own)],
        Kind.OVER_FULL: [one for own in all_of.values() for one in _over_full(own, day, weeks)],
    }
    if not as_of.planned:
        return seen
    going = list(_going_on(rows, as_of))
    return {Kind.ENDS: list(_ends(going, day)), Kind.FUNDING_ENDS: list(_funding(going, day)), **seen}


def _begins_soon(as_of: AsOf) -> ColumnElement[bool]:
    """Return the condition that an assignment follows within the time that is looked ahead; nothing without plans."""
    last = as_of.day + AHEAD + timedelta(days=1) if as_of.planned else as_of.day
    return and_(Assignment.valid_from > as_of.day, Assignment.valid_from <= last)


def _by_person(rows: Iterable[Assignment]) -> dict[int, list[Assignment]]:
    found: dict[int, list[Assignment]] = defaultdict(list)
    for row in rows:
        if row.person_id is not None:
            found[row.person_id].append(row)
    names = {key: own[0].person.sort_name if own[0].person else "" for key, own in found.items()}
    return {key: found[key] for key in sorted(found, key=lambda key: (names[key], found[key][0].id))}


def _going_on(rows: Sequence[Assignment], as_of: AsOf) -> Iterator[tuple[Assignment, bool]]:
    """Yield what holds on the day and how it goes on, each with whether another row of the stay follows it.

    A change from a day on ends one row and begins another: of what goes on, only the last end is one. What begins
    anew within the time looked ahead has not begun yet and ends nothing.
    """
    stays = Stays(rows, as_of)
    lanes = {stays.lane(row) for row in rows if span_of(row).holds(as_of.day)}
    return ((row, stays.goes_on(row)) for row in rows if stays.lane(row) in lanes)


def _ends(going: Iterable[tuple[Assignment, bool]], day: date) -> Iterator[Finding]:
    last = day + AHEAD
    soon = [row for row, goes_on in going if row.valid_until and row.valid_until <= last and not goes_on]
    for row in sorted(soon, key=lambda one: (one.valid_until or date.max, one.id)):
        yield Finding(Kind.ENDS, row.person, (row.place,), row.valid_until)


def _funding(going: Iterable[tuple[Assignment, bool]], day: date) -> Iterator[Finding]:
    """Yield what goes on although its money ends, or has ended."""
    open_ended = [
        row
        for row, _goes_on in going
        if row.funded_until is not None
        and row.funded_until <= day + AHEAD
        and (row.valid_until is None or row.valid_until > row.funded_until)
        # Of how a row goes on it is said only if that row does not say it already.
        and (row.valid_from <= day or day_before(row.valid_from) <= row.funded_until)
    ]
    for row in sorted(open_ended, key=lambda one: (one.funded_until or date.max, one.id)):
        yield Finding(Kind.FUNDING_ENDS, row.person, (row.place,), row.funded_until)


def _uncovered(session: Session, by_person: dict[int, list[Assignment]], day: date) -> Iterator[Finding]:
    """Yield who is away on ``day`` without anybody in their place who could be asked then."""
    rows = session.scalars(
        select(Absence)
        .where(holds_on(day, Absence.first_on, Absence.last_on), Absence.person_id.in_(by_person))
        .options(joinedload(Absence.person), joinedload(Absence.substitute), joinedload(Absence.of_substitute))
        .order_by(Absence.first_on, Absence.id)
    ).unique()
    away: dict[int, list[Absence]] = defaultdict(list)
    for one in rows:
        away[one.person_id].append(one)
    for key, absences in away.items():
        if not any(_is_covered(one, day) for one in absences):
            places = tuple({row.place_id: row.place for row in by_person[key]}.values())
            yield Finding(Kind.UNCOVERED, absences[0].person, places, absences[0].first_on, _last_of(absences))


def _is_covered(absence: Absence, day: date) -> bool:
    """Return whether somebody stands in on ``day``: not who is away, has left, or only begins later."""
    who = absence.cover_on(day)
    return who is not None and (who.valid_from or day) <= day <= (who.valid_until or day)


def _last_of(absences: Sequence[Absence]) -> date | None:
    """Return the last day of absences that overlap; None if nobody knows."""
    days = [one.last_on for one in absences]
    return None if None in days else max(day for day in days if day is not None)


def _times(row: Assignment) -> list[WeeklyTime]:
    return [WeeklyTime(one.weekday, one.starts_at, one.ends_at) for one in row.presences]


def _doubles(own: Sequence[Assignment]) -> Iterator[Finding]:
    for one, other in combinations(own, 2):
        if one.place_id == other.place_id:
            continue
        pairs = [(mine, theirs) for mine in _times(one) for theirs in _times(other) if mine.overlaps(theirs)]
        for mine, theirs in pairs[:1]:
            yield Finding(Kind.DOUBLE, one.person, (one.place, other.place), times=(mine, theirs))


def _over_full(own: Sequence[Assignment], day: date, weeks: FullWeeks) -> Iterator[Finding]:
    """Yield a person's sum on ``day`` if it is more than a post, else the largest from then on, with its first day."""
    posts = {row.id: weeks.posts(row.share_posts, row.share_hours, row.employer_id) for row in own}
    shares = [DatedShare(span_of(row), known) for row in own if (known := posts[row.id]) is not None]
    for span in (Span(day, day), Span(day, day + AHEAD)):
        summed, first = highest_sum(shares, span)
        summed = summed.quantize(Decimal("0.01"))
        if summed <= FULL_POST:
            continue
        places = tuple({row.place_id: row.place for row in own if span_of(row).holds(first)}.values())
        yield Finding(Kind.OVER_FULL, own[0].person, places, first, posts=summed)
        return
