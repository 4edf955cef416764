"""What is over its time goes, and nothing else: each term just before and just after its day."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coordination import worker
from coordination.accounts.models import UserAccount, UserSession
from coordination.core import clock, jobs
from coordination.core.access import SYSTEM, Role
from coordination.core.db import Base
from coordination.core.jobs import Job, JobState
from coordination.core.work import AuditEntry, Work
from coordination.directory import import_jobs
from coordination.directory.models import EarlierValue
from coordination.directory.offers.models import RemovedOffer
from coordination.directory.undo_models import AssignmentStep
from coordination.files.store import Store
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.privacy import retention
from coordination.privacy.models import Feedback
from coordination.web.throttle import Throttle
from tests import factories
from tests.browser import Browser

NOW = clock.utc_now()


def before(days: float) -> Any:
    return NOW - timedelta(days=days)


def mail(days: float, state: MailState = MailState.SENT, content: bytes = b"x") -> OutboxMail:
    return OutboxMail(
        state=state,
        purpose="feedback",
        about="feedback:1",
        recipient="ada@example.org",
        subject="Probe",
        message_id=f"<{state}{days}@example.org>",
        content=content,
        created_at=before(days),
        due_at=before(days),
        attempts=0,
        problem="",
    )


def job(kind: str, days: float, **more: Any) -> Job:
    values = {
        "state": JobState.DONE,
        "ended_at": before(days),
        "params": {"filename": "a"},
        "result": {},
        "problem_values": {},
        **more,
    }
    return Job(kind=kind, created_at=before(days), **values)


def session_row(user_id: int, days: float, *, own_device: bool) -> UserSession:
    token = f"{days}{own_device}"
    return UserSession(
        user_id=user_id, token_hash=token, created_at=before(days), seen_at=before(days), own_device=own_device
    )


def rows(user_id: int) -> dict[str, tuple[list[Base], list[Base]]]:
    """Return rows of each term: those that stay and those that go."""
    return {
        "sessions": (
            [session_row(user_id, 29.9, own_device=True), session_row(user_id, 0.4, own_device=False)],
            [session_row(user_id, 30.1, own_device=True), session_row(user_id, 0.6, own_device=False)],
        ),
        "throttle": (
            [Throttle(key="a", count=1, expires_at=before(-0.01))],
            [Throttle(key="b", count=1, expires_at=before(0.01))],
        ),
        "mails": ([mail(364), mail(366, MailState.SENDING)], [mail(366), mail(367, content=b"")]),
        "jobs": (
            [job("accounts.reset", 89), job(import_jobs.APPLY, 300), job("x", 100, ended_at=None)],
            [job("accounts.reset", 91)],
        ),
        "imports": (
            [job(import_jobs.APPLY, 364), job("accounts.reset", 10), job(import_jobs.PREVIEW, 400, ended_at=None)],
            [job(import_jobs.APPLY, 366), job(import_jobs.PREVIEW, 366)],
        ),
        "removed_offers": ([_removed(6.9)], [_removed(7.1)]),
        "steps": ([_step(6.9)], [_step(7.1), _step(30)]),
        "sign_ins": (
            [
                AuditEntry(at=before(89), action="account.signed_in", subject="a:1"),
                AuditEntry(at=before(91), action="person.changed", subject="a:1"),
            ],
            [AuditEntry(at=before(91), action=action, subject="a:1") for action in retention.SIGN_INS],
        ),
        "trail": (
            [AuditEntry(at=before(364), action="person.changed", subject="a:1")],
            [AuditEntry(at=before(366), action="person.changed", subject="a:1")],
        ),
        "feedback": (
            [_feedback(700), _feedback(700, settled_at=before(364))],
            [_feedback(731), _feedback(400, settled_at=before(366))],
        ),
    }


def _step(days: float) -> AssignmentStep:
    return AssignmentStep(assignment_id=1, version=1, way="made", before="{}", recorded_at=before(days))


def _removed(days: float) -> RemovedOffer:
    return RemovedOffer(offer_id=1, version=1, said={}, removed_at=before(days))


def _feedback(days: float, **more: Any) -> Feedback:
    return Feedback(at=before(days), topic="other", page="", text="x", reply_to="", **more)


@pytest.mark.parametrize(
    "key",
    ["sessions", "throttle", "mails", "jobs", "imports", "steps", "removed_offers", "sign_ins", "trail", "feedback"],
)
def test_a_row_stays_until_its_time_is_over(session: Session, key: str) -> None:
    stays, goes = rows(factories.account(session).id)[key]
    session.add_all([*stays, *goes])
    session.flush()
    kept, gone = {(type(one), one.id) for one in stays}, {(type(one), one.id) for one in goes}
    session.commit()
    work = Work(session, SYSTEM, NOW)
    assert retention.due(session, NOW)[key] == len(goes)
    counts = retention.retain(work)
    work.finish()
    session.expire_all()
    assert counts[key] == len(goes)
    assert retention.due(session, NOW)[key] == 0
    model = type(stays[0])
    left = {(model, number) for number in session.scalars(select(model.id))}
    assert kept <= left
    assert not gone & left


def test_a_deactivated_account_goes_with_its_roles_after_six_months(session: Session) -> None:
    factories.account(session, "alt@example.org", Role.PLANNER, deactivated_at=before(184))
    factories.account(session, "neu@example.org", Role.PLANNER, deactivated_at=before(181))
    factories.account(session, "da@example.org", Role.PLANNER)
    session.commit()
    retention.retain(work := Work(session, SYSTEM, NOW))
    work.finish()
    assert set(session.scalars(select(UserAccount.email))) == {"neu@example.org", "da@example.org"}


def test_what_a_gone_account_did_is_not_read_as_anothers(browser: Browser, session: Session) -> None:
    factories.account(session, "eva@example.org", Role.ADMINISTRATOR)
    gone = factories.account(session, "alt@example.org", deactivated_at=before(184)).id
    for subject in (f"user_account:{gone}", "a:1"):
        session.add(AuditEntry(at=NOW, user_id=gone, action="account.changed", subject=subject))
    session.commit()
    retention.retain(work := Work(session, SYSTEM, NOW))
    work.finish()
    assert factories.account(session, "mia@example.org").id > gone
    session.commit()
    browser.sign_in("eva@example.org", factories.PASSWORD)
    page = browser.get("/pruefspur?alle=1&vorgang=account.changed")
    assert "Konto: ein früheres Konto" in page.main
    assert page.select("tbody td:last-child") == ["ein früheres Konto"] * 2
    assert "Mia" not in page.main
    assert not page.soup.select(f"a[href='/verwaltung/konten/{gone}']"), "its page is gone"


def test_the_text_of_a_mail_goes_first_and_what_never_left_stays_here(session: Session) -> None:
    refused, settled = mail(94, MailState.FAILED), mail(95, MailState.FAILED)
    refused.problem = settled.problem = "550"
    settled.settled_at = before(90)
    session.add_all([mail(89), mail(91), mail(92, MailState.WAITING), mail(93, MailState.SENDING), refused, settled])
    session.commit()
    work = Work(session, SYSTEM, NOW)
    counts = retention.retain(work)
    work.finish()
    assert counts["mail_texts"] == 4
    session.expire_all()
    found = session.execute(
        select(OutboxMail.state, OutboxMail.problem, func.length(OutboxMail.content)).order_by(OutboxMail.id)
    ).all()
    assert [tuple(row) for row in found] == [
        (MailState.SENT, "", 1),
        (MailState.SENT, "", 0),
        (MailState.FAILED, "expired", 0),
        (MailState.SENDING, "", 1),
        # Nobody is asked to send again what has no text, unless its reader knows.
        (MailState.FAILED, "expired", 0),
        (MailState.FAILED, "550", 0),
    ]


def test_an_old_number_goes_and_an_old_name_stays(session: Session) -> None:
    who = factories.person(session).id
    for field, days in (("phone", 190), ("email", 190), ("mobile", 170), ("family_name", 4000)):
        last = clock.wall_date(before(days))
        session.add(EarlierValue(person_id=who, field=field, value="x", valid_until=last, recorded_at=before(days)))
    session.commit()
    counts = retention.retain(work := Work(session, SYSTEM, NOW))
    work.finish()
    assert counts["earlier_contacts"] == 2
    assert set(session.scalars(select(EarlierValue.field))) == {"mobile", "family_name"}


def test_an_expired_mail_troubles_nobody_and_cannot_be_sent_again(browser: Browser, session: Session) -> None:
    factories.account(session, "eva@example.org", Role.ADMINISTRATOR)
    one = mail(91, MailState.WAITING)
    session.add(one)
    session.commit()
    retention.retain(work := Work(session, SYSTEM, NOW))
    work.finish()
    browser.sign_in("eva@example.org", factories.PASSWORD)
    assert "unzustellbar" not in browser.get("/").main
    assert "abgelaufen" in browser.get("/postausgang/").select("tbody tr")[0]
    assert browser.get("/postausgang/?stand=expired").select("tbody th a") == ["ada@example.org"]
    assert browser.get("/postausgang/?stand=failed").select("tbody th a") == []
    page = browser.get(f"/postausgang/{one.id}")
    assert "abgelaufen" in page.main
    assert not page.soup.select(f"form[action='/postausgang/{one.id}/erneut']")
    refused = mail(1, MailState.FAILED)
    refused.problem, refused.message_id = "550", "<b@example.org>"
    session.add(refused)
    session.commit()
    assert "1 Mail ist unzustellbar" in browser.get("/").main


def test_a_mail_that_may_have_arrived_and_has_no_text_is_not_offered_for_sending(
    browser: Browser, session: Session
) -> None:
    factories.account(session, "eva@example.org", Role.ADMINISTRATOR)
    session.add(one := mail(91, MailState.UNCLEAR))
    session.commit()
    browser.sign_in("eva@example.org", factories.PASSWORD)
    assert "Erneut senden" in browser.get(f"/postausgang/{one.id}").main
    retention.retain(work := Work(session, SYSTEM, NOW))
    work.finish()
    page = browser.get(f"/postausgang/{one.id}")
    assert "Erneut senden" not in page.main
    assert "Ihr Text ist nach 90 Tagen gelöscht; sie lässt sich nicht mehr senden." in page.main
    assert "weiß auf anderem Weg Bescheid" in page.submit("Anders mitgeteilt").follow().flash


def test_a_mail_without_text_is_shown_but_not_sent_again(browser: Browser, session: Session) -> None:
    factories.account(session, "eva@example.org", Role.ADMINISTRATOR)
    session.add(one := mail(91, MailState.WAITING))
    session.commit()
    retention.retain(work := Work(session, SYSTEM, NOW))
    work.finish()
    browser.sign_in("eva@example.org", factories.PASSWORD)
    page = browser.get(f"/postausgang/{one.id}")
    assert "ihr Text ist gelöscht" in page.main
    token = str(page.soup.select("input[name=csrf_token]")[0]["value"])
    assert "lässt sich nicht mehr senden" in browser.post(page.url + "/erneut", {"csrf_token": token}).follow().flash


def test_a_file_that_nobody_decided_on_is_let_go(session: Session) -> None:
    old, new = job(import_jobs.PREVIEW, 31, content=b"csv"), job(import_jobs.PREVIEW, 29, content=b"csv")
    session.add_all([old, new])
    session.commit()
    work = Work(session, SYSTEM, NOW)
    counts = retention.retain(work)
    work.finish()
    assert counts["files"] == 1
    session.expire_all()
    assert (old.content, old.params) == (None, {"filename": "a", "discarded": True})
    assert (new.content, new.params) == (b"csv", {"filename": "a"})


def test_the_command_counts_first_and_deletes_then(app: Flask, session: Session) -> None:
    session.add(AuditEntry(at=before(500), action="person.changed", subject="a:1"))
    session.commit()
    said = app.test_cli_runner().invoke(args=["privacy", "retain", "--dry-run"])
    assert "trail\t1\t" in said.output
    assert "contacts\tby hand\t" in said.output
    assert session.scalar(select(func.count(AuditEntry.id))) == 1
    session.rollback()
    assert "trail\t1\t" in app.test_cli_runner().invoke(args=["privacy", "retain"]).output
    assert session.scalars(select(AuditEntry.action)).all() == ["retention.applied"]
    job = session.scalars(select(Job)).one()
    assert (job.kind, job.state, job.result["trail"]) == (retention.KIND, JobState.DONE, 1)
    session.rollback()
    assert "trail\t0\t" in app.test_cli_runner().invoke(args=["privacy", "retain"]).output


def test_the_worker_does_it_as_a_job_and_leaves_a_line(app: Flask, session: Session) -> None:
    session.add(AuditEntry(at=before(500), action="person.changed", subject="a:1"))
    jobs.add_job(work := Work(session, SYSTEM, NOW), retention.KIND, {})
    work.finish()
    with app.app_context():
        assert worker.run_next()
    done = session.scalars(select(Job)).one()
    assert (done.state, done.result["trail"]) == (JobState.DONE, 1)
    assert session.scalars(select(AuditEntry.action)).all() == ["retention.applied"]


@pytest.mark.parametrize("by_hand", [False, True])
def test_bytes_of_removed_attachments_go_each_night(app: Flask, session: Session, *, by_hand: bool) -> None:
    store = Store(Path(app.instance_path) / "files")
    old, young = store.put(b"entfernt"), store.put(b"eben entfernt")
    moment = before(1.1).timestamp()
    os.utime(store._path(old), (moment, moment))
    if by_hand:
        run = app.test_cli_runner().invoke
        assert "attachments\t1\t" in run(args=["privacy", "retain", "--dry-run"]).output
        assert store.get(old) == b"entfernt"
        assert "attachments\t1\t" in run(args=["privacy", "retain"]).output
    else:
        jobs.add_job(work := Work(session, SYSTEM, NOW), retention.KIND, {})
        work.finish()
        with app.app_context():
            assert worker.run_next()
        assert session.scalars(select(Job)).one().result["attachments"] == 1
    assert not store._path(old).exists()
    assert store.get(young) == b"eben entfernt"


def test_the_page_names_every_term(browser: Browser) -> None:
    rows = browser.get("/datenschutz").select("tbody tr")
    assert len(rows) == len(retention.TERMS)
    assert "Text von Mails 90 Tage jede Nacht" in rows
    assert any(row.startswith("Anlagen zu") and row.endswith("jede Nacht") for row in rows), rows
    assert any(row.startswith("Einsätze drei Jahre") and row.endswith("durch die Verwaltung") for row in rows)
    assert any(row.startswith("Einladungen und ihre Antworten ein Jahr") for row in rows), rows


#: What says nothing of people: places, units, bodies and their seats, and what counts.
OF_NOBODY = {
    "body",
    "body_lead",
    "body_topic",
    "calendar_revision",
    "confirmation_rule",
    "coverage_target",
    "district",
    "earlier_space_name",
    "list_columns",
    "free_day",
    "no_site",
    "offer",
    "organisation",
    "place",
    "place_further_district",
    "place_social_space",
    "place_succession",
    "post",
    "public_page",
    "responsibility",
    "school",
    "seat",
    "social_space",
    "topic",
}


def test_every_table_that_says_something_of_people_has_a_term() -> None:
    named = {table for term in retention.TERMS for table in term.tables}
    named |= {term.model.__tablename__ for term in retention.TERMS if term.model is not None}
    known = set(Base.metadata.tables)
    assert known - OF_NOBODY == named
    pointing = {
        table.name
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name in {"user_id", "recipient", "email_key"} or column.name.endswith("person_id")
    }
    assert pointing <= named


def test_the_page_names_those_who_have_no_account(browser: Browser) -> None:
    page = browser.get("/datenschutz").main
    for word in ("Gäste", "Vertretungen", "Stellen ohne Konto", "Einladungen und Antworten", "Anwesenheit", "Aufgaben"):
        assert word in page, word
