"""The agenda: order and numbers by property, and what office, members and guests do with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core.access import Role
from coordination.meetings import agenda
from coordination.meetings.models import AgendaItem, Meeting
from coordination.meetings.rules import NUMBERED, ItemState
from tests import factories
from tests.browser import Browser, Page
from tests.meetings import world as worlds
from tests.meetings.world import World


@dataclass
class One:
    id: int
    position: int
    is_public: bool
    state: ItemState = ItemState.ON_AGENDA
    minutes_planned: int | None = None


ITEMS = st.lists(
    st.builds(One, st.integers(1, 99), st.integers(1, 9), st.booleans(), st.sampled_from(ItemState)),
    unique_by=lambda one: one.id,
    max_size=12,
)


@given(ITEMS)
def test_numbers_count_each_part_from_one(items: list[One]) -> None:
    found = agenda.numbers(items)
    ordered = agenda.in_order(items)
    assert set(found) == {one.id for one in items if one.state in NUMBERED}
    for is_public in (True, False):
        part = [found[one.id] for one in ordered if one.is_public is is_public]
        assert [int(number.removeprefix("N ")) for number in part] == list(range(1, len(part) + 1))
    assert len(set(found.values())) == len(found)


@given(ITEMS, st.integers(1, 99), st.booleans())
def test_a_neighbour_is_next_in_the_same_part(items: list[One], key: int, up: bool) -> None:
    other = agenda.neighbour(items, key, up=up)
    if other is not None:
        order = [one.id for one in agenda.in_order(items)]
        assert order.index(other.id) - order.index(key) == (-1 if up else 1)
        assert other.is_public is next(one.is_public for one in items if one.id == key)


def test_the_time_there_is() -> None:
    items = [One(1, 1, True, minutes_planned=50), One(2, 2, True, minutes_planned=80), One(3, 3, False)]
    found = agenda.budget(items, 120)
    assert (found.planned, found.there, found.without, found.is_over) == (130, 120, 1, True)


@pytest.fixture
def world(session: Session) -> World:
    found = worlds.make(session)
    factories.account(session, "mira@example.org", Role.COORDINATOR, person_id=found.mira.id)
    factories.account(session, "tom@example.org", person_id=found.tom.id)
    session.commit()
    return found


@pytest.fixture
def meeting(session: Session, world: World) -> Meeting:
    return worlds.meeting(session, world)


@pytest.fixture
def office(browser: Browser, world: World) -> Browser:
    browser.sign_in("mira@example.org", factories.PASSWORD)
    return browser


@pytest.fixture
def tom(other_browser: Browser, world: World) -> Browser:
    other_browser.sign_in("tom@example.org", factories.PASSWORD)
    return other_browser


def page_of(meeting: Meeting) -> str:
    return f"/sitzungen/{meeting.id}/tagesordnung"


def titles(session: Session, meeting: Meeting) -> list[str]:
    session.rollback()
    session.expire_all()
    items = session.scalars(select(AgendaItem).filter_by(meeting_id=meeting.id)).all()
    return [session.get_one(AgendaItem, one.id).title for one in agenda.in_order(items)]


def put(office: Browser, meeting: Meeting, *names: str) -> None:
    for name in names:
        assert office.get(page_of(meeting)).submit("Auf die Tagesordnung setzen", title=name).status == 303


def test_items_are_put_on_and_in_order_by_buttons(office: Browser, session: Session, meeting: Meeting) -> None:
    put(office, meeting, "Begrüßung", "Rahmenkonzept", "Verschiedenes")
    assert titles(session, meeting) == ["Begrüßung", "Rahmenkonzept", "Verschiedenes"]
    office.get(page_of(meeting)).submit("Nach oben: Verschiedenes")
    assert titles(session, meeting) == ["Begrüßung", "Verschiedenes", "Rahmenkonzept"]
    office.get(page_of(meeting)).submit("Nach oben: Begrüßung")
    assert titles(session, meeting) == ["Begrüßung", "Verschiedenes", "Rahmenkonzept"]
    assert "Rahmenkonzept" in office.get(f"/sitzungen/{meeting.id}").main


def test_an_item_without_a_title_is_refused_beside_the_field(
    office: Browser, session: Session, meeting: Meeting
) -> None:
    page = office.get(page_of(meeting)).submit("Auf die Tagesordnung setzen", title="  ", minutes_planned="700")
    assert page.status == 422
    assert "füllen" in page.error("title")
    assert "1 bis 600" in page.error("minutes_planned")
    assert titles(session, meeting) == []


def test_two_who_change_an_item_meet_each_other(office: Browser, session: Session, meeting: Meeting) -> None:
    put(office, meeting, "Rahmenkonzept")
    first = office.get(page_of(meeting)).click("Rahmenkonzept")
    second = office.get(first.url)
    first.submit("Punkt ändern", title="Rahmenkonzept Schulsozialarbeit")
    stale = second.submit("Punkt ändern", title="Konzept")
    assert stale.status == 409
    assert "Rahmenkonzept Schulsozialarbeit" in stale.main
    assert titles(session, meeting) == ["Rahmenkonzept Schulsozialarbeit"]


def test_a_proposal_is_on_the_desk_and_whoever_made_it_sees_what_became_of_it(
    office: Browser, tom: Browser, meeting: Meeting
) -> None:
    here = f"/sitzungen/{meeting.id}"
    assert "vorgeschlagen" not in office.get("/").main
    tom.get(here).click("Punkt vorschlagen").submit("Punkt vorschlagen", title="Ferienzeiten")
    assert "Ferienzeiten von Ihnen vorgeschlagen, wird geprüft" in tom.get(here).main
    assert "von Ihnen vorgeschlagen" not in office.get(here).main
    desk = office.get("/")
    assert "ein Punkt wurde vorgeschlagen und wartet auf Sie" in desk.main
    desk.click("Vorschläge ansehen").submit("Nicht aufnehmen : Ferienzeiten")
    assert "wartet auf Sie" not in office.get("/").main
    assert "Ferienzeiten von Ihnen vorgeschlagen, nicht aufgenommen" in tom.get(here).main


def test_why_a_proposal_is_not_taken_up_is_read_by_who_made_it_and_by_the_office(
    office: Browser, tom: Browser, session: Session, meeting: Meeting
) -> None:
    here = f"/sitzungen/{meeting.id}"
    for title in ("Ferienzeiten", "Haushalt"):
        tom.get(here).click("Punkt vorschlagen").submit("Punkt vorschlagen", title=title)
    agenda_page = office.get(page_of(meeting))
    assert "Tom Probe liest ihn auf der Seite der Sitzung." in agenda_page.main
    page = agenda_page.submit("Nicht aufnehmen : Haushalt", reason="x" * 301)
    assert page.status == 422
    assert "höchstens 300" in page.error("reason") or "auf 300" in page.error("reason")
    assert page.select(".error-summary a")
    assert set(session.scalars(select(AgendaItem.state))) == {ItemState.PROPOSED}
    page = page.submit("Nicht aufnehmen : Haushalt", reason="Das berät zuerst der Ausschuss.").follow()
    assert "Der Vorschlag ist nicht aufgenommen." in page.flash
    assert "vorgeschlagen von Tom Probe Grund: Das berät zuerst der Ausschuss." in page.main
    assert "nicht aufgenommen Grund: Das berät zuerst der Ausschuss." in tom.get(here).main
    page.submit("Nicht aufnehmen : Ferienzeiten")
    assert "Ferienzeiten von Ihnen vorgeschlagen, nicht aufgenommen" in tom.get(here).main
    assert tom.get(here).main.count("Grund:") == 1
    office.get(page_of(meeting)).submit("Wieder aufnehmen : Haushalt")
    assert session.scalars(select(AgendaItem.refusal).filter_by(title="Haushalt")).one() == ""


def test_a_member_proposes_and_the_office_takes_it_up(
    office: Browser, tom: Browser, session: Session, meeting: Meeting
) -> None:
    page = tom.get(f"/sitzungen/{meeting.id}").click("Punkt vorschlagen")
    chosen = page.soup.select_one("select[name=presenter_id] option[selected]")
    assert chosen is not None
    assert chosen.get_text() == "Probe, Tom"
    page.submit("Punkt vorschlagen", title="Ferienzeiten")
    assert titles(session, meeting) == []
    assert "Ein Punkt wurde vorgeschlagen." in office.get(f"/sitzungen/{meeting.id}").main
    page = office.get(page_of(meeting))
    assert "Tom Probe" in page.main
    page.submit("Aufnehmen : Ferienzeiten")
    assert titles(session, meeting) == ["Ferienzeiten"]
    assert tom.get(page_of(meeting)).status == 403


def test_what_is_left_is_offered_to_the_next_meeting_once(
    office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    put(office, meeting, "Ferienzeiten", "Haushalt")
    office.get(page_of(meeting)).submit("Vertagen : Haushalt")
    assert titles(session, meeting) == ["Ferienzeiten"]
    later = worlds.meeting(session, world, key="second", days=60)
    page = office.get(page_of(later))
    assert "Aus früheren Sitzungen übrig" in page.main
    page.submit(
        "Diese Punkte übernehmen", punkt=str(session.scalars(select(AgendaItem.id).filter_by(title="Haushalt")).one())
    )
    assert titles(session, later) == ["Haushalt"]
    assert "Aus früheren Sitzungen übrig" not in office.get(page_of(later)).main


def test_what_a_cancelled_meeting_was_to_deal_with_is_offered_to_the_next_one(
    office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    put(office, meeting, "Ferienzeiten", "Haushalt")
    later = worlds.meeting(session, world, key="second", days=60)
    assert "Aus früheren Sitzungen übrig" not in office.get(page_of(later)).main
    office.get(f"/sitzungen/{meeting.id}/absagen").submit("Sitzung absagen", reason="Zu viele fehlen.")
    office.get(page_of(later)).submit("Diese Punkte übernehmen")
    assert titles(session, later) in (["Ferienzeiten"], ["Ferienzeiten", "Haushalt"])


def test_a_proposal_that_nobody_has_decided_stays_one_when_its_meeting_is_cancelled(
    office: Browser, tom: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    tom.get(f"/sitzungen/{meeting.id}").click("Punkt vorschlagen").submit("Punkt vorschlagen", title="Ferienzeiten")
    later = worlds.meeting(session, world, key="second", days=60)
    page = office.get(f"/sitzungen/{meeting.id}/absagen")
    assert "Ein Vorschlag wartet noch" in page.main
    page.submit("Sitzung absagen", reason="Zu viele fehlen.")
    page = office.get(page_of(later))
    assert "Vorschlag von Tom Probe, noch nicht entschieden" in page.main
    page.submit("Diese Punkte übernehmen")
    assert titles(session, later) == []
    kept = session.scalars(select(AgendaItem).filter_by(meeting_id=later.id)).one()
    assert (kept.state, kept.proposed_by_id) == (ItemState.PROPOSED, world.tom.id)
    office.get(page_of(later)).submit("Aufnehmen : Ferienzeiten")
    assert titles(session, later) == ["Ferienzeiten"]


def test_what_is_not_public_is_not_shown_to_strangers(
    office: Browser, tom: Browser, app: object, session: Session, world: World
) -> None:
    open_one = worlds.meeting(session, world, key="open", is_public=True)
    put(office, open_one, "Geheime Sache")
    office.get(page_of(open_one)).submit("Auf die Tagesordnung setzen", title="Offene Sache", is_public="y")
    factories.account(session, "fremd@example.org")
    session.commit()
    tom.forget()
    tom.sign_in("fremd@example.org", factories.PASSWORD)
    page = tom.get(f"/sitzungen/{open_one.id}")
    assert "Offene Sache" in page.main
    assert "Geheime Sache" not in page.text


def test_an_agenda_that_changes_after_the_invitation_is_told(
    office: Browser, session: Session, meeting: Meeting
) -> None:
    office.get(f"/sitzungen/{meeting.id}/einladen").submit("5 Mails senden")
    put(office, meeting, "Rahmenkonzept")
    page = office.get(f"/sitzungen/{meeting.id}/einladen")
    assert "5 Mails senden" in page.main
    assert "Rahmenkonzept" in page.main


def test_a_meeting_that_is_over_keeps_its_agenda(office: Browser, session: Session, meeting: Meeting) -> None:
    form = office.get(page_of(meeting))
    row = session.get_one(Meeting, meeting.id)
    row.state, row.starts_at = type(row.state).CLOSED, row.starts_at - timedelta(days=60)
    row.ends_at -= timedelta(days=60)
    session.commit()
    assert form.submit("Auf die Tagesordnung setzen", title="Zu spät").status == 422
    assert "Auf die Tagesordnung setzen" not in office.get(page_of(meeting)).main
    assert titles(session, meeting) == []


def test_a_move_is_taken_back_from_the_notice(office: Browser, session: Session, meeting: Meeting) -> None:
    put(office, meeting, "Begrüßung", "Rahmenkonzept", "Verschiedenes")
    moved = office.get(page_of(meeting)).submit("Nach unten: Begrüßung").follow()
    assert titles(session, meeting) == ["Rahmenkonzept", "Begrüßung", "Verschiedenes"]
    assert "Begrüßung“ steht jetzt weiter unten" in moved.flash
    back = moved.submit("Rückgängig").follow()
    assert titles(session, meeting) == ["Begrüßung", "Rahmenkonzept", "Verschiedenes"]
    assert "wieder die Reihenfolge von vorher" in back.flash
    again = office.get(page_of(meeting)).submit("Nach oben: Begrüßung").follow()
    assert "Die Reihenfolge bleibt, wie sie war." in again.flash
    assert "Rückgängig" not in again.flash


def test_a_move_is_not_taken_back_over_what_came_after(office: Browser, session: Session, meeting: Meeting) -> None:
    put(office, meeting, "Begrüßung", "Rahmenkonzept")
    moved = office.get(page_of(meeting)).submit("Nach unten: Begrüßung").follow()
    put(office, meeting, "Verschiedenes")
    refused = moved.submit("Rückgängig")
    assert refused.status == 409
    assert "inzwischen geändert" in refused.main
    assert titles(session, meeting) == ["Rahmenkonzept", "Begrüßung", "Verschiedenes"]


def ordered(office: Browser, meeting: Meeting, session: Session, *names: str, **more: str) -> Page:
    session.rollback()
    keys = [str(session.scalars(select(AgendaItem.id).filter_by(title=name)).one()) for name in names]
    form = office.get(page_of(meeting)).soup.select_one("#order")
    assert form is not None
    sent = {str(tag["name"]): str(tag["value"]) for tag in form.select("input")}
    return office.post(str(form["action"]), sent | {"reihe": "-".join(keys)} | more)


def test_a_whole_order_is_stored_at_once(office: Browser, session: Session, meeting: Meeting) -> None:
    put(office, meeting, "A", "B", "C")
    office.get(page_of(meeting)).submit("Auf die Tagesordnung setzen", title="Offen", is_public="y")
    before = {one.title: one.version for one in session.scalars(select(AgendaItem))}
    answer = ordered(office, meeting, session, "Offen", "C", "A", "B")
    assert answer.status == 303
    assert titles(session, meeting) == ["Offen", "C", "A", "B"]
    assert {one.title: one.version for one in session.scalars(select(AgendaItem))} == before
    answer.follow().submit("Rückgängig")
    assert titles(session, meeting) == ["Offen", "A", "B", "C"]
    # What is not public stays behind what is, whatever is sent.
    ordered(office, meeting, session, "B", "Offen", "C", "A")
    assert titles(session, meeting) == ["Offen", "B", "C", "A"]


@pytest.mark.parametrize("reihe", ["", "abc", "1", "1-1", "1-2-3-4", "99-1", "-1", "1-2-\0"])
def test_an_order_that_is_none_changes_nothing(office: Browser, session: Session, meeting: Meeting, reihe: str) -> None:
    put(office, meeting, "A", "B", "C")
    answer = ordered(office, meeting, session, reihe=reihe)
    assert answer.status == 409
    assert titles(session, meeting) == ["A", "B", "C"]


def test_a_stale_order_is_refused_and_the_page_shows_the_stored_one(
    office: Browser, session: Session, meeting: Meeting
) -> None:
    put(office, meeting, "A", "B", "C")
    stale = str(session.get_one(Meeting, meeting.id).version)
    office.get(page_of(meeting)).submit("Nach oben: C")
    answer = ordered(office, meeting, session, "B", "A", "C", version=stale)
    assert answer.status == 409
    assert "inzwischen geändert" in answer.main
    assert answer.select(".agenda__title") == ["A", "C", "B"]
    assert titles(session, meeting) == ["A", "C", "B"]


def test_what_was_done_is_said_beside_the_item(office: Browser, session: Session, meeting: Meeting) -> None:
    put(office, meeting, "Begrüßung", "Rahmenkonzept")
    sent = office.get(page_of(meeting)).submit("Nach unten: Begrüßung")
    moved = sent.follow()
    place = moved.soup.select_one(".agenda li .flashes[role=status]")
    assert place is not None
    item = place.find_parent("li")
    assert item is not None
    assert "steht jetzt weiter unten" in place.get_text()
    # The browser lands there, and the keyboard goes on from there.
    assert sent.location.endswith(f"#{item['id']}")
    assert item["tabindex"] == "-1"
    assert len(moved.soup.select(".flashes")) == 1
    off = moved.submit("Streichen : Rahmenkonzept")
    assert "#" not in off.location
    after = off.follow()
    assert "steht nicht auf der Tagesordnung" in after.flash
    assert after.soup.select(".agenda li .flashes") == []
