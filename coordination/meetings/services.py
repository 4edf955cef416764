"""What is done with a meeting: planned, changed, moved, cancelled, taken from state to state.

Each step grows its version, adds a line to its history and one to the audit trail. ``sequence`` grows with what a
calendar must not overlook (start, end, place, status; RFC 5546 section 2.1.4), ``revised_at`` with any change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.bodies.models import Body
from coordination.core import clock, registry
from coordination.core.access import Permission, Subject, require
from coordination.core.errors import NotFound, RuleViolation
from coordination.core.i18n import N_, format_date
from coordination.core.versions import check_version
from coordination.core.work import Work
from coordination.directory.models import Place
from coordination.mail import outbox
from coordination.meetings import history, letters
from coordination.meetings.models import Invitation, Meeting, MeetingChange
from coordination.meetings.rules import (
    NO_NEWS,
    OVER_WORDS,
    UNDONE_BY,
    Answer,
    ChangeKind,
    MeetingState,
    Said,
    Step,
    after,
    answer_after,
    calendar_status,
)
from coordination.meetings.taking_back import take_back
from coordination.meetings.undoing import WHILE_NOTHING_IS_ENTERED, check_not_held, is_held_begun, undo_of

#: Behind the "@" of a UID; names no host, as the product may move.
UID_DOMAIN = "koordination"


@dataclass(frozen=True, slots=True)
class MeetingInput:
    """What stands on a meeting's page beside its time, as typed."""

    title: str
    place_id: int | None = None
    room: str = ""
    link: str = ""
    note: str = ""
    is_public: bool = False
    answer_until: date | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when, as wall times; the form has seen to it that both exist once and in this order."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class NewMeeting:
    """A meeting to enter; ``form_key`` names the form that it came from."""

    details: MeetingInput
    span: Span
    form_key: str
    as_draft: bool = False


#: Why nothing of a meeting is changed while somebody reads its minutes, and the way out.
AT_REST = N_(
    "These minutes are being checked or circulated; what they say is not changed meanwhile."
    " “Take back and go on writing” on their page opens them again."
)


def take(work: Work, meeting_id: int, version: int | None = None) -> Meeting:
    """Return a meeting to change: locked, allowed, and still as its form showed it.

    Raises:
        Conflict: somebody has changed it in the meantime. Without a version this is not asked.
    """
    meeting = work.session.get(Meeting, meeting_id, with_for_update=True, populate_existing=True)
    if meeting is None:
        raise NotFound
    require(work.actor, Permission.MEETING_MANAGE, Subject(body_id=meeting.body_id))
    if version is not None:
        check_version(meeting, version)
    return meeting


def check_open(session: Session, meeting: Meeting) -> None:
    """Raise unless what is known of a meeting can change.

    It cannot once it is over for good, and not while or after others were asked whether its minutes are right.
    """
    if meeting.state in OVER_WORDS:
        raise RuleViolation(OVER_WORDS[meeting.state])
    facts = [ask(session, meeting.id) for ask in registry.meeting_facts]
    if any(one.get("minutes_approved") for one in facts):
        raise RuleViolation(N_("The minutes are approved: nothing of this meeting can be changed any more."))
    if any(one.get("minutes_at_rest") for one in facts):
        raise RuleViolation(AT_REST)


def plan_meeting(work: Work, body_id: int, new: NewMeeting) -> Meeting:
    """Enter a meeting of a body, its date fixed unless it is a draft; the same form again gives the same meeting.

    Raises:
        RuleViolation: the place is gone, or answers are wanted after the meeting or were before today.
    """
    # Forms of one body come one after another: the second of two equal ones finds what the first has made.
    body = work.session.get(Body, body_id, with_for_update=True)
    if body is None:
        raise NotFound
    require(work.actor, Permission.MEETING_MANAGE, Subject(body_id=body.id))
    known = work.session.scalars(select(Meeting).where(Meeting.form_key == new.form_key)).one_or_none()
    if known is not None:
        if known.body_id != body.id:
            raise RuleViolation(N_("This page was sent already. Please open it anew."))
        return known
    state = MeetingState.DRAFT if new.as_draft else MeetingState.FIXED
    meeting = Meeting(
        body_id=body.id,
        starts_at=new.span.starts_at,
        ends_at=new.span.ends_at,
        state=state,
        uid=f"{uuid4()}@{UID_DOMAIN}",
        sequence=0,
        revised_at=work.now,
        form_key=new.form_key,
    )
    _fill(work, meeting, new.details)
    work.session.add(meeting)
    work.session.flush()
    _note(work, meeting, ChangeKind.CREATED, texts=("", history.pack_span(new.span.starts_at, new.span.ends_at)))
    work.record("meeting.created", meeting)
    return meeting


