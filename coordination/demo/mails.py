"""What the outbox of the demonstration has been through: mails that arrived, one that did not, some that wait."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from coordination.accounts.models import UserAccount
from coordination.core.work import Work
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.meetings.letters import about
from coordination.meetings.models import Meeting

#: The server's answer to an address that it does not know.
UNKNOWN = "550 5.1.1"


def _invitation(work: Work, account: UserAccount) -> OutboxMail:
    about = f"user_account:{account.id}"
    return work.session.scalars(select(OutboxMail).where(OutboxMail.about == about)).one()


def _written(work: Work, account: UserAccount, days: int) -> OutboxMail:
    """Return the invitation of ``account``, as if it had been tried once some days ago."""
    mail = _invitation(work, account)
    account.invited_at = mail.created_at = mail.due_at = work.now - timedelta(days=days)
    mail.attempts = 1
    return mail


def arrived(work: Work, account: UserAccount) -> None:
    """Let the invitation of somebody who has signed in since be one that arrived."""
    mail = _written(work, account, days=20)
    mail.state, mail.sent_at = MailState.SENT, mail.created_at + timedelta(seconds=2)


def sent(work: Work, meeting: Meeting, at: datetime) -> None:
    """Let the mails about a meeting that were written at an instant be ones that arrived."""
    sent_about(work, about(meeting.id), at)


def sent_about(work: Work, what: str, at: datetime) -> None:
    """Let the mails about anything that were written at an instant be ones that arrived."""
    mine = OutboxMail.about == what, OutboxMail.state == MailState.WAITING
    for n, mail in enumerate(work.session.scalars(select(OutboxMail).where(*mine).order_by(OutboxMail.id))):
        mail.state, mail.attempts, mail.sent_at = MailState.SENT, 1, at + timedelta(seconds=2 + n)


def refused(work: Work, account: UserAccount) -> None:
    """Let an invitation be one that the recipient's server refused."""
    mail = _written(work, account, days=3)
    mail.state, mail.problem = MailState.FAILED, UNKNOWN
