"""Whether the day of a succession fits what is known of its places: asked before it is stored, forbidden to nobody."""

from __future__ import annotations

from datetime import date, timedelta

from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_, format_date, sentence
from coordination.directory.closing import last_day
from coordination.directory.models import Place
from coordination.directory.successions.models import PlaceSuccession

#: The field that says that the day is meant, and the one that holds which day of which place was asked about.
FIELD, ASKED = "despite_day", "day_asked"
_ENDS = N_("The day is unusual: %(place)s ends on %(day)s.")
_BEGINS = N_("The day is unusual: %(place)s begins on %(day)s.")


def odd_days(row: PlaceSuccession) -> list[str]:
    """Return a sentence for each end that the day does not meet; none where an end is not known."""
    return [sentence(one) for one in _odd(row.predecessor, row.successor, row.on_day)]


def ask(predecessor: Place, successor: Place, on_day: date) -> None:
    """Ask about a day that does not meet the end of one place or the beginning of the other.

    Raises:
        RuleViolation: it does not.
    """
    found = _odd(predecessor, successor, on_day)
    if found:
        first, *others = found
        first.others = tuple(others)
        raise first


def _odd(predecessor: Place, successor: Place, on_day: date) -> list[RuleViolation]:
    last, first = last_day(predecessor), successor.valid_from
    found = []
    if last is not None and on_day != last + timedelta(days=1):
        found.append(RuleViolation(_ENDS, field=FIELD, place=predecessor.name, day=format_date(last)))
    if first is not None and on_day != first:
        found.append(RuleViolation(_BEGINS, field=FIELD, place=successor.name, day=format_date(first)))
    return found
