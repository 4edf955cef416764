"""What a new, changed or ended assignment means: gaps, more than one post, two places at once. No database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from coordination.directory.rules import DatedShare, Function, Span, WeeklyTime, day_before, highest_sum

FULL_POST = Decimal(1)
#: A pause before a new assignment is told if it is not longer than this; earlier people are another story.
LONGEST_PAUSE = 366
#: So much more than their share people may be there: with the school holidays off, they work ahead for them.
WORKED_AHEAD = Decimal("1.15")
#: After so many hours in a row there is a break, half an hour long.
LONG_DAY, BREAK = Decimal(6), Decimal("0.5")


class Effect(StrEnum):
    """The kinds of consequence. None of them stops anybody; they are said before it is saved."""

    GAP = "gap"
    LESS = "less"
    PAUSE_BEFORE = "pause_before"
    OVER_FULL = "over_full"
    DOUBLE = "double"
    FUNDING_ENDS = "funding_ends"
    PERSON_LEAVES = "person_leaves"
    PLACE_CLOSES = "place_closes"
    PLACE_OPENS = "place_opens"
    SCHOOL_GONE = "school_gone"
    NO_TIMES = "no_times"
    MORE_TIMES = "more_times"
    OTHER_EMPLOYER = "other_employer"


@dataclass(frozen=True, slots=True)
class Consequence:
    """One thing that follows; which fields are filled depends on ``effect``."""

    effect: Effect
    name: str = ""
    function: Function | None = None
    first: date | None = None
    last: date | None = None
    posts: Decimal | None = None
    mine: WeeklyTime | None = None
    theirs: WeeklyTime | None = None
    #: Of what gets less: how much there was, where ``posts`` is how much is left; None where not all of it is known.
    posts_before: Decimal | None = None
    #: Of times that are more than the share: how many hours a week they are, and how many the share is.
    hours: Decimal | None = None
    hours_of_share: Decimal | None = None
    people: int = 0
    #: Weekdays on which nobody is there any more.
    empty_days: tuple[int, ...] = ()
    #: Of an entry that is in the way: the place that it stands with.
    place_id: int = 0

    @property
    def is_warning(self) -> bool:
        """Return whether somebody should think again; the rest is only worth knowing."""
        return self.effect not in {Effect.NO_TIMES, Effect.MORE_TIMES, Effect.OTHER_EMPLOYER}


@dataclass(frozen=True, slots=True)
class Holding:
    """One dated assignment as plain values."""

    person_id: int | None
    place_id: int
    place_name: str
    function: Function
    span: Span
    posts: Decimal | None
    times: tuple[WeeklyTime, ...]
    #: Whether its end may be told to who acts.
    shows_end: bool = True

    def covers(self, other: Holding) -> bool:
        """Return whether somebody does the same work at the same place."""
        return self.person_id is not None and (self.place_id, self.function) == (other.place_id, other.function)


def uncovered(lost: Span, covers: Iterable[Span]) -> list[Span]:
    """Return the parts of ``lost`` in which none of ``covers`` holds, in order."""
    parts: list[Span] = []
    start: date | None = lost.first
    for cover in sorted(covers, key=lambda span: span.first):
        if start is None or (lost.last is not None and start > lost.last):
            break
        if cover.last is not None and cover.last < start:
            continue
        if cover.first > start:
            end = day_before(cover.first)
            parts.append(Span(start, end if lost.last is None else min(end, lost.last)))
        start = None if cover.last is None else cover.last + timedelta(days=1)
    if start is not None and (lost.last is None or start <= lost.last):
        parts.append(Span(start, lost.last))
    return parts


def gaps(lost: Holding, remaining: Sequence[Holding]) -> list[Consequence]:
    """Return when nobody does the work of ``lost`` at its place any more."""
    if lost.person_id is None:
        return []
    covers = [one.span for one in remaining if one.covers(lost)]
    return [
        Consequence(Effect.GAP, name=lost.place_name, function=lost.function, first=part.first, last=part.last)
        for part in uncovered(lost.span, covers)
    ]


def less(lost: Holding, remaining: Sequence[Holding], day: date) -> list[Consequence]:
    """Return whether from ``day`` on there is less of the work of ``lost`` at its place, where others still do it.

    What nobody does any more is a gap (``gaps``); who is planned to follow counts. ``day`` is compared with the one
    before it, or, where ``lost`` would only have begun then, with how it would have been.
    """
    if lost.person_id is None or not lost.span.holds(day):
        return []
    same = [one for one in remaining if one.covers(lost)]
    after = [one for one in same if one.span.holds(day)]
    if not after:
        return []
    eve = day_before(day)
    before = [one for one in same if one.span.holds(eve)] if lost.span.holds(eve) else [*after, lost]
    found = _missing(before, after)
    if found is None:
        return []
    changes = sorted(one.span.first for one in same if one.span.first > day)
    restored = (c for c in changes if _missing(before, [one for one in same if one.span.holds(c)]) is None)
    last = min((day_before(c) for c in restored), default=None)
    ends = [end for end in (last, lost.span.last) if end is not None]
    return [
        replace(found, name=lost.place_name, function=lost.function, first=day, last=min(ends, default=None)),
    ]


def _missing(before: Sequence[Holding], after: Sequence[Holding]) -> Consequence | None:
    """Return what ``after`` has less of than ``before``: posts, weekdays, or where neither is known, people."""
    posts, posts_before = _posts(after), _posts(before)
    # Somebody without weekly times may be there on any day: nothing is said of days then.
    are_days_known = bool(after) and all(one.times for one in after)
    days = _weekdays(before) - _weekdays(after) if are_days_known else set()
    is_less = posts is not None and posts_before is not None and posts < posts_before
    is_unknown = posts is None or posts_before is None
    if not (is_less or days or (is_unknown and len(after) < len(before))):
        return None
    return Consequence(
        Effect.LESS,
        posts=posts if is_less else None,
        posts_before=posts_before if is_less else None,
        people=len(after),
        empty_days=tuple(sorted(days)),
    )


def _posts(holdings: Sequence[Holding]) -> Decimal | None:
    known = [one.posts for one in holdings if one.posts is not None]
    return sum(known, Decimal(0)) if len(known) == len(holdings) else None


def _weekdays(holdings: Sequence[Holding]) -> set[int]:
    return {one.weekday for holding in holdings for one in holding.times}


def pause_before(new: Holding, others: Sequence[Holding]) -> list[Consequence]:
    """Return the days between the last who did this work at the place and ``new``."""
    same = [one.span for one in others if one.covers(new) and one.span.first < new.span.first]
    if new.person_id is None or not same:
        return []
    ends = [span.last for span in same]
    if any(end is None for end in ends):
        return []
    last = max(end for end in ends if end is not None)
    days = (new.span.first - last).days
    if not 1 < days <= LONGEST_PAUSE:
        return []
    first, until = last + timedelta(days=1), day_before(new.span.first)
    return [Consequence(Effect.PAUSE_BEFORE, name=new.place_name, function=new.function, first=first, last=until)]


def over_full(new: Holding, others: Sequence[Holding], *, name: str) -> list[Consequence]:
    """Return whether the person's shares add up to more than one post on any day of ``new``."""
    if new.person_id is None or new.posts is None:
        return []
    shares = [DatedShare(one.span, one.posts) for one in others if one.posts is not None]
    total, day = highest_sum([*shares, DatedShare(new.span, new.posts)], new.span)
    if total.quantize(Decimal("0.01")) <= FULL_POST:
        return []
    return [Consequence(Effect.OVER_FULL, name=name, first=day, posts=total)]


