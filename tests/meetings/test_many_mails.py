"""Many mails at once: composed before the transaction, checked in it, and no more than anybody looks through."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, undefer

from coordination import worker
from coordination.bodies.models import Membership
from coordination.core import clock
from coordination.core.access import BodyRole
from coordination.core.errors import RuleViolation
from coordination.core.jobs import Job, Progress, add_job
from coordination.core.work import Work
from coordination.mail import jobs
from coordination.mail.drafts import Made
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.site import Site
from coordination.meetings import answer_services, invitation_services, mail_jobs, services
from coordination.meetings.answer_services import AnswerInput
from coordination.meetings.invitees import listed, plan_of
from coordination.meetings.models import Invitation, Meeting
from coordination.meetings.rules import Answer, MeetingState
from tests import factories
from tests.browser import Browser
from tests.meetings import mailing
from tests.meetings.mailing import calendar_of, do, invite, row_of, unfolded
from tests.meetings.world import World
from tests.together import engine_of


def seen_now(session: Session, meeting: Meeting) -> str:
    session.rollback()
    row = session.get_one(Meeting, meeting.id)
    return invitation_services.fingerprint(plan_of(row, listed(session, row)))


def prepared_for(session: Session, world: World, meeting: Meeting, site: Site) -> Made:
    """Do what the page does before it sends."""
    seen = seen_now(session, meeting)
    do(session, world.actor, lambda work: invitation_services.enter(work, meeting.id, seen=seen))
    session.rollback()
    found = invitation_services.prepare(Work(session, world.actor, clock.utc_now()), meeting.id, site)
    session.rollback()
    return found


def send(session: Session, world: World, meeting: Meeting, site: Site, *, prepared: Made) -> set[str]:
    """Send, and return the Message-IDs in the outbox."""
    seen = seen_now(session, meeting)
    do(
        session,
        world.actor,
        lambda work: invitation_services.send(work, meeting.id, site, seen=seen, prepared=prepared),
    )
    session.rollback()
    return set(session.scalars(select(OutboxMail.message_id)))


def fill(session: Session, world: World, count: int) -> None:
    """Let ``count`` more people sit in the body."""
    for number in range(count):
        one = factories.person(session, f"Person {number}", "Viele", email=f"p{number}@example.org")
        sits = Membership(
            body_id=world.body.id,
            person_id=one.id,
            role=BodyRole.VOTING_MEMBER,
            valid_from=factories.LONG_AGO,
        )
        session.add(sits)
    session.commit()


def test_what_was_prepared_goes_out_as_it_is(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Any
) -> None:
    prepared = prepared_for(session, world, meeting, site)
    assert session.scalar(select(func.count()).select_from(OutboxMail)) == 0
    assert len(prepared) == 5
    assert send(session, world, meeting, site, prepared=prepared) == {one.message_id for one in prepared.values()}
    mails = arrive()
    assert len(mails) == 5
    assert row_of(session, meeting, world.tom).first_message_id == mails["tom@example.org"]["Message-ID"]
    # A move is prepared likewise, with its SEQUENCE and what has changed.
    mailing.move(session, world, meeting)
    later = prepared_for(session, world, meeting, site)
    assert {one.message_id for one in later.values()} <= send(session, world, meeting, site, prepared=later)
    assert "SEQUENCE:1" in unfolded(calendar_of(arrive()["tom@example.org"])[1])


def test_what_changed_after_it_was_prepared_is_written_anew(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Any
) -> None:
    prepared = prepared_for(session, world, meeting, site)

    def edit(work: Work) -> None:
        row = work.session.get_one(Meeting, meeting.id)
        data = services.MeetingInput(title=row.title, room="Raum 3 im Anbau")
        services.edit_meeting(work, meeting.id, data, version=row.version)

    do(session, world.actor, edit)
    assert send(session, world, meeting, site, prepared=prepared).isdisjoint(
        one.message_id for one in prepared.values()
    )
    for mail in arrive().values():
        assert "Raum 3 im Anbau" in mail.get_body(("plain",)).get_content()
        assert "LOCATION:Raum 3 im Anbau" in unfolded(calendar_of(mail)[1])


def test_an_answer_meanwhile_touches_one_mail_alone(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Any
) -> None:
    prepared = prepared_for(session, world, meeting, site)
    do(
        session,
        world.actor,
        lambda work: answer_services.answer_by_office(
            work, site, meeting.id, world.tom.id, data=AnswerInput(Answer.ACCEPTED)
        ),
    )
    sent = send(session, world, meeting, site, prepared=prepared)
    anew = {one.recipient for one in prepared.values() if one.message_id not in sent}
    assert anew == {"tom@example.org"}
    content = "".join(unfolded(calendar_of(arrive()["tom@example.org"])[1]))
    assert "PARTSTAT=ACCEPTED" in content


def test_two_people_with_one_address_get_a_mail_each(
    session: Session, world: World, meeting: Meeting, site: Site
) -> None:
    session.get_one(type(world.tom), world.tom.id).email = "emre@example.org"
    session.commit()
    assert invite(session, world, meeting, site) == 5
    session.rollback()
    addresses = session.scalars(select(OutboxMail.recipient)).all()
    assert sorted(addresses).count("emre@example.org") == 2


def in_outbox(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(OutboxMail)) or 0


def test_mails_to_many_are_a_job_whose_page_shows_how_far_it_is(
    app: Flask, mira: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    fill(session, world, jobs.AT_ONCE)
    plan = mira.get(f"/sitzungen/{meeting.id}/einladen")
    answer = plan.submit("65 Mails senden")
    page = answer.follow()
    assert "Die Mails warten, bis sie an der Reihe sind" in page.main
    assert "0 von 65" in page.main
    assert page.headers["Refresh"]
    assert in_outbox(session) == 0
    # The second click leads to the same job.
    assert plan.submit("65 Mails senden").location == answer.location
    with app.app_context():
        assert worker.run_next()
        assert not worker.run_next()
    assert in_outbox(session) == 65
    after = mira.get(page.url).follow()
    assert after.h1 == "1. Sitzung 2027"
    assert after.flash == "65 Mails warten: Es ist noch kein Mailserver eingerichtet. Die Verwaltung weiß davon."
    again = mira.get(page.url).follow()
    assert (again.h1, again.flash) == ("1. Sitzung 2027", ""), "what is said once is not said at each visit"
    job = session.scalars(select(Job).where(Job.kind == mail_jobs.INVITE.name)).one()
    assert (job.total, session.get_one(Meeting, meeting.id).state) == (65, MeetingState.INVITED)


def test_a_sending_that_is_run_again_sends_nothing_more(
    app: Flask, session: Session, world: World, meeting: Meeting, site: Site
) -> None:
    seen, engine = seen_now(session, meeting), engine_of(app)
    key = do(session, world.actor, lambda work: mail_jobs.INVITE.start(work, meeting.id, 5, seen=seen).id)
    sent = {"count": 5, "taken_back": 0}

    def run(own: Session, progress: Progress) -> dict[str, Any]:
        return mail_jobs.INVITE.run(own, world.actor, own.get_one(Job, key), progress, site=site)

    def composes(_done: int, _total: int) -> None:
        raise AssertionError("nothing is to be composed")

    with Session(engine, expire_on_commit=False) as late, Session(engine) as first:
        # Begun by a second process before the first one is through.
        begun = late.get_one(Job, key, options=[undefer(Job.result)])
        late.commit()
        assert begun.result == {}
        assert run(first, lambda _done, _total: None) == sent
        assert run(late, lambda _done, _total: None) == sent
    # Something new is due by now: it was not looked at, and is not sent.
    mailing.move(session, world, meeting)
    with Session(engine) as own:
        assert run(own, composes) == sent
    assert in_outbox(session) <= 5


@pytest.fixture
def asked(session: Session, world: World, meeting: Meeting, site: Site) -> Meeting:
    """Invite more people than are reminded at once; all have the mail, and nobody has answered."""
    fill(session, world, jobs.AT_ONCE)
    invite(session, world, meeting, site)
    session.execute(update(OutboxMail).values(state=MailState.SENT))
    past = clock.utc_now() - timedelta(days=9)
    session.execute(update(Invitation).values(mailed_at=past))
    session.execute(update(Meeting).values(revised_at=past - timedelta(days=1), guests_revised_at=None))
    session.commit()
    return meeting


def test_reminders_to_many_are_a_job_too(app: Flask, mira: Browser, session: Session, asked: Meeting) -> None:
    plan = mira.get(f"/sitzungen/{asked.id}/erinnern")
    answer = plan.submit("65 Erinnerungen senden")
    page = answer.follow()
    assert (page.h1, page.url) == ("An die Antwort erinnern", f"/sitzungen/{asked.id}/mails/1")
    assert "Die Mails warten, bis sie an der Reihe sind" in page.main
    assert plan.submit("65 Erinnerungen senden").location == answer.location
    assert in_outbox(session) == 65
    with app.app_context():
        assert worker.run_next()
        assert not worker.run_next()
    assert in_outbox(session) == 130
    job = session.scalars(select(Job).where(Job.kind == mail_jobs.REMIND.name)).one()
    assert job.total == 65
    after = mira.get(page.url).follow()
    assert after.h1 == "Antworten"
    assert after.flash.startswith("65 Mails warten:")
    assert mira.get(page.url).follow().flash == ""


UNDER_WAY = "Hierzu werden gerade Mails geschrieben. Bitte warten Sie, bis sie fertig sind."


def test_reminders_of_other_people_are_not_swallowed_by_those_being_written(
    mira: Browser, session: Session, world: World, asked: Meeting
) -> None:
    plan = mira.get(f"/sitzungen/{asked.id}/erinnern")
    assert plan.submit("65 Erinnerungen senden").status == 303
    everybody = [one["value"] for one in plan.soup.select("input[name=person]")]
    others = [one for one in everybody if one != str(world.tom.id)]
    page = plan.submit("65 Erinnerungen senden", person=others)
    assert page.status == 422
    assert UNDER_WAY in page.main
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Job)) == 1


def test_a_sending_that_an_older_release_queued_is_another_one(
    session: Session, world: World, meeting: Meeting
) -> None:
    kind = mail_jobs.INVITE

    do(session, world.actor, lambda work: add_job(work, kind.name, {"meeting": meeting.id}))
    key = do(session, world.actor, lambda work: kind.start(work, meeting.id, 5, seen="x").id)
    assert do(session, world.actor, lambda work: kind.start(work, meeting.id, 5, seen="x").id) == key
    session.execute(update(Job).values(params={"of": meeting.id, "plan": "x"}))
    session.commit()
    with pytest.raises(RuleViolation):
        do(session, world.actor, lambda work: kind.start(work, meeting.id, 5, seen="x"))


def test_reminders_of_another_list_than_was_seen_are_not_sent_by_the_job(
    app: Flask, mira: Browser, session: Session, world: World, asked: Meeting
) -> None:
    plan = mira.get(f"/sitzungen/{asked.id}/erinnern")
    page = plan.submit("65 Erinnerungen senden").follow()
    session.get_one(type(world.tom), world.tom.id).email = "tom.neu@example.org"
    session.commit()
    # What could only fail is not begun.
    assert plan.submit("65 Erinnerungen senden").status == 409
    with app.app_context():
        assert worker.run_next()
    after = mira.get(page.url)
    assert after.status == 422
    assert "Es wurde nichts gesendet." in after.main
    assert in_outbox(session) == 65
    assert after.submit("65 Erinnerungen senden").status == 303


def test_if_something_changes_before_the_job_runs_nothing_is_sent(
    app: Flask, mira: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    fill(session, world, jobs.AT_ONCE)
    page = mira.get(f"/sitzungen/{meeting.id}/einladen").submit("65 Mails senden").follow()
    session.get_one(type(world.tom), world.tom.id).email = "tom.neu@example.org"
    session.commit()
    with app.app_context():
        assert worker.run_next()
    assert in_outbox(session) == 0
    after = mira.get(page.url)
    assert after.status == 422
    assert "Es wurde nichts gesendet." in after.main
    assert after.submit("65 Mails senden").follow().h1 == "Mails zu dieser Sitzung"
    assert session.get_one(Meeting, meeting.id).state is MeetingState.FIXED
    assert mira.get(page.url.replace(f"/{meeting.id}/mails", "/999/mails")).status == 404


def test_more_mails_than_anybody_looks_through_are_a_sentence_and_nothing_is_stored(
    mira: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    fill(session, world, 496)
    page = mira.get(f"/sitzungen/{meeting.id}/einladen").submit("501 Mails senden")
    assert page.status == 422
    assert "Das sind 501 Mails; auf einmal gehen höchstens 500" in page.main
    session.rollback()
    assert session.scalar(select(func.count()).select_from(OutboxMail)) == 0
    assert session.scalar(select(func.count()).select_from(Invitation)) == 0
    assert session.get_one(Meeting, meeting.id).state is MeetingState.FIXED


@pytest.mark.slow
def test_as_many_as_may_be_go_out(app: Flask, mira: Browser, session: Session, world: World, meeting: Meeting) -> None:
    fill(session, world, 495)
    page = mira.get(f"/sitzungen/{meeting.id}/einladen").submit("500 Mails senden").follow()
    with app.app_context():
        assert worker.run_next()
    page = mira.get(page.url).follow()
    assert "500 Mails warten:" in page.main
    session.rollback()
    assert len(set(session.scalars(select(OutboxMail.recipient)))) == 500
