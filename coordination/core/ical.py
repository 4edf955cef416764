"""iCalendar bytes: the sole user of icalendar.

Every meeting is one VEVENT of its own with wall times in Europe/Berlin (RFC 5545 section 3.3.5, form 3). What
clients misread is left out on purpose: no recurrence, no alarms, no DURATION, and one VTIMEZONE of two rules.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache, lru_cache

from icalendar import Calendar, Event, Timezone, vCalAddress, vText
from icalendar.parser import Contentline
from icalendar.prop import vUri

from coordination.core.clock import ZONE

TAIL = b"END:VCALENDAR\r\n"
PRODID = "-//Koordination//Koordination 1//DE"
#: C0 and C1 but line feed and tab: RFC 5545 section 3.1 allows none of them in a text.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
_ESCAPED = re.compile(r"[\\;,]")

#: Europe/Berlin as two rules without end; clients misread lists of dates and history (RFC 5545 section 3.6.5).
_TIMEZONE = """BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
END:STANDARD
END:VTIMEZONE
"""


class Method(StrEnum):
    """What a message asks for (RFC 5546 section 1.4)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


class EventStatus(StrEnum):
    """STATUS of a VEVENT (RFC 5545 section 3.8.1.11)."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


class Part(StrEnum):
    """ROLE of an attendee (RFC 5545 section 3.2.16)."""

    CHAIR = "CHAIR"
    REQUIRED = "REQ-PARTICIPANT"
    OPTIONAL = "OPT-PARTICIPANT"
    INFORMED = "NON-PARTICIPANT"


class PartStat(StrEnum):
    """PARTSTAT of an attendee of a VEVENT (RFC 5545 section 3.2.12)."""

    NEEDS_ACTION = "NEEDS-ACTION"
    ACCEPTED = "ACCEPTED"
    TENTATIVE = "TENTATIVE"
    DECLINED = "DECLINED"
    DELEGATED = "DELEGATED"


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One meeting as calendars see it. Times are naive wall times in Germany; ``stamp`` and ``changed`` are aware.

    ``stamp`` is DTSTAMP: in a message the time of the message, in a feed that of the last change, so that the
    bytes stay the same while nothing changes (RFC 5545 section 3.8.7.2).
    """

    uid: str
    sequence: int
    stamp: datetime
    changed: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    status: EventStatus = EventStatus.CONFIRMED
    description: str = ""
    location: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class DayEntry:
    """Something that takes whole days: a deadline, a holiday. ``last`` is the last day itself, not the day after."""

    uid: str
    changed: datetime
    first: date
    last: date
    summary: str
    description: str = ""
    url: str = ""
    #: Grows with each change of the row behind it.
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody with an address."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Attendee:
    """Who is asked, as what, and what is known of the answer."""

    party: Party
    part: Part = Part.REQUIRED
    answer: PartStat = PartStat.NEEDS_ACTION
    #: In whose place (RFC 5546 section 3.2.2.3).
    delegated_from: str = ""


def message(event: CalendarEvent, method: Method, organizer: Party, attendees: Sequence[Attendee]) -> bytes:
    """Return an iTIP message about one meeting, the same for the mail's part and its attachment.

    Only those in ``attendees`` are named: whoever else is asked stays private.
    """
    before, behind = _frame(event, method, organizer)
    return before + b"".join(_attendee_line(one, method) for one in attendees) + behind


@lru_cache(maxsize=1024)
def _attendee_line(attendee: Attendee, method: Method) -> bytes:
    address = _attendee(attendee, method)
    line: bytes = Contentline.from_parts("ATTENDEE", address.params, address, sorted=False).to_ical()
    return line + b"\r\n"


@lru_cache(maxsize=16)
def _frame(event: CalendarEvent, method: Method, organizer: Party) -> tuple[bytes, bytes]:
    """Return what stands before and behind the attendees: the same in hundreds of mails of one sending."""
    calendar = _calendar()
    calendar.add("method", method.value)
    calendar.add_component(Timezone.from_ical(_TIMEZONE))
    entry = _event(event)
    entry["ORGANIZER"] = _address(organizer)
    calendar.add_component(entry)
    before, end, behind = _bytes(calendar).rpartition(b"END:VEVENT\r\n")
    return before, end + behind


def readdressed(content: bytes, old: str, new: str) -> bytes:
    """Return a message of ours for another address of the same person; all else stays as it is."""
    lines = content.decode().replace("\r\n ", "").split("\r\n")
    found = [
        line.replace(f"mailto:{_line(old)}", f"mailto:{_line(new)}") if line.startswith("ATTENDEE") else line
        for line in lines
    ]
    return b"\r\n".join(_folded(line) for line in found)


