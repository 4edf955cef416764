"""Entering offers, by the form and by hand, and what the trail says of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from coordination.core.work import AuditEntry
from coordination.directory.models import Place
from tests import factories
from tests.browser import Browser, Page
from tests.directory.keepers import every

DAY = timedelta(days=1)
STORE = "Angebot speichern"


def new(browser: Browser, place_id: int, **fields: Any) -> Page:
    values = {"name": "Lerncafé", "times": "dienstags 14 bis 16 Uhr, Raum 3", **fields}
    return browser.get(f"/orte/{place_id}/angebote/neu").submit(STORE, **values)


def actions(session: Session) -> list[str]:
    return [one.action for one in every(session, AuditEntry) if one.action.startswith("offer.")]


def planted(session: Session, place_id: int, **more: Any) -> int:
    key = factories.offer(session, session.get_one(Place, place_id), **more).id
    session.commit()
    return key
