"""What an import would do, as plain values that a job can keep and a page or command can show in any language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core.i18n import N_, format_number, ngettext
from coordination.core.i18n import gettext as _
from coordination.directory.models import Place, School
from coordination.directory.school_changes import Changes, FieldChange, SchoolChange, Value
from coordination.directory.school_file import SchoolFile, SchoolRecord
from coordination.directory.school_forms import NOT_SCHOOLS, form_text
from coordination.exchange.tables import Remark

#: Remarks that are kept; a file with more has one fault many times.
MOST_REMARKS = 200
#: What the two files beside the official one tell of a school.
_COUNTED = {"pupils", "social_index"}
LOOKS_WRONG = N_(
    "Less than half of the schools that are stored here are in this file. Perhaps it is the file of another city, "
    "or only a part. Please check before you store it."
)


@dataclass(frozen=True, slots=True)
class SchoolLine:
    """One school of a report; ``place_id`` is None for a new one."""

    number: str
    name: str
    form_code: str
    place_id: int | None = None
    fields: tuple[FieldChange, ...] = ()

    @property
    def form(self) -> str:
        """Return the school form in the current language."""
        return form_text(self.form_code)

    @property
    def is_school(self) -> bool:
        """Return False for authorities and teacher training."""
        return self.form_code not in NOT_SCHOOLS


@dataclass(frozen=True, slots=True)
class Report:
    """What a file would change, ready to be shown."""

    rows: int
    elsewhere: int
    encoding: str
    new: tuple[SchoolLine, ...]
    changed: tuple[SchoolLine, ...]
    gone: tuple[SchoolLine, ...]
    came_back: tuple[SchoolLine, ...]
    unchanged: int
    looks_wrong: bool
    remarks: tuple[Remark, ...]
    more_remarks: int
    #: Much of what it would bring held here before.
    looks_older: bool = False
    #: How many entries a file confirms that changes nothing; authorities and seminars are among them.
    confirms: int = 0
    confirms_others: int = 0

    @property
    def number(self) -> int:
        """Return how many schools would change in any way."""
        return len(self.new) + len(self.changed) + len(self.gone) + len(self.came_back)

    @property
    def changed_said(self) -> str:
        """Return how many schools change: "107, of these 71 only pupils or social index"."""
        number = format_number(len(self.changed))
        counted = sum(all(one.field in _COUNTED for one in line.fields) for line in self.changed)
        if not counted:
            return number
        only = _("of these %(n)s only pupils or social index", n=format_number(counted))
        return f"{number}, {only}"

    @property
    def schools_and_others(self) -> str:
        """Return what the new ones are: "4 schools, 6 authorities and seminars"; "" if all are schools."""
        return _apart(len(self.new), sum(not line.is_school for line in self.new))

    @property
    def confirms_said(self) -> str:
        """Return the same of what the file confirms."""
        return _apart(self.confirms, self.confirms_others)


def _apart(every: int, others: int) -> str:
    if not others:
        return ""
    schools = every - others
    parts = [ngettext("%(n)s school", "%(n)s schools", schools)] if schools else []
    return ", ".join([*parts, ngettext("%(n)s authority or seminar", "%(n)s authorities and seminars", others)])


def as_values(session: Session, file: SchoolFile, changes: Changes) -> dict[str, Any]:
    """Return the report as JSON values, with the keys and present names of the schools that are known."""
    known = _known(session)
    return {
        "rows": file.rows,
        "elsewhere": file.elsewhere,
        "encoding": file.encoding,
        "new": [_record_values(record) for record in changes.new],
        "changed": [_change_values(change, known) for change in changes.changed],
        "gone": [[number, known[number][1], known[number][2], known[number][0]] for number in changes.gone],
        "came_back": [_change_values(change, known) for change in changes.came_back],
        "unchanged": changes.unchanged,
        "looks_wrong": changes.looks_wrong,
        "remarks": [[one.message, dict(one.values), one.line, one.about] for one in file.remarks[:MOST_REMARKS]],
        "more_remarks": max(0, len(file.remarks) - MOST_REMARKS),
    }


def report_of(values: dict[str, Any]) -> Report:
    """Return the report that ``as_values`` made."""
    return Report(
        rows=values["rows"],
        elsewhere=values["elsewhere"],
        encoding=values["encoding"],
        new=tuple(map(_line, values["new"])),
        changed=tuple(map(_line, values["changed"])),
        gone=tuple(map(_line, values["gone"])),
        came_back=tuple(map(_line, values["came_back"])),
        unchanged=values["unchanged"],
        looks_wrong=values["looks_wrong"],
        remarks=tuple(Remark(*one) for one in values["remarks"]),
        more_remarks=values["more_remarks"],
        looks_older=values.get("looks_older", False),
        confirms=values.get("confirms", 0),
        confirms_others=values.get("confirms_others", 0),
    )


def _known(session: Session) -> dict[str, tuple[int, str, str]]:
    statement = select(School.number, School.place_id, Place.name, School.form_code).join(School.place)
    return {row[0]: (row[1], row[2], row[3]) for row in session.execute(statement)}


def _record_values(record: SchoolRecord) -> list[Any]:
    return [record.number, record.display_name, record.form_code]


def _change_values(change: SchoolChange, known: dict[str, tuple[int, str, str]]) -> list[Any]:
    place_id, name, form = known[change.record.number]
    fields = [[field.field, _plain(field.old), _plain(field.new)] for field in change.fields]
    return [change.record.number, name, form, place_id, fields]


def _line(values: Sequence[Any]) -> SchoolLine:
    number, name, form, *more = values
    fields = more[1] if len(more) > 1 else ()
    return SchoolLine(
        number,
        name,
        form,
        more[0] if more else None,
        tuple(FieldChange(field, _value(field, old), _value(field, new)) for field, old, new in fields),
    )


def _plain(value: Value) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _value(field: str, value: Any) -> Value:
    if field == "operation_date" and value:
        return date.fromisoformat(value)
    if field == "position" and value:
        east, north = value
        return east, north
    plain: Value = value
    return plain
