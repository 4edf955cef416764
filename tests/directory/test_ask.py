"""Whom do I ask: topic and place lead to posts of both departments, the closest first, and never to an empty page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from coordination.bodies.models import Body
from coordination.core import clock
from coordination.core.access import BodyRole
from coordination.directory.models import Person
from coordination.directory.responsibilities.models import Post, PostHolder, Responsibility
from coordination.search import services as search
from coordination.topics.models import Topic
from tests import factories
from tests.browser import Browser
from tests.directory.conftest import WEDNESDAY, Town, earlier

DAY = timedelta(days=1)
Add = Callable[..., Post]


@dataclass
class Offices:
    """Two departments with a unit each, and two topics."""

    school: int
    youth: int
    absence: Topic
    all_day: Topic


@pytest.fixture
def offices(session: Session, town: Town) -> Offices:
    make = factories.organisation
    schools = make(session, "Dezernat Schule", kind="department", parent_id=town.city.id)
    social = make(session, "Dezernat Jugend", kind="department", parent_id=town.city.id)
    school = make(session, "Bildungsbüro", kind="division", parent_id=schools.id, phone="+49521511000")
    youth = make(session, "Jugendamt", kind="office", parent_id=social.id)
    topics = Topic(name="Schulabsentismus"), Topic(name="Ganztag")
    session.add_all(topics)
    session.commit()
    return Offices(school.id, youth.id, *topics)


@pytest.fixture
def add(session: Session, offices: Offices) -> Add:
    """Return what stores a post with one responsibility."""

    def store(unit: int, function: str, who: Person | None, topic: Topic | None = None, **where: Any) -> Post:
        since = where.pop("since", factories.LONG_AGO)
        post = Post(organisation_id=unit, function=function, valid_from=since)
        if who is not None:
            post.holders = [PostHolder(person_id=who.id, valid_from=since)]
        topic_id = (topic or offices.absence).id
        values = {"scope": "everywhere", "form_code": "", "valid_from": since} | where
        post.responsibilities = [Responsibility(topic_id=topic_id, **values)]
        session.add(post)
        session.commit()
        return post

    return store


def asked(browser: Browser, **chosen: Any) -> Any:
    page = browser.get("/wen-frage-ich?" + "&".join(f"{name}={value}" for name, value in chosen.items()))
    assert page.status == 200
    return page


def named(page: Any) -> list[str]:
    """Return the departments, and under each what stands on top of each answer."""
    found = page.soup.select("h3.group-title, ul.entries .entry__title a")
    return [one.get_text(" ", strip=True) for one in found]


def test_both_departments_answer_and_the_closest_stands_first(
    professional: Browser, session: Session, town: Town, offices: Offices, add: Add
) -> None:
    ida = factories.person(session, "Ida", "Nah", mobile="+4915199990001", email="ida@example.org")
    udo = factories.person(session, "Udo", "Fern")
    ole = factories.person(session, "Ole", "Amt")
    eva = factories.person(session, "Eva", "Form")
    zoe = factories.person(session, "Zoe", "Hier")
    add(offices.school, "A für alle", udo)
    add(offices.school, "B für Mitte", ida, scope="district", district_id=town.mitte.id)
    add(offices.school, "C für Grundschulen", eva, scope="school_form", form_code="02")
    add(offices.school, "D für die Schule", zoe, scope="place", place_id=town.school.id)
    add(offices.youth, "Hilfen", ole)
    other = factories.district(session, "Heepen", "7")
    add(offices.youth, "Nur Heepen", udo, scope="district", district_id=other.id)
    add(offices.youth, "Ganztag allein", udo, offices.all_day)
    form = town.school.school.form_code if town.school.school else ""

    page = asked(professional, thema=offices.absence.id, ort=town.school.id)

    assert form == "02"
    assert named(page) == [
        "Dezernat Jugend",
        "Ole Amt",
        "Dezernat Schule",
        "Zoe Hier",
        "Eva Form",
        "Ida Nah",
        "Udo Fern",
    ]
    assert "zuständig für Schulabsentismus im Stadtbezirk Mitte" in page.text
    assert "zuständig für Schulabsentismus: Fröbelschule" in page.text
    assert page.soup.select_one('a[href="tel:+4915199990001"]') is not None
    assert page.soup.select_one('a[href="mailto:ida@example.org"]') is not None
    assert "Dafür ist zurzeit niemand" not in page.text


def test_a_site_is_of_its_school_and_a_guessed_district_is_none(
    professional: Browser, session: Session, town: Town, offices: Offices, add: Add
) -> None:
    site = factories.place(session, "Standort Süd", kind="school_site", parent_id=town.school.id)
    guessed = factories.place(session, "Treff Ungefähr", inferred_district_id=town.mitte.id)
    add(offices.school, "Schule", town.jonas, scope="place", place_id=town.school.id)
    add(offices.school, "Bezirk", town.aylin, scope="district", district_id=town.mitte.id)

    assert named(asked(professional, ort=site.id)) == ["Dezernat Schule", "Jonas Probemann", "Aylin Musterfrau"]
    assert named(asked(professional, ort=guessed.id)) == []


def test_a_site_is_of_the_district_that_its_school_lay_in_on_the_day(
    professional: Browser, session: Session, town: Town, offices: Offices, add: Add
) -> None:
    site = factories.place(session, "Standort Süd", kind="school_site", parent_id=town.school.id)
    other = factories.district(session, "Heepen", "7")
    earlier(session, town.school, "district_id", str(other.id), date(2026, 11, 20))
    add(offices.school, "Heute", town.aylin, scope="district", district_id=town.mitte.id)
    add(offices.school, "Damals", town.jonas, scope="district", district_id=other.id)

    assert named(asked(professional, ort=site.id)) == ["Dezernat Schule", "Aylin Musterfrau"]
    assert named(asked(professional, ort=site.id, stand="2026-11-20")) == ["Dezernat Schule", "Jonas Probemann"]
    page = professional.get(f"/orte/{site.id}")
    assert f"/bezirke/{town.mitte.id}" in str(page.soup.main), "the page of the site says so, too"


def test_a_word_leads_to_the_place_and_the_answer_is_an_address(
    professional: Browser, session: Session, town: Town, offices: Offices, add: Add
) -> None:
    add(offices.school, "Beratung", town.aylin)
    factories.school(session, "Fröbelhaus", "123499")
    session.commit()
    several = asked(professional, thema=offices.absence.id, suche="fröbel")
    one = asked(professional, thema=offices.absence.id, suche="fröbelsch")
    none = asked(professional, thema=offices.absence.id, suche="xyz")

    links = [a["href"] for a in several.soup.select("main ul.link-columns a")]
    assert len(links) == 2
    assert f"thema={offices.absence.id}&ort={town.school.id}" in "".join(links)
    assert named(several) == []
    assert one.select("h2.asked-for") == ["Schulabsentismus · Fröbelschule"]
    assert "Kein Ort gefunden" in none.text
    assert "xyz" in none.text
    assert named(none) == ["Dezernat Schule", "Aylin Musterfrau"], "for the topic alone there is an answer"


@pytest.mark.parametrize("typed", ["froebel", "froebelschule", "FROEBEL", "GS Fröbel", "schule fröbel"])
def test_a_place_is_found_as_the_search_finds_it(
    professional: Browser, session: Session, town: Town, offices: Offices, add: Add, typed: str
) -> None:
    add(offices.school, "Beratung", town.aylin)
    search.rebuild(session)
    session.commit()
    page = asked(professional, thema=offices.absence.id, suche=typed)
    assert page.select("h2.asked-for") == ["Schulabsentismus · Fröbelschule"]


def test_what_is_only_spelled_nearly_so_is_asked(
    professional: Browser, session: Session, town: Town, offices: Offices, add: Add
) -> None:
    add(offices.school, "Beratung", town.aylin)
    search.rebuild(session)
    session.commit()
    page = asked(professional, thema=offices.absence.id, suche="Fröblschule")
    assert "Keine Schule oder Einrichtung heißt „Fröblschule“" in page.text
    assert named(page) == [], "no answer for the whole city"
    assert [a.text.split(" – ")[0] for a in page.soup.select("main ul.link-columns a")] == ["Fröbelschule"]
    none = asked(professional, thema=offices.absence.id, suche="Schule Quatschkopf")
    assert "Kein Ort gefunden" in none.text, "one word of two is not it"


def test_where_nobody_is_named_the_page_says_who_helps(
    professional: Browser, session: Session, town: Town, offices: Offices, add: Add
) -> None:
    clerk = factories.person(session, "Olga", "Amtlich", email="olga@example.org")
    body = factories.member(session, clerk, "Runde Probe", BodyRole.SECRETARIAT)
    session.get_one(Body, body.id).topics = [session.get_one(Topic, offices.all_day.id)]
    add(offices.school, "Beratung Ganztag", None, offices.all_day)

    page = asked(professional, thema=offices.all_day.id, ort=town.school.id)

    assert "Dafür ist zurzeit niemand eingetragen" in page.text
    assert "Geschäftsführung: Runde Probe" in page.text
    assert page.soup.select_one('.instead a[href="mailto:olga@example.org"]') is not None
    # The vacancy stands there too, with the number of its unit.
    assert named(page) == ["Dezernat Schule", "Beratung Ganztag"]
    assert "unbesetzt" in page.text
    assert page.soup.select_one('a[href="tel:+49521511000"]') is not None
    bare = asked(professional, thema=offices.absence.id)
    assert "Dafür ist zurzeit niemand eingetragen" in bare.text
    assert bare.soup.select_one(".instead a") is not None


def test_who_is_away_has_a_substitute_and_who_has_left_holds_nothing(
    professional: Browser, session: Session, town: Town, offices: Offices, add: Add
) -> None:
    factories.absence(session, town.jonas, WEDNESDAY, WEDNESDAY).substitute_id = town.aylin.id
    add(offices.school, "Beratung", town.jonas)
    gone = factories.person(session, "Gerd", "Gegangen", valid_until=WEDNESDAY - DAY)
    add(offices.youth, "Hilfen", gone)

    page = asked(professional, thema=offices.absence.id)

    assert named(page) == ["Dezernat Jugend", "Hilfen", "Dezernat Schule", "Jonas Probemann"]
    assert "heute nicht vor Ort" in page.text
    assert "Vertretung:" in page.text
    assert page.soup.select_one('a[href="tel:+4915199990017"]') is not None, "the substitute is called"
    assert page.soup.select_one('a[href="tel:+49521519999"]') is None
    assert "Gegangen" not in page.text


def test_weekly_times_say_who_is_there(professional: Browser, town: Town, offices: Offices, add: Add) -> None:
    add(offices.school, "Beratung", town.aylin)

    page = asked(professional, thema=offices.absence.id)

    assert "heute vor Ort" in page.text
    assert "Fröbelschule" in page.text


def test_an_earlier_day_has_who_held_it_then(
    keeper: Browser, session: Session, town: Town, offices: Offices, add: Add
) -> None:
    post = add(offices.school, "Beratung", town.jonas)
    post.holders[0].valid_until = date(2026, 9, 30)
    post.holders.append(PostHolder(person_id=town.aylin.id, valid_from=date(2026, 10, 1)))
    earlier(session, town.jonas, "family_name", "Früher", date(2026, 8, 1))

    assert named(asked(keeper, thema=offices.absence.id))[1:] == ["Aylin Musterfrau"]
    assert named(asked(keeper, thema=offices.absence.id, stand="2026-09-30"))[1:] == ["Jonas Probemann"]
    past = asked(keeper, thema=offices.absence.id, stand="2026-07-31")
    assert named(past)[1:] == ["Jonas Früher"]
    assert past.soup.select_one("main ul.entries a[href^='tel:']") is None, "nobody calls somebody of then"


@pytest.mark.parametrize("address", ["?thema=99999", "?ort=99999"])
def test_what_is_not_there_is_not_found(professional: Browser, address: str) -> None:
    assert professional.get(f"/wen-frage-ich{address}").status == 404


@pytest.mark.parametrize("address", ["?thema=abc", "?ort=-1", "?stand=gestern", "?thema=&ort=&suche="])
def test_strange_choices_are_none(professional: Browser, offices: Offices, address: str) -> None:
    page = professional.get(f"/wen-frage-ich{address}")
    assert page.status == 200
    assert "Schulabsentismus" in page.text


def test_a_merged_topic_leads_to_what_it_became(
    professional: Browser, session: Session, town: Town, offices: Offices, add: Add
) -> None:
    add(offices.school, "Beratung", town.aylin)
    old = Topic(name="Schulverweigerung", merged_into_id=offices.absence.id, merged_on=clock.today())
    session.add(old)
    session.commit()

    assert named(asked(professional, thema=old.id)) == ["Dezernat Schule", "Aylin Musterfrau"]


def test_other_pages_lead_here(professional: Browser, town: Town, offices: Offices, add: Add) -> None:
    add(offices.school, "Beratung", town.aylin, scope="place", place_id=town.school.id)

    person = professional.get(f"/personen/{town.aylin.id}")
    chosen = f"/wen-frage-ich?thema={offices.absence.id}&ort={town.school.id}"
    assert person.select(f'a[href="{chosen}"]') == ["Schulabsentismus (Fröbelschule)"]
    place = professional.get(f"/orte/{town.school.id}")
    assert place.soup.find("a", href=f"/wen-frage-ich?ort={town.school.id}") is not None
    topics = professional.get("/themen")
    assert topics.soup.find("a", href=f"/wen-frage-ich?thema={offices.absence.id}") is not None
    assert professional.get("/wer-ist-wo").soup.find("a", href="/wen-frage-ich") is not None
    unit = professional.get(f"/organisationen/{offices.school}")
    assert unit.soup.find("a", string="Beratung: Aylin Musterfrau") is not None
