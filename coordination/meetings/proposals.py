"""What is proposed for a body's next meeting: its title, its times, where it meets; from what it did before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from coordination.bodies.procedure import earlier_working_day
from coordination.core.i18n import gettext
from coordination.meetings.models import Meeting

#: "3. Beiratstreffen 2026": what changes from one to the next, and what stays.
NUMBERED = re.compile(r"(\d{1,3})\. (.{1,150}?) (\d{4})")
LENGTH = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the form is filled with before anybody types."""

    starts: time = time(14)
    ends: time = time(16)
    place_id: int | None = None
    room: str = ""
    link: str = ""


def proposal(latest: Sequence[Meeting]) -> Proposal:
    """Return times, place, room and link of the newest meeting; without one two hours in the afternoon."""
    if not latest:
        return Proposal()
    last = latest[0]
    is_one_day = last.starts_at.date() == last.ends_at.date()
    ends = last.ends_at.time() if is_one_day else (last.starts_at + LENGTH).time()
    return Proposal(last.starts_at.time(), ends, last.place_id, last.room, last.link)


def usual_length(latest: Sequence[Meeting]) -> timedelta:
    """Return how long a meeting takes: as long as the last one, else two hours."""
    length = latest[0].ends_at - latest[0].starts_at if latest else LENGTH
    return length if length <= timedelta(hours=12) else LENGTH


def answer_until(meeting: Meeting, starts_on: date, today: date) -> date | None:
    """Return until when answers to another day are wanted: as long before it as now.

    None: until the meeting, as now, or because that day has passed.
    """
    if meeting.answer_until is None:
        return None
    found = earlier_working_day(starts_on - (meeting.starts_at.date() - meeting.answer_until))
    return found if today < found <= starts_on else None


def title(latest: Sequence[Meeting], year: int, titles: Sequence[str]) -> str:
    """Return what the next meeting of a body is called; ``titles`` are those of that year so far.

    A body that numbers its meetings goes on with its own word; one that always uses the same title keeps it; any
    other begins with "3. Sitzung 2026". No number is given twice in a year, in whichever order meetings are entered.
    """
    if fixed := fixed_title(latest):
        return fixed
    numbered = (NUMBERED.fullmatch(one) for one in titles)
    taken = [int(one[1]) for one in numbered if one and int(one[3]) == year]
    number = max(taken, default=len(titles)) + 1
    found = NUMBERED.fullmatch(latest[0].title) if latest else None
    return f"{number}. {found[2]} {year}" if found else gettext("Meeting %(n)s of %(year)s", n=number, year=year)


def fixed_title(latest: Sequence[Meeting]) -> str:
    """Return the title that a body always uses, without a number; "" if there is none."""
    if len(latest) < 2 or latest[0].title != latest[1].title or NUMBERED.fullmatch(latest[0].title):
        return ""
    return latest[0].title
