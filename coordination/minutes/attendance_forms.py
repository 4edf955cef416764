"""The list of those present as a form: one line of fields for each person, and one for who came besides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time

from werkzeug.datastructures import MultiDict
from wtforms import SelectField

from coordination.core.i18n import gettext as _
from coordination.directory.clock_field import ClockField
from coordination.minutes.attendance import Line, Sheet
from coordination.minutes.attendance_services import Entry, Newcomer
from coordination.minutes.rules import PRESENCE_WORDS, Presence, There
from coordination.web.forms import Form, SelectChoice, key_of


def _key(value: object) -> int:
    return value if isinstance(value, int) else key_of(str(value))


@dataclass(frozen=True, slots=True)
class Fields:
    """The names of one person's fields."""

    line: Line

    def name(self, part: str) -> str:
        """Return the name of one field: "came_7"."""
        return f"{part}_{self.line.person.id}"


def form_for(sheet: Sheet, sent: MultiDict[str, str] | None = None) -> Form:
    """Return the form of a sheet, filled from it, or with what was sent."""
    members = [SelectChoice(0, _("nobody")), *(SelectChoice(one.person.id, one.person.name) for one in sheet.members)]

    class AttendanceForm(Form):
        """Made anew for each list: its fields are those of its people."""

    for line in sheet.lines:
        of = Fields(line).name
        name = line.person.name
        presences = [SelectChoice(one.value, _(PRESENCE_WORDS[one])) for one in Presence]
        setattr(AttendanceForm, of("presence"), SelectField(_("%(name)s: attendance", name=name), choices=presences))
        setattr(AttendanceForm, of("came"), ClockField(_("%(name)s: came", name=name)))
        setattr(AttendanceForm, of("left"), ClockField(_("%(name)s: left", name=name)))
        own = [one for one in members if one.value != line.person.id]
        setattr(
            AttendanceForm,
            of("for"),
            SelectField(_("%(name)s: in place of", name=name), choices=own, coerce=_key, validate_choice=False),
        )
    AttendanceForm.newcomer = SelectField(_("Somebody else is there"), choices=[], coerce=_key, validate_choice=False)
    AttendanceForm.newcomer_for = SelectField(_("In place of"), choices=members, coerce=_key, validate_choice=False)
    if sent is not None:
        return AttendanceForm(sent)
    form = AttendanceForm()
    for line in sheet.lines:
        of = Fields(line).name
        form.keep(**{of("presence"): line.there.presence.value, of("came"): line.there.came_at})
        form.keep(**{of("left"): line.there.left_at, of("for"): line.there.stands_in_for_id or 0})
    return form


def offer(form: Form, people: Sequence[tuple[int, str]]) -> None:
    """Put people to choose from into a form that was made before they were known."""
    field = form["newcomer"]
    if isinstance(field, SelectField):
        field.choices = [SelectChoice(0, _("Please choose")), *(SelectChoice(*one) for one in people)]


def entries(form: Form, sheet: Sheet, marks: Mapping[str, str]) -> list[Entry]:
    """Return what a validated form says of each person whose line it had."""
    found = []
    for line in sheet.lines:
        of = Fields(line).name
        mark = marks.get(of("was"))
        if mark is None:
            continue
        came: time | None = form[of("came")].data
        left: time | None = form[of("left")].data
        member = form[of("for")].data or None
        there = There(line.person.id, line.there.role, Presence(form[of("presence")].data), came, left, member)
        found.append(Entry(there, mark))
    return found


def newcomer(form: Form) -> Newcomer | None:
    """Return who came without being on the list."""
    key = form["newcomer"].data
    return Newcomer(key, form["newcomer_for"].data or None) if key else None
