"""Answers, proposals and terms of a confirmation round. No database."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from coordination.core import clock
from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.directory.rules import HALF_A_YEAR

#: How long the link in a mail works.
LINK_DAYS = 30
#: Nobody is written to twice within so long.
PAUSE = timedelta(days=7)


def is_due_again(started_at: datetime, today: date) -> bool:
    """Return whether an employer's last round is so long ago that another one is due."""
    return today - clock.wall_date(started_at) > HALF_A_YEAR


class Said(StrEnum):
    """What somebody answered in a round."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    CHANGED = "changed"


class Way(StrEnum):
    """How an answer came."""

    LINK = "link"
    #: Signed in, on their own page.
    ACCOUNT = "account"
    OFFICE = "office"


class ProposalState(StrEnum):
    """What became of a change that somebody asked for."""

    WAITING = "waiting"
    #: Live at once, by the employer's setting.
    APPLIED = "applied"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    #: Taken back by its author while it waited.
    WITHDRAWN = "withdrawn"


SAID_WORDS = {Said.OPEN: N_("open"), Said.CONFIRMED: N_("confirmed"), Said.CHANGED: N_("changed")}
WAY_WORDS = {Way.LINK: N_("by link"), Way.ACCOUNT: N_("signed in"), Way.OFFICE: N_("by telephone")}
PROPOSAL_WORDS = {
    ProposalState.WAITING: N_("waits for approval"),
    ProposalState.APPLIED: N_("holds"),
    ProposalState.ACCEPTED: N_("taken over"),
    ProposalState.REFUSED: N_("not taken over"),
    ProposalState.WITHDRAWN: N_("withdrawn"),
}
#: A waiting one may be sent anew by its author; the last wording holds.
_NEXT = {ProposalState.WAITING: frozenset(ProposalState)}


def after(state: ProposalState, wanted: ProposalState) -> ProposalState:
    """Return the state that follows.

    Raises:
        RuleViolation: it was decided already.
    """
    if wanted not in _NEXT.get(state, frozenset()):
        raise RuleViolation(N_("This change was decided already."))
    return wanted


def answer_after(_before: Said, said: Said) -> Said:
    """Return what counts after somebody has ``said`` something: the last answer, and there is no way back to none."""
    if said is Said.OPEN:
        raise RuleViolation(N_("An answer cannot be taken back, only given anew."))
    return said


def may_be_mailed(mailed_at: datetime | None, now: datetime) -> bool:
    """Return whether enough time has passed since the last mail."""
    return mailed_at is None or now - mailed_at >= PAUSE
