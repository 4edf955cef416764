"""Pages on which a keeper of the whole directory reads in the official school file: upload, preview, result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import Blueprint, Response, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict, FileStorage

from coordination.core import clock, jobs, registry
from coordination.core.access import Permission
from coordination.core.errors import NotFound, RuleViolation
from coordination.core.i18n import N_, sentence
from coordination.core.i18n import gettext as _
from coordination.core.jobs import Job, JobState
from coordination.directory import import_jobs, import_proposals, import_undo, import_undo_jobs
from coordination.directory.import_forms import SchoolFileForm
from coordination.directory.import_proposals import ProposalsForm
from coordination.directory.import_report import LOOKS_WRONG, Report, SchoolLine, report_of
from coordination.directory.sites import proposals
from coordination.web.extensions import db
from coordination.web.forms import tidy_line
from coordination.web.guard import authorize, unit_of_work

bp = Blueprint("imports", __name__, url_prefix="/verzeichnis/import")

#: Seconds after which the page of a running job loads itself again.
REFRESH = 1
#: Lines of each part that the first page of a preview shows, and on a page of one part.
FEW, PER_PAGE = 50, 100

#: Part of a preview → its key in the address, the heading and the state that marks it.
PARTS: dict[str, tuple[str, str, str]] = {
    "neu": ("new", N_("New"), "change.new"),
    "geaendert": ("changed", N_("Changed"), "change.changed"),
    "entfallen": ("gone", N_("No longer in the file"), "change.gone"),
    "wieder-da": ("came_back", N_("In the file again"), "change.new"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a preview with the lines that are shown of it."""

    key: str
    name: str
    heading: str
    state: str
    lines: tuple[SchoolLine, ...]
    total: int
    first: int = 1
    previous_url: str | None = None
    next_url: str | None = None

    @property
    def last(self) -> int:
        """Return the number of the last line shown."""
        return self.first + len(self.lines) - 1


@bp.route("/", methods=["GET", "POST"])
def index() -> ResponseReturnValue:
    """Take a file, and list the imports there were."""
    authorize(Permission.DIRECTORY_EDIT_ALL)
    form = SchoolFileForm(CombinedMultiDict((request.files, request.form)))
    if request.method == "GET":
        form.keep(municipality=current_app.extensions["koordination.settings"].municipality)
    elif form.validate():
        upload = cast("FileStorage", form.file.data)
        raw = upload.read()
        upload.close()
        try:
            import_jobs.check_upload(raw)
            with unit_of_work() as work:
                municipality = form.municipality.data or None
                job = import_jobs.start_preview(
                    work, raw, filename=tidy_line(upload.filename), municipality=municipality
                )
                job_id = job.id
        except RuleViolation as violation:
            form.show(violation)
        else:
            return redirect(url_for(".show", job_id=job_id), 303)
    earlier = import_jobs.earlier_imports(db.session())
    waiting = import_jobs.open_previews(db.session())
    page = render_template(
        "imports/index.html",
        form=form,
        earlier=earlier,
        waiting=waiting,
        names=names_of([*earlier, *waiting]),
        back=import_undo_jobs.backs(db.session(), earlier),
        sites=proposals.read(db.session(), clock.today()),
    )
    return page, 422 if form.errors else 200


@bp.get("/<int:job_id>")
def show(job_id: int) -> ResponseReturnValue:
    """Show how far an import is: being read, to be decided, being stored, done."""
    authorize(Permission.DIRECTORY_EDIT_ALL)
    session = db.session()
    preview = jobs.get_job(session, job_id, import_jobs.PREVIEW)
    storing = import_jobs.apply_of(session, preview)
    current = storing or preview
    if current.state in {JobState.WAITING, JobState.RUNNING}:
        return _progress(preview, current)
    if preview.state is JobState.FAILED:
        return render_template("imports/failed.html", job=preview, problem=problem_of(preview))
    report = report_of(preview.result)
    shared = {"job": preview, "report": report, "names": names_of([preview, *([storing] if storing else [])])}
    if storing is not None and storing.state is JobState.DONE:
        back = {"until": import_undo.until(session, storing.id), "undone": import_undo_jobs.undo_of(session, storing)}
        done = {"result": storing.result, "confirmed": import_jobs.confirmed(session, storing)}
        return render_template("imports/done.html", **shared, **back, **done, storing=storing)
    form = import_proposals.form_of(preview)
    form.keep_proposed(storing)
    return _preview(preview, form, problem_of(storing) if storing is not None else "")


