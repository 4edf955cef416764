"""Forms of decisions and tasks. They check shape; the services check meaning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import ValidationError

from coordination.core.i18n import gettext
from coordination.core.i18n import lazy_gettext as _
from coordination.decisions.models import Decision, Task
from coordination.decisions.rules import (
    KIND_WORDS,
    STATUS_WORDS,
    DecisionKind,
    Means,
    Result,
    Status,
    Votes,
)
from coordination.decisions.services import DecisionInput, TaskInput
from coordination.decisions.status_services import CHOICES, StatusInput
from coordination.directory.clock_field import ClockField
from coordination.directory.forms import VersionedForm
from coordination.meetings.forms import FORM_KEY, new_form_key
from coordination.web.forms import AtMost, DayField, Form, Needed, NeededLater, SelectChoice, TextField, given

Options = Sequence[tuple[int, str]]
MEANS_CHOICES = {Means.CONSENSUS: _("by consensus"), Means.VOTE: _("by vote")}
#: More votes than anybody counts in a room.
MOST_VOTES = 1000


class CountField(IntegerField):
    """How many voted so; nothing typed is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take a whole number, or nothing as 0."""
        text = valuelist[0].strip() if valuelist else ""
        self.data = 0
        if not text:
            return
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 4 or int(digits) > MOST_VOTES:
            raise ValueError(gettext("Please give a whole number."))
        self.data = int(text)
        if self.data < 0:
            raise ValueError(gettext("A number of votes cannot be below zero."))


class KeyedForm(VersionedForm):
    """A form that is new or of a stored row: its key makes of one that is sent again the same row."""

    #: What these ticks say is why one may want to set them.
    says_itself = frozenset({"despite_votes", "despite_due"})
    form_key = HiddenField()

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse what this page has not made, and give it a mark with which it can be sent again."""
        is_valid: bool = super().validate(extra_validators)
        if not self.version.data and not FORM_KEY.fullmatch(self.form_key.data or ""):
            self.form_errors.append(gettext("This form has lost its mark. Please look at it and send it again."))
            self.keep(form_key=new_form_key())
            return False
        return is_valid


def _items(items: Options) -> list[Any]:
    """Return the agenda to choose from: nothing is chosen beforehand, so that nothing lands at the first item."""
    if not items:
        return []
    return [SelectChoice(0, gettext("Please choose")), *[SelectChoice(key, label) for key, label in items]]


class DecisionForm(KeyedForm):
    """What was decided, how, and who carries it out."""

    item_id = SelectField(_("Item of the agenda"), [Needed()], coerce=int, default=0)
    kind = RadioField(_("Kind"), [Needed()], default=DecisionKind.DECISION.value)
    text = TextField(
        _("Wording"), [NeededLater(), AtMost(5000)], description=_("As it was decided; it stands on its own.")
    )
    means = RadioField(_("How it was settled"), [Needed()], default=Means.CONSENSUS.value)
    yes = CountField(_("Yes"), default=0)
    no = CountField(_("No"), default=0)
    abstained = CountField(_("Abstentions"), default=0)
    invalid = CountField(_("Invalid"), default=0)
    conflicted = CountField(
        _("Took no part"), default=0, description=_("Conflict of interest: neither advised nor voted.")
    )
    despite_votes = BooleanField(
        _("Record it all the same"), description=_("It is seen with the decision that the votes do not add up.")
    )
    chair_voted_yes = RadioField(_("At equal votes the chair decided"), default="")
    voted_at = ClockField(_("Time of the vote"))
    unit_id = SelectField(_("Unit in charge"), coerce=int, default=0)
    due_on = DayField(_("Due"))
    despite_due = BooleanField(_("Record it with this day all the same"))
    follow_up_on = DayField(_("Look at it again"))

    def offer(self, items: Options, units: Options) -> None:
        """Fill in what can be chosen."""
        self.item_id.choices = _items(items)
        self.unit_id.choices = [SelectChoice(0, gettext("none")), *[SelectChoice(key, name) for key, name in units]]
        self.kind.choices = [SelectChoice(one.value, gettext(KIND_WORDS[one])) for one in DecisionKind]
        self.means.choices = [SelectChoice(one.value, str(word)) for one, word in MEANS_CHOICES.items()]
        self.chair_voted_yes.choices = [
            SelectChoice("yes", gettext("for it")),
            SelectChoice("no", gettext("against it")),
            SelectChoice("", gettext("not asked")),
        ]

    def value(self) -> DecisionInput:
        """Return the input; call after ``validate()`` said yes."""
        votes = Votes(
            *(field.data or 0 for field in (self.yes, self.no, self.abstained, self.conflicted, self.invalid))
        )
        return DecisionInput(
            item_id=given(self.item_id.data),
            kind=DecisionKind(given(self.kind.data)),
            text=given(self.text.data),
            means=Means(given(self.means.data)),
            votes=votes,
            chair_voted_yes={"yes": True, "no": False}.get(self.chair_voted_yes.data or ""),
            voted_at=self.voted_at.data,
            unit_id=self.unit_id.data or None,
            due_on=self.due_on.data,
            follow_up_on=self.follow_up_on.data,
            despite_votes=self.despite_votes.data,
            despite_due=self.despite_due.data,
        )

    def keep_decision(self, row: Decision) -> None:
        """Fill in what is stored."""
        names = ("item_id", "text", "yes", "no", "abstained", "invalid", "conflicted", "voted_at", "due_on")
        chair = ("yes" if row.result is Result.ACCEPTED else "no") if row.chair_decided else ""
        self.keep(
            **{name: getattr(row, name) for name in names},
            version=row.version,
            despite_votes=row.despite_votes,
            kind=row.kind.value,
            means=row.means.value,
            unit_id=row.unit_id or 0,
            follow_up_on=row.follow_up_on,
            chair_voted_yes=chair,
        )


