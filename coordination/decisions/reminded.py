"""Reminders of what has been done meanwhile: a mail that asks for nothing any more does not go out."""

from __future__ import annotations

from sqlalchemy import select

from coordination.core.work import Work
from coordination.decisions import queries
from coordination.decisions.models import Decision, Task
from coordination.mail import outbox

_MODELS: tuple[type[Decision | Task], ...] = (Decision, Task)


def take_back(work: Work, row: Decision | Task) -> None:
    """Take the last reminder of ``row`` back, unless it has left or something else in it is still to be done."""
    key = row.reminder_mail_id
    if key is None:
        return
    work.session.flush()
    for model in _MODELS:
        open_still = select(model.id).where(model.reminder_mail_id == key, queries.undone(model)).limit(1)
        if work.session.scalar(open_still) is not None:
            return
    if outbox.take_back_mail(work, key):
        # Nobody has read it: if it is opened again, it may be reminded of at once.
        row.reminded_at = row.reminder_mail_id = None
