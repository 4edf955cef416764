"""From the plan to the mails: who gets what, what the mails hold, and what an answer does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Actor
from coordination.core.errors import Conflict, LinkOver, RuleViolation
from coordination.core.work import Work, work_as
from coordination.mail.delivery import deliver
from coordination.mail.outbox import MailState, OutboxMail
from coordination.mail.site import Site
from coordination.meetings import answer_services, invitation_services, services
from coordination.meetings.answer_services import AnswerInput
from coordination.meetings.invitees import expectation, listed, plan_of
from coordination.meetings.models import AnswerEntry, Invitation, Meeting
from coordination.meetings.rules import Answer, MeetingState, Origin
from tests import factories
from tests.calendars import read_by_all
from tests.mail.sink import Sink, smtp_sink
from tests.meetings import world as worlds
from tests.meetings.world import World


@pytest.fixture
def site(app: Flask) -> Site:
    return worlds.site_of(app)


@pytest.fixture
def world(session: Session) -> World:
    return worlds.make(session)


@pytest.fixture
def meeting(session: Session, world: World) -> Meeting:
    return worlds.meeting(session, world)


@pytest.fixture
def sink() -> Iterator[Sink]:
    with smtp_sink() as found:
        yield found


@pytest.fixture
def arrive(app: Flask, session: Session, site: Site, sink: Sink) -> Callable[[], dict[str, EmailMessage]]:
    """Deliver what is due; return address → the mail that arrived just now."""

    def run() -> dict[str, EmailMessage]:
        session.rollback()
        before = len(sink.received)
        with app.app_context():
            engine = app.extensions["sqlalchemy"].engines[None]
            deliver(lambda: Session(engine), sink.server, site.sender)
        found = {}
        for content, to in zip(sink.received[before:], sink.recipients[before:], strict=True):
            message = message_from_bytes(content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            found[to] = message
        return found

    return run


def invite(session: Session, world: World, meeting: Meeting, site: Site) -> int:
    with work_as(session, world.actor) as work:
        row = work.session.get_one(Meeting, meeting.id)
        seen = invitation_services.fingerprint(plan_of(work.session, row, listed(work.session, row)))
        return invitation_services.send(work, meeting.id, site, seen=seen)


def do(session: Session, actor: Actor, step: Callable[[Work], Any]) -> Any:
    with work_as(session, actor) as work:
        return step(work)


def move(session: Session, world: World, meeting: Meeting, days: int = 37) -> None:
    def step(work: Work) -> None:
        version = work.session.get_one(Meeting, meeting.id).version
        services.move_meeting(work, meeting.id, worlds.span(days), "Raum belegt", version=version)

    do(session, world.actor, step)


def cancel(session: Session, world: World, meeting: Meeting, reason: str = "Irrtum") -> None:
    def step(work: Work) -> None:
        version = work.session.get_one(Meeting, meeting.id).version
        services.cancel_meeting(work, meeting.id, reason, version=version)

    do(session, world.actor, step)


def answer(session: Session, site: Site, token: str, data: AnswerInput) -> None:
    do(session, Actor(), lambda work: answer_services.answer_by_link(work, site, token, data))


def subject_of(message: EmailMessage) -> str:
    # The library folds before the first word where the rest fits one line, and keeps that space when it reads.
    return str(message["Subject"]).strip()


def calendar_of(message: EmailMessage) -> tuple[str, bytes]:
    (part,) = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return str(part.get_param("method")), content


def row_of(session: Session, meeting: Meeting, person: Any) -> Invitation:
    session.rollback()
    return session.scalars(select(Invitation).filter_by(meeting_id=meeting.id, person_id=person.id)).one()


def token_of(session: Session, site: Site, meeting: Meeting, person: Any) -> str:
    row = row_of(session, meeting, person)
    return site.signer.make("answer", row.id, row.generation)


def plan_lines(session: Session, meeting: Meeting) -> dict[str, str | None]:
    session.rollback()
    row = session.get_one(Meeting, meeting.id)
    plan = plan_of(session, row, listed(session, row))
    return {line.invitee.name.split()[0]: line.kind.value if line.kind else None for line in plan.lines}


def unfolded(content: bytes) -> list[str]:
    return content.decode().replace("\r\n ", "").split("\r\n")


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
            work, meeting.id, version=work.session.get_one(Meeting, meeting.id).version
        ),
    )
    assert set(plan_lines(session, meeting).values()) == {None}


def test_a_plan_that_has_become_another_is_not_sent(
    session: Session, world: World, meeting: Meeting, site: Site
) -> None:
    session.rollback()
    row = session.get_one(Meeting, meeting.id)
    seen = invitation_services.fingerprint(plan_of(session, row, listed(session, row)))
    do(session, world.actor, lambda work: invitation_services.add_guest(work, meeting.id, world.nele.id))
    with pytest.raises(Conflict):
        do(session, world.actor, lambda work: invitation_services.send(work, meeting.id, site, seen=seen))
    assert session.scalar(select(func.count()).select_from(OutboxMail)) == 0


def test_an_answer_by_link_is_that_persons_own(session: Session, world: World, meeting: Meeting, site: Site) -> None:
    invite(session, world, meeting, site)
    token = token_of(session, site, meeting, world.tom)
    for _ in range(3):
        answer(session, site, token, AnswerInput(Answer.ACCEPTED, "gern"))
    row = row_of(session, meeting, world.tom)
    assert (row.answer, row.comment, row.origin) == (Answer.ACCEPTED, "gern", Origin.LINK)
    assert row_of(session, meeting, world.emre).answer is Answer.OPEN
    assert session.scalar(select(func.count()).select_from(AnswerEntry)) == 1


def test_the_newest_answer_holds_and_the_earlier_ones_stay(
    session: Session, world: World, meeting: Meeting, site: Site
) -> None:
    invite(session, world, meeting, site)
    token = token_of(session, site, meeting, world.tom)
    answer(session, site, token, AnswerInput(Answer.ACCEPTED))
    office = AnswerInput(Answer.DECLINED, "angerufen")
    do(
        session,
        world.actor,
        lambda work: answer_services.answer_by_office(work, site, meeting.id, world.tom.id, data=office),
    )
    row = row_of(session, meeting, world.tom)
    assert (row.answer, row.origin, row.entered_by_id) == (Answer.DECLINED, Origin.OFFICE, world.actor.user_id)
    assert session.scalars(select(AnswerEntry.answer).order_by(AnswerEntry.id)).all() == [
        Answer.ACCEPTED,
        Answer.DECLINED,
    ]


def test_a_deputy_is_asked_and_let_go_again(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Any
) -> None:
    invite(session, world, meeting, site)
    arrive()
    token = token_of(session, site, meeting, world.tom)
    asks = AnswerInput(Answer.DECLINED, "Fortbildung", deputy_id=world.paul.id)
    answer(session, site, token, asks)
    assert row_of(session, meeting, world.tom).answer is Answer.DELEGATED
    mails = arrive()
    assert list(mails) == ["paul@example.org"]
    assert "Tom Probe kann nicht" in mails["paul@example.org"].get_body(("plain",)).get_content()
    assert "DELEGATED-FROM" in "".join(unfolded(calendar_of(mails["paul@example.org"])[1]))
    pauls = token_of(session, site, meeting, world.paul)
    answer(session, site, pauls, AnswerInput(Answer.ACCEPTED))
    row = session.get_one(Meeting, meeting.id)
    assert expectation(session, row, listed(session, row)).coming_with_vote == 1
    # The member comes after all: the deputy is told, and that link is over.
    answer(session, site, token, AnswerInput(Answer.ACCEPTED))
    assert calendar_of(arrive()["paul@example.org"])[0] == "CANCEL"
    session.rollback()
    row = session.get_one(Meeting, meeting.id)
    assert expectation(session, row, listed(session, row)).coming_with_vote == 1
    with pytest.raises(LinkOver):
        answer_services.invitation_behind(session, site, pauls)


def test_only_a_deputy_of_the_list_is_asked(session: Session, world: World, meeting: Meeting, site: Site) -> None:
    invite(session, world, meeting, site)
    token = token_of(session, site, meeting, world.emre)
    for wrong in (world.paul, world.lena):
        data = AnswerInput(Answer.DECLINED, deputy_id=wrong.id)
        with pytest.raises(RuleViolation) as caught:
            answer(session, site, token, data)
        assert caught.value.field == "deputy_id"
    assert row_of(session, meeting, world.emre).answer is Answer.OPEN


def test_two_members_cannot_send_the_same_deputy(session: Session, world: World, meeting: Meeting, site: Site) -> None:
    invite(session, world, meeting, site)
    asks = AnswerInput(Answer.DECLINED, deputy_id=world.nele.id)
    tom, emre = (token_of(session, site, meeting, one) for one in (world.tom, world.emre))
    answer(session, site, tom, asks)
    with pytest.raises(RuleViolation):
        answer(session, site, emre, asks)


def test_a_link_is_over_with_its_meeting(session: Session, world: World, meeting: Meeting, site: Site) -> None:
    invite(session, world, meeting, site)
    token = token_of(session, site, meeting, world.tom)
    row = session.get_one(Meeting, meeting.id)
    row.starts_at, row.ends_at = (at - timedelta(days=30, hours=20) for at in (row.starts_at, row.ends_at))
    session.commit()
    assert answer_services.invitation_behind(session, site, token).person_id == world.tom.id
    with pytest.raises(RuleViolation):
        answer(session, site, token, AnswerInput(Answer.ACCEPTED))
    row = session.get_one(Meeting, meeting.id)
    row.starts_at, row.ends_at = (at - timedelta(days=9) for at in (row.starts_at, row.ends_at))
    session.commit()
    with pytest.raises(LinkOver):
        answer_services.invitation_behind(session, site, token)


def test_a_guest_is_asked_and_reads_the_public_part(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Any
) -> None:
    guest = factories.person(session, "Gesa", "Gast", email="gesa@example.org")
    session.commit()
    do(session, world.actor, lambda work: invitation_services.add_guest(work, meeting.id, guest.id))
    with pytest.raises(RuleViolation):
        do(session, world.actor, lambda work: invitation_services.add_guest(work, meeting.id, world.tom.id))
    assert invite(session, world, meeting, site) == 6
    lines = unfolded(calendar_of(arrive()["gesa@example.org"])[1])
    assert any("ROLE=OPT-PARTICIPANT" in line for line in lines)


def test_quorum_follows_the_answers(session: Session, world: World, meeting: Meeting, site: Site) -> None:
    invite(session, world, meeting, site)
    session.rollback()
    row = session.get_one(Meeting, meeting.id)
    before = expectation(session, row, listed(session, row))
    assert (before.needed, before.coming_with_vote, before.open_with_vote) == (2, 0, 3)
    assert not before.is_reached
    assert before.can_be_reached
    for one in (world.ada, world.tom):
        token = token_of(session, site, meeting, one)
        data = AnswerInput(Answer.ACCEPTED)
        answer(session, site, token, data)
    row = session.get_one(Meeting, meeting.id)
    assert expectation(session, row, listed(session, row)).is_reached
