"""Mails about accounts, in the reader's language."""

from __future__ import annotations

from dataclasses import replace

from coordination.accounts.models import UserAccount
from coordination.core.i18n import gettext, in_language
from coordination.mail.message import Letter
from coordination.mail.site import Site

INVITATION, RESET = "invitation", "reset"
PATHS = {INVITATION: "/konto/einladung/", RESET: "/konto/passwort/"}


def _letter(account: UserAccount, site: Site, purpose: str, *, subject: str, paragraphs: list[str]) -> Letter:
    closing = gettext(
        "Koordination, %(city)s – questions: %(contact)s", city=site.city_name, contact=site.contact_email
    )
    greeting = gettext("Good day, %(name)s,", name=account.display_name)
    return Letter(
        to=account.email,
        to_name=account.display_name,
        subject=subject,
        text="\n\n".join([greeting, *paragraphs, f"-- \n{closing}"]) + "\n",
        purpose=f"account.{purpose}",
        about=f"user_account:{account.id}",
    )


def invitation(account: UserAccount, site: Site) -> Letter:
    """Return the mail with which somebody first sets a password; its link lasts 14 days."""
    token = site.signer.make(INVITATION, account.id, account.generation)
    with in_language(account.language):
        return _letter(
            account,
            site,
            INVITATION,
            subject=gettext("Your access to Koordination (%(city)s)", city=site.city_name),
            paragraphs=[
                gettext(
                    "An account has been set up for you in Koordination. There you find who is at which school "
                    "and in which youth facility, and how to reach them."
                ),
                gettext("Please choose a password here. The link is for you alone and lasts 14 days:"),
                site.url(PATHS[INVITATION] + token),
                gettext("If you did not expect this mail, you need not do anything."),
            ],
        )


def reset(account: UserAccount, site: Site) -> Letter:
    """Return the mail with which somebody sets a new password; its link lasts 60 minutes."""
    token = site.signer.make(RESET, account.id, account.generation)
    with in_language(account.language):
        return _letter(
            account,
            site,
            RESET,
            subject=gettext("New password for Koordination (%(city)s)", city=site.city_name),
            paragraphs=[
                gettext("Somebody, probably you, asked for a new password for your account."),
                gettext("Please choose it here. The link is for you alone and lasts 60 minutes:"),
                site.url(PATHS[RESET] + token),
                gettext("If it was not you, you need not do anything: your password stays as it is."),
            ],
        )


def reset_by_administration(account: UserAccount, site: Site) -> Letter:
    """Return the mail with the same link for somebody who could not ask for it: the administration did."""
    token = site.signer.make(RESET, account.id, account.generation)
    with in_language(account.language):
        return _letter(
            account,
            site,
            RESET,
            subject=gettext("New password for Koordination (%(city)s)", city=site.city_name),
            paragraphs=[
                gettext("The administration sends you this link so that you can choose a new password."),
                gettext("Please choose it here. The link is for you alone and lasts 60 minutes:"),
                site.url(PATHS[RESET] + token),
                gettext("Until then your password stays as it is."),
            ],
        )


def address_changed(account: UserAccount, site: Site, *, to: str) -> Letter:
    """Return the notice that another address belongs to the account now, for the old or the new one.

    The old one is not told the new: it may be a stranger's, which is why it was changed.
    """
    with in_language(account.language):
        contact = gettext("If this is a mistake, please tell us at once: %(contact)s", contact=site.contact_email)
        said = (
            gettext(
                "The administration has changed the address of your account. From now on you sign in with this one."
            )
            if to == account.email
            else gettext(
                "The administration has changed the address of your account. It no longer works with this one."
            )
        )
        letter = _letter(
            account,
            site,
            "address",
            subject=gettext("The address of your account was changed"),
            paragraphs=[said, contact],
        )
        return replace(letter, to=to)


def password_changed(account: UserAccount, site: Site) -> Letter:
    """Return the notice that the password was changed."""
    with in_language(account.language):
        return _letter(
            account,
            site,
            "changed",
            subject=gettext("Your password was changed"),
            paragraphs=[
                gettext("The password of your account in Koordination was just changed. All devices were signed out."),
                gettext("If it was not you, please tell us at once: %(contact)s", contact=site.contact_email),
            ],
        )
