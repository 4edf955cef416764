"""The form of an offer or a project."""

from __future__ import annotations

from wtforms import RadioField, SelectField

from coordination.core.i18n import gettext
from coordination.core.i18n import lazy_gettext as _
from coordination.directory.forms import Choices, VersionedForm
from coordination.directory.offers.models import Offer
from coordination.directory.offers.rules import KIND_WORDS, OfferKind
from coordination.directory.offers.services import OfferInput
from coordination.directory.website_field import WebsiteField
from coordination.web.forms import AtMost, DayField, LineField, Needed, SelectChoice, given


class OfferForm(VersionedForm):
    """An offer or a project at a place."""

    page_order = ("kind", "name", "times", "audience", "organisation_id", "link", "valid_from", "valid_until")
    kind = RadioField(_("What is it?"), [Needed()], default=OfferKind.OFFER.value)
    name = LineField(_("Name"), [Needed(), AtMost(120)])
    times = LineField(_("When and where"), [Needed(), AtMost(200)])
    audience = LineField(_("For whom"), [AtMost(120)])
    organisation_id = SelectField(_("Run by"), coerce=int, default=0)
    link = WebsiteField(_("Page on the web"), [AtMost(300)])
    valid_from = DayField(_("First day"), [Needed()])
    valid_until = DayField(_("Last day"))

    def offer(self, organisations: Choices, *, may_be_none: bool) -> None:
        """Fill in what can be chosen."""
        none = [(0, gettext("not known, or the place itself"))] if may_be_none else []
        self.organisation_id.choices = [*none, *organisations]
        self.kind.choices = [SelectChoice(kind.value, gettext(word)) for kind, word in KIND_WORDS.items()]

    def value(self) -> OfferInput:
        """Return the input; call after ``validate()`` said yes."""
        return OfferInput(
            kind=OfferKind(given(self.kind.data)),
            name=given(self.name.data),
            times=given(self.times.data),
            valid_from=given(self.valid_from.data),
            valid_until=self.valid_until.data,
            organisation_id=self.organisation_id.data or None,
            audience=self.audience.data or "",
            link=self.link.data or "",
        )

    def keep_row(self, row: Offer) -> None:
        """Fill in what is stored."""
        names = ("name", "times", "audience", "link", "valid_from", "valid_until", "version")
        self.keep(**{name: getattr(row, name) for name in names})
        self.keep(kind=row.kind.value, organisation_id=row.organisation_id or 0)
