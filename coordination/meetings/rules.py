"""The words of meetings and the table of their states. No database."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_


class MeetingState(StrEnum):
    """Where a meeting stands. A move keeps the state; iCalendar's STATUS is derived (RFC 5545 section 3.8.1.11)."""

    DRAFT = "draft"
    FIXED = "fixed"
    INVITED = "invited"
    RUNNING = "running"
    MINUTES_OPEN = "minutes_open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What is done with a meeting."""

    FIX = "fix"
    INVITE = "invite"
    BEGIN = "begin"
    END = "end"
    #: It was ended by mistake.
    RESUME = "resume"
    #: It is over and nobody began it here: what was is entered afterwards.
    CATCH_UP = "catch_up"
    #: That, or its beginning, was a mistake: it is where it was before.
    BACK_TO_FIXED = "back_to_fixed"
    BACK_TO_INVITED = "back_to_invited"
    CLOSE = "close"
    CANCEL = "cancel"
    MOVE = "move"
    TAKE_BACK = "take_back"


class Answer(StrEnum):
    """What an invited person said; iCalendar's PARTSTAT is derived (RFC 5545 section 3.2.12)."""

    OPEN = "open"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"
    DELEGATED = "delegated"


class Said(StrEnum):
    """What is done with an answer: somebody gives one, or the question is put anew."""

    COMES = "comes"
    PERHAPS = "perhaps"
    STAYS_AWAY = "stays_away"
    SENDS_DEPUTY = "sends_deputy"
    IS_ASKED_ANEW = "is_asked_anew"


class Origin(StrEnum):
    """How an answer came in."""

    LINK = "link"
    SIGNED_IN = "signed_in"
    OFFICE = "office"
    MAIL = "mail"


class ItemKind(StrEnum):
    """What an agenda item is for."""

    FORMALITY = "formality"
    INFORMATION = "information"
    DISCUSSION = "discussion"
    DECISION = "decision"


class ItemState(StrEnum):
    """Whether an item is on the agenda, only proposed, or for another meeting: left before this one, or by it."""

    PROPOSED = "proposed"
    ON_AGENDA = "on_agenda"
    REFUSED = "refused"
    LEFT_OVER = "left_over"
    ADJOURNED = "adjourned"


class ItemStep(StrEnum):
    """What is done with an agenda item: adjourned is what was left once the meeting had begun."""

    TAKE_UP = "take_up"
    LEAVE = "leave"
    ADJOURN = "adjourn"
    REFUSE = "refuse"


class Deadline(StrEnum):
    """What is due before or after a meeting by the rules of procedure."""

    ITEMS = "items"
    PAPERS = "papers"
    INVITATION = "invitation"
    MINUTES = "minutes"


class ChangeKind(StrEnum):
    """What the history of a meeting holds."""

    CREATED = "created"
    EDITED = "edited"
    MOVED = "moved"
    CANCELLED = "cancelled"
    STATE = "state"
    INVITED = "invited"
    #: Changes so far are told to nobody ("ohne Mail gespeichert").
    SILENT = "silent"
    #: Mails that still waited were taken back: their readers never hear of what they said.
    TAKEN_BACK = "taken_back"
    DEADLINE = "deadline"
    #: Its minutes were approved; the reason is why before the time for objections was over.
    APPROVED = "approved"


