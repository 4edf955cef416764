"""The worker as a process of its own, woken by a web process, on either database; and a worker that is killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from coordination import worker
from coordination.core import clock, jobs
from coordination.core.access import SYSTEM
from coordination.core.jobs import Job, JobState
from coordination.core.work import Work, work_as, writing
from coordination.directory import import_jobs
from coordination.directory.models import School
from coordination.mail import claims, outbox
from coordination.mail.message import Letter
from tests.databases import ROOT
from tests.directory.import_pages import NEW
from tests.mail.sink import smtp_sink


@contextmanager
def _command(database_url: str, instance: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    env = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": database_url,
        "KOORDINATION_SECRET_KEY": "x" * 32,
        "KOORDINATION_INSTANCE": str(instance),
        "KOORDINATION_LOG_LEVEL": "WARNING",
        "PYTHONUNBUFFERED": "1",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", *words],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def _queue(session: Session) -> int:
    work = Work(session, SYSTEM, clock.utc_now())
    job = import_jobs.start_preview(work, NEW.read_bytes(), filename="schuldaten.csv", municipality="05711000")
    key = job.id
    work.finish()
    return key


def _wait(session: Session, key: int, state: JobState, seconds: float = 15) -> Job:
    deadline = time.monotonic() + seconds
    while True:
        session.rollback()
        job = session.get_one(Job, key, populate_existing=True)
        if job.state is state or time.monotonic() > deadline:
            return job
        time.sleep(0.1)


def test_worker_is_woken_and_ends_on_sigterm(app: Flask, session: Session, database_url: str, tmp_path: Path) -> None:
    waiting = _queue(session)
    with _command(database_url, tmp_path, "jobs", "work") as process:
        # What waited before it began is done without anybody waking it.
        assert _wait(session, waiting, JobState.DONE).state is JobState.DONE
        huey = worker.make_huey(app)
        worker.register(huey, app)
        key = _queue(session)
        app.extensions["koordination.wake"]()
        huey.storage.close()
        job = _wait(session, key, JobState.DONE, seconds=10)
        assert job.state is JobState.DONE, job.problem
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0


def test_a_started_worker_does_not_wait_for_the_end_of_a_pause(
    app: Flask, session: Session, database_url: str, tmp_path: Path
) -> None:
    work = Work(session, SYSTEM, clock.utc_now())
    letter = Letter("ada@example.org", "Ada", "Ihr Konto", "Guten Tag\n", "account.invitation", "probe:1")
    mail = outbox.queue(work, letter, app.extensions["koordination.site"].sender)
    mail.problem, mail.refused_at, mail.due_at = outbox.REFUSED, work.now, work.now + timedelta(hours=1)
    work.finish()
    assert claims.is_resting(session, clock.utc_now())
    with _command(database_url, tmp_path, "jobs", "work"):
        deadline = time.monotonic() + 15
        while claims.is_resting(session, clock.utc_now()) and time.monotonic() < deadline:
            session.rollback()
            time.sleep(0.1)
    session.rollback()
    # That it was refused is still said, until the server has taken one.
    assert (claims.is_resting(session, clock.utc_now()), claims.is_refused(session)) == (False, True)


def test_mails_go_out_in_rounds_without_waiting_in_between(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "ROUND", 2)
    woken: list[int] = []
    with work_as(session, SYSTEM) as work:
        for number in range(5):
            letter = Letter(f"nr{number}@example.org", "Ada", "Ihr Konto", "Guten Tag\n", "feedback", f"probe:{number}")
            outbox.queue(work, letter, app.extensions["koordination.site"].sender)
    with smtp_sink() as sink:
        app.extensions |= {
            "koordination.mail_server": sink.server,
            "koordination.wake": lambda: woken.append(len(sink.received)),
        }
        for _ in range(3):
            worker.drain(app)
    # After each full round it is woken again: jobs come first, and whoever ends it need not wait for all mails.
    assert (woken, len(sink.received)) == ([2, 4], 5)


def test_killed_worker_loses_nothing(app: Flask, session: Session, database_url: str, tmp_path: Path) -> None:
    key = _queue(session)
    with app.app_context():
        assert worker.run_next()
    work = Work(session, SYSTEM, clock.utc_now())
    storing = import_jobs.start_apply(work, key).id
    work.finish()
    with _command(database_url, tmp_path, "jobs", "run") as process:
        _wait(session, storing, JobState.RUNNING, seconds=20)
        process.kill()
        process.wait()
    session.rollback()
    assert session.scalar(select(func.count()).select_from(School)) in {0, 117}
    over = clock.utc_now() - timedelta(seconds=1)
    session.execute(update(Job).where(Job.state == JobState.RUNNING).values(lease_until=over))
    session.commit()
    with _command(database_url, tmp_path, "jobs", "run") as process:
        said, _ = process.communicate(timeout=60)
        assert process.returncode == 0, said
    job = _wait(session, storing, JobState.DONE)
    assert (job.state, job.result["new"]) == (JobState.DONE, 117)
    assert session.scalar(select(func.count()).select_from(School)) == 117


def test_work_that_kills_its_runner_is_given_up(app: Flask, session: Session) -> None:
    with work_as(session, SYSTEM) as work:
        job = jobs.add_job(work, "accounts.reset", {"email": "ada@example.org"})
    for _ in range(jobs.MOST_ATTEMPTS):
        with writing(), session.begin():
            assert jobs.claim_job(session, clock.utc_now()) is not None
        with writing(), session.begin():
            session.execute(update(Job).values(lease_until=clock.utc_now() - timedelta(seconds=1)))
    with writing(), session.begin():
        assert jobs.claim_job(session, clock.utc_now()) is None
    session.refresh(job)
    assert (job.state, job.problem) == (JobState.FAILED, jobs.GAVE_UP)


def test_many_processes_may_open_the_queue_for_the_first_time_at_once(app: Flask) -> None:
    with ThreadPoolExecutor(8) as pool:
        # Raises what any of them raises.
        queues = list(pool.map(lambda _number: worker.make_huey(app), range(8)))
    assert [one.pending_count() for one in queues] == [0] * 8
    for one in queues:
        one.storage.close()
