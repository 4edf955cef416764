"""Many reminders of a confirmation are a job; its page leads back to the round."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from coordination import worker
from coordination.core.access import Role
from coordination.core.jobs import Job
from coordination.directory.models import Organisation, Place
from coordination.directory.rounds import mail_jobs
from coordination.directory.rounds.models import ConfirmationRound
from coordination.mail import jobs
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from tests import factories
from tests.browser import Browser
from tests.directory import keepers
from tests.directory.keepers import City, every
from tests.directory.rounds.conftest import weeks_pass

REMINDERS = select(func.count()).select_from(OutboxMail).where(OutboxMail.purpose == "round.reminder")


def reminders(session: Session) -> int:
    session.rollback()
    return session.scalar(REMINDERS) or 0


def test_reminders_to_many_are_a_job_whose_page_shows_how_far_it_is(
    app: Flask, session: Session, keeper: Browser, other_browser: Browser, plan: str, city: City
) -> None:
    provider, school = session.get_one(Organisation, city.provider), session.get_one(Place, city.school)
    for number in range(jobs.AT_ONCE):
        who = factories.person(session, f"Ida{number}", "Immergrün", email=f"ida{number}@example.org")
        factories.assignment(session, who, school, provider)
    other = session.get_one(Organisation, city.other)
    factories.account(session, "anderswo@example.org", Role.DIRECTORY_KEEPER, keeps=other)
    session.commit()
    many = jobs.AT_ONCE + 1
    assert keeper.get(plan).submit(f"{many} Mails senden").status == 303
    session.execute(update(OutboxMail).values(state=MailState.SENT))
    session.commit()
    weeks_pass(session, 8)
    (row,) = every(session, ConfirmationRound)
    here = f"/bestaetigungen/{row.id}"
    answer = keeper.get(f"{here}/erinnern").submit("Ausgewählte erinnern")
    page = answer.follow()
    assert page.h1 == "An die Bestätigung erinnern"
    assert f"0 von {many}" in page.main
    # Of another employer's keeper it is no concern.
    keepers.enter(other_browser, "anderswo")
    assert (keeper.get(page.url).status, other_browser.get(page.url).status) == (200, 404)
    assert reminders(session) == 0
    with app.app_context():
        assert worker.run_next()
        assert not worker.run_next()
    assert reminders(session) == many
    assert session.scalars(select(Job.total).where(Job.kind == mail_jobs.REMIND.name)).one() == many
    after = keeper.get(page.url).follow()
    assert after.url == here
    assert after.flash.startswith(f"{many} Mails warten:")
    # Of another round it is none.
    assert keeper.get(page.url.replace(here, "/bestaetigungen/99")).status == 404
