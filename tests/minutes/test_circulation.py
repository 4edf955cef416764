"""Asking for objections: a second click, and minutes that are taken back before all mails have left."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from coordination import worker
from coordination.core import clock
from coordination.core.work import Work, work_as
from coordination.directory.models import Person
from coordination.mail import jobs
from coordination.mail.outbox import WITHDRAWN, OutboxMail
from coordination.mail.rules import MailState
from coordination.meetings.models import AgendaItem, Invitation, Meeting
from coordination.meetings.rules import MeetingState
from coordination.minutes import letters, state_services
from coordination.minutes.letters import Reader, Round
from coordination.minutes.models import Minutes
from coordination.minutes.rules import MinutesState
from coordination.minutes.state_services import Mailing
from tests import factories
from tests.browser import Browser
from tests.meetings.world import World, site_of


def url(meeting: Meeting, part: str) -> str:
    return f"/sitzungen/{meeting.id}/protokoll{part}"


@pytest.fixture
def written(office: Browser, meeting: Meeting, items: list[AgendaItem]) -> Meeting:
    office.get(f"/sitzungen/{meeting.id}/anwesenheit").submit("Anwesenheit speichern")
    office.get(url(meeting, "")).submit("Alles speichern", **{f"text_{items[0].id}": "Zur Lage."})
    return meeting


def test_minutes_without_attendance_are_not_circulated_unwarned(
    office: Browser, meeting: Meeting, items: list[AgendaItem]
) -> None:
    office.get(url(meeting, "")).submit("Alles speichern", **{f"text_{items[0].id}": "Zur Lage."})
    page = office.get(url(meeting, "/abstimmung"))
    assert "Das Protokoll nennt niemanden als anwesend" in page.main
    # What the answers promise is only a proposal.
    page.click("Anwesenheit eintragen").submit("Anwesenheit speichern")
    assert "niemanden als anwesend" not in office.get(url(meeting, "/abstimmung")).main


def test_a_second_click_says_that_nothing_more_was_written(office: Browser, written: Meeting) -> None:
    page = office.get(url(written, "/abstimmung"))
    said = [page.submit("6 Mails senden").follow().flash for _ in range(3)]
    assert said[0] == "6 Mails warten: Es ist noch kein Mailserver eingerichtet. Die Verwaltung weiß davon."
    again = "Das Protokoll ist schon zur Abstimmung gegeben. Es wurde keine weitere Mail geschrieben."
    assert said[1:] == [again, again]
    # Not in passing only: the period for objections runs, and nobody has been told.
    page = office.get(url(written, "/lesen"))
    assert "6 Mails warten noch. Es ist noch kein Mailserver eingerichtet." in page.main


def test_the_desk_does_not_say_that_minutes_are_circulated_whose_mails_wait(
    office: Browser, session: Session, written: Meeting
) -> None:
    def said() -> str:
        (line,) = office.get("/").select("section[aria-labelledby=waiting] li p")
        return line

    office.get(url(written, "/abstimmung")).submit("6 Mails senden")
    assert "6 Mails warten noch im Postausgang. Es ist noch kein Mailserver eingerichtet." in said()
    assert "liegt" not in said()
    for mail in session.scalars(select(OutboxMail)):
        mail.state = MailState.SENT
    session.commit()
    assert "zur Abstimmung" in said()
    assert "liegt bis" in said()
    assert "Postausgang" not in said()


def test_minutes_that_are_taken_back_take_their_waiting_mails_with_them(
    office: Browser, session: Session, written: Meeting
) -> None:
    office.get(url(written, "/abstimmung")).submit("6 Mails senden")
    mails = session.scalars(select(OutboxMail)).all()
    mails[0].state, mails[1].state = MailState.SENT, MailState.FAILED
    session.commit()
    after = office.get(url(written, "/lesen")).submit("Zurückholen und weiterschreiben").follow()
    assert "Sie können weiterschreiben. 4 wartende Mails sind zurückgenommen." in after.flash
    session.rollback()
    left = session.execute(select(OutboxMail.state, OutboxMail.problem).order_by(OutboxMail.id)).all()
    assert sorted(map(tuple, left)) == [(MailState.FAILED, WITHDRAWN), (MailState.SENT, "")]


@pytest.fixture
def refused(office: Browser, session: Session, written: Meeting) -> list[int]:
    """Circulate, and let two of the mails be refused; return their keys."""
    office.get(url(written, "/abstimmung")).submit("6 Mails senden")
    rows = session.scalars(select(OutboxMail).order_by(OutboxMail.id)).all()
    for row in rows:
        row.state = MailState.SENT
    for row in rows[:2]:
        row.state, row.problem = MailState.FAILED, "550"
    session.commit()
    return [row.id for row in rows[:2]]


def states(session: Session, keys: list[int]) -> list[MailState]:
    session.rollback()
    session.expire_all()
    return [session.get_one(OutboxMail, key).state for key in keys]


def test_all_mails_with_minutes_that_were_refused_are_sent_again(
    office: Browser, session: Session, written: Meeting, refused: list[int]
) -> None:
    page = office.get(url(written, "/lesen")).click("Alle erneut senden")
    assert page.select("nav a:-soup-contains('Protokoll')")
    after = page.submit("2 Mails erneut senden").follow()
    assert (after.h1.startswith("Protokoll:"), "2 Mails warten" in after.flash) == (True, True)
    assert states(session, refused) == [MailState.WAITING] * 2
    everything = session.scalars(select(OutboxMail.state)).all()
    assert everything.count(MailState.SENT) == 4


@pytest.mark.parametrize("end", ["taken back", "approved"])
def test_mails_with_minutes_that_are_circulated_no_more_are_not_sent_again(
    office: Browser, session: Session, written: Meeting, *, refused: list[int], end: str
) -> None:
    page = office.get(url(written, "/mails/erneut"))
    assert page.h1 == "Alle erneut senden?"
    if end == "taken back":
        office.get(url(written, "/lesen")).submit("Zurückholen und weiterschreiben")
    else:
        session.execute(update(Minutes).values(state=MinutesState.APPROVED))
        session.commit()
    after = page.submit("2 Mails erneut senden")
    assert after.status == 303
    assert states(session, refused) == [MailState.FAILED] * 2
    assert office.get(url(written, "/mails/erneut")).status == 303


def test_a_mail_about_something_else_is_left_alone(office: Browser, session: Session, written: Meeting) -> None:
    office.get(url(written, "/abstimmung")).submit("6 Mails senden")
    mail = session.scalars(select(OutboxMail).order_by(OutboxMail.id)).all()[0]
    mail.state, mail.problem = MailState.FAILED, "550"
    session.commit()
    page = office.get(url(written, "/lesen"))
    mail.about = "minutes:999"
    session.commit()
    for button in ("Erneut senden", "Anders mitgeteilt"):
        assert page.submit(page.select(f"button:-soup-contains('{button}')")[0]).status == 404
    session.refresh(mail)
    assert (mail.state, mail.settled_at) == (MailState.FAILED, None)


def test_a_plan_that_changed_meanwhile_puts_nobody_on_the_list(
    office: Browser, session: Session, world: World, written: Meeting
) -> None:
    page = office.get(url(written, "/abstimmung"))
    session.execute(delete(Invitation).where(Invitation.meeting_id == written.id))
    session.get_one(Person, world.tom.id).email = "tom.neu@example.org"
    session.commit()
    assert page.submit("6 Mails senden").status == 409
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Invitation)) == 0
    assert session.scalar(select(func.count()).where(OutboxMail.purpose == "minutes")) == 0


def test_mails_are_made_before_the_transaction_and_taken_if_they_still_say_the_same(
    app: Flask, office: Browser, session: Session, world: World, written: Meeting
) -> None:
    site, until = app.extensions["koordination.site"], clock.today() + timedelta(days=9)
    readers = state_services.readers(session, session.get_one(Meeting, written.id))
    first, seen = session.scalars(select(Minutes)).one().version, state_services.fingerprint(readers)
    session.rollback()
    with work_as(session, world.actor) as work:
        state_services.enter(work, written.id, until, version=first, seen=seen)
    reading = Work(session, world.actor, clock.utc_now())
    made = state_services.prepare(reading, written.id, Round(until), site)
    changed = until + timedelta(days=1)
    assert session.scalar(select(func.count()).where(OutboxMail.purpose == "minutes")) == 0
    for day, is_same in ((until, True), (changed, False)):
        session.rollback()
        seen = state_services.fingerprint(state_services.readers(session, session.get_one(Meeting, written.id)))
        version = session.scalars(select(Minutes)).one().version
        mailing = Mailing(site, seen, made)
        with work_as(session, world.actor) as work:
            state_services.circulate(work, written.id, Round(day), version=version, mailing=mailing)
        ids = set(session.scalars(select(OutboxMail.message_id).where(OutboxMail.purpose == "minutes")))
        assert (ids == {one.message_id for one in made.values()}) is is_same
        office.get(url(written, "/lesen")).submit("Zurückholen und weiterschreiben")


@pytest.fixture
def large(session: Session, world: World, written: Meeting) -> Meeting:
    """Let so many more people sit in the body that their mails are not made at once."""
    for number in range(jobs.AT_ONCE):
        one = factories.person(session, f"Person {number}", "Viele", email=f"p{number}@example.org")
        factories.member(session, one, world.body.name)
    session.commit()
    return written


def test_mails_to_many_are_a_job_and_until_it_is_done_nothing_is_circulated(
    app: Flask, office: Browser, session: Session, large: Meeting
) -> None:
    def stored() -> tuple[MinutesState, int]:
        session.rollback()
        state = session.scalars(select(Minutes.state)).one()
        return state, session.scalar(select(func.count()).where(OutboxMail.purpose == "minutes")) or 0

    plan = office.get(url(large, "/abstimmung"))
    refused = plan.submit("66 Mails senden", until=(clock.today() - timedelta(days=1)).isoformat())
    assert "ist schon vorbei" in refused.error("until")
    answer = plan.submit("66 Mails senden")
    page = answer.follow()
    assert (page.h1, "Refresh" in page.headers) == ("Protokoll zur Abstimmung geben", True)
    assert "0 von 66" in page.main
    assert plan.submit("66 Mails senden").location == answer.location
    other = plan.submit("66 Mails senden", until=(clock.today() + timedelta(days=60)).isoformat())
    assert other.status == 422
    assert "Hierzu werden gerade Mails geschrieben. Bitte warten Sie, bis sie fertig sind." in other.html
    assert stored() == (MinutesState.DRAFT, 0)
    with app.app_context():
        assert worker.run_next()
        assert not worker.run_next()
    assert stored() == (MinutesState.CIRCULATED, 66)
    after = office.get(page.url).follow()
    assert after.h1 == "Protokoll: 1. Sitzung 2027"
    assert after.flash.startswith("66 Mails warten:")
    assert office.get(page.url).follow().flash == ""
    assert office.get(page.url.replace(f"/{large.id}/", "/999/")).status == 404


def test_minutes_written_on_before_the_job_runs_are_not_circulated(
    app: Flask, office: Browser, session: Session, large: Meeting, items: list[AgendaItem]
) -> None:
    page = office.get(url(large, "/abstimmung")).submit("66 Mails senden").follow()
    session.execute(update(Minutes).values(version=Minutes.version + 1))
    session.commit()
    with app.app_context():
        assert worker.run_next()
    after = office.get(page.url)
    assert after.status == 422
    assert "Es wurde nichts gesendet." in after.main
    assert session.scalar(select(func.count()).where(OutboxMail.purpose == "minutes")) == 0
    assert after.submit("66 Mails senden").status == 303


def test_no_mail_is_made_whose_link_stands_for_nobody(
    app: Flask, session: Session, written: Meeting, world: World
) -> None:
    site, until = site_of(app), clock.today()
    nobody = Reader(world.lena.id, "Lena Probe", "lena@example.org")
    with pytest.raises(ValueError, match="no invitation"):
        letters.draft(written, nobody, Round(until), site, sender_name="")
    # Of the members some are not on the list of the meeting yet: only the others' mails can be made ahead.
    people = state_services.readers(session, written)
    known = [one for one in people if one.asked is not None]
    assert 0 < len(known) < len(people)
    assert len(
        state_services.prepare(Work(session, world.actor, clock.utc_now()), written.id, Round(until), site)
    ) == len(known)


def test_a_meeting_of_which_minutes_go_round_is_over(office: Browser, session: Session, written: Meeting) -> None:
    written.state = MeetingState.RUNNING
    session.commit()
    page = office.get(url(written, "/abstimmung"))
    assert "Damit gilt sie als beendet." in page.main
    assert page.submit("Ohne Mail zur Abstimmung geben").status == 303
    session.rollback()
    assert written.state is MeetingState.MINUTES_OPEN


def test_minutes_that_the_chair_has_checked_say_so_on_the_page_itself(office: Browser, written: Meeting) -> None:
    reading = office.get(url(written, "/lesen"))
    # Two ways on beside the title, and the third behind "Mehr": it stays readable.
    assert reading.select(".page-head .actions > .button") == ["Weiterschreiben", "Zur Abstimmung geben"]
    assert "Stand Entwurf" in reading.main
    checked = reading.submit("Vom Vorsitz geprüft").follow()
    assert "Stand Entwurf, vom Vorsitz geprüft" in checked.main
