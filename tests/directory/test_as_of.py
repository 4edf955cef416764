"""Pages as of an earlier day: what was true then, nothing to act upon, and no number that is out of date."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from coordination.core.access import SYSTEM, Actor, Role
from coordination.core.work import Work
from coordination.directory import history
from coordination.directory.models import EarlierValue
from coordination.directory.person_services import PersonInput, hints_for
from tests import factories
from tests.browser import Browser
from tests.directory.conftest import NOW, Town, earlier

THEN = "?stand=2026-10-22"
DAY = date(2026, 10, 22)


def test_form_and_operation_are_those_of_the_day(professional: Browser, session: Session, town: Town) -> None:
    assert town.school.school
    earlier(session, town.school, "form_code", "04", date(2026, 10, 31))
    earlier(session, town.school, "operation_key", "4", date(2026, 10, 31))
    town.school.school.pupils = 987
    session.commit()
    page = professional.get(f"/orte/{town.school.id}{THEN}")
    assert "Hauptschule" in page.select(".page-head")[0]
    assert "ruht" in page.select(".page-head")[0]
    assert "987" not in page.main
    today = professional.get(f"/orte/{town.school.id}")
    assert "Grundschule" in today.select(".page-head")[0]
    assert "ruht" not in today.select(".page-head")[0]
    assert "987" in today.main
    assert "bis 31.10.2026 Schulform: Hauptschule" in today.main
    for address, shown in (("/orte?form=04", True), ("/orte?form=02", False)):
        assert ("Fröbelschule" in professional.get(f"{address}&{THEN[1:]}").main) is shown
        assert ("Fröbelschule" in professional.get(address).main) is not shown
    assert "Hauptschule" in professional.get(f"/wer-ist-wo{THEN}").main
    assert "Hauptschule" in professional.get(f"/bezirke/{town.mitte.id}{THEN}").main


def test_a_few_pupils_are_told_on_no_page(professional: Browser, session: Session, town: Town) -> None:
    assert town.school.school
    for number, told in ((4, "weniger als 5"), (5, "5 Sozialindex"), (None, "nicht bekannt"), (1234, "1.234")):
        town.school.school.pupils = number
        session.commit()
        assert f"Schülerinnen und Schüler {told}" in professional.get(f"/orte/{town.school.id}").main


def test_what_a_school_s_form_was_is_kept(session: Session, town: Town) -> None:
    assert town.school.school
    work = Work(session, Actor(user_id=1, roles=frozenset({Role.DIRECTORY_KEEPER})), NOW)
    history.change_school(work, town.school.school, form_code="15", pupils=99)
    session.flush()
    kept = session.query(EarlierValue).order_by(EarlierValue.field).all()
    # That nobody knew how many pupils there were is kept too.
    assert [(one.field, one.value) for one in kept] == [("form_code", "02"), ("pupils", "")]
    assert {(one.place_id, one.valid_until) for one in kept} == {(town.school.id, NOW.date() - timedelta(days=1))}
    assert (town.school.school.form_code, town.school.school.pupils) == ("15", 99)


def test_earlier_contact_is_for_keepers(professional: Browser, keeper: Browser, session: Session, town: Town) -> None:
    earlier(session, town.aylin, "mobile", "+4915199990099", date(2026, 10, 31))
    address = f"/personen/{town.aylin.id}{THEN}"
    page = professional.get(address)
    for number in ("01519 9990099", "01519 9990017", "aylin@example.org"):
        assert number not in page.html
    assert "tel:" not in page.html
    assert "Frühere Kontaktdaten" not in page.main
    kept = keeper.get(address)
    assert "Frühere Kontaktdaten" in kept.main
    assert "01519 9990099" in kept.main
    assert "tel:" not in kept.html
    assert "01519 9990099" in keeper.get(f"/personen/{town.aylin.id}").main
    assert "01519 9990099" not in professional.get(f"/personen/{town.aylin.id}").main


@pytest.mark.parametrize("page", ["place", "person", "organisation", "places", "district", "index", "list"])
def test_the_past_is_for_reading(keeper: Browser, town: Town, page: str) -> None:
    address = {
        "place": f"/orte/{town.school.id}",
        "person": f"/personen/{town.aylin.id}",
        "organisation": f"/organisationen/{town.provider.id}",
        "places": "/orte",
        "district": f"/bezirke/{town.mitte.id}",
        "index": "/wer-ist-wo",
        "list": f"/bezirke/{town.mitte.id}/liste",
    }[page]
    shown = keeper.get(f"{address}{THEN}")
    assert "tel:" not in shown.html
    for word in ("/einsaetze/", "/bearbeiten", "/abwesenheiten", "/freie-tage", ".vcf"):
        assert word not in shown.html
    # The keeper's own page of the person has it as text, under its own heading.
    assert ("01519 9990017" in shown.html) is (page == "person")
    assert "(heute)" not in shown.main
    assert "heute vor Ort" not in shown.main


def test_a_later_confirmation_is_not_shown(professional: Browser, town: Town) -> None:
    assert "03.09.2026" not in professional.get(f"/orte/{town.school.id}?stand=2026-09-02").main
    for later in ("?stand=2026-09-03", ""):
        assert "03.09.2026" in professional.get(f"/orte/{town.school.id}{later}").main


def test_the_heading_counts_all_rows(keeper: Browser, session: Session, town: Town) -> None:
    factories.assignment(session, town.jonas, town.school, town.provider, valid_from=date(2027, 2, 1))
    session.commit()
    page = keeper.get(f"/orte/{town.school.id}")
    rows = page.soup.select('section[aria-labelledby="assignments"] tbody tr')
    assert len(rows) == 2
    assert page.select("#assignments .count") == ["2"]


@pytest.mark.parametrize(("posts", "said"), [("0.5", "0,5 Stelle"), ("1", "1 Stelle"), ("1.27", "1,27 Stellen")])
def test_posts_are_counted_in_german(
    professional: Browser, session: Session, town: Town, posts: str, said: str
) -> None:
    town.work.share_posts = Decimal(posts)
    session.commit()
    cells = professional.get(f"/orte/{town.school.id}").select('td[data-label="Anteil"]')
    assert cells[0].split(" 19,5")[0] == said


def test_people_of_one_name_are_found_by_an_index(session: Session, town: Town) -> None:
    factories.person(session, "Eva", "Müller", email="Eva@Example.org")
    session.commit()

    work = Work(session, SYSTEM, NOW)

    def found(given: str, family: str, email: str = "") -> list[str]:
        return [one.kind for one in hints_for(work, PersonInput(given, family, None, email=email))]

    assert found("Eva", "Mueller") == found("Éva", "müller") == ["name"]
    assert found("Nina", "Anders", "eva@EXAMPLE.org") == ["mail"]
    assert found("Eva", "Müllers") == found("Eva", "Mülle") == found("Mueller", "Eva") == ["near"]
    assert found("Eva", "Müllers", "eva.muellers@example.com") == []
    assert found("Eva", "Mühlens") == found("Ivo", "Müller") == []
    if session.get_bind().dialect.name == "sqlite":
        seen: list[str] = []
        from sqlalchemy import event

        event.listen(session.get_bind(), "before_cursor_execute", lambda *args: seen.append(str(args[2])))
        found("Eva", "Müller", "eva@example.org")
        asked = next(one for one in seen if "person.sort_name >=" in one)
        marks = {f"p{n}": "x" for n in range(asked.count("?"))}
        for name in marks:
            asked = asked.replace("?", f":{name}", 1)
        plan = " ".join(str(row[3]) for row in session.execute(text(f"EXPLAIN QUERY PLAN {asked}"), marks))
        assert "SCAN person" not in plan
        assert "ix_person_sort_name" in plan
