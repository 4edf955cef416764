"""Sentences and words of the directory in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from coordination.core import i18n, special_days
from coordination.core.i18n import gettext as _
from coordination.core.i18n import ngettext, pgettext
from coordination.directory import closing
from coordination.directory.asof import Then, parse_day
from coordination.directory.mobile import is_mobile
from coordination.directory.models import Assignment, Place
from coordination.directory.rules import (
    FEWEST_CHILDREN,
    FUNCTION_WORDS,
    FUNDING_WORDS,
    HOLIDAY_WORDS,
    ORGANISATION_WORDS,
    PLACE_WORDS,
    Function,
    Funding,
    HolidayPresence,
    OrganisationKind,
    PlaceKind,
    WeeklyTime,
    children,
)
from coordination.directory.school_forms import CLOSES, DISSOLVED, DORMANT, OPENS_LATER, form_label

SCHOOLS = frozenset({PlaceKind.SCHOOL, PlaceKind.SCHOOL_SITE})
#: Which drawing stands for a kind of place.
PLACE_ICONS = {
    PlaceKind.SCHOOL: "school",
    PlaceKind.SCHOOL_SITE: "school",
    PlaceKind.YOUTH_FACILITY: "tent-tree",
    PlaceKind.DAY_CARE: "baby",
    PlaceKind.OTHER: "map-pin",
}


def function_word(function: Function) -> str:
    """Return what somebody does, in a word."""
    return _(FUNCTION_WORDS[function])


def funding_word(funding: Funding) -> str:
    """Return who pays, in a word, as it stands behind "Förderung"."""
    return _("not known") if funding is Funding.UNKNOWN else _(FUNDING_WORDS[funding])


def pupils(number: int | None) -> str:
    """Return how many pupils a school has as it may be told; "" if nobody knows."""
    if number is None:
        return ""
    told = children(number)
    return _("fewer than %(n)s", n=FEWEST_CHILDREN) if told is None else i18n.format_number(told, 0)


def holiday_word(said: HolidayPresence | None) -> str:
    """Return whether somebody is there in school holidays, in a word."""
    return _("not known") if said is None else _(HOLIDAY_WORDS[said])


def holidays_count(assignment: Assignment) -> HolidayPresence | None:
    """Return whether somebody is there in school holidays as it counts: at schools "no" where nobody has said."""
    is_no = assignment.in_holidays is None and assignment.place.kind in SCHOOLS
    return HolidayPresence.NO if is_no else assignment.in_holidays


def holiday_answer(assignment: Assignment) -> str:
    """Return the same in a word."""
    return holiday_word(holidays_count(assignment))


def holiday_note(assignment: Assignment) -> str:
    """Return "in den Ferien: nach Absprache"; "" where nothing is said, or at a school what goes without saying."""
    said = assignment.in_holidays
    if said is None or (said is HolidayPresence.NO and assignment.place.kind in SCHOOLS):
        return ""
    return in_holidays(said)


def in_holidays(said: HolidayPresence) -> str:
    """Return "in den Ferien: nach Absprache"."""
    return _("in school holidays: %(answer)s", answer=holiday_word(said))


def organisation_word(kind: OrganisationKind) -> str:
    """Return what kind of organisation it is."""
    return _(ORGANISATION_WORDS[kind])


def place_word(kind: PlaceKind) -> str:
    """Return what kind of place it is."""
    return _(PLACE_WORDS[kind])


def place_form(place: Place, then: Then | None = None) -> str:
    """Return what a place is, or was ``then``: a school's form, whose site it is, a facility's type, else its kind."""
    return site_of(place, then) or school_form(place, then)


def school_form(place: Place, then: Then | None = None) -> str:
    """Return the same without naming a school: a site is of the form of its school."""
    school = place.parent if place.kind is PlaceKind.SCHOOL_SITE and place.parent is not None else place
    if school.school is not None:
        return _(form_label(then.of_school(school, "form_code") if then else school.school.form_code))
    return (then.value(place, "facility_type") if then else place.facility_type) or place_word(place.kind)


def site_of(place: Place, then: Then | None = None) -> str:
    """Return "Standort von Grundschule X"; "" of what is no site of a school."""
    if place.kind is not PlaceKind.SCHOOL_SITE or place.parent is None:
        return ""
    return _("Site of %(school)s", school=then.name(place.parent) if then else place.parent.name)


def _counted(text: str) -> str:
    """Return "1 Standort" in one piece."""
    return text.replace(" ", "\u00a0")


def schools_and_sites(schools: int, sites: int) -> str:
    """Return "9 Schulen und 1 Standort": a site is no school of its own; without sites "9 Schulen"."""
    said = _counted(ngettext("%(num)s school", "%(num)s schools", schools, num=i18n.format_number(schools)))
    if not sites:
        return said
    more = _counted(ngettext("%(num)s site", "%(num)s sites", sites, num=i18n.format_number(sites)))
    return _("%(schools)s and %(sites)s", schools=said, sites=more) if schools else more


def with_school(place: Place) -> str:
    """Return what a place is called today; of a site with its school: "GS Berg (Standort von Grundschule X)"."""
    school = site_of(place)
    return f"{place.name} ({school})" if school else place.name


def district_key(place: Place, then: Then) -> int | None:
    """Return the district a place is shown with, as in ``held.district_on``: a site without one has its school's."""
    key = then.key(place, "district_id")
    if key is None and place.kind is PlaceKind.SCHOOL_SITE and place.parent is not None:
        return then.key(place.parent, "district_id")
    return key


