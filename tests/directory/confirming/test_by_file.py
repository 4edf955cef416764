"""The official school file confirms what it says, changed or not; taking an import back takes that back."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask, render_template_string
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import SYSTEM
from coordination.core.i18n import in_language
from coordination.core.jobs import add_job
from coordination.core.work import AuditEntry, work_as
from coordination.directory import import_jobs
from coordination.directory.confirming import by_file
from coordination.directory.confirming.by_file import Spoken
from coordination.directory.import_jobs import APPLY
from coordination.directory.models import Place, School
from coordination.directory.queries import holds_on
from coordination.directory.school_forms import NOT_SCHOOLS
from coordination.directory.undo_models import ImportedConfirmation
from tests import factories
from tests.browser import Browser
from tests.directory.import_pages import NEW, OLD, preview, sign_in, work_off
from tests.directory.keepers import a_day_later
from tests.statements import counted

FILE = "amtliche Schuldatei"


@pytest.fixture
def keeper(app: Flask, session: Session, browser: Browser) -> Browser:
    return sign_in(browser, session)


def store(app: Flask, keeper: Browser, raw: bytes) -> str:
    page = preview(app, keeper, raw, "05711000")
    answer = page.submit(page.form(0).buttons()[0])
    work_off(app)
    return answer.follow().url


def confirmed(session: Session) -> dict[tuple[bool, date | None, str], int]:
    """Return (gone, day, by) → how many schools that are there today."""
    session.rollback()
    is_gone = School.gone_since.is_not(None)
    statement = select(is_gone, Place.confirmed_on, Place.confirmed_by, func.count()).join(School.place)
    statement = statement.where(holds_on(clock.today(), Place.valid_from, Place.valid_until))
    rows = session.execute(statement.group_by(is_gone, Place.confirmed_on, Place.confirmed_by))
    return {(bool(row[0]), row[1], row[2]): row[3] for row in rows}


def yesterday(session: Session) -> date:
    """Let all that was confirmed have been confirmed a day earlier."""
    a_day_later(session)
    day = clock.today() - timedelta(days=1)
    session.execute(update(Place).values(confirmed_on=day))
    session.commit()
    return day


def test_an_import_confirms_what_it_makes_changes_and_leaves(app: Flask, session: Session, keeper: Browser) -> None:
    store(app, keeper, OLD.read_bytes())
    (first,) = confirmed(session).items()
    assert first[0] == (False, clock.today(), FILE)
    school = session.scalars(select(School.place_id)).first()
    said = f"Zuletzt bestätigt am {clock.today():%d.%m.%Y} durch die amtliche Schuldatei"
    assert said in keeper.get(f"/orte/{school}").main
    day = yesterday(session)
    url = store(app, keeper, NEW.read_bytes())
    found = confirmed(session)
    assert found.keys() == {(False, clock.today(), FILE), (True, day, FILE)}
    assert found[True, day, FILE] == 2, "gone from the file, and confirmed by the one before; four were closed then"
    keeper.get(url).click("Rückgängig").submit("60 Orte zurücknehmen")
    work_off(app)
    assert confirmed(session) == {(False, day, FILE): first[1]}
    assert session.scalar(select(func.count()).select_from(ImportedConfirmation)) == first[1]


def test_a_preview_without_differences_stores_and_confirms_nothing(
    app: Flask, session: Session, keeper: Browser
) -> None:
    store(app, keeper, NEW.read_bytes())
    day = yesterday(session)
    versions = session.execute(select(Place.id, Place.version).order_by(Place.id)).all()
    assert {key[1] for key in confirmed(session)} == {day}
    page = preview(app, keeper, NEW.read_bytes(), "05711000")
    assert "nichts" in page.h1
    assert {key[1] for key in confirmed(session)} == {day}
    assert session.execute(select(Place.id, Place.version).order_by(Place.id)).all() == versions


def test_a_file_without_differences_confirms_when_somebody_says_so_and_that_can_be_taken_back(
    app: Flask, session: Session, keeper: Browser
) -> None:
    store(app, keeper, NEW.read_bytes())
    day = yesterday(session)
    ((_gone, _day, _by), number), *others = confirmed(session).items()
    assert not others
    page = preview(app, keeper, NEW.read_bytes())
    others = session.scalar(select(func.count()).where(School.form_code.in_(NOT_SCHOOLS), School.gone_since.is_(None)))
    assert others
    # Authorities and seminars stand in the file, and are no schools here.
    said = f"Die Datei enthält: {number - others} Schulen, {others} Behörden und Seminare. Ist es die neueste Datei"
    assert said in " ".join(page.main.split())
    assert "dass ihre Einträge mit Stand heute stimmen" in page.main
    answer = page.submit(f"Alle {number} Einträge der Datei als heute bestätigt vermerken")
    work_off(app)
    done = answer.follow()
    assert done.h1 == "Die Schulen sind bestätigt"
    assert f"{number} Einträge der Datei sind als bestätigt vermerkt" in done.main
    assert confirmed(session) == {(False, clock.today(), FILE): number}
    assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc())).first() == "import.confirmed"
    assert "nur bestätigt" in keeper.get("/verzeichnis/import/").main
    keeper.get(done.url).click("Rückgängig").submit(f"Bestätigung von {number} Schulen zurücknehmen")
    work_off(app)
    assert confirmed(session) == {(False, day, FILE): number}
    assert "zurückgenommen" in keeper.get(done.url).main


def test_a_file_without_differences_says_when_it_was_read_and_can_be_removed(
    app: Flask, session: Session, keeper: Browser
) -> None:
    store(app, keeper, NEW.read_bytes())
    page = preview(app, keeper, NEW.read_bytes())
    assert f"gelesen am {clock.today():%d.%m.%Y}" in page.main
    assert page.submit("Datei entfernen").status == 303
    after = keeper.get(page.url).main
    assert "ändert nichts" in keeper.get(page.url).h1
    assert "bestätigt vermerken" not in after
    assert "Datei entfernen" not in after


@pytest.mark.parametrize("is_earlier", [False, True], ids=["now", "before an upgrade"])
def test_what_a_command_confirmed_is_said_where_it_is_taken_back(
    app: Flask, session: Session, keeper: Browser, is_earlier: bool
) -> None:
    for _time in range(2):
        words = ["directory", "import-schools", str(NEW), "--apply"]
        assert app.test_cli_runner().invoke(args=words).exit_code == 0
    ((_said, number),) = confirmed(session).items()
    job = import_jobs.earlier_imports(session)[0]
    assert job.result["confirmed"] == number
    if is_earlier:
        job.result = {name: value for name, value in job.result.items() if name != "confirmed"}
        session.commit()
    page = keeper.get(f"/verzeichnis/import/{job.id}/zuruecknehmen")
    assert f"Bestätigung von {number} Schulen zurücknehmen" in page.main


def test_it_confirms_nothing_where_the_directory_says_something_else_by_then(
    app: Flask, session: Session, keeper: Browser
) -> None:
    store(app, keeper, NEW.read_bytes())
    day = yesterday(session)
    page = preview(app, keeper, NEW.read_bytes())
    place = session.scalars(select(Place).join(School).where(School.number == "124278")).one()
    place.phone = "+495211"
    session.commit()
    answer = page.submit(page.form(0).buttons()[0])
    work_off(app)
    assert "sagt nicht mehr dasselbe" in answer.follow().main
    assert {key[1] for key in confirmed(session)} == {day}
    session.rollback()
    assert session.get_one(Place, place.id).phone == "+495211"


def test_what_a_keeper_said_since_stays_where_the_file_changed_nothing(
    app: Flask, session: Session, keeper: Browser
) -> None:
    store(app, keeper, OLD.read_bytes())
    yesterday(session)
    url = store(app, keeper, NEW.read_bytes())
    session.rollback()
    last = clock.today() + timedelta(days=1)
    session.execute(update(Place).values(confirmed_on=last, confirmed_by="Frau Danach"))
    session.commit()
    keeper.get(url).click("Rückgängig").submit("60 Orte zurücknehmen")
    work_off(app)
    found = confirmed(session)
    assert {key[2] for key in found} == {FILE, "Frau Danach"}
    assert found[False, clock.today() - timedelta(days=1), FILE] == 44, "those that the file had changed"


def test_it_takes_as_many_statements_for_many_schools(app: Flask, session: Session) -> None:
    for n in range(30):
        factories.school(session, f"Schule {n}", f"2000{n:02}")
    other = factories.school(session, "Anderswo", "300001")
    session.execute(update(School).where(School.place_id == other.id).values(municipality="05711004"))
    session.commit()
    closed = session.scalars(select(School.place_id).where(School.number == "200001")).one()
    session.get_one(Place, closed).valid_until = clock.today() - timedelta(days=1)
    session.commit()
    with work_as(session, SYSTEM) as work:
        job = add_job(work, APPLY, {})
        session.flush()
        with counted(app) as statements:
            by_file.confirm(work, Spoken("05711000", {"200000"}), job.id)
    places = [one for one in statements if one.startswith(("UPDATE place", "INSERT INTO imported", "SELECT"))]
    assert len(places) == 2
    assert sum(confirmed(session).values()) == 30
    assert confirmed(session)[False, clock.today(), FILE] == 28, "neither unusable nor elsewhere"
    assert session.get_one(Place, closed).confirmed_on is None


def test_a_file_that_looks_older_confirms_nothing(app: Flask, session: Session, keeper: Browser) -> None:
    store(app, keeper, OLD.read_bytes())
    day = yesterday(session)
    store(app, keeper, NEW.read_bytes())
    session.rollback()
    session.execute(update(Place).values(confirmed_on=day, confirmed_by="Frau Zuvor"))
    session.commit()
    page = preview(app, keeper, OLD.read_bytes(), "05711000")
    assert "ältere" in page.main
    assert page.submit(page.form(0).buttons()[0]).status == 303
    work_off(app)
    assert {key[1:] for key in confirmed(session)} <= {(day, "Frau Zuvor"), (None, "")}


def test_two_imports_of_a_day_are_taken_back_in_any_order(app: Flask, session: Session) -> None:
    before = clock.today() - timedelta(days=300)
    place = factories.school(session, "Schule", "200000")
    place.confirmed_on, place.confirmed_by = before, "Frau Zuvor"
    session.commit()
    with work_as(session, SYSTEM) as work:
        jobs = [add_job(work, APPLY, {}) for _number in range(3)]
        session.flush()
        keys = [job.id for job in jobs]
        for key in keys:
            by_file.confirm(work, Spoken(None), key)
    by_one = clock.today(), FILE
    for key, said in ((keys[0], by_one), (keys[2], by_one), (keys[1], (before, "Frau Zuvor"))):
        with work_as(session, SYSTEM) as work:
            by_file.take_back(work, key)
        assert confirmed(session) == {(False, *said): 1}


def test_the_file_is_named_in_the_language_of_the_reader(app: Flask, session: Session, keeper: Browser) -> None:
    store(app, keeper, OLD.read_bytes())
    template = "{% from 'directory/_confirmed.html' import confirmed %}{{ confirmed(row, '', false, as_of) }}"
    row = session.scalars(select(Place).where(Place.confirmed_by == FILE)).first()
    as_of = SimpleNamespace(confirmed_on=lambda one: one.confirmed_on, is_past=False, is_stale=lambda _row: False)
    with app.test_request_context(), in_language("en"):
        assert "by the official school file" in render_template_string(template, row=row, as_of=as_of)
