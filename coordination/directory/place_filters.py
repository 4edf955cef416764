"""The filters of the list of places: what an address asks for, and the links that change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from coordination.core.i18n import gettext as _
from coordination.directory import queries, words
from coordination.directory.models import District
from coordination.directory.page_queries import PlaceFilter
from coordination.directory.rules import PlaceKind
from coordination.directory.school_forms import FORMS, form_label
from coordination.directory.spaces import queries as space_queries
from coordination.directory.spaces.models import SocialSpace
from coordination.directory.spaces.queries import Space

KINDS = {
    "schule": PlaceKind.SCHOOL,
    "standort": PlaceKind.SCHOOL_SITE,
    "jugend": PlaceKind.YOUTH_FACILITY,
    "kita": PlaceKind.DAY_CARE,
    "sonstige": PlaceKind.OTHER,
}
#: Forms that every town has; rarer ones are reached from the start page.
USUAL_FORMS = ("02", "08", "10", "14", "15", "20", "25", "30")
#: What the address says in place of a district's key.
NO_DISTRICT = "ohne"
#: What it says where nobody is assigned.
EMPTY = "unbesetzt"
_KNOWN = ("bezirk", "sozialraum", "form", "art", "lage", "stand")
#: What else an address of these lists may say.
_BESIDES = ("seite",)


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of the city that lists are narrowed to."""

    districts: Sequence[District]
    spaces: Sequence[Space] = ()
    #: The social space that is asked for, if it is not there on the day: nothing belongs to it, and the page says why.
    missing: SocialSpace | None = None
    #: What that one is called.
    missing_name: str = ""

    def spaces_in(self, district_id: int | None) -> list[tuple[int, str]]:
        """Return the social spaces that lie in a district, and those that lie in none; of no district all."""
        found = [
            (one.id, one.name) for one in self.spaces if district_id is None or one.district_id in {None, district_id}
        ]
        return found if self.missing is None else [*found, (self.missing.id, self.missing_name)]


def parts(session: Session, day: date, wanted: PlaceFilter) -> Parts:
    """Return the parts of the city on ``day``, and the one that is ``wanted`` although it is not there."""
    districts, spaces = queries.districts(session), space_queries.spaces_on(session, day)
    if wanted.space_id is None or any(one.id == wanted.space_id for one in spaces):
        return Parts(districts, spaces)
    missing = session.get(SocialSpace, wanted.space_id)
    return Parts(districts, spaces, missing, space_queries.name_on(missing, day) if missing else "")


def whole(text: str | None, least: int, most: int) -> int | None:
    """Return ``text`` as a whole number within bounds, or None."""
    if not text or not (text.isascii() and text.isdigit()) or len(text) > 9:
        return None
    return int(text) if least <= int(text) <= most else None


def wanted(*, with_further: bool = False) -> PlaceFilter:
    """Return what the request's address asks for; what makes no sense is left out.

    ``with_further``: for a district also what works for it and lies elsewhere, if the list can say so of each.
    """
    form = request.args.get("form")
    return PlaceFilter(
        kind=KINDS.get(request.args.get("art", "")),
        district_id=whole(request.args.get("bezirk"), 1, 10**8),
        is_elsewhere=request.args.get("bezirk") == NO_DISTRICT,
        form_code=form if form in FORMS else None,
        is_empty=request.args.get("lage") == EMPTY,
        space_id=whole(request.args.get("sozialraum"), 1, 10**8),
        with_further=with_further,
    )


def there(filtered: PlaceFilter, city: Parts) -> PlaceFilter:
    """Return what is asked for without the parts of the city that there are not."""
    if filtered.district_id is not None and all(one.id != filtered.district_id for one in city.districts):
        filtered = replace(filtered, district_id=None)
    if filtered.space_id is not None and all(key != filtered.space_id for key, _name in city.spaces_in(None)):
        filtered = replace(filtered, space_id=None)
    return filtered


