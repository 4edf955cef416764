"""A decision becomes a task, and a task a decision: nothing that both have is lost, numbers are never given twice."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.decisions.models import Decision, StatusEntry, Task
from coordination.decisions.rules import Means, Status
from coordination.directory.models import Person
from coordination.meetings.models import AgendaItem, Meeting
from tests import factories
from tests.browser import Browser
from tests.meetings.conftest import every

DUE = clock.today() + timedelta(days=20)


def _decision(session: Session, held: Meeting, town: dict[str, int]) -> Decision:
    item = session.get_one(AgendaItem, town["item"])
    unit = factories.organisation(session, "Bildungsbüro")
    session.flush()
    row = factories.decision(session, held, "Einladung schreiben", on=item, due_on=DUE, unit_id=unit.id)
    row.means, row.yes, row.no = Means.VOTE, 6, 1
    session.commit()
    return row


def test_a_decision_becomes_a_task_and_back_with_its_number_its_votes_and_all_that_both_have(
    session: Session, office: Browser, held: Meeting, town: dict[str, int]
) -> None:
    row = _decision(session, held, town)
    number, unit = row.number, row.unit_id
    page = office.get(f"/beschluesse/{row.id}").click("Zur Aufgabe machen")
    assert f"Der Beschluss BPR {held.starts_at.year}-0{number} gilt als zurückgezogen" in page.main
    assert "6 Ja, 1 Nein" in page.main
    made = page.submit("Zur Aufgabe machen").follow()
    assert "Aus dem Beschluss ist eine Aufgabe geworden" in made.main
    (task,) = every(session, Task)
    assert (task.text, task.unit_id, task.due_on, task.item_id) == ("Einladung schreiben", unit, DUE, town["item"])
    assert every(session, Decision)[0].withdrawn_at is not None
    assert office.get(f"/beschluesse/{row.id}/zur-aufgabe").status == 403

    made.submit("in Arbeit")
    back = office.get(f"/aufgaben/{task.id}").click("Zum Beschluss machen")
    assert f"Die Nummer BPR {held.starts_at.year}-0{number} gilt wieder" in back.main
    assert back.submit("Zum Beschluss machen").follow().status == 200
    assert back.submit("Zum Beschluss machen").status == 303, "the second click leads to the same decision"
    (again,) = every(session, Decision)
    assert (again.id, again.number, again.yes, again.no) == (row.id, number, 6, 1)
    assert (again.text, again.unit_id, again.due_on) == ("Einladung schreiben", unit, DUE)
    assert again.withdrawn_at is None
    assert again.status is Status.IN_PROGRESS
    assert every(session, Task) == []
    assert {one.decision_id for one in every(session, StatusEntry)} == {row.id}


def test_what_the_product_says_of_it_is_in_the_readers_language(
    session: Session, office: Browser, held: Meeting, town: dict[str, int]
) -> None:
    row = _decision(session, held, town)
    office.get(f"/beschluesse/{row.id}/zur-aufgabe").submit("Zur Aufgabe machen")
    page = office.get(f"/beschluesse/{row.id}")
    assert "Daraus ist eine Aufgabe geworden." in page.main
    english = page.submit("EN English").follow()
    assert "It became a task." in english.main
    assert "Daraus ist" not in english.main


def test_a_task_becomes_a_decision_with_the_next_number_and_says_that_its_person_goes(
    session: Session, office: Browser, held: Meeting, town: dict[str, int]
) -> None:
    item = session.get_one(AgendaItem, town["item"])
    factories.decision(session, held, "Der erste", on=item)
    task = factories.task(session, held, "Wir laden ein.", session.get_one(Person, town["ada"]), on=item, due_on=DUE)
    session.commit()
    page = office.get(f"/aufgaben/{task.id}").click("Zum Beschluss machen")
    assert "Ada" in page.main
    page.submit("Zum Beschluss machen")
    made = next(one for one in every(session, Decision) if one.text == "Wir laden ein.")
    assert (made.number, made.due_on) == (2, DUE)
    assert office.get("/suche?q=laden").main.count("Wir laden ein.") == 1


def test_nothing_is_switched_over_a_newer_version_or_without_somebody_to_do_it(
    session: Session, office: Browser, held: Meeting, town: dict[str, int]
) -> None:
    row = factories.decision(session, held, "Ohne Stelle", on=session.get_one(AgendaItem, town["item"]))
    session.commit()
    page = office.get(f"/beschluesse/{row.id}/zur-aufgabe")
    assert "wer es übernimmt" in page.submit("Zur Aufgabe machen").error("person_id")
    office.get(f"/beschluesse/{row.id}/bearbeiten").submit("Speichern", text="Neuer")
    late = page.submit("Zur Aufgabe machen", person_id=town["ada"])
    assert late.status == 409
    assert "Neuer" in late.main
    assert every(session, Task) == []
    assert every(session, Decision)[0].withdrawn_at is None
