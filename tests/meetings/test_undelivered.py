"""Mails that did not get through stand where the office of the body works, with what can be done about them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from coordination.bodies.models import Membership
from coordination.core import clock
from coordination.core.access import SYSTEM, Role
from coordination.core.errors import RuleViolation
from coordination.core.work import work_as
from coordination.directory.models import Person
from coordination.mail import outbox, stuck
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.site import Site
from coordination.meetings import invitation_services, services
from coordination.meetings.models import Meeting
from coordination.meetings.office import bodies_of
from coordination.meetings.untold import untold
from tests import factories
from tests.browser import Browser, Page
from tests.meetings import mailing
from tests.meetings.world import World
from tests.together import engine_of, meanwhile


@pytest.fixture
def office(browser: Browser, session: Session, world: World) -> Browser:
    factories.account(session, "mira@example.org", Role.COORDINATOR, person_id=world.mira.id)
    session.commit()
    browser.sign_in("mira@example.org", factories.PASSWORD)
    return browser


@pytest.fixture
def refused(session: Session, world: World, meeting: Meeting, site: Site) -> Callable[..., None]:
    """Invite, and let the mail to Tom end as said and all others be sent."""

    def make(state: MailState = MailState.FAILED) -> None:
        mailing.invite(session, world, meeting, site)
        session.execute(update(OutboxMail).values(state=MailState.SENT))
        ends = update(OutboxMail).where(OutboxMail.person_id == world.tom.id)
        session.execute(ends.values(state=state, problem="550" if state is MailState.FAILED else ""))
        session.commit()

    return make


def answers(office: Browser, meeting: Meeting) -> Page:
    return office.get(f"/sitzungen/{meeting.id}/antworten")


def to_tom(session: Session, world: World) -> list[tuple[MailState, str]]:
    session.rollback()
    session.expire_all()
    rows = select(OutboxMail).where(OutboxMail.person_id == world.tom.id).order_by(OutboxMail.id)
    return [(one.state, one.recipient) for one in session.scalars(rows)]


def test_the_page_of_the_meeting_leads_to_what_can_be_done(
    office: Browser, session: Session, world: World, meeting: Meeting, refused: Callable[..., None]
) -> None:
    refused()
    page = office.get(f"/sitzungen/{meeting.id}")
    assert "Eine Mail zu dieser Sitzung ist nicht angekommen" in page.main
    after = page.click("Ansehen, was zu tun ist").submit("Erneut senden : Tom Probe").follow()
    assert after.h1 == "Antworten"
    assert to_tom(session, world) == [(MailState.WAITING, "tom@example.org")]
    assert "Mails, die nicht ankamen" not in after.main


def test_who_was_told_otherwise_asks_for_attention_no_more(
    office: Browser, session: Session, world: World, meeting: Meeting, refused: Callable[..., None]
) -> None:
    refused(MailState.UNCLEAR)
    assert "Mail ist nicht angekommen" in office.get("/").main
    after = answers(office, meeting).submit("Anders mitgeteilt : Tom Probe").follow()
    assert after.flash == "Vermerkt: Tom Probe weiß auf anderem Weg Bescheid."
    assert "Mails, die nicht ankamen" not in after.main
    assert "dass die Person auf anderem Weg Bescheid weiß." in after.main
    assert "nicht angekommen" not in office.get("/").main
    assert to_tom(session, world) == [(MailState.UNCLEAR, "tom@example.org")]


@pytest.mark.parametrize("step", ["cancelled", "moved"])
def test_what_did_not_get_through_never_goes_out_once_it_holds_no_longer(
    office: Browser, session: Session, world: World, meeting: Meeting, *, refused: Callable[..., None], step: str
) -> None:
    refused()
    waiting = answers(office, meeting)
    key = session.scalars(select(OutboxMail.id).where(OutboxMail.person_id == world.tom.id)).one()
    with work_as(session, SYSTEM) as work:
        version = work.session.get_one(Meeting, meeting.id).version
        if step == "cancelled":
            services.cancel_meeting(work, meeting.id, "Die Vorsitzende ist krank.", version=version)
        else:
            day = meeting.starts_at + timedelta(days=7)
            later = services.Move(services.Span(day, day + timedelta(hours=1)), "Der Raum ist belegt.", None)
            services.move_meeting(work, meeting.id, later, version=version)
    refused_now = waiting.submit("Erneut senden : Tom Probe")
    assert refused_now.status in {303, 404}
    assert to_tom(session, world) == [(MailState.FAILED, "tom@example.org")]
    mail = session.get_one(OutboxMail, key)
    assert (mail.problem, mail.content) == (outbox.WITHDRAWN, b"")
    assert "Mail ist nicht angekommen" not in office.get("/").main


@pytest.mark.parametrize("button", ["Erneut senden : Tom Probe", "Anders mitgeteilt : Tom Probe"])
def test_what_left_meanwhile_is_neither_sent_a_second_time_nor_told_otherwise(
    app: Flask,
    office: Browser,
    session: Session,
    world: World,
    meeting: Meeting,
    *,
    refused: Callable[..., None],
    button: str,
) -> None:
    refused()
    page, engine = answers(office, meeting), engine_of(app)
    key = session.scalars(select(OutboxMail.id).where(OutboxMail.person_id == world.tom.id)).one()
    with ExitStack() as stack:
        # Somebody else had it sent again, and it left.
        with Session(engine) as own, work_as(own, SYSTEM) as work:
            stuck.take_mail(work, key).state = MailState.SENT
            own.flush()
            found = stack.enter_context(meanwhile(engine, lambda: page.submit(button)))
        answer = found.result()
    assert isinstance(answer, Page)
    assert "gesendet oder ist unterwegs" in answer.follow().flash
    assert to_tom(session, world) == [(MailState.SENT, "tom@example.org")]
    assert session.get_one(OutboxMail, key).settled_at is None


def test_a_refused_mail_goes_to_the_address_that_was_put_right(
    office: Browser, session: Session, world: World, meeting: Meeting, refused: Callable[..., None]
) -> None:
    refused()
    session.get_one(type(world.tom), world.tom.id).email = "tom.neu@example.org"
    session.commit()
    answers(office, meeting).submit("An die neue Adresse senden : Tom Probe")
    assert to_tom(session, world) == [(MailState.WAITING, "tom.neu@example.org")]


def test_a_mail_that_no_key_opens_is_a_sentence_and_keeps_no_other_back(
    office: Browser, session: Session, world: World, meeting: Meeting, refused: Callable[..., None]
) -> None:
    refused()
    session.execute(update(OutboxMail).where(OutboxMail.person_id == world.tom.id).values(content=b"x"))
    session.execute(
        update(OutboxMail).where(OutboxMail.person_id == world.emre.id).values(state=MailState.FAILED, problem="550")
    )
    session.get_one(Person, world.tom.id).email = "tom.neu@example.org"
    session.commit()
    page = answers(office, meeting)
    assert "nicht mehr entschlüsseln" in page.submit("An die neue Adresse senden : Tom Probe").follow().flash
    after = page.click("Alle erneut senden").submit("2 Mails erneut senden").follow()
    assert "Eine Mail wartet" in after.flash
    assert "Eine Mail blieb, wie sie war: Ihr Text lässt sich nicht mehr entschlüsseln." in after.main
    assert to_tom(session, world) == [(MailState.FAILED, "tom@example.org")]
    emre = session.scalars(select(OutboxMail).where(OutboxMail.person_id == world.emre.id)).one()
    assert emre.state is MailState.WAITING


def test_an_address_that_is_not_theirs_any_more_is_not_written_to(
    office: Browser, session: Session, world: World, meeting: Meeting, refused: Callable[..., None]
) -> None:
    refused()
    session.get_one(Person, world.tom.id).email = "tom.neu@example.org"
    session.commit()
    page = answers(office, meeting)
    session.get_one(Person, world.tom.id).email = "tom.anders@example.org"
    session.commit()
    after = page.submit("An die neue Adresse senden : Tom Probe").follow()
    assert "nicht mehr die Adresse" in after.flash
    assert to_tom(session, world) == [(MailState.FAILED, "tom@example.org")]


@pytest.mark.parametrize("why", ["cancelled", "over"])
def test_nobody_is_invited_anew_to_what_is_cancelled_or_over(
    session: Session, world: World, meeting: Meeting, site: Site, refused: Callable[..., None], *, why: str
) -> None:
    refused(MailState.SENT)
    session.get_one(Person, world.tom.id).email = "tom.neu@example.org"
    session.commit()
    if why == "cancelled":
        mailing.cancel(session, world, meeting)
    session.refresh(meeting)
    now = clock.zoned(meeting.ends_at) + timedelta(minutes=1) if why == "over" else clock.utc_now()
    key = meeting.id
    with time_machine.travel(now, tick=False), pytest.raises(RuleViolation):
        mailing.do(session, world.actor, lambda work: invitation_services.send_anew(work, key, world.tom.id, site))
    assert to_tom(session, world) == [(MailState.SENT, "tom@example.org")]


def test_an_invitation_that_went_to_a_wrong_address_is_offered_to_the_right_one(
    office: Browser, session: Session, world: World, meeting: Meeting, refused: Callable[..., None]
) -> None:
    refused(MailState.SENT)
    assert "Einladung erneut senden" not in answers(office, meeting).main
    session.get_one(type(world.tom), world.tom.id).email = "tom.neu@example.org"
    session.commit()
    page = answers(office, meeting)
    assert "Sie ging an tom@example.org. Die Adresse lautet jetzt tom.neu@example.org." in page.main
    after = page.submit("Einladung erneut senden").follow()
    assert to_tom(session, world) == [(MailState.SENT, "tom@example.org"), (MailState.WAITING, "tom.neu@example.org")]
    assert "Einladung erneut senden" not in after.main
    # The same button once more, from a page that was open: nothing goes twice.
    page.submit("Einladung erneut senden")
    assert len(to_tom(session, world)) == 2


def test_a_reminder_that_was_refused_stands_there_too(
    office: Browser, session: Session, world: World, meeting: Meeting, refused: Callable[..., None]
) -> None:
    refused(MailState.SENT)
    page = office.get(f"/sitzungen/{meeting.id}/erinnern")
    page.submit(0, person=[str(world.tom.id)])
    reminders = OutboxMail.about == f"meeting.reminder:{meeting.id}"
    session.execute(update(OutboxMail).where(reminders).values(state=MailState.FAILED, problem="550"))
    session.commit()
    assert session.scalar(select(func.count()).where(reminders)) == 1
    assert "Mail ist nicht angekommen" in office.get("/").main
    assert "Mails, die nicht ankamen 1" in answers(office, meeting).main


def test_the_mail_of_another_meeting_is_left_alone(
    office: Browser, session: Session, world: World, meeting: Meeting, refused: Callable[..., None]
) -> None:
    refused()
    key = session.scalar(select(OutboxMail.id).where(OutboxMail.person_id == world.tom.id))
    page = answers(office, meeting)
    body = session.get_one(Meeting, meeting.id).body
    other = factories.meeting(session, body, meeting.starts_at.date(), title="Andere")
    session.commit()
    token = page.soup.select_one("input[name=csrf_token]")["value"]  # type: ignore[index]
    assert office.post(f"/sitzungen/{other.id}/mails/{key}/erneut", {"csrf_token": token}).status == 404
    assert to_tom(session, world) == [(MailState.FAILED, "tom@example.org")]


def test_all_that_did_not_arrive_is_sent_again_after_a_question(
    office: Browser, session: Session, world: World, meeting: Meeting, refused: Callable[..., None]
) -> None:
    refused()
    assert "Alle erneut senden" not in answers(office, meeting).main
    keys = [world.emre.id, world.lena.id]
    session.execute(update(OutboxMail).where(OutboxMail.person_id.in_(keys)).values(state=MailState.FAILED))
    session.execute(update(OutboxMail).where(OutboxMail.person_id == world.ada.id).values(state=MailState.UNCLEAR))
    session.get_one(Person, world.tom.id).email = "tom.neu@example.org"
    session.commit()
    page = answers(office, meeting).click("Alle erneut senden")
    assert page.h1 == "Alle erneut senden?"
    assert page.select("main a:-soup-contains('Antworten'), nav a:-soup-contains('Antworten')")
    assert "tom.neu@example.org" in page.main
    assert "ada@example.org" not in page.main
    # Somebody told Lena meanwhile.
    told = select(OutboxMail).where(OutboxMail.person_id == world.lena.id)
    session.scalars(told).one().settled_at = clock.utc_now()
    session.commit()
    after = page.submit("3 Mails erneut senden").follow()
    assert after.h1 == "Antworten"
    assert "2 Mails warten" in after.flash
    assert "Eine Mail blieb, wie sie war" in after.main
    assert to_tom(session, world) == [(MailState.WAITING, "tom.neu@example.org")]
    states = {one.person_id: one.state for one in session.scalars(select(OutboxMail))}
    assert (states[world.emre.id], states[world.lena.id]) == (MailState.WAITING, MailState.FAILED)
    assert states[world.ada.id] is MailState.UNCLEAR
    assert page.submit("3 Mails erneut senden").follow().h1 == "Antworten"
    assert office.get(f"/sitzungen/{meeting.id}/mails/erneut").status == 303


def test_who_leaves_the_body_before_the_new_day_is_not_waited_for_by_desk_and_page(
    office: Browser, session: Session, world: World, meeting: Meeting, site: Site
) -> None:
    mailing.invite(session, world, meeting, site)
    session.execute(update(OutboxMail).values(state=MailState.SENT))
    session.commit()
    mailing.move(session, world, meeting)
    sits = session.scalars(select(Membership).filter_by(person_id=world.emre.id, body_id=world.body.id)).one()
    sits.valid_until = clock.today() + timedelta(days=1)
    session.commit()
    (body,) = bodies_of(session, [world.body.id], clock.today())
    found = untold(session, session.get_one(Meeting, meeting.id))
    # Emre is due the mail that nobody expects him.
    assert (found.due, found.behind, body.open[meeting.id].untold) == (5, 4, 4)
    assert "4 Personen kennen noch die frühere Zeit" in office.get("/").main


def test_the_desk_and_the_page_agree_on_who_knows_another_time(
    office: Browser, session: Session, world: World, meeting: Meeting, site: Site
) -> None:
    mailing.invite(session, world, meeting, site)
    session.execute(update(OutboxMail).values(state=MailState.SENT))
    session.commit()
    mailing.do(session, world.actor, lambda work: invitation_services.remove(work, meeting.id, world.emre.id))
    mailing.move(session, world, meeting)
    session.get_one(Person, world.tom.id).email = ""
    session.commit()
    page = f"/sitzungen/{meeting.id}"
    for number in (4, 1):
        (body,) = bodies_of(session, [world.body.id], clock.today())
        found = untold(session, session.get_one(Meeting, meeting.id))
        assert (found.behind, body.open[meeting.id].untold) == (number, number)
        # All others are mailed; Tom has no address any more.
        mailing.invite(session, world, meeting, site)
    assert "Eine Person kennt den jetzigen Stand noch nicht" in office.get(page).main
    office.get(f"{page}/einladen").submit("Ohne Mail speichern")
    assert "kennt den jetzigen Stand" not in office.get(page).main
