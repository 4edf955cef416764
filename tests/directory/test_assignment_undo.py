"""Taking back what was done with assignments, and withdrawing what was only planned."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Role
from coordination.core.work import AuditEntry
from coordination.directory.assignment_undo import snapshot
from coordination.directory.models import Assignment, Organisation, Person, Place, Presence
from coordination.directory.undo_models import AssignmentStep
from tests import factories
from tests.browser import Browser, Page
from tests.directory.keepers import City, build, enter, every, forge, stored


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
    return save(keeper.get(f"/einsaetze/{city.post}/bearbeiten").submit("Weiter zur Vorschau", **fields))


def new(keeper: Browser, city: City, first: date, **more: str) -> Page:
    fields: dict[str, Any] = {
        "person_id": city.ben,
        "place_id": city.second_school,
        "employer_id": city.provider,
        "function": "school_social_work",
        "valid_from": first.isoformat(),
        "day5_starts": "10:00",
        "day5_ends": "12:00",
    }
    page = keeper.get("/einsaetze/neu").submit("Weiter zur Vorschau", **fields)
    return save(page.submit("Weiter zur Vorschau", **more) if more else page)


def state(session: Session) -> list[dict[str, Any]]:
    return [{"id": row.id} | snapshot(row) for row in every(session, Assignment)]


def actions(session: Session, key: int) -> list[str]:
    found = select(AuditEntry.action).where(AuditEntry.subject == f"assignment:{key}").order_by(AuditEntry.id)
    return list(session.scalars(found))


def test_a_creation_is_taken_back_wholly(keeper: Browser, city: City, session: Session) -> None:
    before = state(session)
    done = new(keeper, city, clock.today())
    made = every(session, Assignment)[-1].id
    back = done.submit("Rückgängig").follow()
    assert "Rückgängig gemacht" in back.flash
    assert state(session) == before
    assert len(every(session, Presence)) == 5
    assert actions(session, made) == ["assignment.created", "assignment.creation_undone"]


def test_a_change_is_taken_back_with_times_and_confirmation(keeper: Browser, city: City, session: Session) -> None:
    row = stored(session, Assignment, city.post)
    row.confirmed_on, row.confirmed_by, row.valid_until = date(2026, 9, 3), "Frau Eins", date(2029, 7, 31)
    session.commit()
    before = state(session)
    day = clock.today() + timedelta(days=20)
    done = change(keeper, city, from_day=day.isoformat(), share="0,75", day0_starts="", day0_ends="", day0_room="")
    old, following = every(session, Assignment)
    assert (following.confirmed_on, following.confirmed_by) == (None, "")
    assert old.confirmed_on == date(2026, 9, 3)
    assert "Rückgängig gemacht" in done.submit("Rückgängig").follow().flash
    assert state(session) == before


def test_a_correction_is_taken_back_with_times_and_confirmation(keeper: Browser, city: City, session: Session) -> None:
    before = state(session)
    done = change(
        keeper, city, scope="correction", valid_from="2021-01-01", day0_starts="09:00", confirmed=True, share="0,75"
    )
    assert state(session) != before
    assert "Rückgängig gemacht" in done.submit("Rückgängig").follow().flash
    assert state(session) == before


@pytest.mark.parametrize("scope", ["from", "correction"])
def test_what_somebody_changed_since_is_not_taken_back(
    keeper: Browser, city: City, session: Session, scope: str
) -> None:
    done = change(keeper, city, scope=scope, target_group="Integration")
    row = every(session, Assignment)[-1]
    forge(keeper, "/einsaetze/neu", f"/einsaetze/{row.id}/bestaetigen?version={row.version}")
    after = state(session)
    back = done.submit("Rückgängig").follow()
    assert "Jetzt wurde nichts zurückgenommen" in back.flash
    assert state(session) == after


def test_new_weekly_times_alone_make_older_forms_stale(keeper: Browser, city: City, session: Session) -> None:
    stale = keeper.get(f"/einsaetze/{city.post}/bearbeiten")
    done = change(keeper, city, scope="correction", day0_starts="09:00")
    assert stale.submit("Weiter zur Vorschau", scope="correction", day0_starts="10:00").status == 409
    change(keeper, city, scope="correction", day0_starts="11:00")
    assert "Jetzt wurde nichts zurückgenommen" in done.submit("Rückgängig").follow().flash
    assert stored(session, Assignment, city.post).presences[0].starts_at == time(11)


def test_a_step_is_taken_back_once_and_only_where_it_was_done(keeper: Browser, city: City, session: Session) -> None:
    done = new(keeper, city, clock.today())
    done.submit("Rückgängig").follow()
    again = new(keeper, city, clock.today())
    assert again.status == 200
    assert "Jetzt wurde nichts zurückgenommen" in done.submit("Rückgängig").follow().flash
    assert len(every(session, Assignment)) == 2


def test_nobody_else_takes_it_back_and_old_steps_go(
    keeper: Browser, other_browser: Browser, city: City, session: Session
) -> None:
    new(keeper, city, clock.today())
    row = every(session, Assignment)[-1]
    url = f"/einsaetze/{row.id}/zuruecknehmen"
    assert forge(keeper, "/einsaetze/neu", f"{url}?t=abc").status == 404
    other = enter(other_browser, "liest")
    assert forge(other, "/rueckmeldung", f"{url}?t=abc").status == 403
    (step,) = every(session, AssignmentStep)
    step.recorded_at -= timedelta(days=8)
    session.commit()
    new(keeper, city, clock.today() + timedelta(days=1), despite_twin="y")
    assert len(every(session, AssignmentStep)) == 1


def test_what_was_planned_is_withdrawn_and_comes_back(keeper: Browser, city: City, session: Session) -> None:
    first = clock.today() + timedelta(days=40)
    new(keeper, city, first)
    key = every(session, Assignment)[-1].id
    before = state(session)
    place = keeper.get(f"/orte/{city.second_school}")
    assert "Ben Birke" in place.main
    assert "Zurückziehen" in place.main
    page = keeper.get(f"/einsaetze/{key}/zurueckziehen")
    assert f"ab {first:%d.%m.%Y} ist niemand für Schulsozialarbeit eingetragen" in page.main
    done = page.submit(button="Einsatz zurückziehen").follow()
    assert "ist zurückgezogen" in done.flash
    left, history = keeper.get(f"/orte/{city.second_school}").main.split("Lässt sich noch zurücknehmen")
    assert "Ben Birke" not in left
    assert "Geplanter Einsatz zurückgezogen: Ben Birke" in history
    assert len(every(session, Assignment)) == 1
    assert actions(session, key)[-1] == "assignment.withdrawn"
    assert "Rückgängig gemacht" in done.submit("Rückgängig").follow().flash
    assert state(session) == before


@pytest.mark.parametrize("meanwhile", ["entered again", "the person left"])
def test_what_does_not_fit_any_more_does_not_come_back(
    keeper: Browser, city: City, session: Session, meanwhile: str
) -> None:
    first = clock.today() + timedelta(days=40)
    new(keeper, city, first)
    key = every(session, Assignment)[-1].id
    done = keeper.get(f"/einsaetze/{key}/zurueckziehen").submit(button="Einsatz zurückziehen").follow()
    if meanwhile == "entered again":
        new(keeper, city, first)
    else:
        session.rollback()
        stored(session, Person, city.ben).valid_until = first - timedelta(days=1)
        session.commit()
    before = state(session)
    assert done.submit("Rückgängig").follow().flash
    assert state(session) == before


def test_what_has_begun_is_not_withdrawn(keeper: Browser, city: City, session: Session) -> None:
    row = stored(session, Assignment, city.post)
    page = f"/einsaetze/{city.post}/zurueckziehen"
    assert keeper.get(page).status == 422
    assert "hat schon begonnen" in keeper.get(page).main
    assert forge(keeper, "/einsaetze/neu", page, version=row.version).status == 422
    assert len(every(session, Assignment)) == 1


def test_a_stale_withdrawal_is_shown_again(keeper: Browser, city: City, session: Session) -> None:
    new(keeper, city, clock.today() + timedelta(days=40))
    key = every(session, Assignment)[-1].id
    page = keeper.get(f"/einsaetze/{key}/zurueckziehen")
    version = stored(session, Assignment, key).version
    forge(keeper, "/einsaetze/neu", f"/einsaetze/{key}/bestaetigen?version={version}")
    again = page.submit(button="Einsatz zurückziehen")
    assert again.status == 409
    assert again.submit("Einsatz zurückziehen").status == 303


def test_the_first_day_changes_only_by_a_correction(keeper: Browser, city: City, session: Session) -> None:
    form = keeper.get(f"/einsaetze/{city.post}/bearbeiten")
    assert "freiwillig" not in str(form.soup.select_one(".scope"))
    page = form.submit("Weiter zur Vorschau", scope="from", valid_from="2021-01-01")
    assert page.status == 422
    assert "Der erste Tag ändert sich nur, wenn er falsch eingetragen war" in page.main


def test_weekends_and_third_times_can_be_edited_and_a_fourth_is_kept(
    keeper: Browser, city: City, session: Session
) -> None:
    row = stored(session, Assignment, city.post)
    row.presences.clear()
    session.flush()
    row.presences = [
        Presence(weekday=day, starts_at=time(hour), ends_at=time(hour + 1), room="")
        for day, hour in ((0, 8), (0, 10), (0, 12), (0, 14), (5, 9))
    ]
    session.commit()
    page = keeper.get(f"/einsaetze/{city.post}/bearbeiten")
    assert "Weitere Zeiten haben hier keinen Platz" in page.main
    assert "Mo 14–15 Uhr" in page.main
    fields = {"day0_ends_3": "13:30", "day5_starts": "09:30", "day6_starts": "11:00", "day6_ends": "12:00"}
    save(page.submit("Weiter zur Vorschau", scope="correction", **fields))
    times = [(p.weekday, p.starts_at, p.ends_at) for p in stored(session, Assignment, city.post).presences]
    assert times == [
        (0, time(8), time(9)),
        (0, time(10), time(11)),
        (0, time(12), time(13, 30)),
        (0, time(14), time(15)),
        (5, time(9, 30), time(10)),
        (6, time(11), time(12)),
    ]


def test_a_step_can_be_taken_back_from_the_history_for_a_week(keeper: Browser, city: City, session: Session) -> None:
    """The message is gone with the next page; the way back is not."""
    before = state(session)
    change(keeper, city, scope="correction", share="0,7")
    for page in (f"/orte/{city.school}", f"/personen/{city.ada}"):
        assert "Einsatz geändert" in keeper.get(page).main
    now = clock.utc_now()
    for age, is_offered in ((timedelta(days=7, minutes=1), False), (timedelta(days=6, hours=23), True)):
        session.execute(update(AssignmentStep).values(recorded_at=now - age))
        session.commit()
        assert ("Einsatz geändert" in keeper.get(f"/orte/{city.school}").main) is is_offered
    done = keeper.get(f"/orte/{city.school}").submit("Zurücknehmen").follow()
    assert "stehen wieder da wie vorher" in done.flash
    session.expire_all()
    assert state(session) == before
    assert "Zurücknehmen" not in keeper.get(f"/orte/{city.school}").main


def test_an_end_can_be_taken_back_from_the_history(keeper: Browser, city: City, session: Session) -> None:
    before = state(session)
    page = keeper.get(f"/einsaetze/{city.post}/beenden").submit("Weiter zur Vorschau")
    page.submit(button="Einsatz beenden")
    page = keeper.get(f"/personen/{city.ada}")
    assert "Einsatz beendet: Fröbelschule" in page.main
    page.submit("Zurücknehmen")
    session.expire_all()
    assert state(session) == before
    assert actions(session, city.post)[-1] == "assignment.end_undone"


def test_only_the_newest_step_is_offered_and_only_to_who_may(
    keeper: Browser, other_browser: Browser, city: City, session: Session
) -> None:
    change(keeper, city, scope="correction", share="0,7")
    change(keeper, city, scope="correction", share="0,8")
    page = keeper.get(f"/orte/{city.school}")
    assert page.main.count("Einsatz geändert") == 1
    assert "Zurücknehmen" not in enter(other_browser, "liest").get(f"/orte/{city.school}").main


def successor(keeper: Browser, city: City, session: Session, until: date | None = None) -> tuple[int, date]:
    """Let Ben follow Ada at the school from a day on; return the key of his assignment and Ada's last day."""
    stored(session, Assignment, city.post).valid_until = until
    session.commit()
    first = clock.today() + timedelta(days=60)
    change(keeper, city, from_day=first.isoformat(), person_id=city.ben)
    return every(session, Assignment)[-1].id, first - timedelta(days=1)


