"""What a school file would change: new, changed field by field, gone, come back. Computes, stores nothing."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from coordination.core.i18n import N_, format_date, format_number, gettext
from coordination.core.phones import display_phone
from coordination.directory.rules import FEWEST_CHILDREN, children
from coordination.directory.school_file import SchoolRecord
from coordination.directory.school_forms import FOCUS, OPERATION, form_text

__all__ = [
    "FIELD_LABELS",
    "Changes",
    "FieldChange",
    "SchoolChange",
    "StoredSchool",
    "compare",
    "value_text",
]

#: Coordinates are measured again now and then; a difference up to this many metres is no news.
SAME_POSITION_METRES = 2

#: Compared fields in the order in which a preview lists them, with their labels. The district government is not among
#: them: it follows from the municipality, and old files lack the column, so that every school would seem to change.
FIELD_LABELS: dict[str, str] = {
    "name": N_("Official name"),
    "short_name": N_("Short name"),
    "form_code": N_("School form"),
    "street": N_("Street"),
    "postcode": N_("Postcode"),
    "city": N_("Town"),
    "phone": N_("Telephone"),
    "fax": N_("Fax"),
    "email": N_("E-mail"),
    "website": N_("Website"),
    "legal_form": N_("Legal form"),
    "maintainer_number": N_("Maintaining body"),
    "municipality": N_("Municipality"),
    "operation_key": N_("Operation"),
    "operation_date": N_("Date of operation"),
    "position": N_("Position on the map"),
    "pupils": N_("Pupils"),
    "social_index": N_("Social index"),
}

_LEGAL_FORMS = {"1": N_("public"), "2": N_("private")}

Value = str | int | date | tuple[int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSchool:
    """What the directory holds of one school, in the terms of the school file."""

    name: str
    short_name: str
    form_code: str
    street: str = ""
    postcode: str = ""
    city: str = ""
    phone: str | None = None
    fax: str | None = None
    email: str = ""
    website: str = ""
    legal_form: str = ""
    maintainer_number: str = ""
    municipality: str = ""
    operation_key: str = ""
    operation_date: date | None = None
    utm_east: int | None = None
    utm_north: int | None = None
    pupils: int | None = None
    social_index: int | None = None
    #: True if an earlier file no longer had it; the directory marks, never deletes.
    gone: bool = False


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field with its old and new value; ``field`` is a key of ``FIELD_LABELS``."""

    field: str
    old: Value
    new: Value

    @property
    def label(self) -> str:
        """Return the name of the field in the current language."""
        return gettext(FIELD_LABELS[self.field])

    @property
    def old_text(self) -> str:
        """Return the old value for a person."""
        return value_text(self.field, self.old)

    @property
    def moved(self) -> str:
        """Return how far a place has moved on the map; "" for other fields. Coordinates say nothing to a person."""
        if not isinstance(self.old, tuple) or not isinstance(self.new, tuple):
            return ""
        return gettext("moved by %(metres)s m", metres=format_number(round(math.dist(self.old, self.new)), 0))

    @property
    def new_text(self) -> str:
        """Return the new value for a person."""
        return value_text(self.field, self.new)


@dataclass(frozen=True, slots=True)
class SchoolChange:
    """A school that is known and differs."""

    record: SchoolRecord
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """The whole difference. ``gone`` has school numbers; ``came_back`` may have no changed field."""

    new: tuple[SchoolRecord, ...]
    changed: tuple[SchoolChange, ...]
    gone: tuple[str, ...]
    came_back: tuple[SchoolChange, ...]
    unchanged: int
    #: Less than half of what is stored is in the file: probably another town's file, or a part of one.
    looks_wrong: bool = False

    @property
    def is_empty(self) -> bool:
        """Return whether applying this would store nothing."""
        return not (self.new or self.changed or self.gone or self.came_back)

    def by_field(self) -> Counter[str]:
        """Return how many schools change in each field."""
        return Counter(change.field for school in (*self.changed, *self.came_back) for change in school.fields)


def compare(
    stored: Mapping[str, StoredSchool], file: Sequence[SchoolRecord], *, fields: Collection[str] | None = None
) -> Changes:
    """Return what importing ``file`` over ``stored`` would change.

    Args:
        stored: school number -> what the directory holds, of the municipality that the file was read for.
        file: the records of ``school_file.read_schools``.
        fields: what the file speaks about (``SchoolFile.fields``); None compares all but pupils and social index
            where the file gives none.
    """
    new, changed, came_back, unchanged = [], [], [], 0
    seen = set()
    for record in file:
        seen.add(record.number)
        known = stored.get(record.number)
        if known is None:
            new.append(record)
            continue
        differences = _differences(known, record, fields)
        if known.gone:
            came_back.append(SchoolChange(record, differences))
        elif differences:
            changed.append(SchoolChange(record, differences))
        else:
            unchanged += 1
    present = {number for number, school in stored.items() if not school.gone}
    return Changes(
        new=tuple(new),
        changed=tuple(changed),
        gone=tuple(sorted(present - seen)),
        came_back=tuple(came_back),
        unchanged=unchanged,
        looks_wrong=2 * len(present & seen) < len(present),
    )


def _differences(known: StoredSchool, record: SchoolRecord, fields: Collection[str] | None) -> tuple[FieldChange, ...]:
    found = []
    for name in FIELD_LABELS:
        old, new = _value(known, name), _value(record, name)
        if fields is None and name in {"pupils", "social_index"} and new is None:
            continue
        if name in record.unreadable or (fields is not None and name not in fields) or _same(old, new):
            continue
        found.append(FieldChange(name, old, new))
    return tuple(found)


def _value(school: StoredSchool | SchoolRecord, name: str) -> Value:
    if name == "position":
        east, north = school.utm_east, school.utm_north
        return None if east is None or north is None else (east, north)
    value: Value = getattr(school, name)
    return value


def _same(old: Value, new: Value) -> bool:
    if isinstance(old, tuple) and isinstance(new, tuple):
        return all(abs(a - b) <= SAME_POSITION_METRES for a, b in zip(old, new, strict=True))
    return (old or None) == (new or None)


def value_text(name: str, value: Value) -> str:
    """Return a value of a compared field as a person reads it; "" for none."""
    if value is None or value == "":
        return ""
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, tuple):
        return ", ".join(str(metre) for metre in value)
    if name == "pupils" and isinstance(value, int) and children(value) is None:
        return gettext("fewer than %(n)s", n=FEWEST_CHILDREN)
    text = str(value)
    if name in {"phone", "fax"}:
        return display_phone(text)
    labels = {"operation_key": OPERATION, "legal_form": _LEGAL_FORMS, "focus": FOCUS}.get(name, {})
    if name == "form_code":
        return form_text(text)
    # What the file itself says is no word of ours to translate.
    return gettext(labels[text]) if text in labels else text
