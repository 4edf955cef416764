"""Changing, correcting, ending, taking back and confirming assignments through their pages."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.directory.models import Assignment, Organisation, Person, Place
from tests import factories
from tests.browser import Browser, Page
from tests.directory.keepers import City, build, enter, every, forge, stored

#: Another last day alone: no other facts.
LONGER = {"valid_until": "2030-12-31"}


@pytest.fixture
def city(session: Session) -> City:
    return build(session)


@pytest.fixture
def keeper(browser: Browser, city: City) -> Browser:
    return enter(browser, "eins")


def save(page: Page) -> Page:
    answer = page.submit(button="Einsatz speichern")
    assert answer.status == 303, answer.main
    return answer.follow()


def change(keeper: Browser, city: City, **fields: Any) -> Page:
    return keeper.get(f"/einsaetze/{city.post}/bearbeiten").submit("Weiter zur Vorschau", **fields)


def test_the_preview_says_what_was_and_what_will_be(keeper: Browser, city: City) -> None:
    page = change(keeper, city, scope="from", share="0,25", target_group="Inklusion")
    told = dict(zip(page.select(".round-change dt"), page.select(".round-change__new"), strict=True))
    assert list(told) == ["Zielgruppe", "Anteil"]
    assert told["Zielgruppe"] == "neu Inklusion"
    assert "bisher" in page.select(".round-change dd")[0]


def test_a_change_from_a_day_on_keeps_the_history(keeper: Browser, city: City, session: Session) -> None:
    day = clock.today() + timedelta(days=30)
    page = change(keeper, city, from_day=day.isoformat(), share="0,75", day4_starts="", day4_ends="", day4_room="")
    assert "Der Verlauf bleibt" in page.main
    save(page)
    old, following = every(session, Assignment)
    assert (old.valid_until, old.share_posts) == (day - timedelta(days=1), Decimal("0.50"))
    assert (following.valid_from, following.valid_until, following.share_posts) == (day, None, Decimal("0.75"))
    assert (len(old.presences), len(following.presences)) == (5, 4)
    assert following.share_hours is None


def test_the_address_of_what_was_replaced_leads_to_what_holds(keeper: Browser, city: City, session: Session) -> None:
    old = session.get_one(Assignment, city.post)
    today, person, place = clock.today(), old.person, old.place
    assert person is not None
    employer, days = session.get_one(Organisation, city.provider), timedelta(days=1)
    spans = [(old.valid_from, today - 40 * days), (today - 39 * days, today - 10 * days), (today - 9 * days, None)]
    old.valid_until = spans[0][1]
    more = [
        factories.assignment(session, person, place, employer, valid_from=first, valid_until=last)
        for first, last in spans[1:]
    ]
    # Somebody else's there begins on the same day.
    factories.assignment(session, session.get_one(Person, city.ben), place, employer, valid_from=spans[1][0])
    session.commit()
    keys = [city.post, *(one.id for one in more)]
    told = "Dieser Einsatz wurde durch eine spätere Änderung ersetzt. Hier steht der"
    for step in ("bearbeiten", "beenden"):
        for key in keys[:2]:
            answer = keeper.get(f"/einsaetze/{key}/{step}")
            assert answer.location == f"/einsaetze/{keys[2]}/{step}"
            assert answer.follow().flash == f"{told}, der gilt."
        page = keeper.get(f"/einsaetze/{keys[2]}/{step}")
        assert (page.status, page.flash) == (200, "")
    more[1].valid_until = today - days
    session.commit()
    for step in ("bearbeiten", "beenden"):
        answer = keeper.get(f"/einsaetze/{keys[0]}/{step}")
        assert answer.location == f"/einsaetze/{keys[2]}/{step}"
        assert answer.follow().flash == f"{told} letzte Stand; der Einsatz ist beendet."


def test_what_has_ended_and_does_not_go_on_is_there_to_correct(keeper: Browser, city: City, session: Session) -> None:
    row = session.get_one(Assignment, city.post)
    row.valid_until = clock.today() - timedelta(days=1)
    # What begins after a gap is another stay.
    later = {"valid_from": clock.today() + timedelta(days=1)}
    factories.assignment(session, row.person, row.place, session.get_one(Organisation, city.provider), **later)
    session.commit()
    assert keeper.get(f"/einsaetze/{city.post}/bearbeiten").status == 200


def test_a_correction_changes_the_entry_itself(keeper: Browser, city: City, session: Session) -> None:
    page = change(keeper, city, scope="correction", share="0,75", valid_from="2021-01-01", day0_starts="09:00")
    assert page.select(".round-change dt") == ["Anteil", "Erster Tag", "Wöchentliche Zeiten"]
    save(page)
    (row,) = every(session, Assignment)
    assert (row.valid_from, row.share_posts) == (date(2021, 1, 1), Decimal("0.75"))
    assert row.presences[0].starts_at == time(9)


def test_what_is_no_new_truth_makes_no_new_row(keeper: Browser, city: City, session: Session) -> None:
    save(change(keeper, city, funded_until="2027-07-31"))
    (row,) = every(session, Assignment)
    assert row.funded_until == date(2027, 7, 31)
    assert (row.share_posts, row.share_hours) == (Decimal("0.50"), Decimal("19.50"))


@pytest.mark.parametrize("scope", ["from", "correction"])
def test_where_nothing_is_different_nothing_is_stored(
    keeper: Browser, city: City, session: Session, scope: str
) -> None:
    before = session.get_one(Assignment, city.post).version
    scopes = [one["value"] for one in keeper.get(f"/einsaetze/{city.post}/bearbeiten").soup.select("[name=scope]")]
    page = change(keeper, city, scope=scopes[0] if scope == "from" else scopes[1])
    assert page.status == 200
    assert "Nichts ist anders" in page.main
    assert page.h1 == "Einsatz ändern"
    assert len(every(session, Assignment)) == 1
    assert every(session, Assignment)[0].version == before


def test_taking_somebody_away_shows_the_gap(keeper: Browser, city: City, session: Session) -> None:
    day = clock.today() + timedelta(days=10)
    page = change(keeper, city, from_day=day.isoformat(), person_id=0)
    assert f"Fröbelschule: ab {day:%d.%m.%Y} ist niemand für Schulsozialarbeit eingetragen" in page.main
    page = change(keeper, city, from_day=day.isoformat(), person_id=city.ben)
    assert "Lücke" not in page.main.replace("Keine Lücke", "")


def test_a_change_after_the_end_or_without_a_day_is_refused(keeper: Browser, city: City, session: Session) -> None:
    assert change(keeper, city, from_day="", share="0,7").status == 422
    session.get_one(Assignment, city.post).valid_until = date(2026, 1, 31)
    session.commit()
    page = change(keeper, city, from_day="2027-01-01", share="0,7")
    assert page.status == 422
    assert "Der Einsatz endet vor diesem Tag" in page.main


def test_a_stale_form_shows_both_and_loses_nothing(
    keeper: Browser, other_browser: Browser, city: City, session: Session
) -> None:
    mine = keeper.get(f"/einsaetze/{city.post}/bearbeiten")
    other = enter(other_browser, "alles")
    save(
        other.get(f"/einsaetze/{city.post}/bearbeiten").submit(
            "Weiter zur Vorschau", scope="correction", target_group="Inklusion"
        )
    )
    page = mine.submit("Weiter zur Vorschau", scope="correction", target_group="Integration")
    assert page.status == 409
    assert "Integration" in page.main
    assert "Inklusion" in page.main
    assert every(session, Assignment)[0].target_group == "Inklusion"
    save(page.submit("Weiter zur Vorschau"))
    assert every(session, Assignment)[0].target_group == "Integration"


def end(keeper: Browser, city: City, day: date) -> Page:
    return keeper.get(f"/einsaetze/{city.post}/beenden").submit("Weiter zur Vorschau", last_on=day.isoformat())


def test_ending_shows_the_gap_and_can_be_taken_back(keeper: Browser, city: City, session: Session) -> None:
    today = clock.today()
    page = end(keeper, city, today)
    assert f"ab {today + timedelta(days=1):%d.%m.%Y} ist niemand für Schulsozialarbeit" in page.main
    done = page.submit(button="Einsatz beenden").follow()
    assert "endet am" in done.flash
    assert stored(session, Assignment, city.post).valid_until == today
    back = done.submit("Rückgängig").follow()
    assert "zurückgenommen" in back.flash
    assert stored(session, Assignment, city.post).valid_until is None


def test_ending_says_what_gets_less_where_somebody_stays(keeper: Browser, city: City, session: Session) -> None:
    """One of two goes: no gap, but half of the posts and two days of the week."""
    today = clock.today()
    get = session.get_one
    rest = [(number, 8, 13, "") for number in range(3)]
    ben, school, employer = get(Person, city.ben), get(Place, city.school), get(Organisation, city.provider)
    factories.assignment(session, ben, school, employer, times=rest, share_posts=Decimal(1))
    session.commit()
    page = end(keeper, city, today)
    said = f"Fröbelschule, Schulsozialarbeit ab {today + timedelta(days=1):%d.%m.%Y}: 1 statt 1,5 Stellen."
    assert said in " ".join(page.main.split()), page.main[page.main.index("Weniger") :][:160]
    assert "Do und Fr ist niemand da." in page.main
    assert "Nichts spricht dagegen" not in page.main
    factories.assignment(
        session, get(Person, city.stranger), school, employer, valid_from=today + timedelta(days=1), share_posts=0.5
    )
    session.commit()
    assert "Nichts spricht dagegen" in end(keeper, city, today).main


def test_a_stale_undo_refuses_kindly(keeper: Browser, city: City, session: Session) -> None:
    done = end(keeper, city, clock.today()).submit(button="Einsatz beenden").follow()
    session.get_one(Assignment, city.post).target_group = "andere"
    session.commit()
    back = done.submit("Rückgängig").follow()
    assert "inzwischen noch einmal geändert" in back.flash
    assert stored(session, Assignment, city.post).valid_until == clock.today()


def test_an_undo_that_nobody_signed_is_nothing(keeper: Browser, city: City, session: Session) -> None:
    end(keeper, city, clock.today()).submit(button="Einsatz beenden")
    page = f"/einsaetze/{city.post}/beenden"
    for query in ("", "?bis=&t=abc", "?bis=2030-01-01&t=abc"):
        assert forge(keeper, page, f"/einsaetze/{city.post}/ende-zuruecknehmen{query}").status == 404
    assert stored(session, Assignment, city.post).valid_until == clock.today()


def test_nothing_ends_before_it_begins(keeper: Browser, city: City, session: Session) -> None:
    page = end(keeper, city, date(2020, 7, 31))
    assert page.status == 422
    assert "Das Ende liegt vor dem Beginn" in page.main
    assert stored(session, Assignment, city.post).valid_until is None


def test_ending_never_prolongs(keeper: Browser, city: City, session: Session) -> None:
    session.get_one(Assignment, city.post).valid_until = clock.today()
    session.commit()
    page = end(keeper, city, clock.today() + timedelta(days=1))
    assert page.status == 422
    assert f"endet schon am {clock.today():%d.%m.%Y}. Soll er länger dauern, nutzen Sie bitte „Ändern“." in page.main
    assert stored(session, Assignment, city.post).valid_until == clock.today()
    assert end(keeper, city, clock.today()).status == 200


def test_confirming_notes_day_and_name(keeper: Browser, city: City, session: Session) -> None:
    version = stored(session, Assignment, city.post).version
    answer = forge(keeper, "/einsaetze/neu", f"/einsaetze/{city.post}/bestaetigen?version={version}")
    assert answer.status == 303
    row = stored(session, Assignment, city.post)
    assert (row.confirmed_on, row.confirmed_by) == (clock.today(), "Eins")


def test_another_provider_s_assignment_is_out_of_reach(keeper: Browser, city: City, session: Session) -> None:
    stranger = session.get_one(Person, city.stranger)
    place, employer = session.get_one(Place, city.school), session.get_one(Organisation, city.other)
    foreign = factories.assignment(session, stranger, place, employer).id
    session.commit()
    for step in ("bearbeiten", "beenden"):
        assert keeper.get(f"/einsaetze/{foreign}/{step}").status == 403
    for step in ("bestaetigen", "beenden", "bearbeiten", "ende-zuruecknehmen"):
        assert forge(keeper, "/einsaetze/neu", f"/einsaetze/{foreign}/{step}", step="save").status == 403
    assert stored(session, Assignment, foreign).confirmed_on is None


@pytest.mark.parametrize(
    ("fields", "stays"), [({"share": "0,75"}, False), ({"share": "0,75", "confirmed": True}, True), (LONGER, True)]
)
def test_a_correction_lifts_the_confirmation_of_what_it_changes(
    keeper: Browser, city: City, session: Session, *, fields: dict[str, Any], stays: bool
) -> None:
    row = stored(session, Assignment, city.post)
    row.confirmed_on, row.confirmed_by = clock.today(), "Frau Eins"
    session.commit()
    preview = keeper.get(f"/einsaetze/{city.post}/bearbeiten").submit(
        "Weiter zur Vorschau", scope="correction", **fields
    )
    save(preview)
    assert (stored(session, Assignment, city.post).confirmed_on == clock.today()) is stays


def test_a_new_assignment_is_given_up_where_it_was_begun(keeper: Browser, city: City) -> None:
    for address in (f"/orte/{city.school}", f"/personen/{city.ada}"):
        kind = "ort" if "orte" in address else "person"
        form = keeper.get(f"/einsaetze/neu?{kind}={address.rpartition('/')[2]}")
        assert form.href("Abbrechen") == address
    assert keeper.get("/einsaetze/neu").href("Abbrechen") == "/wer-ist-wo"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"share": "0,5", "unit": "posts"}, (Decimal("0.5"), Decimal("19.5"))),
        ({"share": "19,5", "unit": "hours"}, (None, Decimal("19.5"))),
    ],
)
def test_who_types_the_hours_wants_them_to_count(
    keeper: Browser, city: City, session: Session, *, typed: dict[str, Any], kept: tuple[Decimal | None, Decimal]
) -> None:
    row = stored(session, Assignment, city.post)
    row.share_posts, row.share_hours = Decimal("0.5"), Decimal("19.5")
    session.commit()
    form = keeper.get(f"/einsaetze/{city.post}/bearbeiten")
    save(form.submit("Weiter zur Vorschau", scope="correction", **typed, **LONGER))
    row = stored(session, Assignment, city.post)
    assert (row.share_posts, row.share_hours) == kept