@pytest.mark.parametrize("until", [None, date(2029, 7, 31)])
def test_whom_a_plan_cut_off_goes_on_if_it_is_withdrawn(
    keeper: Browser, city: City, session: Session, until: date | None
) -> None:
    key, last = successor(keeper, city, session, until)
    before = state(session)
    # Longer than a step can be taken back: of a plan it is known what it cut off.
    session.execute(update(AssignmentStep).values(recorded_at=clock.utc_now() - timedelta(days=30)))
    session.commit()
    new(keeper, city, clock.today())
    made = every(session, Assignment)[-1].id
    page = keeper.get(f"/einsaetze/{key}/zurueckziehen")
    (chosen,) = page.soup.select('input[name="before"][checked]')
    assert chosen["value"] == "on", "the likely wish"
    assert ("ohne Ende" if until is None else "bis 31.07.2029") in page.main
    assert f"Ada Ahornblatt endet trotzdem am {last:%d.%m.%Y}" in page.main
    done = page.submit("Einsatz zurückziehen").follow()
    assert "Der vorherige geht weiter wie bisher" in done.flash
    assert stored(session, Assignment, city.post).valid_until == until
    assert actions(session, city.post)[-1] == "assignment.end_undone"
    assert "Rückgängig gemacht" in done.submit("Rückgängig").follow().flash
    assert [one for one in state(session) if one["id"] != made] == before
    assert "ohne Ende" in keeper.get(f"/einsaetze/{key}/zurueckziehen").main or until


