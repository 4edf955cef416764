"""What the page of one meeting shows, put together from its own tables and what other parts know of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import takewhile
from typing import Any

from sqlalchemy.orm import Session

from coordination.core import clock, registry
from coordination.core.access import Actor
from coordination.core.registry import Section, SectionFiller
from coordination.meetings import agenda_services, deadlines, history, queries, undoing
from coordination.meetings.deadlines import Due, DueState
from coordination.meetings.invitees import listed
from coordination.meetings.models import DeadlineOverride, Invitation, Meeting
from coordination.meetings.progress import Facts
from coordination.meetings.reminders import to_remind
from coordination.meetings.rules import ChangeKind, Deadline, ItemState, MeetingState, Step, possible
from coordination.meetings.standing import sent_on, standing, unaware
from coordination.meetings.untold import untold

_MOVES_AND_MAILS = frozenset({ChangeKind.MOVED, ChangeKind.INVITED, ChangeKind.SILENT})


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One change with who made it."""

    at: datetime
    who: str
    told: Sequence[history.Told]
    reason: str
    kind: ChangeKind = ChangeKind.EDITED
    #: Takes it back, as long as it is the last change of the state.
    undo: Step | None = None


def facts_of(
    session: Session,
    meeting: Meeting,
    now: datetime,
    *,
    counted: queries.Counted | None = None,
    history: Sequence[HistoryLine] = (),
) -> Facts:
    """Return what decides on the next step; ``now`` is an instant. Only ``history`` tells a move from other changes."""
    wall = clock.wall_clock(now)
    counted = counted or queries.counted(session, meeting.id)
    known: dict[str, bool] = {}
    for ask in registry.meeting_facts:
        known.update(ask(session, meeting.id))
    behind, lacks = untold(session, meeting), unaware(session, meeting)
    return Facts(
        is_formal=meeting.body.procedure.is_formal,
        days_left=(meeting.starts_at.date() - wall.date()).days,
        is_over=meeting.ends_at <= wall,
        has_started=meeting.starts_at <= wall,
        items=counted.items,
        invited=counted.invited,
        to_remind=counted.to_remind,
        is_untold=behind.behind > 0,
        is_move_untold=is_move_untold(history),
        waits_in_vain=behind.waiting > 0,
        waiting=lacks.waiting,
        undelivered=lacks.undelivered,
        silent=lacks.silent,
        uninvited=lacks.uninvited,
        **known,
    )


def counted_here(session: Session, meeting: Meeting) -> queries.Counted:
    """Return how much a meeting has, from what its page shows anyway."""
    items = sum(one.state is ItemState.ON_AGENDA for one in agenda_services.items_of(session, meeting.id))
    people = listed(session, meeting)
    asked = [one for one in people if one.invitation is not None and _is_invited(one.invitation)]
    return queries.Counted(items, len(asked), len(to_remind(session, meeting, asked)))


def _is_invited(row: Invitation) -> bool:
    return row.was_invited and row.removed_at is None and not row.is_informed


def due_of(
    meeting: Meeting,
    today: date,
    overrides: Collection[DeadlineOverride],
    *,
    history: Sequence[HistoryLine] = (),
    invited: InvitedOn | None = None,
) -> list[Due]:
    """Return the deadlines of a meeting, what was set otherwise among them.

    Late is said where ``history`` is given; ``invited`` knows of the mails as well (``invited_here``).
    """
    kept: dict[Deadline, date | None] = dict.fromkeys(deadlines.kept_in(meeting.state))
    how: DueState | None = None
    if Deadline.INVITATION in kept:
        how = _say_invited(kept, invited or invited_on(history))
    found = deadlines.deadlines(
        meeting.body.procedure,
        (meeting.starts_at.date(), meeting.ends_at.date()),
        today,
        overrides={one.deadline: (one.due_on, one.reason) for one in overrides},
        kept=kept,
    )
    return [replace(one, state=how) if how and one.deadline is Deadline.INVITATION else one for one in found]


def _say_invited(kept: dict[Deadline, date | None], invited: InvitedOn) -> DueState | None:
    """Enter when people were invited; return what is to be said of it, where it is neither kept nor late."""
    if not invited.is_known:
        return None
    if invited.how is None:
        # Moved since, or the mails still wait: nobody knows of the time that holds.
        del kept[Deadline.INVITATION]
        return None
    kept[Deadline.INVITATION] = invited.day
    return None if invited.how is DueState.KEPT else invited.how


