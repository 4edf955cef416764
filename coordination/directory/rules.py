"""The words of the directory and its arithmetic: who is there today, shares, gaps. No database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_

#: Hours of a full week (TVöD VKA), unless the employer says otherwise.
FULL_WEEK = Decimal(39)
#: Numbers of children below this are not written down: they could be told who they are.
FEWEST_CHILDREN = 5


class OrganisationKind(StrEnum):
    """What a node of the tree is (Dezernat, Amt, Abteilung, Team, Träger)."""

    DEPARTMENT = "department"
    OFFICE = "office"
    DIVISION = "division"
    TEAM = "team"
    PROVIDER = "provider"
    OTHER = "other"


def called(name: str, short_name: str) -> str:
    """Return what an organisation is called in a list: a short name that is a word, never the number of an office."""
    return short_name if sum(letter.isalpha() for letter in short_name) > 1 else name


class PlaceKind(StrEnum):
    """What a place is."""

    SCHOOL = "school"
    SCHOOL_SITE = "school_site"
    YOUTH_FACILITY = "youth_facility"
    DAY_CARE = "day_care"
    OTHER = "other"


class Function(StrEnum):
    """What somebody does at a place."""

    SCHOOL_SOCIAL_WORK = "school_social_work"
    OPEN_YOUTH_WORK = "open_youth_work"
    YOUTH_SOCIAL_WORK = "youth_social_work"
    MOBILE_YOUTH_WORK = "mobile_youth_work"
    LEAD = "lead"
    OTHER = "other"


class Funding(StrEnum):
    """Who pays (Förderlinie)."""

    MUNICIPAL = "municipal"
    STATE_PROGRAMME = "state_programme"
    STATE_POST = "state_post"
    STARTCHANCEN = "startchancen"
    PROVIDER = "provider"
    UNKNOWN = "unknown"


class HolidayPresence(StrEnum):
    """Whether somebody is there in school holidays, at the usual times."""

    NO = "no"
    YES = "yes"
    BY_ARRANGEMENT = "by_arrangement"


ORGANISATION_WORDS = {
    OrganisationKind.DEPARTMENT: N_("Department"),
    OrganisationKind.OFFICE: N_("Office"),
    OrganisationKind.DIVISION: N_("Division"),
    OrganisationKind.TEAM: N_("Team"),
    OrganisationKind.PROVIDER: N_("Provider"),
    OrganisationKind.OTHER: N_("Other organisation"),
}
PLACE_WORDS = {
    PlaceKind.SCHOOL: N_("School"),
    PlaceKind.SCHOOL_SITE: N_("School site"),
    PlaceKind.YOUTH_FACILITY: N_("Youth facility"),
    PlaceKind.DAY_CARE: N_("Day care"),
    PlaceKind.OTHER: N_("Other place"),
}
FUNCTION_WORDS = {
    Function.SCHOOL_SOCIAL_WORK: N_("School social work"),
    Function.OPEN_YOUTH_WORK: N_("Open youth work"),
    Function.YOUTH_SOCIAL_WORK: N_("Youth social work"),
    Function.MOBILE_YOUTH_WORK: N_("Mobile youth work"),
    Function.LEAD: N_("Head of the facility"),
    Function.OTHER: N_("Other function"),
}
FUNDING_WORDS = {
    Funding.MUNICIPAL: N_("City"),
    Funding.STATE_PROGRAMME: N_("State programme for school social work"),
    Funding.STATE_POST: N_("State post"),
    Funding.STARTCHANCEN: N_("Startchancen programme"),
    Funding.PROVIDER: N_("Provider's own funds"),
    Funding.UNKNOWN: N_("Not known"),
}
HOLIDAY_WORDS = {
    HolidayPresence.NO: N_("no"),
    HolidayPresence.YES: N_("yes"),
    HolidayPresence.BY_ARRANGEMENT: N_("by arrangement"),
}


@dataclass(frozen=True, slots=True)
class WeeklyTime:
    """One weekly presence as a value: weekday 0 is Monday, wall times."""

    weekday: int
    starts_at: time
    ends_at: time
    room: str = ""

    def overlaps(self, other: WeeklyTime) -> bool:
        """Return whether both claim the same minute of the week."""
        return self.weekday == other.weekday and self.starts_at < other.ends_at and other.starts_at < self.ends_at


class Part(StrEnum):
    """Which part of a day of presence it is."""

    BEFORE = "before"
    NOW = "now"
    BREAK = "break"
    AFTER = "after"


def part_of_day(times: Sequence[WeeklyTime], now: time) -> tuple[Part, time]:
    """Return whether it is before, within, between or after ``times`` of one day, and when that began or will change.

    With the first minute somebody is there, with the last they have left. BEFORE and BREAK come with the next
    beginning, NOW with the end of the time that runs, AFTER with the last end. ``times`` is not empty.
    """
    running = [one for one in times if one.starts_at <= now < one.ends_at]
    if running:
        return Part.NOW, max(one.ends_at for one in running)
    coming = [one.starts_at for one in times if one.starts_at > now]
    is_first = len(coming) == len(times)
    if coming:
        return (Part.BEFORE if is_first else Part.BREAK), min(coming)
    return Part.AFTER, max(one.ends_at for one in times)


class Here(StrEnum):
    """Whether somebody is there on a day."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Why(StrEnum):
    """What an answer of ``presence_on`` rests on."""

    PATTERN = "pattern"
    OTHER_WEEKDAY = "other_weekday"
    NOT_YET = "not_yet"
    ENDED = "ended"
    ABSENT = "absent"
    PUBLIC_HOLIDAY = "public_holiday"
    SCHOOL_HOLIDAY = "school_holiday"
    BY_ARRANGEMENT = "by_arrangement"
    FREE_DAY = "free_day"
    NO_TIMES = "no_times"
    VACANT = "vacant"
    WEEKEND = "weekend"


