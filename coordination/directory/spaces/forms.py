"""The form of a social space."""

from __future__ import annotations

from collections.abc import Collection

from wtforms import HiddenField, SelectField
from wtforms.validators import ValidationError

from coordination.core.i18n import gettext
from coordination.core.i18n import lazy_gettext as _
from coordination.directory.forms import Choices, VersionedForm
from coordination.directory.spaces.models import SocialSpace
from coordination.directory.spaces.services import SpaceInput
from coordination.web.forms import AtMost, Form, LineField, MultiCheckboxField, Needed, given, key_of


class SpaceForm(VersionedForm):
    """A social space."""

    page_order = ("name", "short_name", "district_id")
    name = LineField(_("Name"), [Needed(), AtMost(80)])
    short_name = LineField(_("Short name"), [AtMost(20)])
    district_id = SelectField(_("District"), coerce=int, default=0)

    def offer(self, districts: Choices) -> None:
        """Fill in what can be chosen."""
        self.district_id.choices = [(0, gettext("none, or several")), *districts]

    def value(self) -> SpaceInput:
        """Return the input; call after ``validate()`` said yes."""
        return SpaceInput(given(self.name.data), self.short_name.data or "", self.district_id.data or None)

    def keep_row(self, row: SocialSpace) -> None:
        """Fill in what is stored."""
        self.keep(name=row.name, short_name=row.short_name, district_id=row.district_id or 0, version=row.version)


class MembersForm(Form):
    """Which of the places that are shown belong to a social space; only what was ticked otherwise is changed."""

    #: Checked below: the sentence says what to do.
    place = MultiCheckboxField(_("Schools and facilities"), coerce=int, validate_choice=False)
    #: Those that were ticked when the page was made: what somebody else does meanwhile stays.
    was = HiddenField()
    offered: Collection[int] = frozenset()

    def offer(self, places: Choices) -> None:
        """Fill in what can be ticked."""
        self.place.choices = places
        self.offered = {key for key, _name in places}

    def validate_place(self, field: MultiCheckboxField) -> None:
        """Refuse what is not there to be ticked."""
        if set(field.data or ()) - set(self.offered):
            raise ValidationError(gettext("One of these places is no longer here. Please look at the list once more."))

    def keep_ticked(self, keys: list[int]) -> None:
        """Tick what is stored."""
        self.keep(place=keys, was=" ".join(map(str, keys)))

    def value(self) -> tuple[set[int], set[int]]:
        """Return the keys of the places that were ticked anew, and of those whose tick was taken away."""
        ticked, was = (
            set(self.place.data or ()) & set(self.offered),
            {key_of(one) for one in (self.was.data or "").split()},
        )
        return ticked - was, (was - ticked) & set(self.offered)
