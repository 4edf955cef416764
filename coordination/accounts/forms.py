"""Forms of sign-in, passwords and accounts."""

from __future__ import annotations

from typing import Any

from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    widgets,
)
from wtforms.validators import Optional

from coordination.accounts.rules import ROLE_WORDS
from coordination.accounts.services import AccountInput, RoleGrant
from coordination.core.access import Role
from coordination.core.i18n import gettext
from coordination.core.i18n import lazy_gettext as _
from coordination.web.forms import (
    AtMost,
    EmailAddress,
    EmailField,
    Form,
    LineField,
    MultiCheckboxField,
    Needed,
    SelectChoice,
    given,
)


class SignInForm(Form):
    """Address and password."""

    email = EmailField(_("E-mail"), [Needed(), AtMost(320)], render_kw={"autocomplete": "username"})
    password = PasswordField(_("Password"), [Needed(), AtMost(1000)], render_kw={"autocomplete": "current-password"})
    own_device = BooleanField(_("This is my own device: stay signed in for 30 days"))
    next = HiddenField()


class ResetForm(Form):
    """Asks for a link by mail."""

    email = EmailField(_("E-mail"), [Needed(), AtMost(320), EmailAddress()], render_kw={"autocomplete": "username"})


class PasswordForm(Form):
    """A new password, typed once: it can be shown, and reset by mail."""

    password = PasswordField(_("New password"), [Needed(), AtMost(1000)], render_kw={"autocomplete": "new-password"})


class ChangePasswordForm(PasswordForm):
    """A new password for somebody who is signed in."""

    old_password = PasswordField(
        _("Current password"), [Needed(), AtMost(1000)], render_kw={"autocomplete": "current-password"}
    )


class AccountForm(Form):
    """What an administrator fixes of an account."""

    display_name = LineField(_("Name"), [Needed(), AtMost(160)])
    email = EmailField(_("E-mail"), [Needed(), AtMost(320), EmailAddress()])
    person_id = SelectField(_("Person in the directory"), coerce=int, validators=[Optional()])
    roles = MultiCheckboxField(_("Roles"), validators=[Optional()])
    keeps = SelectField(_("Keeps the directory of"), coerce=int, validators=[Optional()])
    language = SelectField(
        _("Language of mails"), choices=[SelectChoice("de", "Deutsch"), SelectChoice("en", "English")], default="de"
    )
    version = IntegerField(widget=widgets.HiddenInput(), default=0)

    def offer(self, people: list[Any], organisations: list[Any]) -> None:
        """Fill in what can be chosen."""
        self.person_id.choices = [SelectChoice(0, gettext("nobody")), *people]
        self.keeps.choices = [SelectChoice(0, gettext("the whole city")), *organisations]
        self.roles.choices = [SelectChoice(role.value, gettext(word)) for role, word in ROLE_WORDS.items()]

    def value(self) -> AccountInput:
        """Return the input; call after ``validate()`` said yes."""
        return AccountInput(
            email=given(self.email.data),
            display_name=given(self.display_name.data),
            person_id=self.person_id.data or None,
            language=given(self.language.data),
            roles=[
                RoleGrant(Role(name), (self.keeps.data or None) if name == Role.DIRECTORY_KEEPER else None)
                for name in self.roles.data or []
            ],
        )
