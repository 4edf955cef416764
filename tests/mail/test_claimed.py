"""A mail that a worker is claiming at this moment: it goes out, whatever is decided about waiting ones meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import SYSTEM
from coordination.core.work import Work, work_as
from coordination.mail import claims, outbox
from coordination.mail.message import Letter
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.site import Site
from tests.together import engine_of, meanwhile, work_of

LETTER = Letter(
    to="ada@example.org", to_name="Ada", subject="Grüße", text="Guten Tag", purpose="minutes", about="minutes:1"
)


def _replace(work: Work, site: Site) -> None:
    outbox.queue(work, LETTER, site.sender)


def _take_back(work: Work, _site: Site) -> None:
    outbox.take_back(work, LETTER.about)


@pytest.mark.parametrize(
    ("step", "left"),
    [(_replace, [MailState.SENDING, MailState.WAITING]), (_take_back, [MailState.SENDING])],
)
def test_what_is_being_claimed_is_neither_replaced_nor_taken_back(
    app: Flask, session: Session, step: Callable[[Work, Site], None], left: list[MailState]
) -> None:
    site, engine = app.extensions["koordination.site"], engine_of(app)
    with work_as(session, SYSTEM) as work:
        outbox.queue(work, LETTER, site.sender)
    decides = work_of(engine, SYSTEM, lambda work: step(work, site))
    with ExitStack() as stack:
        with Session(engine) as own, work_as(own, SYSTEM) as work:
            assert claims.claim(work.session, clock.utc_now()) is not None
            own.flush()
            found = stack.enter_context(meanwhile(engine, decides))
        found.result()
    session.rollback()
    assert session.scalars(select(OutboxMail.state).order_by(OutboxMail.id)).all() == left
