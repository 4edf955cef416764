"""The job worker: huey wakes it, our own rows say what is to be done, so a killed worker loses nothing."""

from __future__ import annotations

import gc
import logging
import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg
from flask import Flask
from huey import Huey, PostgresHuey, SqliteHuey, crontab
from huey.consumer import Consumer
from sqlalchemy import update
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from coordination.accounts.models import UserAccount
from coordination.accounts.queries import actor_of
from coordination.core import clock, jobs
from coordination.core.access import SYSTEM, Actor
from coordination.core.errors import DomainError
from coordination.core.i18n import N_
from coordination.core.jobs import Job, JobState
from coordination.core.work import work_as, writing
from coordination.mail import claims, delivery
from coordination.mail.rules import MailState
from coordination.privacy import retention
from coordination.search import services as search
from coordination.web.extensions import db

log = logging.getLogger(__name__)

#: Key of the lock under which the queue's tables are made; nothing else here takes such a lock.
QUEUE_LOCK = 4_861_203
#: So many mails are sent before the worker looks for other work.
ROUND = 100
#: Progress is written at most this often.
REPORT = timedelta(milliseconds=500)
#: So many new objects Python's collector lets pass before it looks at them.
_LOOKED_AT_AFTER = 50_000
#: So far back the search looks for what has begun or ended meanwhile: no worker is away for longer.
LOOKED_BACK = timedelta(days=31)


def make_huey(app: Flask) -> Huey:
    """Return the runner that fits the installation's database."""
    settings = app.extensions["koordination.settings"]
    url = make_url(settings.database_url)
    if url.get_backend_name() == "postgresql":
        dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
        # The queue makes its tables where there are none. Two processes that start for the first time would do so at
        # once, and one of them would end: "IF NOT EXISTS" does not wait.
        with psycopg.connect(dsn) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (QUEUE_LOCK,))
            return PostgresHuey("koordination", dsn=dsn)
    return SqliteHuey("koordination", filename=str(settings.instance_path / "jobs.db"))


def drain(app: Flask) -> None:
    """Run what is waiting: jobs first, then a round of mails. Safe in several processes at once."""
    with app.app_context():
        while run_next():
            pass
        sent = deliver_due(app, ROUND)
    if sum(sent.values()) == ROUND:
        # There may be more. Jobs have their turn before it, and whoever ends this process need not wait for all.
        app.extensions["koordination.wake"]()


def deliver_due(app: Flask, limit: int | None = None) -> dict[MailState, int]:
    """Send the mails that are due, ``limit`` at most; returns how many ended in which state."""
    server, site = app.extensions["koordination.mail_server"], app.extensions["koordination.site"]
    return delivery.deliver(lambda: Session(db.engine), server, site.sender, limit)


def run_next() -> bool:
    """Run one waiting job and return whether there was one; needs an app context."""
    with writing(), Session(db.engine) as session, session.begin():
        claimed = jobs.claim_job(session, clock.utc_now())
        if claimed is None:
            return False
        job_id, kind, user_id = claimed.id, claimed.kind, claimed.user_id
    try:
        with Session(db.engine) as session:
            job = session.get_one(Job, job_id)
            result = jobs.handlers[kind](session, _actor(session, user_id), job, _progress(job_id))
        _end(job_id, result)
    except DomainError as error:
        _fail(job_id, error.message or N_("You may no longer do this."), error.values)
    except Exception:
        log.exception("job_failed", extra={"job_id": job_id, "kind": kind})
        _fail(job_id, N_("Something went wrong here. Nothing was changed."), {})
    log.info("job_ended", extra={"job_id": job_id, "kind": kind})
    return True


def _actor(session: Session, user_id: int | None) -> Actor:
    if user_id is None:
        return SYSTEM
    account = session.get(UserAccount, user_id)
    alive = account is not None and account.deactivated_at is None
    return actor_of(session, account, clock.today()) if account is not None and alive else Actor()


def _end(job_id: int, result: dict[str, Any]) -> None:
    with writing(), Session(db.engine) as session, session.begin():
        job = session.get_one(Job, job_id)
        job.result, job.state, job.ended_at, job.lease_until = result, JobState.DONE, clock.utc_now(), None


