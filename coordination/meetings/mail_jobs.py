"""Mails to many people, as a job: composing them takes seconds, and its page shows how far it is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from coordination.core.access import Actor
from coordination.core.clock import utc_now
from coordination.core.errors import Conflict, NotFound, RuleViolation
from coordination.core.i18n import N_
from coordination.core.jobs import Job, JobState, Progress, add_job, get_job
from coordination.core.work import Work, work_as
from coordination.mail.site import Site
from coordination.meetings import invitation_services

KIND = "meetings.mails"
#: So many mails are composed in less than a second, while whoever sends them waits.
AT_ONCE = 60
_CHANGED = N_("Since you opened this page something has changed. Nothing was sent. Please look at the plan once more.")


def start(work: Work, meeting_id: int, *, seen: str) -> Job:
    """Queue the sending of the plan that was looked at; asked twice, it is the same job."""
    open_ones = select(Job).where(Job.kind == KIND, Job.state.in_((JobState.WAITING, JobState.RUNNING)))
    for job in work.session.scalars(open_ones):
        if job.params["meeting"] == meeting_id:
            return job
    return add_job(work, KIND, {"meeting": meeting_id, "seen": seen})


def get(session: Session, meeting_id: int, job_id: int) -> Job:
    """Return a sending of a meeting, or raise NotFound."""
    job = get_job(session, job_id, KIND)
    if job.params["meeting"] != meeting_id:
        raise NotFound
    return job


def run(session: Session, actor: Actor, job: Job, progress: Progress, *, site: Site) -> dict[str, Any]:
    """Compose the mails under no lock, then send all of them or none in one transaction (``core.jobs.Handler``)."""
    if job.result:
        # Sent before, but whoever ran it was ended before it could say so.
        return job.result
    job_id, meeting_id, seen = job.id, job.params["meeting"], job.params["seen"]
    prepared = invitation_services.prepare(Work(session, actor, utc_now()), meeting_id, site, progress)
    try:
        with work_as(session, actor) as work:
            statement = select(Job).where(Job.id == job_id).with_for_update().execution_options(populate_existing=True)
            row = work.session.scalars(statement.options(undefer(Job.result))).one()
            if not row.result:
                due = invitation_services.enter(work, meeting_id, seen=seen)
                count = invitation_services.send(work, meeting_id, site, seen=seen, prepared=prepared)
                row.result = {"count": count, "taken_back": due - count}
            found = row.result
    except Conflict as error:
        raise RuleViolation(_CHANGED) from error
    return found
