"""Pages on which a keeper reads in a list: upload, questions and preview, result."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict, FileStorage

from coordination.core import clock
from coordination.core.access import Permission
from coordination.core.errors import NotFound, RuleViolation
from coordination.core.i18n import gettext as _
from coordination.core.i18n import sentence
from coordination.core.jobs import Job, JobState, keeps_file
from coordination.directory import edit_choices
from coordination.directory.import_views import names_of, problem_of, progress
from coordination.directory.staff import arranging, jobs, report, undo
from coordination.directory.staff.forms import IN_LIST, MOST_ASKED, ListForm, StoreForm, answer_form, answers_of
from coordination.directory.staff.template import template
from coordination.exchange import sheets
from coordination.web.downloads import file_answer
from coordination.web.extensions import db
from coordination.web.forms import tidy_line
from coordination.web.guard import authorize, current_actor, unit_of_work

bp = Blueprint("lists", __name__, url_prefix="/verzeichnis/listen")

#: Lines of each part that a preview shows at once, and on a page of one part.
FEW, PER_PAGE = 50, 100
_RUNNING = frozenset({JobState.WAITING, JobState.RUNNING})


@bp.route("/", methods=["GET", "POST"])
def index() -> ResponseReturnValue:
    """Take a list, and show those there were."""
    authorize(Permission.DIRECTORY_EDIT_ANY)
    actor, session = current_actor(), db.session()
    form = ListForm(CombinedMultiDict((request.files, request.form)))
    form.offer(edit_choices.organisations(session, actor, clock.today()))
    if request.method == "POST" and form.validate():
        upload = cast("FileStorage", form.file.data)
        raw = upload.read()
        upload.close()
        employer = int(form.employer.data) if form.employer.data != IN_LIST else None
        try:
            with unit_of_work() as work:
                name = tidy_line(upload.filename)
                key = jobs.start_preview(work, raw, filename=name, employer_id=employer).id
        except RuleViolation as violation:
            form.show(violation)
        else:
            return redirect(url_for(".show", list_id=key), 303)
    earlier, waiting = jobs.earlier_lists(session, actor), jobs.open_previews(session, actor)
    names = names_of([*earlier, *waiting])
    undone = jobs.taken_back(session, earlier)
    page = render_template("lists/index.html", form=form, earlier=earlier, waiting=waiting, names=names, undone=undone)
    return page, 422 if form.errors else 200


@bp.get("/vorlage.xlsx")
def empty_list() -> Response:
    """Give the list to start from."""
    authorize(Permission.DIRECTORY_EDIT_ANY)
    return file_answer(template(), sheets.XLSX, "Wer ist wo – Vorlage.xlsx")


def _preview(list_id: int) -> Job:
    authorize(Permission.DIRECTORY_EDIT_ANY)
    return jobs.get_list(db.session(), current_actor(), list_id, jobs.PREVIEW)


@bp.get("/<int:list_id>")
def show(list_id: int) -> ResponseReturnValue:
    """Show how far a list is: being read, to be decided, being stored, done."""
    preview = _preview(list_id)
    session = db.session()
    if followed := preview.params.get("followed"):
        return redirect(url_for(".show", list_id=followed), 303)
    storing = jobs.apply_of(session, preview)
    current = storing or preview
    if current.state in _RUNNING:
        label = (
            _("The list is being stored: all of it at once, or nothing")
            if storing is not None
            else _("The list is being read and compared")
        )
        return _progress(preview, current, label, url_for(".show", list_id=list_id))
    if preview.state is JobState.FAILED:
        return render_template("lists/failed.html", job=preview, problem=problem_of(preview))
    if storing is not None and storing.state is JobState.DONE:
        return _done(preview, storing)
    return _decide(preview, StoreForm(), problem=problem_of(storing) if storing is not None else "")


def _progress(job: Job, current: Job, label: str, here: str) -> ResponseReturnValue:
    return progress(job, current, label, here=here, start=(_("Read in a list"), url_for(".index")))


def _done(preview: Job, storing: Job) -> ResponseReturnValue:
    undone = jobs.follower(db.session(), storing, "undo")
    if undone is not None and undone.state in _RUNNING:
        here = url_for(".show", list_id=preview.id)
        return _progress(preview, undone, _("The list is being taken back"), here)
    is_undone = undone is not None and undone.state is JobState.DONE
    over = undo.until(db.session(), storing.id)
    return render_template(
        "lists/done.html",
        job=preview,
        storing=storing,
        result=storing.result,
        undone=undone if is_undone else None,
        problem=problem_of(undone) if undone is not None and not is_undone else "",
        until=over if over is not None and over >= clock.utc_now() else None,
        names=names_of([preview, storing]),
    )


def _decide(preview: Job, form: StoreForm, *, problem: str = "", answers: Any = None) -> str:
    result = preview.result
    questions = result["questions"]
    return render_template(
        "lists/preview.html",
        job=preview,
        has_file=jobs.NOTHING in preview.params and keeps_file(db.session(), preview),
        result=result,
        parts=_parts(preview.id, result),
        part=request.args.get("teil", ""),
        questions=questions,
        more_questions=max(0, len(questions) - MOST_ASKED),
        answers=answers or answer_form(questions),
        form=form,
        problem=problem,
        shown=report.shown,
        column_word=arranging.word,
    )


def _parts(list_id: int, result: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the parts of a preview: the first lines of each, or a page of the one asked for."""
    asked = request.args.get("teil", "")
    headings = {"new": _("New"), "changed": _("Changed")}
    if not result["questions"] and not result["faults"]:
        # Of a row that cannot be read yet nobody knows whom it names.
        headings["ended"] = _("Not in the list")
    found = []
    for employer in result["employers"]:
        for kind, heading in headings.items():
            lines, name = employer[kind], f"{kind}-{employer['id']}"
            if lines and asked in {"", name}:
                part = {"name": name, "kind": kind, "employer": employer["name"], "heading": heading}
                found.append(part | _page(list_id, name, lines, is_whole=bool(asked)))
    if asked and not found:
        raise NotFound
    return found


