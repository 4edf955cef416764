"""The way into the directory: start page, lists, organisations, districts, sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.core.collation import german_key
from coordination.core.i18n import format_number
from coordination.core.i18n import gettext as _
from coordination.directory import page_queries, queries, words
from coordination.directory.asof import Then
from coordination.directory.blueprint import bp
from coordination.directory.boards import rows as board_rows
from coordination.directory.models import District, Organisation, Place
from coordination.directory.page_queries import COUNTED, PAGE_SIZE, SCHOOLS, PlaceFilter
from coordination.directory.panels import Entry, entries_of
from coordination.directory.rules import PlaceKind
from coordination.directory.school_forms import FORMS, form_label
from coordination.directory.sources import DATA_SOURCES
from coordination.directory.views import asked_day
from coordination.web.extensions import db
from coordination.web.guard import open_to_all

#: More than this is not put on one page of a district or an organisation; the list has the rest.
MOST = 200
KINDS = {"schule": PlaceKind.SCHOOL, "standort": PlaceKind.SCHOOL_SITE, "jugend": PlaceKind.YOUTH_FACILITY}
KINDS |= {"kita": PlaceKind.DAY_CARE, "sonstige": PlaceKind.OTHER}


@bp.get("/wer-ist-wo")
def index() -> ResponseReturnValue:
    """Show the ways in: search, districts, school forms, facilities, organisations."""
    as_of = asked_day()
    session = db.session()
    numbers = page_queries.kinds_by_district(session, as_of.day)
    there = page_queries.people_there(session, as_of.day)
    forms = queries.schools_by_form(session, as_of.day)
    kinds: Counter[PlaceKind] = Counter()
    for (_district, kind), count in numbers.items():
        kinds[kind] += count
    return render_template(
        "directory/index.html",
        districts=[_card(one, numbers, there) for one in queries.districts(session)],
        without_district=sum(count for (key, _kind), count in numbers.items() if key is None),
        forms=[(_(form_label(code)), code, count) for code, count in sorted(forms.items())],
        kinds=[(name, words.place_word(kind), kinds[kind]) for name, kind in KINDS.items() if kinds[kind]],
        there=sum(there.values()),
        as_of=as_of,
    )


@dataclass(frozen=True, slots=True)
class DistrictCard:
    """A district on the start page."""

    district: District
    schools: int
    facilities: int
    there: int


def _card(
    one: District, numbers: Mapping[tuple[int | None, PlaceKind], int], there: Mapping[int | None, int]
) -> DistrictCard:
    mine = {kind: count for (key, kind), count in numbers.items() if key == one.id}
    schools = mine.get(PlaceKind.SCHOOL, 0)
    others = sum(count for kind, count in mine.items() if kind not in SCHOOLS)
    return DistrictCard(one, schools, others, there.get(one.id, 0))


@dataclass(frozen=True, slots=True)
class PageOf:
    """Where in a list one is, for the macro ``pagination``."""

    first: int
    last: int
    total: int
    previous_url: str | None
    next_url: str | None


@bp.get("/orte")
def places() -> ResponseReturnValue:
    """List places, narrowed by links, fifty at a time."""
    as_of = asked_day()
    session = db.session()
    wanted, number = _wanted(), _whole(request.args.get("seite"), 1, 100_000) or 1
    found, has_more = page_queries.page_of_places(session, as_of.day, wanted, number)
    assignments = page_queries.current_assignments(session, [one.id for one in found], as_of.day)
    then = Then(
        session,
        as_of,
        people=[a.person for a in assignments],
        organisations=[a.employer for a in assignments],
        places=found,
    )
    total = page_queries.places_counted(session, as_of.day, wanted)
    districts = queries.districts(session)
    first = PAGE_SIZE * (number - 1) + 1
    return render_template(
        "directory/places.html",
        places=found,
        people=_by_place(entries_of(board_rows(session, assignments, as_of.day), then, as_of)),
        then=then,
        words=words,
        as_of=as_of,
        total=total,
        is_more=total > COUNTED,
        counted=format_number(COUNTED),
        title=_list_title(wanted, districts),
        district={one.id: one.name for one in districts},
        filters=_filters(wanted, districts),
        page=PageOf(
            first,
            first + len(found) - 1,
            total,
            _with(seite=number - 1 if number > 2 else None) if number > 1 else None,
            _with(seite=number + 1) if has_more else None,
        ),
    )


def _whole(text: str | None, least: int, most: int) -> int | None:
    """Return ``text`` as a whole number within bounds, or None."""
    if not text or not (text.isascii() and text.isdigit()) or len(text) > 9:
        return None
    return int(text) if least <= int(text) <= most else None


def _wanted() -> PlaceFilter:
    form = request.args.get("form")
    return PlaceFilter(
        kind=KINDS.get(request.args.get("art", "")),
        district_id=_whole(request.args.get("bezirk"), 1, 10**8),
        form_code=form if form in FORMS else None,
        is_empty=request.args.get("lage") == "unbesetzt",
    )


def _with(**changes: Any) -> str:
    """Return the address of the list with some filters changed; a new filter begins at the first page."""
    known = ("bezirk", "form", "art", "lage", "stand")
    arguments: dict[str, Any] = {key: request.args[key] for key in known if request.args.get(key)}
    arguments |= changes
    return url_for("directory.places", **{key: value for key, value in arguments.items() if value is not None})


def _filters(wanted: PlaceFilter, districts: Any) -> list[dict[str, Any]]:
    def option(label: str, name: str, value: Any, current: Any) -> dict[str, Any]:
        more = {"form": None} if name == "art" and value not in {None, "schule"} else {}
        more |= {"art": None} if name == "form" and value is not None else {}
        return {"label": label, "url": _with(**{name: value} | more), "current": value == current}

    kind = next((name for name, one in KINDS.items() if one is wanted.kind), None)
    row: Callable[..., dict[str, Any]] = lambda label, options: {"label": label, "options": options}  # noqa: E731
    rows = [
        row(
            _("District"),
            [option(_("all"), "bezirk", None, wanted.district_id)]
            + [option(one.name, "bezirk", one.id, wanted.district_id) for one in districts],
        ),
        row(
            _("Kind"),
            [option(_("all"), "art", None, kind)]
            + [option(words.place_word(one), "art", name, kind) for name, one in KINDS.items()],
        ),
    ]
    if wanted.kind in {None, PlaceKind.SCHOOL}:
        forms = [(code, _(form.label)) for code, form in FORMS.items() if form.is_school and code in _USUAL]
        if wanted.form_code and wanted.form_code not in _USUAL:
            forms.append((wanted.form_code, _(form_label(wanted.form_code))))
        options = [option(_("all"), "form", None, wanted.form_code)]
        rows.append(row(_("School form"), options + [option(w, "form", c, wanted.form_code) for c, w in forms]))
    rows.append(
        row(
            _("Staffing"),
            [
                option(_("all"), "lage", None, "unbesetzt" if wanted.is_empty else None),
                option(_("nobody assigned"), "lage", "unbesetzt", "unbesetzt" if wanted.is_empty else None),
            ],
        )
    )
    return rows


#: Forms that every town has; rarer ones are reached from the start page.
_USUAL = ("02", "08", "10", "14", "15", "20", "25", "30")


def _list_title(wanted: PlaceFilter, districts: Any) -> str:
    what = _("Schools and facilities")
    if wanted.form_code is not None:
        what = _(form_label(wanted.form_code))
    elif wanted.kind is not None:
        what = words.place_word(wanted.kind)
    where = next((one.name for one in districts if one.id == wanted.district_id), "")
    return f"{what} – {where}" if where else what


def _by_place(entries: list[Entry]) -> dict[int, list[Entry]]:
    found: dict[int, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.assignment.place_id, []).append(entry)
    return found


@bp.get("/bezirke/<int:district_id>")
def district(district_id: int) -> ResponseReturnValue:
    """Show a district: its schools by form and its facilities, with who is there."""
    return render_template("directory/district.html", **_district(district_id))


@bp.get("/bezirke/<int:district_id>/liste")
def district_list(district_id: int) -> ResponseReturnValue:
    """Show the same as one table made for paper."""
    return render_template("directory/district_list.html", **_district(district_id))


def _district(district_id: int) -> dict[str, Any]:
    as_of = asked_day()
    session = db.session()
    found = queries.get_district(session, district_id)
    listed = page_queries.places_of(session, as_of.day, PlaceFilter(district_id=district_id), MOST)
    assignments = page_queries.current_assignments(session, [one.id for one in listed], as_of.day)
    then = Then(
        session,
        as_of,
        people=[a.person for a in assignments],
        organisations=[a.employer for a in assignments],
        places=listed,
    )
    people = _by_place(entries_of(board_rows(session, assignments, as_of.day), then, as_of))
    return {
        "district": found,
        "groups": _groups(listed),
        "people": people,
        "then": then,
        "words": words,
        "as_of": as_of,
        "heading": words.day_heading(as_of.day, as_of.today),
        "there": len({e.assignment.person_id for entries in people.values() for e in entries if e.is_here}),
        "is_cut": len(listed) == MOST,
        "most": MOST,
    }


def _groups(listed: Any) -> list[tuple[str, list[Place]]]:
    """Return places under the words for their form or kind, schools first, in the order of the official codes."""
    groups: dict[tuple[int, str, str], list[Place]] = {}
    for one in listed:
        code = one.school.form_code if one.school is not None else ""
        rank = list(PlaceKind).index(one.kind)
        word = _(form_label(code)) if code else words.place_word(one.kind)
        groups.setdefault((rank, code, word), []).append(one)
    return [(key[2], groups[key]) for key in sorted(groups)]


@bp.get("/organisationen")
def organisations() -> ResponseReturnValue:
    """Show all organisations as a tree."""
    as_of = asked_day()
    listed = page_queries.organisations(db.session(), as_of.day)
    return render_template("directory/organisations.html", tree=_tree(listed), as_of=as_of)


def _tree(listed: Any) -> list[dict[str, Any]]:
    known = {one.id for one in listed}
    below: dict[int | None, list[Organisation]] = {}
    for one in listed:
        below.setdefault(one.parent_id if one.parent_id in known else None, []).append(one)

    def nodes(parent: int | None, depth: int = 0) -> list[dict[str, Any]]:
        ordered = sorted(below.get(parent, []), key=lambda o: german_key(o.name))
        return [
            {
                "label": one.name,
                "url": url_for("directory.organisation", organisation_id=one.id),
                "meta": words.organisation_word(one.kind),
                "children": nodes(one.id, depth + 1) if depth < 12 else [],
            }
            for one in ordered
        ]

    return nodes(None)


@bp.get("/organisationen/<int:organisation_id>")
def organisation(organisation_id: int) -> ResponseReturnValue:
    """Show an organisation: its people, the places it runs, whom it employs where."""
    as_of = asked_day()
    session = db.session()
    found = queries.get_organisation(session, organisation_id)
    all_of_them = {one.id: one for one in page_queries.organisations(session, as_of.day)}
    people = page_queries.people_of(session, organisation_id, as_of.day, MOST)
    run = page_queries.places_run_by(session, organisation_id, as_of.day, MOST)
    employed = page_queries.employed_by(session, organisation_id, as_of.day, MOST)
    then = Then(
        session,
        as_of,
        people=[*people, *(a.person for a in employed)],
        organisations=[found],
        places=[*run, *(a.place for a in employed)],
    )
    counts = page_queries.organisation_counts(session, organisation_id, as_of.day)
    return render_template(
        "directory/organisation.html",
        organisation=found,
        subject=queries.subject_of(found),
        chain=_chain(found, all_of_them),
        children=sorted(
            (one for one in all_of_them.values() if one.parent_id == found.id), key=lambda o: german_key(o.name)
        ),
        people=people,
        run=run,
        entries=entries_of(board_rows(session, employed, as_of.day), then, as_of),
        counts=counts,
        then=then,
        words=words,
        as_of=as_of,
        most=MOST,
        left=found.valid_until is not None and found.valid_until < as_of.day,
    )


def _chain(found: Organisation, known: Mapping[int, Organisation]) -> list[Organisation]:
    """Return what stands above an organisation, the highest first."""
    chain: list[Organisation] = []
    above = known.get(found.parent_id or 0)
    while above is not None and above not in chain:
        chain.insert(0, above)
        above = known.get(above.parent_id or 0)
    return chain


@bp.get("/datenquellen")
@open_to_all("the licences of the open data ask for their holders to be named to everybody")
def sources() -> ResponseReturnValue:
    """Name whose open data is shown, and under which licence."""
    g.nav_key = "directory"
    return render_template("directory/sources.html", sources=DATA_SOURCES)
