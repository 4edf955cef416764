"""What the names of catchment zones say: whose zone it is, and whether it is that of a site. No database."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from coordination.directory.names import fold_name

#: Only primary schools have zones.
PRIMARY = "02"
_PART = re.compile(r"\s+-\s+(Hauptstandort|Teilstandort.*)$")
#: What stands before the name of a school and is none of it.
_BEFORE = re.compile(r"^(?:(?:GG|KG|EG|GS|GSV|Grundschule|Grundschulverbund|\(Verb\.?\))\s+)+", re.IGNORECASE)
_AFTER = re.compile(r"schule$")


@dataclass(frozen=True, slots=True)
class ZoneName:
    """The name of a zone: what it calls the school, and whether it is the zone of a further building."""

    school: str
    is_site: bool = False


def read(name: str) -> ZoneName:
    """Return what "GSV Hellingskampschule - Teilstandort" says."""
    found = _PART.search(name)
    if found is None:
        return ZoneName(name)
    return ZoneName(name[: found.start()], found[1].startswith("Teilstandort"))


def stem(name: str) -> str:
    """Return what tells a primary school from others, folded: "GG Süd" and "Südschule" are "sued"."""
    folded = fold_name(_BEFORE.sub("", name.strip()))
    return _AFTER.sub("", folded) or folded


def is_called(names: Iterable[str], zone: str) -> bool:
    """Return whether one of the names of a school is what a zone calls it."""
    wanted = stem(read(zone).school)
    return any(stem(name) == wanted for name in names if name)
