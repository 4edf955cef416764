"""How far a responsibility reaches, and which of several is the closest. No database."""

from __future__ import annotations

from enum import StrEnum

from coordination.core.i18n import N_


class Scope(StrEnum):
    """Where a post is responsible for a topic."""

    EVERYWHERE = "everywhere"
    DISTRICT = "district"
    SCHOOL_FORM = "school_form"
    PLACE = "place"


SCOPE_WORDS = {
    Scope.EVERYWHERE: N_("In the whole city"),
    Scope.DISTRICT: N_("In one district"),
    Scope.SCHOOL_FORM: N_("At all schools of one form"),
    Scope.PLACE: N_("At one place"),
}
#: The closest first: whoever is there for this very school knows more of it than whoever is there for all.
CLOSEST = (Scope.PLACE, Scope.SCHOOL_FORM, Scope.DISTRICT, Scope.EVERYWHERE)


def closeness(scope: Scope) -> int:
    """Return the rank of a scope; the closest is 0."""
    return CLOSEST.index(scope)
