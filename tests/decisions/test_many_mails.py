"""Many reminders of decisions and tasks: a job whose page shows how far it is, and that is nobody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination import worker
from coordination.core import clock
from coordination.core.access import BodyRole, Role
from coordination.core.jobs import Job
from coordination.decisions import mail_jobs
from coordination.decisions.models import Task
from coordination.decisions.rules import Status
from coordination.mail import jobs
from coordination.meetings.models import Meeting
from tests import factories
from tests.browser import Browser
from tests.decisions.test_reminders import PLAN, written
from tests.meetings.conftest import FORMAL

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
