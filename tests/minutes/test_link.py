"""The personal link in the mail that circulates minutes: page and PDF for who has no account."""

from __future__ import annotations

import re
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.bodies.models import Membership
from coordination.core import clock
from coordination.core.access import BodyRole
from coordination.directory.models import Person
from coordination.mail.outbox import OutboxMail, content_of
from coordination.mail.rules import MailState
from coordination.meetings.models import AgendaItem, Invitation, Meeting
from coordination.minutes.models import Minutes
from coordination.minutes.rules import MinutesState
from tests import factories
from tests.browser import Browser
from tests.meetings import world as worlds
from tests.meetings.world import World
from tests.pdf_text import text_of_pdf

LINK = re.compile(r"/protokoll/[\w.-]{20,}")


@pytest.fixture
def circulated(office: Browser, meeting: Meeting, items: list[AgendaItem]) -> Meeting:
    office.get(f"/sitzungen/{meeting.id}/anwesenheit").submit("Anwesenheit speichern")
    texts = {f"text_{items[0].id}": "Zur Lage.", f"text_{items[1].id}": "Zum Geld."}
    office.get(f"/sitzungen/{meeting.id}/protokoll").submit("Alles speichern", **texts)
    page = office.get(f"/sitzungen/{meeting.id}/protokoll/abstimmung")
    assert not LINK.search(page.text), "the link is its reader's own"
    page.submit("6 Mails senden")
    return meeting


