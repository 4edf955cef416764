"""The form of a social space."""

from __future__ import annotations

from wtforms import SelectField

from coordination.core.i18n import gettext
from coordination.core.i18n import lazy_gettext as _
from coordination.directory.forms import Choices, VersionedForm
from coordination.directory.spaces.models import SocialSpace
from coordination.directory.spaces.services import SpaceInput
from coordination.web.forms import AtMost, LineField, Needed, given


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
