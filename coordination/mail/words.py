"""What became of a mail, in plain words."""

from __future__ import annotations

from coordination.core import clock
from coordination.core.i18n import N_, format_date, gettext
from coordination.mail.outbox import EXPIRED, REFUSED, OutboxMail
from coordination.mail.rules import MailState

STATE_WORDS = {
    MailState.WAITING: N_("waiting"),
    MailState.SENDING: N_("being sent"),
    MailState.SENT: N_("sent"),
    MailState.FAILED: N_("undeliverable"),
    MailState.UNCLEAR: N_("unclear"),
}


def reason(mail: OutboxMail) -> str:
    """Return in plain words why a mail is where it is, or nothing."""
    if mail.settled_at is not None:
        day = format_date(clock.wall_date(mail.settled_at))
        return gettext("It did not get through. Its reader was told otherwise, as was noted on %(day)s.", day=day)
    if mail.state is MailState.UNCLEAR:
        return gettext("The connection broke while the mail was handed over. It may have arrived.")
    if mail.problem == EXPIRED:
        return gettext("It could not be sent for 90 days; its text is deleted.")
    if mail.problem == REFUSED:
        return gettext(
            "The mail server does not accept the user name or the password. It is tried again at least once an hour."
        )
    if not mail.problem:
        return ""
    if mail.problem.startswith("5"):
        return gettext(
            "The recipient's mail server refused it (%(code)s). Probably the address is wrong.", code=mail.problem
        )
    if mail.problem.startswith("4"):
        return gettext("The recipient's mail server is busy (%(code)s). It will be tried again.", code=mail.problem)
    return gettext("The mail server cannot be reached. It will be tried again.")
