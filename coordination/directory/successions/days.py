"""Whether the day of a succession fits what is known of its places: told to who keeps it, forbidden to nobody."""

from __future__ import annotations

from datetime import timedelta

from coordination.core.i18n import format_date
from coordination.core.i18n import gettext as _
from coordination.directory.closing import last_day
from coordination.directory.successions.models import PlaceSuccession


def odd_days(row: PlaceSuccession) -> list[str]:
    """Return a sentence for each end that the day does not meet; none where an end is not known."""
    found = []
    last, first = last_day(row.predecessor), row.successor.valid_from
    if last is not None and row.on_day != last + timedelta(days=1):
        found.append(
            _("The day is unusual: %(place)s ends on %(day)s.", place=row.predecessor.name, day=format_date(last))
        )
    if first is not None and row.on_day != first:
        found.append(
            _("The day is unusual: %(place)s begins on %(day)s.", place=row.successor.name, day=format_date(first))
        )
    return found
