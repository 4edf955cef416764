"""The mail plan, answers and personal links as people meet them."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.meetings.models import Invitation, Meeting
from coordination.meetings.rules import Answer, MeetingState, Origin
from coordination.meetings.words import moment
from tests import factories
from tests.browser import Browser
from tests.meetings import mailing
from tests.meetings import world as worlds
from tests.meetings.test_calendar_rows import edit_room
from tests.meetings.world import World


@pytest.fixture
def world(session: Session) -> World:
    return worlds.with_accounts(session)


@pytest.fixture
def meeting(session: Session, world: World) -> Meeting:
    return worlds.meeting(session, world)


@pytest.fixture
def office(browser: Browser, world: World) -> Browser:
    browser.sign_in("mira@example.org", factories.PASSWORD)
    return browser


def plan_url(meeting: Meeting) -> str:
    return f"/sitzungen/{meeting.id}/einladen"


def row_of(session: Session, meeting: Meeting, person_id: int) -> Invitation:
    session.rollback()
    return session.scalars(select(Invitation).filter_by(meeting_id=meeting.id, person_id=person_id)).one()


def link_of(app: Flask, session: Session, meeting: Meeting, person_id: int) -> str:
    row = row_of(session, meeting, person_id)
    return "/antwort/" + worlds.site_of(app).signer.make("answer", row.id, row.generation)


def outbox_size(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(OutboxMail)) or 0


def test_the_plan_names_people_mails_and_reasons_and_one_button_sends(
    office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    page = office.get(plan_url(meeting))
    for text in ("5 Mails senden", "Tom Probe", "tom@example.org", "Vorsitz", "Vorschau für Ada Probe"):
        assert text in page.main
    assert "Guten Tag Ada Probe," in page.main
    assert outbox_size(session) == 0
    page = page.submit("5 Mails senden").follow()
    assert "5 Mails warten:" in page.flash
    assert outbox_size(session) == 5
    assert session.get_one(Meeting, meeting.id).state is MeetingState.INVITED
    assert "Alle wissen Bescheid" not in office.get(plan_url(meeting)).main
    session.execute(update(OutboxMail).values(state=MailState.SENT))
    session.commit()
    assert "Alle wissen Bescheid" in office.get(plan_url(meeting)).main


def test_the_preview_is_that_of_the_person_asked_for_and_holds_no_link(
    office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    office.get(plan_url(meeting)).submit("5 Mails senden")
    session.rollback()
    for one in session.scalars(select(Invitation)):
        one.mailed_sequence = None
    session.commit()
    page = office.get(f"{plan_url(meeting)}?vorschau={world.tom.id}")
    assert "Vorschau für Tom Probe" in page.main
    assert not re.search(r"/antwort/[\w.-]{10,}", page.text)


def test_the_same_form_sent_five_times_sends_once(
    office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    page = office.get(plan_url(meeting))
    answers = [page.submit("5 Mails senden") for _ in range(5)]
    assert {one.status for one in answers} == {303}
    assert outbox_size(session) == 5


def test_a_plan_that_changed_meanwhile_is_shown_again_and_nothing_is_sent(
    office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    page = office.get(plan_url(meeting))
    factories.member(session, factories.person(session, "Neu", "Probe", email="neu@example.org"), worlds.BODY)
    session.commit()
    page = page.submit("5 Mails senden")
    assert page.status == 409
    assert "Der Plan hat sich geändert" in page.main
    assert "6 Mails senden" in page.main
    assert outbox_size(session) == 0


def test_an_invitation_that_is_late_is_said_with_the_way_to_another_deadline(
    office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    assert "Die Einladung ist verspätet" not in office.get(plan_url(meeting)).main
    soon = worlds.meeting(session, world, key="soon", days=2)
    page = office.get(plan_url(soon))
    assert "Die Einladung ist verspätet" in page.main
    due = page.click("Anders setzen : Einladung")
    assert due.submit("Frist setzen", due_on=str(soon.starts_at.date()), reason="Eilsitzung").status == 303
    assert "Die Einladung ist verspätet" not in office.get(plan_url(soon)).main


def test_the_plan_calls_each_mail_what_its_reader_will_find(
    office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    office.get(plan_url(meeting)).submit("Auf die Liste setzen", person_id=str(world.nele.id), is_informed=True)
    badges = office.get(plan_url(meeting)).select("td .badge")
    assert sorted(set(badges)) == ["Einladung", "Nur zur Information"]
    office.get(plan_url(meeting)).submit("6 Mails senden")
    # Nothing has left the outbox yet: of a change nobody would know what it changes.
    mailing.do(session, world.actor, lambda work: edit_room(work, meeting))
    assert sorted(set(office.get(plan_url(meeting)).select("td .badge"))) == ["Einladung", "Nur zur Information"]
    session.execute(update(OutboxMail).values(state=MailState.SENT))
    session.commit()
    assert set(office.get(plan_url(meeting)).select("td .badge")) == {"Änderung"}
    mailing.cancel(session, world, meeting)
    assert set(office.get(plan_url(meeting)).select("td .badge")) == {"Absage"}
    session.execute(update(OutboxMail).values(state=MailState.WAITING))
    session.commit()
    assert set(office.get(plan_url(meeting)).select("td .badge")) == {"keine: die wartende Mail wird zurückgenommen"}


def test_where_all_mails_wait_again_after_an_end_they_are_taken_back_by_hand(
    office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    office.get(plan_url(meeting)).submit("5 Mails senden")
    mailing.cancel_while_sending(session, world, meeting)
    answers = office.get(f"/sitzungen/{meeting.id}/antworten")
    assert "warten noch" not in answers.main
    assert "5 Personen wissen noch nichts von dieser Sitzung" in answers.main
    page = answers.click("Wartende Mails zurücknehmen")
    assert page.url == plan_url(meeting)
    assert "Mails senden" not in page.main
    assert "Vorschau" not in page.main
    # No subject of a mail: the notice of the page says so of the meeting.
    assert "Abgesagt: " not in page.main.replace("Abgesagt: Diese Sitzung", "")
    assert "Wessen wartende Mail zurückgenommen wird" in page.main
    after = page.submit("Wartende Mails zurücknehmen").follow()
    assert after.flash == "5 wartende Mails sind zurückgenommen."
    # The history knows of one sending: the second one sent nothing.
    assert after.main.count("Mails zum Versand gegeben") == 1
    assert "Wartende Mails zurückgenommen" in after.main
    assert outbox_size(session) == 0


def test_what_is_sent_and_what_is_taken_back_are_counted_apart(
    office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    office.get(plan_url(meeting)).submit("5 Mails senden")
    session.execute(update(OutboxMail).where(OutboxMail.recipient == "tom@example.org").values(state=MailState.SENT))
    session.commit()
    mailing.cancel_while_sending(session, world, meeting)
    page = office.get(plan_url(meeting))
    assert "Vorschau für Tom Probe" in page.main
    after = page.submit("Eine Mail senden").follow()
    assert "Eine Mail wartet: " in after.flash
    assert "4 wartende Mails sind zurückgenommen." in after.flash


def test_one_without_an_address_is_named_and_stops_nobody(
    office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    session.get_one(type(world.emre), world.emre.id).email = ""
    session.commit()
    page = office.get(plan_url(meeting))
    assert "Diese Personen erhalten keine Mail" in page.main
    page.submit("4 Mails senden")
    assert outbox_size(session) == 4


def test_a_change_is_told_or_kept_visibly(office: Browser, session: Session, world: World, meeting: Meeting) -> None:
    office.get(plan_url(meeting)).submit("5 Mails senden")
    office.get(f"/sitzungen/{meeting.id}/bearbeiten").submit(room="Raum 3")
    page = office.get(f"/sitzungen/{meeting.id}")
    assert "5 Personen kennen den jetzigen Stand noch nicht." in page.main
    page = office.get(plan_url(meeting)).submit("Ohne Mail speichern").follow()
    assert "5 Personen kennen" not in page.main
    assert "Ohne Mail gespeichert" in page.main
    assert page.select(".page-head__badges .badge") == ["eingeladen", "Änderung ohne Mail"]
    assert outbox_size(session) == 5


def test_a_moved_meeting_has_not_kept_the_deadline_of_its_invitation(
    office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    def said() -> str:
        (line,) = [one for one in office.get(f"/sitzungen/{meeting.id}").select(".dues li") if "Einladung" in one]
        return line

    office.get(plan_url(meeting)).submit("5 Mails senden")
    session.execute(update(OutboxMail).values(state=MailState.SENT))
    session.commit()
    assert "eingehalten" in said()
    mailing.move(session, world, meeting)
    assert "eingehalten" not in said()


def test_a_guest_is_put_on_the_list_and_taken_off(
    office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    page = office.get(plan_url(meeting)).submit("Auf die Liste setzen", person_id=str(world.paul.id)).follow()
    assert "Gast dieser Sitzung" in page.main
    assert "6 Mails senden" in page.main
    again = office.get(plan_url(meeting)).submit("Auf die Liste setzen", person_id=str(world.tom.id))
    assert again.status == 422
    assert "ist schon eingeladen" in again.error("person_id")
    page = office.get(plan_url(meeting)).submit("Streichen : Paul Probe").follow()
    assert "5 Mails senden" in page.main


def test_a_personal_link_shows_on_get_and_stores_on_post_without_cookie(
    app: Flask, other_browser: Browser, office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    office.get(plan_url(meeting)).submit("5 Mails senden")
    link = link_of(app, session, meeting, world.tom.id)
    for _ in range(3):
        page = other_browser.get(link)
    assert row_of(session, meeting, world.tom.id).answer is Answer.OPEN
    assert "Tom Probe" in page.text
    assert worlds.BODY in page.main
    assert "emre@example.org" not in page.text
    other_browser.forget()
    response = app.test_client().get(link)
    assert "Set-Cookie" not in response.headers
    nothing = page.submit("Antwort speichern")
    assert nothing.error("answer") == "Bitte wählen Sie, ob Sie kommen."
    assert "Bitte wählen Sie, ob Sie kommen." in nothing.select(".error-summary")[0]
    page = page.submit("Antwort speichern", answer="accepted", comment="Ich komme etwas später.").follow()
    assert "Ihre Antwort ist gespeichert" in page.main
    assert "zugesagt" in page.main
    row = row_of(session, meeting, world.tom.id)
    assert (row.answer, row.origin, row.comment) == (Answer.ACCEPTED, Origin.LINK, "Ich komme etwas später.")
    page = other_browser.get(link).submit("Antwort speichern", answer="declined").follow()
    assert row_of(session, meeting, world.tom.id).answer is Answer.DECLINED


def test_behind_a_personal_link_a_move_is_told_with_its_reason(
    app: Flask, other_browser: Browser, office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    office.get(plan_url(meeting)).submit("5 Mails senden")
    link = link_of(app, session, meeting, world.tom.id)
    mailing.move(session, world, meeting)
    # The mail still waited: nobody has read of the earlier time.
    assert "Verlegt von " not in other_browser.get(link).main

    def send() -> str:
        office.get(plan_url(meeting)).submit("5 Mails senden")
        session.execute(update(OutboxMail).where(OutboxMail.state == MailState.WAITING).values(state=MailState.SENT))
        session.commit()
        return moment(session.get_one(Meeting, meeting.id, populate_existing=True).starts_at)

    told = send()
    for days in (50, 60):
        mailing.move(session, world, meeting, days)
    # As the mail says it, before it is there and after: of the time in between nobody was told.
    before_mail = other_browser.get(link).main
    said = f"Verlegt von {told} auf {send()} Grund: Raum belegt"
    assert said in before_mail
    assert said in other_browser.get(link).main


def test_a_link_needs_its_form_token(
    app: Flask, other_browser: Browser, office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    office.get(plan_url(meeting)).submit("5 Mails senden")
    link = link_of(app, session, meeting, world.tom.id)
    for token in ("", "x" * 64):
        response = app.test_client().post(link, data={"answer": "accepted", "form_token": token})
        assert response.status_code == 404
    assert row_of(session, meeting, world.tom.id).answer is Answer.OPEN


@pytest.mark.parametrize("mangle", [lambda link: link[:-3], lambda link: link + "x", lambda _link: "/antwort/x.y.z"])
def test_a_link_that_was_never_made_says_so(
    app: Flask,
    other_browser: Browser,
    office: Browser,
    session: Session,
    meeting: Meeting,
    world: World,
    mangle: object,
) -> None:
    office.get(plan_url(meeting)).submit("5 Mails senden")
    assert callable(mangle)
    page = other_browser.get(mangle(link_of(app, session, meeting, world.tom.id)))
    assert page.status == 404
    assert worlds.BODY not in page.text


def test_a_link_of_somebody_taken_off_is_over_and_shows_nothing(
    app: Flask, other_browser: Browser, office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    office.get(plan_url(meeting)).submit("5 Mails senden")
    link = link_of(app, session, meeting, world.tom.id)
    office.get(plan_url(meeting)).submit("Streichen : Tom Probe")
    page = other_browser.get(link)
    assert page.status == 410
    assert worlds.BODY not in page.text
    # Whoever has no account has no desk.
    assert "Zum Schreibtisch" not in page.main
    assert "Zum Schreibtisch" in office.get(link).main
    # Back on the list, the person gets a new link; the old one stays over.
    office.get(plan_url(meeting)).submit("Auf die Liste setzen", person_id=str(world.tom.id))
    assert row_of(session, meeting, world.tom.id).removed_at is None
    assert other_browser.get(link).status == 410


def test_people_who_know_already_are_invited_without_a_mail(
    office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    page = office.get(plan_url(meeting)).submit("Ohne Mail speichern").follow()
    assert page.select(".page-head__badges .badge") == ["eingeladen", "ohne Mail"]
    assert outbox_size(session) == 0
    assert "kennen den jetzigen Stand noch nicht" not in page.main
    plan = office.get(plan_url(meeting))
    assert "haben davon keine Mail erhalten" in plan.main
    assert "Ohne Mail speichern" not in plan.main
    assert "ohne Mail seit" in plan.main
    # Who comes later is mailed, and a change makes everybody's first mail a whole invitation.
    office.get(plan_url(meeting)).submit("Auf die Liste setzen", person_id=str(world.nele.id))
    assert "Eine Mail senden" in office.get(plan_url(meeting)).main
    office.get(f"/sitzungen/{meeting.id}/bearbeiten").submit(room="Raum 3")
    page = office.get(plan_url(meeting))
    assert "6 Mails senden" in page.main
    assert set(page.select("td .badge")) == {"Einladung"}
    page = office.get(plan_url(meeting)).submit("Ohne Mail speichern").follow()
    office.get(f"/sitzungen/{meeting.id}/absagen").submit("Sitzung absagen", reason="Krank")
    cancelled = office.get(plan_url(meeting)).main
    assert "nie angeschrieben" in cancelled
    assert world.tom.name in cancelled
    assert "Alle wissen Bescheid. Es steht keine Mail an." not in cancelled


def test_a_meeting_of_people_without_addresses_is_invited_too(
    office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    for one in (world.mira, world.ada, world.tom, world.emre, world.lena):
        session.get_one(type(one), one.id).email = ""
    session.commit()
    page = office.get(plan_url(meeting))
    assert "Mails senden" not in page.main
    assert "eingeladen" in page.submit("Ohne Mail speichern").follow().select(".page-head__badges .badge")
