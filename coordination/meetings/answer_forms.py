"""Forms of invitations and answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from wtforms import BooleanField, HiddenField, RadioField, SelectField

from coordination.core.i18n import gettext
from coordination.core.i18n import lazy_gettext as _
from coordination.directory.models import Person
from coordination.meetings.answer_services import AnswerInput
from coordination.meetings.answers import CHOICES
from coordination.meetings.models import Invitation
from coordination.meetings.rules import Answer
from coordination.web.forms import AtMost, Form, Needed, SelectChoice, TextField, given

#: What one says of oneself; lists say "zugesagt".
CHOICE_WORDS = {
    Answer.ACCEPTED: _("I am coming"),
    Answer.TENTATIVE: _("Perhaps"),
    Answer.DECLINED: _("I am not coming"),
}


#: The same of somebody for whom the office enters it.
OTHERS_WORDS = {
    Answer.ACCEPTED: _("Comes"),
    Answer.TENTATIVE: _("Perhaps comes"),
    Answer.DECLINED: _("Does not come"),
}


_ASK = _("Please choose whether you come.")
_ASK_OF_OTHER = _("Please choose what was answered.")


class AnswerForm(Form):
    """Whether one comes; by link, or signed in."""

    said: Mapping[Answer, object] = CHOICE_WORDS

    # The stubs do not know the message yet.
    answer = RadioField(_("The answer"), [Needed(_ASK)], invalid_choice_message=_ASK)  # type: ignore[call-arg]
    deputy_id = SelectField(
        _("Deputy"), coerce=int, default=0, description=_("Only if you are not coming. This person is invited at once.")
    )
    comment = TextField(_("Note to the office"), [AtMost(500)])
    #: The beginning that the page shows: an answer holds for this date and no other.
    seen = HiddenField()

    #: Why some deputies are not offered, in sentences.
    taken: Sequence[str] = ()

    def offer(self, deputies: Sequence[Person], taken: Sequence[str] = ()) -> None:
        """Fill in what can be chosen; without deputies the field goes. ``taken`` says who cannot be, and why."""
        self.taken = taken
        self.answer.choices = [SelectChoice(one.value, str(self.said[one])) for one in CHOICES]
        if deputies:
            options = [SelectChoice(one.id, one.name) for one in deputies]
            self.deputy_id.choices = [SelectChoice(0, gettext("nobody")), *options]
        else:
            del self.deputy_id

    def keep_answer(self, row: Invitation, deputy_id: int | None) -> None:
        """Fill in what was answered last."""
        if row.answer is Answer.OPEN:
            return
        delegated = row.answer is Answer.DELEGATED
        self.keep(answer=(Answer.DECLINED if delegated else row.answer).value, comment=row.comment)
        if "deputy_id" in self:
            self.keep(deputy_id=deputy_id or 0)

    def value(self) -> AnswerInput:
        """Return the answer; call after ``validate()`` said yes."""
        deputy = self.deputy_id.data if "deputy_id" in self else None
        answer = Answer(given(self.answer.data))
        return AnswerInput(answer, self.comment.data or "", deputy or None, seen=self.seen.data or "")

    def ask_again(self, starts_at: datetime) -> None:
        """Show the page for another date than was answered to: nothing is chosen yet."""
        self.keep(seen=starts_at.isoformat(), answer=None)


class OfficeAnswerForm(AnswerForm):
    """The same as the office enters it for somebody who rang up: it speaks of them, and the remark is the office's."""

    said = OTHERS_WORDS
    answer = RadioField(_("The answer"), [Needed(_ASK_OF_OTHER)], invalid_choice_message=_ASK_OF_OTHER)  # type: ignore[call-arg]
    deputy_id = SelectField(
        _("Deputy"), coerce=int, default=0, description=_("Only for “does not come”. This person is invited at once.")
    )
    comment = TextField(_("Remark"), [AtMost(500)])

    def keep_answer(self, row: Invitation, deputy_id: int | None) -> None:
        """Fill in what was answered last, without its remark: it belongs to that answer."""
        super().keep_answer(row, deputy_id)
        self.keep(comment="")


class PlanForm(Form):
    """The mark of the plan that was looked at."""

    seen = HiddenField()


class GuestForm(Form):
    """Somebody who is asked to this one meeting."""

    person_id = SelectField(_("Person"), [Needed()], coerce=int)
    is_informed = BooleanField(
        _("For information only"),
        description=_("Gets the date as a file and no question. Is not counted."),
    )
