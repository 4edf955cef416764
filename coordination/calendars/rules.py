"""The words of subscriptions and what a window holds. No database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from coordination.core.i18n import N_


class FeedKind(StrEnum):
    """What a subscription shows."""

    MINE = "mine"
    BODY = "body"
    TOPIC = "topic"
    ALL = "all"
    DEADLINES = "deadlines"
    PLACE = "place"
    PERSON = "person"
    HOLIDAYS = "holidays"


#: Kinds of which there is one for each body, topic, place or person; of the others there is one.
OF_ONE = frozenset({FeedKind.BODY, FeedKind.TOPIC, FeedKind.PLACE, FeedKind.PERSON})
#: Kinds that show meetings, and let their titles be neutral.
OF_MEETINGS = frozenset({FeedKind.MINE, FeedKind.BODY, FeedKind.TOPIC, FeedKind.ALL})
KIND_WORDS = {
    FeedKind.MINE: N_("My meetings"),
    FeedKind.BODY: N_("Meetings of a body"),
    FeedKind.TOPIC: N_("Meetings on a topic"),
    FeedKind.ALL: N_("All meetings that I may see"),
    FeedKind.DEADLINES: N_("My deadlines"),
    FeedKind.PLACE: N_("Who is at a school"),
    FeedKind.PERSON: N_("When somebody is where"),
    FeedKind.HOLIDAYS: N_("Holidays"),
}

#: Days that a subscription of meetings reaches back and ahead.
BACK, AHEAD = timedelta(days=90), timedelta(days=731)
#: Presence is a day each, so it reaches less far.
PRESENCE_BACK, PRESENCE_AHEAD = timedelta(days=14), timedelta(days=182)
#: What was cancelled stays so long, marked: some programs keep what merely vanishes, and show it as if it held.
CANCELLED_STAYS = timedelta(days=30)
#: A link that nothing has fetched for so long is turned off: about 18 months.
UNUSED = timedelta(days=548)


class Variant(StrEnum):
    """How a meeting is told: whole, to outsiders without note and link, or with a title that says nothing."""

    FULL = "full"
    OUTSIDE = "outside"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a link asks for, as plain values."""

    kind: FeedKind
    subject_id: int
    is_neutral: bool


def window(today: date) -> tuple[date, date]:
    """Return the first and last day of meetings."""
    return today - BACK, today + AHEAD


def presence_window(today: date) -> tuple[date, date]:
    """Return the first and last day of presence."""
    return today - PRESENCE_BACK, today + PRESENCE_AHEAD


#: What is no name of a program.
CLIENT_WORDS = frozenset({A_BROWSER := N_("a browser"), ANOTHER := N_("another program")})
#: Part of a User-Agent, as it is written → how people call the program; the first that fits.
_CLIENTS = (
    ("Google-Calendar", "Google Kalender"),
    ("Microsoft Office", "Outlook"),
    ("Outlook", "Outlook"),
    ("Exchange", "Outlook"),
    ("dataaccessd", "Apple Kalender"),
    ("CalendarAgent", "Apple Kalender"),
    ("iOS", "Apple Kalender"),
    ("macOS", "Apple Kalender"),
    ("Thunderbird", "Thunderbird"),
    ("Nextcloud", "Nextcloud"),
    ("ICSx5", "ICSx⁵"),
    ("DAVx5", "DAVx⁵"),
    ("vdirsyncer", "vdirsyncer"),
    ("Evolution", "Evolution"),
    ("Mozilla", A_BROWSER),
)


def client_word(user_agent: str) -> str:
    """Return the program behind a User-Agent as a word (a msgid where it is no name); never the whole header."""
    return next((word for part, word in _CLIENTS if part in user_agent), ANOTHER)
