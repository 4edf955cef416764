"""The form at the foot of each page."""

from __future__ import annotations

from wtforms import HiddenField, RadioField

from coordination.core.i18n import N_, gettext
from coordination.core.i18n import lazy_gettext as _
from coordination.web.forms import AtMost, EmailAddress, EmailField, Form, Needed, SelectChoice, TextField

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


#: Word in the address → msgid of what the message begins with, for who comes from a page where something is missing.
OCCASIONS = {
    "adresse": N_("Mails to the address that is entered do not arrive. Please look after it and enter the right one."),
    "person": N_("Please enter this person in the directory: name, office or provider, official e-mail."),
}


def occasion(word: str) -> str:
    """Return what a message begins with, in the reader's language; "" for an unknown word."""
    text = OCCASIONS.get(word)
    return gettext(text) if text else ""
