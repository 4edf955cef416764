"""What happens to rows whose time is over: most are deleted; of others only the text goes, or what they allow."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.orm import Session

from coordination.calendars import unused
from coordination.core import clock
from coordination.core.access import SYSTEM
from coordination.core.db import Base
from coordination.core.jobs import Job
from coordination.core.work import Work
from coordination.mail.outbox import EXPIRED, TEXT_GONE, OutboxMail
from coordination.mail.rules import MailState, MailStep, after

Condition = ColumnElement[bool]


def delete_rows(session: Session, model: type[Base], is_over: Condition) -> None:
    """Delete the rows themselves."""
    session.execute(delete(model).where(is_over).execution_options(synchronize_session=False))


def empty_mails(session: Session, _model: type[Base], is_over: Condition) -> None:
    """Take the text away; what never left is not to leave without it, nor to be offered for sending again."""
    unsent = and_(is_over, OutboxMail.state == MailState.WAITING)
    refused = and_(is_over, OutboxMail.state == MailState.FAILED, OutboxMail.settled_at.is_(None))
    unclear = and_(is_over, OutboxMail.state == MailState.UNCLEAR, OutboxMail.settled_at.is_(None))
    gone = {"problem": EXPIRED, "content": b""}
    for condition, values in (
        (unsent, {"state": after(MailState.WAITING, MailStep.EXPIRE), **gone}),
        (refused, gone),
        (unclear, {"problem": TEXT_GONE, "content": b""}),
        (is_over, {"content": b""}),
    ):
        session.execute(update(OutboxMail).where(condition).values(values).execution_options(synchronize_session=False))


def empty_files(session: Session, _model: type[Base], is_over: Condition) -> None:
    """Let undecided imports go, as somebody who discards them would."""
    for job in session.scalars(select(Job).where(is_over)):
        job.params, job.content = {**job.params, "discarded": True}, None


def end_links(session: Session, _model: type[Base], is_over: Condition) -> None:
    """Turn subscriptions off, and tell their owners."""
    unused.turn_off(Work(session, SYSTEM, clock.utc_now()), is_over, current_app.extensions["koordination.site"])
