"""What comes next with a meeting, from its state and what is known of it. No database."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from coordination.core.i18n import N_
from coordination.meetings.rules import MeetingState, Step


class Next(StrEnum):
    """What the one button of a meeting's page may be."""

    FIX = "fix"
    INVITE = "invite"
    TELL_CHANGE = "tell_change"
    TELL_MOVE = "tell_move"
    TELL_END = "tell_end"
    TAKE_BACK = "take_back"
    AGENDA = "agenda"
    DELIVER = "deliver"
    REMIND = "remind"
    ANSWERS = "answers"
    BEGIN = "begin"
    CATCH_UP = "catch_up"
    END = "end"
    MINUTES = "minutes"
    APPROVE = "approve"
    CLOSE = "close"
    PLAN = "plan"


#: Done on this page by a click.
CLICKS = {Next.FIX: Step.FIX, Next.BEGIN: Step.BEGIN, Next.CATCH_UP: Step.CATCH_UP, Next.END: Step.END}
#: Step → endpoint of the page on which its click goes on, filled like ``PAGES``; without one that of the meeting.
GOES_ON: dict[Step, str] = {}
NEXT_WORDS = {
    Next.FIX: N_("Fix the date"),
    Next.INVITE: N_("Prepare the invitation"),
    Next.TELL_CHANGE: N_("Tell of the change"),
    Next.TELL_MOVE: N_("Tell of the new date"),
    Next.TELL_END: N_("Tell of the cancellation"),
    Next.TAKE_BACK: N_("Take back the waiting mails"),
    Next.AGENDA: N_("Write the agenda"),
    Next.DELIVER: N_("See to what was not delivered"),
    Next.REMIND: N_("Remind of the answer"),
    Next.ANSWERS: N_("Look at the answers"),
    Next.BEGIN: N_("Begin the meeting"),
    Next.CATCH_UP: N_("Enter attendance and minutes afterwards"),
    Next.END: N_("End the meeting"),
    Next.MINUTES: N_("Write the minutes"),
    Next.APPROVE: N_("Enter the approval"),
    Next.CLOSE: N_("Close the meeting"),
    Next.PLAN: N_("Plan the next meeting"),
}
NEXT_ICONS = {
    Next.FIX: "calendar-check",
    Next.INVITE: "send",
    Next.TELL_CHANGE: "send",
    Next.TELL_MOVE: "send",
    Next.TELL_END: "send",
    Next.TAKE_BACK: "circle-x",
    Next.AGENDA: "list-checks",
    Next.DELIVER: "mail-warning",
    Next.REMIND: "bell",
    Next.ANSWERS: "mail-check",
    Next.BEGIN: "circle-dot",
    Next.CATCH_UP: "users-round",
    Next.END: "circle-check",
    Next.MINUTES: "pencil",
    Next.APPROVE: "circle-check",
    Next.CLOSE: "lock",
    Next.PLAN: "calendar-plus",
}
#: What taking back the last click is called where it stands alone.
UNDO_WORDS = {
    (MeetingState.MINUTES_OPEN, Step.RESUME): N_("Undo the end of the meeting"),
    (MeetingState.MINUTES_OPEN, Step.BACK_TO_FIXED): N_("Undo entering it afterwards"),
    (MeetingState.MINUTES_OPEN, Step.BACK_TO_INVITED): N_("Undo entering it afterwards"),
    (MeetingState.RUNNING, Step.BACK_TO_FIXED): N_("Undo the beginning of the meeting"),
    (MeetingState.RUNNING, Step.BACK_TO_INVITED): N_("Undo the beginning of the meeting"),
}
#: Who could have got a mail, and was to be told without one.
SILENT = (N_("one person without a mail"), N_("%(n)s people without a mail"))
#: Where the invitation stands among ``stages``.
INVITATION = 1
#: The part of a meeting's life (``stages``) in which each step is done; what comes after its end is in none.
STAGE = {
    Next.FIX: 0,
    Next.INVITE: 1,
    Next.TELL_CHANGE: 1,
    Next.TELL_MOVE: 1,
    Next.DELIVER: 1,
    Next.AGENDA: 2,
    Next.BEGIN: 3,
    Next.CATCH_UP: 3,
    Next.END: 3,
    Next.MINUTES: 4,
    Next.APPROVE: 4,
    Next.CLOSE: 5,
}
#: What this slice does itself.
OWN = frozenset({Next.FIX, Next.BEGIN, Next.CATCH_UP, Next.END, Next.CLOSE, Next.PLAN})
#: Step → endpoint of its page, which takes ``meeting_id``: filled by registrations as these pages come to be.
PAGES: dict[Next, str] = {
    Next.CLOSE: "meetings.close",
    Next.DELIVER: "meetings.answers",
    Next.REMIND: "meetings.remind",
    Next.ANSWERS: "meetings.answers",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a meeting beside its state; ``minutes_…`` come from upper slices."""

    is_formal: bool
    #: Days until its first day; below zero it lies behind.
    days_left: int
    is_over: bool = False
    has_started: bool = False
    items: int = 0
    invited: int = 0
    #: Of whom it is not known that they know of it (``standing.Unaware``): mails that wait, that did not arrive or may
    #: not have, none on purpose, and none yet.
    waiting: int = 0
    undelivered: int = 0
    silent: int = 0
    uninvited: int = 0
    #: How many of those invited have not answered, and have had time to.
    to_remind: int = 0
    #: Some of those invited know another time or place, or nothing of the cancellation.
    is_untold: bool = False
    #: What they do not know is another time.
    is_move_untold: bool = False
    #: It is cancelled, and mails that would tell of it still wait.
    waits_in_vain: bool = False
    minutes_begun: bool = False
    #: They are being checked or circulated: what they say is not changed until somebody takes them back.
    minutes_at_rest: bool = False
    #: While they are, nobody writes on them: what is next is their approval.
    minutes_circulated: bool = False
    minutes_approved: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the six steps in the order of a meeting's life: ``word`` and ``missing`` are msgids."""

    word: str
    done: bool
    current: bool
    missing: str = ""
    #: The number in ``missing``.
    count: int = 0
    #: Its time is over without it.
    left_out: bool = False


def offered() -> frozenset[Next]:
    """Return what has a page or is done by a click."""
    return OWN | frozenset(PAGES)


def next_step(state: MeetingState, facts: Facts, may: Collection[Next] | None = None) -> Next | None:
    """Return the one thing to do next with a meeting, among what the product offers; None: wait."""
    there = offered() if may is None else may
    return next((one for one in _wanted(state, facts) if one in there), None)


def _wanted(state: MeetingState, facts: Facts) -> list[Next]:
    """Return what would be next, the best first."""
    if state in {MeetingState.FIXED, MeetingState.INVITED}:
        return _before(state, facts)
    if state is MeetingState.CANCELLED:
        return [*_cancelled(facts), Next.PLAN]
    writes = Next.APPROVE if facts.minutes_circulated else Next.MINUTES
    closes = facts.minutes_approved or not facts.is_formal
    wanted = {
        MeetingState.DRAFT: [Next.FIX],
        # Ending it is one click beside this: a meeting may run over, and there is more to write than to end.
        MeetingState.RUNNING: [writes, Next.END],
        MeetingState.MINUTES_OPEN: [Next.CLOSE] if closes and not _minutes_wait(facts) else [writes],
    }
    return wanted.get(state, [Next.PLAN])


def _minutes_wait(facts: Facts) -> bool:
    return facts.minutes_begun and not facts.minutes_approved


def _cancelled(facts: Facts) -> list[Next]:
    if facts.is_over:
        return []
    return [Next.TELL_END] if facts.is_untold else [Next.TAKE_BACK] if facts.waits_in_vain else []


def _before(state: MeetingState, facts: Facts) -> list[Next]:
    if facts.is_over:
        return [Next.CATCH_UP] if facts.is_formal else [Next.CLOSE]
    if facts.is_untold and not facts.has_started:
        return [Next.TELL_MOVE if facts.is_move_untold else Next.TELL_CHANGE]
    # Whom nobody has invited will not come; a light meeting is often agreed on by word of mouth.
    if facts.days_left <= 0 and (state is MeetingState.INVITED or facts.has_started or not facts.is_formal):
        return [Next.BEGIN]
    needs = [] if facts.items else [Next.AGENDA]
    if state is MeetingState.FIXED or not facts.invited:
        return [*needs, Next.INVITE]
    # A mail that told nobody comes before what others have not said to theirs.
    if facts.undelivered:
        return [Next.DELIVER]
    return [*needs, Next.REMIND if facts.to_remind and not facts.waiting else Next.ANSWERS]


def may_close(state: MeetingState, facts: Facts) -> bool:
    """Return whether a meeting may be closed: in formal mode its minutes are approved first."""
    if state is MeetingState.MINUTES_OPEN:
        return facts.minutes_approved or not facts.is_formal
    return not facts.is_formal and facts.days_left <= 0 and state in {MeetingState.FIXED, MeetingState.INVITED}


def may_begin(state: MeetingState, facts: Facts) -> bool:
    """Return whether a meeting may begin now, whatever else is to be done first."""
    return state in {MeetingState.FIXED, MeetingState.INVITED} and facts.days_left <= 0 and not facts.is_over


def may_catch_up(state: MeetingState, facts: Facts) -> bool:
    """Return whether a meeting is over that was not begun here: attendance and minutes can be entered afterwards."""
    return facts.is_over and state in {MeetingState.FIXED, MeetingState.INVITED}


def can_join(state: MeetingState, facts: Facts) -> bool:
    """Return whether there is or will be somebody to meet online: a meeting under way may run over."""
    if state is MeetingState.RUNNING:
        return True
    return state in {MeetingState.DRAFT, MeetingState.FIXED, MeetingState.INVITED} and not facts.is_over


def _lacks(state: MeetingState, facts: Facts) -> str:
    """Return what is missing of the meeting itself, by the clock: nobody needs to have clicked."""
    if state is MeetingState.RUNNING:
        return N_("under way")
    if facts.is_over:
        return N_("over, nothing entered yet")
    return N_("should be under way") if facts.has_started else N_("still ahead")


def stages(state: MeetingState, facts: Facts, may: Collection[Next] | None = None) -> list[Stage]:
    """Return the six steps with what is missing; current is the one in which ``next_step`` is done."""
    is_held = state in {MeetingState.MINUTES_OPEN, MeetingState.CLOSED}
    is_closed = state is MeetingState.CLOSED
    has_begun = state is MeetingState.RUNNING or is_held
    missing, count = _uninvited(facts, has_begun=has_begun)
    done = [
        (N_("Date"), state is not MeetingState.DRAFT, N_("still a draft")),
        (N_("Invitation"), not missing, missing),
        (N_("Agenda"), facts.items > 0 or is_held, N_("no items yet")),
        (N_("Meeting"), is_held, _lacks(state, facts)),
        (N_("Minutes"), is_closed or facts.minutes_approved, N_("not approved yet")),
        (N_("Closing"), is_closed, ""),
    ]
    # What nobody can do any more, or wanted to do, does not hold up the rest.
    left_out = {INVITATION} if missing and (has_begun or missing in SILENT) else set()
    undone = [
        number for number, (_word, is_done, _missing) in enumerate(done) if not is_done and number not in left_out
    ]
    current = _current(state, next_step(state, facts, may), undone)
    return [
        Stage(
            word, is_done, number == current, "" if is_done else lacks, count * (lacks == missing), number in left_out
        )
        for number, (word, is_done, lacks) in enumerate(done)
    ]


def _uninvited(facts: Facts, *, has_begun: bool) -> tuple[str, int]:
    """Return what is open before everybody who is to know of a meeting knows, with the number in it; "" if nothing."""
    if facts.is_untold and not (facts.has_started or has_begun):
        return N_("a change is not told yet"), 0
    if not facts.invited:
        return (N_("nobody was invited") if has_begun else N_("not sent yet")), 0
    open_still = (
        (facts.undelivered, N_("one mail not delivered"), N_("%(n)s mails not delivered")),
        (facts.waiting, N_("one mail waits"), N_("%(n)s mails wait")),
        (facts.uninvited, N_("one person not invited yet"), N_("%(n)s people not invited yet")),
        # Whom the attendance put on the list was never to get a mail.
        (0 if has_begun else facts.silent, *SILENT),
    )
    return next(((one if n == 1 else more, n) for n, one, more in open_still if n), ("", 0))


def _current(state: MeetingState, wanted: Next | None, undone: list[int]) -> int | None:
    """Return where a meeting stands: where its next step is done; if there is only waiting, the first not done."""
    if state is MeetingState.RUNNING:
        # Its minutes are written while it is under way.
        return STAGE[Next.END]
    if wanted in STAGE:
        return STAGE[wanted]
    return next(iter(undone), None)