def mailed(app: Flask, session: Session, person: Person) -> str:
    """Return the text of the mail with minutes that somebody got."""
    session.rollback()
    mail = session.scalars(
        select(OutboxMail)
        .where(OutboxMail.purpose == "minutes", OutboxMail.person_id == person.id)
        .order_by(OutboxMail.id.desc())
    ).first()
    assert mail is not None
    message = message_from_bytes(content_of(mail, worlds.site_of(app).sender), policy=policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    return f"{message['Subject']}\n{body.get_content()}"


def link_of(app: Flask, session: Session, person: Person) -> str:
    found = LINK.search(mailed(app, session, person))
    assert found is not None
    return found[0]


def signed(app: Flask, session: Session, meeting: Meeting, person: Person) -> str:
    row = session.scalars(select(Invitation).where(Invitation.person_id == person.id)).one()
    return "/protokoll/" + worlds.site_of(app).signer.make("minutes_reading", row.id, row.generation)


def test_a_member_without_an_account_reads_page_and_pdf(
    app: Flask, session: Session, circulated: Meeting, other_browser: Browser, world: World
) -> None:
    # Lena was never mailed an invitation, and Emre has no account.
    for person in (world.emre, world.lena):
        text = mailed(app, session, person)
        assert "Der Link öffnet es als Seite und als PDF." in text
        page = other_browser.get(link_of(app, session, person))
        assert (page.status, page.h1) == (200, f"Protokoll: {circulated.title}")
        assert "Zum Geld." in page.main
        assert person.name in page.main
        assert "Mira Probe von der Geschäftsführung hilft gern weiter." in page.main
        assert page.select("main form") == []
        answer = app.test_client().get(page.href("Als PDF"))
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "Zum Geld." in text_of_pdf(answer.data)
    client = app.test_client()
    assert "Set-Cookie" not in client.get(link_of(app, session, world.emre)).headers
    assert client.post(link_of(app, session, world.emre)).status_code == 405


def test_a_deputy_reads_all_and_a_guest_the_public_items(
    app: Flask, session: Session, circulated: Meeting, other_browser: Browser, world: World
) -> None:
    assert "Zum Geld." in other_browser.get(link_of(app, session, world.paul)).main
    guest = signed(app, session, circulated, world.nele)
    page = other_browser.get(guest)
    assert "Zur Lage." in page.main
    assert "Zum Geld." not in page.main
    pdf = text_of_pdf(app.test_client().get(f"{guest}/protokoll.pdf").data)
    assert "Zur Lage." in pdf
    assert "Zum Geld." not in pdf


def test_what_is_approved_is_read_as_it_was_frozen(
    app: Flask, session: Session, office: Browser, circulated: Meeting, world: World
) -> None:
    link = link_of(app, session, world.emre)
    page = office.get(f"/sitzungen/{circulated.id}/protokoll/genehmigen")
    page.submit("Als genehmigt festhalten", reason="Alle haben zugestimmt.")
    client = app.test_client()
    signed_in = office.client.get(f"/sitzungen/{circulated.id}/protokoll.pdf").data
    assert client.get(f"{link}/protokoll.pdf").data == signed_in
    assert "genehmigt" in client.get(link).text


def over(app: Flask, link: str, status: int = 410, *, file_status: int = 404) -> str:
    """Return the page of a link that leads nowhere; its file is not there, unless the page says when it will be."""
    client = app.test_client()
    answer = client.get(link)
    assert answer.status_code == status
    assert "Zur Lage." not in answer.text
    assert client.get(f"{link}/protokoll.pdf").status_code == file_status
    return answer.text


def test_minutes_that_are_taken_back_are_read_by_nobody_until_they_go_round_again(
    app: Flask, session: Session, office: Browser, circulated: Meeting, world: World
) -> None:
    links = [link_of(app, session, one) for one in (world.emre, world.mira)]
    back = office.get(f"/sitzungen/{circulated.id}/protokoll/lesen").submit("Zurückholen und weiterschreiben").follow()
    assert "Die Links in den Mails öffnen es erst wieder, wenn es noch einmal zur Abstimmung geht." in back.flash
    for link in links:
        said = over(app, link, file_status=410)
        assert "Dieses Protokoll wird gerade überarbeitet" in app.test_client().get(f"{link}/protokoll.pdf").text
        assert "mailto:mira@example.org" in said, "whom to ask"
        assert "Dieses Protokoll wird gerade überarbeitet" in said
        assert "Es geht noch einmal an alle, sobald es fertig ist; dann ist es hier wieder zu lesen." in said
    office.get(f"/sitzungen/{circulated.id}/protokoll/abstimmung").submit("Ohne Mail zur Abstimmung geben")
    assert app.test_client().get(links[0]).status_code == 200


def test_members_who_are_signed_in_read_that_minutes_are_being_revised(
    office: Browser, other_browser: Browser, circulated: Meeting
) -> None:
    here = f"/sitzungen/{circulated.id}/protokoll"
    other_browser.sign_in("tom@example.org", factories.PASSWORD)
    assert other_browser.get(f"{here}/lesen").status == 200
    office.get(f"{here}/lesen").submit("Zurückholen und weiterschreiben")
    for part in ("/lesen", ".pdf", ".docx"):
        page = other_browser.get(f"{here}{part}")
        assert page.status == 410
        assert "Dieses Protokoll wird gerade überarbeitet" in page.main
        assert "Zur Lage." not in page.text
    other_browser.forget()
    other_browser.sign_in("liest@example.org", factories.PASSWORD)
    assert other_browser.get(f"{here}/lesen").status == 404


def test_the_second_mail_says_that_the_minutes_were_revised_and_what_has_changed(
    app: Flask, session: Session, office: Browser, circulated: Meeting, world: World
) -> None:
    for mail in session.scalars(select(OutboxMail)):
        # Lena's has not left: she knows of no earlier text.
        mail.state = MailState.WAITING if mail.person_id == world.lena.id else MailState.SENT
    session.commit()
    office.get(f"/sitzungen/{circulated.id}/protokoll/lesen").submit("Zurückholen und weiterschreiben")
    plan = office.get(f"/sitzungen/{circulated.id}/protokoll/abstimmung")
    assert "Überarbeitetes Protokoll: 1. Sitzung 2027" in plan.main, "the preview"
    plan.submit("6 Mails senden", changed="Zu Punkt 2 fehlte der Betrag.")
    said = mailed(app, session, world.emre)
    assert said.startswith(f"Überarbeitetes Protokoll: 1. Sitzung 2027, {circulated.body.name}")
    assert "wurde überarbeitet. Diese Fassung ersetzt die, die Sie schon bekommen haben." in " ".join(said.split())
    assert "Geändert wurde: Zu Punkt 2 fehlte der Betrag." in said
    first = mailed(app, session, world.lena)
    assert first.startswith("Protokoll: 1. Sitzung 2027")
    assert "Betrag" not in first
    # Behind the link, too: whoever opens the first mail once more does not read an old text.
    link = link_of(app, session, world.emre)
    for page in (app.test_client().get(link).text, office.get(f"/sitzungen/{circulated.id}/protokoll/lesen").main):
        assert "Dies ist eine überarbeitete Fassung." in page
        assert "Geändert wurde: Zu Punkt 2 fehlte der Betrag." in page
    guest = app.test_client().get(signed(app, session, circulated, world.nele)).text
    assert "Dies ist eine überarbeitete Fassung." in guest
    assert "Betrag" not in guest, "it may be about what is not public"


def test_minutes_that_go_round_first_are_not_asked_what_has_changed(office: Browser, circulated: Meeting) -> None:
    # The mails of the first round have not left yet.
    office.get(f"/sitzungen/{circulated.id}/protokoll/lesen").submit("Zurückholen und weiterschreiben")
    plan = office.get(f"/sitzungen/{circulated.id}/protokoll/abstimmung")
    assert "Was sich geändert hat" not in plan.main


def test_who_may_not_read_any_more_is_told_whom_to_ask(
    app: Flask, session: Session, circulated: Meeting, world: World
) -> None:
    emres, pauls, toms = (link_of(app, session, one) for one in (world.emre, world.paul, world.tom))
    client = app.test_client()
    seat = session.scalars(select(Membership).where(Membership.person_id == world.emre.id)).one()
    seat.valid_until = circulated.starts_at.date()
    session.commit()
    assert client.get(emres).status_code == 200, "sat there on the day"
    seat.valid_until = circulated.starts_at.date() - timedelta(days=1)
    session.get_one(Person, world.tom.id).valid_until = clock.today() - timedelta(days=1)
    row = session.scalars(select(Invitation).where(Invitation.person_id == world.paul.id)).one()
    row.removed_at = clock.utc_now()
    session.commit()
    for link in (emres, pauls, toms):
        assert "überarbeitet" not in over(app, link)
    minutes = session.scalars(select(Minutes)).one()
    minutes.state = MinutesState.DRAFT
    session.commit()
    for link in (emres, pauls, toms):
        assert "überarbeitet" not in over(app, link), "they will not be able to read them then either"


def test_an_old_link_names_the_office_and_without_one_the_contact(
    app: Flask, session: Session, circulated: Meeting, world: World
) -> None:
    link = link_of(app, session, world.emre)
    over(app, link[:-2] + "xx", 404)
    over(app, "/protokoll/a.b.c", 404)
    session.rollback()
    mira = session.get_one(Person, world.mira.id)
    mira.phone = "+4952119990"
    session.commit()
    with time_machine.travel(clock.utc_now() + timedelta(days=401)):
        said = over(app, link)
        assert "Mira Probe" in said
        assert "tel:+4952119990" in said
        session.rollback()
        office = session.scalars(select(Membership).where(Membership.role == BodyRole.SECRETARIAT)).one()
        office.valid_until = factories.LONG_AGO
        session.commit()
        assert worlds.site_of(app).contact_email in over(app, link)
