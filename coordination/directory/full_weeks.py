"""How many hours a full post has with an employer: by what hours a week become a share of a post."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.directory.held import key_on
from coordination.directory.models import Organisation
from coordination.directory.rules import FULL_WEEK, posts_of


def read(session: Session, day: date) -> dict[int, Decimal]:
    """Return the hours of a full week on ``day`` of each organisation that has others than ``FULL_WEEK``.

    Where nothing is entered, what stands above the organisation says it. One statement.
    """
    statement = select(
        Organisation.id, key_on(day, Organisation.parent_id), key_on(day, Organisation.weekly_hours)
    ).order_by(Organisation.id)
    rows = {key: (int(above) if above else None, hours) for key, above, hours in session.execute(statement)}
    said = {key: next((Decimal(one) for one in _upwards(rows, key) if one), FULL_WEEK) for key in rows}
    return {key: hours for key, hours in said.items() if hours != FULL_WEEK}


def _upwards(rows: Mapping[int, tuple[int | None, str]], key: int) -> Iterator[str]:
    """Yield what is entered for an organisation, then for each above it."""
    seen: set[int] = set()
    at: int | None = key
    while at is not None and at in rows and at not in seen:
        seen.add(at)
        at, hours = rows[at]
        yield hours


class FullWeeks:
    """The same, read when it is first asked for: most shares are given in posts, and ask for nothing."""

    def __init__(self, session: Session, day: date) -> None:
        self._session, self._day = session, day
        self._known: Mapping[int, Decimal] | None = None

    def of(self, employer_id: int) -> Decimal:
        """Return the hours of a full week with an employer."""
        if self._known is None:
            self._known = read(self._session, self._day)
        return self._known.get(employer_id, FULL_WEEK)

    def posts(self, share_posts: Decimal | None, share_hours: Decimal | None, employer_id: int) -> Decimal | None:
        """Return a share with an employer as posts; None where it is not known."""
        if share_posts is not None or share_hours is None:
            return share_posts
        return posts_of(None, share_hours, self.of(employer_id))

    def derived(self, share_posts: Decimal | None, share_hours: Decimal | None, employer_id: int) -> Decimal | None:
        """Return what a share is in posts where it is given in hours alone; None where posts are given, or nothing."""
        return None if share_posts is not None else self.posts(None, share_hours, employer_id)
