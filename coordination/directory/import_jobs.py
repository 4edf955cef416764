"""An import of the school file as two jobs: a preview of the uploaded file, and storing it once somebody agreed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, true, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, undefer
from sqlalchemy.orm.exc import StaleDataError

from coordination.core import access, clock
from coordination.core.access import Actor, Permission
from coordination.core.errors import Conflict, RuleViolation
from coordination.core.i18n import N_
from coordination.core.i18n import gettext as _
from coordination.core.jobs import Job, JobState, Progress, add_job, get_job
from coordination.core.work import Work, work_as
from coordination.directory import import_proposals, import_report, import_undo, school_import, school_older
from coordination.directory.confirming import by_file
from coordination.directory.school_file import REQUIRED, SchoolFile, read_schools
from coordination.exchange.tables import read_table

PREVIEW, APPLY = "schools.preview", "schools.apply"
#: Steps of either job, as its progress counts them; the words are msgids.
STEPS = (N_("The file is being read"), N_("The file is being compared"), N_("The last step is running"))
#: A preview that nobody decided on loses its file after this time.
KEPT = timedelta(days=7)
LISTED = 20

_NO_FILE = N_("The uploaded file is no longer kept. Please upload it again.")
_DECIDED = N_("This import has been decided on already.")
_OTHERWISE = N_("The directory no longer says the same as the file. Nothing was stored; please upload the file again.")
MEANWHILE = N_("Somebody else changed the same schools at that moment. Nothing was stored; please try again.")


def check_upload(raw: bytes) -> None:
    """Look whether ``raw`` is a table with the columns of the school file; the rest is the job's work.

    Raises:
        RuleViolation: it is not; the sentence says why. ``field`` is "file".
    """
    read_table(raw, required=REQUIRED)


def start_preview(work: Work, raw: bytes, *, filename: str, municipality: str | None) -> Job:
    """Queue the preview of an uploaded file; files of previews long forgotten are let go."""
    work.session.execute(
        update(Job).where(Job.kind == PREVIEW, Job.created_at < work.now - KEPT).values(content=None),
        execution_options={"synchronize_session": False},
    )
    job = add_job(work, PREVIEW, {"filename": filename[:120], "municipality": municipality}, content=raw)
    work.record("import.uploaded", job)
    return job


def start_apply(work: Work, preview_id: int, wanted: Sequence[school_import.Wanted] = ()) -> Job:
    """Queue the storing of a preview, with what follows schools that are gone; asked twice, it is the same job.

    Raises:
        RuleViolation: there is nothing to store, or it has been discarded.
    """
    preview = _locked(work, preview_id)
    earlier = apply_of(work.session, preview)
    if earlier is not None and earlier.state is not JobState.FAILED:
        return earlier
    if preview.state is not JobState.DONE or preview.params.get("discarded"):
        raise RuleViolation(_DECIDED)
    if preview.content is None:
        raise RuleViolation(_NO_FILE)
    followed = [[gone, after, day.isoformat()] for gone, after, day in wanted]
    # ``nothing`` goes with it: such a file is stored to confirm what it says, and nothing else.
    job = add_job(work, APPLY, {**preview.params, "preview": preview.id, "successions": followed})
    preview.params = {**preview.params, "apply": job.id}
    return job


def discard(work: Work, preview_id: int) -> None:
    """Let a preview go with its file; discarded once more, nothing happens.

    Raises:
        RuleViolation: it is stored or about to be.
    """
    preview = _locked(work, preview_id)
    job = apply_of(work.session, preview)
    if job is not None and job.state is not JobState.FAILED:
        raise RuleViolation(_DECIDED)
    if not preview.params.get("discarded"):
        preview.params = {**preview.params, "discarded": True}
        preview.content = None
        work.record("import.discarded", preview)


def note_import(
    work: Work, applied: school_import.Applied, *, filename: str, municipality: str | None, confirms: bool = True
) -> None:
    """Put an import that a command made into the list of imports; its file confirms its schools if it is no old one."""
    job = add_job(work, APPLY, {"filename": filename[:120], "municipality": municipality})
    work.session.info.pop("wake", None)
    import_undo.keep(work, job.id, applied.touched)
    counts = _counts(applied)
    if confirms:
        counts["confirmed"] = by_file.confirm(work, applied.spoken, job.id)
    job.state, job.ended_at, job.result = JobState.DONE, work.now, counts
    work.record("import.applied", job)


def _locked(work: Work, preview_id: int) -> Job:
    """Return a preview that nobody else decides on at the same time."""
    get_job(work.session, preview_id, PREVIEW)
    statement = select(Job).where(Job.id == preview_id).with_for_update().execution_options(populate_existing=True)
    return work.session.scalars(statement).one()


def apply_of(session: Session, preview: Job) -> Job | None:
    """Return the job that stores ``preview``, if somebody asked for it."""
    key = preview.params.get("apply")
    return session.get(Job, key, options=[undefer(Job.result)]) if key else None


def earlier_imports(session: Session) -> Sequence[Job]:
    """Return the newest imports that were stored, with what they did."""
    statement = (
        select(Job)
        .where(Job.kind == APPLY, Job.state == JobState.DONE)
        .options(undefer(Job.result))
        .order_by(Job.id.desc())
        .limit(LISTED)
    )
    return session.scalars(statement).all()


def stored_imports(session: Session, keys: Collection[int]) -> Sequence[Job]:
    """Return those of some jobs that stored a school file, with what they did."""
    statement = select(Job).where(Job.id.in_(keys), Job.kind == APPLY, Job.state == JobState.DONE)
    return session.scalars(statement.options(undefer(Job.result))).all()


def confirmed(session: Session, stored: Job) -> int | None:
    """Return how many schools an import confirmed; None: nobody knows, or none."""
    if "confirmed" in stored.result:
        number: int = stored.result["confirmed"]
        return number
    # Stored before this was noted: what is kept to take it back says as much, as long as it is kept.
    return by_file.noted(session, stored.id) or None


def sentence(job: Job) -> str:
    """Return an import in a line: its file and how many schools it made, changed, marked and took back."""
    counts = {name: job.result[name] for name in ("new", "changed", "gone", "came_back")}
    name = job.params.get("filename") or _("File without a name")
    if job.params.get("nothing"):
        return _("%(file)s: changes nothing, %(n)s confirmed", file=name, n=job.result.get("confirmed", 0))
    return _("%(file)s: %(new)s new, %(changed)s changed, %(gone)s gone, %(came_back)s came back", file=name, **counts)


def open_previews(session: Session) -> Sequence[Job]:
    """Return previews on which nobody has decided yet, newest first; a file that changes nothing waits for nobody."""
    statement = select(Job).where(
        Job.kind == PREVIEW,
        Job.content.is_not(None),
        Job.state != JobState.FAILED,
        Job.params["nothing"].as_boolean().is_not(true()),
    )
    return session.scalars(statement.order_by(Job.id.desc()).limit(LISTED)).all()


def _read(content: bytes | None, municipality: str | None) -> SchoolFile:
    if content is None:
        raise RuleViolation(_NO_FILE)
    return read_schools(content, municipality=municipality)


def run_preview(session: Session, actor: Actor, job: Job, progress: Progress) -> dict[str, Any]:
    """Read the file and return what storing it would change (``core.jobs.Handler``)."""
    if job.result:
        # Closed before, but whoever ran it was ended before it could say so.
        return job.result
    access.require(actor, Permission.DIRECTORY_EDIT_ALL)
    job_id, municipality = job.id, job.params["municipality"]
    file = _read(job.content, municipality)
    progress(1, len(STEPS))
    changes = school_import.preview(session, file, municipality)
    progress(2, len(STEPS))
    values = import_report.as_values(session, file, changes)
    values["looks_older"] = school_older.looks_older(session, changes)
    values["successions"] = import_proposals.as_values(session, file, changes)
    progress(len(STEPS), len(STEPS))
    if changes.is_empty:
        spoken = by_file.Spoken.of(file, municipality)
        values["confirms"], values["confirms_others"] = by_file.count(session, spoken, clock.today())
        with work_as(session, actor) as work:
            _close(work, job_id, values)
    return values


def _close(work: Work, job_id: int, values: dict[str, Any]) -> None:
    """Note that a file changes nothing: nobody has to decide on it. It is kept to confirm what it says."""
    job = _locked(work, job_id)
    job.params, job.result = {**job.params, "nothing": True}, values


def run_apply(session: Session, actor: Actor, job: Job, progress: Progress) -> dict[str, Any]:
    """Store the file of a preview in one transaction, with what came of it; run again, it changes nothing more.

    Progress is told before and after that transaction only: while it is open, SQLite lets nobody else write, and
    on PostgreSQL the job's row is held.
    """
    if job.result:
        # Stored before, but whoever ran it was ended before it could say so.
        return job.result
    access.require(actor, Permission.DIRECTORY_EDIT_ALL)
    job_id, preview_id, municipality = job.id, job.params["preview"], job.params["municipality"]
    file = _read(get_job(session, preview_id, PREVIEW).content, municipality)
    progress(1, len(STEPS))
    school_import.preview(session, file, municipality)
    progress(2, len(STEPS))
    try:
        with work_as(session, actor) as work:
            counts = _apply_once(work, job_id, preview_id, file)
    except (IntegrityError, StaleDataError) as error:
        raise Conflict(MEANWHILE) from error
    progress(len(STEPS), len(STEPS))
    return counts


def _apply_once(work: Work, job_id: int, preview_id: int, file: SchoolFile) -> dict[str, Any]:
    statement = select(Job).where(Job.id == job_id).with_for_update().execution_options(populate_existing=True)
    job = work.session.scalars(statement.options(undefer(Job.result))).one()
    if job.result:
        return job.result
    wanted = [(gone, after, date.fromisoformat(day)) for gone, after, day in job.params.get("successions", ())]
    applied = school_import.apply(work, file, job.params["municipality"], wanted)
    confirms_only = bool(job.params.get("nothing"))
    if confirms_only and applied.touched:
        raise RuleViolation(_OTHERWISE)
    counts = _counts(applied)
    import_undo.keep(work, job.id, applied.touched)
    before = work.session.get_one(Job, preview_id, options=[undefer(Job.result)])
    if not before.result.get("looks_older"):
        counts["confirmed"] = by_file.confirm(work, applied.spoken, job.id)
    job.result = counts
    before.content = None
    work.record("import.confirmed" if confirms_only else "import.applied", job)
    return job.result


def _counts(applied: school_import.Applied) -> dict[str, Any]:
    return {
        "new": applied.new,
        "changed": applied.changed,
        "gone": applied.gone,
        "came_back": applied.came_back,
        "unchanged": applied.unchanged,
        # Each with the version that it has now: what was changed since is somebody else's.
        "successions": [[one.id, one.version] for one in applied.successions],
    }
