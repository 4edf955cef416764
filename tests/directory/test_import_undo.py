"""Taking back an import: all of it, for a week, unless somebody went on from there."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.jobs import Job
from coordination.core.work import AuditEntry
from coordination.directory import import_jobs, import_undo
from coordination.directory.models import EarlierValue, FreeDay, Place, School
from coordination.directory.undo_models import ImportedPlace
from tests import factories
from tests.browser import Browser, Page
from tests.directory.import_pages import NEW, OLD, STATE, UPLOAD, preview, sign_in, work_off
from tests.directory.keepers import a_day_later
from tests.directory.school_rows import school_csv

BACK = "Rückgängig"


@pytest.fixture
def keeper(app: Flask, session: Session, browser: Browser) -> Browser:
    """Return a browser in which the keeper of the whole directory is signed in."""
    return sign_in(browser, session)


def _store(app: Flask, keeper: Browser, raw: bytes, municipality: str = "05711000") -> Page:
    page = preview(app, keeper, raw, municipality)
    answer = page.submit(page.form(0).buttons()[0])
    assert work_off(app) == 1
    return answer.follow()


def _state(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Return what the directory says and the search finds: all columns but versions, keys of history and of index."""
    session.rollback()
    found = {}
    for model, without in ((Place, {"version"}), (School, {"id"}), (EarlierValue, {"id"})):
        columns = [column for column in model.__table__.columns if column.name not in without]
        found[model.__tablename__] = sorted(map(tuple, session.execute(select(*columns))), key=repr)
    words = "SELECT kind, subject_id, title_words, words, valid_until FROM search_entry"
    found["search_entry"] = sorted(map(tuple, session.execute(text(words))), key=repr)
    session.rollback()
    return found


def _old_then_new(app: Flask, session: Session, keeper: Browser) -> tuple[dict[str, list[tuple[Any, ...]]], Page]:
    _store(app, keeper, OLD.read_bytes())
    a_day_later(session)
    before = _state(session)
    return before, _store(app, keeper, NEW.read_bytes())


def test_2021_then_2026_and_back_is_exactly_what_it_was(app: Flask, session: Session, keeper: Browser) -> None:
    before, done = _old_then_new(app, session, keeper)
    assert "60 Änderungen sind gespeichert" in done.main
    assert _state(session) != before
    asking = done.click(BACK)
    assert asking.h1 == "Diesen Import zurücknehmen?"
    assert asking.select(".facts dd")[1:] == ["10", "44", "6", "0", "5"]
    running = asking.submit("60 Orte zurücknehmen").follow()
    assert "Das Zurücknehmen wird gleich beginnen" in running.main
    assert running.headers["Refresh"] == "1"
    assert work_off(app) == 1
    taken = keeper.get(running.url)
    assert taken.h1 == "Der Import ist zurückgenommen"
    assert "60 Orte sind wieder, was sie waren" in taken.main
    assert _state(session) == before
    assert session.scalar(select(func.count()).select_from(ImportedPlace).where(ImportedPlace.before.is_not(None))) == 0
    assert "Dieser Import wurde zurückgenommen" in keeper.get(done.url).main
    assert "zurückgenommen" in keeper.get(UPLOAD).select("tbody td")
    # And the file can be read in again, with the same outcome.
    assert "60 Änderungen sind gespeichert" in _store(app, keeper, NEW.read_bytes()).main


def test_an_import_on_the_same_day_goes_back_with_its_history(app: Flask, session: Session, keeper: Browser) -> None:
    """What came today and is changed today leaves no history; what came before and is brought back loses its entry."""
    _before, _done = _old_then_new(app, session, keeper)
    between = _state(session)
    done = _store(app, keeper, OLD.read_bytes())
    assert _state(session)["earlier_value"] != between["earlier_value"]
    done.click(BACK).submit()
    work_off(app)
    assert _state(session) == between


def test_twice_is_once(app: Flask, session: Session, keeper: Browser) -> None:
    before, done = _old_then_new(app, session, keeper)
    asking = done.click(BACK)
    asking.submit()
    asking.submit()
    assert work_off(app) == 1
    assert asking.submit().status == 303
    assert work_off(app) == 0
    assert keeper.get(asking.url).h1 == "Der Import ist zurückgenommen"
    assert _state(session) == before


def test_after_somebody_edited_a_touched_school_nothing_goes_back(
    app: Flask, session: Session, keeper: Browser
) -> None:
    _before, done = _old_then_new(app, session, keeper)
    asking = done.click(BACK)
    place = session.scalars(select(Place).join(Place.school).where(School.number == "124278")).one()
    place.source_note = "von Hand"
    session.commit()
    edited = _state(session)
    asking.submit()
    work_off(app)
    refused = keeper.get(asking.url)
    assert refused.h1 == "Dieser Import kann nicht zurückgenommen werden"
    assert "Seit dem Import geändert: Fröbelschule. Nichts wurde zurückgenommen." in refused.main
    assert refused.soup.select_one(f'main a[href="/orte/{place.id}"]') is not None
    assert not refused.select("main form")
    assert _state(session) == edited
    assert keeper.get(done.url).click(BACK).h1 == refused.h1


