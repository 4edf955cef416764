"""Rows of ``docs/calendar-conformance.md`` that need a chain of mails: who is named, and what an answer becomes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage

import icalendar
import time_machine
from sqlalchemy.orm import Session

from coordination.bodies.models import Body
from coordination.core import clock
from coordination.core.work import Work
from coordination.mail.site import Site
from coordination.meetings import answer_services, invitation_services, services
from coordination.meetings.answer_services import AnswerInput
from coordination.meetings.models import Meeting
from coordination.meetings.rules import Answer
from tests.calendars import read_by_all
from tests.meetings import mailing
from tests.meetings.mailing import calendar_of, do, invite, token_of, unfolded
from tests.meetings.world import World

Arrive = Callable[[], dict[str, EmailMessage]]


def named(mail: EmailMessage) -> dict[str, set[str]]:
    """Return address → the parameters of each ATTENDEE in the calendar part."""
    found = {}
    for line in unfolded(calendar_of(mail)[1]):
        if line.startswith("ATTENDEE;"):
            parameters, _mailto, address = line.partition(":mailto:")
            found[address] = set(parameters.split(";")[1:])
    return found


def edit_room(work: Work, meeting: Meeting) -> None:
    row = work.session.get_one(Meeting, meeting.id)
    data = services.MeetingInput(title=row.title, room="Raum 3")
    services.edit_meeting(work, meeting.id, data, version=row.version)


def show_invited(session: Session, world: World) -> None:
    session.get_one(Body, world.body.id).overrides = {"shows_invited": True}
    session.commit()


def add_informed(session: Session, world: World, meeting: Meeting) -> None:
    do(
        session,
        world.actor,
        lambda work: invitation_services.add_guest(work, meeting.id, world.nele.id, is_informed=True),
    )


def test_only_its_reader_is_named_unless_the_body_shows_its_list(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive
) -> None:
    add_informed(session, world, meeting)
    invite(session, world, meeting, site)
    first = arrive()
    assert set(named(first["tom@example.org"])) == {"tom@example.org"}
    show_invited(session, world)
    mailing.move(session, world, meeting)
    invite(session, world, meeting, site)
    mails = arrive()
    people = named(mails["tom@example.org"])
    assert next(iter(people)) == "tom@example.org"
    roles = {address.partition("@")[0]: next(one for one in said if "ROLE=" in one) for address, said in people.items()}
    assert roles == {
        "ada": "ROLE=CHAIR",
        "tom": "ROLE=REQ-PARTICIPANT",
        "emre": "ROLE=REQ-PARTICIPANT",
        "lena": "ROLE=REQ-PARTICIPANT",
        "mira": "ROLE=REQ-PARTICIPANT",
        "nele": "ROLE=NON-PARTICIPANT",
    }
    asked = {address for address, said in people.items() if "RSVP=TRUE" in said}
    assert asked == set(people) - {"nele@example.org"}
    (read,) = read_by_all(calendar_of(mails["tom@example.org"])[1])
    assert read.uid == meeting.uid
    # Whoever is told for information alone is asked nothing, and reads of nobody else.
    assert b"ATTENDEE" not in mails["nele@example.org"].as_bytes()


def test_who_is_taken_off_a_list_that_is_shown_takes_nobody_along(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive
) -> None:
    show_invited(session, world)
    invite(session, world, meeting, site)
    arrive()
    do(session, world.actor, lambda work: invitation_services.remove(work, meeting.id, world.lena.id))
    invite(session, world, meeting, site)
    off = arrive()["lena@example.org"]
    assert calendar_of(off)[0] == "CANCEL"
    assert set(named(off)) == {"lena@example.org"}


def test_a_change_keeps_the_answer_and_a_move_asks_anew(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive
) -> None:
    invite(session, world, meeting, site)
    arrive()
    token = token_of(session, site, meeting, world.tom)
    do(
        session,
        world.actor,
        lambda work: answer_services.answer_by_link(work, site, token, AnswerInput(Answer.ACCEPTED)),
    )
    do(session, world.actor, lambda work: edit_room(work, meeting))
    invite(session, world, meeting, site)
    changed = arrive()
    assert "PARTSTAT=ACCEPTED" in named(changed["tom@example.org"])["tom@example.org"]
    assert "PARTSTAT=NEEDS-ACTION" in named(changed["emre@example.org"])["emre@example.org"]
    mailing.move(session, world, meeting)
    invite(session, world, meeting, site)
    moved = named(arrive()["tom@example.org"])["tom@example.org"]
    assert {"PARTSTAT=NEEDS-ACTION", "RSVP=TRUE"} <= moved


def _times(mail: EmailMessage) -> tuple[datetime, datetime]:
    (event,) = icalendar.Calendar.from_ical(calendar_of(mail)[1]).walk("VEVENT")
    return event.decoded("DTSTAMP"), event.decoded("LAST-MODIFIED")


def test_a_mail_bears_the_time_at_which_it_was_written_and_that_of_the_last_change(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive
) -> None:
    hour = timedelta(hours=1)
    now = clock.utc_now().replace(microsecond=0) + hour
    with time_machine.travel(now, tick=False):
        invite(session, world, meeting, site)
        # To be invited to is a change of the meeting: the first mail knows of both at once.
        assert _times(arrive()["tom@example.org"]) == (now, now)
    for change in (mailing.move, mailing.cancel):
        now += hour
        with time_machine.travel(now, tick=False):
            change(session, world, meeting)
        with time_machine.travel(now + hour / 2, tick=False):
            invite(session, world, meeting, site)
            assert _times(arrive()["tom@example.org"]) == (now + hour / 2, now)


def test_the_link_of_a_meeting_that_is_online_alone_stands_once(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive
) -> None:
    link = "https://video.example.org/stg"
    row = session.get_one(Meeting, meeting.id)
    row.room, row.link = "", link
    session.commit()
    invite(session, world, meeting, site)
    mail = arrive()["tom@example.org"]
    for kind in ("plain", "html"):
        body = mail.get_body((kind,))
        assert body is not None
        assert body.get_content().count(link) == 1
    (read,) = read_by_all(calendar_of(mail)[1])
    assert (read.location, link in read.description) == (link, False)


def file_of(mail: EmailMessage) -> bytes:
    (part,) = list(mail.iter_attachments())
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


def test_all_programs_read_the_file_for_information_alike(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive
) -> None:
    add_informed(session, world, meeting)
    invite(session, world, meeting, site)
    (first,) = read_by_all(file_of(arrive()["nele@example.org"]))
    assert (first.uid, first.status) == (meeting.uid, "CONFIRMED")
    session.rollback()
    assert first.start == clock.zoned(session.get_one(Meeting, meeting.id).starts_at)
    mailing.move(session, world, meeting)
    invite(session, world, meeting, site)
    (moved,) = read_by_all(file_of(arrive()["nele@example.org"]))
    assert (moved.uid, moved.sequence > first.sequence) == (meeting.uid, True)
    assert moved.start > first.start
    mailing.cancel(session, world, meeting)
    invite(session, world, meeting, site)
    (off,) = read_by_all(file_of(arrive()["nele@example.org"]))
    assert (off.uid, off.status) == (meeting.uid, "CANCELLED")
