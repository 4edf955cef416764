"""The form of the target."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from wtforms.validators import ValidationError

from coordination.core.i18n import format_number, gettext
from coordination.core.i18n import lazy_gettext as _
from coordination.directory.forms import VersionedForm
from coordination.planning.rules import Target
from coordination.web.forms import AtMost, LineField, Needed, given

_POSTS = re.compile(r"\d(?:[.,]\d{1,2})?")
MOST_POSTS = 5


class PostsField(LineField):
    """A number of posts as people write it: "0,5"."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep what was typed; ``posts`` has the number."""
        super().process_formdata(valuelist)
        text = self.data or ""
        if text and not (_POSTS.fullmatch(text) and self.posts <= MOST_POSTS):
            raise ValueError(gettext("Please write a number of posts between 0 and 5, like 0,5."))

    @property
    def posts(self) -> Decimal:
        """Return the number typed."""
        return Decimal((self.data or "0").replace(",", "."))


class TargetForm(VersionedForm):
    """What a school of the city should have."""

    posts_per_school = PostsField(_("Posts per municipal school"), [Needed(), AtMost(4)], description=_("Like 0,5."))
    large_from = LineField(
        _("A school is large from how many pupils on"), [Needed(), AtMost(5)], description=_("Like 800.")
    )
    supplement_posts = PostsField(
        _("Posts that a large school gets in addition"), [Needed(), AtMost(4)], description=_("0 if it gets none.")
    )

    def validate_large_from(self, field: Any) -> None:
        """Take a whole number only."""
        if not (field.data.isascii() and field.data.isdigit() and int(field.data) > 0):
            raise ValidationError(gettext("Please write a number of pupils, like 800."))

    def fill(self, target: Target, version: int) -> None:
        """Show what holds now."""
        self.keep(
            posts_per_school=format_number(float(target.posts_per_school), 2),
            large_from=str(target.large_from),
            supplement_posts=format_number(float(target.supplement_posts), 2),
            version=version,
        )

    def given(self) -> Target:
        """Return what was typed."""
        return Target(self.posts_per_school.posts, int(given(self.large_from.data)), self.supplement_posts.posts)
