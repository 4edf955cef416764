"""The states of a mail, against the table as people would write it down, and what no chain of steps comes to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.core.errors import RuleViolation
from coordination.mail.rules import MailState, MailStep, after

TABLE = {
    "waiting": {"claim": "sending", "send_again": "waiting", "expire": "failed"},
    "sending": {"hand_over": "sent", "put_off": "waiting", "refuse": "failed", "doubt": "unclear"},
    "sent": {},
    "failed": {"send_again": "waiting"},
    "unclear": {"send_again": "waiting"},
}


@pytest.mark.parametrize("step", MailStep)
@pytest.mark.parametrize("state", MailState)
def test_each_step_leads_where_the_table_says(state: MailState, step: MailStep) -> None:
    if step in TABLE[state]:
        assert after(state, step) == TABLE[state][step]
    else:
        with pytest.raises(RuleViolation):
            after(state, step)


@given(st.lists(st.sampled_from(MailStep), max_size=30))
def test_whatever_is_tried_a_mail_is_sent_once_and_only_out_of_a_claim(tried: list[MailStep]) -> None:
    state, claims, sent = MailState.WAITING, 0, 0
    for step in tried:
        try:
            later = after(state, step)
        except RuleViolation:
            continue
        assert state is not MailState.SENT
        claims += step is MailStep.CLAIM
        sent += later is MailState.SENT
        state = later
    assert sent <= min(1, claims)