def _page(list_id: int, name: str, lines: list[Any], *, is_whole: bool) -> dict[str, Any]:
    if not is_whole:
        return {"lines": lines[:FEW], "total": len(lines)}
    last = max(1, -(-len(lines) // PER_PAGE))
    number = min(max(1, request.args.get("seite", 1, type=int)), last)
    start = (number - 1) * PER_PAGE
    shown = lines[start : start + PER_PAGE]

    def address(page: int) -> str | None:
        return url_for(".show", list_id=list_id, teil=name, seite=page) if 1 <= page <= last else None

    around = {"previous_url": address(number - 1), "next_url": address(number + 1)}
    return {"lines": shown, "total": len(lines), "first": start + 1, "last": start + len(shown)} | around


@bp.post("/<int:list_id>/antworten")
def answer(list_id: int) -> ResponseReturnValue:
    """Take what only the keeper knows, and check the list again."""
    preview = _preview(list_id)
    questions = preview.result.get("questions", [])
    form = answer_form(questions, request.form)
    if not form.validate():
        return _decide(preview, StoreForm(), answers=form), 422
    try:
        with unit_of_work() as work:
            again = jobs.answer(work, list_id, answers_of(form, questions)).id
    except RuleViolation as violation:
        flash(sentence(violation), "danger")
        return redirect(url_for(".show", list_id=list_id), 303)
    return redirect(url_for(".show", list_id=again), 303)


@bp.route("/<int:list_id>/spalten", methods=["GET", "POST"])
def columns(list_id: int) -> ResponseReturnValue:
    """Ask what stands in each column, and read the list again."""
    preview = _preview(list_id)
    headings = preview.result.get("headings", [])
    if not headings or not jobs.is_open(preview):
        return redirect(url_for(".show", list_id=list_id), 303)
    form = arranging.column_form(headings, request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            with unit_of_work() as work:
                again = jobs.arrange(work, list_id, arranging.meanings_of(form, headings)).id
        except RuleViolation as violation:
            flash(sentence(violation), "danger")
            return redirect(url_for(".show", list_id=list_id), 303)
        return redirect(url_for(".show", list_id=again), 303)
    return render_template("lists/columns.html", job=preview, form=form), 422 if form.errors else 200


@bp.post("/<int:list_id>/uebernehmen")
def apply(list_id: int) -> ResponseReturnValue:
    """Queue the storing of a list."""
    _preview(list_id)
    form = StoreForm(request.form)
    try:
        with unit_of_work() as work:
            jobs.start_apply(work, list_id, leave_out=form.leave_out.data, with_ends=form.with_ends.data)
    except RuleViolation as violation:
        if violation.field:
            form.show(violation)
            return _decide(_preview(list_id), form), 422
        flash(sentence(violation), "danger")
    return redirect(url_for(".show", list_id=list_id), 303)


@bp.post("/<int:list_id>/verwerfen")
def discard(list_id: int) -> ResponseReturnValue:
    """Let a list go."""
    _preview(list_id)
    try:
        with unit_of_work() as work:
            jobs.discard(work, list_id)
    except RuleViolation as violation:
        flash(sentence(violation), "danger")
        return redirect(url_for(".show", list_id=list_id), 303)
    flash(_("The list is discarded. Nothing was changed."), "success")
    return redirect(url_for(".index"), 303)


@bp.route("/<int:list_id>/zuruecknehmen", methods=["GET", "POST"])
def take_back(list_id: int) -> ResponseReturnValue:
    """Say what goes with a stored list, and queue the taking back."""
    preview, session = _preview(list_id), db.session()
    storing = jobs.apply_of(session, preview)
    if storing is None or storing.state is not JobState.DONE:
        raise NotFound
    undone = jobs.follower(session, storing, "undo")
    if request.method == "POST":
        stored_id = storing.id
        with unit_of_work() as work:
            jobs.start_undo(work, stored_id)
    elif undone is None or undone.state is JobState.FAILED:
        return render_template(
            "lists/take_back.html",
            job=preview,
            storing=storing,
            result=storing.result,
            problem=undo.problem(session, storing.id),
            names=names_of([storing]),
        )
    return redirect(url_for(".show", list_id=list_id), 303)