def _folded(line: str) -> bytes:
    content: bytes = Contentline(line).to_ical() if line else b""  # type: ignore[no-untyped-call]
    return content


@lru_cache(maxsize=256)
def head(name: str) -> bytes:
    """Return what stands before the entries of a subscription called ``name`` (RFC 7986 sections 5.1 and 5.7).

    No METHOD: a subscription is no message, and with one RFC 5546 wants an ORGANIZER, whom some clients write to.
    """
    calendar = _calendar()
    title = _Text(_line(name))
    for key, value in (("name", title), ("x-wr-calname", title), ("x-wr-timezone", "Europe/Berlin")):
        calendar.add(key, value)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    calendar.add_component(Timezone.from_ical(_TIMEZONE))
    return _bytes(calendar).removesuffix(TAIL)


def part(entry: CalendarEvent | DayEntry) -> bytes:
    """Return the lines of one VEVENT: a subscription is ``head``, parts, ``TAIL``."""
    built = _day(entry) if isinstance(entry, DayEntry) else _event(entry)
    content: bytes = built.to_ical(sorted=False)
    return content


def file(*parts: bytes) -> bytes:
    """Return a calendar to be stored once: ``parts`` as ``part`` makes them."""
    return b"".join((_frame_of_file(), *parts, TAIL))


@cache
def _frame_of_file() -> bytes:
    calendar = _calendar()
    calendar.add_component(Timezone.from_ical(_TIMEZONE))
    return _bytes(calendar).removesuffix(TAIL)


def clean(text: str) -> str:
    """Return ``text`` as a calendar may hold it: any line end is a line feed, no control characters."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _line(text: str) -> str:
    return " ".join(clean(text).split())


class _Text(vText):
    r"""TEXT of RFC 5545 section 3.3.11; icalendar's own takes the ``\N`` of ``N:\Neu`` for a line end."""

    def to_ical(self) -> bytes:
        return _ESCAPED.sub(r"\\\g<0>", self).replace("\n", "\\n").encode()


def _calendar() -> Calendar:
    calendar = Calendar()
    for name, value in (("version", "2.0"), ("prodid", PRODID), ("calscale", "GREGORIAN")):
        calendar.add(name, value)
    return calendar


def _bytes(calendar: Calendar) -> bytes:
    # In the order in which the properties were added, so that the same meeting gives the same bytes.
    content: bytes = calendar.to_ical(sorted=False)
    return content


def _event(event: CalendarEvent) -> Event:
    entry = Event()
    entry.add("uid", event.uid)
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", event.stamp)
    entry.add("last-modified", event.changed)
    entry.add("dtstart", event.starts_at.replace(tzinfo=ZONE))
    entry.add("dtend", event.ends_at.replace(tzinfo=ZONE))
    entry.add("summary", _Text(_line(event.summary)))
    for name, value in (("location", _line(event.location)), ("description", clean(event.description).strip())):
        if value:
            entry.add(name, _Text(value))
    if event.url:
        entry.add("url", vUri(_line(event.url)))
    entry.add("status", event.status.value)
    entry.add("transp", "OPAQUE" if event.status is EventStatus.CONFIRMED else "TRANSPARENT")
    return entry


def _day(entry: DayEntry) -> Event:
    built = Event()
    built.add("uid", entry.uid)
    built.add("sequence", entry.sequence)
    built.add("dtstamp", entry.changed)
    built.add("last-modified", entry.changed)
    built.add("dtstart", entry.first)
    # The day after the last one (RFC 5545 section 3.6.1).
    built.add("dtend", entry.last + timedelta(days=1))
    built.add("summary", _Text(_line(entry.summary)))
    if entry.description:
        built.add("description", _Text(clean(entry.description)))
    if entry.url:
        built.add("url", vUri(_line(entry.url)))
    built.add("status", EventStatus.CONFIRMED.value)
    # It is good to know of, and keeps nobody from meeting.
    built.add("transp", "TRANSPARENT")
    return built


def _address(party: Party) -> vCalAddress:
    address = vCalAddress(f"mailto:{_line(party.email)}")
    # A quotation mark cannot stand in a parameter (RFC 5545 section 3.2).
    address.params["CN"] = vText(_line(party.name).replace('"', "'") or party.email)
    return address


def _attendee(attendee: Attendee, method: Method) -> vCalAddress:
    address = _address(attendee.party)
    address.params["CUTYPE"] = vText("INDIVIDUAL")
    address.params["ROLE"] = vText(attendee.part.value)
    address.params["PARTSTAT"] = vText(attendee.answer.value)
    if method is Method.REQUEST and attendee.part is not Part.INFORMED:
        address.params["RSVP"] = vText("TRUE")
    if attendee.delegated_from:
        address.params["DELEGATED-FROM"] = [f"mailto:{attendee.delegated_from}"]
    return address
