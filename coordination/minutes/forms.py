"""Forms of minutes."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, IntegerField, SelectField
from wtforms.widgets import HiddenInput

from coordination.core.i18n import lazy_gettext as _
from coordination.web.forms import AtMost, DayField, Form, LineField, Needed, TextField


class TextForm(Form):
    """One text as it is saved while somebody types."""

    text = TextField()
    version = IntegerField(widget=HiddenInput(), default=0)


class FirstItemForm(Form):
    """The first item of a meeting that has no agenda."""

    title = LineField(_("Title of the item"), [Needed(), AtMost(200)])


class StateForm(Form):
    """A step with minutes that needs nothing but the version it was decided on."""

    version = IntegerField(widget=HiddenInput())


class CirculateForm(StateForm):
    """Until when objections are asked for."""

    until = DayField(_("Objections until"), [Needed()])
    changed = LineField(_("What has changed"), [AtMost(500)])
    seen = HiddenField()


class ApproveForm(StateForm):
    """On which day and where the minutes were approved."""

    approved_on = DayField(_("Approved on"), [Needed()])
    approved_in = SelectField(_("Approved in"), coerce=int)
    reason = LineField(_("Why before the time for objections is over"), [AtMost(500)])
    closes = BooleanField(
        _("Close the meeting as well"),
        description=_("Then nothing about it is open any more; a correction stays possible."),
    )


class CorrectForm(StateForm):
    """Why there is a further version; the texts of the items are added to it by their keys."""

    note = LineField(_("What is corrected, and why"), [Needed(), AtMost(500)])
