"""Answers: by personal link, signed in, or entered by the office. The newest one holds, the earlier ones stay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from coordination.bodies.models import Body
from coordination.bodies.procedure import Deputies
from coordination.core import clock
from coordination.core.errors import LinkOver, NotFound, RuleViolation
from coordination.core.i18n import N_
from coordination.core.tokens import DAYS
from coordination.core.work import Work
from coordination.directory.models import Person
from coordination.mail import outbox
from coordination.mail.site import Site
from coordination.meetings import access, agenda, agenda_services, dispatch, letters, services, words
from coordination.meetings.answers import SAID, check_answer
from coordination.meetings.invitees import Listed, deputies_for, is_taken, listed
from coordination.meetings.mail_plan import MailKind
from coordination.meetings.models import AgendaItem, AnswerEntry, Invitation, Meeting
from coordination.meetings.rules import Answer, ItemState, MeetingState, Origin, Said, answer_after

#: How long after the end of the meeting its link still shows what was answered.
LINK_STAYS = timedelta(days=7)
#: No link is older: a meeting is not planned further ahead.
LINK_AGE = 800 * DAYS


@dataclass(frozen=True, slots=True)
class AnswerInput:
    """An answer as given; ``deputy_id`` is the person asked instead by somebody who cannot come."""

    answer: Answer
    comment: str = ""
    deputy_id: int | None = None
    #: The beginning of the meeting as the page showed it (ISO 8601), that nobody answers to another date than they
    #: saw; None: it was not on a page.
    seen: str | None = None


class OtherDate(RuleViolation):
    """The meeting was moved since the page was opened: it asks again."""


def invitation_behind(session: Session, site: Site, token: str) -> Invitation:
    """Return the invitation that a personal link stands for.

    Raises:
        NotFound: the link was not made here.
        LinkOver: it was, but the person is no longer asked (also who leaves the body before the day), or the meeting
            is over for a week.
    """
    try:
        claim = site.signer.read(dispatch.ANSWER, token, max_age=LINK_AGE)
    except LinkOver as over:
        row = _asked_by(session, over.row_id)
        raise LinkOver(body_id=row.meeting.body_id if row else None) from over
    row = _asked_by(session, claim.id)
    if row is None:
        raise NotFound
    is_past = clock.wall_clock(clock.utc_now()) > row.meeting.ends_at + LINK_STAYS
    if row.generation != claim.generation or row.is_informed or is_past or not _holds(session, row):
        raise LinkOver(body_id=row.meeting.body_id)
    return row


def _holds(session: Session, row: Invitation) -> bool:
    return session.scalar(access.still_asked().where(Invitation.id == row.id)) is not None


def _asked_by(session: Session, key: int | None) -> Invitation | None:
    return session.scalars(
        select(Invitation)
        .where(Invitation.id == key)
        .options(
            joinedload(Invitation.person),
            joinedload(Invitation.stands_in_for),
            joinedload(Invitation.meeting).joinedload(Meeting.body),
            joinedload(Invitation.meeting).joinedload(Meeting.place),
        )
        .execution_options(populate_existing=True)
    ).one_or_none()


def own_invitation(session: Session, meeting_id: int, person_id: int | None) -> Invitation | None:
    """Return the invitation of one person, unless it was taken back or holds no more."""
    return session.scalars(
        select(Invitation)
        .where(
            Invitation.meeting_id == meeting_id,
            Invitation.person_id == (person_id or 0),
            Invitation.id.in_(access.still_asked()),
            ~Invitation.is_informed,
        )
        .options(joinedload(Invitation.meeting).joinedload(Meeting.body), joinedload(Invitation.stands_in_for))
    ).one_or_none()


def agenda_for(session: Session, row: Invitation) -> list[tuple[str, AgendaItem]]:
    """Return (number, item with its attachments) of what an invited person may read: guests the public part."""
    items = agenda_services.items_of(session, row.meeting_id)
    numbers, of_key = agenda.numbers(items), {one.id: one for one in items}
    wanted = {one.id for one in items if one.state is ItemState.ON_AGENDA and (one.is_public or row.role is not None)}
    return [(numbers[one.id], of_key[one.id]) for one in agenda.in_order(items) if one.id in wanted]


def answer_by_link(work: Work, site: Site, token: str, data: AnswerInput) -> Invitation:
    """Store the answer of whoever holds a personal link: it changes that person's own answer and nothing else."""
    _lock(work, invitation_behind(work.session, site, token).meeting_id)
    # Read again under the lock: the same answer may have come meanwhile, or the meeting may have been moved.
    row = invitation_behind(work.session, site, token)
    _answer(work, site, row, data, origin=Origin.LINK)
    return row


