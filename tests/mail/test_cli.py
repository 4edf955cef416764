"""``flask mail``: what operators see of the outbox, and what they are told."""

from __future__ import annotations

from flask import Flask

from coordination.core.work import Work
from coordination.mail.message import Letter
from coordination.mail.outbox import queue


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
