"""Reading in a list as jobs: a preview, the same with the keeper's answers, storing it, taking it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, true, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, undefer
from sqlalchemy.orm.exc import StaleDataError

from coordination.core import access, clock
from coordination.core.access import Actor, Permission
from coordination.core.errors import Conflict, NotFound, RuleViolation
from coordination.core.i18n import N_
from coordination.core.jobs import Job, JobState, Progress, add_job
from coordination.core.work import Work, work_as
from coordination.directory.import_jobs import KEPT, LISTED, MEANWHILE, STEPS
from coordination.directory.staff import report, services, undo
from coordination.directory.staff.columns import best_layout, recognised
from coordination.directory.staff.known import Known, load
from coordination.directory.staff.models import ListColumns
from coordination.directory.staff.plan import Plan, make_plan
from coordination.directory.staff.reading import read_list
from coordination.directory.staff.rows import Read
from coordination.exchange.grids import Book, read_book

#: What answers about columns are called, before the key of the heading.
_COLUMN = "column:"
PREVIEW, APPLY, UNDO = "list.preview", "list.apply", "list.undo"
#: In the params of a preview: the list changes nothing, and nobody has to decide. Its columns can be told otherwise.
NOTHING = "nothing"

_NO_FILE = N_("The uploaded file is no longer kept. Please upload it again.")
#: How the name of a workbook ends; what is in it may be a text all the same.
_WORKBOOKS = (".xlsx", ".xls", ".ods")
_UNREADABLE = N_(
    "This file cannot be read. Its name is that of a workbook, but it is none. "
    "Please open it, save it again and upload it then."
)
_DECIDED = N_("This list has been decided on already.")
_OPEN = N_("Some questions are not answered yet. Nothing was stored.")
_WRONG = N_("Some rows are wrong. Please correct them in the list, or choose to leave them out.")
_OTHERWISE = N_("The directory has changed since the preview. Nothing was stored; please check the list again.")
_NOTHING = N_("There is nothing to store.")


def get_list(session: Session, actor: Actor, job_id: int, kind: str) -> Job:
    """Return a job about a list that the actor uploaded, or any for who keeps the whole directory.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    job = session.get(Job, job_id, options=[undefer(Job.result)])
    if job is None or job.kind != kind or not (actor.keeps_all or job.user_id == actor.user_id):
        raise NotFound
    return job


def start_preview(work: Work, raw: bytes, *, filename: str, employer_id: int | None) -> Job:
    """Queue the preview of an uploaded list; files of previews long forgotten are let go.

    Raises:
        RuleViolation: it cannot be read at all; ``field`` is "file".
        Forbidden: the employer is not the actor's to edit.
    """
    if employer_id is not None:
        subject = access.Subject(organisation_ids=frozenset({employer_id}))
        access.require(work.actor, Permission.DIRECTORY_EDIT, subject)
    read_book(raw)
    work.session.execute(
        update(Job).where(Job.kind == PREVIEW, Job.created_at < work.now - KEPT).values(content=None),
        execution_options={"synchronize_session": False},
    )
    params: dict[str, Any] = {"filename": filename[:120], "employer": employer_id, "answers": {}}
    job = add_job(work, PREVIEW, params, content=raw)
    work.record("list.uploaded", job)
    return job


def _locked(work: Work, actor: Actor, job_id: int, kind: str) -> Job:
    get_list(work.session, actor, job_id, kind)
    statement = select(Job).where(Job.id == job_id).with_for_update().execution_options(populate_existing=True)
    return work.session.scalars(statement.options(undefer(Job.result), undefer(Job.content))).one()


