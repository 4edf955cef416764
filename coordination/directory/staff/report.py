"""What a list would change, as plain values that a job can keep and a page can show in any language."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import date, time
from decimal import Decimal
from typing import Any

from coordination.core.i18n import N_, format_date, format_number, gettext, ngettext
from coordination.core.phones import display_phone
from coordination.directory import words
from coordination.directory.assignment_inputs import AssignmentInput
from coordination.directory.rules import (
    FUNCTION_WORDS,
    FUNDING_WORDS,
    HOLIDAY_WORDS,
    Function,
    Funding,
    HolidayPresence,
    WeeklyTime,
)
from coordination.directory.shares import Share
from coordination.directory.staff import arranging
from coordination.directory.staff.comparing import Step, input_of
from coordination.directory.staff.known import Known
from coordination.directory.staff.people import CONTACT, ListedPerson
from coordination.directory.staff.plan import Plan, employers_of
from coordination.directory.staff.rows import Read

#: Faults and remarks that are kept; a list with more has one fault many times.
MOST_KEPT = 500
_LABELS = {
    "function": N_("Function"),
    "target_group": N_("Target group"),
    "share": N_("Share"),
    "funding": N_("Funding"),
    "funded_until": N_("Funded until"),
    "valid_from": N_("Valid from"),
    "valid_until": N_("Valid until"),
    "times": N_("Presence times"),
    "in_holidays": N_("In school holidays"),
}
_PERSON_LABELS = {
    "email": N_("Official e-mail"),
    "phone": N_("Phone"),
    "mobile": N_("Official mobile"),
    "family": N_("Family name"),
    "given": N_("Given name"),
}
#: What follows is a msgid; everything else is somebody's own text.
_WORD = "word:"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d"
_TIMES = re.compile(rf"[0-6] {_CLOCK}-{_CLOCK}(?= |;|$)")
#: Between two times; a room may have a semicolon of its own.
_NEXT_TIME = re.compile(rf";(?={_TIMES.pattern})")


def _raw(value: object) -> str:
    """Return a value as a job keeps it; ``shown`` makes words of it."""
    match value:
        case None:
            return ""
        case date():
            return value.isoformat()
        case Share():
            is_known = value.posts is not None or value.hours is not None
            return f"posts={value.posts or ''}&hours={value.hours or ''}" if is_known else ""
        case tuple():
            return ";".join(_time(one) for one in value)
        case Function():
            return _WORD + FUNCTION_WORDS[value]
        case Funding():
            return _WORD + FUNDING_WORDS[value]
        case HolidayPresence():
            return _WORD + HOLIDAY_WORDS[value]
    return str(value)


def _time(one: WeeklyTime) -> str:
    room = f" {one.room}" if one.room else ""
    return f"{one.weekday} {one.starts_at:%H:%M}-{one.ends_at:%H:%M}{room}"


def shown(raw: str) -> str:
    """Return a kept value in the reader's language."""
    if not raw:
        return ""
    if _DAY.fullmatch(raw):
        return format_date(date.fromisoformat(raw))
    if found := re.fullmatch(r"posts=([\d.]*)&hours=([\d.]*)", raw):
        posts, hours = (Decimal(part) if part else None for part in found.groups())
        return _shown_share(posts, hours)
    if _TIMES.match(raw):
        return words.week_with_rooms(map(_kept_time, _NEXT_TIME.split(raw)))
    if raw.startswith(_WORD):
        return gettext(raw.removeprefix(_WORD))
    return display_phone(raw) if raw.startswith("+") else raw


def _kept_time(raw: str) -> WeeklyTime:
    """Return what ``_time`` made "0 12:00-15:30 Raum 104" of."""
    weekday, span, *room = raw.split(" ", 2)
    first, last = map(time.fromisoformat, span.split("-"))
    return WeeklyTime(int(weekday), first, last, *room)


def _shown_share(posts: Decimal | None, hours: Decimal | None) -> str:
    parts = []
    if posts is not None:
        # "0,5 Stelle", "1,27 Stellen": what counts is whether it is more than one.
        number = format_number(float(posts), 2)
        parts.append(ngettext("%(posts)s post", "%(posts)s posts", 1 if posts <= 1 else 2, posts=number))
    if hours is not None:
        number = format_number(float(hours), 2)
        parts.append(ngettext("%(hours)s hour", "%(hours)s hours", 1 if hours == 1 else 2, hours=number))
    return ", ".join(parts)