def unknown(city: Parts, *beside: str) -> str:
    """Return a sentence about the first thing of the request's address that no filter knows; "" if all are known.

    ``beside``: names that mean something else where the filters are asked for.
    """
    known = {"art": {*KINDS}, "form": {*FORMS}, "lage": {EMPTY}, "bezirk": {NO_DISTRICT}, "sozialraum": set[str]()}
    keys = {"bezirk": {one.id for one in city.districts}, "sozialraum": {key for key, _name in city.spaces_in(None)}}
    for name, words_known in known.items():
        text = request.args.get(name, "")
        if text and whole(text, 1, 10**8) not in keys.get(name, set()) and text not in words_known:
            return _("“%(text)s” is no filter of this list. It was left out.", text=text[:40])
    other = next((name for name in request.args if name not in {*_KNOWN, *_BESIDES, *beside}), "")
    return _("“%(text)s” is no filter of this list. It was left out.", text=other[:40]) if other else ""


def address(endpoint: str = "directory.places", /, **changes: Any) -> str:
    """Return the address of the list, or of what else takes its filters, with some of them changed.

    A new filter begins at the first page.
    """
    arguments: dict[str, Any] = {key: request.args[key] for key in _KNOWN if request.args.get(key)}
    arguments |= changes
    return url_for(endpoint, **{key: value for key, value in arguments.items() if value is not None})


def _row(label: str, name: str, current: Any, choices: Sequence[tuple[Any, str]], *, of: str) -> dict[str, Any]:
    # A form is a school's, so form and kind of place rule one another out; a social space lies in one district.
    other = {"form": "art", "art": "form", "bezirk": "sozialraum"}.get(name)

    def option(value: Any, text: str) -> dict[str, Any]:
        more = {other: None} if other and value not in {None, "schule"} else {}
        return {"label": text, "url": address(of, **{name: value} | more), "current": value == current}

    return {"label": label, "options": [option(None, _("all")), *(option(*choice) for choice in choices)]}


def rows(filtered: PlaceFilter, city: Parts, endpoint: str = "directory.places") -> list[dict[str, Any]]:
    """Return what the macro ``filters`` draws, for the list or for what else takes its filters."""
    kind = next((name for name, one in KINDS.items() if one is filtered.kind), None)
    found = [
        _row(
            _("District"),
            "bezirk",
            NO_DISTRICT if filtered.is_elsewhere else filtered.district_id,
            [*((one.id, one.name) for one in city.districts), (NO_DISTRICT, _("without district"))],
            of=endpoint,
        ),
        _row(_("Kind"), "art", kind, [(name, words.place_word(one)) for name, one in KINDS.items()], of=endpoint),
    ]
    if spaces := city.spaces_in(filtered.district_id):
        found.insert(1, _row(_("Social space"), "sozialraum", filtered.space_id, spaces, of=endpoint))
    if filtered.kind in {None, PlaceKind.SCHOOL}:
        codes = list(dict.fromkeys([*USUAL_FORMS, *([filtered.form_code] if filtered.form_code else [])]))
        forms = [(code, _(form_label(code))) for code in codes]
        found.append(_row(_("School form"), "form", filtered.form_code, forms, of=endpoint))
    current = EMPTY if filtered.is_empty else None
    found.append(_row(_("Staffing"), "lage", current, [(EMPTY, _("nobody assigned"))], of=endpoint))
    return found


def title(filtered: PlaceFilter, city: Parts) -> str:
    """Return what the list is called: "Grundschule – Mitte", "Kita – Mitte, Sozialraum Ostmannturm"."""
    what = _("Schools and facilities")
    if filtered.form_code is not None:
        what = _(form_label(filtered.form_code))
    elif filtered.kind is not None:
        what = words.place_word(filtered.kind)
    where = [one.name for one in city.districts if one.id == filtered.district_id]
    if filtered.is_elsewhere:
        where.append(_("without district"))
    spaces = city.spaces_in(None)
    where += [_("social space %(name)s", name=name) for key, name in spaces if key == filtered.space_id]
    return f"{what} – {', '.join(where)}" if where else what
