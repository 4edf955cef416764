"""Earlier values of a row as sentences: what it was called, where it was, by what number it was reached."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from coordination.core.i18n import N_, format_number
from coordination.core.i18n import gettext as _
from coordination.directory.models import EarlierValue
from coordination.directory.offers.models import Offer
from coordination.directory.offers.rules import KIND_WORDS
from coordination.directory.school_changes import value_text

#: Fields that are shown, with their labels. What is not listed stays in the database.
LABELS: dict[str, str] = {
    "name": N_("Name"),
    "short_name": N_("Short name"),
    "official_name": N_("Official name"),
    "family_name": N_("Family name"),
    "given_name": N_("Given name"),
    "title": N_("Title"),
    "function": N_("Function"),
    "form_code": N_("School form"),
    "operation_key": N_("Operation"),
    "facility_type": N_("Type of facility"),
    "street": N_("Street"),
    "postcode": N_("Postcode"),
    "city": N_("Town"),
    "phone": N_("Telephone"),
    "mobile": N_("Mobile"),
    "fax": N_("Fax"),
    "email": N_("E-mail"),
    "website": N_("Website"),
    "district_id": N_("District"),
    "operator_id": N_("Run by"),
    "organisation_id": N_("Organisation"),
    "weekly_hours": N_("Weekly hours of a full post"),
}
#: A person's earlier contact: for those only who keep it in order.
CONTACT = frozenset({"phone", "mobile", "email"})


@dataclass(frozen=True, slots=True)
class Earlier:
    """One value that held until a day."""

    label: str
    value: str
    until: date
    #: Path of a page where it is kept, for those who may; "" for none.
    url: str = ""


def lines(
    values: Sequence[EarlierValue],
    until: date,
    names: Mapping[str, Mapping[int, str]] | None = None,
    without: Collection[str] = (),
) -> list[Earlier]:
    """Return what to show of a history, newest first.

    Args:
        values: the entries, newest first.
        until: entries that held beyond this day are left out.
        names: field → key → name, for fields that hold keys; a key without a name is left out.
        without: fields that stand elsewhere, or that the reader may not see.
    """
    found = []
    for entry in values:
        text = entry.value
        if entry.field.endswith("_id") and text:
            text = (names or {}).get(entry.field, {}).get(int(text) if text.isdigit() else 0, "")
            if not text:
                continue
        if entry.field not in LABELS or entry.field in without or entry.valid_until > until:
            continue
        if entry.field in {"phone", "mobile", "fax", "form_code", "operation_key"} and text:
            text = value_text(entry.field.replace("mobile", "phone"), text)
        if entry.field == "weekly_hours" and text:
            text = format_number(float(text), 2)
        found.append(Earlier(_(LABELS[entry.field]), text, entry.valid_until))
    return found


def of_spaces(left: Sequence[tuple[str, date]]) -> list[Earlier]:
    """Return the social spaces that a place no longer belongs to: (name, last day) of each."""
    return [Earlier(_("Social space"), name, until) for name, until in left]


def of_further(left: Sequence[tuple[str, date]]) -> list[Earlier]:
    """Return the further districts that a place no longer works for: (name, last day) of each."""
    return [Earlier(_("Also there for"), name, until) for name, until in left]


def of_offers(ended: Sequence[Offer], url: Callable[[Offer], str]) -> list[Earlier]:
    """Return what is no longer offered at a place; ``url`` gives the page where one may change it, or ""."""
    return [
        Earlier(_(KIND_WORDS[one.kind]), one.name, one.valid_until, url(one))
        for one in ended
        if one.valid_until is not None
    ]


def merged(*parts: Sequence[Earlier]) -> list[Earlier]:
    """Return several histories as one, newest first; those of one day stay in their order."""
    return sorted((one for part in parts for one in part), key=lambda one: one.until, reverse=True)
