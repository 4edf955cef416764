"""A meeting as calendars see it: the same title, place and page in mail, download and subscription."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from coordination.core.ical import CalendarEvent, EventStatus
from coordination.mail.site import Site
from coordination.meetings.models import Meeting


def title(meeting: Meeting) -> str:
    """Return what a calendar shows: the body first, since that is what people look for."""
    return f"{meeting.body.name}: {meeting.title}"


def location(meeting: Meeting) -> str:
    """Return where to go, with the address; where nobody has to go, the link."""
    place = meeting.place
    parts = [meeting.room]
    if place is not None:
        parts += [place.name, place.street, f"{place.postcode} {place.city}".strip()]
    return ", ".join(part for part in parts if part) or meeting.link


def event(meeting: Meeting, site: Site, *, stamp: datetime, status: EventStatus, sequence: int) -> CalendarEvent:
    """Return a meeting as a calendar entry; ``stamp`` is DTSTAMP (see ``core.ical``)."""
    # The page, never a personal link: calendars are shared, and copied into other people's.
    page, place = site.url(f"/sitzungen/{meeting.id}"), location(meeting)
    link = meeting.link if meeting.link != place else ""
    return CalendarEvent(
        uid=meeting.uid,
        sequence=sequence,
        stamp=stamp,
        changed=meeting.revised_at,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        summary=title(meeting),
        status=status,
        description="\n".join(part for part in (meeting.note, link, page) if part),
        location=place,
        url=page,
    )


def retold(event: CalendarEvent, title: str) -> CalendarEvent:
    """Return an entry under another title."""
    return replace(event, summary=title)


def outside(event: CalendarEvent, meeting: Meeting) -> CalendarEvent:
    """Return an entry for who sees that the meeting is, when and where: note and link are for those who take part."""
    return replace(event, description=event.url, location="" if event.location == meeting.link else event.location)


def neutral(event: CalendarEvent) -> CalendarEvent:
    """Return an entry that says when and on which page, and nothing else."""
    return replace(event, description=event.url, location="")