STATE_WORDS = {
    MeetingState.DRAFT: N_("Draft"),
    MeetingState.FIXED: N_("Date is fixed"),
    MeetingState.INVITED: N_("invited"),
    MeetingState.RUNNING: N_("under way"),
    MeetingState.MINUTES_OPEN: N_("Minutes open"),
    MeetingState.CLOSED: N_("closed"),
    MeetingState.CANCELLED: N_("cancelled"),
}
ANSWER_WORDS = {
    Answer.OPEN: N_("not answered"),
    Answer.ACCEPTED: N_("coming"),
    Answer.TENTATIVE: N_("perhaps"),
    Answer.DECLINED: N_("not coming"),
    Answer.DELEGATED: N_("deputy asked"),
}
ORIGIN_WORDS = {
    Origin.LINK: N_("by link"),
    Origin.SIGNED_IN: N_("signed in"),
    Origin.OFFICE: N_("entered by the office"),
    Origin.MAIL: N_("by mail"),
}
ITEM_KIND_WORDS = {
    ItemKind.FORMALITY: N_("Formality"),
    ItemKind.INFORMATION: N_("For information"),
    ItemKind.DISCUSSION: N_("For discussion"),
    ItemKind.DECISION: N_("For decision"),
}
ITEM_STATE_WORDS = {
    ItemState.PROPOSED: N_("proposed"),
    ItemState.ON_AGENDA: N_("on the agenda"),
    ItemState.REFUSED: N_("not taken up"),
    ItemState.LEFT_OVER: N_("left over"),
    ItemState.ADJOURNED: N_("left over"),
}
#: What has a number: it is dealt with, or was adjourned when its turn came.
NUMBERED = frozenset({ItemState.ON_AGENDA, ItemState.ADJOURNED})
DEADLINE_WORDS = {
    Deadline.ITEMS: N_("Proposals for the agenda until"),
    Deadline.PAPERS: N_("Papers until"),
    Deadline.INVITATION: N_("Invitation until"),
    Deadline.MINUTES: N_("Minutes until"),
}

_S = MeetingState
#: (state, step) → next state. What is missing is not possible.
TRANSITIONS: Mapping[tuple[MeetingState, Step], MeetingState] = {
    (_S.DRAFT, Step.FIX): _S.FIXED,
    (_S.FIXED, Step.INVITE): _S.INVITED,
    (_S.INVITED, Step.INVITE): _S.INVITED,
    # Its mails all waited and were taken back: nobody has been told of it.
    (_S.INVITED, Step.TAKE_BACK): _S.FIXED,
    (_S.FIXED, Step.BEGIN): _S.RUNNING,
    (_S.INVITED, Step.BEGIN): _S.RUNNING,
    (_S.RUNNING, Step.END): _S.MINUTES_OPEN,
    (_S.FIXED, Step.CATCH_UP): _S.MINUTES_OPEN,
    (_S.INVITED, Step.CATCH_UP): _S.MINUTES_OPEN,
    (_S.RUNNING, Step.BACK_TO_FIXED): _S.FIXED,
    (_S.RUNNING, Step.BACK_TO_INVITED): _S.INVITED,
    (_S.MINUTES_OPEN, Step.BACK_TO_FIXED): _S.FIXED,
    (_S.MINUTES_OPEN, Step.BACK_TO_INVITED): _S.INVITED,
    (_S.MINUTES_OPEN, Step.RESUME): _S.RUNNING,
    (_S.MINUTES_OPEN, Step.CLOSE): _S.CLOSED,
    (_S.DRAFT, Step.MOVE): _S.DRAFT,
    (_S.FIXED, Step.MOVE): _S.FIXED,
    (_S.INVITED, Step.MOVE): _S.INVITED,
    (_S.DRAFT, Step.CANCEL): _S.CANCELLED,
    (_S.FIXED, Step.CANCEL): _S.CANCELLED,
    (_S.INVITED, Step.CANCEL): _S.CANCELLED,
    (_S.RUNNING, Step.CANCEL): _S.CANCELLED,
}
#: In light mode a meeting may be closed as soon as its date is fixed.
LIGHT_TRANSITIONS: Mapping[tuple[MeetingState, Step], MeetingState] = {
    **TRANSITIONS,
    (_S.FIXED, Step.CLOSE): _S.CLOSED,
    (_S.INVITED, Step.CLOSE): _S.CLOSED,
}
#: (where it stood, where it stands) → what takes the click between them back: only the last change of its state.
UNDONE_BY: Mapping[tuple[MeetingState, MeetingState], Step] = {
    (_S.RUNNING, _S.MINUTES_OPEN): Step.RESUME,
    (_S.FIXED, _S.RUNNING): Step.BACK_TO_FIXED,
    (_S.INVITED, _S.RUNNING): Step.BACK_TO_INVITED,
    (_S.FIXED, _S.MINUTES_OPEN): Step.BACK_TO_FIXED,
    (_S.INVITED, _S.MINUTES_OPEN): Step.BACK_TO_INVITED,
}
_ANSWER_AFTER = {
    Said.COMES: Answer.ACCEPTED,
    Said.PERHAPS: Answer.TENTATIVE,
    Said.STAYS_AWAY: Answer.DECLINED,
    Said.SENDS_DEPUTY: Answer.DELEGATED,
    Said.IS_ASKED_ANEW: Answer.OPEN,
}
#: (answer, what is said) → the answer that holds: the newest one, whatever it was before. Nobody takes one back
#: without another; only who is asked anew is open again.
ANSWER_TRANSITIONS: Mapping[tuple[Answer, Said], Answer] = {
    (before, said): answer for before in Answer for said, answer in _ANSWER_AFTER.items()
}
_I = ItemState
#: (state, step) → next state. Only what was on the agenda of a meeting that has begun is adjourned, and keeps its
#: place and number; nothing becomes a proposal again.
ITEM_TRANSITIONS: Mapping[tuple[ItemState, ItemStep], ItemState] = {
    **{(before, ItemStep.TAKE_UP): _I.ON_AGENDA for before in _I},
    **{(before, ItemStep.REFUSE): _I.REFUSED for before in _I},
    **{(before, ItemStep.LEAVE): _I.LEFT_OVER for before in _I if before is not _I.ADJOURNED},
    **{(before, ItemStep.ADJOURN): _I.LEFT_OVER for before in _I},
    (_I.ON_AGENDA, ItemStep.ADJOURN): _I.ADJOURNED,
    (_I.ADJOURNED, ItemStep.ADJOURN): _I.ADJOURNED,
}


