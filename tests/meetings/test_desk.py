"""The desk: where a line's button leads, what is waited for, and answering in place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from coordination.bodies.models import Body, Membership
from coordination.core import clock
from coordination.core.registry import DeskLine
from coordination.core.work import Work
from coordination.desk import views
from coordination.directory.models import Person
from coordination.mail import outbox
from coordination.mail.message import Letter
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.site import Site
from coordination.meetings import letters
from coordination.meetings.models import Invitation, Meeting
from coordination.meetings.rules import Answer, Origin
from coordination.minutes.models import Minutes
from coordination.minutes.rules import MinutesState
from tests import factories
from tests.browser import Browser
from tests.meetings import mailing
from tests.meetings import world as worlds
from tests.meetings.world import World


@pytest.fixture
def planned(session: Session, town: dict[str, int]) -> Callable[..., Meeting]:
    def make(days: int, title: str, **more: Any) -> Meeting:
        body = session.get_one(Body, town["formal"])
        found = factories.meeting(session, body, clock.today() + timedelta(days=days), title=title, **more)
        session.flush()
        return found

    return make


def test_of_lines_about_the_same_thing_the_most_urgent_is_shown() -> None:
    lines = [
        DeskLine(5, "draft", "", "", about="minutes:1"),
        DeskLine(-3, "due", "", "", about="minutes:1"),
        DeskLine(4, "other", "", "", about="minutes:2"),
        DeskLine(1, "free", "", ""),
        DeskLine(2, "free", "", ""),
    ]
    assert [line.text for line in views._most_urgent(lines)] == ["due", "free", "free", "other"]


def test_a_line_leads_to_where_the_step_is_done(
    office: Browser, session: Session, planned: Callable[..., Meeting]
) -> None:
    planned(5, "Bald")
    late = planned(-60, "Lange her", state="minutes_open")
    session.add(Minutes(meeting_id=late.id, state=MinutesState.DRAFT, version=1))
    session.commit()
    desk = office.get("/")
    assert desk.click("Einladung vorbereiten").h1 == "Mails zu dieser Sitzung"
    # Due and a draft: one line, not two.
    about = [one for one in desk.select(".desk-lines li p") if "Protokoll" in one]
    assert len(about) == 1
    assert "nicht weitergeschrieben. Fällig war es am" in about[0]
    assert desk.click("Weiterschreiben").h1 == "Protokoll: Lange her"


@pytest.mark.parametrize(("ended", "said"), [(1, "seit {0:%H:%M} Uhr vorbei"), (30, "seit dem {0:%d.%m.%Y} vorbei")])
def test_a_meeting_that_is_over_is_to_be_ended(
    browser: Browser, session: Session, planned: Callable[..., Meeting], ended: int, said: str
) -> None:
    held = planned(0, "Läuft noch", state="running")
    with time_machine.travel(datetime.combine(clock.today(), time(12), tzinfo=clock.ZONE), tick=False):
        now = clock.wall_clock(clock.utc_now())
        held.starts_at, held.ends_at = now - timedelta(hours=ended + 2), now + timedelta(minutes=1)
        session.commit()
        browser.sign_in("buero@example.org", factories.PASSWORD)
        assert "Läuft noch" not in " ".join(browser.get("/").select(".desk-lines li p"))
        held.ends_at = now - timedelta(hours=ended)
        session.commit()
        desk = browser.get("/")
        lines = [one for one in desk.select(".desk-lines li p") if "Läuft noch" in one]
        assert len(lines) == 1
        assert f"{said.format(held.ends_at)}, aber nicht beendet" in lines[0]
        page = desk.click("Sitzung beenden")
        assert "Sitzung beenden" in page.main


def test_what_waits_for_others_stands_apart(
    office: Browser, ada: Browser, session: Session, town: dict[str, int], planned: Callable[..., Meeting]
) -> None:
    asked = planned(30, "Gefragt", state="invited")
    session.add(Invitation(meeting_id=asked.id, person_id=town["ada"], mailed_sequence=0))
    answered = planned(31, "Beantwortet", state="invited")
    session.add(Invitation(meeting_id=answered.id, person_id=town["ada"], answer=Answer.ACCEPTED))
    told = planned(-20, "Rundgeschickt", state="minutes_open")
    until = clock.today() + timedelta(days=4)
    session.add(
        Minutes(meeting_id=told.id, state=MinutesState.CIRCULATED, circulated_until=until, version=1),
    )
    session.commit()
    desk = office.get("/")
    waits = desk.select("section[aria-labelledby=waiting] li p")
    assert len(waits) == 2
    assert f"bis {until:%d.%m.%Y} zur Abstimmung" in waits[0]
    assert waits[1].startswith("„Gefragt“ (Beirat Probe, in 4 Wochen): Die Antwort der einen eingeladenen Person")
    assert desk.click("Antworten ansehen").h1 == "Antworten"
    assert "Warten auf andere" not in ada.get("/").main


def test_who_has_not_got_the_mail_owes_no_answer(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site
) -> None:
    def waiting() -> list[str]:
        session.commit()
        return mira.get("/").select("section[aria-labelledby=waiting] li p")

    def state(state: MailState, *people: Person, **more: Any) -> None:
        keys = [one.id for one in people]
        session.execute(update(OutboxMail).where(OutboxMail.person_id.in_(keys)).values(state=state, **more))

    mailing.invite(session, world, meeting, site)
    here = "„1. Sitzung 2027“ (Steuerungsgruppe Probe, in 4 Wochen): "
    rest = " Es ist noch kein Mailserver eingerichtet."
    assert waiting() == [f"{here}5 Mails warten noch im Postausgang.{rest}"]
    state(MailState.SENT, world.ada, world.emre, world.lena)
    assert waiting() == [f"{here}3 von 3 Antworten stehen noch aus. 2 Mails warten noch im Postausgang.{rest}"]
    # As the page of the meeting has it.
    assert "2 Mails warten noch." in mira.get(f"/sitzungen/{meeting.id}").main
    row = mailing.row_of(session, meeting, world.tom)
    row.answer = Answer.ACCEPTED
    assert waiting()[0].startswith(f"{here}3 von 4 Antworten stehen noch aus. 2 Mails")
    state(MailState.FAILED, world.ada, problem="550")
    assert waiting()[0].startswith(f"{here}2 von 3 Antworten stehen noch aus.")
    # Told otherwise, she knows what is asked of her.
    state(MailState.FAILED, world.ada, settled_at=clock.utc_now())
    assert waiting()[0].startswith(f"{here}3 von 4 Antworten stehen noch aus.")


@pytest.mark.parametrize("state", ["invited", "cancelled"])
def test_mails_that_did_not_get_through_come_first(
    office: Browser, ada: Browser, work: Work, site: Site, planned: Callable[..., Meeting], state: str
) -> None:
    planned(3, "Bald")
    asked = planned(30, "Gefragt", state=state)
    for number, now in enumerate((MailState.FAILED, MailState.UNCLEAR, MailState.SENT)):
        letter = Letter(f"{number}@example.org", "", "Betreff", "Text\n", letters.PURPOSE, letters.about(asked.id))
        outbox.queue(work, letter, site.sender).state = now
    work.finish()
    desk = office.get("/")
    first = desk.select(".desk-lines li p")[0]
    assert first.startswith("„Gefragt“ (Beirat Probe): 2 Mails sind nicht angekommen")
    assert desk.click("Mails ansehen").h1 == "Antworten"
    assert "nicht angekommen" not in ada.get("/").main


def test_a_member_answers_on_the_desk(
    ada: Browser, session: Session, town: dict[str, int], planned: Callable[..., Meeting]
) -> None:
    planned(20, "Steht nur")
    asked = planned(30, "Gefragt", state="invited")
    session.add(Invitation(meeting_id=asked.id, person_id=town["ada"]))
    held = planned(0, "Läuft", state="running")
    session.add(Invitation(meeting_id=held.id, person_id=town["ada"], answer=Answer.ACCEPTED))
    session.commit()
    desk = ada.get("/")
    assert desk.select(".term__title a") == ["Läuft", "Steht nur", "Gefragt"]
    assert desk.select(".term__near") == ["heute"]
    # What has begun is answered no more, and who was not asked has nothing to answer.
    assert len(desk.select("form.answer-buttons")) == 1
    after = desk.submit(button="Zusagen : Gefragt").follow()
    assert after.h1 == "Schreibtisch"
    assert "Ihre Antwort ist gespeichert." in after.main
    session.rollback()
    session.expire_all()
    row = session.query(Invitation).filter_by(meeting_id=asked.id).one()
    assert (row.answer, row.origin) == (Answer.ACCEPTED, Origin.SIGNED_IN)
    assert ada.get("/").select(".answer-buttons button") == [
        "Vielleicht : Gefragt",
        "Absagen : Gefragt",
    ]


def test_ones_next_meetings_stand_by_their_days_what_is_cancelled_last_and_what_is_over_not_at_all(
    ada: Browser, session: Session, town: dict[str, int], planned: Callable[..., Meeting]
) -> None:
    planned(0, "Schon vorbei", state="minutes_open")
    planned(2, "Fällt aus", state="cancelled")
    for n in range(3):
        planned(3 + n, f"Steht {n}")
    asked = planned(30, "Gefragt", state="invited")
    session.add(Invitation(meeting_id=asked.id, person_id=town["ada"]))
    session.commit()
    assert ada.get("/").select(".term__title a") == ["Steht 0", "Steht 1", "Steht 2", "Gefragt", "Fällt aus"]


def test_whoever_left_before_this_meeting_is_owed_a_mail_and_no_answer_though_they_sat_there_at_another_one(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site, arrive: Callable[..., Any]
) -> None:
    worlds.meeting(session, world, key="before", days=-20)
    worlds.meeting(session, world, key="soon", days=3)
    mailing.invite(session, world, meeting, site)
    arrive()

    def desk() -> list[str]:
        return [one for one in mira.get("/").select(".desk-lines li p") if meeting.title in one]

    def said(what: str) -> list[str]:
        return [one.partition("): ")[2] for one in desk() if what in one and "in 4 Wochen" in one]

    assert said("Antworten stehen noch aus") == ["5 von 5 Antworten stehen noch aus."]
    leave = select(Membership.id).filter_by(body_id=meeting.body_id, person_id=world.emre.id)
    last_on = clock.today() + timedelta(days=5)
    url = f"/gremien/mitgliedschaften/{session.scalars(leave).one()}/beenden"
    assert mira.get(url).submit("Mitgliedschaft beenden", last_on=last_on).status == 303
    assert said("gehört nicht mehr dazu") == ["Eine Person gehört nicht mehr dazu und weiß es noch nicht."]
    assert said("Antworten stehen noch aus") == ["4 von 4 Antworten stehen noch aus."]
    answers = mira.get(f"/sitzungen/{meeting.id}/antworten")
    assert "4 offen" in mira.get(f"/sitzungen/{meeting.id}").main
    assert "4 offen" in answers.main
    assert "Emre" not in answers.main
    session.rollback()
    mailing.move(session, world, session.get_one(Meeting, meeting.id))
    assert [one.partition("): ")[2] for one in desk() if "in 5 Wochen" in one] == [
        "4 Personen kennen noch die frühere Zeit oder den früheren Ort.",
        "Eine Person gehört nicht mehr dazu und weiß es noch nicht.",
    ]
