"""Sending again all that did not get through: what is left alone, and how many statements it takes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from coordination.core.access import SYSTEM, Role
from coordination.core.work import Work, work_as
from coordination.mail import outbox, stuck
from coordination.mail.message import Letter
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.site import Site
from coordination.mail.stuck import Again, Stuck
from tests import factories
from tests.browser import Browser
from tests.statements import counted
from tests.together import engine_of

LIST, PAGE = "/postausgang/?stand=failed", "/postausgang/erneut"


@pytest.fixture
def site(app: Flask) -> Site:
    found: Site = app.extensions["koordination.site"]
    return found


@pytest.fixture
def refused(session: Session, site: Site) -> Callable[..., list[int]]:
    """Write so many mails that are refused, and return their keys."""

    def make(count: int, purpose: str = "feedback") -> list[int]:
        with work_as(session, SYSTEM) as work:
            names = [f"{purpose}{n}" for n in range(count)]
            rows = [
                outbox.queue(work, Letter(f"{n}@example.org", "", f"Mail {n}", "Text\n", purpose, n), site.sender)
                for n in names
            ]
            for row in rows:
                row.state, row.problem, row.attempts = MailState.FAILED, "550", 1
            return [row.id for row in rows]

    return make


@pytest.fixture
def eva(browser: Browser, session: Session) -> Browser:
    factories.account(session, "eva@example.org", Role.ADMINISTRATOR)
    session.commit()
    browser.sign_in("eva@example.org", factories.PASSWORD)
    return browser


def post(eva: Browser, *keys: object) -> int:
    """Ask for some mails without their page; return the status."""
    token = eva.get("/postausgang/").soup.select_one("input[name=csrf_token]")["value"]  # type: ignore[index]
    return eva.post(PAGE, {"csrf_token": token, "mail": [str(key) for key in keys]}).status


def states(session: Session) -> dict[int, MailState]:
    session.rollback()
    session.expire_all()
    return {one.id: one.state for one in session.scalars(select(OutboxMail))}


def found_by(session: Session, moved: int = 2) -> list[Stuck]:
    """Return what is stuck; the reader of every ``moved``-th mail has another address by now."""
    rows = stuck.mails(session, OutboxMail.state == MailState.FAILED)
    return [Stuck(one, "", "" if n % moved else f"neu{n}@example.org", "") for n, one in enumerate(rows)]


def test_many_take_no_more_statements_than_a_few(
    app: Flask, session: Session, site: Site, refused: Callable[..., list[int]]
) -> None:
    def statements(count: int) -> list[str]:
        keys = refused(count)
        with counted(app) as seen, work_as(session, SYSTEM) as work:
            assert stuck.send_all(work, found_by(session), site.sender) == Again(count, 0)
        assert all(states(session)[key] is MailState.WAITING for key in keys)
        session.execute(update(OutboxMail).values(state=MailState.SENT))
        session.commit()
        return seen

    few, many = statements(4), statements(60)
    assert len(many) == len(few), many
    assert len(few) <= 9, few


def _settle(work: Work, key: int) -> None:
    work.session.get_one(OutboxMail, key).settled_at = work.now


def _empty(work: Work, key: int) -> None:
    work.session.get_one(OutboxMail, key).content = b""


def _overtake(work: Work, key: int) -> None:
    mail = work.session.get_one(OutboxMail, key)
    frozen = outbox.Frozen(mail.purpose, mail.about, mail.recipient, "Neu", "<neu@example.org>", b"x")
    outbox.put(work, [frozen])


def _withdraw(work: Work, key: int) -> None:
    outbox.withdraw(work, work.session.get_one(OutboxMail, key).about)


@pytest.mark.parametrize("step", [_settle, _empty, _overtake, _withdraw])
def test_what_became_of_one_meanwhile_is_asked_under_the_lock(
    app: Flask, session: Session, site: Site, refused: Callable[..., list[int]], step: Callable[[Work, int], None]
) -> None:
    first, second = refused(2)
    with Session(engine_of(app)) as own, work_as(own, SYSTEM) as work:
        found = found_by(own, moved=9)
        own.commit()
        # Somebody else, after the list was read.
        with work_as(session, SYSTEM) as other:
            step(other, first)
        assert stuck.send_all(work, found, site.sender) == Again(1, 0)
    left = states(session)
    assert (left[first], left[second]) == (MailState.FAILED, MailState.WAITING)


def test_what_no_key_opens_is_counted_and_the_others_go_out(
    session: Session, site: Site, refused: Callable[..., list[int]]
) -> None:
    first, second, third = refused(3)
    session.execute(update(OutboxMail).where(OutboxMail.id == first).values(content=b"x"))
    session.commit()
    with work_as(session, SYSTEM) as work:
        assert stuck.send_all(work, found_by(session, moved=1), site.sender) == Again(2, 1)
    assert states(session) == {first: MailState.FAILED, second: MailState.WAITING, third: MailState.WAITING}
    recipients = {one.id: one.recipient for one in session.scalars(select(OutboxMail))}
    assert recipients[first] == "feedback0@example.org"
    assert recipients[second].startswith("neu")


def test_a_key_that_is_none_is_no_error(eva: Browser, session: Session, refused: Callable[..., list[int]]) -> None:
    keys = refused(2)
    for key in ("9" * 5000, "²", "x", ""):
        assert post(eva, key) == 303
    assert set(states(session).values()) == {MailState.FAILED}
    assert post(eva, keys[0], "9" * 5000) == 303
    assert states(session) == {keys[0]: MailState.WAITING, keys[1]: MailState.FAILED}


def test_mails_about_accounts_are_not_among_them_and_it_is_said(
    eva: Browser, session: Session, refused: Callable[..., list[int]]
) -> None:
    mails, accounts = refused(2), refused(2, "account.reset")
    page = eva.get(LIST).click("Alle erneut senden")
    assert "2 Mails zu Konten sind nicht dabei" in page.main
    assert "account.reset0@example.org" not in page.main
    assert page.select("nav[aria-label] a:-soup-contains('Unzustellbare Mails')")
    assert post(eva, *mails, *accounts) == 303
    left = states(session)
    assert {left[key] for key in mails} == {MailState.WAITING}
    assert {left[key] for key in accounts} == {MailState.FAILED}
    # They alone are no reason for a button that would do nothing.
    assert "Alle erneut senden" not in eva.get(LIST).main
    assert eva.get(PAGE).status == 303


def test_what_holds_no_longer_is_not_sent_again(
    eva: Browser, session: Session, refused: Callable[..., list[int]]
) -> None:
    first, second = refused(2)
    page = eva.get(PAGE)
    with work_as(session, SYSTEM) as work:
        _withdraw(work, first)
    after = page.submit("2 Mails erneut senden").follow()
    assert "Eine Mail blieb, wie sie war" in after.main
    assert states(session) == {first: MailState.FAILED, second: MailState.WAITING}
    assert eva.get(PAGE).status == 303
