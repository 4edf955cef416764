"""Offers that were entered by mistake: removed, and entered again as they were while the way back is kept.

What was true is ended. What never was vanishes: whoever keeps an offer removes it while it is young, and later only
who keeps the whole directory. The audit trail keeps that it was there.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Actor, Permission, allows, require
from coordination.core.errors import Conflict, RuleViolation
from coordination.core.i18n import N_
from coordination.core.versions import check_version
from coordination.core.work import AuditEntry, Work
from coordination.directory.assignment_undo import UNDO_DAYS
from coordination.directory.models import Organisation, Place
from coordination.directory.offers.models import Offer, RemovedOffer
from coordination.directory.offers.rules import OfferKind
from coordination.directory.offers.services import OfferInput, check
from coordination.directory.queries import subject_of

#: How long after it was entered an offer is young.
YOUNG_DAYS = 7


def may_remove(session: Session, actor: Actor, offer: Offer, now: datetime) -> bool:
    """Return whether ``actor``, who may change ``offer``, may still remove it."""
    if offer.valid_from > clock.wall_date(now) or allows(actor, Permission.DIRECTORY_EDIT_ALL):
        return True
    entered = select(AuditEntry.id).where(
        AuditEntry.subject == f"{Offer.__tablename__}:{offer.id}",
        AuditEntry.action == "offer.created",
        AuditEntry.at >= now - timedelta(days=YOUNG_DAYS),
    )
    return session.scalar(entered.limit(1)) is not None


def remove_offer(work: Work, offer: Offer, *, version: int) -> RemovedOffer:
    """Let an offer vanish that was entered by mistake, and return what takes that back.

    Raises:
        RuleViolation: it is no longer young, and the actor does not keep the whole directory.
        Forbidden, Conflict: it is not the actor's to edit; somebody else was faster.
    """
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(offer))
    check_version(offer, version)
    if not may_remove(work.session, work.actor, offer, work.now):
        raise RuleViolation(
            N_("Only who keeps the whole directory can remove this now: it was entered more than a week ago.")
        )
    over = work.now - timedelta(days=UNDO_DAYS)
    work.session.execute(delete(RemovedOffer).where(RemovedOffer.removed_at < over))
    kept = RemovedOffer(offer_id=offer.id, version=offer.version, said=_said(offer), removed_at=work.now)
    work.session.add(kept)
    work.record("offer.removed", offer)
    work.session.delete(offer)
    work.session.flush()
    return kept


def restore_offer(work: Work, removed_id: int, version: int) -> Offer:
    """Enter again what was removed, under its old key.

    Raises:
        Conflict: that was done already, its place or organisation is gone, or the same was entered since.
        Forbidden: it would not be the actor's to edit.
    """
    kept = work.session.get(RemovedOffer, removed_id, with_for_update=True)
    if kept is None or kept.version != version:
        raise Conflict
    said = dict(kept.said)
    place = work.session.get(Place, said.pop("place_id"), with_for_update=True)
    data = _input(said)
    is_run = data.organisation_id is None or work.session.get(Organisation, data.organisation_id) is not None
    if place is None or not is_run or work.session.get(Offer, kept.offer_id) is not None:
        raise Conflict
    try:
        check(work, place, data, None)
    except RuleViolation as violation:
        raise Conflict from violation
    offer = Offer(id=kept.offer_id, place=place, **asdict(data))
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(offer))
    work.session.add(offer)
    work.session.delete(kept)
    work.record("offer.removal_undone", offer)
    return offer


def _said(offer: Offer) -> dict[str, Any]:
    """Return all that an offer says, as JSON can hold it."""
    said = {name: getattr(offer, name) for name in ("place_id", *OfferInput.__dataclass_fields__)}
    days = {name: said[name] and said[name].isoformat() for name in ("valid_from", "valid_until")}
    return said | days | {"kind": offer.kind.value}


def _input(said: dict[str, Any]) -> OfferInput:
    days = {name: said[name] and date.fromisoformat(said[name]) for name in ("valid_from", "valid_until")}
    return OfferInput(**said | days | {"kind": OfferKind(said["kind"])})