def edit_meeting(work: Work, meeting_id: int, data: MeetingInput, *, version: int) -> Meeting:
    """Change what stands on a meeting's page beside its time.

    Raises:
        RuleViolation: see ``plan_meeting``; or the meeting is over for good.
        Conflict: somebody else has changed it in the meantime.
    """
    meeting = take(work, meeting_id, version)
    check_open(work.session, meeting)
    before = _texts(meeting)
    _fill(work, meeting, data)
    work.session.flush()
    work.session.refresh(meeting, ["place"])
    now = _texts(meeting)
    changed = [name for name in now if now[name] != before[name]]
    if not changed:
        return meeting
    if {"place", "room", "link"} & set(changed):
        meeting.sequence += 1
    meeting.revise(work.now)
    _note(
        work,
        meeting,
        ChangeKind.EDITED,
        texts=(
            history.pack({name: before[name] for name in changed}),
            history.pack({name: now[name] for name in changed}),
        ),
    )
    work.record("meeting.changed", meeting)
    return meeting


@dataclass(frozen=True, slots=True)
class Move:
    """Where a meeting goes, why, and until when answers to the new date are wanted; None: until the meeting."""

    span: Span
    reason: str = ""
    answer_until: date | None = None


def move_meeting(work: Work, meeting_id: int, data: Move, *, version: int) -> Meeting:
    """Give a meeting another time; its state stays. A draft was promised to nobody: it needs no reason.

    Raises:
        RuleViolation: it is the same time, the reason is missing, answers are wanted after it or were before today,
            or the meeting has begun.
    """
    span = data.span
    meeting = take(work, meeting_id, version)
    check_open(work.session, meeting)
    meeting.state = after(meeting.state, Step.MOVE, is_formal=meeting.body.procedure.is_formal)
    if (meeting.starts_at, meeting.ends_at) == (span.starts_at, span.ends_at):
        raise RuleViolation(N_("This is the time it has already. Please choose another one."), field="day")
    is_draft = meeting.state is MeetingState.DRAFT
    if not is_draft and not data.reason:
        raise RuleViolation(N_("Please give the reason: those invited will read it."), field="reason")
    _check_answer_until(work, data.answer_until, span.starts_at.date())
    before = history.pack_span(meeting.starts_at, meeting.ends_at)
    if not is_draft:
        meeting.moved_from = meeting.starts_at
    meeting.starts_at, meeting.ends_at = span.starts_at, span.ends_at
    _open_answers(work, meeting)
    outbox.take_back(work, letters.about_reminder(meeting.id))
    outbox.withdraw(work, letters.about(meeting.id))
    _take_back(work, meeting)
    if meeting.answer_until != data.answer_until:
        before_it, now_it = meeting.answer_until, data.answer_until
        texts = [history.pack({"answer_until": one.isoformat() if one else ""}) for one in (before_it, now_it)]
        _note(work, meeting, ChangeKind.EDITED, texts=(texts[0], texts[1]))
        meeting.answer_until = data.answer_until
    meeting.sequence += 1
    meeting.revise(work.now)
    now = history.pack_span(span.starts_at, span.ends_at)
    _note(work, meeting, ChangeKind.MOVED, texts=(before, now), reason=data.reason)
    work.record("meeting.moved", meeting)
    return meeting


def _open_answers(work: Work, meeting: Meeting) -> None:
    """Open all answers again: they were given for another time. What was said stays in the entries."""
    rows = work.session.scalars(
        select(Invitation).where(Invitation.meeting_id == meeting.id, Invitation.answer != Answer.OPEN)
    )
    for row in rows:
        # Who had asked a deputy is asked anew, and so is the deputy: either may have time now.
        row.answer = answer_after(row.answer, Said.IS_ASKED_ANEW)
        row.answered_at, row.origin, row.entered_by_id, row.comment = None, None, None, ""


def _take_back(work: Work, meeting: Meeting) -> None:
    """Take back the mails with the time before that still wait: their readers hear once, of what holds.

    If nobody else knows of the meeting, it is not one that people were invited to.
    """
    if not take_back(work, meeting):
        return
    rows = work.session.scalars(select(Invitation).where(Invitation.meeting_id == meeting.id)).all()
    if all(row.mailed_sequence is None and row.silent_at is None for row in rows):
        meeting.state = after(meeting.state, Step.TAKE_BACK, is_formal=meeting.body.procedure.is_formal)


def cancel_meeting(work: Work, meeting_id: int, reason: str, *, version: int) -> Meeting:
    """Cancel a meeting with a reason that those invited read; it stays to be seen.

    Who knows of it only by a mail that waits never hears of it.

    Raises:
        RuleViolation: it is over, or something is entered of it that only a meeting has that took place.
    """
    meeting = take(work, meeting_id, version)
    check_open(work.session, meeting)
    check_not_held(work.session, meeting)
    before = meeting.state
    _enter(work, meeting, Step.CANCEL)
    meeting.cancel_reason = reason
    for about in (letters.about_reminder(meeting.id), letters.about_refusal(meeting.id)):
        outbox.take_back(work, about)
    outbox.withdraw(work, letters.about(meeting.id))
    take_back(work, meeting)
    _note(work, meeting, ChangeKind.CANCELLED, texts=(before, meeting.state), reason=reason)
    work.record("meeting.cancelled", meeting)
    return meeting


