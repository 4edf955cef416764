"""The field of a place's form for the districts that it works for besides its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from coordination.core.i18n import lazy_gettext as _
from coordination.web.forms import Form, MultiCheckboxField


class FurtherForm(Form):
    """What forms of places have in common: the further districts."""

    further_ids = MultiCheckboxField(_("Also there for these districts"), coerce=int)
    stored_further: Sequence[int] = ()

    def offer_further(self, districts: list[tuple[int, str]], chosen: Collection[int]) -> None:
        """Fill in the districts, and remember which of them are stored; where there are none nothing is asked."""
        if districts:
            self.further_ids.choices = districts
            self.stored_further = list(chosen)
        else:
            del self.further_ids

    def keep_further(self) -> None:
        """Tick what is stored."""
        if "further_ids" in self:
            self.keep(further_ids=self.stored_further)

    @property
    def chosen_further(self) -> list[int] | None:
        """Return the keys that are ticked; None: it was not asked."""
        return self["further_ids"].data or [] if "further_ids" in self else None
