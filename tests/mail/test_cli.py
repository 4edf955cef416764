"""``flask mail``: what operators see of the outbox, and what they are told."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy.orm import Session

from coordination.core.work import Work
from coordination.mail import outbox
from coordination.mail.message import Letter
from coordination.mail.outbox import OutboxMail, queue
from coordination.mail.rules import MailState
from tests.mail.sink import smtp_sink


def test_operators_list_show_and_deliver(app: Flask, work: Work) -> None:
    letter = Letter("ada@example.org", "Ada", "Ihr Konto", "Guten Tag\n", "account.invitation", "probe:1")
    mail = queue(work, letter, app.extensions["koordination.site"].sender)
    work.finish()
    key, runner = mail.id, app.test_cli_runner()
    listed = runner.invoke(args=["mail", "list", "--state", "waiting"])
    assert listed.output == f"{key}\twaiting\tada@example.org\tIhr Konto\t\n"
    assert runner.invoke(args=["mail", "list", "--state", "sent"]).output == ""
    shown = runner.invoke(args=["mail", "show", str(key)])
    assert shown.exit_code == 0
    assert "To: Ada <ada@example.org>" in shown.output
    unknown = runner.invoke(args=["mail", "show", str(key + 1)])
    assert (unknown.exit_code, unknown.output) == (1, f"Error: There is no mail with the key {key + 1}.\n")
    resting = runner.invoke(args=["mail", "deliver"])
    assert resting.exit_code == 1
    assert "KOORDINATION_SMTP_HOST" in resting.output


def test_the_command_does_not_wait_for_the_end_of_a_pause(app: Flask, work: Work, session: Session) -> None:
    letter = Letter("ada@example.org", "Ada", "Ihr Konto", "Guten Tag\n", "account.invitation", "probe:1")
    mail = queue(work, letter, app.extensions["koordination.site"].sender)
    mail.problem, mail.refused_at, mail.due_at = outbox.REFUSED, work.now, work.now + timedelta(hours=1)
    work.finish()
    key = mail.id
    session.rollback()
    with smtp_sink() as sink:
        app.extensions["koordination.mail_server"] = sink.server
        said = app.test_cli_runner().invoke(args=["mail", "deliver"]).output
    assert "sent: 1" in said
    session.expire_all()
    assert session.get_one(OutboxMail, key).state is MailState.SENT