def _diffs(before: AssignmentInput | None, after: AssignmentInput) -> list[list[str]]:
    found = []
    for name, label in _LABELS.items():
        old, new = (getattr(before, name) if before else None), getattr(after, name)
        if _raw(old) != _raw(new):
            found.append([label, _raw(old), _raw(new)])
    return found


def _name(known: Known, plan: Plan, step: Step) -> str:
    if step.person:
        return plan.people[step.person].shown
    who = step.old.person_id if step.old is not None else None
    return known.people[who].name if who is not None else ""


def _line(known: Known, plan: Plan, step: Step) -> dict[str, Any]:
    old = input_of(step.old) if step.old is not None else None
    place_id = step.data.place_id if step.data is not None else old.place_id if old is not None else 0
    place = known.places.get(place_id)
    diffs = _diffs(old, step.data) if step.data is not None else [[_LABELS["valid_until"], "", _raw(step.old_until)]]
    if step.old is not None and step.data is not None and step.old_until is not None:
        # What held before goes on holding until the day before: its own first day does not change.
        diffs = [[label, "" if label == _LABELS["valid_from"] else before, now] for label, before, now in diffs]
    if step.person and plan.people[step.person].known is None:
        # Nothing of a new person may be stored unseen.
        diffs = _contact(plan.people[step.person]) + diffs
    return {
        "line": step.line,
        "person": _name(known, plan, step),
        "place": place.name if place is not None else "–",
        "place_id": place_id,
        "diffs": diffs,
    }


def _contact(one: ListedPerson) -> list[list[str]]:
    told = ((_PERSON_LABELS[field], getattr(one.text, field)) for field in CONTACT)
    return [[label, "", value] for label, value in told if value]


def _person(one: ListedPerson) -> dict[str, Any]:
    name = one.known.name if one.known is not None else f"{one.text.given} {one.text.family}"
    diffs = [[_PERSON_LABELS[field], old, new] for field, (old, new) in one.changes().items()]
    return {"person_id": one.known.id if one.known else None, "name": name, "diffs": diffs}


def as_values(known: Known, read: Read, plan: Plan) -> dict[str, Any]:
    """Return a preview as a job keeps it."""
    faults = sorted([*read.faults, *plan.faults], key=lambda one: one.line)
    questions = [*read.questions, *plan.questions]
    remarks = [*read.remarks, *plan.remarks]
    return {
        "sheet": read.sheet,
        "rows": read.rows,
        "skipped": len(read.skipped),
        "fingerprint": plan.fingerprint(),
        "employers": [_employer(known, plan, key) for key in employers_of(plan)],
        "new_people": [_person(one) for one in plan.new_people],
        "changed_people": [_person(one) for one in plan.changed_people],
        "faults": [[one.line, one.cell, one.message, dict(one.values)] for one in faults[:MOST_KEPT]],
        "more_faults": max(0, len(faults) - MOST_KEPT),
        "wrong_rows": len({one.line for one in faults}),
        "questions": [asdict(one) for one in questions],
        "remarks": [[one.message, dict(one.values), one.line] for one in remarks[:MOST_KEPT]],
        "clashes": [[one.message, dict(one.values), one.line] for one in plan.clashes[:MOST_KEPT]],
        "names": [[one.message, dict(one.values), one.line] for one in plan.names[:MOST_KEPT]],
        "begins": [[one.message, dict(one.values), one.line] for one in plan.begins[:MOST_KEPT]],
        "left_behind": read.left_behind,
        "headings": arranging.as_values(read.headings),
        "number": len(plan.steps) + len(plan.changed_people),
        "ends": len(plan.ends),
    }


def _employer(known: Known, plan: Plan, key: int) -> dict[str, Any]:
    parts: dict[str, Any] = {"id": key, "name": known.employers.get(key, "–"), "unchanged": plan.unchanged.get(key, 0)}
    for kind in ("new", "changed", "ended"):
        parts[kind] = []
    for step in [*plan.steps, *plan.ends]:
        owner = step.data.employer_id if step.data is not None else step.old.employer_id if step.old else 0
        if owner == key:
            parts[step.kind].append(_line(known, plan, step))
    return parts
