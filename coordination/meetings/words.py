"""A meeting in the reader's words: when, how far away, where, in which state."""

from __future__ import annotations

import re
from datetime import date, datetime

from coordination.core.i18n import format_date, format_day, format_time, gettext, ngettext
from coordination.meetings.models import Meeting
from coordination.meetings.rules import STATE_WORDS, MeetingState

#: From so many days on it is said in weeks, in months, in years.
WEEKS, MONTHS, YEARS = 21, 70, 730


def hours(starts_at: datetime, ends_at: datetime) -> str:
    """Return "14:00–16:00 Uhr"."""
    return gettext("%(first)s–%(last)s", first=format_time(starts_at), last=format_time(ends_at))


def span(starts_at: datetime, ends_at: datetime) -> str:
    """Return "Do, 14.01.2027, 14:00–16:00 Uhr"; over several days both with their day."""
    if starts_at.date() == ends_at.date():
        return f"{format_day(starts_at.date())}, {hours(starts_at, ends_at)}"
    return gettext(
        "%(first_day)s, %(first)s, to %(last_day)s, %(last)s",
        first_day=format_day(starts_at.date()),
        first=format_time(starts_at),
        last_day=format_day(ends_at.date()),
        last=format_time(ends_at),
    )


def when(meeting: Meeting) -> str:
    """Return when a meeting is, in full."""
    return span(meeting.starts_at, meeting.ends_at)


def moment(at: datetime) -> str:
    """Return "Do, 14.01.2027, 14:00 Uhr"."""
    return gettext("%(day)s, %(time)s", day=format_day(at.date()), time=format_time(at))


def distance(day: date, today: date) -> str:
    """Return how far away a day is: "morgen", "in 7 Wochen", "vor 3 Tagen"."""
    left = (day - today).days
    near = {
        0: gettext("today"),
        1: gettext("tomorrow"),
        2: gettext("the day after tomorrow"),
        -1: gettext("yesterday"),
        -2: gettext("the day before yesterday"),
    }
    if left in near:
        return near[left]
    return _ahead(left) if left > 0 else _ago(-left)


def _ahead(left: int) -> str:
    if left < WEEKS:
        return gettext("in %(n)s days", n=left)
    if left < MONTHS:
        return gettext("in %(n)s weeks", n=left // 7)
    if left < YEARS:
        return gettext("in %(n)s months", n=_months(left))
    return gettext("in %(n)s years", n=left // 365)


def _ago(gone: int) -> str:
    if gone < WEEKS:
        return gettext("%(n)s days ago", n=gone)
    if gone < MONTHS:
        return gettext("%(n)s weeks ago", n=gone // 7)
    if gone < YEARS:
        return gettext("%(n)s months ago", n=_months(gone))
    return gettext("%(n)s years ago", n=gone // 365)


def _months(days: int) -> int:
    return int(days / 30.44)


def since(days: int) -> str:
    """Return how long something has not been: "seit 5 Monaten", "seit 3 Wochen"."""
    if days < WEEKS:
        return ngettext("for one day", "for %(count)s days", days, count=days)
    if days < MONTHS:
        return gettext("for %(n)s weeks", n=days // 7)
    return gettext("for %(n)s months", n=_months(days))


def rhythm_kept(last: date | None, coming: date | None, gap: int, day: date) -> str:
    """Return whether no more than ``gap`` days lie between the last meeting and the next one, or today."""
    if last is None:
        return gettext("not yet: no meeting so far")
    if coming is None:
        silent = (day - last).days
        return gettext("yes, so far") if silent <= gap else gettext("no: no meeting %(since)s", since=since(silent))
    between = (coming - last).days
    return gettext("yes") if between <= gap else gettext("no: %(days)s days until the next one", days=between)


def where(meeting: Meeting) -> str:
    """Return where a meeting is: the place with the room in it, a room alone, or that it is online."""
    parts = [meeting.place.name if meeting.place else "", meeting.room]
    if meeting.link:
        parts.append(gettext("online"))
    return ", ".join(part for part in parts if part)


def file_name(word: str, meeting: Meeting, ending: str, *, more: str = "") -> str:
    """Return what a file about a meeting is called: "Protokoll STG 2026-11-12.pdf"; ``more`` stands behind the day."""
    body = re.sub(r"[^\w .-]+", " ", meeting.body.short_name or meeting.body.name).strip()
    return f"{word} {body} {meeting.starts_at.date().isoformat()}{more}.{ending}"


def numbered(number: str | None, title: str) -> str:
    """Return an item with its number: "TOP N 2: Haushalt"; one that is no longer on the agenda has none."""
    return gettext("Item %(number)s: %(title)s", number=number, title=title) if number else title


def state_word(state: MeetingState) -> str:
    """Return the state in a word."""
    return gettext(STATE_WORDS[state])


def taken(name: str, stands_in_for: str) -> str:
    """Return why somebody who is a deputy cannot be asked to be one; ``stands_in_for``: "" where that is not said."""
    if stands_in_for:
        return gettext("%(name)s stands in for %(member)s already.", name=name, member=stands_in_for)
    return gettext("%(name)s is asked to this meeting already.", name=name)


def reopened(count: int) -> str:
    """Return that so many answers hold no longer after a move; "" for none."""
    if count <= 0:
        return ""
    return ngettext(
        "One answer is open again, whoever entered it: it was for the date before.",
        "%(count)s answers are open again, whoever entered them: they were for the date before.",
        count,
        count=count,
    )


def taken_back(count: int) -> str:
    """Return that so many waiting mails were taken back; "" for none."""
    if count <= 0:
        return ""
    return ngettext("One waiting mail is taken back.", "%(count)s waiting mails are taken back.", count, count=count)


def label(meeting: Meeting) -> str:
    """Return the meeting in one line of a list: "14.01.2027, 3. Sitzung 2026 (Beirat)"."""
    text = f"{format_date(meeting.starts_at.date())}, {meeting.title} ({meeting.body.name})"
    return f"{text} – {state_word(meeting.state)}" if meeting.state is MeetingState.CANCELLED else text
