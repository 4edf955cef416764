"""Reminders: who is written to, what the links do, and what ends them; through a real mail server."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from coordination.accounts.models import UserAccount
from coordination.core import clock
from coordination.core.access import Actor, BodyRole
from coordination.core.tokens import Signer
from coordination.core.work import Work, work_as
from coordination.decisions import letters, queries, reminder_services, reminders
from coordination.decisions.models import Decision, StatusEntry, Task
from coordination.decisions.reminder_services import Mailing
from coordination.decisions.rules import Result, Status
from coordination.directory.models import Person
from coordination.mail.message import Letter, Sender
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.site import Site
from coordination.meetings.models import Meeting
from coordination.meetings.rules import Origin
from tests import factories
from tests.browser import Browser
from tests.journeys.mails import delivered
from tests.meetings.conftest import every

PLAN = "/beschluesse/erinnern"


@pytest.fixture
def mails(app: Flask, session: Session) -> Callable[[], dict[str, str]]:
    def run() -> dict[str, str]:
        session.rollback()
        return delivered(app)

    return run


def link(text: str) -> str:
    found = re.search(r"/status/[\w.-]+", text)
    assert found is not None
    return found[0]


def written(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(OutboxMail)) or 0


def test_everybody_gets_one_mail_with_what_is_due_and_not_twice_a_week(
    session: Session, office: Browser, late: dict[str, int], mails: Callable[[], dict[str, str]]
) -> None:
    page = office.get(PLAN)
    assert "Stelle ohne Adresse" in page.main
    assert not re.search(r"/status/[\w.-]{10,}", page.text), "the links are their readers' own"
    answers = [page.submit(0) for _n in range(3)]
    assert {one.status for one in answers} <= {303, 409}
    arrived = mails()
    assert set(arrived) == {"ada@example.org", "schulamt@example.org"}
    assert "Muster entwerfen" in arrived["ada@example.org"]
    for text in ("Erst später", "Schon fertig", "Alle Schulen"):
        assert text not in arrived["ada@example.org"]
    again = office.get(PLAN)
    assert "schon erinnert" in again.main
    assert again.select("button[data-counts]") == []
    office.get(f"{PLAN}?erneut=1").submit(0)
    assert written(session) == 4


def test_reminders_that_still_wait_are_no_reminders_yet(
    session: Session, office: Browser, late: dict[str, int], mails: Callable[[], dict[str, str]]
) -> None:
    after = office.get(PLAN).submit(0).follow()
    for page in (after, office.get(PLAN), office.get(f"{PLAN}?erneut=1")):
        assert "Die Erinnerungen an 2 Sachen warten noch im Postausgang" in page.main
        assert "Es ist noch kein Mailserver eingerichtet." in page.main
        assert "schon erinnert" not in page.main
        assert page.select("button[data-counts]") == []
    # One has left by now.
    first = session.get_one(Task, late["task"]).reminder_mail_id
    session.execute(update(OutboxMail).where(OutboxMail.id == first).values(state=MailState.SENT))
    session.commit()
    page = office.get(PLAN)
    assert "Die Erinnerung an eine Sache wartet noch im Postausgang" in page.main
    assert "An eine Sache wurde in der letzten Woche schon erinnert" in page.main


def last_reminder(office: Browser, late: dict[str, int]) -> str:
    (found,) = [one for one in office.get(f"/aufgaben/{late['task']}").select("dl div") if "Zuletzt erinnert" in one]
    return found


def test_a_reminder_that_did_not_get_through_reminded_nobody(
    session: Session, office: Browser, late: dict[str, int]
) -> None:
    office.get(PLAN).submit(0)
    assert "wartet" in last_reminder(office, late)
    of_task = OutboxMail.id == session.get_one(Task, late["task"]).reminder_mail_id
    session.execute(update(OutboxMail).where(~of_task).values(state=MailState.SENT))
    session.execute(update(OutboxMail).where(of_task).values(state=MailState.FAILED, problem="550"))
    session.commit()
    assert "unzustellbar" in last_reminder(office, late)
    for page in (office.get(PLAN), office.get(f"{PLAN}?erneut=1")):
        assert "Die Erinnerung an eine Sache kam nicht an." in page.main
        assert "An 2 Sachen" not in page.main
    # At another address it may be tried at once.
    ada = session.get_one(Task, late["task"]).person
    assert ada is not None
    ada.email = "neu@example.org"
    session.commit()
    assert office.get(PLAN).select("button[data-counts]") == ["Eine Erinnerung senden"]
    ada.email = "ada@example.org"
    session.commit()
    page = office.get(PLAN).submit("Anders mitgeteilt : Ada Ahornblatt").follow()
    assert "An 2 Sachen wurde in der letzten Woche schon erinnert" in page.main
    assert "unzustellbar" not in last_reminder(office, late)


def test_the_link_shows_then_stores_and_ends_when_it_is_revoked(
    session: Session,
    office: Browser,
    late: dict[str, int],
    mails: Callable[[], dict[str, str]],
    app: Flask,
) -> None:
    office.get(PLAN).submit(0)
    address = link(mails()["ada@example.org"])
    guest = Browser(app, session)
    page = guest.get(address)
    assert "Muster entwerfen" in page.main
    assert "radio" not in page.html
    assert every(session, StatusEntry) == [], "a program that looks at every link changes nothing"
    page = page.submit("In Arbeit", note="Entwurf steht").follow()
    # What was chosen, not what the day makes of it.
    assert "Gespeichert: in Arbeit" in page.main
    entry = every(session, StatusEntry)[0]
    assert (entry.origin, entry.user_id, entry.after, entry.note) == (
        Origin.LINK,
        None,
        Status.IN_PROGRESS,
        "Entwurf steht",
    )
    assert session.get_one(Task, late["task"]).status is Status.IN_PROGRESS
    assert "per Link" in office.get(f"/aufgaben/{late['task']}").main
    session.get_one(Task, late["task"]).generation += 1
    session.commit()
    assert guest.get(address).status == 410
    assert guest.get(address + "x").status == 404
    assert guest.get("/status/a.b.c").status == 404
    assert "Zum Schreibtisch" not in guest.get("/status/a.b.c").main
    assert "Zum Schreibtisch" in office.get("/status/a.b.c").main


def test_a_form_behind_a_link_that_is_sent_again_adds_no_line(
    session: Session, office: Browser, late: dict[str, int], mails: Callable[[], dict[str, str]], app: Flask
) -> None:
    office.get(PLAN).submit(0)
    page = Browser(app, session).get(link(mails()["ada@example.org"]))
    for note in ("Entwurf steht", "Entwurf steht", "Fast fertig", "Fast fertig", "Entwurf steht"):
        assert page.submit("In Arbeit", note=note).status == 303
    assert [one.note for one in every(session, StatusEntry)] == ["Entwurf steht", "Fast fertig", "Entwurf steht"]


def test_the_link_needs_its_form_token_and_offers_no_other_status(
    session: Session, office: Browser, late: dict[str, int], mails: Callable[[], dict[str, str]], app: Flask
) -> None:
    office.get(PLAN).submit(0)
    address = link(mails()["schulamt@example.org"])
    guest = Browser(app, session)
    assert guest.post(address, {"status": "done"}).status in {400, 404}
    page = guest.get(address)
    token = page.form("Erledigt").fill(None, {}).data["form_token"]
    refused = guest.post(address, {"status": "obsolete", "form_token": token})
    assert (refused.status, refused.select("#status button")) == (422, ["Erledigt", "In Arbeit", "Zurückgestellt"])
    assert guest.post(address, {"form_token": token}).status == 422
    assert session.get_one(Decision, late["decision"]).status is Status.OPEN
    session.get_one(Decision, late["decision"]).withdrawn_at = clock.utc_now()
    session.commit()
    assert guest.get(address).status == 410


def test_a_plan_that_changed_meanwhile_sends_nothing(
    session: Session, office: Browser, held: Meeting, late: dict[str, int], town: dict[str, int]
) -> None:
    page = office.get(PLAN)
    session.get_one(Task, late["task"]).status = Status.DONE
    session.commit()
    page = page.submit(0)
    assert page.status == 409
    assert written(session) == 0


def test_single_people_are_left_out_and_who_has_no_address_is_a_link(
    session: Session, office: Browser, late: dict[str, int], mails: Callable[[], dict[str, str]], town: dict[str, int]
) -> None:
    page = office.get(PLAN)
    assert "/organisationen/" in page.href("Stelle ohne Adresse")
    nobody = page.submit(0, an=[])
    assert nobody.status == 422
    assert "Bitte wählen Sie, wer erinnert werden soll." in nobody.main
    assert written(session) == 0
    page.submit(0, an=[f"person:{town['ada']}"])
    assert set(mails()) == {"ada@example.org"}
    assert session.get_one(Task, late["task"]).reminded_at is not None
    assert session.get_one(Decision, late["decision"]).reminded_at is None


def test_who_runs_no_body_reminds_nobody(ada: Browser, late: dict[str, int]) -> None:
    assert ada.get(PLAN).status == 403


def test_from_a_register_of_one_body_only_that_body_is_reminded(
    office: Browser, session: Session, held: Meeting, late: dict[str, int], town: dict[str, int]
) -> None:
    who = session.scalars(select(UserAccount).where(UserAccount.email == "buero@example.org")).one().person
    assert who is not None
    other = factories.member(session, who, "Beirat Anders", BodyRole.SECRETARIAT)
    there = factories.meeting(session, other, clock.today() - timedelta(days=5), state="minutes_open")
    ada = session.get_one(Person, town["ada"])
    task = factories.task(session, there, "Anderes", ada, due_on=clock.today() - timedelta(days=1)).id
    session.commit()
    link = office.get(f"/beschluesse?gremium={held.body_id}").href("Erinnern")
    page = office.get(link)
    assert "Muster entwerfen" in page.main
    assert "Anderes" not in page.main
    assert page.submit(0).location.endswith(link)
    session.rollback()
    assert session.get_one(Task, task).reminded_at is None
    assert session.get_one(Task, late["task"]).reminded_at is not None
    # From the list of a body that somebody else runs: one's own.
    page = office.get(f"{PLAN}?gremium=999")
    assert "in den Gremien, deren Geschäfte Sie führen" in page.main
    assert "Anderes" in page.main


def test_the_desk_says_one_sentence_for_each_body(office: Browser, late: dict[str, int]) -> None:
    lines = [one for one in office.get("/").select(".desk-lines li p") if "überfällig" in one]
    assert len(lines) == 1
    assert "2 Beschlüsse und eine Aufgabe überfällig" in lines[0]


def test_a_lost_or_withdrawn_decision_is_nothing_to_be_carried_out(
    session: Session, office: Browser, late: dict[str, int], mails: Callable[[], dict[str, str]], app: Flask
) -> None:
    office.get(PLAN).submit(0)
    address = link(mails()["schulamt@example.org"])
    lost = session.get_one(Decision, late["decision"])
    lost.result = Result.REJECTED
    withdrawn = session.scalars(select(Decision).where(Decision.text == "Unerreichbar")).one()
    withdrawn.withdrawn_at = clock.utc_now()
    session.commit()
    plan = office.get(f"{PLAN}?erneut=1").main
    assert "Muster entwerfen" in plan
    assert "Alle Schulen" not in plan
    assert "Stelle ohne Adresse" not in plan
    assert [(one.decisions, one.tasks) for one in queries.behind(session, [lost.body_id], clock.today())] == [(0, 1)]
    (line,) = (one for one in office.get("/").select(".desk-lines li p") if "überfällig" in one)
    assert re.search(r": eine Aufgabe seit .+ überfällig\.$", line), line
    assert "Nichts passt" in office.get("/beschluesse?ueberfaellig=1").main
    register = office.get("/beschluesse")
    assert "abgelehnt" in register.main
    assert 'value="done"' not in register.html
    assert 'name="status"' not in office.get(f"/beschluesse/{lost.id}").html
    assert "überfällig" not in office.get(f"/beschluesse/{lost.id}").main
    assert Browser(app, session).get(address).status == 410


def test_reminders_that_did_not_get_through_stand_at_the_register(
    session: Session, office: Browser, late: dict[str, int]
) -> None:
    office.get(PLAN).submit(0)
    rows = session.scalars(select(OutboxMail).where(OutboxMail.purpose == "task").order_by(OutboxMail.recipient)).all()
    assert [one.recipient for one in rows] == ["ada@example.org", "schulamt@example.org"]
    for one in rows:
        one.state, one.problem = MailState.FAILED, "550"
    session.commit()
    said = "2 Erinnerungen an Fälliges sind nicht angekommen, oder es ist nicht sicher."
    desk = office.get("/")
    assert said in desk.select(".desk-lines li p")[0]
    assert desk.click("Mails ansehen").h1 == "Wer wird woran erinnert"
    page = office.get("/beschluesse").click("Ansehen, was zu tun ist")
    # A unit's address is put right as a person's is.
    session.get_one(Decision, late["decision"]).unit.email = "neu@example.org"  # type: ignore[union-attr]
    session.commit()
    page = office.get(PLAN).submit("An die neue Adresse senden : Schulamt").follow()
    page = page.submit("Anders mitgeteilt : Ada Ahornblatt").follow()
    assert "Mails, die nicht ankamen" not in page.main
    assert "nicht angekommen" not in office.get("/").main
    found = {one.recipient: one.state for one in every(session, OutboxMail)}
    assert found == {"ada@example.org": MailState.FAILED, "neu@example.org": MailState.WAITING}


def test_all_reminders_that_were_refused_are_sent_again_but_not_of_what_is_done(
    session: Session, office: Browser, ada: Browser, late: dict[str, int]
) -> None:
    office.get(PLAN).submit(0)
    session.execute(update(OutboxMail).values(state=MailState.FAILED, problem="550"))
    session.commit()
    page = office.get(PLAN).click("Alle erneut senden")
    assert page.select("nav a:-soup-contains('Erinnern')")
    assert "schulamt@example.org" in page.main
    # Ada says that it is done; nobody has to be reminded of it.
    session.get_one(Task, late["task"]).status = Status.DONE
    session.commit()
    after = page.submit("2 Mails erneut senden").follow()
    assert after.h1 == "Wer wird woran erinnert"
    assert "Eine Mail wartet" in after.flash
    assert "Eine Mail blieb, wie sie war" in after.main
    found = {one.recipient: one.state for one in every(session, OutboxMail)}
    assert found == {"ada@example.org": MailState.FAILED, "schulamt@example.org": MailState.WAITING}
    assert ada.get("/beschluesse/mails/erneut").status == 403


def test_a_reminder_of_another_body_is_not_there(
    session: Session, office: Browser, ada: Browser, late: dict[str, int]
) -> None:
    office.get(PLAN).submit(0)
    key = session.scalars(select(OutboxMail.id).order_by(OutboxMail.id)).first()
    token = office.get("/beschluesse").soup.select_one("input[name=csrf_token]")["value"]  # type: ignore[index]
    session.execute(update(Task).values(status=Status.DONE))
    session.execute(update(Decision).values(status=Status.DONE))
    session.commit()
    assert office.post(f"/beschluesse/mails/{key}/erneut", {"csrf_token": token}).status == 404
    token = ada.get("/beschluesse").soup.select_one("input[name=csrf_token]")["value"]  # type: ignore[index]
    assert ada.post(f"/beschluesse/mails/{key}/erneut", {"csrf_token": token}).status == 403


def _mail(session: Session, held: Meeting, days: list[int], language: str = "de", *, decisions: int = 0) -> Letter:
    today = clock.today()
    rows: list[Decision | Task] = []
    for n, day in enumerate(days):
        make = factories.decision if n < decisions else factories.task
        rows.append(make(session, held, f"Sache {n}", due_on=today + timedelta(days=day)))
    sender = Sender("absender@example.org", "Koordination", ())
    site = Site("http://localhost", "Bielefeld", "kontakt@example.org", sender, Signer(["x" * 32]))
    tokens = {letters.key_of(row): "t" for row in rows}
    return letters.letter(letters.Reminder("a@example.org", "Ada", language, rows, tokens, "", today), site)


@pytest.mark.parametrize(
    ("days", "german", "english"),
    [
        (
            [-1],
            "dies ist überfällig. Bitte sagen Sie, wie weit es ist. Der Link",
            "this is overdue. Please say how far",
        ),
        ([-1, -9], "diese 2 Sachen sind überfällig. Bitte sagen Sie jeweils", "these 2 things are overdue."),
        ([0], "dies ist heute fällig.", "this is due today."),
        ([0, 0], "diese 2 Sachen sind heute fällig.", "these 2 things are due today."),
        ([3], "dies ist bald fällig. Bitte sagen Sie, wie weit es ist. Der Link", "this is due soon."),
        ([0, 3], "diese 2 Sachen sind bald fällig. Bitte sagen Sie jeweils", "these 2 things are due soon."),
        ([-1, 0, 3], "von diesen 3 Sachen sind manche überfällig, andere", "of these 3 things some are overdue"),
    ],
)
def test_a_mail_says_of_one_and_of_many_whether_they_are_overdue_due_or_due_later(
    session: Session, held: Meeting, days: list[int], german: str, english: str
) -> None:
    said = _mail(session, held, days).text
    assert german in said
    assert ("Die Links" in said, "Der Link" in said) == (len(days) > 1, len(days) == 1)
    said = _mail(session, held, days, "en").text
    assert english in said
    assert ("The links" in said, "The link is" in said) == (len(days) > 1, len(days) == 1)


def test_the_subject_says_what_it_is_about(session: Session, held: Meeting) -> None:
    subjects = [_mail(session, held, [1] * 3, decisions=n).subject for n in (0, 1, 3)]
    assert subjects == ["Erinnerung: 3 Aufgaben", "Erinnerung: 3 Beschlüsse und Aufgaben", "Erinnerung: 3 Beschlüsse"]


def test_mails_are_made_before_the_transaction_and_taken_if_they_still_say_the_same(
    app: Flask, session: Session, late: dict[str, int], secretary: Actor
) -> None:
    reading = Work(session, secretary, clock.utc_now())
    plan = reminders.plan(session, secretary, reading.now, reading.today)
    keys = [one.key for one in plan if one.is_due]
    mailing = Mailing(app.extensions["koordination.site"], reminders.fingerprint(plan), keys)
    made = reminder_services.prepare(reading, mailing)
    assert written(session) == 0
    with work_as(session, secretary) as work:
        # Another generation is another link: whatever was made with the old one must not go out.
        work.session.get_one(Task, late["task"]).generation += 1
    with work_as(session, secretary) as work:
        assert reminder_services.send(work, made) == 2
    ahead = {one.message_id: one.recipient for one in made.made.values()}
    kept = {mail.recipient for mail in every(session, OutboxMail) if mail.message_id in ahead}
    assert kept == {"schulamt@example.org"}
    assert set(ahead.values()) == {"schulamt@example.org", "ada@example.org"}
