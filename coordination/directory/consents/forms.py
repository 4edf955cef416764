"""The forms of what somebody releases: the thing itself, and the tick that is the consent."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, FileField
from wtforms.validators import ValidationError

from coordination.core.i18n import N_, gettext
from coordination.core.i18n import lazy_gettext as _
from coordination.directory.consents.rules import SENTENCES, Released
from coordination.directory.forms import PhoneField
from coordination.directory.import_forms import ChosenFile
from coordination.web.forms import AtMost, Form, Needed

_UNTICKED = N_("Without your consent it cannot be shown. Please tick the box, or leave the page.")


class _ConsentForm(Form):
    """What both have: a box to tick."""

    what: Released
    agrees = BooleanField(_("I agree"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agrees.description = gettext(SENTENCES[self.what])

    def validate_agrees(self, field: Any) -> None:
        """Nothing is shown without a tick."""
        if not field.data:
            raise ValidationError(gettext(_UNTICKED))


class PhoneForm(_ConsentForm):
    """A private number."""

    what = Released.PHONE
    page_order = ("phone", "agrees")
    phone = PhoneField(_("Private telephone number"), [Needed(), AtMost(40)])


class PhotoForm(_ConsentForm):
    """A picture."""

    what = Released.PHOTO
    page_order = ("photo", "agrees")
    photo = FileField(_("Photo"), [ChosenFile()], render_kw={"accept": "image/png,image/jpeg"})
