"""Two entries of one person become one, with all that hangs on either; two people stay two."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import UniqueConstraint, func, select
from sqlalchemy.orm import Session

from coordination.bodies.models import Deputy
from coordination.calendars.models import CalendarLink
from coordination.calendars.rules import FeedKind
from coordination.core import clock
from coordination.core.access import Actor, BodyRole, Role
from coordination.core.db import Base
from coordination.core.errors import Forbidden
from coordination.core.work import AuditEntry, Work
from coordination.directory.consents.models import Consent
from coordination.directory.duplicates import queries, services
from coordination.directory.duplicates.models import MergedPerson, TwoPeople
from coordination.directory.models import Assignment, EarlierValue, Organisation, Person, Place
from coordination.directory.rounds.models import ChangeProposal, ConfirmationRound, RoundPerson
from coordination.directory.rounds.rules import ProposalState, Said, Way
from coordination.directory.rules import Function
from coordination.mail.outbox import OutboxMail
from coordination.meetings.models import Invitation
from coordination.minutes.models import Attendance
from coordination.minutes.rules import Presence as Came
from tests import factories
from tests.browser import Browser, Page
from tests.directory.keepers import City, build, enter, every, stored

SOON = timedelta(days=30)


@pytest.fixture
def city(session: Session) -> City:
    return build(session)


@pytest.fixture
def keeper(browser: Browser, city: City) -> Browser:
    return enter(browser, "eins")


@pytest.fixture
def pair(session: Session, city: City) -> tuple[Person, Person]:
    """Return two entries of Frida, both of the provider; the second knows her number."""
    first = factories.person(session, "Frida", "Distelfink", organisation_id=city.provider, function="Fachkraft")
    second = factories.person(
        session, "Frida", "Distelfinck", organisation_id=city.team, phone="+49521511234", function="Leitung"
    )
    session.commit()
    return first, second


def beside(keeper: Browser, pair: tuple[Person, Person]) -> Page:
    return keeper.get(f"/personen/{pair[0].id}/zusammenfuehren?mit={pair[1].id}")


def _naming(session: Session, key: int) -> list[str]:
    """Return the columns of the whole database that name a person."""
    return [
        f"{table.name}.{foreign.parent.name}"
        for table in Base.metadata.sorted_tables
        for foreign in table.foreign_keys
        if foreign.column is Person.__table__.c.id
        and session.scalar(select(func.count()).select_from(table).where(foreign.parent == key))
    ]


def test_all_that_hangs_on_either_hangs_on_the_one_that_stays(
    keeper: Browser, session: Session, city: City, pair: tuple[Person, Person]
) -> None:
    kept, gone = pair
    provider, school = session.get_one(Organisation, city.provider), session.get_one(Place, city.school)
    other = session.get_one(Place, city.second_school)
    factories.assignment(session, kept, school, provider)
    factories.assignment(session, gone, other, provider)
    factories.absence(session, gone, clock.today() + SOON)
    factories.absence(session, session.get_one(Person, city.ada), clock.today() + SOON, substitute_id=gone.id)
    factories.consents(session, gone, phone="+4952190123")
    factories.post(session, provider, gone)
    body = factories.member(session, gone, "Beirat Probe", BodyRole.CHAIR)
    held = factories.meeting(session, body, date(2026, 6, 1), state="closed")
    session.add(Invitation(meeting_id=held.id, person_id=gone.id, role=BodyRole.CHAIR, generation=1))
    session.add(Attendance(meeting_id=held.id, person_id=gone.id, presence=Came.PRESENT))
    sent: dict[str, Any] = {"state": ProposalState.WAITING, "at": clock.utc_now(), "wish": {}, "told": []}
    session.add(ChangeProposal(person_id=gone.id, employer_id=city.provider, **sent))
    factories.task(session, held, who=gone)
    account = factories.account(session, "frida@example.org", person_id=gone.id)
    link = CalendarLink(user_id=account.id, kind=FeedKind.PERSON, subject_id=gone.id, created_at=clock.utc_now())
    session.add(link)
    session.commit()
    mail = {"purpose": "invitation", "about": f"meeting:{held.id}", "recipient": "frida@example.org", "subject": "x"}
    at = {"created_at": clock.utc_now(), "due_at": clock.utc_now()}
    session.add(OutboxMail(**mail, **at, person_id=gone.id, message_id="<1@example.org>", content=b""))
    session.commit()
    named, old = _naming(session, gone.id), gone.id
    page = beside(keeper, pair)
    assert "Beirat Probe" in page.main
    page = page.submit("Zusammenführen").follow()
    assert "ist jetzt Teil dieses Eintrags" in page.flash
    session.expire_all()
    assert session.get(Person, old) is None
    assert _naming(session, old) == []
    assert set(named) <= set(_naming(session, kept.id))
    assert [one.person_id for one in every(session, ChangeProposal)] == [kept.id]
    assert {"consent.person_id", "absence.substitute_id", "attendance.person_id", "user_account.person_id"} < set(named)
    assert session.get_one(CalendarLink, link.id).subject_id == kept.id
    assert [one.person_id for one in every(session, OutboxMail)] == [kept.id]
    assert {one.place_id for one in every(session, Assignment) if one.person_id == kept.id} == {school.id, other.id}
    assert "person.merged" in session.scalars(select(AuditEntry.action)).all()


def test_of_what_each_may_have_once_that_of_the_entry_that_stays_holds(
    keeper: Browser, session: Session, city: City, pair: tuple[Person, Person]
) -> None:
    for number, one in enumerate(pair):
        factories.consents(session, one, phone=f"+4952190{number}23")
    asked = ConfirmationRound(employer_id=city.provider, started_at=clock.utc_now())
    answered = {"answer": Said.CONFIRMED, "origin": Way.OFFICE, "answered_at": clock.utc_now()}
    asked.asked = [RoundPerson(person_id=pair[0].id), RoundPerson(person_id=pair[1].id, **answered)]
    account = factories.account(session, "leser@example.org")
    for one in pair:
        link = CalendarLink(user_id=account.id, kind=FeedKind.PERSON, subject_id=one.id, created_at=clock.utc_now())
        session.add(link)
    session.add(asked)
    session.commit()
    assert beside(keeper, pair).submit("Zusammenführen").status == 303
    assert [(one.person_id, one.phone) for one in every(session, Consent)] == [(pair[0].id, "+4952190023")]
    assert [(one.person_id, one.answer) for one in every(session, RoundPerson)] == [(pair[0].id, Said.CONFIRMED)]
    assert [one.subject_id for one in every(session, CalendarLink)] == [pair[0].id]


def test_what_is_missing_is_taken_over_and_what_differs_is_noted(
    keeper: Browser, session: Session, pair: tuple[Person, Person]
) -> None:
    old = pair[1].id
    page = beside(keeper, pair).submit("Zusammenführen").follow()
    session.expire_all()
    assert (pair[0].phone, pair[0].function) == ("+49521511234", "Fachkraft")
    assert [(one.name, one.said) for one in every(session, MergedPerson)] == [
        ("Frida Distelfinck", {"function": "Leitung", "organisation_id": "Team Nord"})
    ]
    assert "Frida Distelfinck" in page.select("#merged ~ ul, section[aria-labelledby=merged]")[0]
    assert [one.field for one in every(session, EarlierValue) if one.person_id == pair[0].id] == ["phone"]
    assert keeper.get(f"/personen/{old}").location == f"/personen/{pair[0].id}"
    assert "Distelfinck" not in keeper.get("/suche?q=Distelfink").main


def test_an_address_leads_on_through_two_merges(
    keeper: Browser, session: Session, city: City, pair: tuple[Person, Person]
) -> None:
    third = factories.person(session, "Frieda", "Distelfink", organisation_id=city.provider)
    session.commit()
    old = pair[1].id
    beside(keeper, pair).submit("Zusammenführen")
    beside(keeper, (third, pair[0])).submit("Zusammenführen")
    assert keeper.get(f"/personen/{old}").location == f"/personen/{third.id}"


def _same_place(session: Session, city: City, kept: Person, gone: Person) -> None:
    where, unit = session.get_one(Place, city.school), session.get_one(Organisation, city.provider)
    for one in (kept, gone):
        factories.assignment(session, one, where, unit)


def _substitute(session: Session, _city: City, kept: Person, gone: Person) -> None:
    factories.absence(session, gone, date(2026, 1, 1), date(2026, 1, 9), substitute_id=kept.id)


def _same_body(session: Session, _city: City, kept: Person, gone: Person) -> None:
    for one in (kept, gone):
        factories.member(session, one, "Beirat Probe")


def _same_post(session: Session, city: City, kept: Person, gone: Person) -> None:
    row = factories.post(session, session.get_one(Organisation, city.provider), kept)
    holder = type(row.holders[0])
    row.holders.append(holder(person_id=gone.id, valid_from=row.valid_from))


def _both_invited(session: Session, city: City, kept: Person, gone: Person) -> None:
    body = factories.member(session, session.get_one(Person, city.ada), "Beirat Probe")
    held = factories.meeting(session, body, date(2026, 6, 1))
    for one in (kept, gone):
        session.add(Invitation(meeting_id=held.id, person_id=one.id, role=None, generation=1))


def _both_there(session: Session, city: City, kept: Person, gone: Person) -> None:
    body = factories.member(session, session.get_one(Person, city.ada), "Beirat Probe")
    held = factories.meeting(session, body, date(2026, 6, 1), state="closed")
    for one in (kept, gone):
        session.add(Attendance(meeting_id=held.id, person_id=one.id, presence=Came.PRESENT))


def _deputised(session: Session, city: City, kept: Person, gone: Person) -> None:
    body = factories.member(session, session.get_one(Person, city.ada), "Beirat Probe")
    held = factories.meeting(session, body, date(2026, 6, 1), state="closed")
    row = {"meeting_id": held.id, "person_id": gone.id, "presence": Came.PRESENT}
    session.add(Attendance(**row, stands_in_for_id=kept.id))


def _accounts(session: Session, _city: City, kept: Person, gone: Person) -> None:
    for one in (kept, gone):
        factories.account(session, f"frida{one.id}@example.org", person_id=one.id)


def _would_gain(session: Session, _city: City, kept: Person, gone: Person) -> None:
    factories.account(session, "frida@example.org", person_id=kept.id)
    factories.member(session, gone, "Beirat Probe", BodyRole.CHAIR)


def _elsewhere(session: Session, city: City, _kept: Person, gone: Person) -> None:
    unit = session.get_one(Organisation, city.other)
    factories.assignment(session, gone, session.get_one(Place, city.facility), unit)


def _away(session: Session, _city: City, kept: Person, gone: Person) -> None:
    for one, day in ((kept, date(2026, 1, 1)), (gone, date(2026, 1, 5))):
        factories.absence(session, one, day, date(2026, 1, 9))


def _deputies(session: Session, city: City, kept: Person, gone: Person) -> None:
    body = factories.member(session, session.get_one(Person, city.ada), "Beirat Probe")
    for one in (kept, gone):
        session.add(Deputy(body_id=body.id, membership_id=None, person_id=one.id, valid_from=date(2020, 1, 1)))


def _both_waiting(session: Session, city: City, kept: Person, gone: Person) -> None:
    wish: dict[str, Any] = {"state": ProposalState.WAITING, "at": clock.utc_now(), "wish": {}, "told": []}
    session.add_all([ChangeProposal(person_id=one.id, employer_id=city.provider, **wish) for one in (kept, gone)])


def _waiting(session: Session, city: City, kept: Person, gone: Person) -> None:
    asked = ConfirmationRound(employer_id=city.provider, started_at=clock.utc_now())
    wish: dict[str, Any] = {"state": ProposalState.WAITING, "at": clock.utc_now(), "wish": {}, "told": []}
    wish |= {"person_id": gone.id, "employer_id": city.provider}
    asked.asked = [RoundPerson(person_id=kept.id), RoundPerson(person_id=gone.id, proposals=[ChangeProposal(**wish)])]
    session.add(asked)


OBSTACLES = {
    "the same task at one place": (_same_place, "eingesetzt. Bitte beenden Sie"),
    "one covered the other's absence": (_substitute, "Es sind zwei"),
    "both in one body": (_same_body, "Beide sind Mitglied in „Beirat Probe“"),
    "both hold one post": (_same_post, "Beide haben die Stelle „Fachberatung Probe“ inne"),
    "both invited": (_both_invited, "Beide waren zu „Sitzung Probe“ am 01.06.2026 eingeladen"),
    "both attended": (_both_there, "in der Anwesenheit derselben Sitzung"),
    "one stood in for the other": (_deputised, "Es sind zwei"),
    "both have an account": (_accounts, "Beide haben ein Konto"),
    "an account would gain rights": (_would_gain, "Das Konto bekäme sie zu sehen"),
    "an assignment of another employer": (_elsewhere, "Einsätze bei „Anderer Träger gGmbH“, die Sie nicht pflegen"),
    "both away at once": (_away, "für dieselben Tage als abwesend"),
    "both deputies of the pool": (_deputies, "Beide sind Vertretung desselben Mitglieds"),
    "something reported still waits": (_waiting, "wartet noch eine gemeldete Änderung"),
    "something of both still waits": (_both_waiting, "wartet noch eine gemeldete Änderung"),
}


@pytest.mark.parametrize("name", OBSTACLES)
def test_what_cannot_be_put_together_says_why_and_changes_nothing(
    name: str, keeper: Browser, session: Session, city: City, pair: tuple[Person, Person]
) -> None:
    page = beside(keeper, pair)
    make, said = OBSTACLES[name]
    make(session, city, *pair)
    session.commit()
    answer = page.submit("Zusammenführen")
    assert answer.status == 409
    assert said in answer.main
    assert not answer.soup.select('form[action$="zusammenfuehren"]')
    session.expire_all()
    assert session.get(Person, pair[1].id) is not None
    assert every(session, MergedPerson) == []


def test_where_each_may_have_one_row_both_is_an_obstacle_or_belongs_to_the_person_alone() -> None:
    """A new table that each person may stand in once has to be thought of."""
    once = {
        table.name
        for table in Base.metadata.sorted_tables
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
        for column in constraint.columns
        if any(foreign.column is Person.__table__.c.id for foreign in column.foreign_keys)
    }
    assert once == {"attendance", "consent", "invitation", "round_person", "two_people", "user_account"}


def test_who_was_changed_meanwhile_is_looked_at_again(
    keeper: Browser, session: Session, pair: tuple[Person, Person]
) -> None:
    page = beside(keeper, pair)
    pair[1].function = "Vertretung"
    session.commit()
    answer = page.submit("Zusammenführen")
    assert answer.status == 409
    assert "inzwischen geändert" in answer.main
    assert "Vertretung" in answer.main
    assert every(session, MergedPerson) == []


def test_taking_back_a_step_leads_to_the_entry_that_stayed(
    keeper: Browser, session: Session, city: City, pair: tuple[Person, Person]
) -> None:
    kept, gone = pair
    where, unit = session.get_one(Place, city.school), session.get_one(Organisation, city.provider)
    later = clock.today() + SOON
    row = factories.assignment(session, gone, where, unit, valid_from=later, function=Function.SCHOOL_SOCIAL_WORK)
    session.commit()
    form = keeper.get(f"/einsaetze/{row.id}/zurueckziehen")
    done = form.submit(button="Einsatz zurückziehen").follow()
    beside(keeper, pair).submit("Zusammenführen")
    done.submit("Rückgängig")
    assert [one.person_id for one in every(session, Assignment) if one.valid_from == later] == [kept.id]


def test_doubles_are_listed_with_the_reason_and_told_apart(
    keeper: Browser, session: Session, city: City, pair: tuple[Person, Person]
) -> None:
    kept, gone = pair
    other = factories.person(session, "Bo", "Birke", organisation_id=city.other, email="bo@example.org")
    factories.person(session, "Boris", "Birkenau", organisation_id=city.other, email="BO@example.org")
    factories.person(session, "Frida", "Distelfink", organisation_id=city.provider, valid_until=date(2020, 1, 1))
    session.commit()
    page = keeper.get("/personen/doppelte")
    assert [row.get_text(" ", strip=True) for row in page.soup.select("tbody tr td:nth-of-type(2)")] == [
        "fast derselbe Name"
    ]
    assert other.name not in page.main
    page = page.submit("Zwei Personen").follow()
    assert "Niemand scheint doppelt" in page.main
    assert [(one.first_id, one.second_id) for one in every(session, TwoPeople)] == [(kept.id, gone.id)]
    page = page.submit("Wieder vorschlagen").follow()
    assert "fast derselbe Name" in page.main
    assert every(session, TwoPeople) == []


def test_of_many_pairs_the_likeliest_are_shown_and_the_number_of_all(
    keeper: Browser, session: Session, city: City, pair: tuple[Person, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST", 2)
    for family, email in (("Zander", "eins@example.org"), ("Ulme", "zwei@example.org")):
        for given in ("Kim", "Robin"):
            factories.person(session, given, family, organisation_id=city.provider, email=email)
    session.commit()
    page = keeper.get("/personen/doppelte")
    reasons = [row.get_text(" ", strip=True) for row in page.soup.select("tbody tr td:nth-of-type(2)")]
    assert reasons == ["dieselbe E-Mail-Adresse"] * 2
    assert "Die 2 wahrscheinlichsten von 3." in page.main


@pytest.mark.parametrize("foreign", [0, 1])
def test_the_service_refuses_an_entry_that_is_not_the_actors(
    session: Session, city: City, pair: tuple[Person, Person], foreign: int
) -> None:
    """Whatever page calls it: what is somebody else's neither goes nor takes over."""
    pair[foreign].organisation_id = city.other
    session.commit()
    actor = Actor(user_id=1, roles=frozenset({Role.DIRECTORY_KEEPER}), keeps=frozenset({city.provider, city.team}))
    work = Work(session, actor, clock.utc_now())
    with pytest.raises(Forbidden):
        services.merge(work, *pair, version=pair[0].version, gone_version=pair[1].version)
    assert {one.id for one in pair} <= {one.id for one in every(session, Person)}


