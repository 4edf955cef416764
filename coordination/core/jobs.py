"""Long work as rows: what is to be done, how far it is, how it ended. A runner picks them up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, LargeBinary, String, select, update
from sqlalchemy.orm import Mapped, Session, deferred, mapped_column

from coordination.core.access import Actor
from coordination.core.db import KEYS_ONCE, Base, UtcDateTime
from coordination.core.errors import NotFound
from coordination.core.i18n import N_
from coordination.core.work import Work

#: A job whose runner has not reported for so long was interrupted; it is run again from the start.
LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 3
GAVE_UP = N_("This work was interrupted three times and is not tried again. Nothing was changed.")


class JobState(StrEnum):
    """How far a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Base):
    """One piece of long work. Every kind may run twice without harm."""

    __tablename__ = "job"
    __table_args__ = KEYS_ONCE

    kind: Mapped[str] = mapped_column(String(40))
    state: Mapped[JobState] = mapped_column(default=JobState.WAITING, index=True)
    #: Who asked; the job acts with that account's rights as they are when it runs.
    user_id: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: How often a runner took it; one that kills its runner is not taken for ever.
    attempts: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    #: What is to be done, as the kind defines it.
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    #: An uploaded file, kept until the job's follow-up is decided.
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    #: What came of it, as the kind defines it.
    result: Mapped[dict[str, Any]] = deferred(mapped_column(JSON, default=dict))
    #: Why it failed: an English msgid and its values.
    problem: Mapped[str] = mapped_column(String(300), default="")
    problem_values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


Progress = Callable[[int, int], None]
#: Runs a job: a session to read with, who asked, the job, progress(done, total) → result. What it writes
#: it writes in one unit of work of its own, at the end, as short as it can be.
Handler = Callable[[Session, Actor, Job, Progress], dict[str, Any]]

#: Kind → handler; filled by ``app.py``.
handlers: dict[str, Handler] = {}


def add_job(work: Work, kind: str, params: dict[str, Any], content: bytes | None = None) -> Job:
    """Queue a job in this transaction; the runner sees it after the commit."""
    job = Job(kind=kind, user_id=work.actor.user_id, created_at=work.now, params=params, content=content, result={})
    job.state, job.attempts, job.done, job.total = JobState.WAITING, 0, 0, 0
    job.problem, job.problem_values = "", {}
    work.session.add(job)
    work.session.flush()
    work.session.info["wake"] = True
    return job


def get_job(session: Session, job_id: int, kind: str) -> Job:
    """Return a job of one kind.

    Raises:
        NotFound: there is none with this key.
    """
    job = session.get(Job, job_id)
    if job is None or job.kind != kind:
        raise NotFound
    return job


def keeps_file(session: Session, job: Job) -> bool:
    """Return whether the file of a job is still kept, without reading it."""
    return session.scalar(select(Job.id).where(Job.id == job.id, Job.content.is_not(None))) is not None


def claim_job(session: Session, now: datetime) -> Job | None:
    """Take the oldest waiting job, or one whose runner died; the caller commits."""
    session.execute(
        update(Job)
        .where(Job.state == JobState.RUNNING, Job.lease_until < now, Job.attempts >= MOST_ATTEMPTS)
        .values(state=JobState.FAILED, ended_at=now, lease_until=None, problem=GAVE_UP)
    )
    due = (
        select(Job.id)
        .where((Job.state == JobState.WAITING) | ((Job.state == JobState.RUNNING) & (Job.lease_until < now)))
        .order_by(Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    # Asked first and written then: inside an UPDATE, PostgreSQL may look again for each row and go beyond the limit.
    key = session.scalar(due)
    if key is None:
        return None
    session.execute(
        update(Job)
        .where(Job.id == key)
        .values(state=JobState.RUNNING, lease_until=now + LEASE, attempts=Job.attempts + 1, done=0)
        .execution_options(synchronize_session=False)
    )
    return session.get(Job, key)