def answer(work: Work, preview_id: int, answers: Mapping[str, str]) -> Job:
    """Queue the preview again with what the keeper said; what columns mean is remembered for the next list.

    Raises:
        RuleViolation: the list has been decided on, or its file is gone.
    """
    job = _locked(work, work.actor, preview_id, PREVIEW)
    _refuse_decided(work, job)
    columns = {name.partition(":")[2]: value for name, value in answers.items() if name.startswith(_COLUMN)}
    if columns and (fingerprint := job.result.get("columns", "")):
        _remember(work, fingerprint, columns)
    return _again(work, job, {**job.params["answers"], **answers})


def arrange(work: Work, preview_id: int, meanings: Mapping[str, str]) -> Job:
    """Queue the preview again with other meanings of its columns; they hold for every list with the same headings.

    Raises:
        RuleViolation: the list has been decided on, or its file is gone.
    """
    job = _locked(work, work.actor, preview_id, PREVIEW)
    _refuse_decided(work, job)
    if fingerprint := job.result.get("columns", ""):
        # What a heading says by itself needs no memory.
        news = {key: value for key, value in meanings.items() if recognised(key) != value}
        _remember(work, fingerprint, news, whole=True)
    others = {name: value for name, value in job.params["answers"].items() if not name.startswith(_COLUMN)}
    again = _again(work, job, {**others, **{_COLUMN + key: value for key, value in meanings.items()}})
    work.record("list.columns_told", again)
    return again


def _again(work: Work, job: Job, told: Mapping[str, str]) -> Job:
    shared = {name: value for name, value in job.params.items() if name != NOTHING}
    again = add_job(work, PREVIEW, {**shared, "answers": dict(told)}, content=job.content)
    job.params, job.content = {**job.params, "followed": again.id}, None
    return again


def _refuse_decided(work: Work, job: Job) -> None:
    stored = apply_of(work.session, job)
    is_stored = stored is not None and stored.state is not JobState.FAILED
    if is_stored or job.state is not JobState.DONE or job.params.get("discarded") or job.params.get("followed"):
        raise RuleViolation(_DECIDED)
    if job.content is None:
        raise RuleViolation(_NO_FILE)


def is_open(job: Job) -> bool:
    """Return whether a preview is done and nobody has gone on from it."""
    gone_on = any(job.params.get(name) for name in ("discarded", "followed", "apply"))
    return job.state is JobState.DONE and not gone_on


def _remember(work: Work, fingerprint: str, meanings: Mapping[str, str], *, whole: bool = False) -> None:
    """Keep what columns mean; ``whole``: nothing that was kept before holds any more."""
    found = work.session.scalar(select(ListColumns).where(ListColumns.fingerprint == fingerprint).with_for_update())
    if found is None:
        work.session.add(ListColumns(fingerprint=fingerprint, meanings=dict(meanings)))
    else:
        found.meanings = dict(meanings) if whole else {**found.meanings, **meanings}


def start_apply(work: Work, preview_id: int, *, leave_out: bool, with_ends: bool) -> Job:
    """Queue the storing of a list; asked twice, it is the same job.

    Raises:
        RuleViolation: questions are open, rows are wrong and not to be left out, or it has been decided on.
    """
    job = _locked(work, work.actor, preview_id, PREVIEW)
    earlier = apply_of(work.session, job)
    if earlier is not None and earlier.state is not JobState.FAILED:
        return earlier
    _refuse_decided(work, job)
    if job.result["questions"]:
        raise RuleViolation(_OPEN)
    if job.result["faults"] and not leave_out:
        raise RuleViolation(_WRONG, field="leave_out")
    if not job.result["number"] and not (with_ends and job.result["ends"]):
        raise RuleViolation(_NOTHING)
    # What a wrong row says is not known: nothing may end because of it.
    ends = with_ends and not job.result["faults"]
    shared = {name: job.params[name] for name in ("filename", "employer", "answers")}
    stored = add_job(work, APPLY, {**shared, "preview": job.id, "leave_out": leave_out, "with_ends": ends})
    job.params = {**job.params, "apply": stored.id}
    return stored