def doubles(new: Holding, others: Sequence[Holding]) -> list[Consequence]:
    """Return at what times the person would be at two places, and since when they are at the other."""
    if new.person_id is None:
        return []
    return [
        Consequence(
            Effect.DOUBLE,
            name=other.place_name,
            first=other.span.first,
            last=other.span.last if other.shows_end else None,
            mine=mine,
            theirs=theirs,
            place_id=other.place_id,
        )
        for other in others
        if other.place_id != new.place_id and other.span.meets(new.span)
        for mine in new.times
        for theirs in other.times
        if mine.overlaps(theirs)
    ]


def more_times(times: Iterable[WeeklyTime], hours_of_share: Decimal | None) -> list[Consequence]:
    """Return whether somebody is there for clearly more hours a week than their share has.

    Much less is usual: they also prepare, write and travel.
    """
    hours = sum((_worked(one) for one in times), Decimal(0))
    if hours_of_share is None or hours <= hours_of_share * WORKED_AHEAD:
        return []
    return [Consequence(Effect.MORE_TIMES, hours=hours, hours_of_share=hours_of_share)]


def _worked(time: WeeklyTime) -> Decimal:
    """Return the hours of a weekly time without the break that the law wants of a long one."""
    minutes = [60 * at.hour + at.minute for at in (time.starts_at, time.ends_at)]
    hours = Decimal(minutes[1] - minutes[0]) / 60
    return hours - BREAK if hours > LONG_DAY else hours


def outlasts(last: date | None, limit: date | None) -> bool:
    """Return whether what ends on ``last`` (None: never) goes on after ``limit``."""
    return limit is not None and (last is None or last > limit)
