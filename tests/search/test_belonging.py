"""Two words over a thing and what belongs to it: a person and the school, a form and the district."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination import worker
from coordination.core import clock
from coordination.core.access import SYSTEM, Actor, Role
from coordination.core.i18n import in_language
from coordination.core.work import work_as
from coordination.directory.belonging import BELONGINGS
from coordination.directory.further.models import PlaceFurtherDistrict
from coordination.directory.models import Assignment, Person, Place
from coordination.directory.responsibilities.models import Post, PostHolder, Responsibility
from coordination.directory.responsibilities.rules import Scope
from coordination.directory.rules import Function
from coordination.directory.spaces.models import SocialSpace
from coordination.search import services, statements
from coordination.search.models import IndexEntry
from coordination.search.nearest import look
from coordination.topics.models import Topic
from tests import factories

ANYBODY = Actor(user_id=1)
PLANNER = Actor(user_id=2, roles=frozenset({Role.PLANNER}))
DAY = timedelta(days=1)
Titles = Callable[..., list[str]]


@contextmanager
def changing(session: Session) -> Iterator[list[Any]]:
    """Open a transaction in which rows are changed; those put into the list are recorded, as a page does."""
    with work_as(session, SYSTEM) as work:
        rows: list[Any] = []
        yield rows
        for row in rows:
            work.record("x.changed", row)


def person(session: Session, family: str) -> Person:
    return session.scalars(select(Person).where(Person.family_name == family)).one()


def place(session: Session, name: str) -> Place:
    return session.scalars(select(Place).where(Place.name == name)).one()


def assigned(session: Session, family: str) -> Assignment:
    return session.scalars(select(Assignment).where(Assignment.person == person(session, family))).one()


@pytest.fixture
def titles(app: Flask, session: Session) -> Titles:
    """Return the titles found for a text, in a directory where people are assigned."""
    mitte, heepen = factories.district(session, "Mitte", "0"), factories.district(session, "Heepen", "5")
    own = factories.organisation(session, "Trägerverein Lindenblüte e. V.")
    froebel = factories.school(session, "Fröbelschule", "124278", district_id=mitte.id)
    osning = factories.school(session, "Osningschule", "124279", district_id=heepen.id, form_code="14")
    factories.place(session, "Jugendtreff Ost", district_id=heepen.id)
    factories.social_space(session, "Ostmannturm", froebel)
    # What it works for besides; where it lies may only be guessed.
    senne = factories.district(session, "Senne", "8")
    guessed = factories.district(session, "Dornberg", "4")
    club = factories.place(session, "Spielmobil", inferred_district_id=guessed.id)
    factories.further_district(session, club, senne)
    for given, family, where in (("Anna", "Butterblum", froebel), ("Bert", "Distel", osning)):
        factories.assignment(session, factories.person(session, given, family), where, own)
    factories.person(session, "Ida", "Fröbelius")
    factories.person(session, "Uwe", "Hoffröbel")
    services.rebuild(session)
    session.commit()

    def found(text: str, actor: Actor = ANYBODY) -> list[str]:
        with app.test_request_context():
            answer = look(session, actor, text, day=clock.today())
            assert not answer.similar
            if answer.is_any:
                return []
            return [result.hit.title for group in answer.groups for result in group.results]

    return found


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("butterblum fröbel", ["Anna Butterblum"]),
        ("froebelschule butter", ["Anna Butterblum"]),
        ("butterblum belschule", ["Anna Butterblum"]),
        ("butterblum mitte", ["Anna Butterblum"]),
        ("butterblum grundschule", ["Anna Butterblum"]),
        ("butterblum lindenblüte", ["Anna Butterblum"]),
        ("anna schulsozialarbeit", ["Anna Butterblum"]),
        ("distel heepen", ["Bert Distel"]),
        ("grundschule mitte", ["Fröbelschule", "Anna Butterblum"]),
        ("sekundar heepen", ["Osningschule", "Bert Distel"]),
        ("spielmobil senne", ["Spielmobil"]),
        ("spielmobil dornberg", []),
        ("schulsozialarbeit heepen", ["Osningschule", "Bert Distel"]),
        ("sozialarbeit heepen", ["Osningschule", "Bert Distel"]),
        ("grundschule ostmann", ["Fröbelschule"]),
        ("lindenblüte", ["Trägerverein Lindenblüte e. V.", "Anna Butterblum", "Bert Distel"]),
        ("jugendtreff heepen", ["Jugendtreff Ost"]),
        ("butterblum heepen", []),
        ("distel fröbel", []),
    ],
)
def test_two_words_over_a_thing_and_what_belongs_to_it(titles: Titles, typed: str, expected: list[str]) -> None:
    assert titles(typed) == expected


def test_what_is_over_and_has_a_word_only_inside_stands_behind_what_belongs_there(app: Flask, session: Session) -> None:
    there = factories.school(session, "Ahornschule", district_id=factories.district(session, "Mitte").id)
    factories.assignment(session, factories.person(session), there, factories.organisation(session))
    old = factories.organisation(session, "Ermittelnde Schulsozialarbeit")
    for until, first in ((date(2026, 1, 31), "place"), (None, "organisation")):
        old.valid_until = until
        services.rebuild(session)
        session.commit()
        with app.test_request_context():
            groups = look(session, ANYBODY, "schulsozialarbeit mitte", day=date(2026, 11, 25)).groups
        assert groups[0].kind == first
        assert {"place", "organisation"} <= {group.kind for group in groups}


@pytest.mark.parametrize("at_once", [True, False])
def test_who_is_called_so_stands_before_who_is_there(
    titles: Titles, monkeypatch: pytest.MonkeyPatch, at_once: bool
) -> None:
    if not at_once:
        monkeypatch.setattr(statements, "AT_ONCE", 0)
        monkeypatch.setattr(statements, "WITH_ONE", 0)
    # By name, also inside it, and only then by the school.
    assert titles("fröbel") == ["Fröbelschule", "Ida Fröbelius", "Uwe Hoffröbel", "Anna Butterblum"]


def test_both_ends_follow_an_assignment(titles: Titles, session: Session) -> None:
    with changing(session) as rows:
        row = assigned(session, "Butterblum")
        row.place_id, row.function = place(session, "Osningschule").id, Function.MOBILE_YOUTH_WORK
        rows.append(row)
    assert titles("butterblum fröbel") == []
    assert titles("butterblum osning") == ["Anna Butterblum"]
    assert titles("schulsozialarbeit grundschule") == []
    assert titles("mobile osning") == ["Osningschule", "Anna Butterblum"]
    with changing(session) as rows:
        row = assigned(session, "Butterblum")
        row.person_id = person(session, "Distel").id
        rows.append(row)
    assert titles("butterblum osning") == []
    assert titles("distel mobile") == ["Bert Distel"]
    with work_as(session, SYSTEM) as work:
        row = session.scalars(select(Assignment).where(Assignment.function == Function.MOBILE_YOUTH_WORK)).one()
        work.record("x.deleted", row)
        session.delete(row)
    assert titles("distel mobile") == []
    assert titles("mobile osning") == []
    assert titles("distel osning") == ["Bert Distel"]


def test_what_is_called_something_else_is_so_for_all_it_belongs_to(titles: Titles, session: Session) -> None:
    with changing(session) as rows:
        school = place(session, "Fröbelschule")
        school.name = "Ulmenschule"
        rows.append(school)
    assert titles("butterblum ulmen") == ["Anna Butterblum"]
    assert titles("butterblum fröbel") == []
    with changing(session) as rows:
        school = place(session, "Ulmenschule")
        school.district_id = factories.district(session, "Brackwede", "1").id
        rows.append(school)
    assert titles("butterblum brackwede") == ["Anna Butterblum"]
    with changing(session) as rows:
        employer = assigned(session, "Butterblum").employer
        employer.name = "Verein Kastanie"
        rows.append(employer)
    assert titles("butterblum kastanie") == ["Anna Butterblum"]
    with changing(session) as rows:
        space = session.scalars(select(SocialSpace)).one()
        space.name = "Siegfriedplatz"
        rows.append(space)
    assert titles("ulmen ostmann") == []
    assert titles("ulmen siegfried") == ["Ulmenschule"]


def test_what_is_planned_finds_nothing_before_its_day(
    titles: Titles, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = clock.today()
    with changing(session) as rows:
        old = assigned(session, "Butterblum")
        new = factories.assignment(
            session,
            person(session, "Butterblum"),
            place(session, "Osningschule"),
            old.employer,
            valid_from=today + DAY,
            function=Function.LEAD,
        )
        old.valid_until = today
        rows += [old, new]
    for actor in (ANYBODY, PLANNER):
        assert titles("butterblum osning", actor) == []
        assert titles("leitung osning", actor) == []
    assert titles("butterblum fröbel") == ["Anna Butterblum"]

    monkeypatch.setattr(clock, "today", lambda: today + DAY)
    with work_as(session, SYSTEM):
        # Three people and places, of which one has a new assignment.
        assert services.turn(session, today - DAY, today + DAY) == 3
    assert titles("butterblum osning") == ["Anna Butterblum"]
    assert titles("leitung osning") == ["Osningschule", "Anna Butterblum"]
    assert titles("butterblum fröbel") == []
    assert titles("schulsozialarbeit mitte") == []


def test_a_place_is_found_by_a_further_district_only_while_it_works_for_it(
    titles: Titles, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = clock.today()
    session.scalars(select(PlaceFurtherDistrict)).one().valid_until = today
    session.commit()
    assert titles("spielmobil senne") == ["Spielmobil"]
    monkeypatch.setattr(clock, "today", lambda: today + DAY)
    with work_as(session, SYSTEM):
        services.turn(session, today - DAY, today + DAY)
    assert titles("spielmobil senne") == []


@pytest.mark.parametrize(("kind", "column"), [("person", "person_id"), ("place", "place_id")])
def test_a_day_turns_what_begins_on_it_and_what_ended_the_day_before(
    titles: Titles, session: Session, kind: str, column: str
) -> None:
    row, first, last = assigned(session, "Butterblum"), date(2031, 3, 3), date(2031, 3, 5)
    (turning,) = [one.turning for one in BELONGINGS if one.kind == kind and not one.said]
    key = getattr(row, column)
    for ended, turns in ((-2, False), (-1, True), (1, True), (2, False)):
        row.valid_until = first + ended * DAY
        session.flush()
        assert (key in turning(session, first, last)) is turns, ended
    row.valid_until = None
    for begun, turns in ((-1, False), (0, True), (2, True), (3, False)):
        row.valid_from = first + begun * DAY
        session.flush()
        assert (key in turning(session, first, last)) is turns, begun


def test_a_post_is_found_by_who_holds_it_and_a_person_by_the_post(
    titles: Titles, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = clock.today()
    with changing(session) as rows:
        session.add(topic := Topic(name="Schulabsentismus"))
        session.flush()
        unit = factories.organisation(session, "Amt für Schule")
        post = factories.post(session, unit, person(session, "Butterblum"), topic)
        rows.append(post)
    assert set(titles("butterblum absentismus")) == {"Fachberatung Probe", "Anna Butterblum"}
    with changing(session) as rows:
        post = session.scalars(select(Post)).one()
        where = place(session, "Osningschule").id
        post.responsibilities.append(
            Responsibility(topic_id=topic.id, scope=Scope.PLACE, place_id=where, valid_from=today + DAY)
        )
        post.holders[-1].valid_until = today
        post.holders.append(PostHolder(person_id=person(session, "Distel").id, valid_from=today + DAY))
        rows.append(post)
    for words in ("distel absentismus", "amt osning", "butterblum osning"):
        assert titles(words) == []

    monkeypatch.setattr(clock, "today", lambda: today + DAY)
    with work_as(session, SYSTEM):
        services.turn(session, today - DAY, today + DAY)
    assert set(titles("distel absentismus")) == {"Fachberatung Probe", "Bert Distel"}
    assert titles("amt osning") == ["Fachberatung Probe"]
    assert titles("butterblum absentismus") == []


def test_who_has_left_is_not_found_by_where_they_were(titles: Titles, session: Session) -> None:
    with changing(session) as rows:
        anna = person(session, "Butterblum")
        anna.valid_until = clock.today() - DAY
        rows.append(anna)
    assert titles("butterblum") == ["Anna Butterblum"]
    assert titles("butterblum fröbel") == []


def test_the_index_is_german_whatever_the_page_is(titles: Titles, session: Session) -> None:
    with in_language("en"):
        services.rebuild(session)
    session.commit()
    assert titles("anna schulsozialarbeit") == ["Anna Butterblum"]


def test_making_the_index_anew_gives_what_following_gave(titles: Titles, session: Session) -> None:
    columns = (IndexEntry.kind, IndexEntry.subject_id, IndexEntry.words, IndexEntry.near_words)
    before = session.execute(select(*columns).order_by(*columns)).all()
    for entry in session.scalars(select(IndexEntry)):
        entry.near_words = ""
    session.commit()
    with changing(session) as rows:
        rows += [*session.scalars(select(Person)), *session.scalars(select(Place))]
    assert session.execute(select(*columns).order_by(*columns)).all() == before
    assert any(row.near_words for row in before)


def test_the_worker_follows_the_day(
    app: Flask, titles: Titles, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    with changing(session) as rows:
        row = assigned(session, "Butterblum")
        row.valid_until = clock.today()
        rows.append(row)
    assert titles("butterblum fröbel") == ["Anna Butterblum"]
    tomorrow = clock.utc_now() + DAY
    monkeypatch.setattr(clock, "utc_now", lambda: tomorrow)
    huey = worker.make_huey(app)
    worker.register(huey, app)
    [turn] = [one for one in huey._registry.periodic_tasks if one.name == "turn"]
    session.rollback()
    turn.execute()
    assert titles("butterblum fröbel") == []


def test_a_postcode_finds_places_behind_numbers_with_these_digits(titles: Titles, session: Session) -> None:
    begins, ends = place(session, "Osningschule"), place(session, "Jugendtreff Ost")
    with changing(session) as rows:
        begins.phone, ends.phone, rows[:] = "+49521336021", "+4952112333602", [begins, ends]
    assert titles("33602") == ["Osningschule", "Jugendtreff Ost"]
    there = place(session, "Fröbelschule")
    with changing(session) as rows:
        there.postcode, rows[:] = "33602", [there]
    assert titles("33602") == ["Osningschule", "Jugendtreff Ost", "Fröbelschule"]
    (group,) = look(session, ANYBODY, "33602", day=clock.today()).groups
    assert [one.hit.detail.startswith("Postleitzahl 33602") for one in group.results] == [False, False, True]
    with changing(session) as rows:
        there.postcode, rows[:] = "33613", [there]
    assert titles("33602") == ["Osningschule", "Jugendtreff Ost"]
