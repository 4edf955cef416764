"""The forms of a succession: what follows from which day on."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, SelectField

from coordination.core.errors import RuleViolation
from coordination.core.i18n import gettext
from coordination.core.i18n import lazy_gettext as _
from coordination.directory.assignment_forms import Chosen
from coordination.directory.forms import VersionedForm
from coordination.directory.successions.days import FIELD
from coordination.directory.successions.models import PlaceSuccession
from coordination.directory.successions.services import SuccessionInput
from coordination.web.forms import AtMost, DayField, LineField, Needed, given


class SuccessionEditForm(VersionedForm):
    """What can be changed of a succession; another successor is another entry."""

    page_order = ("successor_id", "on_day", "despite_day", "ends_predecessor", "source_note")
    says_itself = frozenset({FIELD})
    on_day = DayField(_("First day of the succession"), [Needed()])
    despite_day = BooleanField(_("Store it with this day all the same"))
    #: What that question was about: the tick answers no other one.
    day_asked = HiddenField(default="")
    ends_predecessor = BooleanField(_("This place ends on the day before"))
    source_note = LineField(_("Source"), [AtMost(300)])

    def input(self, successor_id: int) -> SuccessionInput:
        """Return the input about a successor; call after ``validate()`` said yes."""
        return SuccessionInput(
            successor_id=successor_id,
            on_day=given(self.on_day.data),
            source_note=self.source_note.data or "",
            ends_predecessor=bool(self.ends_predecessor.data),
        )

    def asks_about(self, successor_id: int) -> str:
        """Return what a question about the day would be about."""
        return f"{successor_id}|{self.on_day.data}"

    def means_day(self, successor_id: int) -> bool:
        """Return whether somebody said that this day is meant, and was asked about this one."""
        return bool(self.despite_day.data) and self.day_asked.data == self.asks_about(successor_id)

    def ask(self, violation: RuleViolation, successor_id: int) -> None:
        """Show what is broken; of a day that is asked about remember which."""
        self.show(violation)
        if violation.field == FIELD:
            self.keep(despite_day=False, day_asked=self.asks_about(successor_id))

    def keep_row(self, row: PlaceSuccession) -> None:
        """Fill in what is stored."""
        names = ("on_day", "source_note", "version")
        self.keep(ends_predecessor=row.gives_end, **{name: getattr(row, name) for name in names})


class SuccessionForm(SuccessionEditForm):
    """A new succession."""

    successor_id = SelectField(_("What follows"), [Chosen()], coerce=int, default=0)

    def offer(self, places: list[tuple[int, str]]) -> None:
        """Fill in what can be chosen."""
        self.successor_id.choices = [(0, gettext("please choose")), *places]
