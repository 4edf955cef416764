"""``flask directory``: what it prints, what it stores, and the one sentence when it cannot."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coordination.directory import import_jobs
from coordination.directory.models import District, EarlierValue, Place, School
from tests import factories
from tests.directory.import_pages import DATA, NEW, OLD, dump
from tests.directory.keepers import a_day_later
from tests.directory.school_rows import school_csv

PHOTO = b"\xff\xd8\xff\xe0" + bytes(2000)


def _run(app: Flask, *words: object) -> Result:
    return app.test_cli_runner().invoke(args=["directory", *map(str, words)])


def test_shows_and_stores_nothing_without_apply(app: Flask, session: Session) -> None:
    before = dump(session)
    done = _run(app, "import-schools", OLD)
    assert done.exit_code == 0, done.output
    assert "neu: 113, geändert: 0, entfallen: 0, wieder da: 0, unverändert: 0" in done.output
    assert "124278  Fröbelschule, Grundschule" in done.output
    assert done.output.endswith("Nichts wurde gespeichert. Mit --apply werden diese Änderungen gespeichert.\n")
    assert dump(session) == before


def test_2021_then_2026(app: Flask, session: Session) -> None:
    assert _run(app, "import-schools", OLD, "--apply").output == (
        "Gespeichert: 113 neu, 0 geändert, 0 entfallen, 0 wieder da, 0 unverändert.\n"
    )
    shown = _run(app, "import-schools", NEW).output
    assert "neu: 10, geändert: 44, entfallen: 6, wieder da: 0, unverändert: 63" in shown
    assert "  124278  Fröbelschule: Telefon 0521 55799050 → 0521 5186170; Fax 0521 557990515 → 0521 5186869" in shown
    assert "10 neu, 44 geändert, 6 entfallen" in _run(app, "import-schools", NEW, "--apply").output
    assert (
        "0 neu, 0 geändert, 0 entfallen, 0 wieder da, 117 unverändert"
        in _run(app, "import-schools", NEW, "--apply").output
    )
    assert _run(app, "import-schools", NEW).output.endswith("Die Datei ändert nichts.\n")
    back = _run(app, "import-schools", OLD, "--apply").output
    assert "0 neu, 44 geändert, 10 entfallen, 6 wieder da" in back
    session.rollback()
    assert len(import_jobs.earlier_imports(session)) == 4


def test_whole_file_pupils_and_index(app: Flask, session: Session) -> None:
    nrw = DATA / "nrw"
    more = ("--pupils", nrw / "anzahlen.csv", "--social-index", nrw / "sozialindex.csv", "--apply")
    assert "117 neu" in _run(app, "import-schools", NEW, *more).output
    school = session.scalars(select(School).where(School.number == "100045")).one()
    assert (school.pupils, school.social_index) == (355, 6)
    # A file that says nothing about pupils takes nothing away.
    assert "117 unverändert" in _run(app, "import-schools", NEW, "--apply").output
    assert "neu: 5522" in _run(app, "import-schools", nrw / "schuldaten.csv", "--municipality", "all").output


def test_remarks_are_capped(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "schools.csv"
    rows = [{"Schulnummer": str(200000 + n), "Schulbetriebsdatum": "Ostern"} for n in range(70)]
    file.write_bytes(school_csv(*rows))
    shown = _run(app, "import-schools", file).output
    assert shown.count("Zeile ") == 50
    assert "  … und 20 weitere" in shown


BAD = {
    "photo": PHOTO,
    "empty": b"",
    "columns": b"Name;Ort\nA;B\n",
    "elsewhere": school_csv({"Gemeindeschluessel": "05515000"}),
}


@pytest.mark.parametrize("case", BAD)
def test_one_sentence_and_nothing_changed(case: str, app: Flask, session: Session, tmp_path: Path) -> None:
    _run(app, "import-schools", OLD, "--apply")
    before = dump(session)
    file = tmp_path / "file.csv"
    file.write_bytes(BAD[case])
    done = _run(app, "import-schools", file, "--apply")
    assert done.exit_code == 1
    assert done.output.startswith("Error: ")
    assert len(done.output.splitlines()) == 1
    assert dump(session) == before


def test_too_large_is_refused_before_it_is_read(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "large.csv"
    with file.open("wb") as stream:
        stream.truncate(200 * 1024 * 1024)

    def read(_path: Path) -> bytes:
        raise AssertionError("it was read")

    monkeypatch.setattr(Path, "read_bytes", read)
    done = _run(app, "import-schools", file, "--apply")
    assert (done.exit_code, "200 MB" in done.output) == (1, True), done.output


def test_no_such_file_and_no_such_key(app: Flask, tmp_path: Path) -> None:
    assert _run(app, "import-schools", tmp_path / "no.csv").exit_code == 1
    assert _run(app, "import-schools", NEW, "--municipality", "Bielefeld").exit_code == 2


def test_districts(app: Flask, session: Session) -> None:
    _run(app, "import-schools", NEW, "--apply")
    file = DATA / "bielefeld" / "schools_bielefeld_zusatz.csv"
    refused = _run(app, "import-districts", file)
    assert refused.exit_code == 1
    assert "Heepen" in refused.output
    lines = (DATA / "bielefeld" / "stadtbezirke.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    session.add_all(District(number=line.split(";")[0], name=line.split(";")[1]) for line in lines)
    session.commit()
    a_day_later(session)
    assert _run(app, "import-districts", file).output == (
        "Gespeichert: 70 Schulen haben jetzt einen anderen Stadtbezirk.\n"
    )
    assert "Gespeichert: 0 " in _run(app, "import-districts", file).output
    assert session.scalar(select(func.count()).select_from(Place).where(Place.district_id.is_not(None))) == 70
    kept = session.scalars(select(EarlierValue).where(EarlierValue.field == "district_id")).all()
    assert {entry.value for entry in kept} == {""}


def test_districts_come_from_the_city_s_own_list_once(app: Flask, session: Session) -> None:
    file = DATA / "bielefeld" / "stadtbezirke.csv"
    assert _run(app, "add-districts", file).output == "Gespeichert: 10 neue Stadtbezirke.\n"
    assert _run(app, "add-districts", file).output == "Gespeichert: 0 neue Stadtbezirke.\n"
    assert "Heepen" in session.scalars(select(District.name)).all()


def test_a_new_maintainer_takes_over_what_nobody_set_by_hand(app: Flask, session: Session, tmp_path: Path) -> None:
    old = factories.organisation(session, "Alter Träger", maintainer_number="10261")
    new = factories.organisation(session, "Neuer Träger", maintainer_number="10262")
    other = factories.organisation(session, "Von Hand gGmbH")
    session.commit()
    numbers = ("124242", "124243")

    def imported(maintainer: str) -> list[int | None]:
        file = tmp_path / "schools.csv"
        file.write_bytes(school_csv(*({"Schulnummer": n, "Traegernummer": maintainer} for n in numbers)))
        assert _run(app, "import-schools", file, "--apply").exit_code == 0
        session.rollback()
        session.expire_all()
        return [place.operator_id for place in session.scalars(select(Place).order_by(Place.id))]

    assert imported("10261") == [old.id, old.id]
    a_day_later(session)
    session.scalars(select(Place).order_by(Place.id)).all()[1].operator_id = other.id
    session.commit()
    assert imported("10262") == [new.id, other.id]
    kept = session.scalars(select(EarlierValue)).all()
    assert [(entry.field, entry.value) for entry in kept] == [("operator_id", str(old.id))]
