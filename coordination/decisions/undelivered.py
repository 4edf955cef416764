"""Reminders that did not get through, of what is still to be done in the bodies that somebody runs."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from coordination.core.access import Actor
from coordination.core.errors import NotFound
from coordination.core.work import Work
from coordination.decisions.access import managed_bodies
from coordination.decisions.models import Decision, Task
from coordination.decisions.queries import undone
from coordination.directory.addressees import readers
from coordination.directory.models import Organisation
from coordination.mail import stuck
from coordination.mail.outbox import OutboxMail
from coordination.mail.stuck import Stuck

_MODELS: tuple[type[Decision | Task], ...] = (Decision, Task)


def undelivered(session: Session, actor: Actor) -> list[Stuck]:
    """Return the stuck reminders that concern bodies which ``actor`` runs; at most four statements."""
    bodies = managed_bodies(actor)
    return _read(session, stuck.mails(session, _about(bodies))) if bodies else []


def take_undelivered(work: Work, mail_id: int) -> Stuck:
    """Return one reminder of the bodies which the actor runs, its mail locked; or raise NotFound."""
    mail = stuck.take_mail(work, mail_id)
    own = select(OutboxMail.id).where(OutboxMail.id == mail.id, _about(managed_bodies(work.actor)))
    if work.session.scalar(own) is None:
        raise NotFound
    return _read(work.session, [mail])[0]


def _about(bodies: Collection[int]) -> ColumnElement[bool]:
    return or_(
        *(
            OutboxMail.id.in_(select(model.reminder_mail_id).where(model.body_id.in_(bodies), undone(model)))
            for model in _MODELS
        )
    )


def _read(session: Session, mails: list[OutboxMail]) -> list[Stuck]:
    keys = [mail.id for mail in mails if mail.person_id is None]
    units: dict[int, Organisation] = {}
    for model in _MODELS if keys else ():
        rows = session.execute(
            select(model.reminder_mail_id, Organisation)
            .join(Organisation, Organisation.id == model.unit_id)
            .where(model.reminder_mail_id.in_(keys))
        )
        units |= {mail_id: unit for mail_id, unit in rows if mail_id is not None}
    return readers(session, mails, units)
