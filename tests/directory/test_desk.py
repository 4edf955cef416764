"""What the directory says on the desk."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.core.access import Role
from tests import factories
from tests.browser import Browser
from tests.directory.conftest import WEDNESDAY, Town
from tests.statements import counted


def test_a_professional_sees_the_own_school_and_who_else_is_there(
    browser: Browser, session: Session, town: Town
) -> None:
    factories.assignment(session, town.jonas, town.school, town.provider, times=[(2, 9, 12, "Mensa")])
    factories.account(session, "aylin@example.org", person_id=town.aylin.id)
    session.commit()
    browser.sign_in("aylin@example.org", factories.PASSWORD)
    panels = browser.get("/").select(".panel--today")
    assert len(panels) == 1
    assert panels[0].startswith("Fröbelschule Sie heute vor Ort 8–13 Uhr, Raum 104")
    assert "Jonas Probemann heute vor Ort 9–12 Uhr, Mensa" in panels[0]


def test_a_keeper_hears_of_ends_and_of_schools_with_nobody(keeper: Browser, session: Session, town: Town) -> None:
    town.work.funded_until = WEDNESDAY + timedelta(days=20)
    factories.assignment(session, town.jonas, town.club, town.provider, valid_until=WEDNESDAY + timedelta(days=59))
    factories.assignment(session, town.jonas, town.club, town.provider, valid_until=WEDNESDAY + timedelta(days=61))
    factories.school(session, "Leere Schule", "654321")
    session.commit()
    lines = keeper.get("/").select(".desk-lines li")
    assert [line.rsplit(" ", 1)[0] for line in lines] == [
        "Aylin Musterfrau: Die Förderung endet am 15.12.2026, der Einsatz läuft weiter (Fröbelschule).",
        "Jonas Probemann: Der Einsatz endet am 23.01.2027 (Jugendtreff Ärmel).",
        f"Ob diese Angaben stimmen, hat noch niemand gefragt: {town.provider.name}. Bestätigen",
        "An einer Schule ist niemand eingesetzt: Leere Schule. Schulen",
    ]
    assert keeper.get("/").click("Schulen zeigen").select("tbody th a") == ["Leere Schule"]


def test_the_earlier_end_comes_first_whichever_it_is(keeper: Browser, session: Session, town: Town) -> None:
    def post(given: str, *, funded: int, until: int | None) -> None:
        who = factories.person(session, given, "Probe")
        days = [WEDNESDAY + timedelta(days=n) if n is not None else None for n in (funded, until)]
        factories.assignment(session, who, town.club, town.provider, funded_until=days[0], valid_until=days[1])

    post("Money-ends-long-after", funded=250, until=3)
    post("Money-ended-before", funded=-5, until=6)
    for n in range(10, 14):
        post(f"Money-ends-{n}", funded=n, until=None)
    session.commit()
    lines = keeper.get("/").select(".desk-lines li")
    assert [line.split(" ")[0] for line in lines[:4]] == [
        *("Money-ends-long-after", "Money-ended-before", "Money-ends-10", "Money-ends-11")
    ]
    assert "Der Einsatz endet am 01.12.2026" in lines[1]
    assert len([one for one in lines if "endet am" in one]) == 5


def test_sentences_of_a_kind_are_limited(keeper: Browser, session: Session, town: Town) -> None:
    for n in range(9):
        one = factories.person(session, f"V{n}", f"N{n}")
        factories.assignment(session, one, town.club, town.provider, valid_until=WEDNESDAY + timedelta(days=n))
    session.commit()
    assert len([one for one in keeper.get("/").select(".desk-lines li") if "endet am" in one]) == 5


def test_a_keeper_of_one_provider_hears_of_that_one(browser: Browser, session: Session, town: Town) -> None:
    other = factories.organisation(session, "Anderer Träger")
    factories.assignment(session, town.jonas, town.club, other, valid_until=date(2026, 12, 1))
    factories.assignment(session, town.aylin, town.club, town.provider, valid_until=date(2026, 12, 2))
    factories.school(session, "Leere Schule", "654321")
    factories.account(session, "teil@example.org", Role.DIRECTORY_KEEPER, keeps=town.provider)
    session.commit()
    browser.sign_in("teil@example.org", factories.PASSWORD)
    lines = browser.get("/").select(".desk-lines li")
    assert len(lines) == 2
    assert "Aylin Musterfrau" in lines[0]
    assert "hat noch niemand gefragt" in lines[1]
    assert "Anderer Träger" not in " ".join(lines)


def test_a_professional_is_not_bothered(professional: Browser, session: Session, town: Town) -> None:
    town.work.valid_until = WEDNESDAY
    session.commit()
    assert professional.get("/").select(".desk-lines li") == []


def test_what_goes_on_in_another_row_does_not_end(keeper: Browser, session: Session, town: Town) -> None:
    def post(name: str, *spans: tuple[int, int | None], funded: int | None = None) -> None:
        who = factories.person(session, name, "Probe")
        for first, last in spans:
            factories.assignment(
                *(session, who, town.club, town.provider),
                valid_from=WEDNESDAY + timedelta(days=first),
                valid_until=None if last is None else WEDNESDAY + timedelta(days=last),
                funded_until=None if funded is None else WEDNESDAY + timedelta(days=funded),
            )

    post("Goes-on", (-9, 3), (4, None))
    post("Gap", (-9, 4), (6, None))
    post("Twice", (-9, 5), (6, 8))
    post("Planned-only", (2, 7))
    post("Money", (-9, 9), (10, None), funded=20)
    session.commit()
    lines = keeper.get("/").select(".desk-lines li")
    assert [line.split(" ")[0] for line in lines if "endet am" in line] == ["Gap", "Twice", "Money"]
    day = WEDNESDAY + timedelta(days=8)
    assert f"{day:%d.%m.%Y}" in next(line for line in lines if line.startswith("Twice"))


def test_who_may_not_see_plans_hears_of_gaps_alone(browser: Browser, session: Session, town: Town) -> None:
    town.work.funded_until = WEDNESDAY + timedelta(days=20)
    factories.assignment(session, town.jonas, town.club, town.provider, valid_until=WEDNESDAY + timedelta(days=9))
    factories.school(session, "Leere Schule", "654321")
    factories.account(session, "leitung@example.org", Role.LEAD)
    session.commit()
    browser.sign_in("leitung@example.org", factories.PASSWORD)
    assert [line.split(" ")[0] for line in browser.get("/").select(".desk-lines li")] == ["An"]


@pytest.mark.parametrize("role", [Role.PLANNER, Role.COORDINATOR])
def test_who_plans_hears_of_gaps_in_the_whole_city(browser: Browser, session: Session, town: Town, role: Role) -> None:
    town.work.funded_until = WEDNESDAY + timedelta(days=20)
    factories.school(session, "Leere Schule", "654321")
    factories.account(session, "plan@example.org", role)
    session.commit()
    browser.sign_in("plan@example.org", factories.PASSWORD)
    lines = browser.get("/").select(".desk-lines li")
    assert [line.split(" ")[0] for line in lines] == ["Aylin", "An"]
    assert "Förderung endet am 15.12.2026" in lines[0]
    assert browser.get("/").click("Ansehen").status == 200


def test_the_desk_takes_as_many_statements_whatever_is_due(
    app: Flask, browser: Browser, session: Session, town: Town
) -> None:
    factories.account(session, "plan@example.org", Role.PLANNER)
    session.commit()
    browser.sign_in("plan@example.org", factories.PASSWORD)
    with counted(app) as few:
        browser.get("/")
    for n in range(4):
        one = factories.person(session, f"V{n}", f"N{n}")
        factories.assignment(session, one, town.club, town.provider, valid_until=WEDNESDAY + timedelta(days=n))
        factories.school(session, f"Leere Schule {n}", f"65432{n}")
    session.commit()
    with counted(app) as many:
        assert len(browser.get("/").select(".desk-lines li")) == 5
    assert len(many) == len(few)


def test_the_desk_says_for_whom_one_stands_in_where_and_until_when(
    browser: Browser, session: Session, town: Town
) -> None:
    factories.account(session, "aylin@example.org", person_id=town.aylin.id)
    last, day = date(2026, 12, 10), timedelta(days=1)
    substitute = {"substitute_id": town.aylin.id}
    factories.absence(session, town.jonas, WEDNESDAY - day, last, **substitute)
    ended = factories.person(session, "Eva", "Vorbei")
    coming = factories.person(session, "Kim", "Kommt")
    nowhere = factories.person(session, "Nele", "Nirgends")
    other = factories.person(session, "Olaf", "Anders")
    for one in (ended, coming, other):
        factories.assignment(session, one, town.club, town.provider)
    factories.assignment(session, town.jonas, town.school, town.provider, valid_from=WEDNESDAY + day)
    factories.absence(session, ended, WEDNESDAY - 9 * day, WEDNESDAY - day, **substitute)
    factories.absence(session, coming, WEDNESDAY + day, None, **substitute)
    factories.absence(session, nowhere, WEDNESDAY, None, **substitute)
    factories.absence(session, other, WEDNESDAY, None, substitute_id=town.jonas.id)
    session.commit()
    browser.sign_in("aylin@example.org", factories.PASSWORD)
    page = browser.get("/")
    assert page.select(".notice--info") == ["Sie vertreten Jonas Probemann bis 10.12.2026 Jugendtreff Ärmel"]
    assert page.href("Jugendtreff Ärmel") == f"/orte/{town.club.id}"
    # What is her own stays as it was: the club is no place of hers.
    assert [one.split(" Sie ")[0] for one in page.select(".panel--today")] == ["Fröbelschule"]
