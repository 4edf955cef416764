"""What the tests of bodies share: reading rows anew, adding a member."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.db import Base
from tests.browser import Browser, Page

Row = TypeVar("Row", bound=Base)
DAY = timedelta(days=1)


def every(session: Session, model: type[Row]) -> Sequence[Row]:
    session.rollback()
    session.expire_all()
    return session.scalars(select(model).order_by(model.id)).all()


def add(office: Browser, town: dict[str, int], **fields: Any) -> Page:
    values = {"person_id": town["ben"], "valid_from": clock.today(), **fields}
    return office.get(f"/gremien/{town['body']}/mitglieder/neu").submit("Mitglied speichern", **values)
