"""Calendar bytes hold what RFC 5545 asks for, and independent programs read the same out of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from coordination.core import clock
from coordination.core.ical import Attendee, CalendarEvent, EventStatus, Method, Part, PartStat, Party, clean, message
from tests.calendars import icaljs, icaljs_obstacle, libical, libical_obstacle, read_by_all

NOW = datetime(2026, 11, 22, 9, 30, 15, tzinfo=UTC)
OFFICE = Party("Mira Ahorn", "office@example.org")
WIRE = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=400)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def event(**more: object) -> CalendarEvent:
    values = {
        "uid": "0f2c@example.org",
        "sequence": 0,
        "stamp": NOW,
        "changed": NOW - timedelta(hours=1),
        "starts_at": wall("2027-01-14T14:00"),
        "ends_at": wall("2027-01-14T16:00"),
        "summary": "Steuerungsgruppe Jugendhilfe und Schule",
    }
    return CalendarEvent(**(values | more))  # type: ignore[arg-type]


def attendee(**more: object) -> Attendee:
    return Attendee(Party("Tom Birke", "tom@example.org"), **more)  # type: ignore[arg-type]


def request(**more: object) -> bytes:
    return message(event(**more), Method.REQUEST, OFFICE, [attendee()])


def unfolded(content: bytes) -> list[str]:
    return content.decode().replace("\r\n ", "").split("\r\n")


def test_a_meeting_is_read_alike_by_all() -> None:
    (read,) = read_by_all(request(location="Rathaus, Raum 2", description="Zeile; eins\nZeile, zwei", sequence=3))
    assert read.uid == "0f2c@example.org"
    assert (read.start, read.end) == (datetime(2027, 1, 14, 13, tzinfo=UTC), datetime(2027, 1, 14, 15, tzinfo=UTC))
    assert (read.location, read.description) == ("Rathaus, Raum 2", "Zeile; eins\nZeile, zwei")
    assert (read.sequence, read.status) == (3, "CONFIRMED")


@pytest.mark.parametrize("name", ["libical", "ical.js"])
def test_programs_outside_python_read_invitation_update_and_cancellation_too(name: str) -> None:
    """``read_by_all`` asks them wherever they are installed; where they are not, that is said here."""
    obstacle, program = {"libical": (libical_obstacle, libical), "ical.js": (icaljs_obstacle, icaljs)}[name]
    if reason := obstacle():
        pytest.skip(reason)
    for number, (status, method) in enumerate(
        [
            (EventStatus.CONFIRMED, Method.REQUEST),
            (EventStatus.CONFIRMED, Method.REQUEST),
            (EventStatus.CANCELLED, Method.CANCEL),
        ]
    ):
        content = message(
            event(sequence=number, status=status, location=f"Raum {number}"), method, OFFICE, [attendee()]
        )
        (read,) = program()(content)
        assert (read.sequence, read.status, read.location) == (number, status.value, f"Raum {number}")
        assert [read] == read_by_all(content)


def test_the_frame_of_the_file() -> None:
    content = request()
    lines = unfolded(content)
    assert lines[:5] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Koordination//Koordination 1//DE",
        "CALSCALE:GREGORIAN",
        "METHOD:REQUEST",
    ]
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert lines.count("BEGIN:VEVENT") == 1
    assert not content.startswith(b"\xef\xbb\xbf")
    assert "" not in lines[:-1]


def test_times_are_wall_times_of_a_zone_of_two_rules() -> None:
    lines = unfolded(request())
    assert "DTSTART;TZID=Europe/Berlin:20270114T140000" in lines
    assert "DTEND;TZID=Europe/Berlin:20270114T160000" in lines
    assert [line for line in lines if line.startswith(("BEGIN:DAYLIGHT", "BEGIN:STANDARD", "RDATE", "DURATION"))] == [
        "BEGIN:DAYLIGHT",
        "BEGIN:STANDARD",
    ]
    assert len([line for line in lines if line.startswith("RRULE")]) == 2


@pytest.mark.parametrize(
    ("starts_at", "hours"),
    [(wall("2027-03-27T20:00"), 14), (wall("2027-10-30T20:00"), 14), (wall("2027-06-01T22:00"), 4)],
    ids=["over the night when summer time begins", "over the night when it ends", "over midnight"],
)
def test_the_nights_of_the_change_are_read_alike(starts_at: datetime, hours: int) -> None:
    ends_at = starts_at + timedelta(hours=hours)
    (read,) = read_by_all(request(starts_at=starts_at, ends_at=ends_at))
    assert (read.start, read.end) == (clock.zoned(starts_at), clock.zoned(ends_at))


def test_who_is_asked_is_named_as_clients_need_it() -> None:
    asked = Attendee(Party('Ö, "Tom"; x', "tom@example.org"), Part.CHAIR, delegated_from="ada@example.org")
    content = message(event(), Method.REQUEST, OFFICE, [asked])
    (entry,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    line = entry["ATTENDEE"]
    assert str(line) == "mailto:tom@example.org"
    assert {name: line.params[name] for name in ("CUTYPE", "ROLE", "PARTSTAT", "RSVP", "CN")} == {
        "CUTYPE": "INDIVIDUAL",
        "ROLE": "CHAIR",
        "PARTSTAT": "NEEDS-ACTION",
        "RSVP": "TRUE",
        "CN": "Ö, 'Tom'; x",
    }
    assert "mailto:ada@example.org" in content.decode().replace("\r\n ", "")
    assert str(entry["ORGANIZER"]) == "mailto:office@example.org"
    assert entry["ORGANIZER"].params["CN"] == "Mira Ahorn"


def test_a_cancelled_meeting_says_so_and_asks_for_nothing() -> None:
    cancelled = event(status=EventStatus.CANCELLED, sequence=4)
    content = message(cancelled, Method.CANCEL, OFFICE, [attendee(answer=PartStat.ACCEPTED)])
    lines = unfolded(content)
    assert {"METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:4", "TRANSP:TRANSPARENT"} <= set(lines)
    assert not any("RSVP" in line for line in lines)
    assert read_by_all(content)[0].status == "CANCELLED"


def test_the_same_meeting_gives_the_same_bytes() -> None:
    assert request(description="a" * 500) == request(description="a" * 500)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(summary=WIRE, location=WIRE, description=WIRE)
@example(
    summary="x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil",
    location="\rATTACH:https://example.org/x",
    description="\\n\\, \\; \\\\ 😀" * 600,
)
def test_any_text_stays_inside_its_property(summary: str, location: str, description: str) -> None:
    content = request(summary=summary or "x", location=location, description=description)
    physical = content.split(b"\r\n")
    assert all(len(line) <= 75 for line in physical)
    assert all(line.decode() is not None for line in physical)
    assert b"\n" not in content.replace(b"\r\n", b"")
    lines = unfolded(content)
    assert lines.count("BEGIN:VEVENT") == 1
    assert not any(line.startswith(("UID:evil", "ATTACH")) for line in lines)
    (entry,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert str(entry["SUMMARY"]) == " ".join(clean(summary or "x").split())
    if clean(description).strip():
        assert str(entry["DESCRIPTION"]) == clean(description).strip()


def test_a_party_smuggles_no_line() -> None:
    asked = Attendee(Party("Tom\r\nATTENDEE:mailto:evil@example.org", "tom@example.org"))
    lines = unfolded(message(event(), Method.REQUEST, OFFICE, [asked]))
    assert len([line for line in lines if line.startswith("ATTENDEE")]) == 1
