"""The page that takes an import back: it asks, shows how far it is, and says what stands in the way."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.core import clock
from coordination.core.access import Permission
from coordination.core.i18n import gettext as _
from coordination.core.jobs import Job, JobState
from coordination.directory import import_jobs, import_undo, import_undo_jobs
from coordination.directory.import_views import bp, names_of, problem_of, progress
from coordination.web.extensions import db
from coordination.web.guard import authorize, unit_of_work


@bp.route("/<int:import_id>/zuruecknehmen", methods=["GET", "POST"])
def undo(import_id: int) -> ResponseReturnValue:
    """Ask whether an import is to be taken back, queue that, or say how far it is."""
    authorize(Permission.DIRECTORY_EDIT_ALL)
    session = db.session()
    if request.method == "POST":
        with unit_of_work() as work:
            import_undo_jobs.start_undo(work, import_id)
        return redirect(url_for(".undo", import_id=import_id), 303)
    stored = import_undo_jobs.get_import(session, import_id)
    asked = import_undo_jobs.undo_of(session, stored)
    if asked is not None and asked.state in {JobState.WAITING, JobState.RUNNING}:
        return _progress(stored, asked)
    until = import_undo.until(session, import_id)
    return render_template(
        "imports/undo.html",
        stored=stored,
        result=stored.result,
        confirmed=import_jobs.confirmed(session, stored) or 0,
        done=asked if asked is not None and asked.state is JobState.DONE else None,
        problem=problem_of(asked) if asked is not None else "",
        until=until if until is not None and until >= clock.utc_now() else None,
        obstacles=import_undo.obstacles(session, import_id),
        names=names_of([stored, *([asked] if asked else [])]),
    )


def _progress(stored: Job, asked: Job) -> ResponseReturnValue:
    is_waiting = asked.state is JobState.WAITING
    label = _("Taking back waits for its turn") if is_waiting else _("The import is being taken back")
    here, start = url_for(".undo", import_id=stored.id), (_("Read in the school file"), url_for(".index"))
    return progress(stored, asked, label, here=here, start=start)
