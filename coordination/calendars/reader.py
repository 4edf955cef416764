"""For whom, on which day and in which installation a subscription is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from coordination.core.access import Actor
from coordination.mail.site import Site


@dataclass(frozen=True, slots=True)
class Reader:
    """One fetch: the owner's rights as they are now, and the day in Germany."""

    session: Session
    actor: Actor
    today: date
    site: Site
