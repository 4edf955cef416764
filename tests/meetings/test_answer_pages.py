"""Answers on the pages: for the date that was seen, with a deputy, by the office; and the quorum that is foretold."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from coordination.bodies.models import Body, Membership
from coordination.core.i18n import format_day
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.meetings.models import Invitation, Meeting
from coordination.meetings.rules import Answer, MeetingState, Origin
from coordination.meetings.words import moment
from tests import factories
from tests.browser import Browser
from tests.meetings import mailing
from tests.meetings import world as worlds
from tests.meetings.test_invitation_pages import link_of, outbox_size, plan_url, row_of
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


def test_an_answer_holds_for_the_date_that_was_seen(
    app: Flask, other_browser: Browser, office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    office.get(plan_url(meeting)).submit("5 Mails senden")
    by_link = other_browser.get(link_of(app, session, meeting, world.tom.id))
    by_telephone = office.get(f"/sitzungen/{meeting.id}/antworten/{world.lena.id}")
    before = moment(meeting.starts_at)
    mailing.move(session, world, meeting)
    session.expire_all()
    now = moment(session.get_one(Meeting, meeting.id).starts_at)
    for page, button, one in (
        (by_link, "Antwort speichern", world.tom.id),
        (by_telephone, "Antwort eintragen", world.lena.id),
    ):
        asked = page.submit(button, answer="accepted", comment="gern")
        assert asked.status == 422
        assert f"von {before} auf {now}" in asked.main
        assert asked.select("input[name=answer][checked]") == []
        assert row_of(session, meeting, one).answer is Answer.OPEN
        # What was written stays; chosen is anew, for the date that stands there now.
        assert asked.select("textarea")[0] == "gern"
        assert asked.submit(button, answer="declined").status == 303
        assert row_of(session, meeting, one).answer is Answer.DECLINED


def test_an_answer_without_its_date_is_asked_for_again(
    app: Flask, other_browser: Browser, office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    office.get(plan_url(meeting)).submit("5 Mails senden")
    link = link_of(app, session, meeting, world.tom.id)
    field = other_browser.get(link).soup.select_one("input[name=form_token]")
    assert field is not None
    for seen in ({}, {"seen": "x" * 200_000}, {"seen": "0001-01-01"}):
        asked = other_browser.post(link, {"form_token": str(field["value"]), "answer": "accepted", **seen})
        assert asked.status == 422
        assert "Bitte antworten Sie noch einmal" in asked.main
    assert row_of(session, meeting, world.tom.id).answer is Answer.OPEN


def test_the_buttons_of_desk_and_meeting_answer_for_the_date_they_show(
    other_browser: Browser, office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    office.get(plan_url(meeting)).submit("5 Mails senden")
    other_browser.sign_in("tom@example.org", factories.PASSWORD)
    pages = other_browser.get("/"), other_browser.get(f"/sitzungen/{meeting.id}")
    mailing.move(session, world, meeting)
    for page, button in zip(pages, ("Zusagen : 1. Sitzung 2027", "Zusagen"), strict=True):
        asked = page.submit(button=button)
        assert asked.status == 422
        assert "Ihre Antwort ist nicht gespeichert." in asked.main
        assert row_of(session, meeting, world.tom.id).answer is Answer.OPEN
    assert asked.submit("Antwort speichern", answer="accepted").status == 303
    assert row_of(session, meeting, world.tom.id).answer is Answer.ACCEPTED


def test_declining_with_a_deputy_invites_that_person(
    app: Flask, other_browser: Browser, office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    office.get(plan_url(meeting)).submit("5 Mails senden")
    page = other_browser.get(link_of(app, session, meeting, world.tom.id))
    both = page.submit("Antwort speichern", answer="accepted", deputy_id=str(world.paul.id))
    assert "nur, wenn Sie nicht kommen" in both.error("deputy_id")
    assert row_of(session, meeting, world.tom.id).answer is Answer.OPEN
    page = page.submit("Antwort speichern", answer="declined", deputy_id=str(world.paul.id)).follow()
    assert "Vertretung angefragt" in page.main
    assert (
        "Paul Probe wird um die Vertretung gebeten. Die Einladung ist geschrieben und wartet auf den Versand."
        in page.main
    )
    assert row_of(session, meeting, world.paul.id).stands_in_for_id == world.tom.id
    assert outbox_size(session) == 6


def test_a_deputy_without_an_address_stands_in_for_whoever_is_spoken_to_or_for_another(
    other_browser: Browser, office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    office.get(plan_url(meeting)).submit("5 Mails senden")
    world.paul.email = ""
    session.commit()
    declined = {"answer": "declined", "deputy_id": str(world.paul.id)}
    ends = "und hat hier keine E-Mail-Adresse. Bitte geben Sie selbst Bescheid."
    page = office.get(f"/sitzungen/{meeting.id}/antworten/{world.tom.id}")
    told = page.submit("Antwort eintragen", **declined).follow()
    assert told.flash == f"Die Antwort ist eingetragen. Paul Probe übernimmt die Vertretung {ends}"
    other_browser.sign_in("tom@example.org", factories.PASSWORD)
    own = other_browser.get(f"/sitzungen/{meeting.id}/antwort").submit("Antwort speichern", **declined).follow()
    assert own.flash == f"Ihre Antwort ist gespeichert. Paul Probe vertritt Sie {ends}"


@pytest.mark.parametrize("has_left", [True, False])
def test_who_comes_after_all_lets_the_deputy_go_who_stands_in_the_form(
    app: Flask,
    other_browser: Browser,
    office: Browser,
    session: Session,
    world: World,
    meeting: Meeting,
    *,
    has_left: bool,
) -> None:
    office.get(plan_url(meeting)).submit("5 Mails senden")
    link = link_of(app, session, meeting, world.tom.id)
    other_browser.get(link).submit("Antwort speichern", answer="declined", deputy_id=str(world.paul.id))
    if has_left:
        session.execute(update(OutboxMail).values(state=MailState.SENT))
        session.commit()
    # Another deputy than the one asked so far was chosen on purpose.
    other = other_browser.get(link).submit("Antwort speichern", answer="accepted", deputy_id=str(world.nele.id))
    assert "nur, wenn Sie nicht kommen" in other.error("deputy_id")
    saved = other_browser.get(link).submit("Antwort speichern", answer="accepted").follow()
    assert "zugesagt" in saved.select(".notice--success")[0]
    said = "Die Absage ist geschrieben und wartet auf den Versand." if has_left else ""
    assert f"Paul Probe wird nicht mehr um die Vertretung gebeten. {said}".strip() in saved.main
    assert ("Die Absage ist geschrieben" in saved.main) is has_left
    assert saved.select("select[name=deputy_id] option[selected]") == ["niemand"]
    session.expire_all()
    assert row_of(session, meeting, world.tom.id).answer is Answer.ACCEPTED
    assert row_of(session, meeting, world.paul.id).removed_at is not None


def test_whoever_leaves_the_body_before_the_day_answers_no_more(
    app: Flask, other_browser: Browser, office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    office.get(plan_url(meeting)).submit("5 Mails senden")
    link = link_of(app, session, meeting, world.tom.id)
    typed = other_browser.get(link)
    seat = session.scalars(select(Membership).filter_by(body_id=meeting.body_id, person_id=world.tom.id)).one()
    seat.valid_until = meeting.starts_at.date() - timedelta(1)
    session.commit()
    # The form was open all the while: neither an answer nor a deputy comes of it.
    said = typed.submit("Antwort speichern", answer="declined", deputy_id=str(world.paul.id))
    assert (said.status, other_browser.get(link).status) == (410, 410)
    assert row_of(session, meeting, world.tom.id).answer is Answer.OPEN
    other_browser.sign_in("tom@example.org", factories.PASSWORD)
    assert other_browser.get(f"/sitzungen/{meeting.id}/antwort").status == 404


def test_nobody_is_offered_as_a_deputy_who_cannot_be_chosen_and_the_page_says_why(
    app: Flask, other_browser: Browser, office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    office.get(plan_url(meeting)).submit("5 Mails senden")
    page = other_browser.get(link_of(app, session, meeting, world.tom.id))
    assert page.select("#deputy_id option") == ["niemand", "Paul Probe", "Nele Probe"]
    page.submit("Antwort speichern", answer="declined", deputy_id=str(world.nele.id))
    # The pool is one for all: Emre has nobody left to ask.
    emre = other_browser.get(link_of(app, session, meeting, world.emre.id))
    assert emre.select("#deputy_id") == []
    # Who does not come is nobody's business, unless the body shows who is invited.
    assert "Es ist keine Vertretung wählbar: Nele Probe ist schon zu dieser Sitzung eingeladen." in emre.main
    assert "Tom Probe" not in emre.main
    body = session.get_one(Body, meeting.body_id)
    body.overrides = {**body.overrides, "shows_invited": True}
    session.commit()
    emre = other_browser.get(link_of(app, session, meeting, world.emre.id))
    assert "Es ist keine Vertretung wählbar: Nele Probe vertritt schon Tom Probe." in emre.main
    # Whoever named somebody still finds them.
    tom = other_browser.get(link_of(app, session, meeting, world.tom.id))
    assert tom.select("#deputy_id option[selected]") == ["Nele Probe"]
    office.get(plan_url(meeting)).submit("Auf die Liste setzen", person_id=str(world.paul.id))
    tom = other_browser.get(link_of(app, session, meeting, world.tom.id))
    assert tom.select("#deputy_id option") == ["niemand", "Nele Probe"]
    assert "Als Vertretung nicht wählbar: Paul Probe ist schon zu dieser Sitzung eingeladen." in tom.main


def test_a_move_says_how_many_answers_it_opens_again(
    app: Flask, other_browser: Browser, office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    office.get(plan_url(meeting)).submit("5 Mails senden")
    address = f"/sitzungen/{meeting.id}/verlegen"
    assert "wieder offen" not in office.get(address).main
    other_browser.get(link_of(app, session, meeting, world.tom.id)).submit("Antwort speichern", answer="accepted")
    office.get(f"/sitzungen/{meeting.id}/antworten/{world.lena.id}").submit("Antwort eintragen", answer="accepted")
    page = office.get(address)
    assert "Die 2 bisherigen Antworten sind danach wieder offen, auch die eingetragenen" in page.main
    step = page.submit("Sitzung verlegen", starts="09:00", ends="10:00", reason="Raum belegt")
    step = step if step.status == 303 else step.submit("Sitzung verlegen")
    assert "2 Antworten sind wieder offen" in step.follow().flash


def test_signed_in_one_answers_on_the_page_of_the_meeting(
    other_browser: Browser, office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    office.get(plan_url(meeting)).submit("5 Mails senden")
    other_browser.sign_in("tom@example.org", factories.PASSWORD)
    page = other_browser.get(f"/sitzungen/{meeting.id}").submit("Zusagen").follow()
    assert "Ihre Antwort ist gespeichert." in page.flash
    row = row_of(session, meeting, world.tom.id)
    assert (row.answer, row.origin) == (Answer.ACCEPTED, Origin.SIGNED_IN)
    assert other_browser.get(plan_url(meeting)).status == 403
    assert other_browser.get(f"/sitzungen/{meeting.id}/antworten").status == 403


def test_the_answer_pages_show_until_when_and_the_attachments_one_may_read(
    app: Flask, other_browser: Browser, office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    row = session.get_one(Meeting, meeting.id)
    row.answer_until = row.starts_at.date()
    for title, is_public in (("Offen", True), ("Vertraulich", False)):
        item = factories.item(session, row, title, is_public=is_public)
        factories.item_file(session, item, f"{title}.pdf")
    session.commit()
    office.get(plan_url(meeting)).submit("Auf die Liste setzen", person_id=str(world.nele.id))
    office.get(plan_url(meeting)).submit("6 Mails senden")
    member = other_browser.get(link_of(app, session, meeting, world.tom.id))
    assert f"Antwort bis {format_day(meeting.starts_at.date())}" in member.main
    assert "Offen.pdf" in member.main
    assert "Vertraulich.pdf" in member.main
    # A guest reads the public part, and its one file behind the personal link.
    guest = other_browser.get(link_of(app, session, meeting, world.nele.id))
    assert "Offen.pdf" in guest.main
    assert "Vertraulich" not in guest.text
    assert guest.html.count("/anlagen/") == 1
    other_browser.sign_in("tom@example.org", factories.PASSWORD)
    own = other_browser.get(f"/sitzungen/{meeting.id}/antwort")
    assert f"Antwort bis: {format_day(meeting.starts_at.date())}" in own.main
    assert "/anlagen/" in own.href("Vertraulich.pdf")
    answered = own.submit("Antwort speichern", answer="declined", deputy_id=str(world.paul.id)).follow()
    assert "Paul Probe wird um die Vertretung gebeten" in answered.flash


def test_the_address_says_nothing_of_a_stored_answer_once_the_meeting_is_cancelled(
    app: Flask, other_browser: Browser, office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    office.get(plan_url(meeting)).submit("5 Mails senden")
    link = link_of(app, session, meeting, world.tom.id)
    stored = other_browser.get(link).submit("Antwort speichern", answer="accepted")
    session.execute(update(Meeting).values(state=MeetingState.CANCELLED))
    session.commit()
    later = other_browser.get(stored.location)
    assert (later.status, later.location) == (303, link)


def test_the_office_enters_an_answer_and_sees_the_mails(
    office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    office.get(plan_url(meeting)).submit("5 Mails senden")
    page = office.get(f"/sitzungen/{meeting.id}/antworten/{world.lena.id}")
    assert [" ".join(one.split()) for one in page.select("fieldset label")] == [
        "Kommt",
        "Kommt vielleicht",
        "Kommt nicht",
    ]
    assert "Geschäftsführung" not in page.select("label[for=comment]")[0]
    page = page.submit("Antwort eintragen", answer="tentative", comment="rief an").follow()
    again = office.get(f"/sitzungen/{meeting.id}/antworten/{world.lena.id}")
    assert again.select("textarea")[0] == "", "the old remark belongs to the old answer"
    assert "von der Geschäftsführung eingetragen" in page.main
    row = row_of(session, meeting, world.lena.id)
    assert (row.answer, row.origin) == (Answer.TENTATIVE, Origin.OFFICE)
    # Whom an answer asks to stand in, or lets go, is said here as it is to the member.
    toms = f"/sitzungen/{meeting.id}/antworten/{world.tom.id}"
    told = office.get(toms).submit("Antwort eintragen", answer="declined", deputy_id=str(world.paul.id)).follow()
    assert told.flash.startswith("Die Antwort ist eingetragen. Paul Probe wird um die Vertretung gebeten.")
    told = office.get(toms).submit("Antwort eintragen", answer="accepted").follow()
    assert told.flash == "Die Antwort ist eingetragen. Paul Probe wird nicht mehr um die Vertretung gebeten."
    assert "wartet" in page.main
    mail = session.scalars(select(OutboxMail).where(OutboxMail.recipient == "tom@example.org")).one()
    mail.state, mail.problem = MailState.FAILED, "550"
    session.commit()
    page = office.get(f"/sitzungen/{meeting.id}/antworten")
    assert "unzustellbar" in page.main
    page.submit("Erneut senden : Tom Probe")
    session.rollback()
    assert session.get_one(OutboxMail, mail.id).state is MailState.WAITING


def test_the_quorum_is_foretold(office: Browser, session: Session, world: World, meeting: Meeting) -> None:
    office.get(plan_url(meeting)).submit("5 Mails senden")
    assert "Beschlussfähig, wenn 2 Stimmberechtigte kommen" in office.get(f"/sitzungen/{meeting.id}").main
    row_of(session, meeting, world.tom.id).answer = Answer.ACCEPTED
    session.commit()
    assert "bisher hat 1 zugesagt" in office.get(f"/sitzungen/{meeting.id}").main


@pytest.mark.parametrize("end", ["cancelled", "past"])
def test_of_a_meeting_that_is_over_or_cancelled_no_quorum_is_foretold(
    office: Browser, session: Session, world: World, meeting: Meeting, end: str
) -> None:
    office.get(plan_url(meeting)).submit("5 Mails senden")
    pages = f"/sitzungen/{meeting.id}", f"/sitzungen/{meeting.id}/antworten"
    assert all("Beschlussfähig, wenn" in office.get(page).main for page in pages)
    row = session.get_one(Meeting, meeting.id)
    if end == "past":
        row.starts_at, row.ends_at = row.starts_at - timedelta(days=40), row.ends_at - timedelta(days=40)
    else:
        row.state = MeetingState.CANCELLED
    session.commit()
    assert not any("eschlussfähig" in office.get(page).main for page in pages)


def test_a_deputy_and_the_member_are_one_seat(
    office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    office.get(plan_url(meeting)).submit("5 Mails senden")
    row = row_of(session, meeting, world.tom.id)
    deputy = Invitation(meeting_id=meeting.id, person_id=world.paul.id, stands_in_for_id=world.tom.id, role=row.role)
    session.add(deputy)
    session.commit()
    for person in (world.ada, world.emre):
        row_of(session, meeting, person.id).answer = Answer.DECLINED
        session.commit()
    # Two are needed, and only one seat is left on which two people may sit.
    assert "Beschlussfähig, wenn" not in office.get(f"/sitzungen/{meeting.id}").main
    assert "beschlussfähig" in office.get(f"/sitzungen/{meeting.id}").main


def test_what_may_stay_open_says_so(office: Browser, world: World) -> None:
    page = office.get(f"/gremien/{world.body.id}/sitzungen/neu")
    assert "Ort (freiwillig)" in page.select("label")
    page = office.get(f"/gremien/{world.body.id}/bearbeiten")
    assert "Berichtet an (freiwillig)" in page.select("label")


def test_long_and_odd_notes_are_refused_beside_the_field(
    app: Flask, other_browser: Browser, office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    office.get(plan_url(meeting)).submit("5 Mails senden")
    page = other_browser.get(link_of(app, session, meeting, world.tom.id))
    refused = page.submit("Antwort speichern", answer="accepted", comment="x" * 200_000)
    assert refused.status == 422
    assert "500" in refused.error("comment")
    nothing = page.submit("Antwort speichern", comment="nur Text")
    assert nothing.status == 422
    assert row_of(session, meeting, world.tom.id).answer is Answer.OPEN


def test_the_office_sees_every_answer_that_became_another(
    app: Flask, other_browser: Browser, office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    office.get(plan_url(meeting)).submit("5 Mails senden")
    link, page = link_of(app, session, meeting, world.tom.id), f"/sitzungen/{meeting.id}/antworten"
    for said, comment in (("accepted", ""), ("accepted", "gern"), ("tentative", "mal sehen")):
        assert other_browser.get(link).submit("Antwort speichern", answer=said, comment=comment).status == 303
    office.get(f"{page}/{world.tom.id}").submit("Antwort eintragen", answer="declined", comment="krank")
    office.get(f"{page}/{world.lena.id}").submit("Antwort eintragen", answer="declined")
    shown = office.get(page)
    assert [words[words.index("Antwort von") :] for words in shown.select(".past__list li")] == [
        "Antwort von Tom Probe (von der Geschäftsführung eingetragen): vorher: vielleicht jetzt: abgesagt krank",
        "Antwort von Tom Probe (per Link): vorher: zugesagt jetzt: vielleicht mal sehen",
    ]
    other_browser.sign_in("tom@example.org", factories.PASSWORD)
    assert other_browser.get(page).status == 403
