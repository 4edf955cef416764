"""What a change makes different about an assignment, in words: so far and new."""

from __future__ import annotations

from collections.abc import Mapping

from coordination.core.i18n import format_date
from coordination.core.i18n import gettext as _
from coordination.directory.assignment_inputs import AssignmentInput
from coordination.directory.rounds.changes import Difference, week


def differences(
    before: AssignmentInput, after: AssignmentInput, names: tuple[Mapping[str, str], ...]
) -> list[Difference]:
    """Return each thing that becomes different; ``names``: the words for the rows of both, see ``assignment_views``."""
    old, new = (_told(data, words) for data, words in zip((before, after), names, strict=True))
    return [Difference(label, old[label], new[label]) for label in old if old[label] != new[label]]


def _told(data: AssignmentInput, names: Mapping[str, str]) -> dict[str, str]:
    return {
        _("Person"): names["person"] or _("vacant"),
        _("Place"): names["place"],
        _("Employer"): names["employer"],
        _("Function"): names["function"],
        _("Target group"): data.target_group,
        _("Share"): names["share"],
        _("Funding"): names["funding"],
        _("First day"): format_date(data.valid_from),
        _("Funded until"): format_date(data.funded_until) if data.funded_until else "",
        _("Valid until"): format_date(data.valid_until) if data.valid_until else "",
        _("There each week"): week(data.times),
        _("In school holidays"): names["holidays"],
    }
