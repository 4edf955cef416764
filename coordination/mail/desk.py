"""What the outbox says on the desk of the administration: no server, mails that did not get through."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import current_app, url_for
from sqlalchemy.orm import Session

from coordination.core.access import Actor, Permission, allows
from coordination.core.i18n import gettext as _
from coordination.core.i18n import ngettext
from coordination.core.registry import DeskLine
from coordination.mail import claims, stuck
from coordination.mail.outbox import REFUSED
from coordination.mail.rules import MailState

#: A sentence for the next page, and the kind of notice it stands in: ``flash(*on_the_way(3))``.
Told = tuple[str, str]


def has_server() -> bool:
    """Return whether mails leave the house at all, or only wait in the outbox."""
    return bool(current_app.extensions["koordination.mail_server"].host)


def hindrance(session: Session) -> str:
    """Return in a sentence why mails do not leave at present, "" if they do; one statement at most."""
    if not has_server():
        return _("No mail server is set up yet. The administration knows of it; then the mails go out by themselves.")
    problems = claims.obstacles(session)
    if REFUSED in problems:
        return _(
            "The mail server does not let this program in at present. The administration knows of it; "
            "then the mails go out by themselves."
        )
    if problems:
        return _("The mail server cannot be reached at present. The mails go out by themselves as soon as it is back.")
    return ""


def told(sent: str, waits: str) -> Told:
    """Return what is said of mails that were just sent: without a mail server they rest, and that is a warning."""
    return (sent, "success") if has_server() else (waits, "warning")


def on_the_way(count: int) -> Told:
    """Return what became of so many mails that were just sent."""
    if not count:
        return _("There was nothing left to send."), "info"
    sent = ngettext("One mail is on its way.", "%(count)s mails are on their way.", count, count=count)
    waits = ngettext(
        "One mail waits: no mail server is set up yet. The administration knows of it.",
        "%(count)s mails wait: no mail server is set up yet. The administration knows of it.",
        count,
        count=count,
    )
    return told(sent, waits)


def still_here(count: int) -> str:
    """Return that so many mails about a thing have not left yet, as a sentence of a line on the desk."""
    said = ngettext(
        "One mail still waits in the outbox.", "%(count)s mails still wait in the outbox.", count, count=count
    )
    return said if has_server() else said + " " + _("No mail server is set up yet.")


def desk_lines(session: Session, actor: Actor, _day: date) -> Sequence[DeskLine]:
    """Return what the administration should look at: two statements at most, however many mails there are."""
    if not allows(actor, Permission.OUTBOX_READ):
        return []
    counts = stuck.counts(session)
    failed, unclear, waiting = (counts[one] for one in (MailState.FAILED, MailState.UNCLEAR, MailState.WAITING))
    lines = []
    if failed:
        text = ngettext("%(n)s mail is undeliverable.", "%(n)s mails are undeliverable.", failed)
        lines.append(_line(0, text, MailState.FAILED))
    if unclear:
        text = ngettext(
            "Of %(n)s mail it is not known whether it arrived.",
            "Of %(n)s mails it is not known whether they arrived.",
            unclear,
        )
        lines.append(_line(1, text, MailState.UNCLEAR))
    if waiting and claims.is_refused(session):
        text = ngettext(
            "The mail server does not accept the user name or the password: %(n)s mail is waiting.",
            "The mail server does not accept the user name or the password: %(n)s mails are waiting.",
            waiting,
        )
        lines.append(_line(0, text, MailState.WAITING))
    if not has_server():
        none = _("No mail server is set up: invitations will wait in the outbox.")
        some = ngettext(
            "No mail server is set up: %(n)s mail is waiting.",
            "No mail server is set up: %(n)s mails are waiting.",
            waiting,
        )
        lines.append(_line(2, some if waiting else none, MailState.WAITING if waiting else None))
    return lines


def _line(urgency: int, text: str, state: MailState | None) -> DeskLine:
    url = url_for("mail.index", stand=state.value if state else None)
    return DeskLine(urgency=urgency, text=text, button=_("Open the outbox"), url=url)
