"""From draft to approval: checked, circulated, taken back, approved and frozen, corrected."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from coordination.core import registry
from coordination.core.errors import Conflict, NotFound, RuleViolation
from coordination.core.i18n import N_, format_date
from coordination.core.jobs import Progress
from coordination.core.versions import check_version
from coordination.core.work import Work
from coordination.directory.models import Person
from coordination.files.models import StoredFile
from coordination.mail import drafts, outbox
from coordination.mail.drafts import Draft, Made
from coordination.mail.message import Letter
from coordination.mail.site import Site
from coordination.meetings import dispatch
from coordination.meetings import queries as meeting_queries
from coordination.meetings import services as meeting_services
from coordination.meetings.invitees import Listed, listed, wanted
from coordination.meetings.models import Meeting, MeetingChange
from coordination.meetings.rules import ChangeKind, MeetingState, Step
from coordination.minutes import letters, page_document, services
from coordination.minutes.document import Document, Setting, build
from coordination.minutes.letters import Reader, Round
from coordination.minutes.models import FrozenMinutes, ItemText, Minutes
from coordination.minutes.queries import items, minutes_of
from coordination.minutes.rules import MinutesState, check, check_length


@dataclass(frozen=True, slots=True)
class Approval:
    """On which day minutes were approved, and in which meeting; None: in writing.

    ``reason`` is why it was before the time for objections was over; ``closes`` the meeting as well.
    """

    on: date
    in_id: int | None
    reason: str = ""
    closes: bool = False


@dataclass(frozen=True, slots=True)
class Frozen:
    """What is to be frozen: the document as it was looked at, and the file made of it before the transaction."""

    document: Document
    setting: Setting
    pdf_digest: str
    pdf_size: int
    name: str


@dataclass(frozen=True, slots=True)
class Mailing:
    """That mails go out, the ``fingerprint`` of the plan that was looked at, and the mails made ahead (``prepare``)."""

    site: Site
    seen: str
    made: Made = field(default_factory=dict)


def _taken(work: Work, meeting_id: int, version: int | None) -> tuple[Meeting, Minutes]:
    meeting = services.take(work, meeting_id)
    minutes = minutes_of(work.session, meeting.id)
    if minutes is None:
        raise NotFound
    if version is not None:
        check_version(minutes, version)
    return meeting, minutes


def go(work: Work, meeting_id: int, wanted_state: MinutesState, *, version: int) -> int:
    """Take minutes to a state that needs nothing else: checked by the chair, or back to being written.

    Returned is how many mails with them that still waited are taken back.
    """
    meeting, minutes = _taken(work, meeting_id, None)
    taken_back = 0
    if minutes.state is wanted_state:
        return taken_back
    check_version(minutes, version)
    check(minutes.state, wanted_state)
    minutes.state = wanted_state
    if wanted_state is MinutesState.DRAFT:
        minutes.circulated_until = minutes.circulated_at = None
        # Whoever has not been asked yet would be led to what they may not read.
        taken_back = len(outbox.take_back(work, letters.about(meeting.id)))
    work.record("minutes.state_changed", minutes)
    return taken_back


def _asked(session: Session, meeting: Meeting) -> list[Listed]:
    return [one for one in wanted(listed(session, meeting)) if one.invitee.role is not None]


def readers(session: Session, meeting: Meeting) -> list[Reader]:
    """Return who is asked to read: the members, and who stood in for one. Guests are not."""
    people = _asked(session, meeting)
    languages: dict[int, str] = {}
    for ask in registry.languages:
        languages |= ask(session, [one.person.id for one in people])
    earlier = outbox.reached(session, letters.about(meeting.id))
    return [
        Reader(
            one.person.id,
            one.person.name,
            one.person.email,
            languages.get(one.person.id, "de"),
            (one.invitation.id, one.invitation.generation) if one.invitation is not None else None,
            one.person.id in earlier,
        )
        for one in people
    ]


def enter(work: Work, meeting_id: int, until: date, *, version: int, seen: str) -> int:
    """Enter everybody who gets a mail on the list of the meeting, and return how many: ``prepare`` needs their keys.

    Nobody, if the minutes are circulated already: ``circulate`` says so.

    Raises:
        Conflict: the minutes or the people have changed since the form was opened.
        RuleViolation: the day lies behind us, or the minutes are not being written.
    """
    meeting, minutes = _taken(work, meeting_id, None)
    if minutes.state is MinutesState.CIRCULATED:
        return 0
    check_version(minutes, version)
    check(minutes.state, MinutesState.CIRCULATED)
    _check_ahead(work, until)
    found = readers(work.session, meeting)
    if fingerprint(found) != seen:
        raise Conflict
    _enter(work, meeting)
    return sum(bool(one.email) for one in found)


def _check_ahead(work: Work, until: date) -> None:
    if until < work.today:
        raise RuleViolation(N_("This day lies in the past. Please choose another one."), field="until")


def _enter(work: Work, meeting: Meeting) -> None:
    people = [one for one in _asked(work.session, meeting) if one.person.email and one.invitation is None]
    if people:
        dispatch.new_rows(work, meeting, {one.person.id: one.invitee.role for one in people})


def fingerprint(found: Sequence[Reader]) -> str:
    """Return what stands for a mail plan in the form that sends it."""
    lines = "\n".join(f"{one.person_id} {one.email}" for one in found if one.email)
    return hashlib.sha256(lines.encode()).hexdigest()[:16]


def circulate(work: Work, meeting_id: int, asking: Round, *, version: int, mailing: Mailing | None) -> int | None:
    """Ask for objections until a day, and return how many mails were written; None: they were asked for already.

    Without a mailing nobody is told. A meeting of which minutes go round is over.

    Raises:
        Conflict: the minutes or the people have changed since the form was opened.
        RuleViolation: the day lies behind us, or the minutes are not being written.
    """
    meeting, minutes = _taken(work, meeting_id, None)
    if minutes.state is MinutesState.CIRCULATED:
        # The second click on the same button.
        return None
    check_version(minutes, version)
    check(minutes.state, MinutesState.CIRCULATED)
    _check_ahead(work, asking.until)
    if meeting.state is MeetingState.RUNNING:
        meeting_services.advance(work, meeting, Step.END)
    minutes.state = MinutesState.CIRCULATED
    minutes.circulated_until, minutes.circulated_at = asking.until, work.now
    minutes.rounds, minutes.changed = minutes.rounds + 1, asking.changed if minutes.rounds else ""
    work.record("minutes.circulated", minutes)
    if mailing is None:
        return 0
    _enter(work, meeting)
    found = readers(work.session, meeting)
    if fingerprint(found) != mailing.seen:
        raise Conflict
    mails = _drafts(work, meeting, found, asking, site=mailing.site)
    return len(drafts.put_all(work, mails, mailing.site.sender, mailing.made))


def prepare(reading: Work, meeting_id: int, asking: Round, site: Site, *, progress: Progress | None = None) -> Made:
    """Return the mails as they will go out, if nothing changes before ``circulate``; nothing is written."""
    meeting = meeting_queries.get_meeting(reading.session, meeting_id)
    # Who came onto the list since ``enter`` has no key yet: ``circulate`` looks at the list again.
    entered = [one for one in readers(reading.session, meeting) if one.asked is not None]
    mails = _drafts(reading, meeting, entered, asking, site=site)
    return drafts.freeze_all(mails, site.sender, reading.now, progress)


def preview(reading: Work, meeting: Meeting, reader: Reader, asking: Round, *, site: Site) -> Letter:
    """Return the mail that one reader would get, without the link: it is the reader's own."""
    return letters.letter(meeting, replace(reader, asked=None), asking, site, sender_name=_sender(reading))


