"""Keeping what is offered at places. Nothing of it names a person.

An offer belongs to the organisation that runs it and to whoever runs the place: the keepers of either change it.
Schools are nobody's subtree (``queries.subject_of``), so at a school it is the keepers of the organisation and those
of the whole directory. A change holds for earlier days, too: it puts right what was written. Offers are ended and
taken up again as organisations are (``unit_services``).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import or_, select

from coordination.core.access import Permission, Subject, require
from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.core.versions import check_version
from coordination.core.work import Work
from coordination.directory.models import Organisation, Place
from coordination.directory.offers.models import Offer
from coordination.directory.offers.rules import OfferKind
from coordination.directory.queries import subject_of


@dataclass(frozen=True, slots=True)
class OfferInput:
    """An offer as typed."""

    kind: OfferKind
    name: str
    times: str
    valid_from: date
    valid_until: date | None = None
    organisation_id: int | None = None
    audience: str = ""
    link: str = ""


def _subject(place: Place, organisation_id: int | None) -> Subject:
    """Return what an offer belongs to, before it is there; as ``queries.subject_of`` of one that is."""
    runs = frozenset() if organisation_id is None else frozenset({organisation_id})
    return Subject(organisation_ids=subject_of(place).organisation_ids | runs)


def create_offer(work: Work, place: Place, data: OfferInput) -> Offer:
    """Enter what is offered at a place.

    Raises:
        RuleViolation: the organisation is not there, the days are the wrong way round, or it is entered already.
        Forbidden: neither the place nor the organisation is the actor's to edit.
    """
    require(work.actor, Permission.DIRECTORY_EDIT, _subject(place, data.organisation_id))
    check(work, place, data, None)
    offer = Offer(place_id=place.id, **asdict(data))
    work.session.add(offer)
    work.record("offer.created", offer)
    return offer


def change_offer(work: Work, offer: Offer, data: OfferInput, *, version: int) -> None:
    """Change an offer, for all days. That lifts the confirmation.

    Raises: as ``create_offer``, also if it would no longer be the actor's; Conflict if somebody else was faster.
    """
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(offer))
    require(work.actor, Permission.DIRECTORY_EDIT, _subject(offer.place, data.organisation_id))
    check_version(offer, version)
    check(work, offer.place, data, offer)
    changed = {name: value for name, value in asdict(data).items() if getattr(offer, name) != value}
    for name, value in changed.items():
        setattr(offer, name, value)
    if changed:
        offer.forget_confirmation()
        work.record("offer.changed", offer)


def check(work: Work, place: Place, data: OfferInput, row: Offer | None) -> None:
    """Raise RuleViolation if the organisation is not there, the days are the wrong way round, or it is entered already.

    ``row`` is the offer that would say this; None: one that is not there yet.
    """
    if data.organisation_id is not None and work.session.get(Organisation, data.organisation_id) is None:
        raise RuleViolation(N_("Please choose an organisation."), field="organisation_id")
    if data.valid_until is not None and data.valid_until < data.valid_from:
        raise RuleViolation(N_("The end lies before the beginning. Please check both days."), field="valid_until")
    goes_on = or_(Offer.valid_until.is_(None), Offer.valid_until >= data.valid_from)
    others = select(Offer.id, Offer.name, Offer.valid_from).where(Offer.place_id == place.id, goes_on)
    # In Python: SQLite's lower() knows no umlauts.
    for key, name, first in work.session.execute(others):
        is_at_once = data.valid_until is None or first <= data.valid_until
        if is_at_once and name.casefold() == data.name.casefold() and (row is None or key != row.id):
            raise RuleViolation(N_("This is entered here already, under the same name."), field="name")
