"""Keeping what people tell us, and telling those who can help."""

from __future__ import annotations

from collections.abc import Sequence
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


@dataclass(frozen=True, slots=True)
class Office:
    """Who looks after what a message is about."""

    name: str
    email: str


def give_feedback(
    work: Work, message: Message, site: Site, offices: Sequence[Office] = (), *, only_offices: bool = False
) -> Feedback:
    """Keep a message and mail a notice to the installation's contact address and to ``offices``.

    ``only_offices``: to the contact address only where there are none.
    """
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
    for office in offices:
        queue(work, _notice(feedback, office, site, is_of_office=True), site.sender)
    if not (offices and only_offices):
        queue(
            work, _notice(feedback, Office("Koordination", site.contact_email), site, is_of_office=False), site.sender
        )
    return feedback


def _notice(feedback: Feedback, office: Office, site: Site, *, is_of_office: bool) -> Letter:
    """Return the mail about a message; an office of a provider is led to the entry, as the messages are not its own."""
    page = site.url(feedback.page) if is_of_office else feedback.page
    parts = [
        feedback.text,
        gettext("Page: %(page)s", page=page or "–"),
        gettext("Answer to: %(address)s", address=feedback.reply_to or "–"),
    ]
    return Letter(
        to=office.email,
        to_name=office.name,
        subject=gettext("Message from a page of Koordination"),
        text="\n\n".join(parts if is_of_office else [*parts, site.url("/rueckmeldungen")]) + "\n",
        purpose="feedback",
        about=f"feedback:{feedback.id}",
    )


def settle(work: Work, feedback: Feedback) -> None:
    """Mark a message as dealt with."""
    feedback.settled_at = work.now
    work.record("feedback.settled", feedback)


def reopen(work: Work, feedback: Feedback) -> None:
    """Take that back."""
    feedback.settled_at = None
    work.record("feedback.reopened", feedback)