def _preview(preview: Job, form: ProposalsForm, problem: str = "") -> ResponseReturnValue:
    report = report_of(preview.result)
    page = render_template(
        "imports/preview.html",
        job=preview,
        report=report,
        has_file=bool(preview.params.get("nothing")) and jobs.keeps_file(db.session(), preview),
        names=names_of([preview]),
        problem=problem,
        form=form,
        parts=_parts(preview.id, report),
        part=request.args.get("teil", ""),
        looks_wrong=_(LOOKS_WRONG),
    )
    return page, 422 if form.errors else 200


@bp.post("/<int:job_id>/uebernehmen")
def apply(job_id: int) -> ResponseReturnValue:
    """Queue the storing of a preview, with what was ticked of what follows the schools that are gone."""
    authorize(Permission.DIRECTORY_EDIT_ALL)
    preview = jobs.get_job(db.session(), job_id, import_jobs.PREVIEW)
    form = import_proposals.form_of(preview, request.form)
    if not form.validate():
        return _preview(preview, form)
    try:
        with unit_of_work() as work:
            import_jobs.start_apply(work, job_id, form.wanted())
    except RuleViolation as violation:
        flash(sentence(violation), "danger")
    return redirect(url_for(".show", job_id=job_id), 303)


@bp.post("/<int:job_id>/verwerfen")
def discard(job_id: int) -> ResponseReturnValue:
    """Let a preview go."""
    authorize(Permission.DIRECTORY_EDIT_ALL)
    try:
        with unit_of_work() as work:
            import_jobs.discard(work, job_id)
    except RuleViolation as violation:
        flash(sentence(violation), "danger")
        return redirect(url_for(".show", job_id=job_id), 303)
    flash(_("The file is discarded. Nothing was changed."), "success")
    return redirect(url_for(".index"), 303)


def _progress(preview: Job, current: Job) -> ResponseReturnValue:
    step = min(current.done, len(import_jobs.STEPS) - 1)
    if current.state is JobState.WAITING:
        label = _("The import waits for its turn")
    elif current is not preview:
        label = _("The changes are being stored")
    else:
        label = _(import_jobs.STEPS[step])
    start = _("Read in the school file"), url_for(".index")
    return progress(preview, current, label, here=url_for(".show", job_id=preview.id), start=start)


def progress(job: Job, current: Job, label: str, *, here: str, start: tuple[str, str]) -> ResponseReturnValue:
    """Return the page of a file under work, which asks ``here`` again; ``start`` is the title and address above it."""
    waits = wait_of(current)
    values = {"job": job, "current": current, "label": label, "waits": waits, "here": here, "start": start}
    page = render_template("imports/progress.html", **values)
    return refreshing(make_response(page), waits=waits)


def wait_of(job: Job) -> bool:
    """Return whether a job waits so long that its page says why."""
    return job.state is JobState.WAITING and (clock.utc_now() - job.created_at).total_seconds() > 30


def refreshing(answer: Response, *, waits: bool) -> Response:
    """Let the page of a running job load itself again."""
    # Without JavaScript and without a meta element, which assistive software cannot foresee either.
    answer.headers["Refresh"] = str(5 if waits else REFRESH)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def problem_of(job: Job) -> str:
    """Return why a job failed; "" if it did not."""
    return _(job.problem, **job.problem_values) if job.problem else ""


def _parts(job_id: int, report: Report) -> list[Part]:
    """Return the parts that have lines: all with their first lines, or a page of the one asked for."""
    asked = request.args.get("teil", "")
    if asked and asked not in PARTS:
        raise NotFound
    chosen = [asked] if asked else list(PARTS)
    parts = [_part(job_id, key, getattr(report, PARTS[key][0]), is_whole=bool(asked)) for key in chosen]
    return [part for part in parts if part.total]


def _part(job_id: int, key: str, lines: tuple[SchoolLine, ...], *, is_whole: bool) -> Part:
    name, heading, state = PARTS[key]
    if not is_whole:
        return Part(key, name, _(heading), state, lines[:FEW], len(lines))
    last_page = max(1, -(-len(lines) // PER_PAGE))
    number = min(max(1, request.args.get("seite", 1, type=int)), last_page)
    start = (number - 1) * PER_PAGE

    def address(page: int) -> str | None:
        return url_for(".show", job_id=job_id, teil=key, seite=page) if 1 <= page <= last_page else None

    shown = lines[start : start + PER_PAGE]
    return Part(key, name, _(heading), state, shown, len(lines), start + 1, address(number - 1), address(number + 1))


def names_of(shown: list[Job]) -> dict[int | None, str]:
    """Return what the people who asked for jobs are called, by the keys of their accounts."""
    keys = {job.user_id for job in shown if job.user_id is not None}
    found: dict[int | None, str] = {None: _("the program itself")}
    for fill in registry.account_names:
        found.update(fill(db.session(), keys).items())
    return found
