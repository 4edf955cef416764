"""The pages: recorded by the office, followed by whoever took it on, listed, taken along."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.accounts.models import UserAccount
from coordination.core import clock
from coordination.core.access import BodyRole
from coordination.decisions.models import Decision, StatusEntry, Task
from coordination.decisions.rules import Means, Result, Status
from coordination.directory.models import Person
from coordination.meetings.models import AgendaItem, Meeting
from coordination.minutes.models import Attendance
from coordination.minutes.rules import Presence
from tests import factories
from tests.browser import Browser
from tests.meetings.conftest import every
from tests.statements import counted

DAY = timedelta(days=1)


def test_the_office_records_and_the_members_read(
    session: Session, office: Browser, ada: Browser, held: Meeting, town: dict[str, int]
) -> None:
    page = office.get(f"/sitzungen/{held.id}/beschluesse/neu?top={town['item']}")
    values = {"text": "Das Rahmenkonzept gilt.", "means": "vote", "yes": "7", "no": "2", "abstained": "1"}
    page = page.submit("Beschluss festhalten", **values).follow()
    assert f"BPR {held.starts_at.year}-01" in page.h1
    assert "7 Ja, 2 Nein, 1 Enthaltung – angenommen" in page.main
    row = every(session, Decision)[0]
    assert "Das Rahmenkonzept gilt." in ada.get(f"/beschluesse/{row.id}").main
    assert "Das Rahmenkonzept gilt." in ada.get(f"/sitzungen/{held.id}").main
    assert ada.get(f"/beschluesse/{row.id}/bearbeiten").status == 403


def test_what_is_wrong_stands_beside_its_field(session: Session, office: Browser, held: Meeting) -> None:
    page = office.get(f"/sitzungen/{held.id}/beschluesse/neu").submit("Beschluss festhalten", text="Etwas", yes="-1")
    assert page.status == 422
    assert page.error("yes")
    page = office.get(f"/sitzungen/{held.id}/beschluesse/neu").submit("Beschluss festhalten", text="Etwas")
    assert "Tagesordnungspunkt" in page.error("item_id")
    assert every(session, Decision) == []


def test_two_who_edit_at_once_see_both_texts(session: Session, office: Browser, held: Meeting) -> None:
    row = factories.decision(session, held, "Erste Fassung")
    session.commit()
    early = office.get(f"/beschluesse/{row.id}/bearbeiten")
    office.get(f"/beschluesse/{row.id}/bearbeiten").submit("Speichern", text="Zweite Fassung")
    late = early.submit("Speichern", text="Dritte Fassung")
    assert late.status == 409
    assert "Zweite Fassung" in late.main
    assert "Dritte Fassung" in late.main
    assert every(session, Decision)[0].text == "Zweite Fassung"


def test_a_decision_is_withdrawn_with_a_reason(session: Session, office: Browser, held: Meeting) -> None:
    row = factories.decision(session, held)
    session.commit()
    page = office.get(f"/beschluesse/{row.id}/zurueckziehen")
    assert page.submit("Beschluss zurückziehen").status == 422
    page = page.submit("Beschluss zurückziehen", reason="Doppelt").follow()
    assert "zurückgezogen" in page.main
    assert "Doppelt" in page.main
    assert office.get(f"/beschluesse/{row.id}/zurueckziehen").status == 403


def test_whoever_took_it_on_settles_it_by_one_click_and_takes_it_back(
    session: Session, ada: Browser, held: Meeting, town: dict[str, int]
) -> None:
    row = factories.task(
        session, held, "Muster entwerfen", session.get_one(Person, town["ada"]), due_on=clock.today() - DAY
    )
    foreign = factories.task(session, held, "Anderes")
    session.commit()
    page = ada.get("/")
    assert "Muster entwerfen" in page.main
    ada.get(f"/aufgaben/{row.id}").submit("erledigt")
    assert every(session, Task)[0].status is Status.DONE
    page = ada.get(f"/aufgaben/{row.id}")
    assert "Der Status ist „erledigt“." in page.flash
    page.submit("Rückgängig")
    assert [one.after for one in every(session, StatusEntry)] == [Status.DONE, Status.OPEN]
    assert every(session, Task)[0].status is Status.OPEN
    # A member sees what another took on, and settles only the own.
    page = ada.get(f"/aufgaben/{foreign.id}")
    assert "gegenstandslos" not in page.main


def test_the_register_is_narrowed_counted_and_sorted(
    session: Session, office: Browser, held: Meeting, town: dict[str, int]
) -> None:
    item = session.get_one(AgendaItem, town["item"])
    held.body.name = "Beirat Ähnliches"
    factories.decision(session, held, "Übergang Kita regeln", on=item, due_on=clock.today() - DAY)
    factories.decision(session, held, "Ferien abstimmen", on=item, due_on=clock.today() + DAY)
    factories.decision(session, held, "100 % Ganztag", on=item, status=Status.DONE)
    session.commit()
    for query, texts in {
        "ueberfaellig=1": {"Übergang"},
        "status=done": {"Ganztag"},
        "q=übergang": {"Übergang"},
        "q=FERIEN": {"Ferien"},
        "q=bpr": {"Übergang", "Ferien", "Ganztag"},
        "q=BPR+ferien": {"Ferien"},
        "q=ähnlich": {"Übergang", "Ferien", "Ganztag"},
        "q=%25": {"Ganztag"},
        f"q={held.starts_at.year}-02": {"Ferien"},
        f"gremium={town['light']}": set(),
        f"jahr={held.starts_at.year}": {"Übergang", "Ferien", "Ganztag"},
        "status=quatsch&seite=abc&sortiert=--x": {"Übergang", "Ferien", "Ganztag"},
    }.items():
        main = " ".join(office.get(f"/beschluesse?{query}").select("tbody th a"))
        assert {text for text in ("Übergang", "Ferien", "Ganztag") if text in main} == texts, query
    rows = office.get("/beschluesse?sortiert=faellig").select("tbody th a")
    assert rows == ["Übergang Kita regeln", "Ferien abstimmen", "100 % Ganztag"]


def test_a_lost_vote_is_not_open_and_the_order_is_by_due_day_body_and_number(
    session: Session, office: Browser, held: Meeting, town: dict[str, int]
) -> None:
    item = session.get_one(AgendaItem, town["item"])
    lost = {"means": Means.VOTE, "result": Result.REJECTED, "yes": 1, "no": 5}
    factories.decision(session, held, "Ohne Tag", on=item)
    factories.decision(session, held, "Verloren", on=item, due_on=clock.today(), **lost)
    factories.decision(session, held, "Erledigt", on=item, status=Status.DONE, due_on=clock.today() - DAY)
    factories.decision(session, held, "Zuletzt", on=item, due_on=clock.today() + DAY)
    factories.decision(session, held, "Zuerst", on=item, due_on=clock.today())
    factories.decision(session, held, "Ebenso zuletzt", on=item, due_on=clock.today() + DAY)
    session.commit()
    todo = ["Zuerst", "Zuletzt", "Ebenso zuletzt", "Ohne Tag"]
    assert office.get("/beschluesse?status=open").select("tbody th a") == todo
    assert office.get("/beschluesse").select("tbody th a") == [*todo, "Erledigt", "Verloren"]


def test_the_number_of_own_tasks_is_that_of_the_desk(
    session: Session, office: Browser, held: Meeting, town: dict[str, int]
) -> None:
    account = session.scalars(select(UserAccount).where(UserAccount.email == "buero@example.org")).one()
    account.person = account.person or factories.person(session, "Bea", "Büro")
    person = account.person
    item = session.get_one(AgendaItem, town["item"])
    for text, status in (("Offen", Status.OPEN), ("Begonnen", Status.IN_PROGRESS), ("Getan", Status.DONE)):
        factories.task(session, held, text, person, on=item, status=status)
    session.commit()
    page = office.get("/beschluesse?art=meine")
    assert page.select("tbody th a") == ["Offen", "Begonnen"]
    assert "Meine Aufgaben 2" in " ".join(page.main.split())
    assert len(office.get("/").select(".desk-lines .settle")) == 2
    assert office.get("/beschluesse?art=meine&status=alle").select("tbody th a") == ["Offen", "Begonnen", "Getan"]


def test_one_click_opens_it_beside_the_list(session: Session, office: Browser, held: Meeting) -> None:
    row = factories.decision(session, held, "Beschluss daneben")
    session.commit()
    part = office.get(f"/beschluesse/{row.id}", headers={"HX-Request": "true"})
    assert "Beschluss daneben" in part.text
    assert "<html" not in part.text


def test_a_table_to_take_along_calculates_nothing(session: Session, office: Browser, held: Meeting) -> None:
    factories.decision(session, held, '=HYPERLINK("https://boese.example","Klick")')
    factories.decision(session, held, "+49 ist keine Formel", status=Status.DONE)
    session.commit()
    rows = list(csv.reader(io.StringIO(office.get("/beschluesse.csv").text.lstrip("\ufeff")), delimiter=";"))
    texts = {row[2] for row in rows[1:]}
    assert texts == {'\'=HYPERLINK("https://boese.example","Klick")', "'+49 ist keine Formel"}
    narrowed = list(csv.reader(io.StringIO(office.get("/beschluesse.csv?status=done").text), delimiter=";"))
    assert [row[2] for row in narrowed[1:]] == ["'+49 ist keine Formel"]
    answer = office.get("/beschluesse.xlsx").response
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("address", ["/beschluesse", "/beschluesse?art=aufgaben", "/beschluesse/erinnern", "/"])
def test_pages_take_the_same_statements_whatever_is_on_them(
    app: Flask, session: Session, office: Browser, held: Meeting, address: str
) -> None:
    def more(count: int) -> None:
        for n in range(count):
            unit = factories.organisation(session, f"Amt {n} {count}", email=f"amt{n}-{count}@example.org")
            due = clock.today() - DAY
            factories.decision(session, held, f"Beschluss {n}", unit_id=unit.id, due_on=due)
            who = factories.person(session, f"Wer{n}", f"Mit{count}", email=f"wer{n}-{count}@example.org")
            factories.task(session, held, f"Aufgabe {n}", who, due_on=due)
        session.commit()

    def statements() -> int:
        office.get(address)
        with counted(app) as seen:
            office.get(address)
        return len(seen)

    more(2)
    few = statements()
    more(6)
    assert statements() == few
    assert few <= 40


def test_what_is_recorded_beside_the_text_leads_back_to_it(
    session: Session, office: Browser, held: Meeting, town: dict[str, int]
) -> None:
    item = town["item"]
    page = office.get(f"/sitzungen/{held.id}/protokoll")
    vote = next(link["href"] for link in page.soup.select("[data-card=V]") if f"top={item}" in str(link["href"]))
    page = office.get(str(vote))
    assert page.form("Beschluss festhalten").values("means") == ["vote"]
    answer = page.submit("Beschluss festhalten", text="Das Konzept gilt.", yes="3")
    assert answer.location.endswith(f"/sitzungen/{held.id}/protokoll#top-{item}")
    text = answer.follow().main
    assert "Das Konzept gilt." in text
    assert "einstimmig" in text


def test_the_minute_of_a_vote_is_known_while_the_meeting_is_under_way(
    session: Session, office: Browser, held: Meeting, town: dict[str, int]
) -> None:
    address = f"/sitzungen/{held.id}/beschluesse/neu?top={town['item']}&art=abstimmung"
    assert office.get(address).form("Beschluss festhalten").values("voted_at") == [""]
    now = clock.wall_clock(clock.utc_now())
    held.starts_at, held.ends_at = now - timedelta(hours=1), now + timedelta(hours=1)
    session.commit()
    minutes = {f"{now + timedelta(minutes=n):%H:%M}" for n in (0, 1)}
    assert set(office.get(address).form("Beschluss festhalten").values("voted_at")) <= minutes


#: As a word processor puts it on the clipboard: its quotes, its dashes, blanks that do not break, its line ends.
FROM_WORD = "„Beschluss“ – 1.\u00a0Absatz\u2026 \u2022\tPunkt\r\n\x0bZeile\r\n"


def test_two_hundred_thousand_characters_are_refused_with_a_sentence_and_stay_in_the_field(
    session: Session, office: Browser, held: Meeting, town: dict[str, int]
) -> None:
    long = (FROM_WORD * 6000)[:200_000]
    for path, button in (("beschluesse", "Beschluss festhalten"), ("aufgaben", "Aufgabe eintragen")):
        page = office.get(f"/sitzungen/{held.id}/{path}/neu?top={town['item']}")
        page = page.submit(button, text=long)
        assert page.status == 422
        assert "Zeichen" in page.error("text")
        field = page.soup.select_one("textarea[name=text]")
        assert field is not None
        assert len(field.get_text()) > 150_000
    assert every(session, Decision) == []


def test_what_fits_is_stored_to_the_last_character(
    session: Session, office: Browser, held: Meeting, town: dict[str, int]
) -> None:
    text = "„Beschluss“ – 1.\u00a0Absatz\u2026 \u2022 Punkt\nZeile"
    office.get(f"/sitzungen/{held.id}/beschluesse/neu?top={town['item']}").submit("Beschluss festhalten", text=text)
    assert every(session, Decision)[0].text == text


def test_the_same_page_sent_five_times_makes_one_decision_and_one_task(
    session: Session, office: Browser, held: Meeting, town: dict[str, int]
) -> None:
    decision = office.get(f"/sitzungen/{held.id}/beschluesse/neu?top={town['item']}")
    task = office.get(f"/sitzungen/{held.id}/aufgaben/neu?top={town['item']}")
    for _ in range(5):
        assert decision.submit("Beschluss festhalten", text="Einmal").status == 303
        assert task.submit("Aufgabe eintragen", text="Einmal", person_id=str(town["ada"])).status == 303
    assert [one.text for one in every(session, Decision)] == ["Einmal"]
    assert [one.text for one in every(session, Task)] == ["Einmal"]


@pytest.mark.parametrize("typed", ["viele", "1,5", "99999", "-2", "٣"])
def test_votes_that_are_no_count_are_refused_beside_their_field(
    session: Session, office: Browser, held: Meeting, town: dict[str, int], typed: str
) -> None:
    page = office.get(f"/sitzungen/{held.id}/beschluesse/neu?top={town['item']}")
    page = page.submit("Beschluss festhalten", text="Etwas", means="vote", yes="3", abstained=typed)
    assert page.status == 422
    assert page.error("abstained")
    assert every(session, Decision) == []


def test_votes_that_do_not_add_up_are_refused_and_recorded_only_by_a_tick_that_stays_to_be_seen(
    session: Session, office: Browser, held: Meeting, town: dict[str, int]
) -> None:
    there = Attendance(meeting_id=held.id, person_id=town["ada"], presence=Presence.PRESENT, role=BodyRole.CHAIR)
    session.add(there)
    session.commit()
    values = {"text": "Das Konzept gilt.", "means": "vote", "yes": "2", "voted_at": "15:00"}
    page = office.get(f"/sitzungen/{held.id}/beschluesse/neu?top={town['item']}&von=protokoll")
    assert "despite_votes" not in page.html
    page = page.submit("Beschluss festhalten", **values)
    assert page.status == 422
    assert "mitgewirkt haben: 2" in page.error("despite_votes")
    assert "stimmberechtigt anwesend: 1" in page.error("despite_votes")
    assert every(session, Decision) == []
    page.submit("Beschluss festhalten", despite_votes="y")
    (row,) = every(session, Decision)
    shown = office.get(f"/beschluesse/{row.id}").main
    assert "Gezählt sind 2 Stimmen" in shown
    assert "trotzdem festgehalten" in shown
    assert "trotzdem festgehalten" in office.get(f"/sitzungen/{held.id}/protokoll").main
    # What is put right later needs no tick any more.
    office.get(f"/beschluesse/{row.id}/bearbeiten").submit("Speichern", yes="1")
    session.expire_all()
    assert (row.yes, row.despite_votes) == (1, False)
    assert "trotzdem festgehalten" not in office.get(f"/beschluesse/{row.id}").main


def test_votes_and_day_are_refused_at_once_each_beside_its_tick_and_on_top_as_a_sentence(
    session: Session, office: Browser, held: Meeting, town: dict[str, int]
) -> None:
    there = Attendance(meeting_id=held.id, person_id=town["ada"], presence=Presence.PRESENT, role=BodyRole.CHAIR)
    session.add(there)
    session.commit()
    values = {"text": "", "means": "vote", "yes": "2", "voted_at": "15:00"}
    page = office.get(f"/sitzungen/{held.id}/beschluesse/neu?top={town['item']}")
    page = page.submit("Beschluss festhalten", due_on=f"{clock.today() - DAY}", **values)
    assert page.status == 422
    assert page.select(".error-summary li") == [
        "Wortlaut: Bitte füllen Sie dieses Feld aus.",
        "Die Stimmen gehen nicht auf.",
        "Der Tag unter „Fällig“ ist vorbei: Es wäre von Anfang an überfällig.",
    ]
    page = page.submit("Beschluss festhalten", text="Das Konzept gilt.")
    assert "Die Stimmen gehen nicht auf." in page.error("despite_votes")
    assert "von Anfang an überfällig" in page.error("despite_due")
    assert page.select(".error-summary li") == [
        "Die Stimmen gehen nicht auf.",
        "Der Tag unter „Fällig“ ist vorbei: Es wäre von Anfang an überfällig.",
    ]
    assert every(session, Decision) == []
    page = page.submit("Beschluss festhalten", follow_up_on=f"{held.starts_at.date() - DAY}", despite_votes="y")
    assert page.select(".error-summary li")[1] == (
        "Wiedervorlage: Dieser Tag liegt vor der Sitzung. Bitte wählen Sie einen späteren."
    )
    assert not page.error("despite_votes")
    assert page.submit("Beschluss festhalten", despite_due="y", follow_up_on="").status == 303
    assert len(every(session, Decision)) == 1


def test_all_that_is_wrong_with_a_task_is_said_at_once(
    session: Session, office: Browser, held: Meeting, town: dict[str, int]
) -> None:
    page = office.get(f"/sitzungen/{held.id}/aufgaben/neu?top={town['item']}")
    page = page.submit("Aufgabe eintragen", text=" ", due_on=f"{clock.today() - DAY}")
    assert page.select(".error-summary li") == [
        "Aufgabe: Bitte füllen Sie dieses Feld aus.",
        "Person: Bitte sagen Sie, wer es übernimmt: eine Person, eine Stelle oder beide.",
        "Der Tag unter „Fällig“ ist vorbei: Es wäre von Anfang an überfällig.",
    ]
    assert every(session, Task) == []


def test_nothing_is_born_overdue_unless_somebody_says_so_and_nothing_is_due_before_its_meeting(
    session: Session, office: Browser, held: Meeting, town: dict[str, int]
) -> None:
    before, over = held.starts_at.date() - DAY, clock.today() - DAY
    for path, button, model in (
        ("beschluesse", "Beschluss festhalten", Decision),
        ("aufgaben", "Aufgabe eintragen", Task),
    ):
        values = {"text": "Etwas", "due_on": f"{before}"} | ({"person_id": str(town["ada"])} if model is Task else {})
        page = office.get(f"/sitzungen/{held.id}/{path}/neu?top={town['item']}").submit(button, **values)
        assert page.status == 422
        assert "vor der Sitzung" in page.error("due_on")
        page = page.submit(button, due_on=f"{over}")
        assert "von Anfang an überfällig" in page.error("despite_due")
        assert every(session, model) == []
        page.submit(button, despite_due="y")
        row: Any = every(session, model)[0]
        assert row.due_on == over
        # A day that stands is not asked about again.
        assert office.get(f"/{path}/{row.id}/bearbeiten").submit("Speichern", text="Anders").status == 303
    page = office.get(f"/sitzungen/{held.id}/beschluesse/neu?top={town['item']}")
    page = page.submit("Beschluss festhalten", text="Etwas", follow_up_on=f"{before}")
    assert "vor der Sitzung" in page.error("follow_up_on")


def test_a_day_that_is_over_comes_along_when_a_decision_becomes_a_task_and_back(
    session: Session, office: Browser, held: Meeting, town: dict[str, int]
) -> None:
    row = factories.decision(session, held, on=session.get_one(AgendaItem, town["item"]), due_on=clock.today() - DAY)
    session.commit()
    page = office.get(f"/beschluesse/{row.id}/zur-aufgabe")
    assert page.submit("Zur Aufgabe machen", person_id=str(town["ada"])).status == 303
