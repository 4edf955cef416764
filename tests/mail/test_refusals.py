"""Why a mail was given up: what is kept of the server's answer, and the sentence that follows from it."""

from __future__ import annotations

import pytest

from coordination.mail import refusals
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.stuck import Stuck
from coordination.mail.words import reason

ADDRESS, FULL, REFUSED = "Wahrscheinlich ist sie falsch", "Postfach ist voll", "Das liegt nicht an der Adresse"
OURS, UNSAID, BUSY = "eigenen Adresse", "nicht gesagt, warum", "jedes Mal beschäftigt"
LARGE = "Weniger oder kleinere Anlagen helfen"
ANSWERS = [
    (550, "5.1.1 User unknown", "550 5.1.1", ADDRESS),
    (550, "5.1.10 Recipient not found by SMTP address lookup", "550 5.1.10", ADDRESS),
    (550, "5.1.8 Bad sender's system address", "550 5.1.8", OURS),
    (550, "ada@example.org: user unknown", "550 unknown", ADDRESS),
    (550, "Mailbox existiert nicht", "550 unknown", ADDRESS),
    (550, "5.7.1 unknown client is blocked", "550 5.7.1", REFUSED),
    (550, "blocked for spam", "550", UNSAID),
    (551, "User not local", "551", ADDRESS),
    (552, "exceeded storage allocation", "552", LARGE),
    (552, "message size exceeds fixed maximum message size", "552", LARGE),
    (552, "5.2.2 Mailbox full", "552 5.2.2", FULL),
    (552, "5.3.4 Message size exceeds fixed limit", "552 5.3.4", LARGE),
    (550, "5.2.1 Mailbox disabled", "550 5.2.1", "nimmt keine Mails mehr an"),
    (550, "5.4.1 Recipient address rejected: Access denied", "550 5.4.1 unknown", ADDRESS),
    (550, "5.4.1 No answer from host", "550 5.4.1", "keinen Weg"),
    (550, "Sender domain not found", "550", UNSAID),
    (550, "Unknown client host", "550", UNSAID),
    (553, "mailbox name not allowed", "553", ADDRESS),
    (554, "Transaction failed", "554", UNSAID),
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


BEFORE_A_RECIPIENT = [
    (550, "Sender domain not found", "550 sender", OURS),
    (550, "5.1.8 Sender domain not found", "550 5.1.8 sender", OURS),
    (550, "5.1.7 Bad sender's mailbox", "550 5.1.7 sender", OURS),
    (530, "5.7.0 Authentication required", "530 5.7.0 sender", OURS),
    (554, "5.7.1 Access denied", "554 5.7.1 sender", OURS),
    # What is about a recipient cannot be meant: none was named yet.
    (550, "5.1.1 who are you", "550 unsaid", UNSAID),
    (553, "5.4.4 no way", "553 unsaid", UNSAID),
    (552, "5.3.4 too large", "552 5.3.4", LARGE),
    (552, "too large", "552", LARGE),
    (452, "4.3.1 Insufficient system resources", "452", BUSY),
    (452, "4.2.2 full", "452", BUSY),
    (451, "4.1.8 Sender domain does not resolve", "451", BUSY),
]


@pytest.mark.parametrize(("code", "text", "problem", "words"), BEFORE_A_RECIPIENT)
def test_what_is_said_before_a_recipient_is_named_is_never_about_their_address(
    code: int, text: str, problem: str, words: str
) -> None:
    found = refusals.kept(code, text.encode(), is_of_sender=True)
    assert found == problem
    said = reason(OutboxMail(state=MailState.FAILED, problem=found))
    assert words in said
    assert "sender" not in said
    assert "unsaid" not in said


@pytest.mark.parametrize(("code", "text", "_problem", "words"), ANSWERS)
def test_another_address_is_asked_for_only_where_it_may_help(code: int, text: str, _problem: str, words: str) -> None:
    mail = OutboxMail(state=MailState.FAILED, problem=refusals.kept(code, text.encode()))
    is_fine = any(words.startswith(one) for one in (FULL, REFUSED, OURS, LARGE, BUSY))
    assert Stuck(mail, "", "", "").may_be_wrong_address is not is_fine


@pytest.mark.parametrize(("problem", "is_asked"), [("InvalidToken", False), ("ValueError", True), ("timeout", True)])
def test_without_an_answer_another_address_is_asked_for_unless_the_mail_is_lost(problem: str, is_asked: bool) -> None:
    mail = OutboxMail(state=MailState.FAILED, problem=problem)
    assert Stuck(mail, "", "", "").may_be_wrong_address is is_asked


@pytest.mark.parametrize("problem", ["timeout", "SMTPServerDisconnected", "InvalidToken", "expired", ""])
def test_what_is_no_answer_has_no_reason_of_the_server(problem: str) -> None:
    assert refusals.why(problem) is None
