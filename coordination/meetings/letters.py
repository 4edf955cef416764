"""Mails about meetings: invitation, change and cancellation, each with its calendar part (RFC 6047), and two without.

One mail to each person, in that person's language; nobody reads the addresses of others.
"""

from __future__ import annotations

from collections.abc import Sequence

from coordination.core import ical
from coordination.core.access import BodyRole
from coordination.core.i18n import current_language, gettext, in_language, ngettext
from coordination.core.ical import Attendee, EventStatus, Method, Part, PartStat, Party
from coordination.directory.models import Person
from coordination.mail import text
from coordination.mail.message import CalendarPart, Letter
from coordination.mail.site import Site
from coordination.meetings import calendar, letter_text, words
from coordination.meetings.letter_text import Message, Occasion
from coordination.meetings.mail_plan import Invitee, MailKind, Why
from coordination.meetings.models import AgendaItem, Meeting
from coordination.meetings.rules import Answer, MeetingState

#: Purpose of these mails in the outbox, and what stands before the key of the meeting they are about.
PURPOSE = "meeting"
ABOUT = "meeting:"
#: Reminders stand apart: they tell nothing new, replace no invitation, and none replaces them.
REMINDER = "meeting.reminder"
#: So do those that tell somebody that their proposal is not taken up.
REFUSAL = "meeting.refusal"
_PARTSTAT = {
    Answer.OPEN: PartStat.NEEDS_ACTION,
    Answer.ACCEPTED: PartStat.ACCEPTED,
    Answer.TENTATIVE: PartStat.TENTATIVE,
    Answer.DECLINED: PartStat.DECLINED,
    Answer.DELEGATED: PartStat.DELEGATED,
}
_METHOD = {
    MailKind.INVITATION: Method.REQUEST,
    MailKind.UPDATE: Method.REQUEST,
    MailKind.CANCELLATION: Method.CANCEL,
}


def about(meeting_id: int) -> str:
    """Return how the outbox knows the mails of a meeting."""
    return f"{ABOUT}{meeting_id}"


def about_reminder(meeting_id: int) -> str:
    """Return how the outbox knows the reminders of a meeting."""
    return f"{REMINDER}:{meeting_id}"


def about_refusal(meeting_id: int) -> str:
    """Return how the outbox knows the mails that say which proposals for a meeting are not taken up."""
    return f"{REFUSAL}:{meeting_id}"


def abouts(meeting_id: int) -> tuple[str, str, str]:
    """Return how the outbox knows all mails of a meeting."""
    return about(meeting_id), about_reminder(meeting_id), about_refusal(meeting_id)


def refusal(occasion: Occasion, reader: Person, items: Sequence[AgendaItem], site: Site, *, language: str) -> Letter:
    """Return the mail that says which of somebody's proposals are not taken up, and why."""
    with in_language(language):
        blocks = letter_text.refusal(occasion, reader.name, items, site)
        values = {"what": calendar.title(occasion.meeting)}
        return Letter(
            to=reader.email,
            to_name=reader.name,
            subject=ngettext(
                "Not on the agenda: your proposal for %(what)s",
                "Not on the agenda: your proposals for %(what)s",
                len(items),
                **values,
            ),
            text=text.plain(blocks),
            html=text.html(blocks, language=current_language()),
            purpose=REFUSAL,
            about=about_refusal(occasion.meeting.id),
            sender_name=occasion.sender_name,
            person_id=reader.id,
        )


def reminder(occasion: Occasion, message: Message, site: Site) -> Letter:
    """Return a mail to somebody who has not answered: without a calendar part, as the entry is there already."""
    with in_language(message.language):
        blocks = letter_text.reminder(occasion, message, site)
        values = {"what": calendar.title(occasion.meeting), "when": words.moment(occasion.meeting.starts_at)}
        return Letter(
            to=message.invitee.email,
            to_name=message.invitee.name,
            subject=gettext("Reminder, please answer: %(what)s, %(when)s", **values),
            text=text.plain(blocks),
            html=text.html(blocks, language=current_language()),
            purpose=REMINDER,
            about=about_reminder(occasion.meeting.id),
            sender_name=occasion.sender_name,
            follows=message.follows,
            person_id=message.invitee.person_id,
        )


def letter(occasion: Occasion, message: Message, site: Site) -> Letter:
    """Return one mail as it will be frozen."""
    with in_language(message.language):
        blocks = letter_text.blocks(occasion, message, site)
        is_informed = message.invitee.why is Why.INFORMED
        is_off = message.kind is MailKind.CANCELLATION
        status = EventStatus.CANCELLED if is_off else EventStatus.CONFIRMED
        method = Method.PUBLISH if is_informed else _METHOD[message.kind]
        content = ical.message(
            calendar.event(occasion.meeting, site, stamp=occasion.now, status=status, sequence=message.sequence),
            method,
            Party(occasion.sender_name, site.sender.address),
            [] if is_informed else _attendees(occasion, message),
        )
        name = "termin.ics" if is_informed else "absage.ics" if is_off else "einladung.ics"
        return Letter(
            to=message.invitee.email,
            to_name=message.invitee.name,
            subject=_subject(occasion.meeting, message),
            text=text.plain(blocks),
            html=text.html(blocks, language=current_language()),
            purpose=PURPOSE,
            about=about(occasion.meeting.id),
            calendar=CalendarPart(method.value, content, name, is_asking=not is_informed),
            sender_name=occasion.sender_name,
            follows=message.follows,
            person_id=message.invitee.person_id,
        )


def _subject(meeting: Meeting, message: Message) -> str:
    kind = message.kind
    values = {"what": calendar.title(meeting), "when": words.moment(meeting.starts_at)}
    if kind is MailKind.CANCELLATION and meeting.state is not MeetingState.CANCELLED:
        # The meeting takes place: only its reader need not come.
        if message.member_comes:
            return gettext(
                "%(member)s comes after all: %(what)s, %(when)s", member=message.invitee.stands_in_for, **values
            )
        if message.invitee.why is Why.INFORMED:
            return gettext("No longer concerns you: %(what)s, %(when)s", **values)
        return gettext("You need not come: %(what)s, %(when)s", **values)
    if kind is MailKind.CANCELLATION:
        return gettext("Cancelled: %(what)s, %(when)s", **values)
    if kind is MailKind.UPDATE:
        return gettext("Changed: %(what)s, %(when)s", **values)
    if message.invitee.why is Why.INFORMED:
        return gettext("For information: %(what)s, %(when)s", **values)
    return gettext("Invitation: %(what)s, %(when)s", **values)


def _attendees(occasion: Occasion, message: Message) -> list[Attendee]:
    """Return who is named: the reader first, and the others only where the body shows its list."""
    own = attendee(message.invitee, message.delegated_from)
    if message.kind is MailKind.CANCELLATION and not message.invitee.is_wanted:
        # Others go on being asked.
        return [own]
    return [own, *(one for one in occasion.attendees if one.party.email != own.party.email)]


def attendee(invitee: Invitee, delegated_from: str = "") -> Attendee:
    """Return how calendars name somebody who belongs to a meeting."""
    role = invitee.role
    optional = role is None or role is BodyRole.PERMANENT_GUEST
    part = Part.CHAIR if role is BodyRole.CHAIR else Part.OPTIONAL if optional else Part.REQUIRED
    if invitee.why is Why.INFORMED:
        part = Part.INFORMED
    return Attendee(Party(invitee.name, invitee.email), part, _PARTSTAT[invitee.answer], delegated_from)
