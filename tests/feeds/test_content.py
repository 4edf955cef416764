"""What subscriptions hold, read alike by independent programs (rows O1 to O16 of docs/calendar-conformance.md)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import icalendar
import time_machine
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from coordination.bodies.models import Membership
from coordination.calendars import parts, services
from coordination.calendars.models import CalendarPart
from coordination.calendars.rules import FeedKind, Variant
from coordination.core import clock, ical
from coordination.core.access import BodyRole
from coordination.core.ical import CalendarEvent, DayEntry
from coordination.decisions.words import number_of
from coordination.directory.rules import HolidayPresence
from coordination.meetings.models import Invitation, Meeting
from coordination.meetings.rules import Answer, MeetingState
from coordination.meetings.services import cancel_meeting
from coordination.topics.models import Topic
from tests import factories
from tests.browser import Browser
from tests.calendars import read_by_all
from tests.feeds.conftest import Subscriber
from tests.statements import counted

WIRE = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=400)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def entries(content: bytes) -> list[icalendar.Component]:
    return icalendar.Calendar.from_ical(content).walk("VEVENT")


def titles(ada: Subscriber, kind: FeedKind = FeedKind.MINE, subject_id: int = 0) -> list[str]:
    answer = ada.get(ada.address(ada.link(kind, subject_id)))
    assert answer.status_code == 200
    return [str(one["SUMMARY"]) for one in entries(answer.data)]


def other_meeting(ada: Subscriber, name: str, *, days: int = 9, **more: Any) -> Meeting:
    """Return a meeting of a body that Ada does not belong to."""
    berta = factories.person(ada.session, "Berta", name)
    body = factories.member(ada.session, berta, name)
    found = factories.meeting(ada.session, body, clock.today() + timedelta(days=days), title="Fremd", **more)
    ada.session.commit()
    return found


def test_the_frame_has_a_name_and_a_pace_and_no_method(ada: Subscriber) -> None:
    content = ada.get(ada.address(ada.link())).data
    lines = content.decode().replace("\r\n ", "").split("\r\n")
    assert lines[:9] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Koordination//Koordination 1//DE",
        "CALSCALE:GREGORIAN",
        "NAME:Meine Sitzungen",
        "X-WR-CALNAME:Meine Sitzungen",
        "X-WR-TIMEZONE:Europe/Berlin",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert lines.count("BEGIN:VTIMEZONE") == 1
    assert "" not in lines[:-1]
    assert not any(line.startswith(("METHOD", "ORGANIZER", "ATTENDEE", "BEGIN:VALARM", "DURATION")) for line in lines)
    assert all(len(line.encode()) <= 75 for line in content.decode().split("\r\n"))


def test_a_meeting_has_the_identity_of_its_mails_and_the_times_of_its_last_change(ada: Subscriber) -> None:
    (one,) = entries(ada.get(ada.address(ada.link())).data)
    assert str(one["UID"]) == ada.meeting.uid
    assert one.decoded("DTSTAMP") == one.decoded("LAST-MODIFIED") == ada.meeting.revised_at
    assert one["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert str(one["SUMMARY"]) == "Beirat Alpha: Übergänge; Schule, Kita"
    assert str(one["LOCATION"]) == "Raum 2"
    assert str(one["URL"]).endswith(f"/sitzungen/{ada.meeting.id}")
    assert (str(one["STATUS"]), str(one["TRANSP"])) == ("CONFIRMED", "OPAQUE")


def test_a_draft_is_tentative_and_only_in_the_calendar_of_who_plans_it(ada: Subscriber) -> None:
    ada.change(lambda: setattr(ada.meeting, "state", MeetingState.DRAFT), ada.meeting)
    address = ada.address(ada.link())
    (one,) = entries(ada.get(address).data)
    assert (str(one["STATUS"]), str(one["TRANSP"])) == ("TENTATIVE", "TRANSPARENT")
    member = ada.session.scalars(select(Membership)).one()
    ada.change(lambda: setattr(member, "role", BodyRole.VOTING_MEMBER), member)
    assert entries(ada.get(address).data) == []


def test_what_was_cancelled_stays_for_thirty_days_and_says_so(ada: Subscriber) -> None:
    now, was = clock.utc_now(), ada.meeting.sequence
    with ada.work() as work:
        cancel_meeting(work, ada.meeting.id, "Der Vorsitz ist krank.", version=ada.meeting.version)
    address = ada.address(ada.link())
    (one,) = entries(ada.get(address).data)
    assert (str(one["SUMMARY"]), str(one["STATUS"])) == (
        "ABGESAGT: Beirat Alpha: Übergänge; Schule, Kita",
        "CANCELLED",
    )
    assert (str(one["TRANSP"]), int(str(one["SEQUENCE"]))) == ("TRANSPARENT", was + 1)
    with time_machine.travel(now + timedelta(days=30)):
        assert len(entries(ada.get(address).data)) == 1
    with time_machine.travel(now + timedelta(days=32)):
        assert entries(ada.get(address).data) == []


def test_each_kind_holds_what_its_owner_may_see(ada: Subscriber) -> None:
    secret = other_meeting(ada, "Beirat Beta")
    public = other_meeting(ada, "Beirat Gamma", days=11, is_public=True)
    own, fremd, offen = "Beirat Alpha: Übergänge; Schule, Kita", "Beirat Beta: Fremd", "Beirat Gamma: Fremd"
    assert titles(ada) == [own]
    assert titles(ada, FeedKind.ALL) == [own, offen]
    assert titles(ada, FeedKind.BODY, ada.body.id) == [own]
    assert titles(ada, FeedKind.BODY, secret.body_id) == []
    assert titles(ada, FeedKind.BODY, public.body_id) == [offen]
    assert fremd not in titles(ada, FeedKind.ALL)


def test_note_and_link_are_for_those_who_belong_to_the_meeting(ada: Subscriber, browser: Browser) -> None:
    """Also where the room is a link only, and in what is made anew because its kept lines are gone."""
    inside = {"note": "Intern gesagt", "link": "https://konferenz.example.org/raum"}
    public = other_meeting(ada, "Beirat Gamma", days=11, is_public=True, **inside)

    def fill() -> None:
        ada.meeting.note, ada.meeting.link = inside["note"], inside["link"]

    ada.change(fill, ada.meeting)
    ada.change(lambda: None, public)
    browser.sign_in("ada@example.org", factories.PASSWORD)

    def told(meeting: Meeting) -> list[str]:
        content = [ada.get(ada.address(ada.link(FeedKind.ALL))).data.decode()]
        content += [
            browser.client.get(path).text
            for path in (f"/sitzungen/{meeting.id}/termin.ics", f"/termine/{meeting.starts_at.year}.ics")
        ]
        entries = [one for text in content for one in icalendar.Calendar.from_ical(text).walk("VEVENT")]
        return [f"{one.get('DESCRIPTION')} {one.get('LOCATION')}" for one in entries if str(one["UID"]) == meeting.uid]

    for _ in ("kept", "made anew"):
        mine, others = told(ada.meeting), told(public)
        assert len(mine) == len(others) == 3
        assert all("Intern gesagt" in one and "konferenz.example.org" in one for one in mine)
        assert not any("Intern" in one or "konferenz" in one for one in others)
        ada.session.execute(delete(CalendarPart))
        services.count(ada.session, clock.utc_now())
        ada.session.commit()


def test_what_one_declined_does_not_stand_in_the_way(ada: Subscriber) -> None:
    asked = Invitation(meeting_id=ada.meeting.id, person_id=ada.person.id, role=BodyRole.SECRETARIAT)
    ada.session.add(asked)
    ada.session.commit()
    address = ada.address(ada.link())
    assert len(entries(ada.get(address).data)) == 1
    ada.change(lambda: setattr(asked, "answer", Answer.DECLINED), asked)
    assert entries(ada.get(address).data) == []


def test_a_membership_that_ends_by_its_date_ends_the_view_at_midnight_without_a_write(ada: Subscriber) -> None:
    member = ada.session.scalars(select(Membership)).one()
    ada.change(lambda: setattr(member, "valid_until", clock.today() + timedelta(days=2)), member)
    address = ada.address(ada.link(FeedKind.BODY, ada.body.id))
    last = datetime.combine(clock.today() + timedelta(days=2), time(23, 59), tzinfo=clock.ZONE)
    with time_machine.travel(last, tick=False):
        seen = ada.get(address)
        assert len(entries(seen.data)) == 1
    with time_machine.travel(last + timedelta(minutes=2), tick=False):
        after = ada.get(address, If_None_Match=seen.headers["ETag"])
        assert (after.status_code, entries(after.data)) == (200, [])
        # A program that goes by dates alone learns of it too.
        assert ada.get(address, If_Modified_Since=seen.headers["Last-Modified"]).status_code == 200


def test_a_meeting_after_the_end_of_a_seat_is_in_the_calendar_of_the_body_and_not_in_ones_own(ada: Subscriber) -> None:
    member = ada.session.scalars(select(Membership)).one()
    last = ada.meeting.starts_at.date()
    own, of_body = ada.address(ada.link()), ada.address(ada.link(FeedKind.BODY, ada.body.id))
    ada.change(lambda: setattr(member, "valid_until", last - timedelta(days=1)), member)
    assert [len(entries(ada.get(one).data)) for one in (own, of_body)] == [0, 1]
    ada.change(lambda: setattr(member, "valid_until", last), member)
    assert [len(entries(ada.get(one).data)) for one in (own, of_body)] == [1, 1]


def test_neutral_titles_tell_when_and_nothing_else(ada: Subscriber) -> None:
    address = ada.address(ada.link(is_neutral=True))
    content = ada.get(address).data
    (one,) = entries(content)
    assert str(one["SUMMARY"]) == "Sitzung"
    for told in (b"Alpha", b"Raum 2", b"lesen"):
        assert told not in content.replace(b"\r\n ", b"")
    ada.change(lambda: setattr(ada.meeting, "is_public", True), ada.meeting)
    assert "Alpha" in str(entries(ada.get(address).data)[0]["SUMMARY"])


def test_every_feed_is_read_alike_by_all(ada: Subscriber) -> None:
    midnight = datetime.combine(clock.today() + timedelta(days=20), time(22))
    for starts, ends in (
        (midnight, midnight + timedelta(hours=4)),
        (wall("2027-03-27T20:00"), wall("2027-03-28T10:00")),
        (wall("2027-10-30T20:00"), wall("2027-10-31T10:00")),
        (midnight + timedelta(days=5), midnight + timedelta(days=7)),
    ):
        factories.meeting(
            ada.session, ada.body, starts.date(), hour=starts.hour, hours=(ends - starts).total_seconds() / 3600
        )
    ada.session.commit()
    read = read_by_all(ada.get(ada.address(ada.link())).data)
    assert len(read) == 5
    assert [one.start for one in read] == sorted(one.start for one in read)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(summary=WIRE, description=WIRE)
@example(summary="aä€😀" * 1250, description='x, ; \\ " \r\n \n \r ' * 300)
@example(summary=" ä€😀" * 20, description="😀€äa" * 1250)
@example(summary='\\n "zitiert", mit; allem: \\\\', description="\n\n\\N\\n")
def test_any_text_is_read_alike_and_whole(summary: str, description: str) -> None:
    event = CalendarEvent(
        uid="1@koordination",
        sequence=0,
        stamp=datetime(2026, 1, 1, tzinfo=clock.ZONE),
        changed=datetime(2026, 1, 1, tzinfo=clock.ZONE),
        starts_at=wall("2027-01-14T14:00"),
        ends_at=wall("2027-01-14T16:00"),
        summary=summary,
        description=description,
    )
    content = b"".join((ical.head(summary), ical.part(event), ical.TAIL))
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    content.decode()
    (read,) = read_by_all(content)
    assert read.description == ical.clean(description).strip()


def test_whole_days_end_on_the_day_after_the_last() -> None:
    entry = DayEntry("1@k", datetime(2026, 1, 1, tzinfo=clock.ZONE), date(2027, 1, 1), date(2027, 1, 3), "Ferien")
    lines = ical.part(entry).decode().split("\r\n")
    assert "DTSTART;VALUE=DATE:20270101" in lines
    assert "DTEND;VALUE=DATE:20270104" in lines
    assert "TRANSP:TRANSPARENT" in lines


def test_holidays_are_whole_spans_with_an_identity_that_stays(ada: Subscriber) -> None:
    address = ada.address(ada.link(FeedKind.HOLIDAYS))
    with time_machine.travel(datetime(2026, 11, 25, 10, tzinfo=clock.ZONE), tick=False):
        first = {str(one["UID"]): one for one in entries(ada.get(address).data)}
    with time_machine.travel(datetime(2026, 12, 28, 10, tzinfo=clock.ZONE), tick=False):
        later = {str(one["UID"]): one for one in entries(ada.get(address).data)}
    christmas = [one for one in first.values() if one.decoded("DTSTART") == date(2026, 12, 25)]
    assert [str(one["SUMMARY"]) for one in christmas] == ["Erster Weihnachtstag"]
    (winter,) = [one for one in first.values() if "Weihnachtsferien" in str(one["SUMMARY"])][:1]
    assert winter.decoded("DTEND") - winter.decoded("DTSTART") > timedelta(days=10)
    assert str(winter["UID"]) in later


def test_deadlines_are_days_of_who_owes_them(ada: Subscriber) -> None:
    """Each of the four kinds, once and on its day; another member owes the task alone."""
    task = factories.task(ada.session, ada.meeting, "Liste der Räume", ada.person, due_on=clock.today())
    due_on = clock.today() + timedelta(days=40)
    resolved = factories.decision(ada.session, ada.meeting, "Räume schaffen", due_on=due_on)
    decided = f"Beschluss fällig: {number_of(resolved)} Räume schaffen"
    ada.session.commit()

    def found() -> dict[str, date]:
        entered = entries(ada.get(ada.address(ada.link(FeedKind.DEADLINES))).data)
        assert all(one.decoded("DTEND") - one.decoded("DTSTART") == timedelta(days=1) for one in entered)
        return {str(one["SUMMARY"]): one.decoded("DTSTART") for one in entered}

    days = found()
    named = "Beirat Alpha, Übergänge; Schule, Kita"
    invite_by, write_by = f"Einladung fällig: {named}", f"Protokoll fällig: {named}"
    task_due = f"Aufgabe fällig: {task.text}"
    assert set(days) == {task_due, invite_by, write_by, decided}
    assert (days[task_due], days[decided]) == (clock.today(), due_on)
    assert days[invite_by] < ada.meeting.starts_at.date() <= days[write_by]
    member = ada.session.scalars(select(Membership)).one()
    ada.change(lambda: setattr(member, "role", BodyRole.VOTING_MEMBER), member)
    assert set(found()) == {task_due}


def test_presence_is_what_is_certain(ada: Subscriber) -> None:
    employer = factories.organisation(ada.session, "Träger Alpha")
    school = factories.school(ada.session)
    work = factories.assignment(ada.session, ada.person, school, employer, times=[(2, 8, 12, "R 12")])
    ada.session.commit()
    with time_machine.travel(datetime(2026, 11, 25, 10, tzinfo=clock.ZONE), tick=False):
        address = ada.address(ada.link(FeedKind.PLACE, school.id))
        days = {one.decoded("DTSTART").date() for one in entries(ada.get(address).data)}
        assert date(2026, 12, 2) in days
        assert all(day.weekday() == 2 for day in days)
        # Wednesday in the holidays.
        assert date(2026, 12, 30) not in days
        for said, is_there in (("by_arrangement", False), ("yes", True)):
            work.in_holidays = HolidayPresence(said)
            ada.session.commit()
            ada.change(lambda: None, work)
            days = {one.decoded("DTSTART").date() for one in entries(ada.get(address).data)}
            assert (date(2026, 12, 30) in days) == is_there
        absence = factories.absence(ada.session, ada.person, date(2026, 12, 1), date(2026, 12, 4))
        ada.session.commit()
        ada.change(lambda: None, absence)
        days = {one.decoded("DTSTART").date() for one in entries(ada.get(address).data)}
        assert date(2026, 12, 2) not in days


def test_a_subscription_reaches_ninety_days_back_and_two_years_ahead(ada: Subscriber) -> None:
    """To the day: what ends on the first day is in it, with what only ends on it; what begins after the last is not."""
    with time_machine.travel(clock.utc_now(), tick=False):
        first, last = clock.today() - timedelta(days=90), clock.today() + timedelta(days=730)
        for title, day, hour, hours in (
            ("endet am Tag davor", first - timedelta(days=1), 21, 2.75),
            ("endet am ersten Tag", first - timedelta(days=1), 23, 2),
            ("am ersten Tag", first, 0, 1),
            ("am letzten Tag", last, 23, 2),
            ("am Tag danach", last + timedelta(days=1), 0, 1),
        ):
            factories.meeting(ada.session, ada.body, day, hour=hour, hours=hours, title=title)
        ada.session.commit()
        for kind in (FeedKind.MINE, FeedKind.BODY, FeedKind.ALL):
            found = titles(ada, kind, ada.body.id if kind is FeedKind.BODY else 0)
            assert [one.removeprefix("Beirat Alpha: ") for one in found] == [
                "endet am ersten Tag",
                "am ersten Tag",
                "Übergänge; Schule, Kita",
                "am letzten Tag",
            ]


def test_no_entry_of_any_kind_repeats(ada: Subscriber) -> None:
    topic = Topic(name="Sprache")
    ada.body.topics.append(topic)
    school = factories.school(ada.session)
    employer = factories.organisation(ada.session, "Träger Alpha")
    factories.assignment(ada.session, ada.person, school, employer, times=[(day, 8, 12, "") for day in range(5)])
    ada.session.commit()
    subjects = {FeedKind.BODY: ada.body, FeedKind.TOPIC: topic, FeedKind.PLACE: school, FeedKind.PERSON: ada.person}
    for kind in FeedKind:
        content = ada.get(ada.address(ada.link(kind, subjects[kind].id if kind in subjects else 0))).data
        found = entries(content)
        assert found, kind
        names = {name for one in found for name in one}
        assert not names & {"RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID"}, kind
        assert len({str(one["UID"]) for one in found}) == len(found), kind
        # The two rules of the time zone are all there are.
        assert content.count(b"RRULE") == 2, kind


def test_kept_parts_are_what_building_gives_and_stale_ones_are_not_sent(ada: Subscriber) -> None:
    site = ada.app.extensions["koordination.site"]
    ada.change(lambda: setattr(ada.meeting, "note", "Neu."), ada.meeting)
    kept = {one.variant: one.content for one in ada.session.scalars(select(CalendarPart))}
    assert kept == {variant: parts.lines(ada.meeting, site, variant) for variant in Variant}
    old = {"revised_at": datetime(2020, 1, 1, tzinfo=clock.ZONE), "content": b"BEGIN:VEVENT\r\nVERALTET\r\n"}
    ada.session.execute(update(CalendarPart).values(old))
    services.count(ada.session, clock.utc_now())
    ada.session.commit()
    sent = ada.get(ada.address(ada.link())).data
    assert b"VERALTET" not in sent
    assert parts.lines(ada.meeting, site, Variant.FULL) in sent


def test_a_new_name_of_the_body_reaches_its_meetings(ada: Subscriber) -> None:
    ada.change(lambda: None, ada.meeting)
    ada.change(lambda: setattr(ada.body, "name", "Beirat Omega"), ada.body)
    assert titles(ada) == ["Beirat Omega: Übergänge; Schule, Kita"]


def test_a_feed_takes_the_same_statements_however_much_it_holds(ada: Subscriber) -> None:
    address = ada.address(ada.link())

    def taken() -> int:
        ada.change(lambda: None, ada.meeting)
        with counted(ada.app) as statements:
            assert ada.get(address).status_code == 200
        return len(statements)

    # The first fetch is noted, too.
    taken()
    before = taken()
    for day in range(20):
        one = factories.meeting(ada.session, ada.body, clock.today() + timedelta(days=30 + day))
        ada.session.commit()
        ada.change(lambda: None, one)
    assert taken() == before
    assert before <= 8
