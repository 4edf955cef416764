"""Reading social spaces: those of a day under the names of that day, those of places, and who left them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session, joinedload, selectinload

from coordination.core import clock
from coordination.core.collation import german_key
from coordination.core.errors import NotFound
from coordination.directory.models import Place
from coordination.directory.queries import holds_on
from coordination.directory.rules import Span
from coordination.directory.spaces.models import EarlierSpaceName, PlaceSocialSpace, SocialSpace
from coordination.directory.spaces.rules import SpaceOrigin


@dataclass(frozen=True, slots=True)
class Space:
    """A social space as a day knows it."""

    id: int
    name: str
    short_name: str = ""
    district_id: int | None = None
    #: Whether the place it is said of was put there by a list that was read in.
    is_imported: bool = False
    #: Last day, where one is set.
    ends_on: date | None = None

    @property
    def called(self) -> str:
        """Return its name, with the short one behind it."""
        return f"{self.name} ({self.short_name})" if self.short_name else self.name


def get_space(session: Session, space_id: int) -> SocialSpace:
    """Return a social space with its district and what it was called before.

    Raises:
        NotFound: there is none with this key.
    """
    shown = joinedload(SocialSpace.district), selectinload(SocialSpace.earlier_names)
    found = session.get(SocialSpace, space_id, options=shown) if space_id < 2**31 else None
    if found is None:
        raise NotFound
    return found


def is_there(day: date) -> ColumnElement[bool]:
    """Return the condition that a social space was entered by ``day`` and has not ended by then.

    A place may have been there before it was entered; a part of a plan is cut, and often under a name that another
    one had. So it is said of no day before somebody said it.
    """
    return holds_on(day, SocialSpace.entered_on, SocialSpace.valid_until)


def name_on(space: SocialSpace, day: date) -> str:
    """Return what a social space was called on ``day``: the oldest name that still held, else today's."""
    return next((one.name for one in space.earlier_names if one.valid_until >= day), space.name)


def spaces_on(session: Session, day: date, *, district_id: int | None = None) -> list[Space]:
    """Return the social spaces of ``day`` in German order; with ``district_id`` only those of one district."""
    statement = select(SocialSpace).where(is_there(day))
    if district_id is not None:
        statement = statement.where(SocialSpace.district_id == district_id)
    return _as_of(session, session.scalars(statement).all(), day)


def ended_before(session: Session, day: date) -> Sequence[SocialSpace]:
    """Return the social spaces that are no longer there on ``day``, the latest first."""
    ended = select(SocialSpace).where(SocialSpace.valid_until < day).options(joinedload(SocialSpace.district))
    return session.scalars(ended.order_by(SocialSpace.valid_until.desc(), SocialSpace.id)).all()


def _as_of(session: Session, rows: Sequence[SocialSpace], day: date) -> list[Space]:
    """Return ``rows`` under their names of ``day``; today's names cost no statement."""
    earlier: dict[int, str] = {}
    if rows and day < clock.today():
        names = select(EarlierSpaceName.social_space_id, EarlierSpaceName.name).where(
            EarlierSpaceName.valid_until >= day, EarlierSpaceName.social_space_id.in_([one.id for one in rows])
        )
        # Of several the oldest: it is written last.
        earlier |= {row[0]: row[1] for row in session.execute(names.order_by(EarlierSpaceName.valid_until.desc()))}
    return _sorted(_space(one, earlier.get(one.id, one.name)) for one in rows)


def _space(row: SocialSpace, name: str, origin: SpaceOrigin = SpaceOrigin.ENTERED) -> Space:
    return Space(row.id, name, row.short_name, row.district_id, origin is SpaceOrigin.IMPORTED, row.valid_until)


def _sorted(spaces: Iterable[Space]) -> list[Space]:
    return sorted(spaces, key=lambda one: (german_key(one.name), one.id))


def belongs(day: date, space_id: int) -> ColumnElement[bool]:
    """Return the condition that a place belongs to a social space on ``day``."""
    return exists().where(
        PlaceSocialSpace.place_id == Place.id,
        PlaceSocialSpace.social_space_id == space_id,
        SocialSpace.id == PlaceSocialSpace.social_space_id,
        holds(day),
    )


def holds(day: date) -> ColumnElement[bool]:
    """Return the condition that a place belongs to a space on ``day``, and that the space is there."""
    return and_(holds_on(day, PlaceSocialSpace.valid_from, PlaceSocialSpace.valid_until), is_there(day))


def names_of(session: Session, day: date, place_ids: Iterable[int] | None = None) -> dict[int, list[Space]]:
    """Return the social spaces of places (None: of all) on ``day``, in German order.

    One statement, of an earlier day two.
    """
    statement = select(PlaceSocialSpace.place_id, SocialSpace).join(PlaceSocialSpace.space).where(holds(day))
    if place_ids is not None:
        statement = statement.where(PlaceSocialSpace.place_id.in_(list(place_ids)))
    rows = session.execute(statement).all()
    keys: dict[int, set[int]] = {}
    for place_id, space in rows:
        keys.setdefault(place_id, set()).add(space.id)
    named = _as_of(session, list({space.id: space for _place, space in rows}.values()), day)
    return {place_id: [one for one in named if one.id in mine] for place_id, mine in keys.items()}


def of_place(session: Session, place_id: int) -> Sequence[PlaceSocialSpace]:
    """Return all that is known of the social spaces of one place, over all time, in one statement."""
    shown = joinedload(PlaceSocialSpace.space).joinedload(SocialSpace.earlier_names)
    statement = select(PlaceSocialSpace).where(PlaceSocialSpace.place_id == place_id).options(shown)
    return session.scalars(statement.order_by(PlaceSocialSpace.id)).unique().all()


def first_day(row: PlaceSocialSpace) -> date:
    """Return the first day on which a place belongs to a space: its own, or that of the space."""
    return max(row.valid_from or date.min, row.space.entered_on)


def last_day(row: PlaceSocialSpace) -> date | None:
    """Return the last day on which a place belongs to a space: its own, or that of the space."""
    return min((one for one in (row.valid_until, row.space.valid_until) if one is not None), default=None)


def holding(rows: Iterable[PlaceSocialSpace], day: date) -> list[Space]:
    """Return those of ``rows`` that hold on ``day``, under the names of that day."""
    return _sorted(
        _space(one.space, name_on(one.space, day), one.origin)
        for one in rows
        if Span(first_day(one), last_day(one)).holds(day)
    )


def left(rows: Iterable[PlaceSocialSpace], day: date) -> list[tuple[str, date]]:
    """Return those of ``rows`` that were over before ``day``: what the space was called then, and the last day."""
    over = [(one.space, last) for one in rows if (last := last_day(one)) and first_day(one) <= last < day]
    found = [(name_on(space, last), last) for space, last in over]
    return sorted(found, key=lambda one: (one[1], one[0]), reverse=True)
