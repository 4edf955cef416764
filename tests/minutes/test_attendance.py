"""Who was there: proposed from the answers, kept by the role of the day, counted at each minute."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from coordination.bodies.models import Membership
from coordination.core import clock
from coordination.core.access import BodyRole
from coordination.core.errors import RuleViolation
from coordination.core.work import work_as
from coordination.meetings.models import Invitation, Meeting
from coordination.meetings.rules import Answer, MeetingState
from coordination.minutes import attendance_services, state_services
from coordination.minutes.attendance import sheet
from coordination.minutes.attendance_services import Entry, Newcomer
from coordination.minutes.models import Attendance, Minutes
from coordination.minutes.rules import MinutesState, Presence, There, check_attendance, check_time, quorum_at
from tests import factories
from tests.browser import Browser
from tests.meetings.world import World

VOTING = BodyRole.VOTING_MEMBER
times = st.times(time(13), time(18)).map(lambda one: one.replace(second=0, microsecond=0))


def _in_order(span: tuple[time | None, time | None]) -> bool:
    first, last = span
    return first is None or last is None or first <= last


spans: st.SearchStrategy[tuple[time | None, time | None]] = st.tuples(st.none() | times, st.none() | times).filter(
    _in_order
)


def there(key: int, role: BodyRole | None = VOTING, **more: object) -> There:
    return There(key, role, Presence.PRESENT, **more)  # type: ignore[arg-type]


@given(st.lists(spans, max_size=8), times)
def test_the_quorum_counts_those_who_are_in_the_room_at_that_minute(
    found: list[tuple[time | None, time | None]], at: time
) -> None:
    people = [there(key, came_at=came, left_at=left) for key, (came, left) in enumerate(found, 1)]
    inside = [1 for came, left in found if (came or time.min) <= at < (left or time.max)]
    assert quorum_at(people, at, base=8, needed=5).there == len(inside)


@given(times)
def test_who_leaves_at_the_minute_of_the_vote_is_absent(at: time) -> None:
    """Decision 31."""
    assert quorum_at([there(1, left_at=at)], at, base=1, needed=1).there == 0
    assert quorum_at([there(1, came_at=at)], at, base=1, needed=1).is_reached


@given(st.lists(st.tuples(st.integers(1, 4), st.none() | st.integers(1, 4), spans), max_size=8), times)
def test_no_place_counts_twice(found: list[tuple[int, int | None, tuple[time | None, time | None]]], at: time) -> None:
    people = [there(key, stands_in_for_id=member, came_at=came, left_at=left) for key, member, (came, left) in found]
    places = {one.place for one in people}
    assert quorum_at(people, at, base=4, needed=3).there <= len(places) <= 4


def test_advisers_guests_and_those_who_are_not_there_do_not_count() -> None:
    people = [there(1), there(2, BodyRole.ADVISORY_MEMBER), there(3, None), There(4, VOTING, Presence.EXCUSED)]
    assert quorum_at(people, time(14), base=3, needed=2).there == 1


def test_a_deputy_may_come_when_the_member_has_left_and_not_before() -> None:
    member = there(1, left_at=time(15))
    check_attendance([member, there(2, stands_in_for_id=1, came_at=time(15))])
    with pytest.raises(RuleViolation):
        check_attendance([member, there(2, stands_in_for_id=1, came_at=time(14, 59))])
    with pytest.raises(RuleViolation):
        check_attendance([there(2, stands_in_for_id=1), there(3, stands_in_for_id=1)])


def url(meeting: Meeting) -> str:
    return f"/sitzungen/{meeting.id}/anwesenheit"


def test_the_list_is_proposed_from_the_answers(session: Session, world: World, meeting: Meeting) -> None:
    found = {one.person.given_name: one.there for one in sheet(session, meeting).lines}
    assert found["Ada"].presence is Presence.PRESENT
    assert found["Emre"].presence is Presence.EXCUSED
    assert found["Tom"].presence is Presence.EXCUSED
    assert found["Paul"].presence is Presence.PRESENT
    assert found["Paul"].stands_in_for_id == world.tom.id
    assert found["Paul"].role is VOTING
    assert found["Nele"].role is None
    assert found["Lena"].presence is Presence.UNKNOWN
    # Ada and, for Tom, Paul.
    assert sheet(session, meeting).quorum(time(14)).there == 2


def test_only_answers_are_said_to_propose_something(office: Browser, session: Session, meeting: Meeting) -> None:
    said = "Vorschlag aus den Antworten, noch nicht gespeichert."
    for page in (url(meeting), f"/sitzungen/{meeting.id}"):
        assert said in office.get(page).main
    session.execute(update(Invitation).values(answer=Answer.OPEN, stands_in_for_id=None))
    session.commit()
    for page in (url(meeting), f"/sitzungen/{meeting.id}"):
        assert "Anwesenheit" in office.get(page).main
        assert said not in office.get(page).main


def test_one_form_stores_the_list_and_says_the_quorum(
    office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    page = office.get(url(meeting))
    page = page.submit("Anwesenheit speichern", **{f"came_{world.ada.id}": "14:10"}).follow()
    assert "Die Anwesenheit ist gespeichert." in page.flash
    assert "beschlussfähig: 1 von 3, nötig 2" in page.main
    row = session.scalars(select(Attendance).filter_by(person_id=world.ada.id)).one()
    assert (row.came_at, row.role) == (time(14, 10), BodyRole.CHAIR)
    assert "(ab 14:10 Uhr)" in office.get(f"/sitzungen/{meeting.id}").main


@pytest.mark.parametrize(("ago", "said"), [(30, "nötig 2"), (600, "nötig 2 (zu Beginn)")])
def test_a_quorum_says_when_it_is_that_of_the_beginning(
    office: Browser, session: Session, world: World, meeting: Meeting, *, ago: int, said: str
) -> None:
    meeting.starts_at = clock.wall_clock(clock.utc_now()).replace(second=0, microsecond=0) - timedelta(minutes=ago)
    meeting.ends_at = meeting.starts_at + timedelta(hours=2)
    session.commit()
    office.get(url(meeting)).submit("Anwesenheit speichern", **{f"presence_{world.ada.id}": "present"})
    for page in (office.get(url(meeting)), office.get(f"/sitzungen/{meeting.id}")):
        (badge,) = [one for one in page.select(".badge") if "beschlussfähig" in one]
        assert badge.endswith(said)


def test_one_click_enters_all_of_whom_nothing_is_entered_and_leaves_what_was_entered(
    office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    def presences() -> dict[str, Presence]:
        session.expire_all()
        return {one.person.given_name: one.presence for one in session.scalars(select(Attendance))}

    office.get(url(meeting)).submit("Anwesenheit speichern", **{f"presence_{world.ada.id}": "absent"})
    assert presences()["Lena"] is Presence.UNKNOWN
    # Nobody who accepted is without an entry: there is nothing to do for them.
    assert "Alle Zugesagten anwesend" not in office.get(url(meeting)).html
    lena = session.scalars(select(Invitation).filter_by(meeting_id=meeting.id, person_id=world.lena.id)).one_or_none()
    if lena is None:
        lena = Invitation(meeting_id=meeting.id, person_id=world.lena.id, generation=1, first_message_id="")
        session.add(lena)
    lena.answer = Answer.ACCEPTED
    session.commit()
    # What is typed on the same page goes along, and is not overwritten.
    office.get(url(meeting)).submit("Alle Zugesagten anwesend", **{f"came_{world.paul.id}": "14:20"})
    found = presences()
    assert (found["Lena"], found["Ada"], found["Emre"]) == (Presence.PRESENT, Presence.ABSENT, Presence.EXCUSED)
    page = office.get(url(meeting))
    page.submit(
        "Anwesenheit speichern", **{f"presence_{world.lena.id}": "unknown", f"presence_{world.tom.id}": "unknown"}
    )
    page = office.get(url(meeting))
    page.submit("Alle übrigen anwesend")
    found = presences()
    # Paul is there for Tom, who is not entered beside him.
    assert (found["Lena"], found["Ada"], found["Tom"]) == (Presence.PRESENT, Presence.ABSENT, Presence.UNKNOWN)
    # Each line can be changed afterwards, and a page that is old by now overwrites nothing.
    office.get(url(meeting)).submit("Anwesenheit speichern", **{f"presence_{world.lena.id}": "excused"})
    page.submit("Alle übrigen anwesend")
    assert presences()["Lena"] is Presence.EXCUSED


def test_member_and_deputy_at_once_are_refused_beside_the_line(
    office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    page = office.get(url(meeting)).submit("Anwesenheit speichern", **{f"presence_{world.tom.id}": "present"})
    assert page.status == 422
    assert "nicht gleichzeitig" in page.main
    assert session.scalars(select(Attendance)).all() == []


def test_two_lists_at_once_meet_only_where_both_changed_the_same_line(
    office: Browser, chair: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    office.get(url(meeting)).submit("Anwesenheit speichern")
    mine, theirs = office.get(url(meeting)), chair.get(url(meeting))
    assert mine.submit("Anwesenheit speichern", **{f"presence_{world.lena.id}": "absent"}).status == 303
    assert theirs.submit("Anwesenheit speichern", **{f"came_{world.ada.id}": "14:30"}).status == 303
    page = theirs.submit("Anwesenheit speichern", **{f"presence_{world.lena.id}": "present"})
    assert page.status == 409
    assert "Lena Probe: abwesend" in page.main.replace("(", " (")
    assert page.submit("Anwesenheit speichern").status == 303
    session.rollback()
    row = session.scalars(select(Attendance).filter_by(person_id=world.lena.id)).one()
    assert row.presence is Presence.PRESENT


def test_who_leaves_the_body_later_was_there_all_the_same(
    office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    office.get(url(meeting)).submit("Anwesenheit speichern")
    session.rollback()
    held = session.scalars(select(Membership).filter_by(person_id=world.ada.id)).one()
    held.valid_until = meeting.starts_at.date() - timedelta(days=1)
    session.commit()
    line = next(one for one in sheet(session, meeting).lines if one.person.id == world.ada.id)
    assert line.there.role is BodyRole.CHAIR


def test_nothing_of_it_changes_once_the_minutes_are_approved(
    office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    page = office.get(url(meeting))
    session.add(Minutes(meeting_id=meeting.id, state=MinutesState.APPROVED, version=1))
    session.commit()
    assert page.submit("Anwesenheit speichern").status == 422
    assert session.scalars(select(Attendance)).all() == []


@pytest.mark.parametrize(
    ("field", "at", "is_possible"),
    [
        ("came", "13:30", True),
        ("came", "11:59", False),
        ("came", "23:30", False),
        ("left", "21:45", True),
        ("left", "13:30", False),
        ("left", "22:30", False),
    ],
)
def test_who_came_and_left_is_asked_again_where_the_meeting_cannot_have_been(
    office: Browser, world: World, meeting: Meeting, field: str, at: str, is_possible: bool
) -> None:
    assert (meeting.starts_at.hour, meeting.ends_at.hour) == (14, 16)
    name = f"{field}_{world.ada.id}"
    page = office.get(f"/sitzungen/{meeting.id}/anwesenheit").submit("Anwesenheit speichern", **{name: at})
    assert page.status == (303 if is_possible else 422)
    if not is_possible:
        error = page.soup.find(id=f"{name}-error")
        assert error is not None
        assert "von 14:00 bis 16:00 Uhr geplant" in error.get_text()


def test_a_meeting_of_several_days_has_every_time_in_it() -> None:
    day = date(2027, 1, 14)
    begins, ends = datetime.combine(day, time(14)), datetime.combine(day, time(16))
    check_time(time(3), begins, ends + timedelta(days=1), "voted_at")
    with pytest.raises(RuleViolation):
        check_time(time(3), begins, ends, "voted_at")
    # Two hours before one in the morning are the day before: the day has no time that is too early.
    check_time(time(0), datetime.combine(day, time(1)), ends, "voted_at")


def test_who_came_in_a_members_place_unasked_gets_the_minutes_and_by_mistake_does_not(
    session: Session, world: World, meeting: Meeting, office: Browser
) -> None:
    emre = session.scalars(select(Invitation).filter_by(meeting_id=meeting.id, person_id=world.emre.id)).one()
    emre.answer = Answer.OPEN
    stranger = factories.person(session, "Vera", "Vertretung")
    session.commit()

    def readers() -> set[int]:
        session.rollback()
        session.expire_all()
        return {one.person_id for one in state_services.readers(session, session.get_one(Meeting, meeting.id))}

    assert stranger.id not in readers()
    with work_as(session, world.actor) as work:
        attendance_services.save(work, meeting.id, [], Newcomer(stranger.id, world.emre.id))
    assert stranger.id in readers()
    # Nobody had asked, so nobody has answered; and nothing was moved.
    session.expire_all()
    row = session.scalars(select(Invitation).filter_by(meeting_id=meeting.id, person_id=stranger.id)).one()
    assert (row.answer, row.origin, row.answered_at) == (Answer.OPEN, None, None)
    page = office.get(f"/sitzungen/{meeting.id}/antworten").main
    assert "vertritt Emre Probe" in page
    assert "neuen Termin" not in page
    assert "eingetragen" not in page
    line = next(one for one in sheet(session, meeting).lines if one.person.id == stranger.id)
    absent = replace(line.there, presence=Presence.ABSENT)
    with work_as(session, world.actor) as work:
        attendance_services.save(work, meeting.id, [Entry(absent, line.mark)])
    assert stranger.id not in readers()


def test_a_day_before_everybody_came_says_so_instead_of_showing_nothing(
    session: Session, world: World, meeting: Meeting, office: Browser
) -> None:
    session.execute(delete(Attendance))
    session.execute(delete(Invitation))
    meeting.starts_at, meeting.ends_at = meeting.starts_at - timedelta(9), meeting.ends_at - timedelta(9)
    begins = max(meeting.starts_at.date() + timedelta(1), clock.today() - timedelta(1))
    session.execute(update(Membership).values(valid_from=begins))
    session.commit()
    page = office.get(url(meeting))
    assert "An diesem Tag war niemand Mitglied" in page.main
    assert "Vorschlag aus den Antworten" not in page.main
    assert page.href("Zu den Mitgliedern") == f"/gremien/{meeting.body_id}"


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (MeetingState.CLOSED, "Die Sitzung ist abgeschlossen."),
        (MeetingState.CANCELLED, "Die Sitzung wurde abgesagt"),
        (MeetingState.INVITED, "Die Sitzung hat noch nicht begonnen."),
    ],
)
def test_a_list_sent_to_a_meeting_that_takes_none_is_refused_in_a_sentence_with_a_way_back(
    office: Browser, session: Session, world: World, meeting: Meeting, state: MeetingState, said: str
) -> None:
    page = office.get(url(meeting))
    session.get_one(Meeting, meeting.id).state = state
    session.commit()
    refused = page.submit("Anwesenheit speichern", **{f"came_{world.ada.id}": "14:10"})
    assert refused.status == 422
    assert f"Nichts wurde gespeichert {said}" in refused.main
    assert refused.click("Zur Sitzung").status == 200
    assert session.scalars(select(Attendance)).all() == []


def test_a_list_sent_to_minutes_that_are_approved_is_refused_with_the_way_to_them(
    office: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    page = office.get(url(meeting))
    session.add(Minutes(meeting_id=meeting.id, state=MinutesState.APPROVED))
    session.commit()
    refused = page.submit("Anwesenheit speichern", **{f"came_{world.ada.id}": "14:10"})
    assert refused.status == 422
    assert "Nichts wurde gespeichert Dieses Protokoll ist genehmigt." in refused.main
    assert refused.href("Protokoll lesen")
    assert session.scalars(select(Attendance)).all() == []
