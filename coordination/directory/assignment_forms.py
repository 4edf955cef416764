"""Forms of assignments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, Field, HiddenField, IntegerField, RadioField, SelectField, widgets
from wtforms.validators import ValidationError

from coordination.core.errors import RuleViolation
from coordination.core.i18n import format_date, format_number, gettext
from coordination.core.i18n import lazy_gettext as _
from coordination.directory.assignment_inputs import AssignmentInput, input_of
from coordination.directory.assignment_twins import FIELD, Running, Twin
from coordination.directory.clock_field import WeekForm
from coordination.directory.models import Assignment
from coordination.directory.predecessor import CutOff
from coordination.directory.rules import (
    FUNCTION_WORDS,
    FUNDING_WORDS,
    HOLIDAY_WORDS,
    Function,
    Funding,
    HolidayPresence,
    check_span,
)
from coordination.directory.shares import Share, Unit, is_plain, parse_share
from coordination.web.forms import AtMost, DayField, Form, LineField, Needed, given, key_of

#: Neither a person nor "vacant", which is 0.
NOT_DECIDED = -1
FROM_DAY, CORRECTION = "from", "correction"
#: What becomes of what a plan cut off.
GOES_ON, ENDS = "on", "end"


class Chosen:
    """Validator: something other than "please choose" is chosen."""

    field_flags = {"required": True}

    def __call__(self, _form: Any, field: Field) -> None:
        """Raise if nothing was chosen."""
        if not field.data:
            raise ValidationError(gettext("Please choose."))


class Decided:
    """Validator: a person is chosen, or that the post is vacant: a gap is never entered by oversight."""

    field_flags = {"required": True}

    def __call__(self, _form: Any, field: Field) -> None:
        """Raise if nothing was chosen."""
        if field.data == NOT_DECIDED:
            raise ValidationError(gettext("Please choose."))


class AssignmentForm(WeekForm):
    """Who, where, for whom, how much, when."""

    page_order = (
        "scope",
        "from_day",
        "despite_twin",
        "person_id",
        "place_id",
        "employer_id",
        "function",
        "target_group",
        "share",
        "unit",
        "funding",
        "funded_until",
        "valid_from",
        "valid_until",
        "in_holidays",
    )
    person_id = SelectField(_("Person"), [Decided()], coerce=int, default=NOT_DECIDED)
    place_id = SelectField(_("Place"), [Chosen()], coerce=int, default=0)
    employer_id = SelectField(_("Employer"), [Chosen()], coerce=int, default=0)
    function = SelectField(_("Function"), [Needed()])
    target_group = LineField(_("Target group"), [AtMost(120)])
    share = LineField(_("Share"), [AtMost(20)])
    unit = SelectField(_("Posts or hours a week?"), default="")
    funding = SelectField(_("Funding"), [Needed()], default=Funding.UNKNOWN.value)
    funded_until = DayField(_("Funded until"))
    valid_from = DayField(_("First day"), [Needed()])
    valid_until = DayField(_("Last day"))
    in_holidays = SelectField(_("There in school holidays"), default="")
    confirmed = BooleanField(_("These entries have been confirmed"))
    despite_twin = BooleanField(_("It is a further assignment: store it all the same"))
    #: Keys of what was asked about: the tick answers no other question.
    twins_asked = HiddenField()
    says_itself = frozenset({FIELD})
    twins: Sequence[Twin] = ()

    def show(self, violation: RuleViolation) -> None:
        """Put each broken rule beside its field; of assignments that run already remember which."""
        super().show(violation)
        if isinstance(violation, Running):
            self.twins = violation.twins
            self.keep(despite_twin=False, twins_asked=",".join(str(one.id) for one in violation.twins))

    @property
    def despite(self) -> frozenset[int]:
        """Return the keys of those that somebody was asked about, and said that this is a further one."""
        asked = (self.twins_asked.data or "").split(",") if self.despite_twin.data else ()
        return frozenset(key_of(one) for one in asked)

    def offer(
        self, people: list[tuple[int, str]], places: list[tuple[int, str]], employers: list[tuple[int, str]]
    ) -> None:
        """Fill in what can be chosen."""
        please = (0, gettext("please choose"))
        undecided = (NOT_DECIDED, gettext("please choose"))
        self.person_id.choices = [undecided, (0, gettext("vacant – nobody yet")), *people]
        self.place_id.choices = [please, *places]
        self.employer_id.choices = employers if len(employers) == 1 else [please, *employers]
        self.function.choices = [(one.value, gettext(word)) for one, word in FUNCTION_WORDS.items()]
        self.funding.choices = [(one.value, gettext(word)) for one, word in FUNDING_WORDS.items()]
        self.in_holidays.choices = [
            ("", gettext("not said – at schools this counts as “no”")),
            *((one.value, gettext(word)) for one, word in HOLIDAY_WORDS.items()),
        ]
        self.unit.choices = [
            ("", gettext("as the number says")),
            (Unit.POSTS.value, gettext("posts")),
            (Unit.HOURS.value, gettext("hours a week")),
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, then what several of them say together."""
        is_valid = super().validate(extra_validators)
        try:
            self.read_share()
        except RuleViolation as violation:
            if not self.share.errors:
                self.show(violation)
            is_valid = False
        return all([self._check_span(), self.check_pairs(), is_valid])

    def _check_span(self) -> bool:
        """Note an end before the beginning in the same round as everything else."""
        if self.valid_from.data is None or self.valid_until.errors:
            return True
        try:
            check_span(self.valid_from.data, self.valid_until.data)
        except RuleViolation as violation:
            self.show(violation)
            return False
        return True

    def read_share(self) -> Share:
        """Return the share that was typed."""
        unit = self.unit.data if self.unit.data in set(Unit) else ""
        return parse_share(self.share.data or "", Unit(unit) if unit else None)

    def value(self) -> AssignmentInput:
        """Return the input; call after ``validate()`` said yes."""
        return AssignmentInput(
            person_id=self.person_id.data or None,
            place_id=given(self.place_id.data),
            employer_id=given(self.employer_id.data),
            function=Function(given(self.function.data)),
            funding=Funding(given(self.funding.data)),
            valid_from=given(self.valid_from.data),
            valid_until=self.valid_until.data,
            target_group=self.target_group.data or "",
            share=self.read_share(),
            funded_until=self.funded_until.data,
            times=self.times(),
            in_holidays=HolidayPresence(self.in_holidays.data) if self.in_holidays.data else None,
            is_confirmed=bool(self.confirmed.data),
        )

    def keep_assignment(self, assignment: Assignment) -> None:
        """Fill in what is stored."""
        data = input_of(assignment)
        posts, hours = data.share.posts, data.share.hours
        number = posts if posts is not None else hours
        unit = Unit.POSTS if posts is not None else Unit.HOURS
        self.keep(
            person_id=data.person_id or 0,
            place_id=data.place_id,
            employer_id=data.employer_id,
            function=data.function.value,
            target_group=data.target_group,
            share="" if number is None else format_number(float(number), 2),
            # A unit that stays chosen would count the next number in it, whatever that one looks like.
            unit="" if number is None or is_plain(number, unit) else unit.value,
            funding=data.funding.value,
            funded_until=data.funded_until,
            valid_from=data.valid_from,
            valid_until=data.valid_until,
            in_holidays=data.in_holidays.value if data.in_holidays else "",
        )
        self.keep_times(data.times)


