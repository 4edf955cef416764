"""Writes mails about a meeting into the outbox, and notes with each invitation what its person was told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select

from coordination.bodies.queries import secretary
from coordination.core import registry
from coordination.core.access import BodyRole
from coordination.core.i18n import in_language
from coordination.core.ical import Attendee
from coordination.core.jobs import Progress
from coordination.core.work import Work
from coordination.directory.models import Person
from coordination.mail import drafts, outbox
from coordination.mail.drafts import Draft, Made
from coordination.mail.message import Letter
from coordination.mail.outbox import Frozen
from coordination.mail.site import Site
from coordination.meetings import agenda, agenda_changes, agenda_services, history, letters
from coordination.meetings.agenda_changes import Known
from coordination.meetings.invitees import Listed, listed
from coordination.meetings.letter_text import File, Item, Message, Occasion
from coordination.meetings.mail_plan import MailKind, Planned, Why
from coordination.meetings.models import AgendaItem, AgendaTold, Invitation, Meeting, MeetingChange
from coordination.meetings.reached import Reached, reached
from coordination.meetings.rules import Answer, ChangeKind

#: Purpose of the tokens in the links that answer an invitation.
ANSWER = "answer"
_TOLD = frozenset({ChangeKind.EDITED, ChangeKind.MOVED})


@dataclass(frozen=True, slots=True)
class Sending:
    """What all mails of one sending share: read once, however many there are."""

    work: Work
    site: Site
    occasion: Occasion
    languages: Mapping[int, str]
    reached: Reached
    changes: Sequence[MeetingChange]
    #: The agenda now, and what earlier sendings told of it, the oldest first.
    agenda: Sequence[Known]
    agendas: Sequence[AgendaTold]
    #: The mails made ahead of the transaction (``prepare``).
    prepared: Made = field(default_factory=dict)
    #: The mails so far; ``post`` makes rows of them.
    written: list[Frozen] = field(default_factory=list)


def begin(
    work: Work,
    site: Site,
    meeting: Meeting,
    people: Sequence[Listed],
    *,
    prepared: Made | None = None,
) -> Sending:
    """Read what mails to ``people`` about a meeting need."""
    found = agenda_services.items_of(work.session, meeting.id)
    numbers, of_key = agenda.numbers(found), {one.id: one for one in found}
    items = [of_key[one.id] for one in agenda.in_order(found)]
    occasion = Occasion(
        meeting=meeting,
        sender_name=office_of(work, meeting),
        now=work.now,
        agenda=[_item(item, numbers) for item in items if item.is_public],
        agenda_inside=[_item(item, numbers) for item in items],
        attendees=_attendees(work, meeting) if meeting.body.procedure.shows_invited else (),
    )
    languages: dict[int, str] = {}
    for lookup in registry.languages:
        languages |= lookup(work.session, [one.person.id for one in people])
    changes = work.session.scalars(
        select(MeetingChange)
        .where(MeetingChange.meeting_id == meeting.id, MeetingChange.kind.in_(_TOLD))
        .order_by(MeetingChange.id)
    ).all()
    told = select(AgendaTold).where(AgendaTold.meeting_id == meeting.id).order_by(AgendaTold.at, AgendaTold.id)
    return Sending(
        work,
        site,
        occasion,
        languages,
        reached=reached(work.session, meeting.id),
        changes=changes,
        agenda=agenda_changes.told(found),
        agendas=work.session.scalars(told).all(),
        prepared=prepared or {},
    )


def keep_agenda(sending: Sending) -> None:
    """Keep what agenda the mails of this sending tell."""
    work, items = sending.work, agenda_changes.pack(sending.agenda)
    if not sending.agendas or sending.agendas[-1].items != items:
        work.session.add(AgendaTold(meeting_id=sending.occasion.meeting.id, at=work.now, items=items))


def _attendees(work: Work, meeting: Meeting) -> list[Attendee]:
    there = [one for one in listed(work.session, meeting) if one.invitee.is_wanted and one.invitee.email]
    deputies = {one.person.id: _delegated_from(one.invitation) for one in there if one.invitation is not None}
    return [letters.attendee(one.invitee, deputies.get(one.person.id, "")) for one in there]


def _delegated_from(row: Invitation) -> str:
    return row.stands_in_for.email if row.stands_in_for is not None else ""


def _item(item: AgendaItem, numbers: Mapping[int, str]) -> Item:
    files = [File(one.file.name, one.file.media_type, one.file.size) for one in item.attached]
    return Item(numbers[item.id], item.title, files)


def office_of(work: Work, meeting: Meeting) -> str:
    """Return who signs: the body's office; without one whoever sends it; a command nobody."""
    office = secretary(work.session, meeting.body_id, work.today)
    if office is None and work.actor.person_id is not None:
        office = work.session.get(Person, work.actor.person_id)
    return office.name if office is not None else ""


