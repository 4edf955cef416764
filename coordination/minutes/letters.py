"""The mail that asks for objections to minutes: a personal link to their page, nothing of the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from coordination.core.i18n import current_language, format_day, gettext, in_language
from coordination.mail import text
from coordination.mail.drafts import Draft
from coordination.mail.message import Letter
from coordination.mail.site import Site
from coordination.mail.text import Block, Link
from coordination.meetings import words
from coordination.meetings.models import Meeting
from coordination.minutes.rules import ABOUT

PURPOSE = "minutes"
#: Purpose of the tokens in the links that open minutes, and where these lead.
READING = "minutes_reading"
READING_PATH = "/protokoll/"


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who is asked to read."""

    person_id: int
    name: str
    email: str
    language: str = "de"
    #: Key and generation of the invitation that the personal link stands for; None: there is no link to show.
    asked: tuple[int, int] | None = None
    #: Has had a mail with an earlier text of these minutes: this one is not the same again.
    has_earlier: bool = False


@dataclass(frozen=True, slots=True)
class Round:
    """Until when objections are asked for, and what has ``changed`` since minutes went round before."""

    until: date
    changed: str = ""


def about(meeting_id: int) -> str:
    """Return how the outbox knows these mails."""
    return f"{ABOUT}{meeting_id}"


def draft(meeting: Meeting, reader: Reader, asking: Round, site: Site, *, sender_name: str) -> Draft:
    """Return the mail to one reader, to be written now or later.

    Raises:
        ValueError: there is nothing to sign a link for. Such a mail would lead nowhere.
    """
    if reader.asked is None:
        raise ValueError("no invitation to sign the link for")
    about_it = meeting.id, meeting.title, meeting.body.name, meeting.starts_at, meeting.ends_at
    return Draft(
        (reader, about_it, asking, sender_name), lambda: letter(meeting, reader, asking, site, sender_name=sender_name)
    )


def letter(meeting: Meeting, reader: Reader, asking: Round, site: Site, *, sender_name: str) -> Letter:
    """Return the mail to one reader, in that reader's language; ``draft`` is what goes out.

    Without an invitation, as for the preview, the link stands for none.
    """
    token = site.signer.make(READING, *reader.asked) if reader.asked is not None else "…"
    with in_language(reader.language):
        values = {"title": meeting.title, "body": meeting.body.name, "when": words.when(meeting)}
        closing = gettext(
            "Koordination, %(city)s – questions: %(contact)s", city=site.city_name, contact=site.contact_email
        )
        demo = f"\n{gettext('Demonstration with invented people')}" if site.is_demo else ""
        blocks: list[Block] = [
            gettext("Good day, %(name)s,", name=reader.name),
            *_what_it_is(reader, asking, values),
            gettext("If something is wrong, please tell us until %(day)s.", day=format_day(asking.until)),
            gettext("The link opens them as a page and as PDF. It is for you alone; no password is needed."),
            Link(gettext("Read the minutes"), site.url(READING_PATH + token)),
            "\n".join(part for part in (sender_name, meeting.body.name) if part),
            f"-- \n{closing}{demo}",
        ]
        return Letter(
            to=reader.email,
            to_name=reader.name,
            subject=_subject(reader, values),
            text=text.plain(blocks),
            html=text.html(blocks, language=current_language()),
            purpose=PURPOSE,
            about=about(meeting.id),
            sender_name=sender_name,
            person_id=reader.person_id,
        )


def _subject(reader: Reader, values: Mapping[str, str]) -> str:
    if reader.has_earlier:
        return gettext("Revised minutes: %(title)s, %(body)s", **values)
    return gettext("Minutes: %(title)s, %(body)s", **values)


def _what_it_is(reader: Reader, asking: Round, values: Mapping[str, str]) -> list[Block]:
    """Return the first sentences: to whoever has read an earlier text, that this is another, and what is new."""
    if not reader.has_earlier:
        return [
            gettext("the minutes of the meeting “%(title)s” (%(body)s) on %(when)s are there to be read.", **values)
        ]
    said = gettext(
        "the minutes of the meeting “%(title)s” (%(body)s) on %(when)s were revised. "
        "This version replaces the one that you have had.",
        **values,
    )
    return [said, *([gettext("What has changed: %(text)s", text=asking.changed)] if asking.changed else [])]
