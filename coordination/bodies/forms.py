"""Forms of bodies, seats, members and deputies. They check shape; the services check meaning."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, SelectField
from wtforms.validators import ValidationError

from coordination.bodies.choices import Options
from coordination.bodies.deputy_services import DeputyInput
from coordination.bodies.models import Body
from coordination.bodies.rules import (
    FILLED_BY_WORDS,
    KIND_WORDS,
    LEVEL_WORDS,
    ROLE_WORDS,
    USUAL_LEVEL,
    BodyKind,
    BodyLevel,
    FilledBy,
)
from coordination.bodies.seat_services import MemberInput, SeatInput
from coordination.bodies.services import BodyInput
from coordination.core.access import BodyRole
from coordination.core.i18n import gettext
from coordination.core.i18n import lazy_gettext as _
from coordination.directory.forms import VersionedForm
from coordination.web.forms import (
    AtMost,
    DayField,
    LineField,
    MultiCheckboxField,
    Needed,
    SelectChoice,
    TextField,
    given,
)

#: Longest name of a topic.
TOPIC = 120


def words_of(words: Any) -> list[Any]:
    """Return the options of a list of values with their words."""
    return [SelectChoice(value.value, gettext(word)) for value, word in words.items()]


class BodyForm(VersionedForm):
    """What a body is called and stands for."""

    name = LineField(_("Name"), [Needed(), AtMost(200)])
    short_name = LineField(
        _("Short name"), [AtMost(12)], description=_("Stands before the numbers of its decisions: “STG 2026-07”.")
    )
    # The light way unless somebody wants another.
    kind = SelectField(
        _("Kind"),
        default=BodyKind.WORKING_GROUP.value,
        description=_("The rules that this kind usually has are proposed."),
    )
    level = SelectField(_("Level"))
    purpose = TextField(_("Purpose"), [AtMost(500)], description=_("In one sentence."))
    parent_id = SelectField(_("Reports to"), coerce=int, default=0)
    topic_ids = MultiCheckboxField(_("Topics"), coerce=int, choices=[])
    new_topics = LineField(
        _("Further topics"), [AtMost(400)], description=_("What is not in the list yet, separated by commas.")
    )
    lead_ids = MultiCheckboxField(_("Lead"), coerce=int, choices=[])

    def offer(self, parents: Options, topics: Options, leads: Options, *, may_enter_topics: bool) -> None:
        """Fill in what can be chosen."""
        self.kind.choices = words_of(KIND_WORDS)
        self.level.choices = [("", gettext("as is usual for the kind")), *words_of(LEVEL_WORDS)]
        self.parent_id.choices = [(0, gettext("none")), *parents]
        self.topic_ids.choices, self.lead_ids.choices = list(topics), list(leads)
        if not topics:
            del self.topic_ids
        if not may_enter_topics:
            del self.new_topics
        if not leads:
            del self.lead_ids

    def validate_new_topics(self, field: Any) -> None:
        """Refuse a topic that no column holds."""
        if any(len(one) > TOPIC for one in self.named_topics()):
            raise ValidationError(gettext("Please write shorter topics, separated by commas."))
        del field

    def named_topics(self) -> tuple[str, ...]:
        """Return the new topics one by one."""
        text = (self.new_topics.data or "") if "new_topics" in self else ""
        return tuple(one for one in (part.strip() for part in text.split(",")) if one)

    def value(self) -> BodyInput:
        """Return the input; call after ``validate()`` said yes."""
        kind = BodyKind(given(self.kind.data))
        return BodyInput(
            name=given(self.name.data),
            short_name=self.short_name.data or "",
            kind=kind,
            level=BodyLevel(self.level.data) if self.level.data else USUAL_LEVEL[kind],
            purpose=self.purpose.data or "",
            parent_id=self.parent_id.data or None,
            topic_ids=tuple(self.topic_ids.data or ()) if "topic_ids" in self else (),
            lead_ids=tuple(self.lead_ids.data or ()) if "lead_ids" in self else (),
            new_topics=self.named_topics(),
        )

    def keep_body(self, body: Body) -> None:
        """Fill in what is stored."""
        self.keep(
            name=body.name,
            short_name=body.short_name or "",
            kind=body.kind.value,
            level=body.level.value,
            purpose=body.purpose,
            parent_id=body.parent_id or 0,
            version=body.version,
        )
        if "topic_ids" in self:
            self.keep(topic_ids=[one.id for one in body.topics])
        if "lead_ids" in self:
            self.keep(lead_ids=[one.id for one in body.leads])


class SeatForm(VersionedForm):
    """One more seat."""

    role = SelectField(_("Role"))
    organisation_id = SelectField(_("Organisation"), coerce=int, default=0, description=_("Whose seat it is."))
    label = LineField(
        _("What the seat is for"), [AtMost(120)], description=_("Where the organisation does not say it.")
    )
    filled_by = SelectField(_("How it is filled"))
    valid_from = DayField(_("From"), [Needed()])

    def offer(self, organisations: Options) -> None:
        """Fill in what can be chosen."""
        self.role.choices, self.filled_by.choices = words_of(ROLE_WORDS), words_of(FILLED_BY_WORDS)
        self.organisation_id.choices = [(0, gettext("none")), *organisations]

    def value(self) -> SeatInput:
        """Return the input; call after ``validate()`` said yes."""
        return SeatInput(
            BodyRole(given(self.role.data)),
            self.organisation_id.data or None,
            FilledBy(given(self.filled_by.data)),
            self.label.data or "",
            given(self.valid_from.data),
        )


class MemberForm(VersionedForm):
    """Who sits in a body, on which seat, from when on."""

    person_id = SelectField(_("Person"), coerce=int)
    seat_id = SelectField(_("Seat"), coerce=int, default=0)
    role = SelectField(_("Role"))
    valid_from = DayField(_("From"), [Needed()])
    valid_until = DayField(_("Until"), description=_("Last day of the mandate; leave it empty if it has none."))

    def offer(self, people: Options, seats: Options) -> None:
        """Fill in what can be chosen."""
        self.person_id.choices = [(0, gettext("Please choose")), *people]
        self.seat_id.choices = [(0, gettext("none")), *seats]
        self.role.choices = words_of(ROLE_WORDS)

    def value(self) -> MemberInput:
        """Return the input; call after ``validate()`` said yes."""
        return MemberInput(
            self.person_id.data or 0,
            self.seat_id.data or None,
            BodyRole(given(self.role.data)),
            given(self.valid_from.data),
            self.valid_until.data,
        )


class DeputyForm(VersionedForm):
    """Who stands in, for whom."""

    person_id = SelectField(_("Person"), coerce=int)
    membership_id = SelectField(_("Stands in for"), coerce=int, default=0)
    valid_from = DayField(_("From"), [Needed()])
    valid_until = DayField(_("Until"), description=_("Leave it empty if the end is not known."))

    is_personal = False

    def offer(self, people: Options, members: Options, *, is_personal: bool = False) -> None:
        """Fill in what can be chosen; a personal deputy stands in for one member."""
        self.is_personal = is_personal
        self.membership_id.flags.required = is_personal
        self.person_id.choices = [(0, gettext("Please choose")), *people]
        anybody = gettext("Please choose") if is_personal else gettext("anybody in this body")
        self.membership_id.choices = [(0, anybody), *members]

    def validate_person_id(self, field: SelectField) -> None:
        """Refuse nobody here, where whatever else is missing is said with it."""
        if not field.data:
            raise ValidationError(gettext("Please choose a person."))

    def validate_membership_id(self, field: SelectField) -> None:
        """Refuse a personal deputy of nobody."""
        if self.is_personal and not field.data:
            raise ValidationError(gettext("Please choose for whom this person stands in."))

    def value(self) -> DeputyInput:
        """Return the input; call after ``validate()`` said yes."""
        return DeputyInput(
            self.person_id.data or 0,
            self.membership_id.data or None,
            given(self.valid_from.data),
            self.valid_until.data,
        )


class RoleForm(VersionedForm):
    """Another role from a day on."""

    role = SelectField(_("Role"))
    first_on = DayField(_("From"), [Needed()], description=_("First day of the new role."))
    late_on = HiddenField()

    def offer(self) -> None:
        """Fill in what can be chosen."""
        self.role.choices = words_of(ROLE_WORDS)


class LastDayForm(VersionedForm):
    """The last day of something."""

    last_on = DayField(_("Last day"), [Needed()], description=_("It still holds on this day."))
    #: The day long past that somebody was asked about.
    late_on = HiddenField()


class TopicForm(VersionedForm):
    """What a topic is called."""

    name = LineField(_("Name"), [Needed(), AtMost(TOPIC)])

    def validate_name(self, field: Any) -> None:
        """Refuse what could not be typed among several: names are separated by commas there."""
        if "," in (field.data or ""):
            raise ValidationError(gettext("Please write the name without a comma."))


class MergeForm(VersionedForm):
    """What a topic becomes part of."""

    into_id = SelectField(_("Becomes part of"), coerce=int, default=0)

    def offer(self, topics: Options) -> None:
        """Fill in what can be chosen."""
        self.into_id.choices = [(0, gettext("Please choose")), *topics]
