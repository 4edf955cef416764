"""Taking back an import as a job: asked for on a page, done as a whole by the worker."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, undefer
from sqlalchemy.orm.exc import StaleDataError

from coordination.core import access, clock
from coordination.core.access import Actor, Permission
from coordination.core.errors import Conflict, NotFound
from coordination.core.jobs import Job, JobState, Progress, add_job, get_job
from coordination.core.work import Work, work_as
from coordination.directory import import_undo
from coordination.directory.assignment_undo import UNDO_DAYS
from coordination.directory.import_jobs import APPLY, MEANWHILE, STEPS

UNDO = "schools.undo"


class Back(StrEnum):
    """How it stands with taking back an import."""

    POSSIBLE = "possible"
    DONE = "done"


def get_import(session: Session, import_id: int) -> Job:
    """Return an import that was stored, with what it did.

    Raises:
        NotFound: there is none with this key.
    """
    job = session.get(Job, import_id, options=[undefer(Job.result)])
    if job is None or job.kind != APPLY or job.state is not JobState.DONE:
        raise NotFound
    return job


def undo_of(session: Session, stored: Job) -> Job | None:
    """Return the job that takes ``stored`` back, if somebody asked for it."""
    key = stored.params.get("undo")
    return session.get(Job, key, options=[undefer(Job.result)]) if key else None


def backs(session: Session, imports: Sequence[Job]) -> dict[int, Back]:
    """Return how it stands with taking back each import of a list; those that can no longer be are left out."""
    keys = [job.id for job in imports]
    noted = import_undo.KEPT.c
    kept = select(noted.job_id).where(
        noted.job_id.in_(keys), noted.recorded_at >= clock.utc_now() - timedelta(days=UNDO_DAYS)
    )
    found = dict.fromkeys(session.scalars(kept.distinct()), Back.POSSIBLE)
    asked = {job.params["undo"]: job.id for job in imports if "undo" in job.params}
    done = select(Job.id).where(Job.id.in_(asked), Job.state == JobState.DONE)
    return found | {asked[key]: Back.DONE for key in session.scalars(done)}


def start_undo(work: Work, import_id: int) -> Job:
    """Queue the taking back of an import; asked twice, it is the same job."""
    stored = _locked(work.session, get_import(work.session, import_id).id)
    earlier = undo_of(work.session, stored)
    if earlier is not None and earlier.state is not JobState.FAILED:
        return earlier
    job = add_job(work, UNDO, {"import": stored.id})
    stored.params = {**stored.params, "undo": job.id}
    return job


def _locked(session: Session, job_id: int) -> Job:
    statement = select(Job).where(Job.id == job_id).with_for_update().execution_options(populate_existing=True)
    return session.scalars(statement.options(undefer(Job.result))).one()


def run_undo(session: Session, actor: Actor, job: Job, progress: Progress) -> dict[str, Any]:
    """Take an import back in one transaction (``core.jobs.Handler``); run again, it changes nothing more.

    Progress is told before and after that transaction only, as when storing.
    """
    if job.result:
        # Taken back before, but whoever ran it was ended before it could say so.
        return job.result
    access.require(actor, Permission.DIRECTORY_EDIT_ALL)
    job_id, import_id = job.id, job.params["import"]
    get_job(session, import_id, APPLY)
    progress(1, len(STEPS))
    try:
        with work_as(session, actor) as work:
            result = _undo_once(work, job_id, import_id)
    except (IntegrityError, StaleDataError) as error:
        raise Conflict(MEANWHILE) from error
    progress(len(STEPS), len(STEPS))
    return result


def _undo_once(work: Work, job_id: int, import_id: int) -> dict[str, Any]:
    # The import's own row is held by whoever takes it back.
    stored = _locked(work.session, import_id)
    job = _locked(work.session, job_id)
    if not job.result:
        job.result = {"places": import_undo.take_back(work, import_id)}
        work.record("import.undone", stored)
    return job.result
