"""What the page of one meeting shows, put together from its own tables and what other parts know of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from coordination.core import clock, registry
from coordination.core.access import Actor
from coordination.core.registry import Section, SectionFiller
from coordination.meetings import agenda_services, deadlines, history, queries
from coordination.meetings.deadlines import Due
from coordination.meetings.invitees import listed
from coordination.meetings.models import DeadlineOverride, Invitation, Meeting
from coordination.meetings.progress import Facts
from coordination.meetings.rules import Answer, ChangeKind, Deadline, ItemState
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
    behind = untold(session, meeting)
    return Facts(
        is_formal=meeting.body.procedure.is_formal,
        days_left=(meeting.starts_at.date() - wall.date()).days,
        is_over=meeting.ends_at <= wall,
        has_started=meeting.starts_at <= wall,
        items=counted.items,
        invited=counted.invited,
        unanswered=counted.unanswered,
        is_untold=behind.behind > 0,
        is_move_untold=is_move_untold(history),
        waits_in_vain=behind.waiting > 0,
        **known,
    )


def counted_here(session: Session, meeting: Meeting) -> queries.Counted:
    """Return how much a meeting has, from what its page shows anyway."""
    items = sum(one.state is ItemState.ON_AGENDA for one in agenda_services.items_of(session, meeting.id))
    rows = [one.invitation for one in listed(session, meeting) if one.invitation is not None]
    asked = [row for row in rows if _is_invited(row)]
    return queries.Counted(items, len(asked), sum(row.answer is Answer.OPEN for row in asked))


def _is_invited(row: Invitation) -> bool:
    knows = row.mailed_at is not None or row.silent_at is not None
    return knows and row.removed_at is None and not row.is_informed


def due_of(
    meeting: Meeting,
    today: date,
    overrides: Collection[DeadlineOverride],
    *,
    history: Sequence[HistoryLine] = (),
) -> list[Due]:
    """Return the deadlines of a meeting, what was set otherwise among them; late is said where ``history`` is given."""
    kept: dict[Deadline, date | None] = dict.fromkeys(deadlines.kept_in(meeting.state))
    invited = invited_on(history)
    if invited.is_known and Deadline.INVITATION in kept:
        kept[Deadline.INVITATION] = invited.day
        if invited.day is None:
            # Moved since: nobody knows of the time that holds.
            del kept[Deadline.INVITATION]
    return deadlines.deadlines(
        meeting.body.procedure,
        (meeting.starts_at.date(), meeting.ends_at.date()),
        today,
        overrides={one.deadline: (one.due_on, one.reason) for one in overrides},
        kept=kept,
    )


def history_of(session: Session, meeting: Meeting) -> list[HistoryLine]:
    """Return the history in words, newest first."""
    found = queries.changes(session, meeting.id)
    keys = {one.user_id for one in found if one.user_id is not None}
    names: dict[int, str] = {}
    for ask in registry.account_names if keys else ():
        names |= ask(session, keys)
    return [
        HistoryLine(
            clock.wall_clock(one.at),
            names.get(one.user_id or 0, ""),
            history.told(one),
            one.reason,
            one.kind,
        )
        for one in found
    ]


@dataclass(frozen=True, slots=True)
class InvitedOn:
    """Whether the history tells of invitations to the time that holds, and the first day of one; None: of none yet."""

    is_known: bool
    day: date | None = None


def invited_on(history: Sequence[HistoryLine]) -> InvitedOn:
    """Return when people were first told of the time that holds, by mail or without; ``history`` is newest first."""
    day: date | None = None
    for one in history:
        if one.kind in {ChangeKind.INVITED, ChangeKind.SILENT}:
            day = one.at.date()
        elif one.kind is ChangeKind.MOVED:
            return InvitedOn(is_known=True, day=day)
    return InvitedOn(is_known=day is not None, day=day)


def is_move_untold(history: Sequence[HistoryLine]) -> bool:
    """Return whether the meeting was moved after mails were last sent, or left out on purpose."""
    kinds = (one.kind for one in history)
    return next((kind for kind in kinds if kind in _MOVES_AND_MAILS), None) is ChangeKind.MOVED


def is_silent(history: Sequence[HistoryLine]) -> bool:
    """Return whether the last that was decided about mails was to send none."""
    mails = (one.kind for one in history if one.kind in {ChangeKind.INVITED, ChangeKind.SILENT})
    return next(mails, None) is ChangeKind.SILENT


def sections(
    fillers: Sequence[SectionFiller], session: Session, actor: Actor, *, about: Any, day: date
) -> list[Section]:
    """Return what other parts put on a page, those that have something to say."""
    found = (fill(session, actor, about, day) for fill in fillers)
    return [one for one in found if one is not None]
