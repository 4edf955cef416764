"""What became of a mail, in plain words."""

from __future__ import annotations

from coordination.core import clock
from coordination.core.i18n import N_, format_date, gettext
from coordination.mail import outbox, refusals
from coordination.mail.outbox import EXPIRED, REFUSED, TEXT_GONE, WITHDRAWN, OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.stuck import UNREADABLE

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
    if mail.problem == TEXT_GONE:
        return gettext(
            "The connection broke while the mail was handed over. It may have arrived. Its text is deleted after "
            "90 days, so it cannot be sent again: please tell its reader yourself."
        )
    if mail.state is MailState.UNCLEAR:
        return gettext("The connection broke while the mail was handed over. It may have arrived.")
    if mail.problem == EXPIRED:
        return gettext("It could not be sent for 90 days; its text is deleted.")
    if mail.problem == WITHDRAWN:
        return gettext("It did not get through, and what it says does not hold any more; its text is deleted.")
    if mail.problem == REFUSED:
        return gettext(
            "The mail server does not accept the user name or the password. It is tried again at least once an hour."
        )
    if not mail.problem:
        return ""
    return _given_up(mail.problem) if mail.state is MailState.FAILED else _put_off(mail)


def _given_up(problem: str) -> str:
    """Return why a mail is not tried again by itself: the server's code, or the name of what was raised."""
    why = refusals.why(problem)
    if why is not None:
        return gettext(why, code=_code(problem))
    if problem == outbox.NO_KEY:
        return gettext(UNREADABLE)
    if problem in {"ValueError", "UnicodeEncodeError"}:
        return gettext("The mail server cannot be told this address. Please put it right.")
    return gettext("The mail server could not be reached each time. It is not tried again by itself.")


def _put_off(mail: OutboxMail) -> str:
    if mail.problem.startswith("4"):
        code = _code(mail.problem)
        return gettext("The recipient's mail server is busy (%(code)s). It will be tried again.", code=code)
    return gettext("The mail server cannot be reached. It will be tried again.")


def _code(problem: str) -> str:
    """Return the server's own codes of what was kept of its answer."""
    return " ".join(one for one in problem.split(" ") if one[:1].isdigit())
