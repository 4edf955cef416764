"""What is offered at a place is of one of two kinds. No database."""

from __future__ import annotations

from enum import StrEnum

from coordination.core.i18n import N_


class OfferKind(StrEnum):
    """An offer goes on until somebody ends it; a project is something one does for a time."""

    OFFER = "offer"
    PROJECT = "project"


KIND_WORDS: dict[OfferKind, str] = {OfferKind.OFFER: N_("Offer"), OfferKind.PROJECT: N_("Project for a time")}
