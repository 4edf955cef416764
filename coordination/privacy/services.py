"""Keeping what people tell us, and telling those who can help."""

from __future__ import annotations

from dataclasses import dataclass

from coordination.core.i18n import gettext
from coordination.core.work import Work
from coordination.mail.message import Letter
from coordination.mail.outbox import queue
from coordination.mail.site import Site
from coordination.privacy.models import Feedback


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody wrote: about what, from which page, and where to answer ("" if nowhere)."""

    topic: str
    page: str
    text: str
    reply_to: str


def give_feedback(work: Work, message: Message, site: Site) -> Feedback:
    """Keep a message and mail a notice to the installation's contact address."""
    feedback = Feedback(
        at=work.now,
        topic=message.topic,
        page=message.page,
        text=message.text,
        reply_to=message.reply_to,
        user_id=work.actor.user_id,
    )
    work.session.add(feedback)
    work.record("feedback.given", feedback)
    letter = Letter(
        to=site.contact_email,
        to_name="Koordination",
        subject=gettext("Message from a page of Koordination"),
        text="\n\n".join(
            [
                message.text,
                gettext("Page: %(page)s", page=message.page or "–"),
                gettext("Answer to: %(address)s", address=message.reply_to or "–"),
                site.url("/rueckmeldungen"),
            ]
        )
        + "\n",
        purpose="feedback",
        about=f"feedback:{feedback.id}",
    )
    queue(work, letter, site.sender)
    return feedback


def settle(work: Work, feedback: Feedback) -> None:
    """Mark a message as dealt with."""
    feedback.settled_at = work.now
    work.record("feedback.settled", feedback)


def reopen(work: Work, feedback: Feedback) -> None:
    """Take that back."""
    feedback.settled_at = None
    work.record("feedback.reopened", feedback)
