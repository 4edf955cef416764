"""What the mails about a meeting say, as blocks that become plain text and HTML."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from coordination.core.i18n import format_day, gettext, ngettext
from coordination.core.ical import Attendee
from coordination.files.rules import kind_word, size_word
from coordination.mail.site import Site
from coordination.mail.text import Block, Facts, Link, Point, Points
from coordination.meetings import calendar, words
from coordination.meetings.history import Told
from coordination.meetings.mail_plan import Invitee, MailKind, Why
from coordination.meetings.models import AgendaItem, Meeting
from coordination.meetings.rules import MeetingState

#: Where the personal links of invitations lead.
ANSWER_PATH = "/antwort/"


#: Columns of a meeting that no mail says, or that sending itself changes.
_UNSAID = frozenset({"state", "version", "revised_at", "guests_revised_at", "sequence", "form_key"})


@dataclass(frozen=True, slots=True)
class File:
    """What a mail says of an attachment; the file itself stays on the page."""

    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the agenda with its attachments."""

    number: str
    title: str
    files: Sequence[File] = ()


@dataclass(frozen=True)
class Occasion:
    """What is the same in all mails of one sending.

    ``agenda`` are the items that everybody may read, ``agenda_inside`` those for people of the body.
    """

    meeting: Meeting
    sender_name: str
    now: datetime
    agenda: Sequence[Item] = ()
    agenda_inside: Sequence[Item] = ()
    #: Everybody who belongs to the meeting, where its body lets all know of each other; else nobody.
    attendees: Sequence[Attendee] = ()

    @cached_property
    def mark(self) -> str:
        """Return what stands for all that the mails of this sending say alike, but the time they are written at."""
        meeting, place = self.meeting, self.meeting.place
        said = [getattr(meeting, column.key) for column in Meeting.__mapper__.column_attrs if column.key not in _UNSAID]
        said += [meeting.state is MeetingState.CANCELLED, meeting.body.name]
        said += [place.name, place.street, place.postcode, place.city] if place is not None else []
        said += [self.sender_name, self.agenda, self.agenda_inside, self.attendees]
        return repr(said)


@dataclass(frozen=True, slots=True)
class Message:
    """What one mail says: to whom, which, and what the reader does not know yet."""

    invitee: Invitee
    kind: MailKind
    language: str
    #: Token of the personal link; empty where nothing is to be answered. It is another one each second, so that
    #: ``mark`` looks at what it stands for instead: key and generation of the invitation.
    token: str = field(default="", repr=False)
    answers: tuple[int, int] | None = None
    #: Message-ID of the first mail about this meeting.
    follows: str = ""
    changes: Sequence[Told] = ()
    #: The same of the agenda, as sentences.
    agenda_changes: Sequence[str] = ()
    #: Address of the member in whose place a deputy is asked.
    delegated_from: str = ""
    #: Its reader was told another time before: what they answered to that counts no longer.
    is_moved: bool = False
    #: Its reader was asked to stand in for a member who comes after all.
    member_comes: bool = False
    #: The member for whom its reader stands in was asked anew, and has not answered.
    is_member_open: bool = False
    #: SEQUENCE of its calendar part.
    sequence: int = 0

    def mark(self, occasion: Occasion) -> str:
        """Return what stands for all that this mail says: two with the same mark say the same."""
        return hashlib.sha256(f"{occasion.mark}\n{self!r}".encode()).hexdigest()


def blocks(occasion: Occasion, message: Message, site: Site) -> list[Block]:
    """Return what one mail says, in the language in use."""
    meeting = occasion.meeting
    found: list[Block] = [gettext("Good day, %(name)s,", name=message.invitee.name), _opening(meeting, message)]
    if message.kind is MailKind.CANCELLATION:
        found.extend(_taken_back(meeting))
    else:
        if message.kind is MailKind.UPDATE:
            found.extend(_changes(message))
        if message.is_moved and message.invitee.is_asked:
            found.append(_asked_anew(message))
        found.append(Facts(tuple(_facts(meeting, is_asked=message.invitee.is_asked))))
        found.extend(_inside(occasion, message, site))
    return [*found, *_closing(occasion, site)]


def reminder(occasion: Occasion, message: Message, site: Site) -> list[Block]:
    """Return what a reminder says, in the language in use."""
    meeting, values = occasion.meeting, {"body": occasion.meeting.body.name, "title": occasion.meeting.title}
    return [
        gettext("Good day, %(name)s,", name=message.invitee.name),
        gettext("you are invited to the meeting “%(title)s” (%(body)s) and have not answered yet.", **values),
        Facts(tuple(_facts(meeting, is_asked=True))),
        *_link(message, site),
        Link(gettext("The meeting in Koordination (with sign-in)"), site.url(f"/sitzungen/{meeting.id}")),
        *_closing(occasion, site),
    ]


def refusal(occasion: Occasion, name: str, items: Sequence[AgendaItem], site: Site) -> list[Block]:
    """Return what whoever proposed some items reads of those not taken up, in the language in use."""
    meeting = occasion.meeting
    found: list[Block] = [
        gettext("Good day, %(name)s,", name=name),
        # True also of what was on the agenda for a while.
        ngettext(
            "thank you for your proposal. It is not on the agenda:",
            "thank you for your proposals. They are not on the agenda:",
            len(items),
        ),
    ]
    for item in items:
        reason = [(gettext("Reason"), item.refusal)] if item.refusal else []
        found.append(Facts(((gettext("Proposal"), item.title), *reason)))
    # Without day and place: the mail stays true if the meeting moves.
    found.append(Facts(((gettext("Meeting"), calendar.title(meeting)),)))
    found.append(Link(gettext("The meeting in Koordination (with sign-in)"), site.url(f"/sitzungen/{meeting.id}")))
    return [*found, *_closing(occasion, site)]


