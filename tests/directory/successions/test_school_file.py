"""The preview of a school file proposes what follows schools that are gone; only what is ticked is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.directory.models import Place, School
from coordination.directory.school_changes import compare
from coordination.directory.school_file import SchoolRecord, read_schools
from coordination.directory.successions.models import PlaceSuccession
from coordination.directory.successions.proposals import Proposal, Why, propose
from tests import factories
from tests.browser import Browser, Page
from tests.directory.import_pages import NEW, OLD, preview, sign_in, work_off
from tests.directory.keepers import a_day_later, every
from tests.directory.school_rows import school_csv, stored_from

#: Gone from 2021 to 2026 → what follows, why, from when on. "BK der AWO" has no one at its address or close by.
REAL = [
    ("Brodhagenschule", "Sekundarschule Gellershagen", "gleiche Anschrift", "2021-08-01"),
    ("Kuhloschule", "Sekundarschule Königsbrügge", "gleiche Anschrift", "2023-08-01"),
    ("Baumheideschule", "Realschule am Schlehenweg", "gleiche Anschrift", "2022-08-01"),
    (
        "Friedrich-von-Bodelschwingh Schulen",
        "Berufskolleg Friedrich v. Bodelschwingh",
        "gleiche Anschrift, fast derselbe Name",
        "2026-08-01",
    ),
    (
        "Berufskolleg Rudolf-Steiner-Schule Biele",
        "Rudolf-Steiner-Schule",
        "gleiche Anschrift, fast derselbe Name",
        "2021-08-01",
    ),
]
#: A school that stays, far away.
STAYS = {
    "Schulnummer": "199999",
    "Schulbezeichnung_1": "Nelkenschule",
    "Kurzbezeichnung": "Bielefeld, GG Nelkenschule",
    "Strasse": "Weit 1",
    "UTMRechtswert": "460000",
    "UTMHochwert": "5760000",
}
ROSE = {
    "Schulnummer": "100001",
    "Schulbezeichnung_1": "Rosenschule",
    "Kurzbezeichnung": "Bielefeld, GG Rosenschule",
    "Schulbetriebsdatum": "01.08.2024",
}
TULIP = {**ROSE, "Schulnummer": "100002", "Schulbezeichnung_1": "Tulpen", "Kurzbezeichnung": "Bielefeld, GG Tulpen"}


@pytest.fixture
def keeper(app: Flask, session: Session, browser: Browser) -> Browser:
    """Return a browser in which the keeper of the whole directory is signed in."""
    return sign_in(browser, session)


def store(app: Flask, page: Page, **fields: Any) -> Page:
    answer = page.submit(0, **fields)
    assert answer.status == 303, answer.main
    assert work_off(app) == 1
    return answer.follow()


def proposed(page: Page) -> list[tuple[str, str, str, str]]:
    """Return what the preview proposes: from where, to where, why, from when on."""
    rows = page.soup.select("[aria-labelledby=successions] tbody tr")
    found = []
    for row in rows:
        gone, _after, why, _day = (" ".join(cell.get_text(" ").split()) for cell in row.select("th, td"))
        after = row.select_one("label span")
        day = row.select_one("input[type=date], input[name^=day]")
        assert after is not None
        assert day is not None
        found.append((gone, str(after.contents[0]).strip(), why, str(day["value"])))
    return found


def pairs(session: Session) -> list[tuple[str, str, date]]:
    names = {place.id: place.name for place in every(session, Place)}
    return [(names[one.predecessor_id], names[one.successor_id], one.on_day) for one in every(session, PlaceSuccession)]


def test_the_real_files_of_2021_and_2026(app: Flask, session: Session, keeper: Browser) -> None:
    store(app, preview(app, keeper, OLD.read_bytes()))
    a_day_later(session)
    page = preview(app, keeper, NEW.read_bytes())
    assert proposed(page) == REAL
    assert len(page.form(0).values("tick_0")) == 1
    done = store(app, page, tick_4=False, day_3="2024-08-01")
    assert "Eingetragene Nachfolgen 4" in " ".join(done.main.split())
    entered = pairs(session)
    assert sorted(entered) == sorted(
        (gone, after, date(2024, 8, 1) if number == 3 else date.fromisoformat(day))
        for number, (gone, after, _why, day) in enumerate(REAL[:4])
    )
    first = every(session, PlaceSuccession)[0]
    assert first.source_note.startswith("Amtliche Schuldatei, eingelesen am ")
    assert not first.ends_predecessor
    (notice,) = keeper.get(f"/orte/{first.predecessor_id}").select(".notice:has(#succession)")
    assert notice.startswith("Geschlossen seit 01.08.2021 Nachfolge: Sekundarschule Gellershagen (seit 01.08.2021)")
    found = keeper.get("/suche?q=brodhagenschule").main
    assert "Sekundarschule Gellershagen" in found
    assert "früher: Brodhagenschule" in found
    # A second run proposes nothing again.
    assert "ändert nichts" in preview(app, keeper, NEW.read_bytes()).h1


def test_taking_the_import_back_takes_them_along(app: Flask, session: Session, keeper: Browser) -> None:
    store(app, preview(app, keeper, OLD.read_bytes()))
    a_day_later(session)
    done = store(app, preview(app, keeper, NEW.read_bytes()))
    assert len(pairs(session)) == 5
    asking = done.click("Rückgängig")
    assert "Nachfolgen, die wieder entfallen 5" in " ".join(asking.main.split())
    asking.submit("60 Orte zurücknehmen")
    assert work_off(app) == 1
    assert keeper.get(asking.url).h1 == "Der Import ist zurückgenommen"
    assert pairs(session) == []
    assert "früher: Brodhagenschule" not in keeper.get("/suche?q=brodhagenschule").main
    # Read in again, they are proposed again.
    assert proposed(preview(app, keeper, NEW.read_bytes())) == REAL


def test_what_does_not_fit_any_more_is_left_out_and_said(app: Flask, session: Session, keeper: Browser) -> None:
    store(app, preview(app, keeper, OLD.read_bytes()))
    page = preview(app, keeper, NEW.read_bytes())
    by_name = {place.name: place for place in every(session, Place)}
    gone, after, _why, _day = REAL[0]
    factories.succession(session, by_name[gone], by_name[after])
    by_name[REAL[1][1]].valid_until = date(2010, 7, 31)
    session.commit()
    done = store(app, page)
    assert "3 von 5, die angekreuzt waren" in " ".join(done.main.split())
    assert len(pairs(session)) == 4


def two(app: Flask, keeper: Browser, *rows: dict[str, str]) -> Page:
    """Store one school, then return the preview of a file in which it is gone."""
    store(app, preview(app, keeper, school_csv({}, STAYS)))
    return preview(app, keeper, school_csv(STAYS, *rows))


def test_a_new_school_begins_on_its_own_day_and_undoing_removes_both(
    app: Flask, session: Session, keeper: Browser
) -> None:
    page = two(app, keeper, ROSE)
    assert proposed(page) == [("Fröbelschule", "Rosenschule", "gleiche Anschrift", "2024-08-01")]
    assert "neu mit dieser Datei" in page.main
    done = store(app, page)
    assert pairs(session) == [("Fröbelschule", "Rosenschule", date(2024, 8, 1))]
    (row,) = every(session, PlaceSuccession)
    # Somebody goes on from there: then nothing is taken back, and the page says where.
    keeper.get(f"/nachfolgen/{row.id}/bearbeiten").submit("Nachfolge speichern", on_day="2024-09-01")
    refused = done.click("Rückgängig")
    assert refused.h1 == "Dieser Import kann nicht zurückgenommen werden"
    assert "Fröbelschule" in refused.main


def test_a_new_school_with_its_succession_goes_back(app: Flask, session: Session, keeper: Browser) -> None:
    done = store(app, two(app, keeper, ROSE))
    assert len(pairs(session)) == 1
    done.click("Rückgängig").submit()
    assert work_off(app) == 1
    assert pairs(session) == []
    assert session.scalars(select(School.number).order_by(School.number)).all() == ["124242", "199999"]
    session.rollback()


def test_one_that_somebody_entered_keeps_a_new_school(app: Flask, session: Session, keeper: Browser) -> None:
    done = store(app, two(app, keeper, ROSE), tick_0=False)
    assert pairs(session) == []
    place = {school.number: school.place_id for school in every(session, School)}
    factories.succession(session, session.get_one(Place, place["199999"]), session.get_one(Place, place["100001"]))
    session.commit()
    assert done.click("Rückgängig").h1 == "Dieser Import kann nicht zurückgenommen werden"


def test_nothing_is_ticked_where_more_than_one_could_be_meant(app: Flask, session: Session, keeper: Browser) -> None:
    page = two(app, keeper, ROSE, TULIP)
    assert [one[1] for one in proposed(page)] == ["Rosenschule", "Tulpen"]
    assert not any(page.form(0).values(f"tick_{number}") for number in range(2))
    # What cannot be a day is said beside the field, and what was ticked stays.
    wrong = page.submit(0, tick_0=True, day_0="31.2.2024", day_1="")
    assert wrong.status == 422
    assert "kein Datum" in wrong.error("day_0")
    assert wrong.form(0).values("tick_0")
    missing = wrong.submit(0, day_0="")
    assert missing.status == 422
    assert missing.error("day_0")
    both = missing.submit(0, day_0="01.09.2024", tick_1=True, day_1="2025-08-01")
    assert both.status == 422
    assert both.error("tick_0") == ""
    assert both.error("tick_1").startswith("Für „Fröbelschule“ ist schon „Rosenschule“ angekreuzt.")
    (summary,) = both.select(".error-summary a[href='#tick_1']")
    assert summary.startswith("Für „Fröbelschule“")
    assert both.form(0).values("day_1") == ["2025-08-01"], "what was typed stays"
    assert work_off(app) == 0
    assert pairs(session) == []
    store(app, both, tick_0=False)
    assert [one[1:] for one in pairs(session)] == [("Tulpen", date(2025, 8, 1))]


def test_nothing_is_ticked_that_no_preview_proposed(app: Flask, session: Session, keeper: Browser) -> None:
    page = two(app, keeper, {**STAYS, **ROSE, "Strasse": "Rosenstr. 1"})
    assert proposed(page) == []
    form = page.form(0)
    values = {"csrf_token": form.values("csrf_token")[0], "tick_0": "y", "day_0": "2024-08-01"}
    assert keeper.post(str(form.tag["action"]), values).status == 303
    assert work_off(app) == 1
    assert pairs(session) == []


def test_a_page_of_one_part_does_not_store_unseen(app: Flask, session: Session, keeper: Browser) -> None:
    page = two(app, keeper, ROSE)
    part = keeper.get(f"{page.url}?teil=entfallen")
    assert not [one for one in part.select("main button") if "speichern" in one]
    assert proposed(part.click("Zur ganzen Vorschau"))


def look(gone: dict[str, Any], *file: dict[str, Any], today: date = date(2026, 11, 25)) -> list[Proposal]:
    """Return what is proposed where one school is gone and another one, far away, stays."""
    stays = school(number="2", street="Weit 1", utm_east=1, utm_north=1, short_name="GG Weit")
    known = {"1": stored_from(school(**gone)), "2": stored_from(stays)}
    records = [stays, *(school(**one) for one in file)]
    return propose(compare(known, records), known, records, today=today)


def school(**values: Any) -> SchoolRecord:
    """Return a school as a file has it, of which only something is said."""
    return replace(read_schools(school_csv({}), municipality=None).records[0], **values)


def test_reasons_and_ticks() -> None:
    here = {"street": "Rosenstraße 1", "postcode": "33604", "utm_east": 1000, "utm_north": 1000}
    gone = {**here, "short_name": "GG Altschule"}
    (one,) = look(gone, {"number": "3", **here, "street": "Rosenstr. 1", "short_name": "GG Neu"})
    assert (one.why, one.is_ticked, one.metres) == ((Why.ADDRESS,), True, None)
    (one,) = look(gone, {"number": "3", **here, "street": "Nelkenweg 2", "utm_north": 1150, "short_name": "GG Neu"})
    assert (one.why, one.is_ticked, one.metres) == ((Why.CLOSE,), False, 150)
    assert look(gone, {"number": "3", **here, "street": "Ost 2", "utm_north": 1151, "short_name": "GG Neu"}) == []
    away = {"street": "Nelkenweg 2", "utm_east": 9000, "utm_north": 9000}
    (one,) = look(gone, {"number": "3", **away, "short_name": "GG Altschuhle"})
    assert (one.why, one.is_ticked) == ((Why.NAME,), False)
    assert look(gone, {"number": "3", **here, "form_code": "51", "short_name": "Seminar"}) == []
    assert look({**gone, "street": ""}, {"number": "3", **away, "street": "", "short_name": "GG Neu"}) == []
    dissolved = {**here, "operation_key": "9", "short_name": "GG Neu"}
    assert look(gone, {"number": "3", **dissolved}) == []


def test_the_day() -> None:
    here = {"street": "Rosenstr. 1", "postcode": "33604"}
    new = {"number": "3", **here, "operation_date": date(2024, 8, 1), "short_name": "GG Neu"}
    assert look(here, new)[0].on_day == date(2024, 8, 1)
    assert look(here, {**new, "operation_date": None})[0].on_day == date(2026, 8, 1)
    # One that is much older has only moved here.
    assert look(here, {**new, "operation_date": date(1968, 8, 1)})[0].on_day == date(2026, 8, 1)
    assert look(here, {**new, "operation_date": None}, today=date(2027, 7, 31))[0].on_day == date(2026, 8, 1)
    closed = {**here, "operation_key": "9", "operation_date": date(2023, 7, 31)}
    assert look(closed, {**new, "operation_date": None})[0].on_day == date(2023, 8, 1)
