"""The form with which a school file is uploaded."""

from __future__ import annotations

from wtforms import Field, FileField
from wtforms import Form as WTForm
from wtforms.validators import ValidationError

from coordination.core.i18n import gettext
from coordination.core.i18n import lazy_gettext as _
from coordination.web.forms import Form, LineField


class ChosenFile:
    """Validator: a file was chosen; an upload without one arrives as a file without a name."""

    field_flags = {"required": True}

    def __call__(self, _form: WTForm, field: Field) -> None:
        """Raise if there is none."""
        if not getattr(field.data, "filename", ""):
            raise ValidationError(gettext("Please choose a file."))


class SchoolFileForm(Form):
    """The file, and whose schools are wanted of it."""

    file = FileField(_("School file"), [ChosenFile()], render_kw={"accept": ".csv,.txt,text/csv"})
    municipality = LineField(
        _("Municipality key"), render_kw={"inputmode": "numeric", "maxlength": 20, "autocomplete": "off"}
    )

    def validate_municipality(self, field: Field) -> None:
        """Accept eight digits, also with blanks between them, or nothing."""
        field.data = (field.data or "").replace(" ", "")
        if field.data and not (field.data.isascii() and field.data.isdigit() and len(field.data) == 8):
            raise ValidationError(gettext("The municipality key has eight digits, for example 05711000."))
