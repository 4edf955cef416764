"""Proposals for an agenda: when they are late, and how whoever made one learns that it is not taken up."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import SYSTEM
from coordination.core.i18n import format_day
from coordination.core.work import work_as
from coordination.directory.models import Person
from coordination.mail import outbox
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.site import Site
from coordination.meetings.models import AgendaItem, DeadlineOverride, Meeting
from coordination.meetings.refusals import Refusal, SettledMeanwhile, settle
from coordination.meetings.rules import Deadline, ItemState, ItemStep
from tests import factories
from tests.browser import Browser
from tests.meetings import world as worlds
from tests.meetings.test_agenda import page_of
from tests.meetings.world import World


@pytest.fixture
def world(session: Session) -> World:
    return worlds.with_accounts(session)


@pytest.fixture
def office(browser: Browser, world: World) -> Browser:
    browser.sign_in("mira@example.org", factories.PASSWORD)
    return browser


@pytest.fixture
def tom(other_browser: Browser, world: World) -> Browser:
    other_browser.sign_in("tom@example.org", factories.PASSWORD)
    return other_browser


def refusals(session: Session, site: Site) -> list[str]:
    session.rollback()
    found = session.scalars(select(OutboxMail).where(OutboxMail.purpose == "meeting.refusal")).all()
    return [" ".join(_text(outbox.content_of(one, site.sender)).split()) for one in found]


def _text(content: bytes) -> str:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    assert body is not None
    return f"{message['To']} {message['Subject']} {body.get_content()}"


def test_whoever_made_a_proposal_that_is_not_taken_up_reads_why_in_one_mail_and_on_the_desk(
    office: Browser, tom: Browser, session: Session, meeting: Meeting, site: Site
) -> None:
    here = f"/sitzungen/{meeting.id}"
    for title in ("Ferienzeiten", "Haushalt", "Mittagessen"):
        tom.get(here).click("Punkt vorschlagen").submit("Punkt vorschlagen", title=title)
    assert "steht nicht auf der Tagesordnung" not in tom.get("/").main
    why = "Das berät zuerst der Ausschuss."
    page = office.get(page_of(meeting)).submit("Nicht aufnehmen : Haushalt", reason=why).follow()
    assert page.flash == "Der Vorschlag ist nicht aufgenommen. Wer ihn gemacht hat, bekommt eine Mail."
    assert f"Ihr Vorschlag „Haushalt“ steht nicht auf der Tagesordnung. Grund: {why}" in tom.get("/").main
    (mail,) = refusals(session, site)
    assert "tom@example.org" in mail
    assert "Nicht auf der Tagesordnung: Ihr Vorschlag zu Steuerungsgruppe Probe: 1. Sitzung 2027" in mail
    assert "vielen Dank für Ihren Vorschlag." in mail
    assert format_day(meeting.starts_at.date()) not in mail, "it stays true if the meeting moves"
    assert f"Vorschlag: Haushalt Grund: {why}" in mail
    assert "Ferienzeiten" not in mail
    # The second waits together with the first; what is taken up after all is said no longer.
    office.get(page_of(meeting)).submit("Nicht aufnehmen : Mittagessen")
    (mail,) = refusals(session, site)
    assert "Vorschlag: Haushalt" in mail
    assert "Vorschlag: Mittagessen" in mail
    assert "2 Ihrer Vorschläge stehen nicht auf der Tagesordnung." in tom.get("/").main
    office.get(page_of(meeting)).submit("Wieder aufnehmen : Haushalt")
    (mail,) = refusals(session, site)
    assert "Haushalt" not in mail
    office.get(page_of(meeting)).submit("Wieder aufnehmen : Mittagessen")
    assert refusals(session, site) == []
    assert "nicht auf der Tagesordnung" not in tom.get("/").main


def test_nobody_writes_to_themselves_or_to_nobody(
    office: Browser, tom: Browser, session: Session, world: World, meeting: Meeting, site: Site
) -> None:
    tom.get(f"/sitzungen/{meeting.id}").click("Punkt vorschlagen").submit("Punkt vorschlagen", title="Ferienzeiten")
    session.get_one(Person, world.tom.id).email = ""
    session.commit()
    page = office.get(page_of(meeting)).submit("Nicht aufnehmen : Ferienzeiten").follow()
    assert "Wer ihn gemacht hat, liest das auf der Seite der Sitzung." in page.flash
    item = factories.item(session, meeting, "Haushalt", state=ItemState.PROPOSED, proposed_by_id=world.mira.id)
    session.commit()
    page = office.get(page_of(meeting))
    assert page.select(f"#by-mail-{item.id}") == []
    assert "bekommt eine Mail" not in page.submit("Nicht aufnehmen : Haushalt").follow().flash
    assert refusals(session, site) == []


def propose(tom: Browser, meeting: Meeting, *titles: str) -> None:
    for title in titles:
        tom.get(f"/sitzungen/{meeting.id}").click("Punkt vorschlagen").submit("Punkt vorschlagen", title=title)


def test_a_mail_is_said_before_it_is_written_and_can_be_declined(
    office: Browser, tom: Browser, session: Session, meeting: Meeting, site: Site
) -> None:
    propose(tom, meeting, "Ferienzeiten", "Haushalt")
    page = office.get(page_of(meeting))
    assert "Auch per Mail mitteilen" in page.main
    after = page.submit("Nicht aufnehmen : Ferienzeiten", by_mail=False).follow()
    assert "liest das auf der Seite der Sitzung" in after.flash
    # What was on the agenda is taken off without a word by mail: the button says of none.
    office.get(page_of(meeting)).submit("Aufnehmen : Haushalt")
    after = office.get(page_of(meeting)).submit("Streichen : Haushalt").follow()
    assert after.flash == "Der Punkt steht nicht auf der Tagesordnung. Er ist unten weiter zu sehen."
    assert refusals(session, site) == []
    assert "2 Ihrer Vorschläge stehen nicht auf der Tagesordnung." in tom.get("/").main


def test_what_is_still_refused_is_said_anew_if_the_mail_did_not_get_through(
    office: Browser, tom: Browser, session: Session, meeting: Meeting, site: Site
) -> None:
    propose(tom, meeting, "Ferienzeiten", "Haushalt")
    for title in ("Ferienzeiten", "Haushalt"):
        office.get(page_of(meeting)).submit(f"Nicht aufnehmen : {title}")
    session.execute(update(OutboxMail).values(state=MailState.FAILED, problem="550 unknown"))
    session.commit()
    office.get(page_of(meeting)).submit("Wieder aufnehmen : Ferienzeiten")
    session.rollback()
    statement = select(OutboxMail).where(OutboxMail.state == MailState.WAITING)
    (mail,) = session.scalars(statement).all()
    said = _text(outbox.content_of(mail, site.sender))
    assert ("Haushalt" in said, "Ferienzeiten" in said) == (True, False)


def test_who_decides_at_the_same_moment_is_told_that_it_is_decided(
    session: Session, world: World, meeting: Meeting, site: Site
) -> None:
    item = factories.item(session, meeting, "Haushalt", state=ItemState.ON_AGENDA, proposed_by_id=world.tom.id)
    session.commit()
    with pytest.raises(SettledMeanwhile), work_as(session, SYSTEM) as work:
        # The page was shown, and its form sent, before the item was taken up.
        settle(work, site, item.id, ItemStep.REFUSE, refusal=Refusal("Zu spät.", by_mail=True))
    assert refusals(session, site) == []
    assert session.get_one(AgendaItem, item.id).state is ItemState.ON_AGENDA


def test_a_cancelled_meeting_takes_the_waiting_mail_back(
    office: Browser, tom: Browser, session: Session, meeting: Meeting, site: Site
) -> None:
    propose(tom, meeting, "Ferienzeiten")
    office.get(page_of(meeting)).submit("Nicht aufnehmen : Ferienzeiten")
    assert len(refusals(session, site)) == 1
    office.get(f"/sitzungen/{meeting.id}/absagen").submit("Sitzung absagen", reason="Krankheit")
    assert refusals(session, site) == []


def test_a_proposal_after_its_day_is_told_so(
    tom: Browser, session: Session, world: World, meeting: Meeting, site: Site
) -> None:
    late = f"/sitzungen/{meeting.id}/vorschlagen"
    assert "Die Zeit für Vorschläge ist vorbei" not in tom.get(late).main
    day = clock.today() - timedelta(days=1)
    override = DeadlineOverride(meeting_id=meeting.id, deadline=Deadline.ITEMS, due_on=day, reason="Ferien")
    session.add(override)
    session.commit()
    page = tom.get(late)
    assert "Die Zeit für Vorschläge ist vorbei" in page.main
    assert f"bis {format_day(day)} erbeten" in page.main
    page.submit("Punkt vorschlagen", title="Ferienzeiten")
    assert "wird geprüft" in tom.get(f"/sitzungen/{meeting.id}").main


def test_a_reason_for_what_was_settled_meanwhile_is_answered_on_the_page(
    office: Browser, tom: Browser, session: Session, meeting: Meeting
) -> None:
    tom.get(f"/sitzungen/{meeting.id}").click("Punkt vorschlagen").submit("Punkt vorschlagen", title="Ferienzeiten")
    page = office.get(page_of(meeting))
    page.submit("Aufnehmen : Ferienzeiten")
    for reason in ("x" * 301, "Schon beraten.", ""):
        after = page.submit("Nicht aufnehmen : Ferienzeiten", reason=reason).follow()
        assert "Jemand anderes hat diesen Vorschlag inzwischen entschieden. Nichts wurde geändert." in after.flash
        assert after.select(".error-summary") == []
    assert set(session.scalars(select(AgendaItem.state))) == {ItemState.ON_AGENDA}


def test_a_second_click_on_the_same_refusal_is_no_news(
    office: Browser, tom: Browser, session: Session, meeting: Meeting
) -> None:
    tom.get(f"/sitzungen/{meeting.id}").click("Punkt vorschlagen").submit("Punkt vorschlagen", title="Ferienzeiten")
    page = office.get(page_of(meeting))
    for _click in range(2):
        after = page.submit("Nicht aufnehmen : Ferienzeiten", reason="Schon beraten.").follow()
        assert "Der Vorschlag ist nicht aufgenommen" in after.flash
    assert set(session.scalars(select(AgendaItem.refusal))) == {"Schon beraten."}
