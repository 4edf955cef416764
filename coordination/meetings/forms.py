"""Forms of meetings. They check shape, and that a time exists; the services check meaning."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

from wtforms import BooleanField, HiddenField, SelectField, StringField, widgets
from wtforms.validators import ValidationError

from coordination.core import clock
from coordination.core.i18n import format_time, gettext
from coordination.core.i18n import lazy_gettext as _
from coordination.directory.clock_field import ClockField
from coordination.directory.forms import VersionedForm
from coordination.meetings.models import Meeting
from coordination.meetings.services import MeetingInput, Span
from coordination.web.forms import AtMost, DayField, Form, LineField, Needed, TextField, given, tidy_line

Options = list[tuple[int, str]]
FORM_KEY = re.compile(r"[0-9a-f]{32}")
#: A meeting that is longer has a wrong day.
LONGEST = timedelta(days=14)


def new_form_key() -> str:
    """Return what makes one form different from any other."""
    return token_hex(16)


class SecureLinkField(StringField):
    """The address of an online meeting: https only, as it is put into mails and calendars."""

    widget = widgets.URLInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the text, completed."""
        text = tidy_line(valuelist[0]) if valuelist else ""
        self.data = text if not text or "://" in text or " " in text else f"https://{text}"

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms' signature
        """Refuse what is not an https address."""
        if not self.data:
            return
        try:
            parts = urlsplit(self.data)
            is_secure = parts.scheme == "https" and "." in (parts.hostname or "") and " " not in self.data
        except ValueError:
            is_secure = False
        if not is_secure:
            raise ValidationError(gettext("Please give an address that begins with https://."))


class TimesForm(Form):
    """From when to when; the end may be left out, a last day is for what takes several."""

    day = DayField(_("Day"), [Needed()])
    starts = ClockField(_("from"), [Needed()])
    ends = ClockField(_("until"))
    last_day = DayField(_("Last day"), description=_("Only if it takes several days."))

    def span(self, length: timedelta) -> Span | None:
        """Return the times as given, or note at the field what is wrong; ``length`` counts where no end is given.

        Hours that no clock shows, or two, are refused: calendars disagree about them.
        """
        day, starts = given(self.day.data), given(self.starts.data)
        begins = datetime.combine(day, starts)
        ends = self._end(begins, length)
        self.starts.errors = [*self.starts.errors, *_clock_problem(begins)]
        self.ends.errors = [*self.ends.errors, *_clock_problem(ends)]
        if self.last_day.data and self.last_day.data < day:
            self.last_day.errors = [gettext("The last day lies before the first. Please check both.")]
        elif ends <= begins:
            self.ends.errors = [gettext("The end must lie after the beginning. Please check the times.")]
        elif ends - begins > LONGEST:
            self.last_day.errors = [gettext("That is more than two weeks. Please check the last day.")]
        return None if self.errors else Span(begins, ends)

    def _end(self, begins: datetime, length: timedelta) -> datetime:
        last = self.last_day.data or begins.date()
        return begins + length if self.ends.data is None else datetime.combine(last, self.ends.data)

    def keep_span(self, starts_at: datetime, ends_at: datetime) -> None:
        """Fill in what is stored."""
        self.keep(day=starts_at.date(), starts=starts_at.time(), ends=ends_at.time())
        if ends_at.date() != starts_at.date():
            self.keep(last_day=ends_at.date())


def _clock_problem(at: datetime) -> list[str]:
    if clock.is_skipped(at):
        text = gettext("On this night clocks are put forward: %(time)s does not exist. Please choose another time.")
    elif clock.is_doubled(at):
        text = gettext("On this night clocks are put back: %(time)s comes twice. Please choose another time.")
    else:
        return []
    return [text % {"time": format_time(at)}]


class DetailsForm(Form):
    """What stands on a meeting's page beside its time."""

    title = LineField(_("Title"), [AtMost(200)])
    place_id = SelectField(_("Place"), coerce=int, default=0)
    room = LineField(_("Room"), [AtMost(200)], description=_("Or any other place, if it is not in the list."))
    link = SecureLinkField(_("Online link"), [AtMost(500)])
    note = TextField(_("Note"), [AtMost(5000)], description=_("Is said in the invitation."))
    answer_until = DayField(_("Answers until"), description=_("Empty: until the meeting."))
    is_public = BooleanField(_("Public"), description=_("Everybody who is signed in sees when and where it is."))

    def offer(self, places: Options) -> None:
        """Fill in what can be chosen."""
        self.place_id.choices = [(0, gettext("none")), *places]

    def details(self, title: str) -> MeetingInput:
        """Return the input; call after ``validate()`` said yes. ``title`` stands in for one that was left out."""
        return MeetingInput(
            title=self.title.data or title,
            place_id=self.place_id.data or None,
            room=self.room.data or "",
            link=self.link.data or "",
            note=self.note.data or "",
            is_public=bool(self.is_public.data),
            answer_until=self.answer_until.data,
        )

    def keep_details(self, meeting: Meeting) -> None:
        """Fill in what is stored."""
        names = ("title", "room", "link", "note", "answer_until", "is_public")
        self.keep(place_id=meeting.place_id or 0, **{name: getattr(meeting, name) for name in names})


class PlanForm(TimesForm, DetailsForm):
    """A new meeting. ``form_key`` makes of a form that is sent again the same meeting."""

    page_order = ("day", "starts", "ends", "title", "place_id", "room", "link", "last_day")
    form_key = HiddenField()

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse what this page has not made, and give it a mark with which it can be sent again."""
        is_valid: bool = super().validate(extra_validators)
        if not FORM_KEY.fullmatch(self.form_key.data or ""):
            self.form_errors.append(gettext("This form has lost its mark. Please look at it and send it again."))
            self.keep(form_key=new_form_key())
            return False
        return is_valid


class EditForm(DetailsForm, VersionedForm):
    """Everything but the time."""

    def validate_title(self, field: Any) -> None:
        """Refuse a meeting without a title."""
        if not field.data:
            raise ValidationError(gettext("Please fill in this field."))


class MoveForm(TimesForm, VersionedForm):
    """Another time, until when answers to it are wanted, and why."""

    answer_until = DayField(_("Answers until"))
    reason = TextField(_("Reason"), [AtMost(500)], description=_("Those invited will read it."))

    def mark_reason(self) -> None:
        """Say that a reason is wanted; the time can be looked at before there is one."""
        self.reason.flags.required = True


class ReasonForm(VersionedForm):
    """Why a meeting does not take place."""

    reason = TextField(_("Reason"), [Needed(), AtMost(500)], description=_("Those invited will read it."))


class DeadlineForm(VersionedForm):
    """Another day for a deadline, and why."""

    due_on = DayField(_("Day"), [Needed()])
    reason = LineField(_("Reason"), [Needed(), AtMost(500)], description=_("It is shown beside the deadline."))


class StepForm(VersionedForm):
    """Nothing but the version: a click."""
