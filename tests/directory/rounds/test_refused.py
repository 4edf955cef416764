"""Mails of a round that were refused are sent again all at once, and those of another round are not."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from coordination.core.access import SYSTEM
from coordination.core.work import work_as
from coordination.directory.models import Person
from coordination.directory.rounds import letters
from coordination.mail import outbox
from coordination.mail.outbox import Frozen, OutboxMail
from coordination.mail.rules import MailState
from tests.browser import Browser
from tests.directory.keepers import City
from tests.directory.rounds.conftest import Round, weeks_pass


def test_all_mails_of_a_round_that_were_refused_are_sent_again(
    keeper: Browser, session: Session, started: Round
) -> None:
    abouts = [letters.about(started.key), letters.about_reminder(started.key), letters.about(started.key + 1)]
    with work_as(session, SYSTEM) as work:
        mails = [Frozen("round", about, f"p{n}@example.org", "x", f"<{n}>", b"x") for n, about in enumerate(abouts)]
        for row in outbox.put(work, mails):
            row.state, row.problem = MailState.FAILED, "550"
    page = keeper.get(started.page).click("Alle erneut senden")
    assert (page.h1, "p2@example.org" in page.main) == ("Alle erneut senden?", False)
    assert page.select("nav a:-soup-contains('Angaben bestätigen lassen')")
    after = page.submit("2 Mails erneut senden").follow()
    assert after.url == started.page
    assert "2 Mails warten" in after.flash
    session.rollback()
    states = session.execute(select(OutboxMail.recipient, OutboxMail.state)).all()
    found = {to: state for to, state in states if to != "ada@example.org"}
    waits = MailState.WAITING
    assert found == {"p0@example.org": waits, "p1@example.org": waits, "p2@example.org": MailState.FAILED}


@pytest.mark.parametrize(
    ("state", "days", "said"),
    [
        (MailState.FAILED, 8, "kam nicht an"),
        (MailState.WAITING, 8, "wartet noch"),
        (MailState.SENT, 1, "informiert am"),
    ],
)
def test_whom_the_last_mail_has_not_reached_is_not_reminded_of_it(
    keeper: Browser, session: Session, started: Round, city: City, state: MailState, days: int, said: str
) -> None:
    session.execute(update(OutboxMail).values(state=state, problem="550"))
    session.commit()
    weeks_pass(session, days)
    page = keeper.get(f"{started.page}/erinnern")
    assert said in page.main
    assert "Zurzeit ist niemand zu erinnern" in page.main
    # What was refused is as if never sent once there is another address.
    session.get_one(Person, city.ada).email = "neu@example.org"
    session.commit()
    is_due = "Ausgewählte erinnern" in keeper.get(page.url).main
    assert is_due is (state is MailState.FAILED)


@pytest.mark.parametrize("problem", sorted(outbox.GONE))
def test_whose_mail_never_goes_out_any_more_is_reminded_at_once(
    keeper: Browser, session: Session, started: Round, problem: str
) -> None:
    session.execute(update(OutboxMail).values(state=MailState.FAILED, problem=problem, content=b""))
    session.commit()
    assert keeper.get(f"{started.page}/erinnern").submit("Ausgewählte erinnern").follow().url == started.page
    session.rollback()
    (mail,) = session.scalars(select(OutboxMail).where(OutboxMail.state == MailState.WAITING))
    assert (mail.recipient, mail.about) == ("ada@example.org", letters.about_reminder(started.key))


def test_who_was_told_otherwise_is_reminded_after_a_week(keeper: Browser, session: Session, started: Round) -> None:
    session.execute(update(OutboxMail).values(state=MailState.FAILED, problem="550"))
    session.commit()
    page = keeper.get(started.page).submit("Anders mitgeteilt : Ada Ahornblatt").follow()
    assert "anders mitgeteilt am" in page.main
    page = keeper.get(f"{started.page}/erinnern")
    assert "anders mitgeteilt am" in page.main
    assert "Zurzeit ist niemand zu erinnern" in page.main
    weeks_pass(session, 8)
    assert "Ausgewählte erinnern" in keeper.get(page.url).main