def discard(work: Work, preview_id: int) -> None:
    """Let a list go with its file.

    Raises:
        RuleViolation: it is stored or about to be.
    """
    job = _locked(work, work.actor, preview_id, PREVIEW)
    stored = apply_of(work.session, job)
    if stored is not None and stored.state is not JobState.FAILED:
        raise RuleViolation(_DECIDED)
    if not job.params.get("discarded"):
        job.params, job.content = {**job.params, "discarded": True}, None
        work.record("list.discarded", job)


def start_undo(work: Work, stored_id: int) -> Job:
    """Queue the taking back of a list; asked twice, it is the same job."""
    stored = _locked(work, work.actor, stored_id, APPLY)
    if stored.state is not JobState.DONE:
        raise NotFound
    earlier = follower(work.session, stored, "undo")
    if earlier is not None and earlier.state is not JobState.FAILED:
        return earlier
    job = add_job(work, UNDO, {"list": stored.id})
    stored.params = {**stored.params, "undo": job.id}
    return job


def follower(session: Session, job: Job, name: str) -> Job | None:
    """Return the job that followed ``job`` under a name in its params."""
    key = job.params.get(name)
    return session.get(Job, key, options=[undefer(Job.result)]) if key else None


def apply_of(session: Session, preview: Job) -> Job | None:
    """Return the job that stores ``preview``, if somebody asked for it."""
    return follower(session, preview, "apply")


def _own(actor: Actor, kind: str) -> Any:
    statement = select(Job).where(Job.kind == kind).order_by(Job.id.desc()).limit(LISTED)
    return statement if actor.keeps_all else statement.where(Job.user_id == actor.user_id)


def earlier_lists(session: Session, actor: Actor) -> Sequence[Job]:
    """Return the newest lists that were stored, with what they did."""
    statement = _own(actor, APPLY).where(Job.state == JobState.DONE).options(undefer(Job.result))
    found: Sequence[Job] = session.scalars(statement).all()
    return found


def taken_back(session: Session, stored: Sequence[Job]) -> set[int]:
    """Return the keys of those lists that are taken back; without any nothing is asked."""
    undoing = {job.params["undo"]: job.id for job in stored if job.params.get("undo")}
    done = select(Job.id).where(Job.id.in_(undoing), Job.state == JobState.DONE)
    return {undoing[key] for key in session.scalars(done)} if undoing else set()


def open_previews(session: Session, actor: Actor) -> Sequence[Job]:
    """Return previews on which nobody has decided yet, newest first."""
    statement = _own(actor, PREVIEW).where(
        Job.content.is_not(None),
        Job.state != JobState.FAILED,
        Job.params["apply"].as_integer().is_(None),
        Job.params[NOTHING].as_boolean().is_not(true()),
    )
    found: Sequence[Job] = session.scalars(statement).all()
    return found


def _book(content: bytes | None) -> Book:
    if content is None:
        raise RuleViolation(_NO_FILE)
    return read_book(content)


def _untold(_done: int, _total: int) -> None:
    """Tell nobody: a transaction that writes reports nothing (``worker``)."""


def check(
    session: Session, actor: Actor, book: Book, *, params: Mapping[str, Any], tell: Progress = _untold
) -> tuple[Known, Read, Plan, str]:
    """Return what a list says, what it would change, and the mark of its headings; ``tell`` hears of rows read."""
    layout = best_layout(book.grids, {})
    if layout is None and book.encoding and params["filename"].lower().endswith(_WORKBOOKS):
        raise RuleViolation(_UNREADABLE)
    fingerprint = layout[1].fingerprint if layout is not None else ""
    told = session.scalar(select(ListColumns.meanings).where(ListColumns.fingerprint == fingerprint)) or {}
    answers = {**{_COLUMN + key: value for key, value in told.items()}, **params["answers"]}
    known = load(session, actor, clock.today())
    read = read_list(known, book, params["employer"], answers, tell=tell)
    return known, read, make_plan(known, actor, read, answers), fingerprint