def answer_signed_in(work: Work, site: Site, meeting_id: int, data: AnswerInput) -> Invitation:
    """Store the answer of the person who is signed in.

    Raises:
        NotFound: this person was not asked to this meeting.
    """
    _lock(work, meeting_id)
    row = own_invitation(work.session, meeting_id, work.actor.person_id)
    if row is None:
        raise NotFound
    _answer(work, site, row, data, origin=Origin.SIGNED_IN)
    return row


def answer_by_office(work: Work, site: Site, meeting_id: int, person_id: int, *, data: AnswerInput) -> Invitation:
    """Enter an answer that came by telephone or otherwise; it is marked as entered by the office.

    Raises:
        RuleViolation: the person is not on the list, or see ``answers.check_answer``.
    """
    meeting = services.take(work, meeting_id)
    people = listed(work.session, meeting)
    one = next((one for one in people if one.person.id == person_id and one.invitee.is_asked), None)
    if one is None:
        raise RuleViolation(N_("This person is not on the list of this meeting."))
    row = one.invitation or dispatch.new_row(work, meeting, person_id, one.invitee.role)
    _answer(work, site, row, data, origin=Origin.OFFICE)
    return row


def _lock(work: Work, meeting_id: int) -> None:
    """Let answers to one meeting come one after another: two of them may ask the same deputy."""
    work.session.get(Meeting, meeting_id, with_for_update=True, populate_existing=True)


def _answer(work: Work, site: Site, row: Invitation, data: AnswerInput, *, origin: Origin) -> None:
    meeting = row.meeting
    _check_seen(meeting, data.seen)
    has_begun = clock.wall_clock(work.now) >= meeting.starts_at
    check_answer(meeting.state, has_begun=has_begun, answer=data.answer)
    deputy = _deputy(work, row, data)
    answer = answer_after(row.answer, SAID[data.answer] if deputy is None else Said.SENDS_DEPUTY)
    was = (row.answer, row.comment, row.origin, _deputy_row(work, row))
    if was[:3] == (answer, data.comment, origin) and (was[3].person_id if was[3] else None) == (
        deputy.id if deputy else None
    ):
        return
    row.answer, row.comment, row.origin, row.answered_at = answer, data.comment, origin, work.now
    row.entered_by_id = work.actor.user_id if origin is Origin.OFFICE else None
    # The deputy's mail says whether the member comes, as just answered.
    _release(work, site, row, keep=deputy)
    entry = AnswerEntry(
        invitation_id=row.id,
        at=work.now,
        answer=answer,
        origin=origin,
        entered_by_id=row.entered_by_id,
        comment=data.comment,
    )
    work.session.add(entry)
    work.session.flush()
    outbox.take_back(work, letters.about_reminder(meeting.id), row.person_id)
    if deputy is not None:
        _ask(work, site, row, deputy)
    work.record("meeting.answered", meeting)


def _check_seen(meeting: Meeting, seen: str | None) -> None:
    """Raise unless the page showed the date that the meeting has.

    Raises:
        OtherDate: it has another one by now.
    """
    now = meeting.starts_at
    if seen is None or seen == now.isoformat() or meeting.state is MeetingState.CANCELLED:
        return
    try:
        before = datetime.fromisoformat(seen)
    except ValueError:
        text = N_("It is not certain which date you saw: the meeting is on %(now)s. Please answer again.")
        raise OtherDate(text, now=words.moment(now)) from None
    text = N_(
        "The meeting was moved after you opened this page: from %(before)s to %(now)s. Your answer is not stored."
        " Please answer again, for the new date."
    )
    raise OtherDate(text, before=words.moment(before), now=words.moment(now))


