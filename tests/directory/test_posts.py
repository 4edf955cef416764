"""Keeping posts: whoever holds one next is responsible for the same; nothing that was is rewritten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from coordination.bodies import topic_services
from coordination.core import clock
from coordination.core.access import SYSTEM, Actor, Role
from coordination.core.work import Work
from coordination.directory.responsibilities.models import Post, PostHolder, Responsibility
from coordination.directory.responsibilities.rules import Scope
from coordination.topics.models import Topic
from tests import factories
from tests.browser import Browser, Page
from tests.directory.conftest import WEDNESDAY, Town
from tests.directory.keepers import every, forge, stored

DAY = timedelta(days=1)
SINCE = date(2025, 1, 1)


@dataclass
class Held:
    """A post that Jonas holds and that is responsible for one topic."""

    post: int
    topic: int
    other: int


@pytest.fixture
def held(session: Session, town: Town) -> Held:
    topic, other = Topic(name="Schulabsentismus"), Topic(name="Ganztag")
    session.add_all([topic, other])
    session.flush()
    post = factories.post(session, town.provider, town.jonas, topic, valid_from=SINCE)
    session.commit()
    return Held(post.id, topic.id, other.id)


def spans(session: Session, post_id: int) -> list[tuple[int, date, date | None]]:
    rows = [one for one in every(session, PostHolder) if one.post_id == post_id]
    return [(one.person_id, one.valid_from, one.valid_until) for one in rows]


def change(browser: Browser, held: Held, person: int, day: str) -> Page:
    page = browser.get(f"/stellen/{held.post}").click("Besetzung ändern")
    return page.submit("Wechsel eintragen", person_id=str(person), first_on=day)


def test_ending_an_organisation_names_the_posts_that_go_on(
    keeper: Browser, session: Session, town: Town, held: Held
) -> None:
    ended = factories.post(session, town.provider, None, session.get_one(Topic, held.other), valid_from=SINCE)
    ended.function, ended.valid_until = "Fachberatung von früher", date(2026, 1, 31)
    name = session.get_one(Post, held.post).function
    session.commit()
    asked = keeper.get(f"/organisationen/{town.provider.id}/beenden")
    page = asked.submit("Weiter zur Vorschau", last_on="31.12.2026")
    assert f"Diese Stellen bleiben bestehen, mit ihren Zuständigkeiten: {name}." in page.main
    assert "von früher" not in page.main


def test_a_post_is_entered_at_its_organisation(keeper: Browser, session: Session, town: Town, held: Held) -> None:
    page = keeper.get(f"/organisationen/{town.provider.id}").click("Neue Stelle")
    page = page.submit(
        function="Fachberatung Inklusion", person_id=str(town.aylin.id), valid_from="25.11.2026"
    ).follow()

    assert page.h1 == "Fachberatung Inklusion"
    assert "Aylin Musterfrau" in page.main
    page = page.click("Zuständigkeit eintragen")
    page = page.submit(
        "Zuständigkeit eintragen", topic_id=str(held.topic), scope="district", district_id=str(town.mitte.id)
    ).follow()
    assert page.flash == "Die Zuständigkeit ist eingetragen."
    assert "Stadtbezirk Mitte" in page.main
    row = every(session, Responsibility)[-1]
    assert (row.scope, row.district_id, row.form_code, row.place_id) == (Scope.DISTRICT, town.mitte.id, "", None)


def test_a_change_of_person_keeps_the_responsibilities(
    keeper: Browser, session: Session, town: Town, held: Held
) -> None:
    page = change(keeper, held, town.aylin.id, "25.11.2026").follow()

    assert page.flash == "Der Wechsel ist eingetragen. Die Zuständigkeiten der Stelle bleiben."
    assert spans(session, held.post) == [
        (town.jonas.id, SINCE, WEDNESDAY - DAY),
        (town.aylin.id, WEDNESDAY, None),
    ]
    assert "Schulabsentismus" in keeper.get(f"/personen/{town.aylin.id}").main
    assert "Schulabsentismus" not in keeper.get(f"/personen/{town.jonas.id}").main
    then = keeper.get(f"/stellen/{held.post}?stand=2026-11-24")
    assert "Jonas Probemann" in then.select(".panel--today")[0]


def test_a_planned_change_is_seen_only_by_those_who_plan(
    keeper: Browser, professional: Browser, session: Session, town: Town, held: Held
) -> None:
    change(keeper, held, town.aylin.id, "01.12.2026").follow()

    assert "Aylin Musterfrau" in keeper.get(f"/stellen/{held.post}").main
    page = professional.get(f"/stellen/{held.post}")
    assert "Jonas Probemann" in page.main
    assert "Aylin" not in page.main
    assert "30.11.2026" not in page.main
    assert "Schulabsentismus" not in professional.get(f"/personen/{town.aylin.id}").main


def test_nobody_holds_it_from_a_day_on(keeper: Browser, session: Session, town: Town, held: Held) -> None:
    page = change(keeper, held, 0, "25.11.2026").follow()

    assert "Die Stelle ist unbesetzt." in page.main
    assert spans(session, held.post) == [(town.jonas.id, SINCE, WEDNESDAY - DAY)]
    again = change(keeper, held, 0, "26.11.2026")
    assert (again.status, again.error("person_id")) == (422, "Die Stelle ist an diesem Tag schon unbesetzt.")


@pytest.mark.parametrize(
    ("who", "day", "field", "said"),
    [
        ("jonas", "25.11.2026", "person_id", "Diese Person hat die Stelle schon inne."),
        ("aylin", "31.12.2024", "first_on", "Die Stelle gibt es seit dem 01.01.2025."),
        ("", "25.11.2026", "person_id", "Bitte wählen Sie"),
        ("aylin", "gestern", "first_on", "kein Datum"),
    ],
)
def test_what_cannot_be_changed_is_said_beside_the_field(
    keeper: Browser, session: Session, town: Town, held: Held, who: str, day: str, field: str, said: str
) -> None:
    person = {"jonas": town.jonas.id, "aylin": town.aylin.id, "": -1}[who]
    page = change(keeper, held, person, day)

    assert page.status == 422
    assert said in page.error(field)
    assert spans(session, held.post) == [(town.jonas.id, SINCE, None)]


def test_a_change_before_one_that_is_entered_is_refused(
    keeper: Browser, session: Session, town: Town, held: Held
) -> None:
    change(keeper, held, town.aylin.id, "01.12.2026").follow()
    page = change(keeper, held, 0, "25.11.2026")

    assert "01.12.2026" in page.error("first_on")
    assert len(spans(session, held.post)) == 2
    change(keeper, held, 0, "01.12.2026").follow()
    assert spans(session, held.post) == [(town.jonas.id, SINCE, date(2026, 11, 30))]


def test_a_stale_form_changes_nothing(keeper: Browser, session: Session, town: Town, held: Held) -> None:
    page = keeper.get(f"/stellen/{held.post}").click("Besetzung ändern")
    keeper.get(f"/stellen/{held.post}").click("Stelle umbenennen").submit("Stelle umbenennen", function="Neu").follow()
    late = page.submit("Wechsel eintragen", person_id=str(town.aylin.id))

    assert late.status == 409
    assert "Jemand war schneller" in late.main or "schneller" in late.main
    assert spans(session, held.post) == [(town.jonas.id, SINCE, None)]
    assert late.submit("Wechsel eintragen").status == 303


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"scope": "district"}, "district_id", "Bitte wählen Sie"),
        ({"scope": "school_form"}, "form_code", "Bitte wählen Sie"),
        ({"scope": "place"}, "place_id", "Bitte wählen Sie"),
        ({"topic_id": "0"}, "topic_id", "Bitte wählen Sie"),
        ({}, "topic_id", "Die Stelle ist dafür schon zuständig."),
        ({"valid_from": "01.01.2024"}, "valid_from", "Die Stelle gibt es seit dem 01.01.2025."),
    ],
)
def test_what_cannot_be_entered_is_said_beside_the_field(
    keeper: Browser, session: Session, held: Held, fields: dict[str, str], field: str, said: str
) -> None:
    page = keeper.get(f"/stellen/{held.post}/zustaendig")
    answer = page.submit("Zuständigkeit eintragen", **({"topic_id": str(held.topic)} | fields))

    assert answer.status == 422
    assert said in answer.error(field)
    assert len(every(session, Responsibility)) == 1


def test_a_scope_takes_only_its_own_field(keeper: Browser, session: Session, town: Town, held: Held) -> None:
    page = keeper.get(f"/stellen/{held.post}/zustaendig")
    more = {"district_id": str(town.mitte.id), "form_code": "02", "place_id": str(town.school.id)}
    page.submit("Zuständigkeit eintragen", topic_id=str(held.other), scope="place", **more).follow()

    row = every(session, Responsibility)[-1]
    assert row.where == (Scope.PLACE, None, "", town.school.id)


def test_a_responsibility_ends_and_stays_in_the_history(keeper: Browser, session: Session, held: Held) -> None:
    page = keeper.get(f"/stellen/{held.post}").click("Beenden")
    assert page.submit("Zuständigkeit beenden", last_on="31.12.2024").error("last_on")
    page = page.submit("Zuständigkeit beenden", last_on="24.11.2026").follow()

    assert "Noch für nichts zuständig" in page.main
    assert "zuständig für Schulabsentismus in der ganzen Stadt" in page.main
    assert keeper.get(f"/wen-frage-ich?thema={held.topic}").select(".entries .entry__title") == []
    assert "Jonas" in keeper.get(f"/wen-frage-ich?thema={held.topic}&stand=2026-11-24").main


def test_a_post_ends_with_all_that_hangs_on_it(keeper: Browser, session: Session, town: Town, held: Held) -> None:
    page = keeper.get(f"/stellen/{held.post}").click("Stelle beenden")
    page = page.submit("Stelle beenden", last_on="24.11.2026").follow()

    assert "Die Stelle gibt es nicht mehr." in page.main
    assert {one.valid_until for one in every(session, PostHolder)} == {WEDNESDAY - DAY}
    assert {one.valid_until for one in every(session, Responsibility)} == {WEDNESDAY - DAY}
    assert "Fachberatung" not in keeper.get(f"/organisationen/{town.provider.id}").main


def test_one_name_is_there_once_in_an_organisation(keeper: Browser, session: Session, town: Town, held: Held) -> None:
    page = keeper.get(f"/organisationen/{town.provider.id}/stellen/neu")
    answer = page.submit(function="Fachberatung Probe", person_id="0")

    assert answer.error("function") == "Diese Organisation hat schon eine Stelle mit diesem Namen."
    assert len(every(session, Post)) == 1


def test_who_keeps_another_part_may_read_and_not_change(
    keeper: Browser, browser: Browser, session: Session, town: Town, held: Held
) -> None:
    other = factories.organisation(session, "Anderer Träger")
    stranger = factories.person(session, "Cem", "Fremd", organisation_id=other.id)
    factories.account(session, "teil@example.org", Role.DIRECTORY_KEEPER, keeps=town.provider)
    session.commit()
    browser.sign_in("teil@example.org", factories.PASSWORD)

    own = browser.get(f"/stellen/{held.post}/wechsel")
    assert own.status == 200
    assert "Fremd" not in own.main
    fields: dict[str, Any] = {"first_on": "2026-11-25", "version": stored(session, Post, held.post).version}
    assert forge(browser, own.url, person_id=stranger.id, **fields).status == 422
    assert browser.get(f"/organisationen/{other.id}/stellen/neu").status == 403
    assert spans(session, held.post) == [(town.jonas.id, SINCE, None)]


def test_a_post_that_is_only_planned_is_not_there_for_others(
    keeper: Browser, professional: Browser, session: Session, town: Town
) -> None:
    later = factories.post(session, town.provider, town.aylin, valid_from=WEDNESDAY + DAY, function="Geplante Stelle")
    session.commit()

    assert keeper.get(f"/stellen/{later.id}").status == 200
    assert professional.get(f"/stellen/{later.id}").status == 404
    assert "Geplante" not in professional.get(f"/organisationen/{town.provider.id}").main


def _merge(session: Session, held: Held) -> None:
    """Let the first topic be part of the other."""
    coordinator = Actor(user_id=1, roles=frozenset({Role.COORDINATOR}))
    session.rollback()
    work = Work(session, coordinator, clock.utc_now())
    version = session.get_one(Topic, held.topic).version
    topic_services.merge(work, held.topic, held.other, version=version)
    work.finish()


def test_responsibilities_follow_a_merged_topic(professional: Browser, session: Session, held: Held) -> None:
    _merge(session, held)

    assert [one.topic_id for one in every(session, Responsibility)] == [held.other]
    assert "Jonas Probemann" in professional.get(f"/wen-frage-ich?thema={held.topic}").main
    assert "Fachberatung Probe" in professional.get("/suche?q=Ganztag").main
    assert "Fachberatung Probe" not in professional.get("/suche?q=Schulabsentismus").main


def test_what_was_responsible_for_both_is_so_once(session: Session, held: Held) -> None:
    post = stored(session, Post, held.post)
    until, since = date(2026, 12, 31), date(2024, 6, 1)
    more = {"topic_id": held.other, "scope": Scope.EVERYWHERE, "valid_from": since, "valid_until": until}
    elsewhere = {"topic_id": held.other, "scope": Scope.SCHOOL_FORM, "form_code": "02", "valid_from": since}
    post.responsibilities += [Responsibility(**more), Responsibility(**elsewhere)]
    session.commit()
    _merge(session, held)

    rows = [(one.scope, one.valid_from, one.valid_until) for one in every(session, Responsibility)]
    assert rows == [(Scope.EVERYWHERE, since, None), (Scope.SCHOOL_FORM, since, None)]


def test_the_search_finds_a_post_by_its_topic_and_shows_who_holds_it(
    keeper: Browser, professional: Browser, session: Session, town: Town, held: Held
) -> None:
    work = Work(session, SYSTEM, clock.utc_now())
    work.record("post.created", session.get_one(Post, held.post))
    work.finish()

    found = professional.get("/suche?q=schulabsent")
    assert "Fachberatung Probe" in found.select(".result__title")
    assert "Jonas Probemann" in " ".join(found.select(".result__meta"))
    change(keeper, held, town.aylin.id, "25.11.2026").follow()
    found = professional.get("/suche?q=schulabsent")
    assert "Aylin Musterfrau" in " ".join(found.select(".result__meta"))
