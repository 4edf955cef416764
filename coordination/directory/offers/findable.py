"""What the search finds of offers and projects: their names, who runs them and for whom; only what has not ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, joinedload

from coordination.core.access import Actor, Permission, allows
from coordination.core.i18n import N_, gettext
from coordination.core.registry import SearchEntry, SearchHit, SearchSource
from coordination.directory.models import Organisation
from coordination.directory.offers import queries
from coordination.directory.offers.models import Offer
from coordination.directory.offers.rules import KIND_WORDS


def _rows() -> Select[Any]:
    return select(Offer).options(joinedload(Offer.organisation)).order_by(Offer.id)


def _entry(_session: Session, offer: Offer) -> SearchEntry:
    words = (offer.audience, offer.organisation.name if offer.organisation else "")
    return SearchEntry(offer.name, tuple(word for word in words if word), (), offer.valid_until)


def _run_by(altered: Sequence[Any]) -> ColumnElement[bool] | None:
    keys = [row.id for row in altered if isinstance(row, Organisation)]
    return Offer.organisation_id.in_(keys) if keys else None


def _visible(actor: Actor, day: date) -> Select[Any]:
    return select(Offer.id).where(*queries.may_find(actor, day))


def _describe(session: Session, _actor: Actor, keys: Sequence[int], _day: date) -> dict[int, SearchHit]:
    statement = select(Offer).where(Offer.id.in_(keys)).options(joinedload(Offer.place))
    return {one.id: _hit(one) for one in session.scalars(statement)}


def _hit(offer: Offer) -> SearchHit:
    detail = " · ".join((gettext(KIND_WORDS[offer.kind]), offer.place.name, offer.times))
    return SearchHit(offer.name, detail, f"/orte/{offer.place_id}#offers")


SOURCES = (
    SearchSource(
        "offer",
        N_("Offers and projects"),
        "flag",
        Offer,
        _rows,
        _entry,
        _describe,
        lambda actor: allows(actor, Permission.DIRECTORY_READ),
        _run_by,
        _visible,
    ),
)
