"""A meeting's life on the screen: changed, moved, cancelled, held, closed; with its history and deadlines."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from coordination.bodies.models import Body
from coordination.core import clock, registry
from coordination.core.work import AuditEntry
from coordination.meetings.models import AgendaItem, DeadlineOverride, Meeting, MeetingChange
from coordination.meetings.rules import MeetingState
from tests import factories
from tests.browser import Browser
from tests.meetings.conftest import DAY, every


def make(session: Session, body_id: int, day: date, hour: int = 14, **more: Any) -> str:
    found = factories.meeting(session, session.get_one(Body, body_id), day, hour, **more)
    session.commit()
    return f"/sitzungen/{found.id}"


def make_now(session: Session, body_id: int) -> str:
    """Make a meeting that goes on while the test runs, whatever the clock says: one that is over cannot begin."""
    now = clock.wall_clock(clock.utc_now())
    url = make(session, body_id, now.date())
    found = the(session)
    found.starts_at, found.ends_at = now, now + timedelta(hours=1)
    session.commit()
    return url


def the(session: Session) -> Meeting:
    (found,) = every(session, Meeting)
    return found


def trail(session: Session) -> list[str]:
    return [one.action for one in every(session, AuditEntry) if one.action.startswith("meeting")]


@pytest.fixture
def url(town: dict[str, int], far: date, session: Session) -> str:
    return make(session, town["formal"], far)


def test_the_page_says_what_one_came_for(office: Browser, ada: Browser, url: str, far: date) -> None:
    for page in (office.get(url), ada.get(url)):
        assert page.h1 == "Sitzung Probe"
        assert f"{far:%d.%m.%Y}, 14:00–16:00 Uhr" in page.main
        assert "in 8 Wochen" in page.main or "in 9 Wochen" in page.main or "in 2 Monaten" in page.main
        assert "Einladung bis" in page.main
        assert page.select('.stages [aria-current="step"] .stages__word') == ["Tagesordnung"]
    assert "Tagesordnung schreiben" in office.get(url).main
    assert "Mails zu dieser Sitzung" in office.get(url).main
    assert "Tagesordnung schreiben" not in ada.get(url).main
    assert "Sitzung absagen" in office.get(url).main
    assert "Sitzung absagen" not in ada.get(url).main
    assert ada.get(f"{url}/absagen").status == 403


def test_details_change_with_a_line_of_history(
    office: Browser, url: str, town: dict[str, int], session: Session
) -> None:
    values: dict[str, Any] = {
        "title": "Frühjahrssitzung",
        "place_id": town["place"],
        "room": "Saal",
        "link": "konferenz.example.org/x",
    }
    page = office.get(f"{url}/bearbeiten").submit("Angaben speichern", **values).follow()
    assert page.h1 == "Frühjahrssitzung"
    assert page.href("Jugendtreff Probe").endswith(f"/orte/{town['place']}")
    assert page.href("Online teilnehmen") == "https://konferenz.example.org/x"
    meeting = the(session)
    assert meeting.sequence == 1
    assert "Sitzung Probe" in page.main
    assert trail(session) == ["meeting.changed"]
    # A note is nothing that a calendar must not overlook, but a change.
    before = meeting.revised_at
    office.get(f"{url}/bearbeiten").submit("Angaben speichern", note="Bitte pünktlich.")
    assert (the(session).sequence, the(session).revised_at > before) == (1, True)
    # Nothing changed: no line.
    office.get(f"{url}/bearbeiten").submit("Angaben speichern")
    assert len(every(session, MeetingChange)) == 2
    assert "füllen" in office.get(f"{url}/bearbeiten").submit("Angaben speichern", title="").error("title")


def test_what_somebody_else_stored_meanwhile_is_not_overwritten(office: Browser, url: str, session: Session) -> None:
    form = office.get(f"{url}/bearbeiten")
    office.get(f"{url}/bearbeiten").submit("Angaben speichern", room="Raum 1")
    late = form.submit("Angaben speichern", room="Raum 2")
    assert late.status == 409
    assert "Raum 1" in late.main
    assert the(session).room == "Raum 1"
    assert late.submit("Angaben speichern").status == 303
    assert the(session).room == "Raum 2"


def test_a_move_keeps_the_state_and_says_from_where(office: Browser, url: str, far: date, session: Session) -> None:
    step = office.get(f"{url}/verlegen")
    assert "Grund" in step.select("label")
    assert "bisherige Termin" in step.submit("Sitzung verlegen", reason="x").error("day")
    assert "Grund" in step.submit("Sitzung verlegen", starts="10:00", ends="12:00").error("reason")
    page = step.submit("Sitzung verlegen", starts="10:00", ends="12:00", reason="Raum belegt.").follow()
    assert f"Verlegt von Di, {far:%d.%m.%Y}, 14:00 Uhr auf Di, {far:%d.%m.%Y}, 10:00 Uhr Raum belegt." in page.main
    meeting = the(session)
    assert (meeting.state, meeting.sequence, meeting.starts_at.hour) == (MeetingState.FIXED, 1, 10)
    assert meeting.moved_from is not None
    assert meeting.moved_from.hour == 14
    assert trail(session) == ["meeting.moved"]
    stale = step.submit("Sitzung verlegen", starts="08:00", ends="09:00", reason="Zu spät.")
    assert stale.status == 409
    assert the(session).starts_at.hour == 10
    assert stale.submit("Sitzung verlegen").status == 303


def test_a_move_says_what_speaks_against_it(office: Browser, url: str, session: Session) -> None:
    page = office.get(f"{url}/verlegen").submit("Sitzung verlegen", day="2027-12-25", reason="Versehen")
    assert page.status == 200
    assert "Feiertag" in page.main
    assert "Sie können die Sitzung trotzdem verlegen." in page.main
    # Itself is no other meeting of the body on that day.
    assert "am selben Tag" not in page.main
    assert page.submit("Sitzung verlegen").status == 303


def test_cancelling_says_what_is_lost_and_asks_for_the_reason(
    office: Browser, ada: Browser, url: str, session: Session
) -> None:
    step = office.get(f"{url}/absagen")
    assert "wird wieder frei" in step.main
    assert "füllen" in step.submit("Sitzung absagen").error("reason")
    assert "500 Zeichen" in step.submit("Sitzung absagen", reason="x" * 200_000).error("reason")
    page = step.submit("Sitzung absagen", reason="Zu viele fehlen.").follow()
    assert "Abgesagt: Diese Sitzung findet nicht statt Zu viele fehlen." in page.main
    assert "Zu viele fehlen." in ada.get(url).main
    for other in ("tagesordnung", "antworten", "einladen"):
        assert "Diese Sitzung findet nicht statt Zu viele fehlen." in office.get(f"{url}/{other}").main, other
    assert (the(session).state, the(session).sequence) == (MeetingState.CANCELLED, 1)
    # The second click finds it done.
    assert step.submit("Sitzung absagen", reason="Noch einmal").status == 303
    assert trail(session) == ["meeting.cancelled"]
    assert page.select("header .no-print .button--primary") == ["Nächste Sitzung planen"], "paper has no buttons"
    assert office.get(f"{url}/verlegen").status == 422
    assert "Nächste Sitzung planen" in page.main


def test_an_item_typed_for_a_meeting_that_was_cancelled_meanwhile_can_be_copied(
    office: Browser, ada: Browser, url: str
) -> None:
    agenda, proposing = office.get(f"{url}/tagesordnung"), ada.get(f"{url}/vorschlagen")
    office.get(f"{url}/absagen").submit("Sitzung absagen", reason="Zu viele fehlen.")
    for late in (
        agenda.submit("Auf die Tagesordnung setzen", title="Raumfragen", text="Der Saal wird renoviert."),
        proposing.submit(title="Raumfragen", text="Der Saal wird renoviert."),
    ):
        assert late.status == 422
        assert "Diese Sitzung ist inzwischen abgesagt." in late.main
        assert "Der Saal wird renoviert." in late.main


def test_what_was_typed_for_a_meeting_that_was_cancelled_meanwhile_can_be_copied(
    office: Browser, url: str, session: Session
) -> None:
    moving, editing = office.get(f"{url}/verlegen"), office.get(f"{url}/bearbeiten")
    deadline = office.get(f"{url}/fristen/minutes")
    office.get(f"{url}/absagen").submit("Sitzung absagen", reason="Zu viele fehlen.")
    late = moving.submit("Sitzung verlegen", day="2031-05-06", reason="Der Saal ist belegt, und zwar bis Juni.")
    assert (late.status, late.h1) == (422, "Sitzung verlegen")
    assert "Diese Sitzung ist inzwischen abgesagt." in late.main
    assert "Der Saal ist belegt, und zwar bis Juni." in late.main
    assert "06.05.2031" in late.main
    assert late.select("main .button--primary") == ["Zur Sitzung"]
    late = editing.submit("Angaben speichern", note="Bitte den Personalausweis mitbringen.", is_public="y")
    assert "Bitte den Personalausweis mitbringen." in late.main
    assert "Öffentlich ja" in late.main
    late = deadline.submit("Frist setzen", reason="Wegen der Ferien")
    assert "Wegen der Ferien" in late.main
    assert the(session).note == ""
    # Whoever has typed nothing is told no less.
    assert "Diese Sitzung ist inzwischen abgesagt." in office.get(f"{url}/verlegen").main


def test_a_light_meeting_is_held_and_closed(office: Browser, town: dict[str, int], session: Session) -> None:
    # Until tomorrow: whatever the time of this test, the meeting is not over.
    url = make(session, town["light"], clock.today(), 14, hours=34)
    page = office.get(url)
    begun = page.submit("Sitzung beginnen").follow()
    assert "läuft" in begun.main
    # Twice is once; what is stale is refused.
    assert page.submit("Sitzung beginnen").follow().status == 200
    ended = begun.submit("Sitzung beenden").follow()
    assert begun.submit("Sitzung beenden").status == 303
    assert page.submit("Sitzung beginnen").status == 409
    assert "Protokoll offen" in ended.main
    assert [one.get_text(strip=True) for one in begun.soup.select("main .button--primary")] == ["Protokoll schreiben"]
    assert "läuft" in ended.submit("Rückgängig").follow().main
    assert the(session).state is MeetingState.RUNNING
    ended = office.get(url).submit("Sitzung beenden").follow()
    step = ended.click("Sitzung abschließen")
    assert "nichts mehr ändern" in step.main
    closed = step.submit("Sitzung abschließen").follow()
    assert step.submit("Sitzung abschließen").status == 303
    assert the(session).state is MeetingState.CLOSED
    assert the(session).sequence == 0
    assert trail(session) == ["meeting.state_changed"] * 5
    assert "Angaben ändern" not in closed.main
    assert office.get(f"{url}/fristen/minutes").status == 422
    assert office.get(f"{url}/bearbeiten").status == 422


def test_a_light_meeting_that_is_over_is_closed_without_ado(
    office: Browser, town: dict[str, int], session: Session
) -> None:
    url = make(session, town["light"], clock.today() - DAY)
    office.get(url).click("Sitzung abschließen").submit("Sitzung abschließen")
    assert the(session).state is MeetingState.CLOSED


def test_a_formal_meeting_waits_for_its_minutes(
    office: Browser, town: dict[str, int], session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = make(session, town["formal"], clock.today() - DAY, state="minutes_open")
    assert "Sitzung abschließen" not in office.get(url).main
    assert office.get(f"{url}/abschliessen").status == 422
    monkeypatch.setattr(registry, "meeting_facts", [lambda _session, _key: {"minutes_approved": True}])
    office.get(url).click("Sitzung abschließen").submit("Sitzung abschließen")
    assert the(session).state is MeetingState.CLOSED


def test_a_formal_meeting_that_nobody_began_is_caught_up_on(
    office: Browser, town: dict[str, int], session: Session
) -> None:
    url = make(session, town["formal"], clock.today() - DAY)
    item = AgendaItem(meeting_id=the(session).id, position=1, title="Rückblick")
    session.add(item)
    session.commit()
    field = f"text_{item.id}"
    assert "nichts ist eingetragen" in office.get("/").main
    page = office.get(url)
    assert "Sitzung beginnen" not in page.main
    attendance = page.submit("Anwesenheit und Protokoll nachtragen").follow()
    assert attendance.h1 == "Anwesenheit"
    assert the(session).state is MeetingState.MINUTES_OPEN
    back = attendance.submit("Rückgängig").follow()
    assert "gilt nicht mehr als abgehalten" in back.flash
    assert the(session).state is MeetingState.FIXED
    attendance = back.submit("Anwesenheit und Protokoll nachtragen").follow()
    writing = attendance.submit("Speichern und weiter zum Protokoll").follow()
    writing.submit("Alles speichern", **{field: "Alle waren da."})
    # What is written stays: the click can no longer be taken back.
    refused = attendance.submit("Rückgängig")
    assert refused.status == 422
    assert "Inzwischen ist etwas eingetragen" in refused.main
    assert the(session).state is MeetingState.MINUTES_OPEN
    assert "Weiterschreiben" in office.get(url).main


def test_a_light_meeting_that_nobody_began_may_be_caught_up_on(
    office: Browser, town: dict[str, int], session: Session
) -> None:
    url = make(session, town["light"], clock.today() - DAY, state="invited")
    page = office.get(url)
    assert page.select("main .button--primary") == ["Sitzung abschließen"]
    attendance = page.submit("Anwesenheit und Protokoll nachtragen").follow()
    attendance.submit("Rückgängig")
    assert the(session).state is MeetingState.INVITED


def test_nothing_begins_before_its_day(office: Browser, url: str, session: Session) -> None:
    assert "Sitzung beginnen" not in office.get(url).text
    page = office.get(f"{url}/absagen")
    token = page.soup.select_one('main form [name="csrf_token"]')
    assert token is not None
    for wanted in ("begin", "catch_up", "back_to_fixed", "end", "invite", "gibtsnicht", ""):
        answer = office.post(f"{url}/schritt", {"csrf_token": str(token["value"]), "schritt": wanted, "version": "1"})
        assert answer.status == 422, wanted
    assert the(session).state is MeetingState.FIXED


def test_a_deadline_is_set_otherwise_with_a_reason(office: Browser, url: str, far: date, session: Session) -> None:
    step = office.get(url).click("Anders setzen : Unterlagen bis")
    assert "nach den Regeln" in step.main
    assert "füllen" in step.submit("Frist setzen").error("reason")
    late = step.submit("Frist setzen", due_on=far + DAY, reason="Haushalt")
    assert "nach der Sitzung" in late.error("due_on")
    page = step.submit("Frist setzen", due_on=far - 3 * DAY, reason="Der Haushalt kommt erst dann.").follow()
    assert "Anders gesetzt: Der Haushalt kommt erst dann." in page.main
    assert f"{far - 3 * DAY:%d.%m.%Y}" in page.main
    assert step.submit("Frist setzen", due_on=far - 2 * DAY, reason="Anders").status == 409
    back = office.get(f"{url}/fristen/papers").submit(button="Wieder nach den Regeln").follow()
    assert "Anders gesetzt" not in back.main
    assert every(session, DeadlineOverride) == []
    assert [one.kind for one in every(session, MeetingChange)] == ["deadline", "deadline"]
    assert "Haushalt" in back.main
    early = office.get(f"{url}/fristen/minutes").submit("Frist setzen", due_on=far - DAY, reason="x")
    assert "nach der Sitzung" in early.error("due_on")
    assert office.get(f"{url}/fristen/gibtsnicht").status == 404


def test_what_other_parts_know_hangs_in_beside(office: Browser, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def left(_session: Any, _actor: Any, meeting: Any, _day: Any) -> registry.Section:
        values = {"ahead": [], "past": [], "is_planned": False, "may_plan": False, "body": meeting.body, "words": None}
        return registry.Section("meetings/_body_section.html", values)

    monkeypatch.setattr(registry, "meeting_left", [left, lambda *_all: None])
    assert "Es ist keine Sitzung geplant." in office.get(url).main


def test_the_office_is_reminded(office: Browser, town: dict[str, int], session: Session) -> None:
    today = clock.today()
    assert "Beirat Probe: noch kein Termin." in office.get("/").main
    make(session, town["formal"], today + 10 * DAY, title="Bald")
    make(session, town["formal"], today - 40 * DAY, title="Lange her", state="minutes_open")
    desk = office.get("/").main
    assert "Einladung zu „Bald“ (Beirat Probe): Die Frist endete am" in desk
    assert "Das Protokoll zu „Lange her“ (Beirat Probe) war am" in desk
    assert "Meine nächsten Sitzungen" in desk
    assert "noch kein Termin" not in desk


def test_a_rhythm_that_is_missed_offers_to_plan(
    office: Browser, ada: Browser, town: dict[str, int], session: Session
) -> None:
    make(session, town["formal"], clock.today() - timedelta(days=300), state="closed")
    desk = office.get("/")
    assert "Beirat Probe: seit 9 Monaten kein Termin." in desk.main
    assert "Beirat Probe: seit" not in ada.get("/").main
    assert desk.click("Sitzung planen").h1 == "Sitzung planen"
