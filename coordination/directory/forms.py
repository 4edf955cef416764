"""Forms of people, organisations, places, and days off."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, Field, HiddenField, IntegerField, SelectField, widgets
from wtforms.validators import ValidationError

from coordination.core.errors import RuleViolation
from coordination.core.i18n import format_number, gettext
from coordination.core.i18n import lazy_gettext as _
from coordination.core.phones import TOO_SHORT, display_phone, is_too_short, parse_phone
from coordination.directory.further.field import FurtherForm
from coordination.directory.models import Organisation, Person, Place
from coordination.directory.person_services import PersonInput
from coordination.directory.position_field import PositionField, written
from coordination.directory.rules import ORGANISATION_WORDS, PLACE_WORDS, OrganisationKind, PlaceKind
from coordination.directory.sites.twins import FIELD, SameSite
from coordination.directory.unit_services import OWN_KINDS, OrganisationInput, PlaceInput
from coordination.directory.website_field import WebsiteField
from coordination.web.forms import (
    AtMost,
    DayField,
    EmailAddress,
    EmailField,
    Form,
    LineField,
    MultiCheckboxField,
    Needed,
    given,
)

Choices = list[tuple[int, str]]
_HOURS = re.compile(r"[0-9]{1,2}(?:[.,][0-9]{1,2})?")


class PhoneField(LineField):
    """An official telephone number in any spelling; ``number`` is what is stored.

    What is ``stored`` already stays as it is, also if it would not be taken today: somebody changes something else.
    """

    widget = widgets.TelInput()
    stored = ""

    @property
    def _is_left(self) -> bool:
        return bool(self.stored) and self.data in (self.stored, display_phone(self.stored))

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms' signature
        """Refuse what is not one telephone number."""
        if not self.data or self._is_left or parse_phone(self.data) is not None:
            return
        if is_too_short(self.data):
            raise ValidationError(gettext(TOO_SHORT))
        raise ValidationError(gettext("This is not a telephone number. Please write it like 0521 51-1234."))

    @property
    def number(self) -> str:
        """Return the number in E.164, or ""; what was left as it is, as it is stored."""
        if self._is_left:
            return self.stored
        return (parse_phone(self.data) or "") if self.data else ""


class Postcode:
    """Validator: five digits."""

    def __call__(self, _form: Any, field: Field) -> None:
        """Raise if something else is given."""
        if field.data and not (len(field.data) == 5 and field.data.isascii() and field.data.isdigit()):
            raise ValidationError(gettext("A postcode has five digits."))


class VersionedForm(Form):
    """A form of a stored row: carries the version it was filled from."""

    version = IntegerField(widget=widgets.HiddenInput(), default=0)


class PersonForm(VersionedForm):
    """A professional with official contact."""

    page_order = (
        "given_name",
        "family_name",
        "title",
        "organisation_id",
        "function",
        "valid_from",
        "email",
        "phone",
        "mobile",
    )
    title = LineField(_("Title"), [AtMost(40)])
    given_name = LineField(_("Given name"), [Needed(), AtMost(80)])
    family_name = LineField(_("Family name"), [Needed(), AtMost(80)])
    function = LineField(_("Function"), [AtMost(120)])
    organisation_id = SelectField(_("Organisation"), coerce=int, default=0)
    valid_from = DayField(_("First day"))
    phone = PhoneField(_("Phone (office)"), [AtMost(40)])
    mobile = PhoneField(_("Official mobile"), [AtMost(40)])
    email = EmailField(_("Official e-mail"), [AtMost(320), EmailAddress()])
    seen = HiddenField()

    def offer(self, organisations: Choices, *, may_be_none: bool) -> None:
        """Fill in what can be chosen."""
        self.organisation_id.choices = [*([(0, gettext("none"))] if may_be_none else []), *organisations]

    def leave(self, person: Person) -> None:
        """Take the numbers that are stored as they are."""
        self.phone.stored, self.mobile.stored = person.phone, person.mobile

    def value(self) -> PersonInput:
        """Return the input; call after ``validate()`` said yes."""
        return PersonInput(
            title=self.title.data or "",
            given_name=given(self.given_name.data),
            family_name=given(self.family_name.data),
            function=self.function.data or "",
            organisation_id=self.organisation_id.data or None,
            phone=self.phone.number,
            mobile=self.mobile.number,
            email=self.email.data or "",
            valid_from=self.valid_from.data,
        )

    def keep_person(self, person: Person) -> None:
        """Fill in what is stored."""
        self.keep(
            title=person.title,
            given_name=person.given_name,
            family_name=person.family_name,
            function=person.function,
            organisation_id=person.organisation_id or 0,
            phone=display_phone(person.phone),
            mobile=display_phone(person.mobile),
            email=person.email,
            valid_from=person.valid_from,
            version=person.version,
        )


class ContactForm(VersionedForm):
    """What organisations and places have in common."""

    name = LineField(_("Name"), [Needed(), AtMost(200)])
    phone = PhoneField(_("Phone"), [AtMost(40)])
    email = EmailField(_("E-mail"), [AtMost(320), EmailAddress()])
    website = WebsiteField(_("Website"), [AtMost(300)])
    street = LineField(_("Street and number"), [AtMost(120)])
    postcode = LineField(_("Postcode"), [Postcode()])
    city = LineField(_("Town"), [AtMost(80)])

    def contact(self) -> dict[str, str]:
        """Return the common fields as they are stored."""
        texts = {name: self[name].data or "" for name in ("name", "email", "website", "street", "postcode", "city")}
        return texts | {"phone": self.phone.number}

    def keep_contact(self, row: Organisation | Place) -> None:
        """Fill in what is stored."""
        names = ("name", "email", "website", "street", "postcode", "city", "version")
        self.keep(phone=display_phone(row.phone), **{name: getattr(row, name) for name in names})


class WeekField(LineField):
    """Hours of a full post as people write them: "38,5"; ``hours`` is what is stored, None for nothing."""

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms' signature
        """Refuse what is no number, or no full week of anybody."""
        if self.data and not (_HOURS.fullmatch(self.data) and 10 <= given(self.hours) <= 48):
            raise ValidationError(
                gettext("Please write the hours of a full week, between 10 and 48, like 38,5 or 39,83.")
            )

    @property
    def hours(self) -> Decimal | None:
        """Return the number typed."""
        return Decimal(self.data.replace(",", ".")).quantize(Decimal("0.01")) if self.data else None


class OrganisationForm(ContactForm):
    """A node of the tree."""

    page_order = (
        *("name", "short_name", "kind", "parent_id", "weekly_hours"),
        *("street", "postcode", "city", "phone", "email", "website"),
    )
    kind = SelectField(_("Kind"), [Needed()])
    short_name = LineField(_("Short name"), [AtMost(60)])
    parent_id = SelectField(_("Belongs to"), coerce=int, default=0)
    weekly_hours = WeekField(_("Weekly hours of a full post"), [AtMost(40)])

    def offer(self, organisations: Choices, *, may_be_none: bool) -> None:
        """Fill in what can be chosen."""
        none = [(0, gettext("nothing above it"))] if may_be_none else []
        self.parent_id.choices = [*none, *organisations]
        self.kind.choices = [(kind.value, gettext(word)) for kind, word in ORGANISATION_WORDS.items()]

    def value(self) -> OrganisationInput:
        """Return the input; call after ``validate()`` said yes."""
        return OrganisationInput(
            kind=OrganisationKind(given(self.kind.data)),
            parent_id=self.parent_id.data or None,
            short_name=self.short_name.data or "",
            weekly_hours=self.weekly_hours.hours,
            **self.contact(),
        )

    def keep_row(self, row: Organisation) -> None:
        """Fill in what is stored."""
        self.keep_contact(row)
        self.keep(weekly_hours="" if row.weekly_hours is None else format_number(float(row.weekly_hours), 2))
        self.keep(kind=row.kind.value, short_name=row.short_name, parent_id=row.parent_id or 0)


class SpacesForm(VersionedForm, FurtherForm):
    """What forms of places have in common: the social spaces that a place belongs to, and its further districts."""

    space_ids = MultiCheckboxField(_("Social spaces"), coerce=int)
    stored_spaces: Sequence[int] = ()

    def offer_spaces(self, spaces: Choices, chosen: Collection[int]) -> None:
        """Fill in the social spaces, and remember which of them are stored; a city that keeps none is not asked."""
        if spaces:
            self.space_ids.choices = spaces
            self.stored_spaces = list(chosen)
        else:
            del self.space_ids

    def keep_spaces(self) -> None:
        """Tick what is stored."""
        if "space_ids" in self:
            self.keep(space_ids=self.stored_spaces)

    @property
    def chosen_spaces(self) -> list[int] | None:
        """Return the keys that are ticked; None: it was not asked."""
        return self["space_ids"].data or [] if "space_ids" in self else None


class PlaceForm(ContactForm, SpacesForm):
    """A facility, day care, site of a school or other place."""

    page_order = (
        *("name", "despite_twin", "kind", "facility_type", "parent_id", "operator_id", "district_id"),
        *("further_ids", "space_ids"),
        *("street", "postcode", "city", "position", "phone", "email", "website", "source_note"),
    )
    kind = SelectField(_("Kind"), [Needed()])
    facility_type = LineField(_("In the words of the field"), [AtMost(80)])
    operator_id = SelectField(_("Run by"), coerce=int, default=0)
    parent_id = SelectField(_("Site of the school"), coerce=int, default=0)
    district_id = SelectField(_("District"), coerce=int, default=0)
    position = PositionField(_("Position on the map"), [AtMost(100)])
    source_note = LineField(_("Where this is known from"), [AtMost(300)])
    despite_twin = BooleanField(_("It is another building: store it all the same"))
    #: What that question was about: the tick answers no other one.
    twin_asked = HiddenField(default="")
    says_itself = frozenset({FIELD})
    #: What is called the same at the school: key, name, and since when it is closed.
    twins: Sequence[tuple[int, str, str]] = ()

    def show(self, violation: RuleViolation) -> None:
        """Put each broken rule beside its field; of sites called the same remember which."""
        super().show(violation)
        if isinstance(violation, SameSite):
            self.twins = violation.twins
            self.keep(despite_twin=False, twin_asked=violation.asked)

    @property
    def answered_twin(self) -> str:
        """Return the question to which somebody said that a site is another than the one that is called the same."""
        return (self.twin_asked.data or "") if self.despite_twin.data and "parent_id" in self else ""

    def offer(
        self, operators: Choices, districts: Choices, schools: Choices | None, *, is_listed: bool = False
    ) -> None:
        """Fill in what can be chosen.

        Args:
            operators: who can run it.
            districts: where it can lie.
            schools: what a site can belong to; None: the actor may not enter sites of schools.
            is_listed: the official list says where it lies, so the position is not asked.
        """
        everywhere = schools is not None
        kinds = [kind for kind in OWN_KINDS if everywhere or kind is not PlaceKind.SCHOOL_SITE]
        self.kind.choices = [(kind.value, gettext(PLACE_WORDS[kind])) for kind in kinds]
        self.operator_id.choices = [*([(0, gettext("not known"))] if everywhere else []), *operators]
        self.district_id.choices = [(0, gettext("not known")), *districts]
        self.parent_id.choices = [(0, gettext("none")), *(schools or [])]
        if not everywhere:
            del self.parent_id
        if is_listed:
            del self.position

    def value(self) -> PlaceInput:
        """Return the input; call after ``validate()`` said yes."""
        kind = PlaceKind(given(self.kind.data))
        parent = self["parent_id"].data if "parent_id" in self else None
        east, north = (self.position.spot if "position" in self else None) or (None, None)
        return PlaceInput(
            kind=kind,
            operator_id=self.operator_id.data or None,
            parent_id=(parent or None) if kind is PlaceKind.SCHOOL_SITE else None,
            district_id=self.district_id.data or None,
            facility_type=self.facility_type.data or "",
            utm_east=east,
            utm_north=north,
            source_note=self.source_note.data or "",
            **self.contact(),
        )

    def keep_row(self, row: Place) -> None:
        """Fill in what is stored."""
        self.keep_contact(row)
        self.keep(
            kind=row.kind.value,
            facility_type=row.facility_type,
            operator_id=row.operator_id or 0,
            district_id=row.district_id or 0,
            source_note=row.source_note,
        )
        self.keep_further()
        self.keep_spaces()
        if "parent_id" in self:
            self.keep(parent_id=row.parent_id or 0)
        if "position" in self:
            self.keep(position=written(row))


class SchoolForm(SpacesForm):
    """What the official list does not say of a school."""

    page_order = ("district_id", "operator_id", "further_ids", "space_ids")

    operator_id = SelectField(_("Run by"), coerce=int, default=0)
    district_id = SelectField(_("District"), coerce=int, default=0)

    def offer(self, operators: Choices, districts: Choices) -> None:
        """Fill in what can be chosen."""
        self.operator_id.choices = [(0, gettext("not known")), *operators]
        self.district_id.choices = [(0, gettext("not known")), *districts]

    def keep_row(self, row: Place) -> None:
        """Fill in what is stored."""
        self.keep(operator_id=row.operator_id or 0, district_id=row.district_id or 0, version=row.version)
        self.keep_further()
        self.keep_spaces()


class AbsenceForm(Form):
    """Days on which somebody is not there. There is no field for a reason, and there will be none."""

    first_on = DayField(_("First day"), [Needed()])
    last_on = DayField(_("Last day"))
    substitute_id = SelectField(_("Substitute"), coerce=int, default=0)

    def offer(self, people: Choices) -> None:
        """Fill in who can stand in."""
        self.substitute_id.choices = [(0, gettext("nobody named")), *people]


class AbsenceEditForm(AbsenceForm):
    """The same, of an absence that is entered: with what its form had shown."""

    seen = HiddenField()


class FreeDaysForm(Form):
    """A day off, or a range of them."""

    first = DayField(_("First day"), [Needed()])
    last = DayField(_("Last day"))