def history_of(session: Session, meeting: Meeting) -> list[HistoryLine]:
    """Return the history in words, newest first."""
    return [
        HistoryLine(clock.wall_clock(one.at), name, history.told(one), one.reason, one.kind, undoing.undo_by(one))
        for one, name in queries.changes(session, meeting.id)
    ]


def undo_here(session: Session, meeting: Meeting, history: Sequence[HistoryLine]) -> Step | None:
    """Return the step that takes back the last click on a meeting's state, as long as that is possible.

    What the parts of the page have read of a meeting that was held is not asked again.
    """
    last = next((one for one in history if one.kind is ChangeKind.STATE), None)
    if last is None or last.undo not in possible(meeting.state, is_formal=meeting.body.procedure.is_formal):
        return None
    is_kept = last.undo in undoing.WHILE_NOTHING_IS_ENTERED and undoing.is_held_begun(session, meeting.id)
    return None if is_kept else last.undo


@dataclass(frozen=True, slots=True)
class InvitedOn:
    """Whether the history tells of invitations to the time that holds, the first day of one, and ``how`` they went.

    ``how`` is KEPT for mails, SILENT for none on purpose, LEFT_OUT if the meeting began without any, None if
    nobody has been told.
    """

    is_known: bool
    day: date | None = None
    how: DueState | None = None


def invited_on(history: Sequence[HistoryLine]) -> InvitedOn:
    """Return when people were first told of the time that holds, by mail or without; ``history`` is newest first."""
    day: date | None = None
    how: DueState | None = None
    for one in history:
        if one.kind is ChangeKind.INVITED:
            day, how = one.at.date(), DueState.KEPT
        elif one.kind is ChangeKind.SILENT and how is None:
            day, how = one.at.date(), DueState.SILENT
        elif one.kind is ChangeKind.MOVED:
            return InvitedOn(is_known=True, day=day, how=how)
    return InvitedOn(is_known=day is not None, day=day, how=how)


def invited_here(session: Session, meeting: Meeting, history: Sequence[HistoryLine]) -> InvitedOn:
    """Return the same by what became of the mails: those that wait have told nobody."""
    found = invited_on(history)
    if found.how is DueState.KEPT:
        moved = next((one.at for one in history if one.kind is ChangeKind.MOVED), None)
        # Afterwards it is too late to catch up, and the day counts on which the first were told.
        is_ahead = meeting.state is MeetingState.INVITED and unaware(session, meeting).is_stuck
        if is_ahead or standing(session, meeting.id).is_unknown:
            return InvitedOn(is_known=True)
        sent = sent_on(session, meeting.id, moved)
        return replace(found, day=sent or found.day)
    has_begun = meeting.state in {MeetingState.RUNNING, MeetingState.MINUTES_OPEN, MeetingState.CLOSED}
    # A long history is cut: only one that reaches back to its beginning can say that something never was.
    is_whole = any(one.kind is ChangeKind.CREATED for one in history)
    if not found.is_known and has_begun and is_whole:
        return InvitedOn(is_known=True, how=DueState.LEFT_OUT)
    return found


def is_move_untold(history: Sequence[HistoryLine]) -> bool:
    """Return whether the meeting was moved after mails were last sent, or left out on purpose."""
    kinds = (one.kind for one in history)
    return next((kind for kind in kinds if kind in _MOVES_AND_MAILS), None) is ChangeKind.MOVED


class Silence(StrEnum):
    """What everybody invited is to hear without a mail."""

    MEETING = "meeting"
    #: They were mailed the meeting as it was last moved; only what changed since was left out.
    CHANGE = "change"


def silence(history: Sequence[HistoryLine]) -> Silence | None:
    """Return what was last left out for everybody; None: nothing, or only for some, whose number is kept with it."""
    since = takewhile(lambda one: one.kind is not ChangeKind.MOVED, history)
    told = [one.kind for one in since if one.kind in _MOVES_AND_MAILS and not _is_of_few(one)]
    if not told or told[0] is not ChangeKind.SILENT:
        return None
    return Silence.CHANGE if ChangeKind.INVITED in told else Silence.MEETING


def _is_of_few(one: HistoryLine) -> bool:
    return one.kind is ChangeKind.SILENT and any(told.after for told in one.told)


def sections(
    fillers: Sequence[SectionFiller], session: Session, actor: Actor, *, about: Any, day: date
) -> list[Section]:
    """Return what other parts put on a page, those that have something to say."""
    found = (fill(session, actor, about, day) for fill in fillers)
    return [one for one in found if one is not None]
