"""Many reminders of decisions and tasks: a job whose page shows how far it is, and that is nobody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from coordination import worker
from coordination.core import clock
from coordination.core.access import SYSTEM, BodyRole, Role
from coordination.core.jobs import Job
from coordination.core.work import work_as
from coordination.decisions import mail_jobs
from coordination.decisions.models import Task
from coordination.decisions.rules import Status
from coordination.mail import jobs
from coordination.mail.outbox import OutboxMail
from coordination.meetings.models import Meeting
from tests import factories
from tests.browser import Browser
from tests.decisions.test_reminders import PLAN, written
from tests.meetings.conftest import FORMAL
from tests.together import engine_of

MANY = jobs.AT_ONCE + 1


@pytest.fixture
def many(session: Session, held: Meeting) -> int:
    """Let so many people have a task that is overdue; return the key of one."""
    yesterday = clock.today() - timedelta(days=1)
    for number in range(MANY):
        who = factories.person(session, f"Wer{number}", "Viele", email=f"w{number}@example.org")
        last = factories.task(session, held, f"Aufgabe {number}", who, due_on=yesterday)
    session.commit()
    return last.id


def work_off(app: Flask) -> None:
    with app.app_context():
        assert worker.run_next()
        assert not worker.run_next()


def test_reminders_to_many_are_a_job_whose_page_shows_how_far_it_is(
    app: Flask, office: Browser, other_browser: Browser, session: Session, many: int
) -> None:
    plan = office.get(PLAN)
    answer = plan.submit(f"{MANY} Erinnerungen senden")
    page = answer.follow()
    assert page.h1 == "Wer wird woran erinnert"
    assert "Die Mails warten, bis sie an der Reihe sind" in page.main
    assert f"0 von {MANY}" in page.main
    assert written(session) == 0
    assert plan.submit(f"{MANY} Erinnerungen senden").location == answer.location
    # Another office of the same body has a plan of its own.
    factories.account(session, "zweite@example.org", Role.COORDINATOR, person_id=_second(session))
    session.commit()
    other_browser.sign_in("zweite@example.org", factories.PASSWORD)
    assert other_browser.get(page.url).status == 404
    work_off(app)
    assert written(session) == MANY
    job = session.scalars(select(Job).where(Job.kind == mail_jobs.REMIND.name)).one()
    assert job.total == MANY
    after = office.get(page.url).follow()
    assert after.url == PLAN
    assert after.flash.startswith(f"{MANY} Mails warten:")
    assert office.get(page.url).follow().flash == ""


def test_where_nothing_is_due_any_more_no_job_begins(office: Browser, session: Session, many: int) -> None:
    plan = office.get(PLAN)
    session.execute(update(Task).values(status=Status.DONE))
    session.commit()
    after = plan.submit(f"{MANY} Erinnerungen senden").follow()
    assert (after.url, after.flash) == (PLAN, "Es war nichts mehr zu senden.")
    assert session.scalars(select(Job.id).where(Job.kind == mail_jobs.REMIND.name)).all() == []


# On SQLite whoever writes has waited before reading.
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_who_is_slower_by_a_moment_sends_nothing_and_reads_why(
    app: Flask, office: Browser, session: Session, many: int
) -> None:
    page = office.get(PLAN).submit(f"{MANY} Erinnerungen senden").follow()

    at_once: list[int] = []

    def remind(flushed: Session, *_more: object) -> None:
        # The plan is read by now, and none of its things is written yet.
        if not at_once and any(isinstance(one, OutboxMail) for one in flushed.new):
            at_once.append(many)
            with Session(engine_of(app)) as other, work_as(other, SYSTEM) as work:
                work.session.get_one(Task, many).reminded_at = work.now

    event.listen(Session, "before_flush", remind)
    try:
        work_off(app)
    finally:
        event.remove(Session, "before_flush", remind)
    assert at_once
    assert written(session) == 0
    failed = office.get(page.url)
    assert failed.status == 422
    assert "etwas geändert. Es wurde nichts gesendet." in failed.main


def _second(session: Session) -> int:
    who = factories.person(session, "Zora", "Zweite")
    factories.member(session, who, FORMAL, BodyRole.SECRETARIAT)
    return who.id


def test_a_plan_that_changes_before_its_turn_sends_nothing_and_is_shown_anew(
    app: Flask, office: Browser, session: Session, many: int
) -> None:
    page = office.get(PLAN).submit(f"{MANY} Erinnerungen senden").follow()
    session.get_one(Task, many).status = Status.DONE
    session.commit()
    work_off(app)
    assert written(session) == 0
    failed = office.get(page.url)
    assert failed.status == 422
    assert "Es wurde nichts gesendet" in failed.main
    assert failed.submit(f"{MANY - 1} Erinnerungen senden").follow().url == PLAN
    assert written(session) == MANY - 1