def test_whom_a_plan_cut_off_may_end_all_the_same(keeper: Browser, city: City, session: Session) -> None:
    key, last = successor(keeper, city, session)
    done = keeper.get(f"/einsaetze/{key}/zurueckziehen").submit("Einsatz zurückziehen", before="end").follow()
    assert "geht weiter" not in done.flash
    assert stored(session, Assignment, city.post).valid_until == last


def test_what_is_sent_without_a_choice_asks_for_one(keeper: Browser, city: City, session: Session) -> None:
    key, last = successor(keeper, city, session)
    page = keeper.get(f"/einsaetze/{key}/zurueckziehen")
    data = {name: str(page.soup.select(f'input[name="{name}"]')[-1]["value"]) for name in ("version", "shown")}
    again = forge(keeper, "/einsaetze/neu", f"/einsaetze/{key}/zurueckziehen", **data)
    assert again.status == 422
    assert stored(session, Assignment, key), "nothing was withdrawn"
    assert stored(session, Assignment, city.post).valid_until == last


def test_an_end_that_somebody_gave_since_is_not_asked_about(keeper: Browser, city: City, session: Session) -> None:
    key, last = successor(keeper, city, session)
    page = keeper.get(f"/einsaetze/{key}/zurueckziehen")
    stored(session, Assignment, city.post).valid_until = last - timedelta(days=1)
    session.commit()
    assert page.submit("Einsatz zurückziehen").status == 409
    assert stored(session, Assignment, key), "nothing was withdrawn"
    page = keeper.get(f"/einsaetze/{key}/zurueckziehen")
    assert not page.soup.select('input[name="before"]')
    assert page.submit("Einsatz zurückziehen").status == 303


