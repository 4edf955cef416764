"""Steps of inviting and answering, as tests take them, and what the mails hold."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from coordination.core.access import Actor
from coordination.core.work import Work, work_as
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.site import Site
from coordination.meetings import answer_services, invitation_services, services
from coordination.meetings.answer_services import AnswerInput
from coordination.meetings.invitees import listed, plan_of
from coordination.meetings.models import Invitation, Meeting
from tests.meetings import world as worlds
from tests.meetings.world import World


def invite(session: Session, world: World, meeting: Meeting, site: Site) -> int:
    with work_as(session, world.actor) as work:
        row = work.session.get_one(Meeting, meeting.id)
        seen = invitation_services.fingerprint(plan_of(row, listed(work.session, row)))
        return invitation_services.send(work, meeting.id, site, seen=seen).count


def do(session: Session, actor: Actor, step: Callable[[Work], Any]) -> Any:
    with work_as(session, actor) as work:
        return step(work)


def move(session: Session, world: World, meeting: Meeting, days: int = 37) -> None:
    def step(work: Work) -> None:
        version = work.session.get_one(Meeting, meeting.id).version
        services.move_meeting(work, meeting.id, services.Move(worlds.span(days), "Raum belegt"), version=version)

    do(session, world.actor, step)


def cancel(session: Session, world: World, meeting: Meeting, reason: str = "Irrtum") -> None:
    def step(work: Work) -> None:
        version = work.session.get_one(Meeting, meeting.id).version
        services.cancel_meeting(work, meeting.id, reason, version=version)

    do(session, world.actor, step)


def cancel_while_sending(session: Session, world: World, meeting: Meeting) -> None:
    """Cancel while mails are just being sent, which the server then puts off: they wait again."""
    session.rollback()
    session.execute(
        update(OutboxMail).where(OutboxMail.state == MailState.WAITING).values(state=MailState.SENDING, problem="x")
    )
    session.commit()
    cancel(session, world, meeting)
    session.rollback()
    session.execute(update(OutboxMail).where(OutboxMail.problem == "x").values(state=MailState.WAITING, problem=""))
    session.commit()


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
    plan = plan_of(row, listed(session, row))
    return {line.invitee.name.split()[0]: line.kind.value if line.kind else None for line in plan.lines}


def unfolded(content: bytes) -> list[str]:
    return content.decode().replace("\r\n ", "").split("\r\n")
