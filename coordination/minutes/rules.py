"""The words of minutes and attendance, and the table of their states. No database."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_


class MinutesState(StrEnum):
    """Where minutes stand. An objection is an entry of its own, not a state."""

    DRAFT = "draft"
    CHECKED = "checked"
    CIRCULATED = "circulated"
    APPROVED = "approved"


class Presence(StrEnum):
    """Whether an invited person was there."""

    UNKNOWN = "unknown"
    PRESENT = "present"
    EXCUSED = "excused"
    ABSENT = "absent"


STATE_WORDS = {
    MinutesState.DRAFT: N_("being written"),
    MinutesState.CHECKED: N_("checked by the chair"),
    MinutesState.CIRCULATED: N_("circulated"),
    MinutesState.APPROVED: N_("approved"),
}
PRESENCE_WORDS = {
    Presence.UNKNOWN: N_("not entered"),
    Presence.PRESENT: N_("present"),
    Presence.EXCUSED: N_("excused"),
    Presence.ABSENT: N_("absent"),
}
#: From → to. Approved minutes are frozen: a correction is a new version.
TRANSITIONS: Mapping[MinutesState, frozenset[MinutesState]] = {
    MinutesState.DRAFT: frozenset({MinutesState.CHECKED, MinutesState.CIRCULATED}),
    MinutesState.CHECKED: frozenset({MinutesState.DRAFT, MinutesState.CIRCULATED}),
    MinutesState.CIRCULATED: frozenset({MinutesState.DRAFT, MinutesState.APPROVED}),
    MinutesState.APPROVED: frozenset(),
}


def check(state: MinutesState, wanted: MinutesState) -> None:
    """Raise RuleViolation unless minutes may go from ``state`` to ``wanted``."""
    if wanted not in TRANSITIONS[state]:
        raise RuleViolation(N_("This is not possible with the minutes as they stand now."))