def prepare(sending: Sending, lines: Sequence[tuple[Listed, MailKind]], progress: Progress | None = None) -> Made:
    """Return the mails that ``mail`` would write to people who have a row, by all that each of them says.

    Composing takes most of the time of a sending and needs no lock. Nothing is written.
    """
    found: list[Draft] = []
    sequence = sending.occasion.meeting.sequence
    for one, planned in lines:
        row, kind = one.invitation, _fitting(sending, one, planned)
        if row is not None and kind is not None:
            sequence = _grown(sequence, row, kind)
            found.append(_draft(sending, _message(sending, one, row, kind, sequence=sequence)))
    return drafts.freeze_all(found, sending.site.sender, sending.occasion.now, progress)


def mail(sending: Sending, one: Listed, kind: MailKind) -> bool:
    """Write one mail, and note it with the invitation; return whether there was one to write.

    Of a mail that still waits its reader knows nothing: a change to it is an invitation again, and a
    cancellation takes it back without a word. Call ``post`` after the last one.
    """
    work, meeting = sending.work, sending.occasion.meeting
    row, fits = _row(work, meeting, one), _fitting(sending, one, kind)
    if kind is MailKind.CANCELLATION:
        outbox.take_back(work, letters.about(meeting.id), one.person.id)
    if fits is None:
        row.mailed_sequence = None
        return False
    sequence = _grown(meeting.sequence, row, fits)
    if sequence != meeting.sequence:
        meeting.sequence = sequence
    message = _message(sending, one, row, fits, sequence=sequence)
    frozen = _write(sending, _draft(sending, message))
    row.mailed_sequence = None if fits is MailKind.CANCELLATION else sequence
    if fits is MailKind.INVITATION:
        row.first_message_id = frozen.message_id
    row.mailed_at = work.now
    return True


def post(sending: Sending) -> None:
    """Put the mails of a sending into the outbox, all at once."""
    outbox.put(sending.work, sending.written)
    sending.written.clear()


def _write(sending: Sending, draft: Draft) -> Frozen:
    frozen = drafts.frozen(draft, sending.site.sender, sending.occasion.now, sending.prepared)
    sending.written.append(frozen)
    return frozen


def _draft(sending: Sending, message: Message) -> Draft:
    return Draft(message.mark(sending.occasion), lambda: letters.letter(sending.occasion, message, sending.site))


def _fitting(sending: Sending, one: Listed, kind: MailKind) -> MailKind | None:
    return sending.reached.fitting(kind, one.person.id)


def _grown(sequence: int, row: Invitation, kind: MailKind) -> int:
    """Return SEQUENCE for one person's mail: higher where it takes back, or asks anew after that.

    It is the meeting's own, and so never lower in a later mail to anybody (RFC 5546 section 2.1.4).
    """
    last = row.mailed_sequence
    is_taken_back = kind is MailKind.CANCELLATION and last is not None and last >= sequence
    is_asked_again = kind is MailKind.INVITATION and last is None and bool(row.first_message_id)
    return sequence + 1 if is_taken_back or is_asked_again else sequence


def remind(sending: Sending, one: Listed) -> None:
    """Write a reminder to somebody who has an invitation; call ``post`` after the last one."""
    row = one.invitation or _row(sending.work, sending.occasion.meeting, one)
    _write(sending, _draft_reminder(sending, _reminding(sending, one, row)))


def prepare_reminders(sending: Sending, people: Sequence[Listed], progress: Progress | None = None) -> Made:
    """Return the mails that ``remind`` would write, by all that each of them says; nothing is written."""
    messages = [_reminding(sending, one, one.invitation) for one in people if one.invitation is not None]
    found = [_draft_reminder(sending, one) for one in messages]
    return drafts.freeze_all(found, sending.site.sender, sending.occasion.now, progress)


def _draft_reminder(sending: Sending, message: Message) -> Draft:
    return Draft(message.mark(sending.occasion), lambda: letters.reminder(sending.occasion, message, sending.site))


def previewed_reminder(sending: Sending, one: Listed) -> Letter:
    """Return the mail that ``remind`` would write, with a link that leads nowhere yet."""
    row = one.invitation or Invitation(id=0, generation=0, first_message_id="")
    message = _reminding(sending, one, row)
    return letters.reminder(sending.occasion, replace(message, token="…" if message.token else ""), sending.site)


def _reminding(sending: Sending, one: Listed, row: Invitation) -> Message:
    message = _message(sending, one, row, MailKind.INVITATION, sequence=sending.occasion.meeting.sequence)
    return replace(message, follows=row.first_message_id)


