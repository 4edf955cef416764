"""Uploading the school file, seeing what it changes, storing it: as a keeper does it in a browser."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from coordination import worker
from coordination.core import clock
from coordination.core.access import Role
from coordination.core.jobs import Job, JobState, Progress
from coordination.directory import import_jobs, import_report, queries
from coordination.directory.models import Place, School
from tests.browser import Browser
from tests.directory import import_pages as pages
from tests.directory.import_pages import NEW, OLD, STATE, UPLOAD, dump, preview, sign_in, upload, work_off
from tests.directory.keepers import a_day_later
from tests.directory.school_rows import school_csv


@pytest.fixture
def keeper(app: Flask, session: Session, browser: Browser) -> Browser:
    """Return a browser in which the keeper of the whole directory is signed in."""
    return sign_in(browser, session)


def _store(app: Flask, keeper: Browser, raw: bytes, municipality: str = "05711000") -> None:
    page = preview(app, keeper, raw, municipality)
    number = page.form(0).buttons()[0]
    page.submit(number)
    assert work_off(app) == 1


def _job(session: Session, kind: str) -> Job:
    session.rollback()
    job = session.scalars(select(Job).where(Job.kind == kind).order_by(Job.id.desc()).limit(1)).one()
    session.refresh(job)
    return job


def test_2021_then_2026_shows_ten_new_and_six_gone(app: Flask, session: Session, keeper: Browser) -> None:
    _store(app, keeper, OLD.read_bytes())
    page = preview(app, keeper, NEW.read_bytes())
    assert page.h1 == "Was die Schuldatei ändert"
    facts = dict(zip(page.select(".facts dt"), page.select(".facts dd"), strict=True))
    assert facts["Neu"] == "10: 4 Schulen, 6 Behörden und Seminare"
    assert facts["Geändert"] == "44"
    assert facts["Nicht mehr in der Datei"] == "6"
    assert facts["Unverändert"] == "63"
    session.rollback()
    assert session.scalar(select(func.count()).select_from(School)) == 113
    assert "Herforder Str. 263" in page.main
    answer = page.submit("60 Änderungen übernehmen")
    assert work_off(app) == 1
    done = answer.follow()
    assert done.h1 == "Die Schuldatei ist gespeichert"
    assert dict(zip(done.select(".facts dt"), done.select(".facts dd"), strict=True))["Neu"] == "10"
    session.rollback()
    assert session.scalar(select(func.count()).select_from(School)) == 123
    assert session.scalar(select(func.count()).select_from(School).where(School.gone_since.is_not(None))) == 6
    assert _job(session, import_jobs.PREVIEW).content is None


def test_real_changes_per_field(app: Flask, session: Session, keeper: Browser) -> None:
    _store(app, keeper, OLD.read_bytes())
    preview(app, keeper, NEW.read_bytes())
    report = import_report.report_of(_job(session, import_jobs.PREVIEW).result)
    counts: dict[str, int] = {}
    for line in report.changed:
        for change in line.fields:
            counts[change.field] = counts.get(change.field, 0) + 1
    assert (counts["phone"], counts["fax"], counts["street"], counts["short_name"]) == (36, 28, 4, 4)
    assert set(counts) == {"name", "short_name", "street", "phone", "fax", "website", "position"}


def test_the_same_file_again_changes_nothing(app: Flask, session: Session, keeper: Browser) -> None:
    _store(app, keeper, NEW.read_bytes())
    before = dump(session)
    page = preview(app, keeper, NEW.read_bytes())
    assert page.h1 == "Die Datei ändert nichts"
    assert "Nichts zu übernehmen" in page.main
    assert "Verwerfen" not in page.main
    assert not import_jobs.open_previews(session), "nobody has to decide on it"
    assert "Noch nicht entschieden" not in keeper.get(UPLOAD).main
    assert not any("übernehmen" in button for form in page.soup.main.find_all("form") for button in [form.get_text()])  # type: ignore[union-attr]
    after = dump(session)
    assert {table for table in after if after[table] != before[table]} == {"job"}


def test_earlier_values_are_kept(app: Flask, session: Session, keeper: Browser) -> None:
    _store(app, keeper, OLD.read_bytes())
    place = session.scalars(select(Place).join(Place.school).where(School.number == "124278")).one()
    key, old = place.id, place.phone
    a_day_later(session)
    _store(app, keeper, NEW.read_bytes())
    session.rollback()
    session.expire_all()
    place = session.get_one(Place, key)
    assert (old, place.phone) == ("+4952155799050", "+495215186170")
    kept = queries.history_of(session, place)
    assert {entry.field: entry.value for entry in kept}["phone"] == old
    assert {entry.valid_until for entry in kept} == {clock.today() - timedelta(days=1)}


def test_discarded_stores_nothing_and_keeps_no_file(app: Flask, session: Session, keeper: Browser) -> None:
    page = preview(app, keeper, NEW.read_bytes())
    before = dump(session)
    answer = page.submit("Verwerfen")
    assert "verworfen" in answer.follow().flash
    after = dump(session)
    assert {table for table in after if after[table] != before[table]} == {"job"}
    assert _job(session, import_jobs.PREVIEW).content is None
    assert "Diese Datei wurde verworfen" in keeper.get(page.url).main
    keeper.send(page.url, page.form("117 Änderungen übernehmen").fill(None, {}))
    assert work_off(app) == 0


def test_list_of_earlier_imports(app: Flask, session: Session, keeper: Browser) -> None:
    assert "Noch kein Import" in keeper.get(UPLOAD).main
    _store(app, keeper, OLD.read_bytes())
    cells = keeper.get(UPLOAD).select("section[aria-labelledby=earlier] tbody td")
    assert cells[:4] == ["schuldaten.csv", "Pflege", "113", "0"]


def test_page_of_a_running_job_refreshes_itself(app: Flask, session: Session, keeper: Browser) -> None:
    page = upload(keeper, NEW.read_bytes()).follow()
    assert page.headers["Refresh"] == "1"
    assert "Die Datei wird gleich gelesen" in page.main
    session.execute(update(Job).values(state=JobState.RUNNING, done=1, total=3, lease_until=clock.utc_now()))
    session.commit()
    page = keeper.get(page.url)
    assert "Die Datei wird verglichen" in page.main
    assert page.soup.select_one("progress")["value"] == "1"  # type: ignore[index]


def test_what_is_being_stored_is_not_called_compared(app: Flask, session: Session, keeper: Browser) -> None:
    answer = preview(app, keeper, NEW.read_bytes()).submit("117 Änderungen übernehmen")
    running = {"state": JobState.RUNNING, "done": 1, "total": 3, "lease_until": clock.utc_now()}
    session.execute(update(Job).where(Job.kind == import_jobs.APPLY).values(running))
    session.commit()
    assert "Die Änderungen werden übernommen" in answer.follow().main


def test_an_undecided_file_is_on_the_desk_of_the_keeper_of_all(app: Flask, session: Session, keeper: Browser) -> None:
    page = preview(app, keeper, school_csv({}))
    assert "1 hochgeladene Schuldatei ist noch nicht entschieden." in keeper.get("/").main
    assert keeper.get("/").click("Entscheiden").h1 == page.h1
    page.submit("Verwerfen")
    assert "Schuldatei ist noch nicht entschieden" not in keeper.get("/").main


def test_a_file_that_brings_back_what_held_before_is_called_old(app: Flask, session: Session, keeper: Browser) -> None:
    _store(app, keeper, OLD.read_bytes())
    a_day_later(session)
    assert "enthält Werte, die früher galten" not in preview(app, keeper, NEW.read_bytes()).main
    _store(app, keeper, NEW.read_bytes())
    assert "Diese Datei enthält Werte, die früher galten" in preview(app, keeper, OLD.read_bytes()).main


def test_a_place_that_moved_says_how_far(app: Flask, session: Session, keeper: Browser) -> None:
    _store(app, keeper, OLD.read_bytes())
    page = preview(app, keeper, NEW.read_bytes())
    assert re.search(r"Lage auf der Karte: um [0-9.]+ m verschoben", page.main)


def test_two_clicks_store_once(app: Flask, session: Session, keeper: Browser) -> None:
    page = preview(app, keeper, NEW.read_bytes())
    page.submit("117 Änderungen übernehmen")
    page.submit("117 Änderungen übernehmen")
    assert work_off(app) == 1


def test_a_preview_that_grew_old_is_computed_anew(app: Flask, session: Session, keeper: Browser) -> None:
    page = preview(app, keeper, NEW.read_bytes())
    _store(app, keeper, OLD.read_bytes())
    page.submit("117 Änderungen übernehmen")
    work_off(app)
    done = keeper.get(page.url)
    assert "Andere Änderungen, als die Vorschau zeigte" in done.main
    session.rollback()
    assert session.scalar(select(func.count()).select_from(School)) == 123


def _workbook(inner: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(inner, "x" * 100)
    return stream.getvalue()


BAD = {
    "wrong columns": (b"Name;Ort\nA;B\n", "Missing|Spalten"),
    "damaged umlauts": (
        school_csv({"Schulbezeichnung_1": "Fröbelschule"}).decode().encode().replace("ö".encode(), "Ã¶".encode()),
        "Umlaute",
    ),
    "photo": (b"\xff\xd8\xff\xe0" + bytes(2000), "Bild"),
    "empty": (b"", "leer"),
    "workbook": (_workbook("xl/workbook.xml"), "Excel"),
    "archive": (_workbook("schuldaten.csv"), "Archiv"),
    "binary": (bytes(range(256)) * 20, "Tabelle"),
    "quotes": (school_csv({}) + b'\n"offen;', "Anführungszeichen"),
    "header only": (school_csv(), "Zeilen"),
    "too large": (b"Schulnummer\n" + b"1\n" * (10 * 1024 * 1024 + 10), "zu groß"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_school_file_is_refused_beside_the_field(
    case: str, app: Flask, session: Session, keeper: Browser
) -> None:
    raw, word = BAD[case]
    before = dump(session)
    page = upload(keeper, raw)
    assert page.status == 422
    assert any(one in page.error("file") for one in word.split("|")), page.error("file")
    assert dump(session) == before


def test_no_file_chosen(session: Session, keeper: Browser) -> None:
    before = dump(session)
    page = keeper.get(UPLOAD).submit()
    assert (page.status, page.error("file")) == (422, "Bitte wählen Sie eine Datei.")
    assert dump(session) == before


def test_a_key_that_is_none(session: Session, keeper: Browser) -> None:
    page = upload(keeper, NEW.read_bytes(), municipality="Bielefeld")
    assert page.status == 422
    assert "acht Ziffern" in page.error("municipality")


def test_another_municipality_says_so(app: Flask, session: Session, keeper: Browser) -> None:
    _store(app, keeper, NEW.read_bytes())
    before = dump(session)
    page = upload(keeper, NEW.read_bytes(), municipality="05515000")
    if page.status == 303:
        work_off(app)
        page = page.follow()
    assert "05515000" in page.main
    assert "117" in page.main
    after = dump(session)
    assert {table for table in after if after[table] != before[table]} <= {"job"}


def test_far_too_large_is_answered_with_a_sentence(session: Session, keeper: Browser) -> None:
    before = dump(session)
    page = keeper.post(UPLOAD, {"file": (io.BytesIO(bytes(22 * 1024 * 1024)), "a.csv")})
    assert page.status == 413
    assert "20 MB" in page.main
    assert dump(session) == before


@pytest.mark.parametrize("role", [Role.PLANNER, Role.ADMINISTRATOR, Role.COORDINATOR])
def test_others_may_not(role: Role, app: Flask, session: Session, keeper: Browser, other_browser: Browser) -> None:
    page = preview(app, keeper, NEW.read_bytes())
    pages.add_account(session, "andere@example.org", role)
    other_browser.get("/konto/anmelden").submit(email="andere@example.org", password=pages.PASSWORD)
    assert other_browser.get(UPLOAD).status == 403
    assert other_browser.get(page.url).status == 403
    assert "/verzeichnis/import/" not in other_browser.get("/konto/").html


def test_another_keeper_may(app: Flask, session: Session, keeper: Browser, other_browser: Browser) -> None:
    page = preview(app, keeper, NEW.read_bytes())
    sign_in(other_browser, session, "zweite@example.org")
    assert other_browser.get(page.url).status == 200
    assert other_browser.get(f"{UPLOAD}9999").status == 404


def test_who_lost_the_right_meanwhile_stores_nothing(app: Flask, session: Session, keeper: Browser) -> None:
    page = preview(app, keeper, NEW.read_bytes())
    page.submit("117 Änderungen übernehmen")
    from coordination.accounts.models import UserRole

    session.execute(update(UserRole).values(role=Role.PLANNER))
    session.commit()
    work_off(app)
    assert _job(session, import_jobs.APPLY).state is JobState.FAILED
    assert session.scalar(select(func.count()).select_from(School)) == 0


def test_killed_while_storing_is_run_again(
    app: Flask, session: Session, keeper: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = preview(app, keeper, NEW.read_bytes())
    page.submit("117 Änderungen übernehmen")

    def killed(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, app.app_context():
        # Everything is stored, and the process ends before the job is marked as done.
        patch.setattr(worker, "_end", killed)
        with pytest.raises(KeyboardInterrupt):
            worker.run_next()
    job = _job(session, import_jobs.APPLY)
    assert job.state is JobState.RUNNING
    assert work_off(app) == 0
    session.execute(update(Job).values(lease_until=clock.utc_now() - timedelta(seconds=1)))
    session.commit()
    before = dump(session)
    assert work_off(app) == 1
    job = _job(session, import_jobs.APPLY)
    assert (job.state, job.result["new"]) == (JobState.DONE, 117)
    after = dump(session)
    assert {table for table in after if after[table] != before[table]} == {"job"}
    assert keeper.get(page.url).h1 == "Die Schuldatei ist gespeichert"


def test_killed_before_storing_is_run_again(
    app: Flask, session: Session, keeper: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = preview(app, keeper, NEW.read_bytes())
    page.submit("117 Änderungen übernehmen")

    def killed(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, app.app_context():
        patch.setattr(import_jobs, "_counts", killed)
        with pytest.raises(KeyboardInterrupt):
            worker.run_next()
    session.rollback()
    assert session.scalar(select(func.count()).select_from(School)) == 0
    session.execute(update(Job).values(lease_until=clock.utc_now() - timedelta(seconds=1)))
    session.commit()
    assert work_off(app) == 1
    assert session.scalar(select(func.count()).select_from(School)) == 117


def test_progress_is_written_while_the_job_runs(
    app: Flask, session: Session, keeper: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, int]] = []
    make = worker._progress
    monkeypatch.setattr(worker, "REPORT", timedelta(0))

    def watched(job_id: int) -> Progress:
        report = make(job_id)

        def told(done: int, total: int) -> None:
            report(done, total)
            session.rollback()
            job = session.get_one(Job, job_id, populate_existing=True)
            seen.append((job.kind, job.done))

        return told

    monkeypatch.setattr(worker, "_progress", watched)
    page = preview(app, keeper, NEW.read_bytes())
    page.submit("117 Änderungen übernehmen")
    work_off(app)
    assert seen == [(kind, done) for kind in (import_jobs.PREVIEW, import_jobs.APPLY) for done in (1, 2, 3)]


def test_forgotten_previews_lose_their_file(app: Flask, session: Session, keeper: Browser) -> None:
    old = preview(app, keeper, NEW.read_bytes())
    session.execute(update(Job).values(created_at=clock.utc_now() - import_jobs.KEPT - timedelta(hours=1)))
    session.commit()
    upload(keeper, OLD.read_bytes())
    answer = old.submit("117 Änderungen übernehmen")
    assert "nicht mehr aufbewahrt" in answer.follow().flash
    assert work_off(app) == 1


def test_unknown_form_and_far_too_long_values(app: Flask, session: Session, keeper: Browser) -> None:
    rows = school_csv({"Schulform": "99"}, {"Schulnummer": "124243", "Strasse": "x" * 200}, {"Schulnummer": "124244"})
    _store(app, keeper, rows)
    assert sorted(session.scalars(select(School.number))) == ["124242", "124244"]
    assert "Fröbelschule" in keeper.get("/suche/?q=Fröbelschule").main
    # A line that cannot be used any more does not make its school gone.
    page = preview(app, keeper, school_csv({"Schulform": "99"}, {"Schulnummer": "124244", "Strasse": "x" * 200}))
    assert page.h1 == "Die Datei ändert nichts"


def test_a_school_that_moved_here_is_known(app: Flask, session: Session, keeper: Browser) -> None:
    _store(app, keeper, school_csv({"Gemeindeschluessel": "05754000"}), "05754000")
    page = preview(app, keeper, school_csv({}))
    assert "Gemeinde" in page.main
    page.submit("1 Änderung übernehmen")
    work_off(app)
    assert keeper.get(page.url).h1 == "Die Schuldatei ist gespeichert"


@pytest.mark.slow
def test_the_whole_state(app: Flask, session: Session, keeper: Browser) -> None:
    page = preview(app, keeper, STATE.read_bytes(), "")
    assert page.select(".facts dd")[0].startswith("5.639")
    assert len(page.html) < 200_000
    part = page.click("Neu: alle 5.639 zeigen")
    assert "101 bis 200 von 5.639" in part.click("Weiter").main
    page.submit(page.form(0).buttons()[0])
    work_off(app)
    assert session.scalar(select(func.count()).select_from(School)) == 5639
