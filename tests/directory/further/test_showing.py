"""Places that work for a further district: on their page, on the district's, in lists and files, found and asked."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.directory import page_queries
from coordination.directory.further.models import PlaceFurtherDistrict
from coordination.directory.models import District, Place
from coordination.directory.page_queries import PlaceFilter
from coordination.directory.responsibilities.models import Responsibility
from coordination.topics.models import Topic
from tests import factories
from tests.browser import Browser
from tests.directory.conftest import Town, earlier
from tests.directory.papers.sheets_read import paper
from tests.directory.papers.test_lists import table
from tests.statements import counted

GROUP = "Auch für diesen Stadtbezirk da"


@pytest.fixture
def brackwede(session: Session, town: Town) -> District:
    """Return a district with a school of its own; the club and the school of Mitte work for it since October."""
    found = factories.district(session, "Brackwede", "3")
    factories.school(session, "Südschule", "123458", district_id=found.id)
    for one in (town.club, town.school):
        factories.further_district(session, one, found, valid_from=date(2026, 10, 1))
    session.commit()
    return found


def test_its_page_says_both(professional: Browser, town: Town, brackwede: District) -> None:
    page = professional.get(f"/orte/{town.club.id}")
    assert "Stadtbezirk Mitte · auch für Brackwede da" in page.main
    assert page.click("Brackwede").h1 == "Brackwede"
    assert "auch für" not in professional.get(f"/orte/{town.club.id}?stand=2026-09-30").main


def test_without_a_district_of_its_own_it_is_simply_there_for_it(
    professional: Browser, session: Session, town: Town, brackwede: District
) -> None:
    # What is only guessed is neither shown nor takes anything away.
    mobile = factories.place(session, "Spielmobil", inferred_district_id=brackwede.id)
    factories.further_district(session, mobile, brackwede)
    session.commit()
    assert "Stadtbezirk für Brackwede da" in professional.get(f"/orte/{mobile.id}").main
    rows = professional.get(f"/orte?bezirk={brackwede.id}").select("tbody tr")
    assert any(row.startswith("Spielmobil") and "– für Brackwede da" in row for row in rows), rows


def test_the_district_has_them_in_a_group_of_their_own(
    professional: Browser, session: Session, town: Town, brackwede: District
) -> None:
    page = professional.get(f"/bezirke/{brackwede.id}")
    assert page.select("main h2") == ["Grundschule 1", f"{GROUP} 2"]
    assert page.select("tbody th a") == ["Südschule", "Fröbelschule", "Jugendtreff Ärmel"]
    assert page.select("tbody th")[1:] == [
        "Fröbelschule Stadtbezirk Mitte",
        "Jugendtreff Ärmel Stadtbezirk Mitte",
    ]
    # Who is there in Mitte is not expected in Brackwede.
    assert "niemand ist eingeplant" in page.select(".page-head")[0]
    assert "Aylin Musterfrau" in page.main
    printed = page.click("Liste zum Drucken")
    groups = printed.select(".paper__group")
    assert groups == ["Grundschule", GROUP]
    assert "Fröbelschule Stadtbezirk Mitte" in printed.main
    before = professional.get(f"/bezirke/{brackwede.id}?stand=2026-09-30")
    assert (GROUP in before.main, "Südschule" in before.main) == (False, True)
    mitte = professional.get(f"/bezirke/{town.mitte.id}")
    assert GROUP not in mitte.main
    assert "1 Person ist eingeplant" in mitte.select(".page-head")[0]


def test_a_district_that_only_others_work_for_shows_them(
    professional: Browser, session: Session, town: Town, brackwede: District
) -> None:
    heepen = factories.district(session, "Heepen", "5")
    factories.further_district(session, town.club, heepen)
    session.commit()
    page = professional.get(f"/bezirke/{heepen.id}")
    assert page.select("tbody th a") == ["Jugendtreff Ärmel"]
    assert "Noch nichts" not in page.main


def test_as_of_a_day_on_which_it_lay_there_it_is_no_guest(
    professional: Browser, session: Session, town: Town, brackwede: District
) -> None:
    earlier(session, town.club, "district_id", str(brackwede.id), date(2026, 10, 31))
    page = professional.get(f"/bezirke/{brackwede.id}?stand=2026-10-15")
    assert page.select("main h2")[-1] == f"{GROUP} 1", "the school"
    assert "auch für" not in professional.get(f"/orte/{town.club.id}?stand=2026-10-15").main
    assert GROUP not in professional.get(f"/bezirke/{town.mitte.id}?stand=2026-10-15").main


def test_nothing_is_counted_twice(professional: Browser, session: Session, town: Town, brackwede: District) -> None:
    numbers = page_queries.kinds_by_district(session, clock.today())
    assert sum(count for (key, _kind), count in numbers.items() if key == brackwede.id) == 1
    assert len(page_queries.places_of(session, clock.today(), PlaceFilter(district_id=brackwede.id), 9)) == 1
    wanted = PlaceFilter(district_id=brackwede.id, with_further=True)
    found = page_queries.places_counted(session, clock.today(), wanted)
    assert (found.total, found.own, found.sites, found.further) == (3, 1, 0, 2)
    card = next(one for one in professional.get("/wer-ist-wo").select("main li") if one.startswith("Brackwede"))
    assert "1 Schule" in card


def test_the_list_of_places_has_them_and_says_so(
    professional: Browser, session: Session, town: Town, brackwede: District
) -> None:
    page = professional.get(f"/orte?bezirk={brackwede.id}")
    assert page.select("tbody th a") == ["Fröbelschule", "Jugendtreff Ärmel", "Südschule"]
    assert page.select("p.lead") == ["1 Ort · auch für diesen Stadtbezirk da: 2"]
    assert page.select("tbody td[data-label=Stadtbezirk]") == [
        "Mitte auch für Brackwede da",
        "Mitte auch für Brackwede da",
        "Brackwede",
    ]
    assert professional.get(f"/orte?bezirk={brackwede.id}&form=02").select("p.lead") == [
        "1 Schule · auch für diesen Stadtbezirk da: 1"
    ]
    mitte = professional.get(f"/orte?bezirk={town.mitte.id}")
    assert mitte.select("p.lead") == ["2 Orte"]
    assert professional.get(f"/orte?bezirk={brackwede.id}&stand=2026-09-30").select("tbody th a") == ["Südschule"]
    # The map shows where buildings stand.
    assert "Jugendtreff" not in professional.get(f"/orte/karte?bezirk={brackwede.id}").main


def test_files_have_them(professional: Browser, town: Town, brackwede: District) -> None:
    page = professional.get(f"/orte?bezirk={brackwede.id}")
    (sheet,) = paper(professional, page.href("Liste als PDF"))
    assert "auch für Brackwede da" in sheet
    assert "Südschule" in sheet
    rows = table(professional, page.href("Liste als XLSX"))
    columns = [rows[0].index(name) for name in ("Schule oder Einrichtung", "Stadtbezirk", "Weitere Stadtbezirke")]
    assert {tuple(row[one] for one in columns) for row in rows[1:]} == {
        ("Fröbelschule", "Mitte", "Brackwede"),
        ("Jugendtreff Ärmel", "Mitte", "Brackwede"),
        ("Südschule", "Brackwede", ""),
    }
    employed = table(professional, f"/organisationen/{town.provider.id}/liste.xlsx")
    assert {row[employed[0].index("Weitere Stadtbezirke")] for row in employed[1:]} == {"Brackwede"}


def test_whoever_is_responsible_for_the_district_is_asked_for_the_place_too(
    professional: Browser, session: Session, town: Town, brackwede: District
) -> None:
    topic = Topic(name="Kinderschutz")
    session.add(topic)
    post = factories.post(session, town.city, town.jonas, topic, function="Bezirksstelle")
    row = session.query(Responsibility).filter_by(post_id=post.id).one()
    row.scope, row.district_id = "district", brackwede.id  # type: ignore[assignment]
    session.commit()
    asked = f"/wen-frage-ich?thema={topic.id}&ort="
    assert "Bezirksstelle" in professional.get(f"{asked}{town.club.id}").main
    session.query(PlaceFurtherDistrict).filter_by(place_id=town.club.id).delete()
    session.commit()
    assert "Bezirksstelle" not in professional.get(f"{asked}{town.club.id}").main
    # A site is asked for itself: what its school works for besides is the school's.
    site = factories.place(session, "Nebenstelle", kind="school_site", parent_id=town.school.id)
    session.commit()
    assert "Bezirksstelle" in professional.get(f"{asked}{town.school.id}").main
    assert "Bezirksstelle" not in professional.get(f"{asked}{site.id}").main


def test_statements_do_not_grow(professional: Browser, session: Session, town: Town, brackwede: District) -> None:
    pages = (f"/bezirke/{brackwede.id}", f"/orte?bezirk={brackwede.id}", f"/orte/liste.xlsx?bezirk={brackwede.id}")
    for address in pages:
        professional.get(address)
    few = [_statements(professional, address) for address in pages]
    for number in range(5):
        one = factories.place(session, f"Treff {number}", district_id=town.mitte.id)
        factories.further_district(session, one, brackwede)
    session.commit()
    assert [_statements(professional, address) for address in pages] == few


def _statements(professional: Browser, address: str) -> int:
    with counted(professional.client.application) as found:
        assert professional.get(address).status == 200
    return len(found)


def test_a_row_says_from_when_to_when(session: Session, town: Town, brackwede: District) -> None:
    with pytest.raises(Exception, match=r"ck_place_further_district_span|CHECK"):
        factories.further_district(
            session, town.club, brackwede, valid_from=date(2026, 10, 2), valid_until=date(2026, 10, 1)
        )
    session.rollback()
    assert session.get_one(Place, town.club.id)
