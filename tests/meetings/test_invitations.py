"""From the plan to the mails: who gets what, what the mails hold, and what an answer does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.errors import Conflict
from coordination.core.work import Work
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.site import Site
from coordination.meetings import answer_services, invitation_services, services
from coordination.meetings.answer_services import AnswerInput
from coordination.meetings.invitees import listed, plan_of
from coordination.meetings.models import Meeting
from coordination.meetings.rules import Answer, MeetingState
from tests.calendars import read_by_all
from tests.mail.sink import Sink
from tests.meetings import world as worlds
from tests.meetings.mailing import (
    answer,
    calendar_of,
    cancel,
    do,
    invite,
    move,
    plan_lines,
    subject_of,
    token_of,
    unfolded,
)
from tests.meetings.world import World


def test_nothing_is_mailed_before_the_button(session: Session, meeting: Meeting) -> None:
    assert plan_lines(session, meeting) == dict.fromkeys(("Mira", "Ada", "Tom", "Emre", "Lena"), "invitation")
    assert session.scalar(select(func.count()).select_from(OutboxMail)) == 0


def test_an_invitation_is_one_mail_each_that_calendars_understand(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Any
) -> None:
    assert invite(session, world, meeting, site) == 5
    mails = arrive()
    assert sorted(mails) == [f"{name}@example.org" for name in ("ada", "emre", "lena", "mira", "tom")]
    mail = mails["tom@example.org"]
    assert subject_of(mail).startswith(f"Einladung: {worlds.BODY}: 1. Sitzung 2027, ")
    assert mail["From"].addresses[0].addr_spec == site.sender.address
    assert mail["From"].addresses[0].display_name == "Mira Probe"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert (mail["Bcc"], mail["Cc"]) == (None, None)
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    method, content = calendar_of(mail)
    assert method == "REQUEST"
    (calendar,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert calendar["Content-Transfer-Encoding"] == "base64"
    assert calendar["Content-Disposition"] is None
    (attached,) = [part for part in mail.walk() if part.get_content_type() == "application/ics"]
    assert attached.get_payload(decode=True) == content
    (read,) = read_by_all(content)
    session.rollback()
    assert (read.uid, read.sequence, read.status) == (meeting.uid, 0, "CONFIRMED")
    assert read.start == clock.zoned(meeting.starts_at)
    assert read.location == "Rathaus, Raum 2"
    lines = unfolded(content)
    (asked,) = [line for line in lines if line.startswith("ATTENDEE")]
    assert asked.replace('"', "") == (
        "ATTENDEE;CN=Tom Probe;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE"
        ":mailto:tom@example.org"
    )
    assert f"ORGANIZER;CN=Mira Probe:mailto:{site.sender.address}" in [line.replace('"', "") for line in lines]
    # Nobody reads the addresses of others, and no personal link stands where calendars copy it.
    assert b"emre@example.org" not in mail.as_bytes()
    assert b"/antwort/" not in content
    assert "/antwort/" in mail.get_body(("plain",)).get_content()


def test_who_was_mailed_is_not_mailed_again(session: Session, world: World, meeting: Meeting, site: Site) -> None:
    invite(session, world, meeting, site)
    assert set(plan_lines(session, meeting).values()) == {None}
    assert invite(session, world, meeting, site) == 0
    session.rollback()
    assert session.get_one(Meeting, meeting.id).state is MeetingState.INVITED
    assert session.scalar(select(func.count()).select_from(OutboxMail)) == 5


def test_a_move_is_told_old_and_new_with_the_same_uid(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Any
) -> None:
    invite(session, world, meeting, site)
    first = arrive()["tom@example.org"]
    move(session, world, meeting)
    assert set(plan_lines(session, meeting).values()) == {"update"}
    invite(session, world, meeting, site)
    mail = arrive()["tom@example.org"]
    assert subject_of(mail).startswith("Geändert: ")
    assert mail["In-Reply-To"] == mail["References"] == first["Message-ID"]
    assert mail["Message-ID"] != first["Message-ID"]
    (old,), (new,) = read_by_all(calendar_of(first)[1]), read_by_all(calendar_of(mail)[1])
    assert (new.uid, new.sequence) == (old.uid, old.sequence + 1)
    assert new.start - old.start in {timedelta(days=7), timedelta(days=7, hours=1), timedelta(days=6, hours=23)}
    text = mail.get_body(("plain",)).get_content()
    assert "(bisher: " in text
    assert "Grund: Raum belegt" in text


def test_a_cancellation_goes_to_everybody_who_was_ever_asked(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Any
) -> None:
    invite(session, world, meeting, site)
    arrive()
    do(session, world.actor, lambda work: invitation_services.remove(work, meeting.id, world.lena.id))
    assert plan_lines(session, meeting)["Lena"] == "cancellation"
    cancel(session, world, meeting, "Der Vorsitz ist krank.")
    assert set(plan_lines(session, meeting).values()) == {"cancellation"}
    assert invite(session, world, meeting, site) == 5
    mails = arrive()
    assert len(mails) == 5
    method, content = calendar_of(mails["lena@example.org"])
    (read,) = read_by_all(content)
    assert (method, read.status, read.uid) == ("CANCEL", "CANCELLED", meeting.uid)
    assert read.sequence > 0
    assert "METHOD:CANCEL" in unfolded(content)
    assert "Der Vorsitz ist krank." in mails["tom@example.org"].get_body(("plain",)).get_content()
    assert set(plan_lines(session, meeting).values()) <= {None}


def test_who_is_taken_off_and_asked_again_gets_a_higher_sequence_each_time(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Any
) -> None:
    invite(session, world, meeting, site)
    (asked,) = read_by_all(calendar_of(arrive()["lena@example.org"])[1])
    found = [asked.sequence]
    for _again in range(2):
        do(session, world.actor, lambda work: invitation_services.remove(work, meeting.id, world.lena.id))
        assert invite(session, world, meeting, site) == 1
        method, content = calendar_of(arrive()["lena@example.org"])
        assert method == "CANCEL"
        found += [one.sequence for one in read_by_all(content)]
        do(session, world.actor, lambda work: invitation_services.add_guest(work, meeting.id, world.lena.id))
        assert invite(session, world, meeting, site) == 1
        method, content = calendar_of(arrive()["lena@example.org"])
        assert method == "REQUEST"
        found += [one.sequence for one in read_by_all(content)]
    assert found == sorted(set(found))
    # Nobody else hears of it, and the next change is higher for them, too.
    assert set(plan_lines(session, meeting).values()) == {None}
    move(session, world, meeting)
    invite(session, world, meeting, site)
    for mail in arrive().values():
        (read,) = read_by_all(calendar_of(mail)[1])
        assert read.sequence > found[-1]


def test_who_knows_nothing_yet_is_not_told_of_a_change_nor_of_an_end(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Any
) -> None:
    invite(session, world, meeting, site)
    move(session, world, meeting)
    invite(session, world, meeting, site)
    mails = arrive()
    assert len(mails) == 5
    assert all(subject_of(mail).startswith("Einladung: ") for mail in mails.values())


def test_a_meeting_cancelled_before_any_mail_left_is_never_heard_of(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Any
) -> None:
    invite(session, world, meeting, site)
    cancel(session, world, meeting, "Irrtum")
    assert invite(session, world, meeting, site) == 0
    assert arrive() == {}
    assert session.scalar(select(func.count()).select_from(OutboxMail)) == 0


def test_who_answered_hears_of_the_end_though_the_mail_waits(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Any
) -> None:
    invite(session, world, meeting, site)
    answer(session, site, token_of(session, site, meeting, world.tom), AnswerInput(Answer.ACCEPTED))
    by_office = AnswerInput(Answer.ACCEPTED)
    do(
        session,
        world.actor,
        lambda work: answer_services.answer_by_office(work, site, meeting.id, world.emre.id, data=by_office),
    )
    # A move opens the answer again; its giver knows of the meeting all the same.
    move(session, world, meeting)
    cancel(session, world, meeting, "Irrtum")
    assert invite(session, world, meeting, site) == 1
    mails = arrive()
    assert list(mails) == ["tom@example.org"]
    assert subject_of(mails["tom@example.org"]).startswith("Abgesagt: ")


def test_a_change_never_overtakes_its_invitation(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Any, sink: Sink
) -> None:
    invite(session, world, meeting, site)
    first_row = session.scalars(select(OutboxMail).where(OutboxMail.recipient == "tom@example.org")).one()
    # Under way in another process while the change is written.
    first_row.state, first_row.lease_until = MailState.SENDING, clock.utc_now() + timedelta(minutes=4)
    session.commit()
    move(session, world, meeting)
    invite(session, world, meeting, site)
    assert "tom@example.org" not in arrive()
    session.execute(
        update(OutboxMail).where(OutboxMail.id == first_row.id).values(state=MailState.SENT, lease_until=None)
    )
    session.commit()
    assert subject_of(arrive()["tom@example.org"]).startswith("Geändert: ")


def test_changes_may_be_kept_to_oneself(session: Session, world: World, meeting: Meeting, site: Site) -> None:
    invite(session, world, meeting, site)

    def edit(work: Work) -> None:
        row = work.session.get_one(Meeting, meeting.id)
        data = services.MeetingInput(title=row.title, room="Raum 3")
        services.edit_meeting(work, meeting.id, data, version=row.version)

    do(session, world.actor, edit)
    assert set(plan_lines(session, meeting).values()) == {"update"}
    do(
        session,
        world.actor,
        lambda work: invitation_services.stay_silent(
            work, meeting.id, site, version=work.session.get_one(Meeting, meeting.id).version
        ),
    )
    assert set(plan_lines(session, meeting).values()) == {None}


def test_a_plan_that_has_become_another_is_not_sent(
    session: Session, world: World, meeting: Meeting, site: Site
) -> None:
    session.rollback()
    row = session.get_one(Meeting, meeting.id)
    seen = invitation_services.fingerprint(plan_of(row, listed(session, row)))
    do(session, world.actor, lambda work: invitation_services.add_guest(work, meeting.id, world.nele.id))
    with pytest.raises(Conflict):
        do(session, world.actor, lambda work: invitation_services.send(work, meeting.id, site, seen=seen))
    assert session.scalar(select(func.count()).select_from(OutboxMail)) == 0
