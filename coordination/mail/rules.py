"""The states of a mail in the outbox and the table of what leads from one to another. No database."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_


class MailState(StrEnum):
    """Where a mail is (``docs/glossary.md`` has the German words)."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCLEAR = "unclear"


class MailStep(StrEnum):
    """What happens to a mail."""

    #: A process takes it in hand.
    CLAIM = "claim"
    #: The server has it.
    HAND_OVER = "hand_over"
    #: The server is away or busy: later.
    PUT_OFF = "put_off"
    #: The server wants it never.
    REFUSE = "refuse"
    #: Nobody knows whether the server has it.
    DOUBT = "doubt"
    #: A person has it sent again.
    SEND_AGAIN = "send_again"
    #: Its text is over its time.
    EXPIRE = "expire"


#: (state, step) → next state. What is missing is not possible: above all, what was sent is never sent again.
TRANSITIONS: Mapping[tuple[MailState, MailStep], MailState] = {
    (MailState.WAITING, MailStep.CLAIM): MailState.SENDING,
    (MailState.WAITING, MailStep.SEND_AGAIN): MailState.WAITING,
    (MailState.WAITING, MailStep.EXPIRE): MailState.FAILED,
    (MailState.SENDING, MailStep.HAND_OVER): MailState.SENT,
    (MailState.SENDING, MailStep.PUT_OFF): MailState.WAITING,
    (MailState.SENDING, MailStep.REFUSE): MailState.FAILED,
    (MailState.SENDING, MailStep.DOUBT): MailState.UNCLEAR,
    (MailState.FAILED, MailStep.SEND_AGAIN): MailState.WAITING,
    (MailState.UNCLEAR, MailStep.SEND_AGAIN): MailState.WAITING,
}


def after(state: MailState, step: MailStep) -> MailState:
    """Return the state that ``step`` leads to.

    Raises:
        RuleViolation: the step is not possible from ``state``.
    """
    found = TRANSITIONS.get((state, step))
    if found is None:
        raise RuleViolation(N_("This mail has been sent or is on its way."))
    return found
