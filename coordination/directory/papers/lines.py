"""Who is where as lines: one for each assignment, one for each place without any; the same for paper and table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from coordination.core.collation import german_key
from coordination.core.i18n import format_short_day
from coordination.core.i18n import gettext as _
from coordination.directory import words
from coordination.directory.asof import AsOf, Then
from coordination.directory.full_weeks import FullWeeks
from coordination.directory.models import Assignment, Person, Place
from coordination.directory.panels import Entry
from coordination.directory.papers import sheets
from coordination.directory.sites.queries import Sites


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list, as texts; what only a table has room for, as it is stored."""

    #: Schulnummer; "" of what is no school.
    number: str
    #: What it is called; and for paper, where a site says whose it is.
    named: str
    place: str
    #: Of a site the name of its school; "" of everything else.
    school: str
    form: str
    district: str
    #: Districts that it works for and does not lie in; and the same as it is said on paper.
    further: str
    also: str
    spaces: str
    address: str
    office: str
    #: The same as it is said on paper: of a site without a number that it is its school's.
    office_said: str
    who: str
    #: "Musterfrau, Dr. Erika", as a list is written; "unbesetzt"; "niemand eingesetzt".
    name: str
    #: With whom it is meant for, and both apart.
    function: str
    does: str
    group: str
    employer: str
    #: The assignment itself; None: nobody is assigned.
    assignment: Assignment | None
    #: Whether funding and an end that is planned may be named; without an assignment both say no.
    plans: bool
    shows_end: bool
    when: str
    #: The same, but of what is not known nothing.
    times: str
    #: "nach Absprache", and as a sentence of its own; "" where nothing has to be said.
    in_holidays: str
    holidays: str
    #: Of whom is missed on the day, a sentence each: that it is so, and whom to ask; never why, nor for how long.
    away: list[str]
    #: The same apart.
    is_away: bool
    substitute: str
    room: str
    phone: str
    mobile: str
    email: str
    #: Day on which the assignment was last confirmed; of a place without any, the place itself.
    confirmed_on: date | None = None
    #: What a share that is given in hours alone is in posts.
    derived: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What lines are made with: names of districts, what everything was called on the day, what places belong to."""

    districts: Mapping[int, str]
    then: Then
    as_of: AsOf
    spaces: Mapping[int, str]
    weeks: FullWeeks
    #: Further districts of places: key and name of each.
    further: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    #: Schools with nobody in the main building → the sites where somebody is.
    elsewhere: Sites = field(default_factory=dict)


def lines_of(places: Sequence[Place], entries: Mapping[int, Sequence[Entry]], known: Known) -> Iterator[Line]:
    """Yield the lines of ``places`` in their order, the people of each by their family names, vacancies last."""
    for place in places:
        here = sorted(entries.get(place.id, ()), key=by_family_name)
        yield from (_line(place, entry, known) for entry in here)
        if not here:
            yield _line(place, None, known)


def by_family_name(entry: Entry) -> tuple[bool, tuple[str, str], int]:
    """Sort people by family name in German order, then what is vacant."""
    person = entry.assignment.person
    name = f"{person.family_name}\t{person.given_name}" if person else entry.function
    return person is None, german_key(name), entry.assignment.id


def _line(place: Place, entry: Entry | None, known: Known) -> Line:
    then, as_of = known.then, known.as_of
    nobody = words.only_at(known.elsewhere.get(place.id, ()), then) or _("nobody assigned")
    assignment = entry.assignment if entry else None
    person: Person | None = entry.assignment.person if entry and not as_of.is_past else None
    times = [one for day in entry.row.week.values() for one in day] if entry else []
    is_known = entry is None or times or entry.assignment.person is None
    return Line(
        number=place.school.number if place.school else "",
        named=then.name(place),
        school=then.name(place.parent) if words.site_of(place) else "",
        place=sheets.place_name(place, then),
        form=words.school_form(place, then),
        district=known.districts.get(words.district_key(place, then) or 0, ""),
        further=words.names_beside(place, known.further, then),
        also=words.also_for([place], known.further, then).get(place.id, ""),
        spaces=known.spaces.get(place.id, ""),
        address=sheets.place_address(place, then),
        office=sheets.number(words.office(place, then)[0]),
        office_said=sheets.office(place, then),
        who=entry.name if entry else nobody,
        name=_listed(entry, then) if entry else nobody,
        function=entry.function if entry else "",
        does=words.function_word(assignment.function) if assignment else "",
        group=assignment.target_group if assignment else "",
        employer=entry.employer if entry else "",
        assignment=assignment,
        plans=assignment is not None and as_of.plans(assignment.employer_id),
        shows_end=assignment is not None and as_of.shows_end(assignment.valid_until, assignment.employer_id),
        when=words.week_in_a_line(times) if is_known else _("not known"),
        times=words.week_in_a_line(times),
        in_holidays=words.holiday_answer(entry.assignment) if entry and entry.assignment.person else "",
        holidays=entry.holidays if entry else "",
        away=_away(entry, then) if entry else [],
        is_away=entry is not None and _is_missed(entry, then),
        substitute=then.name(entry.substitute) if entry and _is_missed(entry, then) else "",
        room=", ".join(dict.fromkeys(one.room for one in times if one.room)),
        phone=sheets.number(person.phone) if person else "",
        mobile=sheets.number(person.mobile) if person else "",
        email=person.email if person else "",
        confirmed_on=as_of.confirmed_on(assignment or place),
        derived=_derived(assignment, known.weeks) if assignment else None,
    )


def _derived(one: Assignment, weeks: FullWeeks) -> Decimal | None:
    found = weeks.derived(one.share_posts, one.share_hours, one.employer_id)
    return None if found is None else found.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _is_missed(entry: Entry, then: Then) -> bool:
    """Return whether somebody is away on a day on which they might be there: on a Saturday nobody is missed."""
    return entry.is_missed and (not entry.row.week or entry.row.misses(then.as_of.day))


def _away(entry: Entry, then: Then) -> list[str]:
    """Return what pages say of whom is missed on the day, with its date, as paper is read later, too."""
    if not _is_missed(entry, then):
        return []
    as_of, instead = then.as_of, ""
    if entry.substitute is not None:
        # A number stays in one line.
        number = [said.replace(" ", "\u00a0") for said in sheets.contact(entry.substitute, as_of)[:1]]
        instead = _("Substitute: %(who)s.", who=", ".join([then.name(entry.substitute), *number]))
    elif not as_of.is_past:
        office = entry.employer if entry.office else _("Koordination, %(city)s", city=sheets.site().city_name)
        instead = _("Please turn to: %(who)s.", who=office)
    return sheets.present(_("On %(day)s not there.", day=format_short_day(as_of.day)), instead)


def _listed(entry: Entry, then: Then) -> str:
    """Return who it is as lists are written and read in: family name first."""
    person = entry.assignment.person
    if person is None:
        return entry.name
    given = " ".join(sheets.present(then.value(person, "title"), then.value(person, "given_name")))
    return f"{then.value(person, 'family_name')}, {given}"
