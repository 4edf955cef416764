"""The mail that asks for objections to minutes: a link to the reading page, nothing of the text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from coordination.core.i18n import current_language, format_day, gettext, in_language
from coordination.mail import text
from coordination.mail.message import Letter
from coordination.mail.site import Site
from coordination.mail.text import Block, Link
from coordination.meetings import words
from coordination.meetings.models import Meeting
from coordination.minutes.rules import ABOUT

PURPOSE = "minutes"


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who is asked to read."""

    person_id: int
    name: str
    email: str
    language: str = "de"


def about(meeting_id: int) -> str:
    """Return how the outbox knows these mails."""
    return f"{ABOUT}{meeting_id}"


def letter(meeting: Meeting, reader: Reader, until: date, site: Site, *, sender_name: str) -> Letter:
    """Return the mail to one reader, in that reader's language."""
    with in_language(reader.language):
        values = {"title": meeting.title, "body": meeting.body.name, "when": words.when(meeting)}
        closing = gettext(
            "Koordination, %(city)s – questions: %(contact)s", city=site.city_name, contact=site.contact_email
        )
        demo = f"\n{gettext('Demonstration with invented people')}" if site.is_demo else ""
        blocks: list[Block] = [
            gettext("Good day, %(name)s,", name=reader.name),
            gettext("the minutes of the meeting “%(title)s” (%(body)s) on %(when)s are there to be read.", **values),
            gettext("If something is wrong, please tell us until %(day)s.", day=format_day(until)),
            Link(gettext("Read the minutes (with sign-in)"), site.url(f"/sitzungen/{meeting.id}/protokoll/lesen")),
            "\n".join(part for part in (sender_name, meeting.body.name) if part),
            f"-- \n{closing}{demo}",
        ]
        return Letter(
            to=reader.email,
            to_name=reader.name,
            subject=gettext("Minutes: %(title)s, %(body)s", **values),
            text=text.plain(blocks),
            html=text.html(blocks, language=current_language()),
            purpose=PURPOSE,
            about=about(meeting.id),
            sender_name=sender_name,
            person_id=reader.person_id,
        )
