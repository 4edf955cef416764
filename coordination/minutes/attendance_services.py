"""Entering who was there: one form for the whole list, in which each line stands for itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from coordination.core.access import BodyRole
from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.core.versions import next_version
from coordination.core.work import Work
from coordination.directory.models import Person
from coordination.meetings import dispatch
from coordination.meetings.models import Invitation, Meeting
from coordination.meetings.rules import Answer, Said, answer_after
from coordination.minutes import services
from coordination.minutes.attendance import Line, packed, sheet
from coordination.minutes.models import Attendance
from coordination.minutes.rules import Presence, There, check_attendance, check_times


@dataclass(frozen=True, slots=True)
class Entry:
    """One line as the form sent it; ``mark`` is what the form had shown (``attendance.packed``)."""

    there: There
    mark: str


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who came without being on the list: a guest, or in somebody's place."""

    person_id: int
    stands_in_for_id: int | None = None


def save(work: Work, meeting_id: int, entries: Sequence[Entry], newcomer: Newcomer | None = None) -> dict[int, Line]:
    """Store the list. A line that was not touched keeps what is stored.

    Returns the lines that somebody else has changed otherwise in the meantime; then nothing was stored.

    Raises:
        RuleViolation: see ``check_attendance`` and ``check_times``; or the minutes are not being written.
    """
    meeting = services.take(work, meeting_id)
    services.check_begun(meeting)
    services.check_writable(services.minutes_of(work.session, meeting.id))
    known = {line.person.id: line for line in sheet(work.session, meeting).lines}
    wanted = {key: line.there for key, line in known.items()}
    clashes: dict[int, Line] = {}
    for entry in entries:
        line = known.get(entry.there.person_id)
        if line is None or packed(entry.there) in {entry.mark, line.mark}:
            continue
        check_times(entry.there, meeting.starts_at, meeting.ends_at)
        if line.mark != entry.mark:
            clashes[line.person.id] = line
        wanted[line.person.id] = replace(entry.there, role=_role(line.own_role, entry.there.stands_in_for_id, known))
    if newcomer is not None:
        wanted[newcomer.person_id] = _new(work, newcomer, known)
    check_attendance(list(wanted.values()))
    if not clashes:
        _store(work, meeting, wanted, known)
    return clashes


def with_all_present(entries: Sequence[Entry], lines: Sequence[Line], *, only_accepted: bool) -> list[Entry]:
    """Return the entries with everybody as present of whom nothing is entered; what was entered stays as it is.

    Whose place somebody else has taken is left out: of a member and its deputy one is there.
    """
    accepted = {line.person.id for line in lines if line.has_accepted}
    taken = {one.there.place for one in entries if one.there.presence is Presence.PRESENT}

    def is_meant(there: There) -> bool:
        is_new = there.presence is Presence.UNKNOWN and there.place not in taken
        return is_new and (there.person_id in accepted or not only_accepted)

    return [
        replace(one, there=replace(one.there, presence=Presence.PRESENT)) if is_meant(one.there) else one
        for one in entries
    ]


def _role(own: BodyRole | None, member_id: int | None, known: Mapping[int, Line]) -> BodyRole | None:
    member = known.get(member_id or 0)
    return member.there.role if member is not None else own


def _new(work: Work, newcomer: Newcomer, known: Mapping[int, Line]) -> There:
    person = work.session.get(Person, newcomer.person_id)
    if person is None:
        raise RuleViolation(N_("Please choose a person."), field="newcomer")
    if person.id in known:
        raise RuleViolation(N_("%(name)s is on the list already."), field="newcomer", name=person.name)
    role = _role(None, newcomer.stands_in_for_id, known)
    return There(person.id, role, Presence.PRESENT, stands_in_for_id=newcomer.stands_in_for_id)


def _store(work: Work, meeting: Meeting, wanted: Mapping[int, There], known: Mapping[int, Line]) -> None:
    has_changed = False
    for key, there in wanted.items():
        line = known.get(key)
        row = line.row if line is not None else None
        if row is None:
            row = Attendance(meeting_id=meeting.id, person_id=key, version=next_version(None))
            work.session.add(row)
        elif line is not None and line.there == there:
            continue
        row.role, row.presence, row.stands_in_for_id = there.role, there.presence, there.stands_in_for_id
        row.came_at, row.left_at = there.came_at, there.left_at
        _keep_invited(work, meeting, there)
        has_changed = True
    if has_changed:
        work.record("attendance.stored", meeting)


def _keep_invited(work: Work, meeting: Meeting, there: There) -> None:
    """Let whoever came in a member's place without being asked belong to the meeting: they get its minutes to read.

    That somebody was there is no answer: nobody had asked. Entered by mistake they leave it again.
    """
    if there.stands_in_for_id is None:
        return
    own = Invitation.meeting_id == meeting.id, Invitation.person_id == there.person_id
    row = work.session.scalars(select(Invitation).where(*own)).one_or_none()
    is_there = there.presence is Presence.PRESENT
    if is_there and (row is None or row.removed_at is not None):
        row = row or dispatch.new_row(work, meeting, there.person_id, there.role)
        row.role, row.stands_in_for_id, row.is_informed, row.removed_at = (
            there.role,
            there.stands_in_for_id,
            False,
            None,
        )
        row.answer = answer_after(row.answer or Answer.OPEN, Said.IS_ASKED_ANEW)
        row.origin, row.answered_at, row.comment = None, None, ""
        row.entered_by_id, row.silent_at = work.actor.user_id, work.now
    elif not is_there and row is not None and row.mailed_at is None and row.entered_by_id and not row.answered_at:
        row.removed_at = work.now
