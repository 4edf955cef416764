"""Facilities that are where young people are: they have no fixed address, and none is missing."""

from __future__ import annotations

import re

from coordination.directory.asof import Then
from coordination.directory.models import Place
from coordination.directory.names import fold_name
from coordination.directory.rules import PlaceKind

#: Types of facility, in the words of the field, that have no fixed place. What is something else first, a house with
#: mobile youth work, has one.
TYPES = (
    "Spielmobil",
    "Jugendmobil",
    "Kindermobil",
    "Infomobil",
    "Mobile Jugendarbeit",
    "Mobile Kinder- und Jugendarbeit",
    "Mobile Jugendsozialarbeit",
    "Mobile Arbeit",
    "Aufsuchende Jugendarbeit",
    "Aufsuchende Arbeit",
    "Streetwork",
    "Straßensozialarbeit",
)
_FOLDED = tuple(fold_name(one) for one in TYPES)
_BETWEEN = re.compile(r"[,;/+]")


def is_mobile(place: Place, then: Then | None = None) -> bool:
    """Return whether a facility is, or was ``then``, of a type without a fixed place, and none is entered for it."""
    if place.kind in {PlaceKind.SCHOOL, PlaceKind.SCHOOL_SITE}:
        return False
    said, street = (then.value(place, one) if then else getattr(place, one) for one in ("facility_type", "street"))
    parts = [fold_name(part) for part in _BETWEEN.split(said)]
    return not street and all(part.startswith(_FOLDED) for part in parts)