class ChangeForm(AssignmentForm):
    """An assignment that is there: the same, and since when the change holds."""

    def tell_both(self, assignment: Assignment, full_week: Decimal) -> None:
        """Say beside the share that a list gave it in posts and in hours, which do not say the same.

        ``full_week``: how many hours a full post has with the employer.
        """
        share = Share(assignment.share_posts, assignment.share_hours)
        hours_say = share.hours_say(full_week)
        if hours_say is not None and share.hours is not None:
            self.share.description = gettext(
                "%(hours)s hours a week are entered too; they would be %(other)s posts. Both stay while you leave the "
                "share as it is; the posts count.",
                hours=format_number(float(share.hours), 2),
                other=format_number(float(hours_say), 2),
            )
        else:
            self.share.description = gettext(
                "For example 0,5 of a post or %(half)s hours of the %(hours)s that this employer has.",
                half=format_number(float(full_week / 2), 2),
                hours=format_number(float(full_week), 2),
            )

    scope = RadioField(_("What has changed?"), [Needed()], default=FROM_DAY)
    from_day = DayField(_("Holds from"))
    version = IntegerField(widget=widgets.HiddenInput(), default=0)

    def offer(
        self, people: list[tuple[int, str]], places: list[tuple[int, str]], employers: list[tuple[int, str]]
    ) -> None:
        """Fill in what can be chosen."""
        super().offer(people, places, employers)
        self.scope.choices = [
            (FROM_DAY, gettext("From a day on something new holds. What was before stays in the history.")),
            (CORRECTION, gettext("It was entered wrongly. The entry itself is put right.")),
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields; a change needs its day, a correction does not."""
        is_valid = super().validate(extra_validators)
        if self.scope.data == FROM_DAY and self.from_day.data is None and not self.from_day.errors:
            self.from_day.errors = [gettext("Please fill in this field.")]
            return False
        return is_valid

    def moves_begin(self, assignment: Assignment) -> bool:
        """Return whether another first day was typed although the change only holds from a day on."""
        return self.since is not None and self.valid_from.data != assignment.valid_from

    @property
    def since(self) -> date | None:
        """Return the day from which the change holds; None for a correction."""
        return self.from_day.data if self.scope.data == FROM_DAY else None


class EndForm(Form):
    """The last day of something."""

    last_on = DayField(_("Last day"), [Needed()])
    version = IntegerField(widget=widgets.HiddenInput(), default=0)
    shown = HiddenField()


class WithdrawForm(Form):
    """Nothing but the version that was looked at."""

    version = IntegerField(widget=widgets.HiddenInput(), default=0)


class PlanWithdrawForm(WithdrawForm):
    """The same of an assignment that was planned, which may have cut off another one."""

    before = RadioField(_("What becomes of the assignment before?"), choices=[], validate_choice=False)

    def offer(self, cut: CutOff | None, *, goes_on: bool, is_first: bool) -> None:
        """Fill in what can be chosen where another assignment was cut off; ``goes_on`` if that is the likely wish.

        It is chosen beforehand when the form ``is_first`` shown: what is sent without a choice asks for one.
        """
        if cut is None or cut.assignment.valid_until is None:
            return
        who = cut.assignment.person.name if cut.assignment.person else gettext("vacant")
        ended = format_date(cut.assignment.valid_until)
        if cut.until is None:
            on = gettext("%(name)s goes on as before, without an end.", name=who)
        else:
            on = gettext("%(name)s goes on as before, until %(day)s.", name=who, day=format_date(cut.until))
        self.before.choices = [(GOES_ON, on), (ENDS, gettext("%(name)s still ends on %(day)s.", name=who, day=ended))]
        self.before.validate_choice = True
        self.before.validators = [Needed()]
        if self.before.data is None and is_first:
            self.before.data = GOES_ON if goes_on else ENDS

    @property
    def lets_go_on(self) -> bool:
        """Return whether the assignment before shall go on as before."""
        return bool(self.before.data == GOES_ON)