def advance(work: Work, meeting: Meeting, step: Step) -> Meeting:
    """Take a meeting, already taken for change, to its next state: for invitations and minutes too.

    Raises:
        RuleViolation: the step is not possible from where it stands.
    """
    before = meeting.state
    if step is Step.BEGIN and work.today < meeting.starts_at.date():
        text = N_("The meeting is on %(day)s. It can begin on that day.")
        raise RuleViolation(text, day=format_date(meeting.starts_at.date()))
    if step is Step.CATCH_UP and clock.wall_clock(work.now) < meeting.ends_at:
        raise RuleViolation(N_("The meeting is not over yet. Begin it, or wait until it has ended."))
    if step in UNDONE_BY.values() and undo_of(work.session, meeting) is not step:
        raise RuleViolation(N_("This is not possible with the meeting as it stands now."))
    if step in WHILE_NOTHING_IS_ENTERED and is_held_begun(work.session, meeting.id):
        text = N_("Attendance, minutes, a decision or a task has been entered meanwhile. What is entered stays.")
        raise RuleViolation(text)
    _enter(work, meeting, step)
    if meeting.state is not before:
        _note(work, meeting, ChangeKind.STATE, texts=(before, meeting.state))
        work.record("meeting.state_changed", meeting)
    return meeting


def take_step(work: Work, meeting_id: int, step: Step, *, version: int) -> Meeting:
    """Do one step with a meeting; what a second click finds done already is left as it is."""
    meeting = take(work, meeting_id)
    if meeting.version != version and meeting.state is _target(step):
        return meeting
    check_version(meeting, version)
    return advance(work, meeting, step)


def _target(step: Step) -> MeetingState | None:
    return {
        Step.FIX: MeetingState.FIXED,
        Step.BEGIN: MeetingState.RUNNING,
        Step.END: MeetingState.MINUTES_OPEN,
        Step.RESUME: MeetingState.RUNNING,
        Step.CATCH_UP: MeetingState.MINUTES_OPEN,
        Step.BACK_TO_FIXED: MeetingState.FIXED,
        Step.BACK_TO_INVITED: MeetingState.INVITED,
        Step.CLOSE: MeetingState.CLOSED,
    }.get(step)


def _enter(work: Work, meeting: Meeting, step: Step) -> None:
    before = meeting.state
    meeting.state = after(before, step, is_formal=meeting.body.procedure.is_formal)
    if calendar_status(meeting.state) != calendar_status(before):
        meeting.sequence += 1
    if step not in NO_NEWS:
        meeting.revise(work.now)


def _fill(work: Work, meeting: Meeting, data: MeetingInput) -> None:
    if data.place_id is not None and data.place_id != meeting.place_id:
        place = work.session.get(Place, data.place_id)
        if place is None:
            raise RuleViolation(N_("Please choose a place."), field="place_id")
    # What was set earlier may have passed; the place can still be changed.
    is_new = data.answer_until != meeting.answer_until
    _check_answer_until(work, data.answer_until, meeting.starts_at.date(), is_new=is_new)
    meeting.title, meeting.place_id, meeting.room, meeting.link = data.title, data.place_id, data.room, data.link
    meeting.note, meeting.is_public, meeting.answer_until = data.note, data.is_public, data.answer_until


def _check_answer_until(work: Work, day: date | None, starts_on: date, *, is_new: bool = True) -> None:
    if day is None:
        return
    if day > starts_on:
        raise RuleViolation(N_("That is after the meeting. Please choose an earlier day."), field="answer_until")
    if is_new and day < work.today:
        raise RuleViolation(N_("This day lies in the past. Please choose another one."), field="answer_until")


def _texts(meeting: Meeting) -> Mapping[str, str]:
    """Return what the history compares, field by field."""
    return {
        "title": meeting.title,
        "place": meeting.place.name if meeting.place else "",
        "room": meeting.room,
        "link": meeting.link,
        "note": meeting.note,
        "is_public": "1" if meeting.is_public else "0",
        "answer_until": meeting.answer_until.isoformat() if meeting.answer_until else "",
    }


def _note(work: Work, meeting: Meeting, kind: ChangeKind, *, texts: tuple[str, str], reason: str = "") -> None:
    row = MeetingChange(
        meeting_id=meeting.id,
        at=work.now,
        user_id=work.actor.user_id,
        kind=kind,
        before=texts[0],
        after=texts[1],
        reason=reason,
    )
    work.session.add(row)
