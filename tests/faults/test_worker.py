"""The job worker killed while a school file is stored; ``test_outbox`` kills it while mails go out."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from coordination import worker
from coordination.core import clock
from coordination.core.access import SYSTEM
from coordination.core.jobs import Job, JobState
from coordination.core.work import Work
from coordination.directory import import_jobs
from coordination.directory.models import School
from tests.directory.import_pages import NEW
from tests.faults.processes import product, wait_until
from tests.faults.test_web import note

pytestmark = pytest.mark.slow


def _leases_run_out(session: Session) -> None:
    """Let ten minutes pass for whatever was under way."""
    session.rollback()
    over = clock.utc_now() - timedelta(seconds=1)
    session.execute(update(Job).where(Job.state == JobState.RUNNING).values(lease_until=over))
    session.commit()


def test_an_import_whose_worker_is_killed_is_whole_or_not_there(
    app: Flask, session: Session, database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    work = Work(session, SYSTEM, clock.utc_now())
    shown = import_jobs.start_preview(work, NEW.read_bytes(), filename="schuldaten.csv", municipality="05711000").id
    work.finish()
    with app.app_context():
        assert worker.run_next()
    work = Work(session, SYSTEM, clock.utc_now())
    storing = import_jobs.start_apply(work, shown).id
    work.finish()

    def job() -> Job:
        session.rollback()
        return session.get_one(Job, storing, populate_existing=True)

    moments = (0.0, 0.15, 0.4)
    with product(database_url, tmp_path) as running:
        for moment in moments:
            running.start_worker()
            wait_until(lambda: job().state is not JobState.WAITING, "the job is never begun")
            time.sleep(moment)
            running.kill_worker()
            session.rollback()
            assert session.scalar(select(func.count()).select_from(School)) in {0, 117}
            _leases_run_out(session)
        running.start_worker()
        wait_until(lambda: job().state in {JobState.DONE, JobState.FAILED}, "the job is never settled")
    ended = job()
    stored = session.scalar(select(func.count()).select_from(School))
    assert (ended.state, stored) in {(JobState.DONE, 117), (JobState.FAILED, 0)}
    assert bool(ended.problem) == (ended.state is JobState.FAILED)
    note(request, f"{ended.attempts} attempts: {ended.state.value}, {stored} schools")