def test_who_has_another_place_by_then_does_not_go_on_by_default(keeper: Browser, city: City, session: Session) -> None:
    key, last = successor(keeper, city, session)
    factories.assignment(
        session,
        stored(session, Person, city.ada),
        stored(session, Place, city.second_school),
        stored(session, Organisation, city.provider),
        valid_from=last + timedelta(days=1),
        share_posts=1,
    )
    session.commit()
    page = keeper.get(f"/einsaetze/{key}/zurueckziehen")
    assert "Mehr als eine volle Stelle" in page.main
    (chosen,) = page.soup.select('input[name="before"][checked]')
    assert chosen["value"] == "end"
    wrong = forge(keeper, page.url, before="nonsense", version=stored(session, Assignment, key).version)
    assert wrong.status == 422
    assert wrong.soup.select('#before input[type="radio"]'), "it is asked again"


def test_what_was_planned_stands_with_its_predecessor_and_a_withdrawal_with_the_place(
    keeper: Browser, city: City, session: Session
) -> None:
    before = state(session)
    key, _last = successor(keeper, city, session)
    assert "Einsatz ab einem Tag geändert" in keeper.get(f"/personen/{city.ada}").main
    planned = state(session)
    keeper.get(f"/einsaetze/{key}/zurueckziehen").submit("Einsatz zurückziehen")
    assert state(session) == before
    for page in (f"/personen/{city.ben}", f"/orte/{city.school}"):
        assert "Geplanter Einsatz zurückgezogen" in keeper.get(page).main
    assert "zurückgezogen" not in keeper.get(f"/orte/{city.second_school}").main
    assert "stehen wieder da" in keeper.get(f"/orte/{city.school}").submit("Zurücknehmen").follow().flash
    assert state(session) == planned


def test_others_are_not_offered_what_was_withdrawn(
    keeper: Browser, other_browser: Browser, city: City, session: Session
) -> None:
    key, _last = successor(keeper, city, session)
    keeper.get(f"/einsaetze/{key}/zurueckziehen").submit("Einsatz zurückziehen")
    row = stored(session, Organisation, city.other)
    factories.account(session, "zwei@example.org", Role.DIRECTORY_KEEPER, keeps=row)
    session.commit()
    other = enter(other_browser, "zwei")
    assert "zurückgezogen" not in other.get(f"/orte/{city.school}").main
