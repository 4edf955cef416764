"""Lists that go all the way: ours can be read in again; nasty ones are stored as they were read, and taken back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coordination.core.access import Actor
from coordination.core.errors import RuleViolation
from coordination.core.i18n import gettext, in_language
from coordination.core.jobs import Job, JobState
from coordination.core.work import work_as
from coordination.directory.models import Assignment, Organisation, Person, Place
from coordination.directory.rules import PlaceKind
from coordination.directory.staff import jobs
from coordination.directory.staff.columns import WORDS, Field, recognised
from coordination.exchange.workbooks import read_workbook
from tests import factories
from tests.browser import Browser
from tests.directory.import_pages import work_off
from tests.directory.staff.cases import CASES
from tests.directory.staff.conftest import Schools
from tests.directory.staff.pages import send
from tests.directory.staff.test_nasty_lists import KEEPER


@pytest.mark.parametrize("field", [one for one in Field if one is not Field.LEFT])
def test_what_a_column_is_called_here_is_known_when_it_is_read(field: Field) -> None:
    with in_language("de"):
        assert recognised(gettext(WORDS[field])) is field


def test_our_own_table_read_in_again_changes_nothing(
    app: Flask, keeper: Browser, session: Session, schools: Schools
) -> None:
    employer = session.get_one(Organisation, schools.employer)
    school = session.get_one(Place, schools.by_number["123456"])
    youth = factories.place(session, "Jugendtreff Ärmel", facility_type="Jugendzentrum")
    ada = factories.person(
        session, "Ada", "von Ahornblatt", title="Dr.", email="ada@example.org", mobile="+4915199990017"
    )
    more = {"target_group": "Inklusion", "valid_from": date(2025, 8, 1), "valid_until": date(2027, 7, 31)}
    more |= {"share_posts": Decimal("0.5"), "share_hours": Decimal("19.5"), "funded_until": date(2027, 7, 31)}
    factories.assignment(
        session, ada, school, employer, times=[(0, 8, 13, "104"), (2, 8, 13, "104"), (3, 9, 12, "104")], **more
    )
    factories.assignment(session, ada, youth, employer, times=[])
    site = factories.place(session, "GS Hoberge", kind=PlaceKind.SCHOOL_SITE, parent_id=school.id)
    factories.assignment(session, factories.person(session, "Zoe", "Zeder"), site, employer)
    factories.assignment(session, None, youth, employer, share_hours=Decimal(39))
    session.commit()
    answer = keeper.get("/orte/liste.xlsx")
    raw = answer.response.get_data()
    (grid,) = read_workbook(raw).grids
    assert len(grid.lines) == 1 + 4 + 4, "four schools have nobody"
    page = send(app, keeper, raw, schools.employer)
    assert "ändert nichts" in page.main, page.main
    for wrong in ("Zeilen mit Fehlern", "Fragen"):
        assert wrong not in page.main
    assert "In dieser Zeile ist dem Ort niemand zugeordnet" in page.main
    assert "Fehlerhafte Zeilen 0" in page.main
    row = next(line.cells for line in grid.lines if "Ahornblatt" in str(line.cells[10]) and line.cells[1])
    assert tuple(row[10:16]) == (
        "von Ahornblatt, Dr. Ada",
        "Schulsozialarbeit",
        "Inklusion",
        "",
        "01519 9990017",
        "ada@example.org",
    )
    assert tuple(row[17:19]) == ("0.5", "19.5")


def _everything(session: Session) -> dict[str, int]:
    """Return how many rows of what a list can write there are."""
    return {
        model.__name__: session.scalar(select(func.count()).select_from(model)) or 0 for model in (Person, Assignment)
    }


def _job(app: Flask, session: Session, actor: Actor, raw: bytes, employer: int) -> Job:
    """Return the preview of a list."""
    with app.app_context(), work_as(session, actor) as work:
        job = jobs.start_preview(work, raw, filename="Liste.xlsx", employer_id=employer)
        key = job.id
    work_off(app)
    session.expire_all()
    return session.get_one(Job, key)


@pytest.mark.parametrize("name", CASES)
def test_a_nasty_list_is_stored_as_it_was_read(name: str, app: Flask, session: Session, schools: Schools) -> None:
    case, actor = CASES[name], KEEPER
    before = _everything(session)
    if name == "a picture":
        with pytest.raises(RuleViolation, match=case.refused):
            _job(app, session, actor, case.raw, schools.employer)
        assert session.scalar(select(func.count()).select_from(Job)) == 0
        return
    preview = _job(app, session, actor, case.raw, schools.employer)
    assert _everything(session) == before, "a preview stores nothing"
    if case.refused:
        assert (preview.state, preview.problem != "") == (JobState.FAILED, True)
        return
    assert preview.state is JobState.DONE, preview.problem
    with app.app_context(), work_as(session, actor) as work:
        if preview.result["questions"] or not preview.result["number"]:
            with pytest.raises(RuleViolation):
                jobs.start_apply(work, preview.id, leave_out=True, with_ends=True)
            stored = None
        else:
            stored = jobs.start_apply(work, preview.id, leave_out=True, with_ends=False).id
    work_off(app)
    session.expire_all()
    if stored is None:
        assert _everything(session) == before
        return
    assert session.get_one(Job, stored).state is JobState.DONE, session.get_one(Job, stored).problem
    rows = session.scalars(select(Assignment).order_by(Assignment.id)).all()
    assert (
        tuple(f"{one.person.given_name} {one.person.family_name}" if one.person else "" for one in rows) == case.people
    )
    again = _job(app, session, actor, case.raw, schools.employer)
    assert again.result["number"] == 0, "the same list again is no news"
    with app.app_context(), work_as(session, actor) as work:
        jobs.start_undo(work, stored)
    work_off(app)
    session.expire_all()
    assert _everything(session) == before