def _closing(occasion: Occasion, site: Site) -> Iterator[Block]:
    closing = gettext(
        "Koordination, %(city)s – questions: %(contact)s", city=site.city_name, contact=site.contact_email
    )
    yield f"{occasion.sender_name}\n{occasion.meeting.body.name}"
    yield f"-- \n{closing}" + (f"\n{gettext('Demonstration with invented people')}" if site.is_demo else "")


def _link(message: Message, site: Site) -> Iterator[Block]:
    if message.token:
        yield gettext("Please say whether you come. The link is for you alone; no password is needed:")
        yield Link(gettext("Answer now"), site.url(ANSWER_PATH + message.token))


def _opening(meeting: Meeting, message: Message) -> str:
    values = {"body": meeting.body.name, "title": meeting.title, "when": words.when(meeting)}
    if message.kind is MailKind.UPDATE:
        return gettext("Something has changed about the meeting “%(title)s” (%(body)s):", **values)
    if message.kind is MailKind.CANCELLATION:
        if meeting.state is MeetingState.CANCELLED:
            return gettext("The meeting “%(title)s” (%(body)s) on %(when)s does not take place.", **values)
        if message.invitee.why is Why.INFORMED:
            return gettext("The meeting “%(title)s” (%(body)s) on %(when)s no longer concerns you.", **values)
        return gettext("You need not come to the meeting “%(title)s” (%(body)s) on %(when)s.", **values)
    if message.invitee.stands_in_for:
        values |= {"member": message.invitee.stands_in_for}
        if message.is_member_open:
            return gettext(
                "For the earlier date of the meeting “%(title)s” (%(body)s) you were asked to stand in for %(member)s."
                " For the new one %(member)s has not answered yet; if %(member)s comes, you get a cancellation.",
                **values,
            )
        return gettext(
            "%(member)s cannot come to the meeting “%(title)s” (%(body)s) and asks you to stand in.", **values
        )
    if message.invitee.why is Why.INFORMED:
        return gettext("For your information: the meeting “%(title)s” (%(body)s) takes place.", **values)
    return gettext("You are invited to the meeting “%(title)s” (%(body)s).", **values)


def _taken_back(meeting: Meeting) -> Iterator[Block]:
    if meeting.state is MeetingState.CANCELLED and meeting.cancel_reason:
        yield gettext("Reason: %(reason)s", reason=meeting.cancel_reason)
    yield gettext("Please remove it from your calendar, if that does not happen by itself.")


def _changes(message: Message) -> Iterator[Block]:
    """Say what is new since the last mail, of the meeting and of its agenda."""
    if message.changes:
        yield Points(tuple(_change(one) for one in message.changes))
        yield from (gettext("Reason: %(reason)s", reason=one.reason) for one in message.changes if one.reason)
    if message.agenda_changes:
        yield gettext("What has changed in the agenda:")
        yield Points(tuple(message.agenda_changes))
    if not message.changes and not message.agenda_changes:
        yield gettext("The agenda is another one now.")


def _asked_anew(message: Message) -> str:
    member = message.invitee.stands_in_for
    if member:
        return gettext(
            "What was answered to the old date counts no longer. %(member)s, for whom you were to stand in, is asked"
            " anew as well; if %(member)s comes, you get a cancellation. Please answer for the new date.",
            member=member,
        )
    return gettext("An earlier answer was for the old date and counts no longer. Please answer for the new date.")


def _change(one: Told) -> str:
    values = {"what": one.what, "before": one.before, "after": one.after or gettext("(empty)")}
    if one.before:
        return gettext("%(what)s: %(after)s (before: %(before)s)", **values)
    return gettext("%(what)s: %(after)s", **values)


def _facts(meeting: Meeting, *, is_asked: bool) -> Iterator[tuple[str, str]]:
    yield gettext("When"), words.when(meeting)
    place = calendar.location(meeting)
    # Where nobody has to go, the link is the place; it stands once.
    if place and place != meeting.link:
        yield gettext("Where"), place
    if meeting.link:
        yield gettext("Online"), meeting.link
    if meeting.answer_until is not None and is_asked:
        yield gettext("Answer until"), format_day(meeting.answer_until)


def _inside(occasion: Occasion, message: Message, site: Site) -> Iterator[Block]:
    meeting = occasion.meeting
    if meeting.note:
        yield meeting.note
    is_inside = message.invitee.role is not None
    items = occasion.agenda_inside if is_inside else occasion.agenda
    if items:
        yield gettext("Agenda:")
        yield Points(tuple(_point(item) for item in items))
    if any(item.files for item in items):
        if message.token:
            yield gettext("The attachments are on the page with which you answer.")
        else:
            yield Link(gettext("Read the attachments (with sign-in)"), site.url(f"/sitzungen/{meeting.id}#agenda"))
    yield from _link(message, site)
    yield Link(gettext("The meeting in Koordination (with sign-in)"), site.url(f"/sitzungen/{meeting.id}"))


def _point(item: Item) -> Point:
    said = gettext("Item %(number)s: %(title)s", number=item.number, title=item.title)
    return Point(said, tuple(_attached(one) for one in item.files))


def _attached(file: File) -> str:
    kind, size = kind_word(file.media_type), size_word(file.size)
    return gettext("Attachment: %(name)s – %(kind)s, %(size)s", name=file.name, kind=kind, size=size)