@dataclass(frozen=True, slots=True)
class DayFacts:
    """What is known of a day at a place, before anybody's own times."""

    day: date
    #: Name of the public holiday, if it is one.
    public_holiday: str = ""
    #: Name of the school holidays; None where nobody knows (the calendar ends).
    school_holiday: str | None = ""
    is_free_day: bool = False
    #: Where nobody said otherwise, schools close in the holidays; of other places it is not known when they open then.
    is_school: bool = True


@dataclass(frozen=True, slots=True)
class Span:
    """From a day to a day, both included; ``last`` None is open."""

    first: date
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Return whether ``day`` lies within."""
        return self.first <= day and (self.last is None or day <= self.last)

    def meets(self, other: Span) -> bool:
        """Return whether both share a day."""
        return (other.last is None or self.first <= other.last) and (self.last is None or other.first <= self.last)


@dataclass(frozen=True, slots=True)
class Usual:
    """What an assignment itself says of when somebody is there; ``in_holidays`` None: nobody has said."""

    span: Span
    times: Sequence[WeeklyTime] = ()
    in_holidays: HolidayPresence | None = None
    is_vacant: bool = False


@dataclass(frozen=True, slots=True)
class PresenceAnswer:
    """Whether somebody is there on a day, why, and when."""

    here: Here
    why: Why
    times: tuple[WeeklyTime, ...] = ()


def presence_on(facts: DayFacts, usual: Usual, absences: Iterable[Span]) -> PresenceAnswer:
    """Answer "there on that day?": pattern x validity x no absence x no holiday x no free day.

    School holidays change nothing for who is there in them. What is not known makes the answer "unknown", never a
    silent no.
    """
    day = facts.day
    why_not = _ruled_out(facts, usual, absences)
    if why_not is not None:
        return PresenceAnswer(Here.NO, why_not)
    if not usual.times:
        return PresenceAnswer(Here.UNKNOWN, Why.NO_TIMES)
    times = tuple(sorted((t for t in usual.times if t.weekday == day.weekday()), key=lambda t: t.starts_at))
    if not times:
        return PresenceAnswer(Here.NO, Why.WEEKEND if day.weekday() > 4 else Why.OTHER_WEEKDAY)
    if facts.school_holiday == "" or usual.in_holidays is HolidayPresence.YES:
        return PresenceAnswer(Here.YES, Why.PATTERN, times)
    return _in_holidays(facts, usual.in_holidays, times)


def _in_holidays(facts: DayFacts, said: HolidayPresence | None, times: tuple[WeeklyTime, ...]) -> PresenceAnswer:
    """Answer for a day of school holidays, or one of which nobody knows whether it is one."""
    if facts.school_holiday is None:
        return PresenceAnswer(Here.UNKNOWN, Why.SCHOOL_HOLIDAY, times)
    if said is HolidayPresence.BY_ARRANGEMENT:
        return PresenceAnswer(Here.UNKNOWN, Why.BY_ARRANGEMENT, times)
    is_no = said is HolidayPresence.NO or facts.is_school
    return PresenceAnswer(Here.NO if is_no else Here.UNKNOWN, Why.SCHOOL_HOLIDAY, times)


def _ruled_out(facts: DayFacts, usual: Usual, absences: Iterable[Span]) -> Why | None:
    """Return why nobody can be there, whatever the weekly times say."""
    if not usual.span.holds(facts.day):
        return Why.NOT_YET if facts.day < usual.span.first else Why.ENDED
    reasons = (
        (usual.is_vacant, Why.VACANT),
        (any(absence.holds(facts.day) for absence in absences), Why.ABSENT),
        (bool(facts.public_holiday), Why.PUBLIC_HOLIDAY),
        (facts.is_free_day, Why.FREE_DAY),
    )
    return next((why for holds, why in reasons if holds), None)


def closes(facts: DayFacts, usual: Usual) -> bool:
    """Return whether nobody of an assignment is expected on a day, whatever its weekday: a holiday or a day off.

    Of school holidays only where that is known.
    """
    if facts.public_holiday or facts.is_free_day:
        return True
    is_no = usual.in_holidays is HolidayPresence.NO or (usual.in_holidays is None and facts.is_school)
    return bool(facts.school_holiday) and is_no


def posts_of(
    share_posts: Decimal | None, share_hours: Decimal | None, full_week: Decimal = FULL_WEEK
) -> Decimal | None:
    """Return the share as posts: as given, else from the hours of a full week; None where neither is known."""
    if share_posts is not None:
        return share_posts
    return None if share_hours is None else share_hours / full_week


def children(number: int | None) -> int | None:
    """Return a number of children as it may be written down: None where it is unknown or too few to be told."""
    return None if number is None or number < FEWEST_CHILDREN else number


@dataclass(frozen=True, slots=True)
class DatedShare:
    """A share of a post over a span of days."""

    span: Span
    posts: Decimal


def highest_sum(shares: Sequence[DatedShare], within: Span) -> tuple[Decimal, date]:
    """Return the largest sum of posts on any day of ``within``, and the first day on which it is reached.

    Tested on every day of validity: sums change only where a span begins, so those days suffice.
    """
    days = {within.first} | {s.span.first for s in shares if within.holds(s.span.first)}
    best = max(
        days, key=lambda day: (sum((s.posts for s in shares if s.span.holds(day)), Decimal(0)), -day.toordinal())
    )
    return sum((s.posts for s in shares if s.span.holds(best)), Decimal(0)), best


#: So long an entry is taken to be right after somebody said so; then it is asked again.
HALF_A_YEAR = timedelta(days=183)


def is_stale(confirmed_on: date | None, day: date) -> bool:
    """Return whether an entry was confirmed once, but on ``day`` longer ago than half a year."""
    return confirmed_on is not None and day - confirmed_on > HALF_A_YEAR


def check_span(first: date, last: date | None, *, field: str = "valid_until") -> None:
    """Raise RuleViolation if the end lies before the beginning."""
    if last is not None and last < first:
        raise RuleViolation(N_("The end lies before the beginning. Please check both days."), field=field)


def check_times(times: Sequence[WeeklyTime]) -> None:
    """Raise RuleViolation if a time ends before it begins or two overlap."""
    found = _wrong_in(tuple(times))
    if found is not None:
        message, name = found
        raise RuleViolation(message, field=name)


@lru_cache(maxsize=256)
def _wrong_in(times: tuple[WeeklyTime, ...]) -> tuple[str, str] | None:
    """Return what is wrong in a week and in which field; kept, since hundreds of rows of a list have the same week."""
    for one in times:
        if one.ends_at <= one.starts_at:
            return N_("The end must lie after the beginning. Please check the times."), f"day{one.weekday}_ends"
    ordered = sorted(times, key=lambda t: (t.weekday, t.starts_at))
    for one, other in pairwise(ordered):
        if one.overlaps(other):
            return N_("Two times of the same day overlap."), f"day{other.weekday}_starts"
    return None


def day_before(day: date) -> date:
    """Return the last day of what is replaced on ``day``."""
    return day - timedelta(days=1)
