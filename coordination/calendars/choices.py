"""What can be subscribed to: said on the page, and read back from its forms."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from coordination.bodies import queries as body_queries
from coordination.bodies.models import Body
from coordination.calendars.rules import KIND_WORDS, OF_ONE, FeedKind
from coordination.core.access import Actor
from coordination.core.errors import NotFound
from coordination.core.i18n import gettext as _
from coordination.topics.models import Topic

#: What a column of keys holds.
MOST_KEY = 2**31 - 1
_KEY = re.compile(r"[0-9]{1,10}")


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to subscribe to: what the form sends, its name, one sentence."""

    value: str
    name: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Offered:
    """All that the page offers: single things, then bodies and topics to choose from."""

    single: tuple[Choice, ...]
    own_bodies: tuple[Choice, ...]
    bodies: tuple[Choice, ...]
    topics: tuple[Choice, ...]


def value(kind: FeedKind, subject_id: int = 0) -> str:
    """Return what a form sends for a subscription."""
    return f"{kind}:{subject_id}" if kind in OF_ONE else str(kind)


def parse(text: str) -> tuple[FeedKind, int]:
    """Return what a form sent.

    Raises:
        NotFound: no page offers that.
    """
    kind, _colon, key = text.partition(":")
    if kind not in set(FeedKind) or not _KEY.fullmatch(key or "0") or int(key or 0) > MOST_KEY:
        raise NotFound
    found = FeedKind(kind), int(key or 0)
    if (found[1] > 0) != (found[0] in OF_ONE):
        raise NotFound
    return found


def offered(session: Session, actor: Actor, today: date, taken: Collection[tuple[FeedKind, int]]) -> Offered:
    """Return what somebody can subscribe to and has not yet; bodies they belong to stand apart, with a button each."""
    bodies = [one for one in body_queries.bodies(session, today) if (FeedKind.BODY, one.id) not in taken]
    topics = [one for one in body_queries.topics(session) if (FeedKind.TOPIC, one.id) not in taken]
    own = [_of(FeedKind.BODY, one) for one in bodies if one.id in actor.body_roles]
    others = [_of(FeedKind.BODY, one) for one in bodies if one.id not in actor.body_roles]
    single = (one for kind, one in _single(actor) if (kind, 0) not in taken)
    return Offered(tuple(single), tuple(own), tuple(others), tuple(_of(FeedKind.TOPIC, one) for one in topics))


def _of(kind: FeedKind, row: Body | Topic) -> Choice:
    return Choice(value(kind, row.id), row.name)


def _single(actor: Actor) -> Iterator[tuple[FeedKind, Choice]]:
    texts = {
        FeedKind.MINE: _("What your bodies plan and where you are asked to come; what you declined is left out."),
        FeedKind.DEADLINES: _("Your tasks; who runs a body also sees invitations, minutes and decisions that are due."),
        FeedKind.ALL: _("Meetings of your bodies, those you are asked to, and all that are public."),
        FeedKind.HOLIDAYS: _("School holidays and public holidays in North Rhine-Westphalia."),
    }
    # Without an entry in the directory nobody is asked anywhere, and owes nothing.
    of_a_person = {FeedKind.MINE, FeedKind.DEADLINES}
    for kind, text in texts.items():
        if actor.person_id is not None or kind not in of_a_person:
            yield kind, Choice(value(kind), _(KIND_WORDS[kind]), text)
