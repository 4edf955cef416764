"""Several people of a list who turned out to be one of the directory: made one, and their contradictions said.

No database.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from coordination.core.i18n import N_
from coordination.core.phones import display_phone
from coordination.directory.staff.people import CONTACT, ListedPerson, merged
from coordination.exchange.tables import Remark

_TWO_NAMES = N_("The rows %(lines)s name the same person differently: %(names)s. What holds then: %(kept)s.")
_TWO_WAYS = N_("The rows %(lines)s say different things of %(name)s: %(values)s. What holds then: %(kept)s.")


def join_same(people: dict[str, ListedPerson], keys: dict[int, str]) -> list[Remark]:
    """Make one of those who turned out to be the same person of the directory; return what to say of them.

    ``people`` and ``keys`` are those of ``people.listed_people``; both are changed.
    """
    same: dict[int, list[ListedPerson]] = defaultdict(list)
    for one in people.values():
        if one.known is not None:
            same[one.known.id].append(one)
    found: list[Remark] = []
    joined: dict[str, str] = {}
    for group in same.values():
        if len(group) == 1:
            continue
        # Whose name somebody decided on goes before whose name agrees.
        group.sort(key=lambda one: (not one.is_renamed, one.is_called_otherwise))
        first, *others = group
        lines = sorted({line for one in group for line in one.lines})
        found += _contradictions(group, ", ".join(map(str, lines)))
        first.lines[:] = lines
        for other in others:
            first.text = merged(first.text, other.text)
            joined[other.key] = first.key
            del people[other.key]
    keys |= {place: joined[key] for place, key in keys.items() if key in joined}
    return found


def _contradictions(group: Sequence[ListedPerson], lines: str) -> Iterator[Remark]:
    """Yield where rows about one person do not say the same; what the first one says holds."""
    first = group[0]
    if len({one.name for one in group}) > 1:
        names = dict.fromkeys(f"{one.text.given} {one.text.family}" for one in group)
        yield Remark(_TWO_NAMES, {"lines": lines, "names": ", ".join(names), "kept": first.shown})
    for field in CONTACT:
        values = list(dict.fromkeys(display_phone(text) for one in group if (text := getattr(one.text, field))))
        if len(values) > 1:
            said = {"lines": lines, "name": first.shown, "values": ", ".join(values), "kept": values[0]}
            yield Remark(_TWO_WAYS, said)
