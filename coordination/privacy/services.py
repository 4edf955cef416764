"""Keeping what people tell us, and telling those who can help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coordination.core.i18n import gettext
from coordination.core.work import Work
from coordination.mail.message import Letter
from coordination.mail.outbox import queue
from coordination.mail.site import Site
from coordination.privacy import offices as behind
from coordination.privacy.models import Feedback, FeedbackUnit
from coordination.privacy.offices import Office


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody wrote: about what, from which page, and where to answer ("" if nowhere).

    ``page_name``: what the page is called, in a mail about an entry; "" if the writer may not know it.
    """

    topic: str
    page: str
    text: str
    reply_to: str
    page_name: str = ""


def give_feedback(
    work: Work, message: Message, site: Site, offices: Sequence[Office] = (), *, only_offices: bool = False
) -> Feedback:
    """Keep a message and mail a notice to the installation's contact address and to ``offices``.

    Of a report the organisations that it concerns today are kept with it: their keepers read it from then on.

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
    for key in behind.units_of(work.session, message.page, work.today) if message.topic == "entry" else ():
        work.session.add(FeedbackUnit(feedback_id=feedback.id, organisation_id=key))
    for office in offices:
        queue(work, _notice(feedback, message, office, site, is_of_office=True), site.sender)
    if not (offices and only_offices):
        contact = Office("Koordination", site.contact_email)
        queue(work, _notice(feedback, message, contact, site, is_of_office=False), site.sender)
    return feedback


def _notice(feedback: Feedback, message: Message, office: Office, site: Site, *, is_of_office: bool) -> Letter:
    """Return the mail about a message; an office is led to the entry, then to the report."""
    parts = [
        gettext("Hello,"),
        _said(message, is_known=feedback.user_id is not None),
        "\n".join(f"> {line}" for line in message.text.splitlines()),
    ]
    page = site.url(message.page)
    report = site.url(f"/rueckmeldungen?meldung={feedback.id}")
    if is_of_office:
        parts += [
            gettext("Please check the entry, and put right what is wrong: %(url)s", url=page),
            gettext("Then mark the report as dealt with (with an account): %(url)s", url=report),
        ]
    else:
        if message.page:
            parts.append(gettext("Page: %(page)s", page=page))
        parts.append(gettext("This message in Koordination: %(url)s", url=report))
    if message.reply_to:
        parts.append(gettext("An answer to this mail goes to %(address)s.", address=message.reply_to))
    else:
        parts.append(gettext("No address was left for an answer."))
    named = message.topic == "entry" and message.page_name
    return Letter(
        to=office.email,
        to_name=office.name,
        subject=gettext("Error reported: %(page)s", page=message.page_name)
        if named
        else gettext("Message from a page of Koordination"),
        text="\n\n".join(parts) + "\n",
        purpose="feedback",
        about=f"feedback:{feedback.id}",
        reply_to=message.reply_to,
    )


def _said(message: Message, *, is_known: bool) -> str:
    """Return who wrote, and about what."""
    if message.topic == "entry" and message.page_name:
        page = message.page_name
        if is_known:
            return gettext("somebody with an account reports an error in the entry “%(page)s”:", page=page)
        return gettext("somebody without an account reports an error in the entry “%(page)s”:", page=page)
    return gettext("somebody with an account writes:") if is_known else gettext("somebody without an account writes:")


def settle(work: Work, feedback: Feedback) -> None:
    """Mark a message as dealt with."""
    feedback.settled_at = work.now
    work.record("feedback.settled", feedback)


def reopen(work: Work, feedback: Feedback) -> None:
    """Take that back."""
    feedback.settled_at = None
    work.record("feedback.reopened", feedback)
