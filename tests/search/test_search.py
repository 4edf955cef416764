"""Finding people, places and organisations however they are typed, on both databases alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import ANONYMOUS, SYSTEM, Actor
from coordination.core.registry import search_sources
from coordination.core.work import work_as
from coordination.directory.models import Organisation, Person, Place
from coordination.directory.rules import OrganisationKind
from coordination.search import looks, queries, services, statements
from coordination.search.models import IndexEntry
from coordination.search.nearest import look
from coordination.search.queries import Group, Wanted, find
from coordination.search.statements import CANDIDATES
from tests import factories
from tests.browser import Browser
from tests.statements import counted

ANYBODY = Actor(user_id=1)
Titles = Callable[[str], list[str]]


@pytest.fixture
def titles(app: Flask, session: Session) -> Titles:
    """Return the titles found for a text, in a small directory."""
    own = factories.organisation(session, "Trägerverein Lindenblüte e. V.", short_name="TVL")
    district = factories.district(session, "Heepen", "5")
    factories.school(
        session,
        "Fröbelschule",
        "124278",
        street="Fröbelstr. 7",
        phone="+495215186170",
        email="124278@schule.nrw.de",
        official_name="Städt. Gemeinschaftsgrundschule",
        inferred_district_id=district.id,
    )
    factories.school(session, "Wellensiek-Hoberge", "192508")
    factories.place(session, "Jugendzentrum Niedermühlenkamp", facility_type="Jugendzentrum", operator_id=own.id)
    people = (("Jörg", "Müller"), ("Zoë", "Łukasiewicz"), ("Şule", "Yıldız"), ("Anna-Lena", "Groß-Weiß"))
    for given, family in people:
        factories.person(session, given, family, function="Schulsozialarbeit", organisation_id=own.id)
    factories.person(session, "Vera", "Vogel", mobile="+491713920042")
    services.rebuild(session)
    session.commit()

    def look(text: str) -> list[str]:
        groups: list[Group] = find(session, ANYBODY, text, day=date(2026, 11, 25))
        return [result.hit.title for group in groups for result in group.results]

    def in_request(text: str) -> list[str]:
        with app.test_request_context():
            return look(text)

    return in_request


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("frö", "Fröbelschule"),
        ("FROE", "Fröbelschule"),
        ("fro", "Fröbelschule"),
        ("Fröbelschule", "Fröbelschule"),
        ("belschule", "Fröbelschule"),
        ("124278", "Fröbelschule"),
        ("1242", "Fröbelschule"),
        ("fröbelstr 7", "Fröbelschule"),
        ("gemeinschaftsgrund", "Fröbelschule"),
        ("grundschule frö", "Fröbelschule"),
        ("0521 518617", "Fröbelschule"),
        ("0521/5186-170", "Fröbelschule"),
        ("+49 (0)521 5186170", "Fröbelschule"),
        ("0049521518", "Fröbelschule"),
        ("5186170", "Fröbelschule"),
        ("170", "Fröbelschule"),
        ("6170", "Fröbelschule"),
        ("-61 70", "Fröbelschule"),
        ("186170", "Fröbelschule"),
        ("0042", "Vera Vogel"),
        ("hoberge", "Wellensiek-Hoberge"),
        ("wellensiekhob", "Wellensiek-Hoberge"),
        ("mueller", "Jörg Müller"),
        ("muller", "Jörg Müller"),
        ("müller jörg", "Jörg Müller"),
        ("jor mull", "Jörg Müller"),
        ("lukas", "Zoë Łukasiewicz"),
        ("zoe", "Zoë Łukasiewicz"),
        ("yildiz", "Şule Yıldız"),
        ("sule", "Şule Yıldız"),
        ("gross", "Anna-Lena Groß-Weiß"),
        ("weiss", "Anna-Lena Groß-Weiß"),
        ("annalena", "Anna-Lena Groß-Weiß"),
        ("0171 39200", "Vera Vogel"),
        ("lindenbl", "Trägerverein Lindenblüte e. V."),
        ("tvl", "Trägerverein Lindenblüte e. V."),
        ("mühlenkamp", "Jugendzentrum Niedermühlenkamp"),
        ("muehlen", "Jugendzentrum Niedermühlenkamp"),
    ],
)
def test_it_is_found_however_it_is_typed(titles: Titles, typed: str, title: str) -> None:
    assert title in titles(typed)


def test_inside_words_finds_what_begins_differently(titles: Titles) -> None:
    assert len(titles("sozialarbeit")) == 4


@pytest.mark.parametrize(
    "typed", ["", " ", "xyzzy", "fröbel müller", '"', "' OR 1=1 --", "*", "(", "\x00", "a:b & !c", "%", "heepen"]
)
def test_nothing_is_found_and_nothing_breaks(titles: Titles, typed: str) -> None:
    assert titles(typed) == []


def test_a_title_that_begins_so_stands_before_one_that_only_holds_it(titles: Titles) -> None:
    found = titles("schul")
    begins = [title.casefold().startswith("schul") for title in found]
    assert begins == sorted(begins, reverse=True)
    assert titles("jugend")[0] == "Jugendzentrum Niedermühlenkamp"


def test_what_is_over_stands_behind_and_takes_nobodys_place(app: Flask, session: Session) -> None:
    day = date(2026, 11, 25)
    for number in range(30):
        factories.person(session, f"Alt{number}", "Erlenbusch", valid_until=date(2025, 7, 31))
    factories.person(session, "Zora", "Erlenbusch")
    factories.person(session, "Yann", "Erlenbusch", valid_until=day)
    services.rebuild(session)
    session.commit()
    with app.test_request_context():
        group = find(session, ANYBODY, "erlen", day=day, wanted=Wanted(20))[0]
        assert [found.hit.title for found in group.results][:3] == [
            "Yann Erlenbusch",
            "Zora Erlenbusch",
            "Alt0 Erlenbusch",
        ]
        assert (group.size, group.has_more) == (20, True)
        whole = find(session, ANYBODY, "erlen", day=day, wanted=Wanted(CANDIDATES, "person"))
        assert [(one.kind, one.size, one.has_more) for one in whole] == [("person", 32, False)]


def test_strangers_find_nothing(app: Flask, titles: Titles, session: Session) -> None:
    with app.test_request_context():
        assert find(session, ANONYMOUS, "frö", day=clock.today()) == []


def test_the_index_follows_each_change_in_its_transaction(app: Flask, session: Session) -> None:
    with app.test_request_context():
        with work_as(session, SYSTEM) as work:
            person = factories.person(session, "Ada", "Ahornblatt")
            work.record("person.created", person)
        assert [g.results[0].hit.title for g in find(session, ANYBODY, "ahorn", day=clock.today())] == [
            "Ada Ahornblatt"
        ]
        with work_as(session, SYSTEM) as work:
            person.family_name = "Birke"
            work.record("person.changed", person)
        assert find(session, ANYBODY, "ahorn", day=clock.today()) == []
        assert find(session, ANYBODY, "birke", day=clock.today()) != []

        def fails() -> None:
            with work_as(session, SYSTEM) as work:
                person.family_name = "Ceder"
                work.record("person.changed", person)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fails()
        assert find(session, ANYBODY, "ceder", day=clock.today()) == []


def test_making_the_index_anew_gives_the_same(app: Flask, session: Session) -> None:
    with work_as(session, SYSTEM) as work:
        for row in (
            factories.person(session),
            factories.place(session),
            factories.organisation(session, "Anderer Träger"),
        ):
            work.record("x.created", row)
    columns = (IndexEntry.kind, IndexEntry.subject_id, IndexEntry.title_words, IndexEntry.words)
    before = session.execute(select(*columns).order_by(*columns)).all()
    services.rebuild(session)
    assert session.execute(select(*columns).order_by(*columns)).all() == before
    kinds = sum(session.scalar(select(func.count()).select_from(m)) or 0 for m in (Person, Place, Organisation))
    assert len(before) == kinds


def test_searching_costs_the_same_however_much_is_found(app: Flask, browser: Browser, session: Session) -> None:
    factories.account(session)
    for n in range(40):
        factories.person(session, "Gleich", f"Name{n}")
    services.rebuild(session)
    session.commit()
    browser.sign_in("ada@example.org", factories.PASSWORD)
    browser.get("/suche?q=gleich")
    with counted(app) as one:
        browser.get("/suche?q=name39")
    with counted(app) as many:
        browser.get("/suche?q=gleich")
    assert len(many) <= len(one) <= 12


def test_only_who_has_left_is_no_longer_here(app: Flask, titles: Titles, session: Session) -> None:
    day = date(2026, 11, 25)

    def detail(until: date) -> str:
        person = session.scalars(select(Person).where(Person.family_name == "Vogel")).one()
        person.valid_until = until
        session.commit()
        with app.test_request_context():
            return find(session, ANYBODY, "vogel", day=day)[0].results[0].hit.detail

    # A planned end is told to nobody by the search.
    assert "nicht mehr" not in detail(date(2027, 7, 31))
    assert "nicht mehr" not in detail(day)
    assert "nicht mehr" in detail(date(2026, 11, 24))


def test_who_has_left_is_found_by_name_and_by_no_number(app: Flask, titles: Titles, session: Session) -> None:
    person = session.scalars(select(Person).where(Person.family_name == "Vogel")).one()
    person.valid_until, person.email = date(2026, 11, 24), "vera@example.org"
    services.rebuild(session)
    session.commit()

    def found(text: str, day: date) -> list[tuple[str, str]]:
        groups = look(session, ANYBODY, text, day=day).groups
        return [(one.hit.title, one.hit.phone) for group in groups for one in group.results]

    with app.test_request_context():
        for text in ("0171 39200", "491713920042", "vogel", "vera@example.org", "0171 vogel"):
            assert found(text, date(2026, 11, 24)) == [("Vera Vogel", "+491713920042")]
        assert found("vogel", date(2026, 11, 25)) == [("Vera Vogel", "")]
        assert found("ogel", date(2026, 11, 25)) == [("Vera Vogel", "")]
        for text in ("0171 39200", "491713920042", "1713920042 nobody", "0042"):
            assert found(text, date(2026, 11, 25)) == []


def test_a_renamed_organisation_is_found_at_its_people_and_places(
    app: Flask, titles: Titles, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "BATCH", 3)
    with app.test_request_context():
        own = session.scalars(select(Organisation)).one()
        with work_as(session, SYSTEM) as work:
            own.name = "Verein Kastanie"
            work.record("organisation.changed", own)
    assert set(titles("kastanie")) == {
        "Verein Kastanie",
        "Jugendzentrum Niedermühlenkamp",
        "Jörg Müller",
        "Zoë Łukasiewicz",
        "Şule Yıldız",
        "Anna-Lena Groß-Weiß",
    }
    assert titles("lindenblüte") == []
    assert titles("Vera Vogel kastanie") == []


def test_what_is_not_found_by_enters_nobody_else_anew(app: Flask, titles: Titles, session: Session) -> None:
    with app.test_request_context():
        people = select(IndexEntry).where(IndexEntry.kind == "person")
        for entry in session.scalars(people):
            entry.words = "untouched"
        session.commit()
        with work_as(session, SYSTEM) as work:
            own = session.scalars(select(Organisation)).one()
            own.website = "https://example.org"
            work.record("organisation.changed", own)
            place = session.scalars(select(Place).where(Place.operator_id == own.id)).one()
            place.name = "Haus Ulme"
            work.record("place.changed", place)
        assert {entry.words for entry in session.scalars(people)} == {"untouched"}
    assert titles("ulme") == ["Haus Ulme"]


def test_the_kind_is_left_out_where_it_says_nothing(app: Flask, session: Session) -> None:
    factories.organisation(session, "Stadt Probe", kind=OrganisationKind.OTHER)
    factories.organisation(session, "Team Probe", kind=OrganisationKind.TEAM)
    services.rebuild(session)
    session.commit()
    with app.test_request_context():
        groups = find(session, ANYBODY, "probe", day=date(2026, 11, 25))
    details = {result.hit.title: result.hit.detail for group in groups for result in group.results}
    assert details == {"Stadt Probe": "", "Team Probe": "Team"}


SEVERAL = ["müll schul", "schulsoz linden", "frö 1242", "jörg mül", "zoe luk", "vogel frö"]


@pytest.mark.parametrize("typed", [*SEVERAL, "frö", "schul", "linden", "hlenkamp"])
def test_what_is_looked_for_at_once_is_found_kind_by_kind_too(
    titles: Titles, typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = titles(typed)
    assert bool(at_once) is (typed != "vogel frö")
    # As if more had these words than are read at once.
    monkeypatch.setattr(statements, "AT_ONCE", 0)
    monkeypatch.setattr(statements, "WITH_ONE", 0)
    assert titles(typed) == at_once
    # And as if of each kind there were more than are put in order at once.
    for module in (looks, statements):
        monkeypatch.setattr(module, "CANDIDATES", 0)
    statements.in_groups.cache_clear()
    statements.numbers.cache_clear()
    assert titles(typed) == at_once
    statements.in_groups.cache_clear()
    statements.numbers.cache_clear()


@pytest.mark.parametrize(
    ("typed", "similar", "title"),
    [
        ("Fröblschule", "Fröbelschule", "Fröbelschule"),
        ("Frobelschuel", "Fröbelschule", "Fröbelschule"),
        ("Jörg Mülelr", "Jörg Müller", "Jörg Müller"),
        ("niedermühlnkamp jugend", "Niedermühlenkamp jugend", "Jugendzentrum Niedermühlenkamp"),
        ("vogl", "Vogel", "Vera Vogel"),
    ],
)
def test_a_typing_error_finds_the_nearest_and_says_so(
    app: Flask, titles: Titles, session: Session, typed: str, similar: str, title: str
) -> None:
    assert titles(typed) == []
    with app.test_request_context():
        answer = look(session, ANYBODY, typed, day=date(2026, 11, 25))
    assert (answer.similar, answer.is_any) == (similar, False)
    assert answer.groups[0].results[0].hit.title == title


def test_where_nothing_is_near_any_word_counts_and_more_words_first(
    app: Flask, titles: Titles, session: Session
) -> None:
    with app.test_request_context():
        answer = look(session, ANYBODY, "Vera Müller Xylophon", day=date(2026, 11, 25))
        assert answer.is_any
        assert {found.hit.title for group in answer.groups for found in group.results} == {"Jörg Müller", "Vera Vogel"}
        answer = look(session, ANYBODY, "Vera Müller Jörg", day=date(2026, 11, 25))
        assert [found.hit.title for found in answer.groups[0].results] == ["Jörg Müller", "Vera Vogel"]
        for nothing in ("", "xyzzy", "124279", "vg", "%"):
            assert look(session, ANYBODY, nothing, day=date(2026, 11, 25)).groups == []
        assert look(session, ANONYMOUS, "Fröblschule", day=date(2026, 11, 25)).groups == []


def test_a_short_word_beside_longer_ones_finds_nothing_alone(app: Flask, session: Session) -> None:
    factories.school(session, "Realschule der Zukunft", "195001")
    factories.school(session, "Martinschule", "195002")
    services.rebuild(session)
    session.commit()
    with app.test_request_context():
        answer = look(session, ANYBODY, "Verteilung der Martinschule", day=date(2026, 11, 25))
        alone = look(session, ANYBODY, "der xyz", day=date(2026, 11, 25))
    found = [result.hit.title for group in answer.groups for result in group.results]
    assert (found, answer.is_any) == (["Martinschule"], True)
    assert [result.hit.title for group in alone.groups for result in group.results] == ["Realschule der Zukunft"]


def test_what_may_not_be_seen_is_not_similar_to_anything(
    app: Flask, titles: Titles, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(_actor: Actor, _day: date) -> Select[int]:
        return select(Place.id).where(Place.id < 0)

    hidden = [replace(source, visible=nothing) if source.kind == "place" else source for source in search_sources]
    monkeypatch.setattr(queries, "search_sources", hidden)
    with app.test_request_context():
        answer = look(session, ANYBODY, "Fröblschule", day=date(2026, 11, 25))
    assert (answer.groups, answer.similar) == ([], "")


def test_only_what_finds_nothing_costs_more(app: Flask, titles: Titles, browser: Browser, session: Session) -> None:
    factories.account(session)
    session.commit()
    browser.sign_in("ada@example.org", factories.PASSWORD)
    page = browser.get("/suche?q=Fr%C3%B6blschule")
    assert "Nichts mit „Fröblschule“. Ähnlich: Fröbelschule" in page.main
    assert "Nichts mit „Fröblschule“" in browser.get("/suche?q=Fr%C3%B6blschule", headers={"HX-Request": "true"}).html
    assert "Mit einigen davon" in browser.get("/suche?q=Vera+Müller").main
    with counted(app) as exact:
        browser.get("/suche?q=fr%C3%B6")
    assert not [one for one in exact if "search_title" in one]
    with counted(app) as near:
        browser.get("/suche?q=Fr%C3%B6blschule")
    assert len(near) <= len(exact) + 8