def _fail(job_id: int, problem: str, values: dict[str, object]) -> None:
    with writing(), Session(db.engine) as session, session.begin():
        job = session.get_one(Job, job_id)
        job.state, job.ended_at, job.lease_until = JobState.FAILED, clock.utc_now(), None
        job.problem, job.problem_values = problem[:300], {key: str(value) for key, value in values.items()}


def _progress(job_id: int) -> jobs.Progress:
    """Return what a handler reports with: the first time at once, then at most twice a second.

    Each report is a short transaction of its own, so a handler must not hold one that writes while it reports.
    """
    last: datetime | None = None

    def report(done: int, total: int) -> None:
        nonlocal last
        now = clock.utc_now()
        if last is not None and now - last < REPORT and done < total:
            return
        last = now
        with writing(), Session(db.engine) as session, session.begin():
            session.execute(
                update(Job).where(Job.id == job_id).values(done=done, total=total, lease_until=last + jobs.LEASE)
            )

    return report


class QuietConsumer(Consumer):  # type: ignore[misc]
    """A consumer that may be started off the main thread: it leaves the signals alone."""

    def _set_signal_handlers(self) -> None:
        """Do nothing: the process that hosts it handles signals."""


def start(app: Flask) -> Callable[[], None]:
    """Start a consumer inside this process and return what stops it."""
    consumer = _consumer(app)
    consumer.start()
    return lambda: consumer.stop(graceful=True)


def _consumer(app: Flask) -> Consumer:
    huey = make_huey(app)
    register(huey, app)
    return QuietConsumer(huey, workers=1, periodic=True, initial_delay=0.2, max_delay=2.0, check_worker_health=False)


def settle_memory() -> None:
    """Let Python's collector look at what is new, and not after every 700 objects.

    The program itself is no rubbish, and hardly anything of a long list is: looking through both again and again took
    a fourth of the time of reading it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_LOOKED_AT_AFTER, 20, 20)


def serve(app: Flask) -> None:
    """Work until SIGTERM or SIGINT: a process of its own beside the web processes. Ends after the job at hand."""
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: ending.set())
    consumer = _consumer(app)
    settle_memory()
    consumer.start()
    # What waited while no worker ran is taken up now and not at the first sweep.
    app.extensions["koordination.wake"]()
    while not ending.wait(timeout=1.0):
        pass
    consumer.stop(graceful=True)


def connect(app: Flask) -> None:
    """Let a web process wake a worker that runs elsewhere; the queue is opened when it is first needed."""
    opening = threading.Lock()

    def wake() -> None:
        with opening:
            if app.extensions["koordination.wake"] is wake:
                register(make_huey(app), app)
        app.extensions["koordination.wake"]()

    app.extensions["koordination.wake"] = wake


def register(huey: Huey, app: Flask) -> None:
    """Register the tasks: to wake up, a sweep a minute in case a wake-up was lost, each night what is over its time.

    Each hour the search follows the day: midnight in Germany is another hour of UTC in summer.
    """

    @huey.on_startup(name="mails")  # type: ignore[untyped-decorator]
    def start_anew() -> None:
        # A worker is started again after its settings were put right.
        with app.app_context(), writing(), Session(db.engine) as session, session.begin():
            claims.rest_no_longer(session, clock.utc_now())

    @huey.task(name="wake")  # type: ignore[untyped-decorator]
    def task() -> None:
        drain(app)

    @huey.periodic_task(crontab(), name="sweep")  # type: ignore[untyped-decorator]
    def sweep() -> None:
        drain(app)

    @huey.periodic_task(crontab(minute="17", hour="2"), name="retain")  # type: ignore[untyped-decorator]
    def retain() -> None:
        with app.app_context(), Session(db.engine) as session, work_as(session, SYSTEM) as work:
            jobs.add_job(work, retention.KIND, {})
        drain(app)

    @huey.periodic_task(crontab(minute="3"), name="turn")  # type: ignore[untyped-decorator]
    def turn() -> None:
        with app.app_context(), Session(db.engine) as session, work_as(session, SYSTEM) as work:
            search.turn(work.session, work.today - LOOKED_BACK, work.today)

    def wake() -> None:
        try:
            task()
        except Exception:
            # The job is stored; the sweep finds it. Whoever queued it need not hear of a queue that is away.
            log.exception("wake_failed")

    app.extensions["koordination.wake"] = wake