def run_preview(session: Session, actor: Actor, job: Job, progress: Progress) -> dict[str, Any]:
    """Read the list and return what storing it would change (``core.jobs.Handler``)."""
    if job.result:
        # Decided by itself before, but whoever ran it was ended before it could say so.
        return job.result
    access.require(actor, Permission.DIRECTORY_EDIT_ANY)
    job_id, params = job.id, dict(job.params)
    book = _book(job.content)
    known, read, plan, fingerprint = check(session, actor, book, params=params, tell=progress)
    values = report.as_values(known, read, plan) | {"columns": fingerprint}
    progress(len(STEPS), len(STEPS))
    if not any(values[name] for name in ("questions", "faults", "number", "ends")):
        with work_as(session, actor) as work:
            _close(work, job_id, values)
    return values


def _close(work: Work, job_id: int, values: dict[str, Any]) -> None:
    """Note that a list changes nothing: it is decided by itself."""
    job = _own_row(work, job_id)
    job.params, job.result = {**job.params, NOTHING: True}, values


def run_apply(session: Session, actor: Actor, job: Job, progress: Progress) -> dict[str, Any]:
    """Store a list in one transaction, with what came of it; run again, it changes nothing more."""
    if job.result:
        # Stored before, but whoever ran it was ended before it could say so.
        return job.result
    access.require(actor, Permission.DIRECTORY_EDIT_ANY)
    job_id, params = job.id, dict(job.params)
    preview = session.get(Job, params["preview"], options=[undefer(Job.content), undefer(Job.result)])
    if preview is None:
        raise RuleViolation(_NO_FILE)
    book, shown = _book(preview.content), preview.result["fingerprint"]
    try:
        with work_as(session, actor) as work:
            result = _apply_once(work, job_id, book, shown)
    except (IntegrityError, StaleDataError) as error:
        raise Conflict(MEANWHILE) from error
    progress(len(STEPS), len(STEPS))
    return result


def _own_row(work: Work, job_id: int) -> Job:
    statement = select(Job).where(Job.id == job_id).with_for_update().execution_options(populate_existing=True)
    return work.session.scalars(statement.options(undefer(Job.result))).one()


def _apply_once(work: Work, job_id: int, book: Book, shown: str) -> dict[str, Any]:
    job = _own_row(work, job_id)
    if job.result:
        return job.result
    _known, read, plan, _columns = check(work.session, work.actor, book, params=job.params)
    if read.questions or plan.questions or plan.fingerprint() != shown:
        raise RuleViolation(_OTHERWISE)
    if (read.faults or plan.faults) and not job.params["leave_out"]:
        raise RuleViolation(_WRONG)
    stored = services.store(work, job_id, plan, with_ends=job.params["with_ends"])
    wrong = {fault.line for fault in [*read.faults, *plan.faults]}
    job.result = {**stored.as_values(), "left_out": len(wrong) + len(read.skipped)}
    work.session.execute(update(Job).where(Job.id == job.params["preview"]).values(content=None))
    work.record("list.stored", job)
    return job.result


def run_undo(session: Session, actor: Actor, job: Job, progress: Progress) -> dict[str, Any]:
    """Take a list back in one transaction (``core.jobs.Handler``); run again, it changes nothing more."""
    if job.result:
        return job.result
    access.require(actor, Permission.DIRECTORY_EDIT_ANY)
    job_id, list_id = job.id, job.params["list"]
    progress(1, len(STEPS))
    try:
        with work_as(session, actor) as work:
            stored, own = _own_row(work, list_id), _own_row(work, job_id)
            if not own.result:
                own.result = {"rows": undo.take_back(work, list_id)}
                work.record("list.undone", stored)
            result = own.result
    except (IntegrityError, StaleDataError) as error:
        raise Conflict(MEANWHILE) from error
    progress(len(STEPS), len(STEPS))
    return result
