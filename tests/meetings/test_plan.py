"""Planning a meeting on the screen: three fields, what speaks against it, and what cannot be."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.bodies.models import Body
from coordination.core import clock
from coordination.core.access import SYSTEM, BodyRole
from coordination.core.errors import RuleViolation
from coordination.core.work import AuditEntry, work_as
from coordination.meetings import proposals
from coordination.meetings.models import Invitation, Meeting, MeetingChange
from coordination.meetings.rules import Answer, MeetingState
from coordination.meetings.services import MeetingInput, NewMeeting, Span, plan_meeting
from tests import factories
from tests.browser import Browser, Page
from tests.meetings.conftest import DAY, every

BUTTON = "Termin eintragen"


def plan(office: Browser, body: int, button: str = BUTTON, **fields: Any) -> Page:
    return office.get(f"/gremien/{body}/sitzungen/neu").submit(button, **fields)


def test_three_fields_are_enough(office: Browser, town: dict[str, int], far: date, session: Session) -> None:
    page = office.get("/termine").click("Sitzung planen").click("Runde Probe")
    answer = page.submit(BUTTON, day=far, starts="15:30", ends="17:00")
    assert answer.status == 303, answer.main
    page = answer.follow()
    assert page.flash == "Der Termin ist eingetragen."
    assert page.h1 == f"1. Sitzung {far.year}"
    assert "15:30–17:00 Uhr" in page.main
    (meeting,) = every(session, Meeting)
    assert (meeting.state, meeting.sequence) == (MeetingState.FIXED, 0)
    assert meeting.uid.endswith("@koordination")
    assert [one.kind for one in every(session, MeetingChange)] == ["created"]
    assert [one.action for one in every(session, AuditEntry) if one.action.startswith("meeting")] == ["meeting.created"]


def test_a_form_sent_five_times_makes_one_meeting(
    office: Browser, town: dict[str, int], far: date, session: Session
) -> None:
    form = office.get(f"/gremien/{town['light']}/sitzungen/neu")
    places = {form.submit(BUTTON, day=far, starts="14:00", ends="16:00").location for _time in range(5)}
    assert len(every(session, Meeting)) == 1
    assert places == {f"/sitzungen/{every(session, Meeting)[0].id}"}


def test_a_draft_is_seen_by_its_office_alone(
    office: Browser, ada: Browser, town: dict[str, int], far: date, session: Session
) -> None:
    page = plan(office, town["formal"], "Als Entwurf speichern", day=far, starts="14:00", ends="16:00").follow()
    assert "Entwurf" in page.main
    assert ada.get(page.url).status == 404
    assert page.submit("Termin festlegen").follow().flash == "Der Termin steht."
    assert ada.get(page.url).status == 200
    assert every(session, Meeting)[0].sequence == 1


def test_the_next_one_is_proposed_like_the_last(
    office: Browser, town: dict[str, int], far: date, session: Session
) -> None:
    body = session.get_one(Body, town["light"])
    factories.meeting(
        session, body, far, 9, hours=3, title=f"4. Treffen {far.year}", place_id=town["place"], room="Raum 7"
    )
    session.commit()
    later = far + 7 * DAY
    page = office.get(f"/gremien/{body.id}/sitzungen/neu?tag={later}")
    answer = page.submit(BUTTON, ends="")
    answer = answer if answer.status == 303 else answer.submit("Trotzdem eintragen")
    meeting = every(session, Meeting)[-1]
    assert answer.status == 303
    assert meeting.title == (f"5. Treffen {later.year}" if later.year == far.year else f"1. Treffen {later.year}")
    assert (meeting.place_id, meeting.room) == (town["place"], "Raum 7")
    assert (meeting.starts_at.time(), meeting.ends_at.time()) == (time(9), time(12))


def test_titles_follow_the_habit_of_a_body() -> None:
    at = datetime.combine(date(2026, 5, 4), time(14))

    def held(*titles: str) -> list[Meeting]:
        return [Meeting(title=title, starts_at=at, ends_at=at + timedelta(hours=2)) for title in titles]

    assert proposals.title([], 2026, ["Auftakt", "Klausur"]) == "3. Sitzung 2026"
    assert proposals.title(held("Jour fixe", "Jour fixe"), 2026, ["Jour fixe"] * 7) == "Jour fixe"
    assert proposals.title(held("Jour fixe"), 2026, ["Jour fixe"]) == "2. Sitzung 2026"
    assert (
        proposals.title(held("2. Beiratstreffen 2026"), 2026, ["Klausur", "2. Beiratstreffen 2026"])
        == "3. Beiratstreffen 2026"
    )
    assert proposals.title(held("2. Beiratstreffen 2026"), 2027, []) == "1. Beiratstreffen 2027"


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"day": ""}, "day", "Bitte füllen"),
        ({"day": "31.02.2027"}, "day", "kein Datum"),
        ({"day": "x" * 200_000}, "day", "kein Datum"),
        ({"starts": "25:00"}, "starts", "keine Uhrzeit"),
        ({"starts": "9" * 200_000}, "starts", "keine Uhrzeit"),
        ({"starts": ""}, "starts", "Bitte füllen"),
        ({"starts": "16:00", "ends": "15:00"}, "ends", "Das Ende muss nach dem Beginn liegen"),
        ({"starts": "16:00", "ends": "16:00"}, "ends", "Das Ende muss nach dem Beginn liegen"),
        ({"day": "2027-03-28", "starts": "02:30", "ends": "05:00"}, "starts", "gibt es nicht"),
        ({"day": "2027-03-28", "starts": "01:00", "ends": "02:00"}, "ends", "gibt es nicht"),
        ({"day": "2027-10-31", "starts": "02:30", "ends": "05:00"}, "starts", "gibt es zweimal"),
        ({"last_day": "2027-01-01"}, "last_day", "vor dem ersten"),
        ({"last_day": "2027-12-24"}, "last_day", "mehr als zwei Wochen"),
        ({"title": "x" * 200_000}, "title", "200 Zeichen"),
        ({"note": "x" * 200_000}, "note", "5.000 Zeichen"),
        ({"room": "x" * 200_000}, "room", "200 Zeichen"),
        ({"link": "http://konferenz.example.org"}, "link", "https://"),
        ({"link": "https://"}, "link", "https://"),
        ({"link": "javascript:alert(1)"}, "link", "https://"),
        ({"link": "https://konferenz.example.org/" + "x" * 600}, "link", "500 Zeichen"),
        ({"answer_until": "2027-12-24"}, "answer_until", "nach der Sitzung"),
        ({"answer_until": "2026-01-05"}, "answer_until", "Dieser Tag ist schon vorbei"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(
    office: Browser, town: dict[str, int], session: Session, fields: dict[str, str], field: str, said: str
) -> None:
    values = {"day": "2027-06-08", "starts": "14:00", "ends": "16:00", **fields}
    page = plan(office, town["light"], **values)
    if page.status == 200:
        page = page.submit("Trotzdem eintragen")
    assert page.status == 422
    assert said in page.error(field)
    assert every(session, Meeting) == []


def test_a_place_that_is_not_offered_is_refused(office: Browser, town: dict[str, int], far: date) -> None:
    address = f"/gremien/{town['light']}/sitzungen/neu"
    token = office.get(address).soup.select_one('main form [name="csrf_token"]')
    assert token is not None
    values = {"csrf_token": str(token["value"]), "day": str(far), "starts": "14:00", "ends": "16:00"}
    answer = office.post(address, values | {"form_key": "0" * 32, "place_id": "99999"})
    assert answer.status == 422
    lost = office.post(address, values | {"form_key": "x", "place_id": "0"})
    assert lost.status == 422
    assert "unvollständig" in lost.main
    # It has a new mark by now.
    assert lost.submit(BUTTON).status == 303


def test_days_off_and_the_notice_period_warn_and_do_not_block(
    office: Browser, town: dict[str, int], session: Session
) -> None:
    christmas = plan(office, town["formal"], "Termin prüfen", day="2027-12-25", starts="14:00", ends="16:00")
    assert "Was gegen den Termin spricht" in christmas.main
    assert "Sa, 25.12.2027 ist ein Feiertag" in christmas.main
    assert "Weihnachtsferien" in christmas.main
    assert every(session, Meeting) == []
    tomorrow = clock.today() + DAY
    page = plan(office, town["formal"], day=tomorrow, starts="14:00", ends="16:00")
    assert page.status == 200
    assert "Einladungsfrist lässt sich nicht halten" in page.main
    # Another day: what speaks against it has not been shown yet.
    again = page.submit("Trotzdem eintragen", day=tomorrow + DAY)
    assert again.status == 200
    assert again.submit("Trotzdem eintragen").status == 303
    assert len(every(session, Meeting)) == 1


def test_a_past_day_is_for_what_has_been(office: Browser, town: dict[str, int], session: Session) -> None:
    page = plan(office, town["light"], day=clock.today() - 30 * DAY, starts="14:00", ends="16:00")
    assert "liegt in der Vergangenheit" in page.main
    assert "Einladungsfrist" not in page.main
    assert page.submit("Trotzdem eintragen").status == 303


def test_nothing_against_it_is_said_too(office: Browser, town: dict[str, int], far: date, session: Session) -> None:
    page = plan(office, town["formal"], "Termin prüfen", day=far, starts="14:00", ends="16:00")
    assert "Nichts spricht gegen den Termin" in page.main
    assert page.submit(BUTTON).status == 303


def test_members_who_are_elsewhere_are_named_only_to_who_may_see_it(
    office: Browser, town: dict[str, int], far: date, session: Session
) -> None:
    other = session.get_one(Body, town["other"])
    elsewhere = factories.meeting(session, other, far, 15, title="Geheime Runde")
    values: dict[str, Any] = {"day": far, "starts": "14:00", "ends": "15:30"}
    session.commit()
    page = plan(office, town["formal"], "Termin prüfen", **values)
    assert "1 Mitglied hat dann schon einen Termin." in page.main
    assert "Ahornblatt" not in page.main
    assert "Fremde Gruppe" not in page.main
    elsewhere.is_public = True
    session.commit()
    page = plan(office, town["formal"], "Termin prüfen", **values)
    assert "1 Mitglied ist dann bei „Fremde Gruppe“ (15:00–17:00 Uhr): Ada Ahornblatt." in page.main
    # Touching ends are no clash; a draft that nobody may see binds nobody; who has declined is free.
    assert "Nichts spricht" in plan(office, town["formal"], "Termin prüfen", **values | {"ends": "15:00"}).main
    elsewhere.state, elsewhere.is_public = MeetingState.DRAFT, False
    session.commit()
    assert "Nichts spricht" in plan(office, town["formal"], "Termin prüfen", **values).main
    elsewhere.state = MeetingState.INVITED
    session.add(
        Invitation(meeting_id=elsewhere.id, person_id=town["ada"], role=BodyRole.VOTING_MEMBER, answer=Answer.DECLINED)
    )
    session.commit()
    assert "Nichts spricht" in plan(office, town["formal"], "Termin prüfen", **values).main


def test_guests_of_other_meetings_are_busy_too_and_the_own_body_meets_once(
    office: Browser, town: dict[str, int], far: date, session: Session
) -> None:
    light = session.get_one(Body, town["light"])
    mine = factories.meeting(session, light, far, 14, title="Jour fixe")
    session.add(Invitation(meeting_id=mine.id, person_id=town["ada"]))
    session.commit()
    page = plan(office, town["formal"], "Termin prüfen", day=far, starts="14:00", ends="16:00")
    # The office sits in both.
    assert "2 Mitglieder sind dann bei „Runde Probe“ (14:00–16:00 Uhr): Ada Ahornblatt, Olga Amtlich." in page.main
    same = plan(office, town["light"], "Termin prüfen", day=far, starts="18:00", ends="19:00")
    assert "„Jour fixe“ dieses Gremiums ist am selben Tag" in same.main


def test_others_do_not_plan(ada: Browser, town: dict[str, int]) -> None:
    assert ada.get(f"/gremien/{town['formal']}/sitzungen/neu").status == 403
    assert ada.get("/termine/neu").status == 403
    assert ada.get("/gremien/99999/sitzungen/neu").status == 404
    assert "Sitzung planen" not in ada.get(f"/gremien/{town['formal']}").text


def test_a_night_across_two_days_and_a_workshop_of_two(
    office: Browser, town: dict[str, int], far: date, session: Session
) -> None:
    values: dict[str, Any] = {"day": far, "last_day": far + timedelta(days=1), "starts": "09:00", "ends": "15:00"}
    page = plan(office, town["light"], **values).follow()
    assert "09:00 Uhr, bis" in page.main
    meeting = every(session, Meeting)[0]
    assert meeting.ends_at - meeting.starts_at == timedelta(hours=30)


def test_five_at_the_same_moment_make_one_meeting(
    app: Flask, town: dict[str, int], far: date, session: Session
) -> None:
    engine = session.get_bind()
    begins = datetime.combine(far, time(14))
    new = NewMeeting(MeetingInput("Sitzung"), Span(begins, begins + timedelta(hours=2)), "a" * 32)

    def send(_number: int) -> int:
        with app.app_context(), Session(engine) as own, work_as(own, SYSTEM) as work:
            return plan_meeting(work, town["light"], new).id

    with ThreadPoolExecutor(5) as threads:
        keys = set(threads.map(send, range(5)))
    assert keys == {one.id for one in every(session, Meeting)}
    assert len(every(session, MeetingChange)) == 1
    with pytest.raises(RuleViolation), work_as(session, SYSTEM) as work:
        plan_meeting(work, town["formal"], new)


def test_an_answer_day_that_passed_stands_in_no_ones_way_and_none_is_set_anew(
    office: Browser, town: dict[str, int], far: date, session: Session
) -> None:
    plan(office, town["light"], day=far, starts="14:00", ends="16:00")
    (meeting,) = every(session, Meeting)
    page = office.get(f"/sitzungen/{meeting.id}/bearbeiten")
    yesterday = clock.today() - DAY
    refused = page.submit(answer_until=yesterday.isoformat())
    assert "Dieser Tag ist schon vorbei" in refused.error("answer_until")
    assert every(session, Meeting)[0].answer_until is None
    every(session, Meeting)[0].answer_until = yesterday
    session.commit()
    assert office.get(f"/sitzungen/{meeting.id}/bearbeiten").submit(room="Raum 9").status == 303
    (meeting,) = every(session, Meeting)
    assert (meeting.room, meeting.answer_until) == ("Raum 9", yesterday)


def test_no_number_is_given_twice_in_whichever_order_meetings_are_planned(
    office: Browser, town: dict[str, int], session: Session
) -> None:
    address = f"/gremien/{town['formal']}/sitzungen/neu"
    assert "Leer: die nächste Nummer des Jahres." in office.get(address).main
    assert "Leer: „1. Sitzung 2027“." in office.get(f"{address}?tag=2027-03-10").main
    for day in ("2027-03-10", "2027-03-03", "2027-03-17"):
        page = office.get(address).submit(BUTTON, day=day, starts="14:00", ends="16:00")
        assert page.status == 303 or page.submit("Trotzdem eintragen").status == 303
    titles = [one.title for one in every(session, Meeting)]
    assert titles == ["1. Sitzung 2027", "2. Sitzung 2027", "3. Sitzung 2027"]
    assert "Leer: „4. Sitzung 2027“." in office.get(f"{address}?tag=2027-03-10").main
