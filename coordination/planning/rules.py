"""How much school social work a school has, should have, and what sums that makes. No database."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from coordination.core.collation import german_key
from coordination.directory.rules import Span, children

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Target:
    """How many posts a school of the city should have; other schools have no target."""

    #: Bielefeld since 2023/24: at least half a post at every municipal school, more at large ones.
    posts_per_school: Decimal = Decimal("0.5")
    large_from: int = 800
    supplement_posts: Decimal = Decimal("0.5")

    def wanted(self, *, pupils: int | None, is_municipal: bool) -> Decimal:
        """Return the posts a school should have; a school of unknown size gets no supplement."""
        if not is_municipal:
            return NOTHING
        is_large = pupils is not None and pupils >= self.large_from
        return self.posts_per_school + (self.supplement_posts if is_large else NOTHING)


@dataclass(frozen=True, slots=True)
class SchoolCover:
    """One school on a day: what it has and what it should have, in posts."""

    place_id: int
    name: str
    district: str
    #: Schulformschlüssel.
    form_code: str
    social_index: int | None
    pupils: int | None
    is_municipal: bool
    people: int
    posts: Decimal
    #: People whose share nobody has entered: the posts are at least ``posts``.
    unknown: int
    wanted: Decimal
    #: The social spaces that it belongs to: key, and the name of that day.
    spaces: Sequence[tuple[int, str]] = ()
    #: Official number; "" where the list has none.
    number: str = ""

    @property
    def is_counted(self) -> bool:
        """Return whether pupils and posts are both known, so that one can be divided by the other.

        Where few children are, the number is not to be found out from sums either.
        """
        return self.unknown == 0 and children(self.pupils) is not None

    @property
    def pupils_per_post(self) -> int | None:
        """Return how many pupils come to one post; None without posts or where one of the two is not known."""
        return total([self]).pupils_per_post

    @property
    def is_empty(self) -> bool:
        """Return whether nobody does school social work there."""
        return self.people == 0

    @property
    def is_below(self) -> bool:
        """Return whether less is there than should be; not while somebody's share is unknown."""
        return self.unknown == 0 and self.missing > 0

    @property
    def filled(self) -> Decimal:
        """Return how much of the target is there; what is more than the target at one school helps no other."""
        return min(self.posts, self.wanted)

    @property
    def missing(self) -> Decimal:
        """Return how many posts are missing."""
        return max(self.wanted - self.posts, NOTHING).quantize(Decimal("0.01"))


class Grouping(StrEnum):
    """What schools are summed by."""

    DISTRICT = "district"
    FORM = "form"
    SOCIAL_INDEX = "social_index"
    SPACE = "space"


@dataclass(frozen=True, slots=True)
class GroupCover:
    """Sums over some schools."""

    #: Name of the district, key of the social space, Schulformschlüssel, or the Sozialindex, as text; "" of what has
    #: none. The same on every day: sums of two days are compared by it.
    key: str
    #: What is said in its place: another word only for a social space, its name of that day.
    name: str
    schools: int
    empty: int
    below: int
    people: int
    posts: Decimal
    unknown: int
    wanted: Decimal
    #: How much of ``wanted`` is there, school by school.
    filled: Decimal
    #: Schools whose pupils and posts are both known, and the two of these schools alone: what may be divided.
    counted: int
    pupils: int
    pupils_posts: Decimal

    @property
    def pupils_per_post(self) -> int | None:
        """Return how many pupils come to one post, over the schools where both are known; None without posts."""
        return round(self.pupils / self.pupils_posts) if self.pupils_posts else None

    @property
    def share(self) -> Decimal | None:
        """Return how much of the target is there, 1 being all; None without a target."""
        return self.filled / self.wanted if self.wanted else None


#: What a school is summed under: key → name; only social spaces can be several.
_KEYS: dict[Grouping, Callable[[SchoolCover], Mapping[str, str]]] = {
    Grouping.DISTRICT: lambda one: _itself(one.district),
    Grouping.FORM: lambda one: _itself(one.form_code),
    Grouping.SOCIAL_INDEX: lambda one: _itself("" if one.social_index is None else str(one.social_index)),
    Grouping.SPACE: lambda one: {str(key): name for key, name in one.spaces} or _itself(""),
}


def _itself(key: str) -> Mapping[str, str]:
    return {key: key}


def total(schools: Sequence[SchoolCover], key: str = "", name: str = "") -> GroupCover:
    """Return the sums over ``schools``."""
    counted = [one for one in schools if one.is_counted]
    return GroupCover(
        key=key,
        name=name,
        schools=len(schools),
        empty=sum(one.is_empty for one in schools),
        below=sum(one.is_below for one in schools),
        people=sum(one.people for one in schools),
        posts=sum((one.posts for one in schools), NOTHING),
        unknown=sum(one.unknown for one in schools),
        wanted=sum((one.wanted for one in schools), NOTHING),
        filled=sum((one.filled for one in schools), NOTHING),
        counted=len(counted),
        pupils=sum(one.pupils or 0 for one in counted),
        pupils_posts=sum((one.posts for one in counted), NOTHING),
    )


def grouped(schools: Iterable[SchoolCover], by: Grouping) -> list[GroupCover]:
    """Return the sums by district, form, index or social space, in the order of their names; without one comes last.

    A school that belongs to several social spaces counts in each of them.
    """
    groups: dict[str, list[SchoolCover]] = {}
    names: dict[str, str] = {}
    for one in schools:
        for key, name in _KEYS[by](one).items():
            groups.setdefault(key, []).append(one)
            names[key] = name
    return [total(groups[key], key, names[key]) for key in sorted(groups, key=lambda key: _rank(key, names[key], by))]


def _rank(key: str, name: str, by: Grouping) -> tuple[bool, int, tuple[str, str]]:
    return key == "", len(key) if by is Grouping.SOCIAL_INDEX else 0, german_key(name)


@dataclass(frozen=True, slots=True)
class Known:
    """Since when the directory says who is where; today is always known if anybody has been entered up to today.

    A list that is read in begins on the day it was made, but single people of it have been there for years, and
    who was there before them is not in it. So a day counts only from the first one on which half as many schools had
    somebody as on the best day until today: one entry that begins early changes nothing.
    """

    #: The first day of any entry; None: nobody is entered.
    first: date | None = None
    #: The first day of which can be said where nobody was.
    since: date | None = None

    @classmethod
    def of(cls, spans: Iterable[tuple[int, Span]], today: date) -> Known:
        """Return what is known by the times at which schools (by key) have somebody."""
        counts = list(_counts(spans))
        first = counts[0][0] if counts else None
        until_today = [(day, count) for day, count in counts if day <= today]
        best = max((count for _day, count in until_today), default=0)
        since = next((day for day, count in until_today if count * 2 >= best), first)
        return cls(first, since)

    def holds_on(self, day: date) -> bool:
        """Return whether anything can be said of ``day``; of a directory that is empty, that nobody is there."""
        return self.since is None or day >= self.since


def _counts(spans: Iterable[tuple[int, Span]]) -> Iterator[tuple[date, int]]:
    """Yield each day on which it changes how many schools have somebody, with that number, in order."""
    steps: dict[date, Counter[int]] = defaultdict(Counter)
    for key, span in spans:
        steps[span.first][key] += 1
        if span.last is not None:
            steps[span.last + timedelta(days=1)][key] -= 1
    there: Counter[int] = Counter()
    for day in sorted(steps):
        there.update(steps[day])
        yield day, sum(number > 0 for number in there.values())
