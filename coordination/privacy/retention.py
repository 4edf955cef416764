"""How long things are kept: one table of terms. What is over its time is deleted each night, or by a command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from coordination.accounts import rules as account_rules
from coordination.accounts.models import UserAccount, UserSession
from coordination.calendars import unused
from coordination.calendars.models import CalendarLink
from coordination.core import clock
from coordination.core.access import SYSTEM, Actor
from coordination.core.db import Base
from coordination.core.i18n import N_
from coordination.core.jobs import Job, JobState, Progress, add_job
from coordination.core.work import AuditEntry, Work, work_as
from coordination.directory import assignment_undo, earlier, import_jobs, import_undo_jobs
from coordination.directory.consents.models import Consent
from coordination.directory.models import EarlierValue, Person
from coordination.directory.offers.models import RemovedOffer
from coordination.directory.rounds.models import ChangeProposal, ConfirmationRound
from coordination.directory.staff import jobs as list_jobs
from coordination.directory.staff.models import ListedRow
from coordination.directory.undo_models import AssignmentStep, ImportedConfirmation, ImportedPlace
from coordination.files import services as files
from coordination.files.serving import store
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.privacy import ending
from coordination.privacy.models import Feedback
from coordination.web.throttle import Throttle

KIND = "privacy.retain"
SWEPT = "attachments"
IMPORTS = (import_jobs.PREVIEW, import_jobs.APPLY, import_undo_jobs.UNDO)
#: Their previews name people, and are of no use once they are stored or forgotten.
LIST_PREVIEWS = (list_jobs.PREVIEW,)
#: Lines about coming and going, which tell when somebody works.
SIGN_INS = ("account.signed_in", "account.signed_out", "account.signed_out_everywhere", "access.refused")


def _months(count: int) -> timedelta:
    return timedelta(days=round(count * 365.25 / 12))


@dataclass(frozen=True, slots=True)
class Term:
    """One kind of thing and how long it is kept. Without a model it has to be deleted by hand."""

    key: str
    #: Msgids: what it is, and for how long.
    what: str
    period: str
    model: type[Base] | None = None
    is_over: Callable[[datetime], ending.Condition] | None = None
    end: Callable[[Session, type[Base], ending.Condition], None] = ending.delete_rows
    #: What else it is the term of; each table that says something of people has one.
    tables: tuple[str, ...] = ()

    @property
    def is_nightly(self) -> bool:
        """Return whether the nightly job sees to it; attachments go with the sweep of the store."""
        return self.model is not None or self.key == SWEPT


#: What the archive may want.
_ARCHIVE = N_("ten years after the body has ended, three for projects; then offered to the archive")

#: Sources: our own decision for mails, KGSt 4/2006 and the city's own proposal for the rest.
TERMS = (
    Term(
        "assignments",
        N_("Assignments"),
        N_("three years after they end, then only as numbers"),
        tables=("assignment", "presence"),
    ),
    Term(
        "absences",
        N_("Absences, without the reason"),
        N_("as long as the assignments of the person"),
        tables=("absence",),
    ),
    Term(
        "contacts",
        N_("Contacts of professionals"),
        N_("six months after the last assignment or seat"),
        tables=("person", "search_entry", "merged_person", "two_people"),
    ),
    Term(
        "consents",
        N_("Private telephone number and photo that somebody released"),
        N_("until they withdraw it, or leave"),
        Consent,
        lambda now: Consent.person_id.in_(select(Person.id).where(Person.valid_until < clock.wall_date(now))),
    ),
    Term(
        "posts",
        N_("Who held which post of an organisation"),
        N_("three years after the post is held by somebody else"),
        tables=("post_holder",),
    ),
    Term("memberships", N_("Memberships and deputies"), _ARCHIVE, tables=("membership", "deputy")),
    Term(
        "meetings",
        N_("Meetings and their agendas"),
        _ARCHIVE,
        tables=("meeting", "meeting_change", "deadline_override", "agenda_item", "agenda_told", "calendar_part"),
    ),
    Term(
        "invitations",
        N_("Invitations and their answers"),
        N_("one year after the meeting"),
        tables=("invitation", "answer_entry"),
    ),
    Term(
        "minutes",
        N_("Approved minutes, with attendance and votes"),
        _ARCHIVE,
        tables=("minutes", "frozen_minutes", "attendance"),
    ),
    Term("drafts", N_("Drafts of minutes"), N_("four weeks after the minutes are approved"), tables=("item_text",)),
    Term(
        "decisions",
        N_("Decisions and tasks, with who set which status"),
        _ARCHIVE,
        tables=("decision", "task", "status_entry"),
    ),
    Term(
        "accounts",
        N_("Deactivated accounts"),
        N_("six months"),
        UserAccount,
        lambda now: UserAccount.deactivated_at < now - _months(6),
        tables=("user_role",),
    ),
    Term(
        "sessions",
        N_("Signed-in devices"),
        N_("until they sign out, at most 30 days"),
        UserSession,
        lambda now: or_(
            UserSession.created_at < now - account_rules.OWN_DEVICE,
            and_(UserSession.own_device.is_(False), UserSession.created_at < now - account_rules.ABSOLUTE),
        ),
    ),
    Term(
        "calendar_links",
        N_("Subscribed calendars, and which program fetched them last"),
        N_("until they are ended; turned off when nothing fetched them for 18 months"),
        CalendarLink,
        unused.is_unused,
        ending.end_links,
        tables=("feed_fetch",),
    ),
    Term(
        "ended_links",
        N_("Subscribed calendars that are over"),
        N_("six months"),
        CalendarLink,
        lambda now: CalendarLink.ended_at < now - _months(6),
    ),
    Term(
        "throttle",
        N_("Counters of failed attempts, without address"),
        N_("at most one hour"),
        Throttle,
        lambda now: Throttle.expires_at <= now,
    ),
    Term(
        "mail_texts",
        N_("Text of mails"),
        N_("90 days"),
        OutboxMail,
        lambda now: and_(
            OutboxMail.created_at < now - timedelta(days=90),
            OutboxMail.state != MailState.SENDING,
            func.length(OutboxMail.content) > 0,
        ),
        ending.empty_mails,
    ),
    Term(
        "mails",
        N_("That a mail was sent, and to whom"),
        N_("one year"),
        OutboxMail,
        lambda now: and_(OutboxMail.created_at < now - _months(12), OutboxMail.state != MailState.SENDING),
    ),
    Term(
        "files",
        N_("Uploaded school files"),
        N_("until they are stored or discarded, at most 30 days"),
        Job,
        lambda now: and_(
            Job.content.is_not(None),
            Job.created_at < now - timedelta(days=30),
            Job.state.in_([JobState.DONE, JobState.FAILED]),
        ),
        ending.empty_files,
    ),
    # Which are removed, the office decides; ``sweep`` takes the bytes of those.
    Term(
        SWEPT,
        N_("Attachments of agenda items"),
        N_("as long as the agenda item; once removed, one or two days more"),
        tables=("item_file", "stored_file"),
    ),
    Term(
        "proposals",
        N_("Changes of their own entries that people asked for, and their messages"),
        N_("six months"),
        ChangeProposal,
        lambda now: ChangeProposal.at < now - _months(6),
    ),
    Term(
        "rounds",
        N_("Confirmation rounds: who was asked and has answered"),
        N_("two years"),
        ConfirmationRound,
        lambda now: ConfirmationRound.started_at < now - _months(24),
        tables=("round_person",),
    ),
    Term(
        "jobs",
        N_("Work in the background, except imports"),
        N_("90 days"),
        Job,
        lambda now: and_(
            Job.ended_at < now - timedelta(days=90),
            Job.kind.not_in(IMPORTS),
        ),
    ),
    Term(
        "list_previews",
        N_("Previews of lists, which name people"),
        N_("30 days"),
        Job,
        lambda now: and_(Job.ended_at < now - timedelta(days=30), Job.kind.in_(LIST_PREVIEWS)),
    ),
    Term(
        "list_steps",
        N_("What taking back a list needs"),
        N_("seven days"),
        ListedRow,
        lambda now: ListedRow.recorded_at < now - timedelta(days=assignment_undo.UNDO_DAYS),
    ),
    Term(
        "imports",
        N_("Imports of the school file and their reports"),
        N_("twelve months"),
        Job,
        lambda now: and_(Job.ended_at < now - _months(12), Job.kind.in_(IMPORTS)),
    ),
    Term(
        "steps",
        N_("What taking back a step with an assignment needs"),
        N_("seven days, of a plan until it begins"),
        AssignmentStep,
        assignment_undo.is_over,
    ),
    Term(
        "removed_offers",
        N_("Offers and projects that were removed"),
        N_("seven days"),
        RemovedOffer,
        lambda now: RemovedOffer.removed_at < now - timedelta(days=assignment_undo.UNDO_DAYS),
    ),
    Term(
        "import_steps",
        N_("What taking back an import needs"),
        N_("seven days"),
        ImportedPlace,
        lambda now: ImportedPlace.recorded_at < now - timedelta(days=assignment_undo.UNDO_DAYS),
    ),
    Term(
        "import_confirmations",
        N_("When schools were confirmed before an import"),
        N_("seven days"),
        ImportedConfirmation,
        lambda now: ImportedConfirmation.recorded_at < now - timedelta(days=assignment_undo.UNDO_DAYS),
    ),
    Term(
        "earlier_contacts",
        N_("Earlier telephone numbers and e-mail addresses of professionals"),
        N_("six months after they changed"),
        EarlierValue,
        lambda now: and_(
            EarlierValue.person_id.is_not(None),
            EarlierValue.field.in_(earlier.CONTACT),
            EarlierValue.valid_until < (now - _months(6)).date(),
        ),
    ),
    # The history behind every page "as of" a day: names, employers, districts.
    Term(
        "earlier_values",
        N_("Earlier names, units and addresses"),
        N_("as long as the person, organisation or place itself"),
    ),
    Term(
        "sign_ins",
        N_("Trail of changes: signing in and out, refused access"),
        N_("90 days"),
        AuditEntry,
        lambda now: and_(AuditEntry.at < now - timedelta(days=90), AuditEntry.action.in_(SIGN_INS)),
    ),
    Term(
        "trail",
        N_("Trail of changes: all else"),
        N_("twelve months"),
        AuditEntry,
        lambda now: AuditEntry.at < now - _months(12),
    ),
    Term(
        "feedback",
        N_("Messages from pages"),
        N_("twelve months after they are dealt with, at most 24"),
        Feedback,
        lambda now: or_(Feedback.settled_at < now - _months(12), Feedback.at < now - _months(24)),
        tables=("feedback_unit",),
    ),
)


def due(session: Session, now: datetime) -> dict[str, int]:
    """Return how many rows of each term are over their time."""
    return {
        term.key: session.scalar(select(func.count()).select_from(term.model).where(term.is_over(now))) or 0
        for term in TERMS
        if term.model is not None and term.is_over is not None
    }


def retain(work: Work) -> dict[str, int]:
    """Delete what is over its time; returns how many rows of each term that were."""
    counts = due(work.session, work.now)
    for term in TERMS:
        if term.model is not None and term.is_over is not None and counts[term.key]:
            term.end(work.session, term.model, term.is_over(work.now))
    return counts


def sweep(session: Session, *, dry_run: bool = False) -> dict[str, int]:
    """Delete the bytes of attachments that were removed a day ago or earlier; return how many.

    Apart from ``retain``, after its commit: no lock is held while files are looked through.
    """
    return {SWEPT: files.sweep(session, store(), clock.utc_now(), dry_run=dry_run)[0]}


def run(session: Session, _actor: Actor, job: Job, _progress: Progress) -> dict[str, Any]:
    """Delete what is over its time (``core.jobs.Handler``); the result has the numbers."""
    with work_as(session, SYSTEM) as work:
        counts = retain(work)
        if any(counts.values()):
            work.record("retention.applied", work.session.get_one(Job, job.id))
    return counts | sweep(session)


def run_now(work: Work) -> dict[str, int]:
    """Delete what is over its time for somebody who typed the command; it leaves what the nightly job leaves."""
    counts = retain(work)
    if any(counts.values()):
        job = add_job(work, KIND, {})
        job.state, job.ended_at, job.result = JobState.DONE, work.now, dict(counts)
        work.session.info.pop("wake", None)
        work.record("retention.applied", job)
    return counts
