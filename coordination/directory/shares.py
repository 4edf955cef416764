"""Reading a share of a post as people write it: "0,5", "19,5 Std.", "50 %". No database."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_, format_number
from coordination.directory.rules import FULL_WEEK, posts_of

#: A bare number up to here is posts, from ``LEAST_HOURS`` on hours; between the two it is asked.
MOST_POSTS = Decimal("1.5")
LEAST_HOURS = Decimal(5)

_WRITTEN = re.compile(r"(\d{1,3}(?:[.,]\d{1,4})?)\s*([a-zäöü.%]*)", re.IGNORECASE)
_CENT = Decimal("0.01")


class Unit(StrEnum):
    """What the number of a share counts."""

    POSTS = "posts"
    HOURS = "hours"


_UNITS = {
    "%": Unit.POSTS,
    "stelle": Unit.POSTS,
    "stellen": Unit.POSTS,
    "post": Unit.POSTS,
    "posts": Unit.POSTS,
    "vzä": Unit.POSTS,
    "h": Unit.HOURS,
    "std": Unit.HOURS,
    "std.": Unit.HOURS,
    "stunde": Unit.HOURS,
    "stunden": Unit.HOURS,
    "hours": Unit.HOURS,
    "hrs": Unit.HOURS,
    "wochenstunden": Unit.HOURS,
}


@dataclass(frozen=True, slots=True)
class Share:
    """A share as it was given: in posts, in hours a week, or in neither."""

    posts: Decimal | None = None
    hours: Decimal | None = None

    def hours_say(self, full_week: Decimal = FULL_WEEK) -> Decimal | None:
        """Return how many posts the hours would be, where both are given and do not say the same.

        ``full_week``: how many hours a full post has with the employer.
        """
        by_hours = posts_of(None, self.hours, full_week)
        if self.posts is None or by_hours is None:
            return None
        by_hours = by_hours.quantize(_CENT, ROUND_HALF_UP)
        return None if by_hours == self.posts.quantize(_CENT, ROUND_HALF_UP) else by_hours


def is_plain(number: Decimal, unit: Unit) -> bool:
    """Return whether a bare number is read as so much of ``unit``: then nobody needs to choose."""
    return number <= MOST_POSTS if unit is Unit.POSTS else number >= LEAST_HOURS


def parse_share(text: str, unit: Unit | None = None) -> Share:
    """Return what ``text`` says; nothing given is a share that nobody knows.

    Args:
        text: "0,5", "0.5", "19,5 Std.", "50 %".
        unit: what was chosen beside the field; words in the text go first.

    Raises:
        RuleViolation: it is no number, too large, or could be either and ``unit`` does not say.
    """
    if not text.strip():
        return Share()
    found = _WRITTEN.fullmatch(text.strip())
    word = found[2].casefold() if found else ""
    if found is None or (word and word not in _UNITS):
        raise RuleViolation(N_("Please write the share as a number, like 0,5 or 19,5."), field="share")
    number = Decimal(found[1].replace(",", "."))
    unit = _UNITS[word] if word else unit
    if word == "%":
        number /= 100
    return _share(number.quantize(_CENT, ROUND_HALF_UP), unit)


def _share(number: Decimal, unit: Unit | None) -> Share:
    if unit is None and MOST_POSTS < number < LEAST_HOURS:
        raise RuleViolation(N_("Does this mean posts or hours a week? Please choose beside the number."), field="share")
    is_posts = unit is Unit.POSTS or (unit is None and number <= MOST_POSTS)
    if number <= 0:
        raise RuleViolation(
            N_("The share has to be more than nothing. Leave it empty if it is not known."), field="share"
        )
    if unit is Unit.POSTS and 2 < number <= 80:
        raise RuleViolation(
            N_("%(number)s posts are more than one person can work. Did you mean hours a week?"),
            field="share",
            number=format_number(float(number), 2),
        )
    if number > (2 if is_posts else 80):
        raise RuleViolation(N_("That is more than one person can work. Please check the number."), field="share")
    return Share(posts=number) if is_posts else Share(hours=number)
