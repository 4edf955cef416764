"""Long work that failed: a sentence on the desk of the administration, and the list behind it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coordination.accounts import reset_job
from coordination.core import clock
from coordination.core.access import Actor, Permission, allows
from coordination.core.i18n import N_, ngettext
from coordination.core.i18n import gettext as _
from coordination.core.jobs import Job, JobState
from coordination.core.registry import DeskLine
from coordination.directory import import_jobs
from coordination.meetings import mail_jobs as meeting_mail_jobs
from coordination.minutes import mail_jobs as minutes_mail_jobs
from coordination.privacy import retention

#: A failure older than this has been seen, or nobody missed what it was for.
RECENT = timedelta(days=14)
MOST = 100
KIND_WORDS = {
    retention.KIND: N_("Delete what is over its time"),
    reset_job.KIND: N_("Write the mail for a new password"),
    import_jobs.PREVIEW: N_("Read the school file"),
    import_jobs.APPLY: N_("Store the school file"),
    meeting_mail_jobs.INVITE.name: N_("Write the mails about a meeting"),
    meeting_mail_jobs.REMIND.name: N_("Write the reminders of an answer"),
    minutes_mail_jobs.CIRCULATE.name: N_("Write the mails with minutes"),
}


def _since() -> datetime:
    return clock.utc_now() - RECENT


def recent(session: Session) -> Sequence[Job]:
    """Return the jobs that failed of late, newest first."""
    return session.scalars(
        select(Job)
        .where(Job.state == JobState.FAILED, Job.ended_at >= _since())
        .order_by(Job.ended_at.desc(), Job.id.desc())
        .limit(MOST)
    ).all()


def desk_lines(session: Session, actor: Actor, _day: date) -> Sequence[DeskLine]:
    """Return how much work failed of late, for the administration."""
    if not allows(actor, Permission.JOBS_READ):
        return []
    count = session.scalar(select(func.count(Job.id)).where(Job.state == JobState.FAILED, Job.ended_at >= _since()))
    if not count:
        return []
    text = ngettext(
        "In the last two weeks %(n)s piece of work in the background failed.",
        "In the last two weeks %(n)s pieces of work in the background failed.",
        count,
    )
    return [DeskLine(urgency=3, text=text, button=_("Show what failed"), url=url_for("desk.failures"))]