def _drafts(work: Work, meeting: Meeting, found: Sequence[Reader], asking: Round, *, site: Site) -> list[Draft]:
    name = _sender(work)
    return [letters.draft(meeting, one, asking, site, sender_name=name) for one in found if one.email]


def _sender(work: Work) -> str:
    sender = work.session.get(Person, work.actor.person_id) if work.actor.person_id else None
    return sender.name if sender else ""


def approve(work: Work, meeting_id: int, approval: Approval, *, version: int, frozen: Frozen) -> FrozenMinutes:
    """Write down that minutes were approved, and freeze them as the page and the file they are.

    Raises:
        Conflict: something in them has changed since the file was made.
        RuleViolation: the day or the meeting cannot be, they were not circulated, or a reason is missing.
    """
    meeting, minutes = _taken(work, meeting_id, version)
    check(minutes.state, MinutesState.APPROVED)
    if not meeting.starts_at.date() <= approval.on <= work.today:
        said = N_("Please choose a day from %(first)s until today.")
        raise RuleViolation(said, field="approved_on", first=format_date(meeting.starts_at.date()))
    where = work.session.get(Meeting, approval.in_id) if approval.in_id is not None else None
    if approval.in_id is not None and (where is None or where.body_id != meeting.body_id):
        raise RuleViolation(N_("Please choose a meeting of this body."), field="approved_in")
    if is_early(minutes, approval.on) and not approval.reason:
        said = N_("Objections are asked for until %(day)s. Please say why the approval comes before that.")
        raise RuleViolation(said, field="reason", day=format_date(minutes.circulated_until or approval.on))
    minutes.state = MinutesState.APPROVED
    minutes.approved_on, minutes.approved_in_id = approval.on, approval.in_id
    row = _freeze(work, meeting, minutes, frozen=frozen)
    _tell(work, meeting, approval)
    work.record("minutes.approved", minutes)
    if approval.closes and meeting.state is MeetingState.MINUTES_OPEN:
        meeting_services.advance(work, meeting, Step.CLOSE)
    return row


