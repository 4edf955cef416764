"""Forms of posts, their holders and their responsibilities."""

from __future__ import annotations

from wtforms import RadioField, SelectField
from wtforms.validators import ValidationError

from coordination.core.i18n import gettext
from coordination.core.i18n import lazy_gettext as _
from coordination.directory.assignment_forms import NOT_DECIDED, Chosen, Decided
from coordination.directory.forms import Choices, VersionedForm
from coordination.directory.responsibilities.rules import SCOPE_WORDS, Scope
from coordination.directory.responsibilities.services import PostInput, ResponsibilityInput
from coordination.web.forms import AtMost, DayField, Form, LineField, Needed, given


class RenameForm(VersionedForm):
    """What a post is called."""

    function = LineField(_("Name of the post"), [Needed(), AtMost(120)])


class _HolderFields(Form):
    person_id = SelectField(_("Who holds it"), [Decided()], coerce=int, default=NOT_DECIDED)

    def offer(self, people: Choices) -> None:
        """Fill in who can be chosen."""
        please, vacant = gettext("please choose"), gettext("vacant – nobody yet")
        self.person_id.choices = [(NOT_DECIDED, please), (0, vacant), *people]


class PostForm(_HolderFields):
    """A post that is new."""

    page_order = ("function", "person_id", "valid_from")
    function = LineField(_("Name of the post"), [Needed(), AtMost(120)])
    valid_from = DayField(_("First day"), [Needed()])

    def value(self, organisation_id: int) -> PostInput:
        """Return the input; call after ``validate()`` said yes."""
        return PostInput(
            function=given(self.function.data),
            organisation_id=organisation_id,
            person_id=self.person_id.data or None,
            valid_from=given(self.valid_from.data),
        )


class HolderForm(VersionedForm, _HolderFields):
    """Who holds a post from a day on."""

    page_order = ("person_id", "first_on")
    first_on = DayField(_("From which day"), [Needed()])


class ResponsibilityForm(VersionedForm):
    """For what, and where, a post is responsible."""

    page_order = ("topic_id", "scope", "district_id", "form_code", "place_id", "valid_from")
    topic_id = SelectField(_("Topic"), [Chosen()], coerce=int, default=0)
    scope = RadioField(_("Where?"), [Needed()], default=Scope.EVERYWHERE.value)
    district_id = SelectField(_("District"), coerce=int, default=0)
    form_code = SelectField(_("School form"), default="")
    place_id = SelectField(_("Place"), coerce=int, default=0)
    valid_from = DayField(_("First day"), [Needed()])

    def offer(self, topics: Choices, districts: Choices, forms: list[tuple[str, str]], places: Choices) -> None:
        """Fill in what can be chosen."""
        please = gettext("please choose")
        self.scope.choices = [(one.value, gettext(word)) for one, word in SCOPE_WORDS.items()]
        self.topic_id.choices = [(0, please), *topics]
        self.district_id.choices = [(0, please), *districts]
        self.form_code.choices = [("", please), *forms]
        self.place_id.choices = [(0, please), *places]

    def validate_district_id(self, field: SelectField) -> None:
        """Ask for the district where the scope is one."""
        self._wanted(Scope.DISTRICT, field)

    def validate_form_code(self, field: SelectField) -> None:
        """Ask for the school form where the scope is one."""
        self._wanted(Scope.SCHOOL_FORM, field)

    def validate_place_id(self, field: SelectField) -> None:
        """Ask for the place where the scope is one."""
        self._wanted(Scope.PLACE, field)

    def _wanted(self, scope: Scope, field: SelectField) -> None:
        if self.scope.data == scope.value and not field.data:
            raise ValidationError(gettext("Please choose."))

    def value(self) -> ResponsibilityInput:
        """Return the input; call after ``validate()`` said yes."""
        return ResponsibilityInput(
            topic_id=given(self.topic_id.data),
            scope=Scope(given(self.scope.data)),
            valid_from=given(self.valid_from.data),
            district_id=self.district_id.data or None,
            form_code=self.form_code.data or "",
            place_id=self.place_id.data or None,
        )
