"""Web processes killed under load, many writers at once, the same form five times: nothing lost, double or half."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from coordination.directory.models import Assignment
from tests.faults.office import EMAIL, faults, furnish
from tests.faults.processes import product, wait_until, whenever
from tests.faults.writers import Journal, Person, write_all
from tests.reporting import REMARK

pytestmark = pytest.mark.slow
WRITES = 200


def note(request: pytest.FixtureRequest, what: str) -> None:
    request.node.user_properties.append((REMARK, f"{request.node.name}: {what}"))


def test_killed_web_processes_lose_nothing(
    app: Flask, session: Session, database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    office = furnish(app, running=WRITES // 2)
    writes = [form for n in range(WRITES // 2) for form in (office.beginning(n), office.ending(n))]
    journal = Journal()
    with product(database_url, tmp_path) as running:
        running.start_web()
        running.start_worker()
        person = Person(running.port).sign_in(EMAIL)
        with (
            whenever(lambda: len(journal.acknowledged), 25, running.kill_a_web_worker) as killed,
            whenever(lambda: len(journal.acknowledged), 60, running.start_worker) as restarted,
        ):
            write_all(person, writes, journal, hands=6)
        back = wait_until(lambda: running.status("/readyz") == 200, "the product does not come back")
        refused = [line for line in running.log() if line.get("event") == "unexpected_error"]
    assert faults(session, office, journal) == []
    assert {statuses[-1] for statuses in journal.answers.values()} <= {303, 409, 422}
    assert journal.count(500) == 0
    assert refused == []
    assert len(killed) >= 3
    if session.get_bind().dialect.name == "sqlite":
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"
    note(
        request,
        f"{journal.figures()}; {len(killed)} web processes and {len(restarted)} workers killed, "
        f"{journal.count(0)} answers missing, ready again after {back:.1f} s",
    )


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_twenty_writers_on_sqlite_are_all_served(
    app: Flask, session: Session, database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    office = furnish(app)
    with product(database_url, tmp_path) as running:
        running.start_web()
        person = Person(running.port).sign_in(EMAIL)
        journal = write_all(person, [office.beginning(n) for n in range(WRITES)], Journal(), hands=20)
        logged = (tmp_path / "processes.log").read_text()
    assert {tuple(statuses) for statuses in journal.answers.values()} == {(303,)}
    assert faults(session, office, journal) == []
    assert "locked" not in logged
    note(request, journal.figures())


def test_the_same_form_five_times_at_once_makes_one(
    app: Flask, session: Session, database_url: str, tmp_path: Path
) -> None:
    office = furnish(app, running=6)
    forms = [form for n in range(6) for form in (office.beginning(n), office.ending(n))]
    with product(database_url, tmp_path) as running:
        running.start_web()
        people = [Person(running.port).sign_in(EMAIL)]
        people += [people[0].twin() for _ in range(4)]
        answers: dict[str, list[int]] = {form.name: [] for form in forms}
        for form in forms:
            threads = [
                threading.Thread(
                    target=lambda one=one, form=form: answers[form.name].append(one.send(form.path, form.fields))
                )
                for one in people
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    assert {tuple(sorted(statuses)) for name, statuses in answers.items() if name.startswith("Gruppe")} == {
        (303, 422, 422, 422, 422)
    }
    ends = [sorted(statuses) for name, statuses in answers.items() if name.startswith("Ende")]
    assert all(statuses[0] == 303 and set(statuses[1:]) <= {409, 422} for statuses in ends), ends
    session.rollback()
    made = session.scalar(select(func.count()).select_from(Assignment).where(Assignment.target_group.like("Gruppe %")))
    assert made == 6
