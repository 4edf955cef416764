"""The mail that says that a subscription was turned off because nothing fetched it."""

from __future__ import annotations

from coordination.accounts.models import UserAccount
from coordination.core.i18n import gettext, in_language
from coordination.mail.message import Letter
from coordination.mail.site import Site

PURPOSE = "calendar.unused"


def unused(account: UserAccount, name: str, site: Site) -> Letter:
    """Return the mail to the owner of a link that no program has asked for in a long time."""
    with in_language(account.language):
        paragraphs = [
            gettext("Good day, %(name)s,", name=account.display_name),
            gettext(
                "No program has fetched your subscription “%(what)s” for 18 months. Its address is turned off, "
                "so that no forgotten copy of it tells anything to anybody.",
                what=name,
            ),
            gettext("If you want it again, subscribe anew here:"),
            site.url("/kalender"),
            "-- \n"
            + gettext(
                "Koordination, %(city)s – questions: %(contact)s", city=site.city_name, contact=site.contact_email
            ),
        ]
        return Letter(
            to=account.email,
            to_name=account.display_name,
            subject=gettext("Subscription turned off: %(what)s", what=name),
            text="\n\n".join(paragraphs) + "\n",
            purpose=PURPOSE,
            about=f"user_account:{account.id}",
        )
