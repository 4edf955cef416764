"""Who is to be mailed what, and why: worked out anew each time it is shown or sent. No database.

Nothing is mailed on saving. What is said here is what the plan shows before anybody presses the button, and
what the button does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from coordination.core.access import BodyRole
from coordination.core.i18n import N_
from coordination.meetings.rules import Answer, MeetingState


class MailKind(StrEnum):
    """Which mail somebody gets (calendar clients: REQUEST, REQUEST with a higher SEQUENCE, CANCEL)."""

    INVITATION = "invitation"
    UPDATE = "update"
    CANCELLATION = "cancellation"


class Why(StrEnum):
    """Why somebody is on the list."""

    MEMBER = "member"
    GUEST = "guest"
    INFORMED = "informed"
    DEPUTY = "deputy"
    LEFT = "left"


class Shown(StrEnum):
    """What a mail is called in the plan, as its reader will find it."""

    INVITATION = "invitation"
    INFORMATION = "information"
    UPDATE = "update"
    CANCELLATION = "cancellation"
    #: The last one still waits, and is taken out of the outbox: its reader never hears of the meeting.
    TAKEN_BACK = "taken_back"
    #: The last one is undeliverable: its reader never heard of the meeting.
    NOT_ARRIVED = "not_arrived"


SHOWN_WORDS = {
    Shown.INVITATION: N_("Invitation"),
    Shown.INFORMATION: N_("For information only"),
    Shown.UPDATE: N_("News of a change"),
    Shown.CANCELLATION: N_("Cancellation"),
    Shown.TAKEN_BACK: N_("none: the waiting mail is taken back"),
    Shown.NOT_ARRIVED: N_("none: the last mail did not arrive"),
}


def fitting(kind: MailKind, *, has_left: bool, has_answered: bool) -> MailKind | None:
    """Return the mail that fits what its reader has so far: who knows nothing is told nothing of an end.

    Who has answered knows of the meeting, whatever became of the mail.
    """
    if has_left or has_answered:
        return kind
    return None if kind is MailKind.CANCELLATION else MailKind.INVITATION


def shown(found: MailKind | None, why: Why, *, waits: bool) -> Shown:
    """Return what the plan calls a mail that is due; None: none fits (``fitting``). ``waits``: the last one does."""
    if found is None:
        return Shown.TAKEN_BACK if waits else Shown.NOT_ARRIVED
    if found is MailKind.INVITATION and why is Why.INFORMED:
        return Shown.INFORMATION
    return Shown(found.value)


@dataclass(frozen=True, slots=True)
class Invitee:
    """One person of a meeting as the plan needs to know it.

    ``is_wanted``: belongs to the meeting now: a member on its day, a guest, a deputy who was named.
    ``mailed_at`` is that of the last mail, None if there was none or the last one took the invitation back;
    ``silent_at`` is until when somebody decided to mail nothing.
    """

    person_id: int
    name: str
    email: str
    role: BodyRole | None
    why: Why
    is_wanted: bool = True
    mailed_at: datetime | None = None
    silent_at: datetime | None = None
    answer: Answer = Answer.OPEN
    stands_in_for: str = ""

    @property
    def is_asked(self) -> bool:
        """Return whether an answer is wanted: who is told for information only is on the list, and no more."""
        return self.is_wanted and self.why is not Why.INFORMED


@dataclass(frozen=True, slots=True)
class Planned:
    """One line of the plan: a person and the mail that is due, or why there is none."""

    invitee: Invitee
    kind: MailKind | None
    #: Whether there is an address to send to.
    can_be_sent: bool


@dataclass(frozen=True, slots=True)
class MailPlan:
    """The whole plan: ``lines`` in the order of the people given."""

    lines: tuple[Planned, ...]

    @property
    def due(self) -> tuple[Planned, ...]:
        """Return what the button sends."""
        return tuple(line for line in self.lines if line.kind is not None and line.can_be_sent)

    @property
    def told_otherwise(self) -> tuple[Planned, ...]:
        """Return who knows of the meeting without ever having had a mail: a cancellation does not reach them."""
        return tuple(
            line for line in self.lines if line.invitee.mailed_at is None and line.invitee.silent_at is not None
        )

    @property
    def is_open(self) -> bool:
        """Return whether anything is due, also for those whom no mail reaches."""
        return any(line.kind is not None for line in self.lines)

    @property
    def unreachable(self) -> tuple[Planned, ...]:
        """Return for whom a mail is due that has nowhere to go."""
        return tuple(line for line in self.lines if line.kind is not None and not line.can_be_sent)


def plan(
    invitees: Sequence[Invitee], state: MeetingState, *, revised_at: datetime, guests_revised_at: datetime | None = None
) -> MailPlan:
    """Return who is to be mailed what; ``revised_at`` is the last change that those invited should know of.

    ``guests_revised_at`` is that for guests, where it is another one: what is not public is no news to them.
    """
    return MailPlan(
        tuple(
            Planned(
                one,
                _kind(one, state, (one.role is None and guests_revised_at) or revised_at),
                can_be_sent=bool(one.email),
            )
            for one in invitees
        )
    )


def _kind(one: Invitee, state: MeetingState, revised_at: datetime) -> MailKind | None:
    if state is MeetingState.CANCELLED or not one.is_wanted:
        return MailKind.CANCELLATION if one.mailed_at is not None else None
    if state not in {MeetingState.FIXED, MeetingState.INVITED}:
        return None
    known = [at for at in (one.mailed_at, one.silent_at) if at is not None]
    if known and revised_at <= max(known):
        return None
    return MailKind.INVITATION if one.mailed_at is None else MailKind.UPDATE