def is_early(minutes: Minutes, day: date) -> bool:
    """Return whether objections are still asked for on ``day``."""
    return minutes.circulated_until is not None and day <= minutes.circulated_until


def _tell(work: Work, meeting: Meeting, approval: Approval) -> None:
    row = MeetingChange(meeting_id=meeting.id, at=work.now, user_id=work.actor.user_id, kind=ChangeKind.APPROVED)
    row.after, row.reason = approval.on.isoformat(), approval.reason
    work.session.add(row)


def correct(work: Work, meeting_id: int, texts: Mapping[int, str], *, version: int, frozen: Frozen) -> FrozenMinutes:
    """Make a further version of approved minutes; the one before stays as it was."""
    meeting, minutes = _taken(work, meeting_id, version)
    if minutes.state is not MinutesState.APPROVED:
        raise RuleViolation(N_("Only approved minutes are corrected. These can still be written on."))
    rows = {one.item.id: one.row for one in items(work.session, meeting.id)}
    for key, text in texts.items():
        check_length(text)
        if key not in rows:
            raise NotFound
        row = rows[key]
        if row is None:
            row = ItemText(item_id=key, text="", saved_at=work.now)
            work.session.add(row)
        if row.text != text:
            row.text, row.saved_at, row.saved_by_id = text, work.now, work.actor.user_id
            work.changed.append(row)
    work.session.flush()
    # Its version grows with each correction, so that a second form finds it changed.
    flag_modified(minutes, "state")
    found = _freeze(work, meeting, minutes, frozen=frozen)
    work.record("minutes.corrected", minutes)
    return found


def _freeze(work: Work, meeting: Meeting, minutes: Minutes, *, frozen: Frozen) -> FrozenMinutes:
    work.session.flush()
    document = build(work.session, meeting, frozen.setting, with_inside=True)
    if document != frozen.document:
        raise Conflict
    content = str(page_document.html(document))
    file = StoredFile(
        digest=frozen.pdf_digest,
        name=frozen.name,
        media_type="application/pdf",
        size=frozen.pdf_size,
        added_at=work.now,
        added_by_id=work.actor.user_id,
    )
    work.session.add(file)
    work.session.flush()
    newest = work.session.scalar(select(func.max(FrozenMinutes.number)).where(FrozenMinutes.minutes_id == minutes.id))
    row = FrozenMinutes(
        minutes_id=minutes.id,
        number=(newest or 0) + 1,
        frozen_at=work.now,
        note=frozen.setting.note,
        content=content,
        digest=page_document.digest(content),
        pdf_id=file.id,
    )
    work.session.add(row)
    work.session.flush()
    return row
