"""The form at the foot of each page."""

from __future__ import annotations

import re
from typing import Any

from wtforms import HiddenField, RadioField
from wtforms.validators import ValidationError

from coordination.core.i18n import N_, gettext
from coordination.core.i18n import lazy_gettext as _
from coordination.web.forms import AtMost, EmailAddress, EmailField, Form, LineField, Needed, SelectChoice, TextField

TOPICS = ("accessibility", "entry", "other")


class FeedbackForm(Form):
    """What somebody wants to tell us."""

    topic = RadioField(
        _("What is it about?"),
        choices=[
            SelectChoice("accessibility", _("A barrier: something cannot be used or read")),
            SelectChoice("entry", _("An entry is wrong or out of date")),
            SelectChoice("other", _("Something else")),
        ],
        default="other",
    )
    text = TextField(_("What should we know?"), [Needed(), AtMost(4000)], render_kw={"rows": 6})
    reply_to = EmailField(_("Your e-mail, if you want an answer"), [AtMost(320), EmailAddress()])
    page = HiddenField()


#: What advertising has, and no report of an error needs.
_ADDRESS = re.compile(r"https?:|www\.|\[url", re.IGNORECASE)


class ReportForm(Form):
    """What somebody without an account reports about a public page."""

    text = TextField(_("What is wrong?"), [Needed(), AtMost(2000)], render_kw={"rows": 6})
    reply_to = EmailField(_("Your e-mail, if you want an answer"), [AtMost(320), EmailAddress()])
    #: People do not see it; programs that fill in every field do.
    homepage = LineField(_("Please leave this field empty"))
    form_token = HiddenField()

    def validate_text(self, field: Any) -> None:
        """Refuse addresses of the web."""
        if _ADDRESS.search(field.data or ""):
            raise ValidationError(gettext("Please write without addresses of websites."))


#: Word in the address → msgid of what the message begins with, for who comes from a page where something is missing.
OCCASIONS = {
    "adresse": N_("Mails to the address that is entered do not arrive. Please look after it and enter the right one."),
    "person": N_("Please enter this person in the directory: name, office or provider, official e-mail."),
}


def occasion(word: str) -> str:
    """Return what a message begins with, in the reader's language; "" for an unknown word."""
    text = OCCASIONS.get(word)
    return gettext(text) if text else ""
