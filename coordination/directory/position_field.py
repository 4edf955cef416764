"""Where a place lies, in a form: pasted from a map program in degrees, stored in metres."""

from __future__ import annotations

from typing import Any

from wtforms.validators import ValidationError

from coordination.core.i18n import N_, gettext
from coordination.directory import position
from coordination.directory.models import Place
from coordination.directory.position import Fault, Spot
from coordination.web.forms import LineField

SENTENCES = {
    Fault.UNREADABLE: N_("This is not a position. Please write it like 52.0212, 8.5347."),
    Fault.SWAPPED: N_(
        "Latitude and longitude are swapped. Please write the larger number first, like 52.0212, 8.5347."
    ),
    Fault.ELSEWHERE: N_("This position lies outside North Rhine-Westphalia. Please check both numbers."),
}


class PositionField(LineField):
    """A position in degrees; ``spot`` is what is stored."""

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms' signature
        """Refuse what is no position, or one that cannot be meant."""
        found = position.read(self.data) if self.data else None
        if isinstance(found, Fault):
            raise ValidationError(gettext(SENTENCES[found]))

    @property
    def spot(self) -> Spot | None:
        """Return the position in metres; None if none is given. Call after ``validate()`` said yes."""
        found = position.read(self.data) if self.data else None
        return None if isinstance(found, Fault) else found


def written(place: Place) -> str:
    """Return the position of a place as its field shows it; "" if nobody knows it."""
    if place.utm_east is None or place.utm_north is None:
        return ""
    return position.written(place.utm_east, place.utm_north)
