"""What can be subscribed to: said on the page, and read back from its forms."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from coordination.bodies import queries as body_queries
from coordination.calendars.rules import OF_ONE, FeedKind
from coordination.core.access import Actor
from coordination.core.errors import NotFound
from coordination.core.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to subscribe to: what the form sends, its name, one sentence, and whether one has it already."""

    value: str
    name: str
    text: str = ""
    is_taken: bool = False


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
    try:
        return FeedKind(kind), int(key or 0)
    except ValueError as error:
        raise NotFound from error


def offered(session: Session, actor: Actor, today: date, taken: Collection[tuple[FeedKind, int]]) -> Offered:
    """Return what somebody can subscribe to; bodies they belong to stand apart, with a button each."""

    def of(kind: FeedKind, name: str, text: str = "", key: int = 0) -> Choice:
        return Choice(value(kind, key), name, text, (kind, key) in taken)

    bodies = [(one, of(FeedKind.BODY, one.name, key=one.id)) for one in body_queries.bodies(session, today)]
    single = []
    if actor.person_id is not None:
        text = _("What your bodies plan and where you are asked to come; what you declined is left out.")
        single.append(of(FeedKind.MINE, _("My meetings"), text))
    if actor.person_id is not None or actor.body_roles:
        text = _("Invitations and minutes that are due in bodies you run, decisions there, and your tasks.")
        single.append(of(FeedKind.DEADLINES, _("My deadlines"), text))
    text = _("Meetings of your bodies, those you are asked to, and all that are public.")
    single.append(of(FeedKind.ALL, _("All meetings that I may see"), text))
    text = _("School holidays and public holidays in North Rhine-Westphalia.")
    single.append(of(FeedKind.HOLIDAYS, _("Holidays"), text))
    return Offered(
        tuple(single),
        tuple(choice for one, choice in bodies if one.id in actor.body_roles),
        tuple(choice for one, choice in bodies if one.id not in actor.body_roles and not choice.is_taken),
        tuple(
            choice
            for one in body_queries.topics(session)
            if not (choice := of(FeedKind.TOPIC, one.name, key=one.id)).is_taken
        ),
    )