def test_who_left_and_came_back_as_a_new_entry_is_suggested(
    keeper: Browser, session: Session, pair: tuple[Person, Person]
) -> None:
    pair[1].valid_until = date(2020, 1, 1)
    session.commit()
    page = keeper.get(f"/personen/{pair[0].id}/zusammenfuehren")
    assert [link.get_text() for link in page.soup.select(".preview .link-list a")] == ["Frida Distelfinck"]
    assert beside(keeper, pair).submit("Zusammenführen").status == 303
    assert stored(session, Person, pair[0].id).valid_until is None


def test_one_of_somebody_elses_is_shown_and_left_alone(
    keeper: Browser, session: Session, city: City, pair: tuple[Person, Person]
) -> None:
    pair[1].organisation_id = city.other
    session.commit()
    page = keeper.get("/personen/doppelte")
    assert "pflegt jemand anders" in page.main
    assert beside(keeper, pair).status == 403
    assert not keeper.get(f"/personen/{pair[0].id}/zusammenfuehren").soup.select(".link-list a")


def test_an_entry_is_chosen_from_the_alike_or_by_name(
    keeper: Browser, session: Session, city: City, pair: tuple[Person, Person]
) -> None:
    page = keeper.get(f"/personen/{pair[0].id}/zusammenfuehren")
    assert [link.get_text() for link in page.soup.select(".preview .link-list a")] == ["Frida Distelfinck"]
    found = keeper.get(f"/personen/{pair[0].id}/zusammenfuehren?q=ahorn")
    assert any("Ahornblatt" in link.get_text() for link in found.soup.select(".preview .link-list a"))
    assert "So heißt niemand" in keeper.get(f"/personen/{pair[0].id}/zusammenfuehren?q=zzz").main
