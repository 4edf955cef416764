"""Why a mail was given up: what is kept of the server's answer, and the sentence that follows from it."""

from __future__ import annotations

import pytest

from coordination.mail import refusals
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.words import reason

ADDRESS, FULL, REFUSED = "Wahrscheinlich ist sie falsch", "Postfach ist voll", "Das liegt nicht an der Adresse"
OURS, UNSAID = "eigenen Adresse", "nicht gesagt, warum"
ANSWERS = [
    (550, "5.1.1 User unknown", "550 5.1.1", ADDRESS),
    (550, "5.1.10 Recipient not found by SMTP address lookup", "550 5.1.10", ADDRESS),
    (550, "5.1.8 Bad sender's system address", "550 5.1.8", OURS),
    (550, "ada@example.org: user unknown", "550 unknown", ADDRESS),
    (550, "Mailbox existiert nicht", "550 unknown", ADDRESS),
    (550, "5.7.1 unknown client is blocked", "550 5.7.1", REFUSED),
    (550, "blocked for spam", "550", UNSAID),
    (551, "User not local", "551", ADDRESS),
    (552, "exceeded storage allocation", "552", FULL),
    (552, "5.2.2 Mailbox full", "552 5.2.2", FULL),
    (552, "5.3.4 Message size exceeds fixed limit", "552 5.3.4", "zu groß"),
    (550, "5.2.1 Mailbox disabled", "550 5.2.1", "nimmt keine Mails mehr an"),
    (550, "5.4.1 Recipient address rejected: Access denied", "550 5.4.1", "keinen Weg"),
    (553, "mailbox name not allowed", "553", ADDRESS),
    (554, "Transaction failed", "554", REFUSED),
    (554, "5.7.1 Spam", "554 5.7.1", REFUSED),
    (452, "4.2.2 Mailbox full", "452 4.2.2", FULL),
    (452, "insufficient system storage", "452", "jedes Mal beschäftigt (452)"),
    (451, "4.7.1 Greylisted", "451 4.7.1", "jedes Mal beschäftigt (451 4.7.1)"),
    (421, "too busy", "421", "jedes Mal beschäftigt (421)"),
    (500, "5.5.1 Command unrecognized", "500 5.5.1", UNSAID),
    # What a server sends beside the point is not taken for its reason.
    (550, "2.1.1 strange", "550", UNSAID),
    (550, "5.1.1.1 strange", "550", UNSAID),
]


@pytest.mark.parametrize(("code", "text", "problem", "words"), ANSWERS)
def test_what_is_kept_of_an_answer_and_what_is_said(code: int, text: str, problem: str, words: str) -> None:
    found = refusals.kept(code, text.encode())
    assert found == problem
    said = reason(OutboxMail(state=MailState.FAILED, problem=found))
    assert words in said
    assert str(code) in said
    assert (ADDRESS in said) is (words == ADDRESS)
    assert "unknown" not in said


def test_who_refuses_the_sender_says_nothing_of_the_recipient() -> None:
    found = refusals.kept(550, b"5.1.1 who are you", is_of_sender=True)
    assert found == "550 sender"
    said = reason(OutboxMail(state=MailState.FAILED, problem=found))
    assert OURS in said
    assert "sender" not in said


@pytest.mark.parametrize("problem", ["timeout", "SMTPServerDisconnected", "InvalidToken", "expired", ""])
def test_what_is_no_answer_has_no_reason_of_the_server(problem: str) -> None:
    assert refusals.why(problem) is None
