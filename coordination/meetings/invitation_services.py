"""Inviting: the plan is sent, or kept to oneself; guests come and go. Only here does a plan become mails."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from coordination.core import clock
from coordination.core.access import Permission, Subject, require
from coordination.core.errors import Conflict, NotFound, RuleViolation
from coordination.core.i18n import N_
from coordination.core.jobs import Progress
from coordination.core.work import Work
from coordination.directory.models import Person
from coordination.mail import outbox
from coordination.mail.drafts import Made
from coordination.mail.site import Site
from coordination.meetings import dispatch, letters, queries, services
from coordination.meetings.invitees import Listed, listed, plan_of
from coordination.meetings.mail_plan import MailKind, MailPlan, Planned, Why
from coordination.meetings.models import Meeting, MeetingChange
from coordination.meetings.rules import ChangeKind, MeetingState, Step
from coordination.meetings.standing import unmailed

#: More people than any body has; beyond it the mails of one click are no longer looked at by anybody.
MOST_MAILS = 500
#: While a mail may be due.
MAILED = frozenset({MeetingState.FIXED, MeetingState.INVITED, MeetingState.CANCELLED})


def fingerprint(plan: MailPlan) -> str:
    """Return what stands for a plan in the form that sends it: what was looked at is what is sent, or nothing."""
    due = ((line.invitee, line.kind) for line in plan.due)
    lines = "\n".join(f"{one.person_id} {kind} {one.why} {one.email}" for one, kind in due)
    return hashlib.sha256(lines.encode()).hexdigest()[:16]


def enter(work: Work, meeting_id: int, *, seen: str) -> int:
    """Enter everybody who is due a mail on the list of the meeting, and return how many: ``prepare`` needs their keys.

    Nothing else follows from it: a member without a mail is the same with a row or without. ``seen`` is the
    ``fingerprint`` of the plan that was looked at.

    Raises:
        Conflict: the plan is another one by now.
        RuleViolation: it has more than ``MOST_MAILS`` mails.
    """
    meeting = services.take(work, meeting_id)
    people = listed(work.session, meeting)
    due = _due(plan_of(meeting, people), seen)
    of_person = {one.person.id: one for one in people}
    missing = [one for one in (of_person[line.invitee.person_id] for line in due) if one.invitation is None]
    if missing:
        dispatch.new_rows(work, meeting, {one.person.id: one.invitee.role for one in missing})
    return len(due)


def prepare(reading: Work, meeting_id: int, site: Site, progress: Progress | None = None) -> Made:
    """Return the mails that are due as they will go out, if nothing changes before ``send``; nothing is written.

    ``progress`` is told after each how many are done, and of how many.
    """
    meeting = queries.get_meeting(reading.session, meeting_id)
    require(reading.actor, Permission.MEETING_MANAGE, Subject(body_id=meeting.body_id))
    people = listed(reading.session, meeting)
    of_person = {one.person.id: one for one in people}
    lines = [(of_person[line.invitee.person_id], line.kind) for line in plan_of(meeting, people).due]
    return dispatch.prepare(
        dispatch.begin(reading, site, meeting, people),
        [(one, kind) for one, kind in lines if kind is not None],
        progress,
    )


@dataclass(frozen=True, slots=True)
class Sent:
    """How many mails were written, and how many that waited were taken back instead."""

    count: int
    taken_back: int = 0


def send(work: Work, meeting_id: int, site: Site, *, seen: str, prepared: Made | None = None) -> Sent:
    """Write the mails that are due into the outbox, and return how many. ``seen`` is the ``fingerprint`` looked at.

    Where a cancellation finds the last mail waiting, it takes that one back instead, and is not counted.

    The people, and what each mail says, are worked out at this moment. Of the ``prepared`` mails those are taken
    that say just that; any other is written now. Sent twice, the same form finds nothing more that is due.

    Raises:
        Conflict: the plan is another one by now.
        RuleViolation: it has more than ``MOST_MAILS`` mails.
    """
    meeting = services.take(work, meeting_id)
    people = listed(work.session, meeting)
    due = _due(plan_of(meeting, people), seen)
    if not due:
        return Sent(0)
    if meeting.state is MeetingState.FIXED:
        services.advance(work, meeting, Step.INVITE)
    sending = dispatch.begin(work, site, meeting, people, prepared=prepared)
    dispatch.keep_agenda(sending)
    of_person = {one.person.id: one for one in people}
    waiting = outbox.waiting_for(work.session, letters.about(meeting.id))
    count = taken_back = 0
    for line in due:
        if line.kind is not None:
            is_written = dispatch.mail(sending, of_person[line.invitee.person_id], line.kind)
            count += is_written
            taken_back += not is_written and line.invitee.person_id in waiting
    dispatch.post(sending)
    if count:
        _note(work, meeting, ChangeKind.INVITED, after=str(count))
    if taken_back:
        _note(work, meeting, ChangeKind.TAKEN_BACK, after=str(taken_back))
    work.record("meeting.mailed", meeting)
    return Sent(count, taken_back)


def send_anew(work: Work, meeting_id: int, person_id: int, site: Site) -> None:
    """Write one person the invitation as it stands now: their address is another one than their last mail went to.

    Raises:
        NotFound: the person does not belong to the meeting.
        RuleViolation: nobody is invited to it any more, or the person has no address or the mail at it already.
    """
    meeting = services.take(work, meeting_id)
    people = listed(work.session, meeting)
    one = next((one for one in people if one.person.id == person_id and one.invitee.is_wanted), None)
    if one is None:
        raise NotFound
    last = outbox.latest(work.session, letters.about(meeting.id)).get(person_id)
    is_elsewhere = last is not None and one.invitee.email not in {"", last.recipient}
    if meeting.state is not MeetingState.INVITED or meeting.ends_at <= clock.wall_clock(work.now) or not is_elsewhere:
        raise RuleViolation(N_("This is not possible with the meeting as it stands now."))
    sending = dispatch.begin(work, site, meeting, people)
    dispatch.keep_agenda(sending)
    dispatch.mail(sending, one, MailKind.INVITATION)
    dispatch.post(sending)
    work.record("meeting.mailed", meeting)


def _due(plan: MailPlan, seen: str) -> Sequence[Planned]:
    if not plan.due:
        return ()
    if fingerprint(plan) != seen:
        raise Conflict
    if len(plan.due) > MOST_MAILS:
        raise RuleViolation(
            N_("These are %(count)s mails; at most %(most)s go out at once. Please take some people off the list."),
            count=len(plan.due),
            most=MOST_MAILS,
        )
    return plan.due


def stay_silent(work: Work, meeting_id: int, site: Site, *, version: int) -> int:
    """Mail nobody what is due so far ("ohne Mail speichern"), the invitation too; this stays to be seen.

    A mail that still waits was decided on before: it goes out, and says what holds now. Who gets the next mail
    reads in it what has changed since their last one. Returns how many people it is about; 0: everybody who knows
    of the meeting by mail.
    """
    meeting = services.take(work, meeting_id, version)
    if meeting.state not in MAILED:
        raise RuleViolation(N_("This is not possible with the meeting as it stands now."))
    people = listed(work.session, meeting)
    of_person = {one.person.id: one for one in people}
    lines = plan_of(meeting, people).lines
    due = [line for line in lines if line.kind is not None]
    # Who is due nothing was told by mail: then it is not the whole meeting of which nobody hears.
    is_of_few = any(line.kind is None and line.invitee.mailed_at is not None for line in lines)
    waiting = outbox.waiting_for(work.session, letters.about(meeting.id))
    renewed = [line for line in due if line.kind is MailKind.UPDATE and line.invitee.person_id in waiting]
    if renewed:
        sending = dispatch.begin(work, site, meeting, people)
        dispatch.keep_agenda(sending)
        for line in renewed:
            dispatch.mail(sending, of_person[line.invitee.person_id], MailKind.UPDATE)
        dispatch.post(sending)
    for line in due:
        if line not in renewed and line.kind is not None:
            _tell_otherwise(work, meeting, of_person[line.invitee.person_id], line.kind)
    if meeting.state is MeetingState.FIXED:
        services.advance(work, meeting, Step.INVITE)
    _note(work, meeting, ChangeKind.SILENT, after=str(len(due)) if is_of_few else "")
    work.record("meeting.silent", meeting)
    return len(due) if is_of_few else 0


def mail_after_all(work: Work, meeting_id: int, *, version: int) -> None:
    """Let those be due a mail again who were to be told without one; the plan shows what each of them will get.

    Raises:
        RuleViolation: everybody was mailed, or nobody is invited to it any more.
    """
    meeting = services.take(work, meeting_id, version)
    left_out = unmailed(meeting, listed(work.session, meeting))
    is_over = meeting.ends_at <= clock.wall_clock(work.now)
    if meeting.state is not MeetingState.INVITED or is_over or not left_out:
        raise RuleViolation(N_("This is not possible with the meeting as it stands now."))
    for one in left_out:
        if one.invitation is not None:
            one.invitation.silent_at = None
    work.record("meeting.mail_after_all", meeting)


def _tell_otherwise(work: Work, meeting: Meeting, one: Listed, kind: MailKind) -> None:
    row = one.invitation or dispatch.new_row(work, meeting, one.person.id, one.invitee.role)
    if kind is MailKind.CANCELLATION:
        # As after a mail that takes the invitation back; one that still waits must not go out after this.
        outbox.take_back(work, letters.about(meeting.id), one.person.id)
        row.mailed_sequence = row.silent_at = None
    else:
        row.silent_at = work.now


def add_guest(work: Work, meeting_id: int, person_id: int, *, is_informed: bool = False) -> None:
    """Ask somebody to this one meeting, or tell them of it for information only; the plan shows the mail that is due.

    Raises:
        RuleViolation: the person belongs to the meeting already, is gone, or nobody can be asked any more.
    """
    meeting = services.take(work, meeting_id)
    _check_open(meeting)
    person = work.session.get(Person, person_id)
    has_left = person is not None and person.valid_until is not None and person.valid_until < meeting.starts_at.date()
    # Whoever begins later is planned, and not offered: nobody is to hear the name by trying keys.
    is_planned = person is not None and person.valid_from is not None and person.valid_from > work.today
    if person is None or has_left or is_planned:
        raise RuleViolation(N_("Please choose a person."), field="person_id")
    one = _find(work, meeting, person_id)
    if one is not None and one.invitee.is_wanted and (is_informed or one.invitee.is_asked):
        raise RuleViolation(N_("%(name)s is invited already."), field="person_id", name=person.name)
    if is_informed and one is not None and one.invitee.why is Why.MEMBER:
        text = N_("%(name)s belongs to the body, and is asked like all members.")
        raise RuleViolation(text, field="is_informed", name=person.name)
    if one is None or one.invitation is None:
        dispatch.new_row(work, meeting, person_id, None).is_informed = is_informed
    else:
        # A member who was taken off the list comes back as one; a former deputy comes as a guest.
        one.invitation.removed_at = one.invitation.stands_in_for_id = None
        one.invitation.role = one.invitee.role if one.invitee.why is Why.MEMBER else None
        # What was told so far was another kind of mail, or its link ended when the person was taken off the list.
        one.invitation.is_informed, one.invitation.mailed_sequence, one.invitation.silent_at = is_informed, None, None
    work.record("meeting.guest_added", meeting)


def remove(work: Work, meeting_id: int, person_id: int) -> None:
    """Take somebody off the list of this one meeting; who was mailed gets a cancellation by the plan.

    Raises:
        NotFound: the person was never on the list.
        RuleViolation: the person is off the list already, or the meeting has begun.
    """
    meeting = services.take(work, meeting_id)
    _check_open(meeting)
    one = _find(work, meeting, person_id)
    if one is None:
        raise NotFound
    if not one.invitee.is_wanted:
        raise RuleViolation(N_("This person is not on the list of this meeting."))
    row = one.invitation or dispatch.new_row(work, meeting, person_id, one.invitee.role)
    row.removed_at = work.now
    # Its link is over with it, and so is a reminder that leads there.
    row.generation += 1
    outbox.take_back(work, letters.about_reminder(meeting.id), person_id)
    work.record("meeting.person_removed", meeting)


def _find(work: Work, meeting: Meeting, person_id: int) -> Listed | None:
    everybody = listed(work.session, meeting, with_removed=True)
    return next((one for one in everybody if one.person.id == person_id), None)


def _check_open(meeting: Meeting) -> None:
    if meeting.state not in {MeetingState.DRAFT, MeetingState.FIXED, MeetingState.INVITED}:
        raise RuleViolation(N_("This is not possible with the meeting as it stands now."))


def _note(work: Work, meeting: Meeting, kind: ChangeKind, *, after: str = "") -> None:
    row = MeetingChange(meeting_id=meeting.id, at=work.now, user_id=work.actor.user_id, kind=kind, after=after)
    work.session.add(row)