class TaskForm(KeyedForm):
    """What somebody took on."""

    item_id = SelectField(_("Item of the agenda"), [Needed()], coerce=int, default=0)
    text = TextField(_("Task"), [NeededLater(), AtMost(500)])
    person_id = SelectField(_("Person"), coerce=int, default=0)
    unit_id = SelectField(_("Unit"), coerce=int, default=0)
    due_on = DayField(_("Due"))
    despite_due = BooleanField(_("Record it with this day all the same"))

    def offer(self, items: Options, people: Options, units: Options) -> None:
        """Fill in what can be chosen."""
        self.item_id.choices = _items(items)
        for field, options in ((self.person_id, people), (self.unit_id, units)):
            field.choices = [SelectChoice(0, gettext("none")), *[SelectChoice(key, name) for key, name in options]]

    def value(self) -> TaskInput:
        """Return the input; call after ``validate()`` said yes."""
        return TaskInput(
            item_id=given(self.item_id.data),
            text=given(self.text.data),
            person_id=self.person_id.data or None,
            unit_id=self.unit_id.data or None,
            due_on=self.due_on.data,
            despite_due=self.despite_due.data,
        )

    def keep_task(self, row: Task) -> None:
        """Fill in what is stored."""
        self.keep(
            version=row.version,
            item_id=row.item_id,
            text=row.text,
            person_id=row.person_id or 0,
            unit_id=row.unit_id or 0,
            due_on=row.due_on,
        )


class WithdrawForm(VersionedForm):
    """Why a decision is taken back."""

    reason = TextField(_("Reason"), [Needed(), AtMost(500)], description=_("It is shown with the decision."))


class StatusForm(Form):
    """How far it is; ``choices`` are fewer behind a link."""

    status = RadioField(_("How far is it?"), [Needed(_("Please choose how far it is."))])
    note = TextField(_("Note"), [AtMost(500)])

    def offer(self, *, by_link: bool) -> None:
        """Fill in what can be chosen."""
        choices = CHOICES if by_link else tuple(Status)
        self.status.choices = [SelectChoice(one.value, gettext(STATUS_WORDS[one])) for one in choices]

    def validate_status(self, field: Any) -> None:
        """Refuse what is no status."""
        if field.data not in set(Status):
            raise ValidationError(gettext("Please choose how far it is."))

    def value(self) -> StatusInput:
        """Return the input; call after ``validate()`` said yes."""
        return StatusInput(Status(given(self.status.data)), self.note.data or "")