def test_after_a_later_import_touched_only_what_the_list_says_nothing_goes_back(
    app: Flask, session: Session, keeper: Browser
) -> None:
    """The later file changes no column of the place itself, and so would leave its version as it was."""
    first = _store(app, keeper, school_csv({"Schulnummer": "124242"}, {"Schulnummer": "124243"}))
    _store(app, keeper, school_csv({"Schulnummer": "124242"}))
    stored = _state(session)
    assert first.click(BACK).h1 == "Dieser Import kann nicht zurückgenommen werden"
    assert session.scalar(select(func.count()).select_from(School).where(School.gone_since.is_not(None))) == 1
    assert _state(session) == stored


def _assigned(session: Session, place: Place) -> None:
    unit = factories.organisation(session)
    factories.assignment(session, factories.person(session, organisation_id=unit.id), place, unit)


def _met(session: Session, place: Place) -> None:
    body = factories.member(session, factories.person(session), "Beirat Probe")
    day = clock.today() + timedelta(days=30)
    factories.meeting(session, body, day).place_id = place.id


def _free(session: Session, place: Place) -> None:
    session.add(FreeDay(place_id=place.id, day=date(2027, 1, 4)))


def _sited(session: Session, place: Place) -> None:
    factories.place(session, "Nebenstelle", parent_id=place.id)


@pytest.mark.parametrize("use", [_assigned, _met, _free, _sited])
def test_a_new_school_that_something_hangs_on_stays(use: Any, app: Flask, session: Session, keeper: Browser) -> None:
    done = _store(app, keeper, school_csv({"Schulnummer": "124242"}, {"Schulnummer": "124243"}))
    asking = done.click(BACK)
    place = session.scalars(select(Place).join(Place.school).where(School.number == "124243")).one()
    use(session, place)
    session.commit()
    stored = _state(session)
    asking.submit()
    work_off(app)
    refused = keeper.get(asking.url)
    assert f"In Gebrauch und erst seit dem Import da: {place.name}. Nichts wurde zurückgenommen." in refused.main
    assert "Neue Orte sind in Gebrauch" in refused.main
    assert _state(session) == stored


def test_after_a_week_it_stays(app: Flask, session: Session, keeper: Browser) -> None:
    done = _store(app, keeper, school_csv({}))
    asking = done.click(BACK)
    over = clock.utc_now() - timedelta(days=7, minutes=1)
    session.execute(update(ImportedPlace).values(recorded_at=over))
    session.commit()
    stored = _state(session)
    asking.submit()
    work_off(app)
    assert "Dieser Import kann nicht mehr zurückgenommen werden." in keeper.get(asking.url).main
    assert "Es ist zu viel Zeit vergangen" in keeper.get(asking.url).main
    assert _state(session) == stored
    # The next import lets go of what nobody can use any more.
    _store(app, keeper, school_csv({}, {"Schulnummer": "124243"}))
    assert {one.recorded_at > over for one in session.scalars(select(ImportedPlace))} == {True}


def test_an_import_by_command_goes_back_from_the_list(app: Flask, session: Session, keeper: Browser) -> None:
    before = _state(session)
    done = app.test_cli_runner().invoke(args=["directory", "import-schools", str(NEW), "--apply"])
    assert done.exit_code == 0
    keeper.get(UPLOAD).click("Zurücknehmen").submit("117 Orte zurücknehmen")
    work_off(app)
    assert _state(session) == before
    assert "zurückgenommen" in keeper.get(UPLOAD).select("tbody td")


def test_an_import_and_its_undo_are_one_line_each_in_the_trail(app: Flask, session: Session, keeper: Browser) -> None:
    _before, done = _old_then_new(app, session, keeper)
    done.click(BACK).submit()
    work_off(app)
    session.rollback()
    lines = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    of_imports = [action for action in lines if not action.startswith("account.")]
    one = ["import.uploaded", "import.applied"]
    assert of_imports == [*one, *one, "import.undone"]
    trail = keeper.get("/pruefspur")
    said = "schuldaten.csv: 10 neu, 44 geändert, 6 entfallen, 0 wieder da"
    assert trail.main.count(said) == 2, trail.main


def test_what_is_kept_names_no_place_that_was_left_alone(app: Flask, session: Session, keeper: Browser) -> None:
    _old_then_new(app, session, keeper)
    newest = session.scalars(select(Job.id).where(Job.kind == import_jobs.APPLY).order_by(Job.id.desc()).limit(1)).one()
    kept = session.scalars(select(ImportedPlace).where(ImportedPlace.job_id == newest)).all()
    assert (len(kept), sum(one.before is None for one in kept)) == (60, 10)
    assert not import_undo.obstacles(session, newest)


@pytest.mark.slow
def test_the_whole_state_goes_back(app: Flask, session: Session, keeper: Browser) -> None:
    before = _state(session)
    done = _store(app, keeper, STATE.read_bytes(), "")
    done.click(BACK).submit("5.639 Orte zurücknehmen")
    assert work_off(app) == 1
    assert _state(session) == before