def _deputy(work: Work, row: Invitation, data: AnswerInput) -> Person | None:
    """Return who is asked instead, if somebody is.

    Raises:
        RuleViolation: the body knows no deputies, or this person is not one of them, or comes anyway.
    """
    if data.deputy_id is None:
        return None
    if data.answer is not Answer.DECLINED:
        asked = _deputy_row(work, row)
        if asked is not None and asked.person_id == data.deputy_id:
            # Asked before, and so chosen in the form already: who comes after all lets them go.
            return None
        text = N_("A deputy comes only if you do not. Please choose “I am not coming”, or nobody as your deputy.")
        raise RuleViolation(text, field="deputy_id")
    body: Body = row.meeting.body
    known = {one.id: one for one in deputies_for(work.session, row.meeting, row.person_id)}
    if body.procedure.deputies is Deputies.NONE or row.stands_in_for_id is not None or data.deputy_id not in known:
        raise RuleViolation(N_("Please choose a deputy from the list."), field="deputy_id")
    deputy = known[data.deputy_id]
    for one in listed(work.session, row.meeting):
        if one.person.id == deputy.id and is_taken(one, row.person_id):
            text = N_("%(name)s is asked to this meeting already. Please choose somebody else.")
            raise RuleViolation(text, field="deputy_id", name=deputy.name)
    return deputy


def _deputy_row(work: Work, row: Invitation) -> Invitation | None:
    return work.session.scalars(
        select(Invitation).where(
            Invitation.meeting_id == row.meeting_id,
            Invitation.stands_in_for_id == row.person_id,
            Invitation.removed_at.is_(None),
        )
    ).one_or_none()


def _release(work: Work, site: Site, row: Invitation, *, keep: Person | None) -> None:
    """Let a deputy go who is not needed any more, with a mail if one was sent: nobody comes for nothing."""
    old = _deputy_row(work, row)
    if old is None or (keep is not None and old.person_id == keep.id):
        return
    one = _listed(work, row.meeting, old.person_id)
    if one is not None and one.invitee.mailed_at is not None:
        _mail(work, site, one, MailKind.CANCELLATION, meeting=row.meeting)
    old.removed_at = work.now
    old.generation += 1
    outbox.take_back(work, letters.about_reminder(row.meeting_id), old.person_id)
    work.session.flush()


def _ask(work: Work, site: Site, row: Invitation, deputy: Person) -> None:
    """Put the deputy on the list in the member's place; if the others have their invitation, send this one too."""
    found = work.session.scalars(
        select(Invitation).where(Invitation.meeting_id == row.meeting_id, Invitation.person_id == deputy.id)
    ).one_or_none()
    if found is not None and found.removed_at is None and found.stands_in_for_id == row.person_id:
        # Named once more after a move: asked already, and perhaps with an answer to the new date.
        return
    place = found or dispatch.new_row(work, row.meeting, deputy.id, row.role)
    place.removed_at, place.role, place.stands_in_for_id = None, row.role, row.person_id
    place.is_informed = False
    if found is not None:
        place.answer = answer_after(place.answer, Said.IS_ASKED_ANEW)
        place.origin, place.answered_at, place.entered_by_id, place.comment = None, None, None, ""
    work.session.flush()
    work.session.refresh(place, ["stands_in_for"])
    one = _listed(work, row.meeting, deputy.id)
    if row.meeting.state is MeetingState.INVITED and one is not None and deputy.email:
        _mail(work, site, one, MailKind.INVITATION, meeting=row.meeting)


def _listed(work: Work, meeting: Meeting, person_id: int) -> Listed | None:
    return next((one for one in listed(work.session, meeting) if one.person.id == person_id), None)


def _mail(work: Work, site: Site, one: Listed, kind: MailKind, *, meeting: Meeting) -> None:
    sending = dispatch.begin(work, site, meeting, [one])
    dispatch.keep_agenda(sending)
    dispatch.mail(sending, one, kind)
    dispatch.post(sending)