def also_for(places: Iterable[Place], further: Mapping[int, Mapping[int, str]], then: Then) -> dict[int, str]:
    """Return "auch für Brackwede, Heepen da" of the places that work for districts in which they do not lie."""
    found = {one.id: (names_beside(one, further, then), district_key(one, then)) for one in places}
    return {
        place_id: _("also there for %(others)s", others=names) if own else _("there for %(others)s", others=names)
        for place_id, (names, own) in found.items()
        if names
    }


def names_beside(place: Place, further: Mapping[int, Mapping[int, str]], then: Then) -> str:
    """Return the further districts of a place as one text; the one in which it lies is not among them."""
    own = district_key(place, then)
    return ", ".join(name for key, name in further.get(place.id, {}).items() if key != own)


def office(place: Place, then: Then) -> tuple[str, bool]:
    """Return the telephone number of a place, and whether it is that of its school: a site without one has that.

    A school that has closed lends nothing.
    """
    own = then.value(place, "phone")
    if own or not site_of(place) or place.parent is None or closing.with_school(place, then) != ("", ""):
        return own, False
    of_school = then.value(place.parent, "phone")
    return of_school, bool(of_school)


def instead_of_address(place: Place, then: Then | None = None) -> str:
    """Return "mobil, ohne festen Ort" of a facility whose type has none; "" of any other."""
    return _("mobile, without a fixed place") if is_mobile(place, then) else ""


def only_at(sites: Iterable[Place], then: Then) -> str:
    """Return where the people of a school are that has nobody in its main building; "" if it has no such sites."""
    names = [then.name(one) for one in sites]
    said = ngettext("only at its site: %(sites)s", "only at its sites: %(sites)s", len(names), sites=", ".join(names))
    return said if names else ""


def hours(one: WeeklyTime) -> str:
    """Return "8–13 Uhr"."""
    return i18n.format_hours(one.starts_at, one.ends_at)


def hours_and_rooms(times: Iterable[WeeklyTime]) -> str:
    """Return "8–10 Uhr, Raum 104, 12–13 Uhr"."""
    parts: list[str] = []
    for one in times:
        parts.append(hours(one))
        if one.room:
            parts.append(one.room)
    return ", ".join(parts)


