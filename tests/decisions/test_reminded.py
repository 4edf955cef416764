"""What is done meanwhile is nobody reminded of: what waits is taken back, what failed never goes out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.decisions.models import Decision, Task
from coordination.decisions.rules import Status
from coordination.directory.models import Person
from coordination.mail.outbox import GONE, WITHDRAWN, OutboxMail
from coordination.mail.rules import MailState
from coordination.meetings.models import Meeting
from tests import factories
from tests.browser import Browser

PLAN = "/beschluesse/erinnern"


def written(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(OutboxMail)) or 0


@pytest.mark.parametrize("state", [MailState.WAITING, MailState.FAILED, MailState.SENT])
def test_of_what_is_done_nobody_is_reminded(
    session: Session, office: Browser, late: dict[str, int], state: MailState
) -> None:
    office.get(PLAN).submit(0)
    session.rollback()
    (mail_id,) = session.scalars(select(Task.reminder_mail_id).where(Task.id == late["task"]))
    session.execute(update(OutboxMail).where(OutboxMail.id == mail_id).values(state=state, problem="550"))
    session.commit()
    office.get(f"/aufgaben/{late['task']}").submit("erledigt")
    session.rollback()
    task, mail = session.get_one(Task, late["task"]), session.get(OutboxMail, mail_id)
    assert task.status is Status.DONE
    assert (mail is None) == (state is MailState.WAITING) == (task.reminded_at is None)
    assert mail is None or (mail.problem == WITHDRAWN) == (state is MailState.FAILED)
    # The decision that somebody else was reminded of is still to be done.
    assert session.get_one(Decision, late["decision"]).reminder_mail_id is not None
    assert written(session) == (1 if state is MailState.WAITING else 2)


def test_a_mail_about_several_things_goes_out_while_one_is_still_to_be_done(
    session: Session, office: Browser, held: Meeting, late: dict[str, int], town: dict[str, int]
) -> None:
    ada, day = session.get_one(Person, town["ada"]), clock.today() - timedelta(days=1)
    other = factories.task(session, held, "Noch etwas", ada, due_on=day).id
    session.commit()
    office.get(PLAN).submit(0)
    for key, left in ((late["task"], 2), (other, 1)):
        office.get(f"/aufgaben/{key}").submit("erledigt")
        assert written(session) == left


@pytest.mark.parametrize("problem", sorted(GONE))
def test_of_what_never_goes_out_any_more_people_are_reminded_anew(
    session: Session, office: Browser, late: dict[str, int], problem: str
) -> None:
    office.get(PLAN).submit(0)
    session.execute(update(OutboxMail).values(state=MailState.FAILED, problem=problem, content=b""))
    session.commit()
    page = office.get(PLAN)
    assert "kam nicht an" not in page.main
    page.submit("2 Erinnerungen senden")
    assert written(session) == 4