def answer_after(before: Answer, said: Said) -> Answer:
    """Return the answer that holds after something was said."""
    return ANSWER_TRANSITIONS[before, said]


def item_after(state: ItemState, step: ItemStep) -> ItemState:
    """Return the state that ``step`` leads an agenda item to.

    Raises:
        RuleViolation: the step is not possible from ``state``.
    """
    found = ITEM_TRANSITIONS.get((state, step))
    if found is None:
        raise RuleViolation(N_("This is not possible with the item as it stands now."))
    return found


#: Why nothing of a meeting can be done any more.
OVER_WORDS = {
    MeetingState.CANCELLED: N_("This meeting has been cancelled."),
    MeetingState.CLOSED: N_("This meeting has been closed."),
}
#: And why it can neither be moved nor called off.
HELD_WORDS = {
    MeetingState.RUNNING: N_("This meeting has begun."),
    MeetingState.MINUTES_OPEN: N_("This meeting has been held."),
}


def possible(state: MeetingState, *, is_formal: bool) -> set[Step]:
    """Return what may be done with a meeting in ``state``."""
    table = TRANSITIONS if is_formal else LIGHT_TRANSITIONS
    return {step for known, step in table if known is state}


def after(state: MeetingState, step: Step, *, is_formal: bool) -> MeetingState:
    """Return the state that ``step`` leads to.

    Raises:
        RuleViolation: the step is not possible from ``state``.
    """
    found = (TRANSITIONS if is_formal else LIGHT_TRANSITIONS).get((state, step))
    if found is None:
        raise RuleViolation(N_("This is not possible with the meeting as it stands now."))
    return found


#: Steps that are no news to whoever was invited: that a meeting has begun or ended, or that this is taken back.
NO_NEWS = frozenset(
    {Step.BEGIN, Step.END, Step.RESUME, Step.CATCH_UP, Step.BACK_TO_FIXED, Step.BACK_TO_INVITED, Step.CLOSE}
)


def calendar_status(state: MeetingState) -> str:
    """Return what a calendar says of a meeting in ``state`` (RFC 5545 section 3.8.1.11)."""
    if state is MeetingState.DRAFT:
        return "TENTATIVE"
    return "CANCELLED" if state is MeetingState.CANCELLED else "CONFIRMED"
