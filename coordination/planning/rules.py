"""How much school social work a school has, should have, and what sums that makes. No database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from coordination.core.collation import german_key

#: Numbers of children below this are not written down: they could be told who they are.
FEWEST_CHILDREN = 5
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
    #: Pupils of the schools whose number is known; None if it is known of none.
    pupils: int | None

    @property
    def pupils_per_post(self) -> int | None:
        """Return how many pupils come to one post; None without either, or if it is about few children."""
        if not self.pupils or self.pupils < FEWEST_CHILDREN or not self.posts:
            return None
        return round(self.pupils / self.posts)

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
    known = [one.pupils for one in schools if one.pupils is not None]
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
        pupils=sum(known) if known else None,
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


def children(number: int | None) -> int | None:
    """Return a number of children as it may be written down: None where it is unknown or too few to be told."""
    return None if number is None or number < FEWEST_CHILDREN else number