def previewed(sending: Sending, one: Listed, line: Planned) -> Letter:
    """Return the mail that ``mail`` would write, with a link that leads nowhere yet; nothing is written."""
    planned = line.kind or MailKind.INVITATION
    kind = _fitting(sending, one, planned) or planned
    row = one.invitation or Invitation(id=0, generation=0, first_message_id="")
    message = _message(sending, one, row, kind, sequence=sending.occasion.meeting.sequence)
    # The link is the person's own: whoever looks at the plan must not hold it.
    return letters.letter(sending.occasion, replace(message, token="…" if message.token else ""), sending.site)


def _message(sending: Sending, one: Listed, row: Invitation, kind: MailKind, *, sequence: int) -> Message:
    language = sending.languages.get(one.person.id, "de")
    changes: Sequence[history.Told] = ()
    agenda_now: Sequence[str] = ()
    is_moved = False
    if kind is MailKind.UPDATE:
        left = sending.reached.told_at(one.person.id)
        is_moved = any(change.kind is ChangeKind.MOVED for change in _since(sending.changes, left))
        with in_language(language):
            changes = _changes(sending.changes, left)
            agenda_now = _agenda_changes(sending, left, sees_all=one.invitee.role is not None)
    is_asked = kind is not MailKind.CANCELLATION and one.invitee.why is not Why.INFORMED
    return Message(
        invitee=one.invitee,
        kind=kind,
        sequence=sequence,
        language=language,
        token=sending.site.signer.make(ANSWER, row.id, row.generation) if is_asked else "",
        answers=(row.id, row.generation) if is_asked else None,
        follows=row.first_message_id if kind is not MailKind.INVITATION else "",
        changes=changes,
        agenda_changes=agenda_now,
        delegated_from=_delegated_from(row),
        is_moved=is_moved,
        member_comes=kind is MailKind.CANCELLATION and _member_comes(sending, row),
        is_member_open=_is_member_open(sending, row),
    )


def _member_comes(sending: Sending, row: Invitation) -> bool:
    """Return whether somebody is no longer asked to stand in because the member has time after all."""
    if row.stands_in_for_id is None:
        return False
    answer = select(Invitation.answer).where(
        Invitation.meeting_id == row.meeting_id, Invitation.person_id == row.stands_in_for_id
    )
    return sending.work.session.scalar(answer) is Answer.ACCEPTED


def _is_member_open(sending: Sending, row: Invitation) -> bool:
    """Return whether the member for whom a deputy stands in was asked anew after a move, and has not answered."""
    if row.stands_in_for_id is None:
        return False
    people = listed(sending.work.session, sending.occasion.meeting)
    return any(one.person.id == row.stands_in_for_id and one.answer is Answer.OPEN for one in people)


def _changes(changes: Sequence[MeetingChange], left: datetime | None) -> Sequence[history.Told]:
    """Return what its reader has not been told: of several changes of the same thing the first and the last text."""
    merged: dict[str, history.Told] = {}
    # Another time matters most, whatever was changed along with it.
    for change in sorted(_since(changes, left), key=lambda one: one.kind is not ChangeKind.MOVED):
        for told in history.told(change):
            before = merged[told.what].before if told.what in merged else told.before
            merged[told.what] = replace(told, before=before)
    return [told for told in merged.values() if told.before != told.after]


def _since(changes: Sequence[MeetingChange], left: datetime | None) -> Sequence[MeetingChange]:
    return [change for change in changes if left is None or change.at > left]


def _agenda_changes(sending: Sending, left: datetime | None, *, sees_all: bool) -> Sequence[str]:
    """Return what is another in the agenda than its reader was told, of what the reader may know."""
    known = [one for one in sending.agendas if left is None or one.at <= left]
    if not known:
        return ()
    before = agenda_changes.unpack(known[-1].items)
    return agenda_changes.differences(
        [one for one in before if sees_all or one.is_public],
        [one for one in sending.agenda if sees_all or one.is_public],
    )


def _row(work: Work, meeting: Meeting, one: Listed) -> Invitation:
    if one.invitation is not None:
        if one.invitee.is_wanted and one.invitation.stands_in_for_id is None:
            one.invitation.role = one.invitee.role
            one.invitation.is_informed = one.invitee.why is Why.INFORMED
        return one.invitation
    return new_row(work, meeting, one.person.id, one.invitee.role)


def new_row(work: Work, meeting: Meeting, person_id: int, role: BodyRole | None) -> Invitation:
    """Enter that somebody belongs to a meeting."""
    return new_rows(work, meeting, {person_id: role})[0]


def new_rows(work: Work, meeting: Meeting, roles: Mapping[int, BodyRole | None]) -> list[Invitation]:
    """Enter that some people (key → role in the body) belong to a meeting, all at once."""
    rows = [
        Invitation(meeting_id=meeting.id, person_id=person_id, role=role, generation=1)
        for person_id, role in roles.items()
    ]
    work.session.add_all(rows)
    work.session.flush()
    return rows
