"""Reads about subscriptions: the link behind a token in one statement, and what somebody has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select
from sqlalchemy.orm import Session, joinedload

from coordination.accounts.models import UserAccount
from coordination.calendars.answers import Key
from coordination.calendars.models import CalendarLink, CalendarRevision, FeedFetch
from coordination.calendars.rules import Wanted
from coordination.core.errors import NotFound

#: How old the note of the last fetch may be before a fetch writes it anew.
NOTED = timedelta(hours=1)
_link, _fetch, _account, _revision = (
    model.__table__.c for model in (CalendarLink, FeedFetch, UserAccount, CalendarRevision)
)
#: Built once, and of tables: most fetches are this one statement, and rows of objects would take twice as long.
_LIVE: Select[*tuple[Any, ...]] = (
    select(
        _link.generation,
        _revision.number,
        _link.user_id,
        _link.kind,
        _link.subject_id,
        _link.is_neutral,
        _revision.changed_at,
        _fetch.at,
        _fetch.client,
    )
    .select_from(
        CalendarLink.__table__.join(UserAccount.__table__, _account.id == _link.user_id)
        .join(CalendarRevision.__table__, _revision.id == 1)
        .outerjoin(FeedFetch.__table__, _fetch.link_id == _link.id)
    )
    .where(_link.id == bindparam("link_id"), _link.ended_at.is_(None), _account.deactivated_at.is_(None))
)


@dataclass(frozen=True, slots=True)
class Live:
    """A link that works: whose, what for, how far the data is, and when it was fetched before."""

    id: int
    generation: int
    user_id: int
    wanted: Wanted
    revision: int
    changed_at: datetime
    fetched_at: datetime | None
    fetched_by: str | None

    def key(self, today: date) -> Key:
        """Return what the answer of ``today`` is kept under."""
        return self.id, self.generation, self.revision, today

    def is_noted(self, client: str, now: datetime) -> bool:
        """Return whether a fetch by ``client`` (a word of ``rules.client_word``) needs no note: it has a fresh one."""
        return self.fetched_at is not None and self.fetched_by == client and now - self.fetched_at < NOTED


def live_link(connection: Connection, link_id: int, generation: int) -> Live:
    """Return the link behind a genuine token, in one statement.

    Raises:
        NotFound: it was turned off or made anew since, or its owner's account is.
    """
    row = connection.execute(_LIVE, {"link_id": link_id}).one_or_none()
    if row is None or row.generation != generation:
        raise NotFound
    wanted = Wanted(row.kind, row.subject_id, row.is_neutral)
    return Live(link_id, generation, row.user_id, wanted, row.number, row.changed_at, row.at, row.client)


def links_of(session: Session, user_id: int) -> Sequence[CalendarLink]:
    """Return somebody's links that work, the oldest first, with when they were last fetched."""
    statement = select(CalendarLink).where(CalendarLink.user_id == user_id, CalendarLink.ended_at.is_(None))
    return session.scalars(statement.options(joinedload(CalendarLink.fetch)).order_by(CalendarLink.id)).all()


def known_link(session: Session, user_id: int, wanted: Wanted) -> int | None:
    """Return the key of the link that somebody has to the same thing already."""
    return session.scalar(
        select(CalendarLink.id).where(
            CalendarLink.user_id == user_id,
            CalendarLink.kind == wanted.kind,
            CalendarLink.subject_id == wanted.subject_id,
            CalendarLink.ended_at.is_(None),
        )
    )


def link_of(session: Session, user_id: int, link_id: int) -> CalendarLink:
    """Return one of somebody's own links that works.

    Raises:
        NotFound: there is none with this key, or it is another's.
    """
    statement = select(CalendarLink).where(
        CalendarLink.id == link_id, CalendarLink.user_id == user_id, CalendarLink.ended_at.is_(None)
    )
    found = session.scalars(statement.options(joinedload(CalendarLink.fetch))).one_or_none()
    if found is None:
        raise NotFound
    return found
