"""What decisions and tasks put on other pages."""

from __future__ import annotations

from datetime import date, time

from flask import Flask
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import ANONYMOUS, SYSTEM, BodyRole
from coordination.core.registry import ItemLine
from coordination.decisions import sections
from coordination.decisions.rules import DecisionKind, Means, Result
from coordination.directory.models import Person
from coordination.meetings.models import AgendaItem, Meeting
from coordination.minutes.models import Attendance, Minutes
from coordination.minutes.rules import MinutesState, Presence
from tests import factories
from tests.browser import Browser
from tests.statements import counted

DUE = date(2027, 1, 14)


def test_minutes_say_what_was_decided_and_who_took_on_what(
    session: Session, held: Meeting, town: dict[str, int]
) -> None:
    item = session.get_one(AgendaItem, town["item"])
    factories.decision(session, held, "Das Konzept gilt.", on=item, due_on=DUE)
    factories.decision(session, held, "Doch nicht.", on=item, withdrawn_at=clock.utc_now())
    factories.task(session, held, "Konzept versenden", session.get_one(Person, town["ada"]), on=item)
    session.commit()
    lines = sections.lines(session, [item.id, town["public_item"]])
    year = held.starts_at.year
    assert lines == {
        item.id: [
            ItemLine(
                "Beschluss", "Das Konzept gilt.", f"BPR {year}-01", ["im Konsens", "bis 14.01.2027"], is_decision=True
            ),
            ItemLine("Aufgabe", "Konzept versenden", details=["Ada Ahornblatt"]),
        ]
    }


def test_minutes_say_over_the_wording_that_a_vote_was_lost_and_beside_it_that_nobody_knows_of_a_quorum(
    session: Session, held: Meeting, town: dict[str, int]
) -> None:
    item = session.get_one(AgendaItem, town["item"])
    lost = {"means": Means.VOTE, "yes": 1, "no": 2, "result": Result.REJECTED, "on": item}
    factories.decision(session, held, "Das Konzept gilt.", **lost)
    factories.decision(session, held, "Das gilt auch nicht.", kind=DecisionKind.RECOMMENDATION, **lost)
    factories.decision(session, held, "Dies gilt.", means=Means.VOTE, yes=3, on=item)
    factories.decision(session, held, "Im Konsens.", on=item)
    session.commit()
    found = sections.lines(session, [item.id])[item.id]
    assert [one.label for one in found] == ["Antrag abgelehnt", "Empfehlung abgelehnt", "Beschluss", "Beschluss"]
    unknown = "Beschlussfähigkeit nicht festgestellt: Die Anwesenheit ist nicht eingetragen"
    assert [unknown in one.details for one in found] == [True, True, True, False]
    session.add(Attendance(meeting_id=held.id, person_id=town["ada"], presence=Presence.PRESENT))
    session.commit()
    entered = sections.lines(session, [item.id])[item.id]
    assert not any(unknown in one.details for one in entered)
    # The minute of a vote may be left out: minutes need not say that it was.
    assert "Uhrzeit" not in str(entered)
    assert "waren da" in str(entered)


def test_cards_stand_in_the_flow_of_their_item_for_those_who_may_see_them(
    session: Session, held: Meeting, town: dict[str, int]
) -> None:
    item = session.get_one(AgendaItem, town["item"])
    factories.decision(session, held, on=item)
    session.commit()
    keys = [item.id, town["public_item"]]
    assert set(sections.cards(session, SYSTEM, keys, clock.today())) == {item.id}
    assert sections.cards(session, ANONYMOUS, keys, clock.today()) == {}


def test_the_pages_of_body_and_person_show_what_is_open(
    session: Session, office: Browser, held: Meeting, town: dict[str, int]
) -> None:
    factories.decision(session, held, "Das Konzept gilt.", due_on=date(2026, 1, 7))
    factories.task(session, held, "Konzept versenden", session.get_one(Person, town["ada"]))
    session.commit()
    body = office.get(f"/gremien/{held.body_id}").main
    assert "Das Konzept gilt." in body
    assert "einer davon überfällig" in body
    assert "Konzept versenden" in office.get(f"/personen/{town['ada']}").main


def test_votes_that_do_not_fit_the_attendance_are_named_where_minutes_are_written_and_go_out(
    app: Flask, session: Session, office: Browser, held: Meeting, town: dict[str, int]
) -> None:
    item = session.get_one(AgendaItem, town["item"])
    vote = {"means": Means.VOTE, "voted_at": time(15), "on": item}
    factories.decision(session, held, "Passt nicht.", yes=3, **vote)
    factories.decision(session, held, "Passt.", yes=1, **vote)
    factories.decision(session, held, "Gilt nicht mehr.", yes=9, withdrawn_at=clock.utc_now(), **vote)
    voting = {"role": BodyRole.VOTING_MEMBER, "presence": Presence.PRESENT}
    session.add(Attendance(meeting_id=held.id, person_id=town["ada"], **voting))
    minutes = Minutes(meeting_id=held.id, state=MinutesState.DRAFT)
    session.add(minutes)
    session.commit()
    page = f"/sitzungen/{held.id}/protokoll"
    said = "Gezählt sind 3 Stimmen"
    with counted(app) as few:
        assert office.get(page).main.count(said) == 1
    before = office.get(f"{page}/abstimmung").main
    assert said in before
    assert "9 Stimmen" not in before
    minutes.state = MinutesState.CIRCULATED
    session.commit()
    assert said in office.get(f"{page}/genehmigen").main
    minutes.state = MinutesState.DRAFT
    for n in range(3):
        factories.decision(session, held, f"Noch einer {n}", yes=4, **vote)
    session.commit()
    with counted(app) as many:
        assert "Gezählt sind 4 Stimmen" in office.get(page).main
    assert len(many) == len(few)
