"""When entries of the demonstration were last confirmed: most of them lately, some long ago, some never."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from random import Random

from sqlalchemy import or_, select

from coordination.core.work import Work
from coordination.directory.models import Confirmed, Organisation, Person, Place
from coordination.directory.offers.models import Offer
from coordination.directory.responsibilities.models import Post
from coordination.directory.rules import OrganisationKind, PlaceKind

SEED = 20260802
#: Of a hundred entries so many were confirmed in the last half year, and so many longer ago.
LATELY, LONG_AGO = 60, 20
#: Days since then, at the least and at the most.
LATELY_DAYS, LONG_AGO_DAYS = (3, 150), (200, 430)


def load(work: Work, keeper: Person) -> None:
    """Note when people, facilities, offers, providers and posts were confirmed.

    Employers that are invented speak of their own people; of facilities, whose providers are real, the keeper of the
    whole directory has said so.
    """
    session, day = work.session, work.today
    random = Random(SEED)  # noqa: S311 - the demonstration is the same each time; nothing secret
    here = or_(Person.valid_until.is_(None), Person.valid_until >= day), Person.confirmed_on.is_(None)
    people = session.execute(
        select(Person, Organisation).join(Person.organisation).where(*here).order_by(Person.sort_name, Person.id)
    )
    _confirm(work, ((person, employer.name) for person, employer in people), random)
    places = select(Place).where(Place.kind == PlaceKind.YOUTH_FACILITY).order_by(Place.sort_name, Place.id)
    _confirm(work, ((one, keeper.name) for one in session.scalars(places)), random)
    offers = select(Offer).where(Offer.valid_until.is_(None) | (Offer.valid_until >= day)).order_by(Offer.id)
    _confirm(work, ((one, keeper.name) for one in session.scalars(offers)), random)
    providers = select(Organisation).where(Organisation.kind == OrganisationKind.PROVIDER).order_by(Organisation.id)
    _confirm(work, ((one, keeper.name) for one in session.scalars(providers)), random)
    _confirm(work, ((one, keeper.name) for one in session.scalars(select(Post).order_by(Post.id))), random)


def _confirm(work: Work, rows: Iterable[tuple[Confirmed, str]], random: Random) -> None:
    for row, by in rows:
        drawn, lately, long_ago = random.randrange(100), random.randint(*LATELY_DAYS), random.randint(*LONG_AGO_DAYS)
        if drawn >= LATELY + LONG_AGO:
            continue
        day = work.today - timedelta(days=lately if drawn < LATELY else long_ago)
        begins = getattr(row, "valid_from", None)
        # What began later was confirmed by nobody before.
        if begins is None or begins <= day:
            row.confirmed_on, row.confirmed_by = day, by[:120]