def week_in_a_line(times: Iterable[WeeklyTime]) -> str:
    """Return "Mo, Do 8–13 Uhr; Fr 8–10 Uhr": for lists and paper."""
    days: dict[str, list[str]] = {}
    for one in sorted(times, key=lambda t: (t.weekday, t.starts_at)):
        days.setdefault(hours(one), []).append(i18n.weekday_short(one.weekday))
    return "; ".join(f"{', '.join(names)} {text}" for text, names in days.items())


def week_with_rooms(times: Iterable[WeeklyTime]) -> str:
    """Return "Mo, Do 8–13 Uhr (Raum 104); Fr 8–10 Uhr"; "" if no times are known."""
    days: dict[tuple[str, str], list[str]] = {}
    for one in sorted(times, key=lambda t: (t.weekday, t.starts_at)):
        days.setdefault((hours(one), one.room), []).append(i18n.weekday_short(one.weekday))
    return "; ".join(
        f"{', '.join(names)} {said}" + (f" ({room})" if room else "") for (said, room), names in days.items()
    )


def coming(day: date, times: Iterable[WeeklyTime]) -> str:
    """Return when somebody is there next: "Do 26.11., 8–13 Uhr"."""
    return ", ".join([i18n.format_short_day(day), *(hours(one) for one in times)])


def day_heading(day: date, today: date) -> str:
    """Return "Heute, So 22.11." or, for any other day, "Am Do, 22.10.2026"."""
    if day == today:
        return _("Today, %(day)s", day=i18n.format_short_day(day))
    return _("On %(day)s", day=i18n.format_day(day))


def closed_because(place: Place, day: date, *, is_free_day: bool) -> str:
    """Return why a place is closed on ``day`` in a word or two; "" if nothing is known that closes it."""
    if holiday := special_days.public_holiday(day):
        return holiday
    if place.kind in SCHOOLS and (holidays := special_days.school_holiday(day)):
        return holidays
    return _("A day off that this school chose itself") if is_free_day else ""


def place_badges(place: Place, day: date, then: Then) -> list[tuple[str, str]]:
    """Return what is unusual about a place on ``day``: pairs of a state for the badge and its words."""
    found: list[tuple[str, str]] = []
    if place.valid_until is not None and place.valid_until < day:
        found.append(("assignment.ended", pgettext("of a place", "closed")))
    if place.valid_from is not None and place.valid_from > day:
        found.append(("assignment.planned", _("from %(day)s", day=i18n.format_date(place.valid_from))))
    found = found or _school_badges(place, day, then)
    # What the official list says of a school's end, it says to everybody.
    if not any(key == "assignment.ends" for key, _word in found) and (ends := closing.planned(place, then.as_of)):
        found.append(("assignment.ends", ends))
    return found


def _school_badges(place: Place, day: date, then: Then) -> list[tuple[str, str]]:
    """Return what the official list says of a school's operation, and whether it still has it."""
    school = place.school
    if school is None:
        return []
    found: list[tuple[str, str]] = []
    key, turns = then.of_school(place, "operation_key"), parse_day(then.of_school(place, "operation_date"))
    if key == OPENS_LATER and turns and turns > day:
        found.append(("assignment.planned", _("from %(day)s", day=i18n.format_date(turns))))
    if key in CLOSES | DISSOLVED and turns and turns >= day:
        found.append(("assignment.ends", _("closes on %(day)s", day=i18n.format_date(turns))))
    elif key in CLOSES | DISSOLVED and (turns or key in DISSOLVED):
        found.append(("assignment.ended", pgettext("of a place", "closed")))
    elif key == DORMANT:
        found.append(("assignment.ended", _("dormant")))
    if school.gone_since is not None and school.gone_since <= day:
        said = _("no longer in the official list since %(day)s", day=i18n.format_date(school.gone_since))
        found.append(("change.gone", said))
    return found
