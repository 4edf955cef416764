"""The job worker killed while mails go out and while a school file is stored."""

from __future__ import annotations

import email
import time
from collections import Counter
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
from coordination.mail import outbox
from coordination.mail.message import Letter
from coordination.mail.outbox import MailState, OutboxMail
from tests.directory.import_pages import NEW
from tests.faults.processes import product, wait_until, whenever
from tests.faults.test_web import note
from tests.mail.sink import smtp_sink

pytestmark = pytest.mark.slow
#: A kill leaves a whole batch in doubt, 20 at most: there must be more than that takes away.
MAILS, KILLS = 240, 4


def _leases_run_out(session: Session) -> None:
    """Let ten minutes pass for whatever was under way."""
    session.rollback()
    over = clock.utc_now() - timedelta(seconds=1)
    session.execute(update(OutboxMail).where(OutboxMail.state == MailState.SENDING).values(lease_until=over))
    session.execute(update(Job).where(Job.state == JobState.RUNNING).values(lease_until=over))
    session.commit()


def _states(session: Session) -> dict[MailState, int]:
    session.rollback()
    return dict(session.execute(select(OutboxMail.state, func.count()).group_by(OutboxMail.state)).all())


def test_mails_of_a_killed_worker_are_sent_or_shown_as_unclear(
    app: Flask, session: Session, database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    work = Work(session, SYSTEM, clock.utc_now())
    sender = app.extensions["koordination.site"].sender
    for number in range(MAILS):
        letter = Letter(
            f"p{number}@example.org", "P", f"Nachricht {number}", "Text\n", "account.reset", f"person:{number}"
        )
        outbox.queue(work, letter, sender)
    work.finish()
    with smtp_sink() as sink:
        sink.pause = 0.02
        server = {
            "KOORDINATION_SMTP_HOST": "127.0.0.1",
            "KOORDINATION_SMTP_PORT": str(sink.port),
            "KOORDINATION_SMTP_TLS": "none",
        }
        with product(database_url, tmp_path, **server) as running:
            running.start_worker()
            with whenever(lambda: len(sink.received), MAILS // (2 * KILLS), running.start_worker) as killed:
                wait_until(
                    lambda: len(killed) >= KILLS or not _states(session).get(MailState.WAITING), "nothing is sent"
                )
            wait_until(lambda: not _states(session).get(MailState.WAITING), "some mails are never taken up")
            wait_until(lambda: _at_rest(session, sink.received), "the last mails are never settled")
            _leases_run_out(session)
            running.start_worker()
            wait_until(lambda: not _states(session).get(MailState.SENDING), "interrupted mails are never settled")
        arrived = Counter(str(email.message_from_bytes(one)["Message-ID"]) for one in sink.received)
    states = _states(session)
    assert set(states) <= {MailState.SENT, MailState.UNCLEAR}, states
    assert sum(states.values()) == MAILS
    # One that is said to be sent has arrived; what may have is for a person to decide, and nothing comes twice.
    assert states.get(MailState.SENT, 0) <= len(arrived)
    assert len(arrived) + states.get(MailState.UNCLEAR, 0) >= MAILS
    assert max(arrived.values()) == 1
    assert len(killed) >= KILLS
    note(
        request,
        f"{MAILS} mails, {len(killed)} kills: {states.get(MailState.UNCLEAR, 0)} unclear, none twice, none lost",
    )


def _at_rest(session: Session, received: list[bytes]) -> bool:
    """Return whether the worker that lives has nothing more to do: what is left belonged to the dead."""
    before = len(received)
    time.sleep(0.5)
    return len(received) == before


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
