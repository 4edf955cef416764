"""School files that somebody uploaded and nobody decided on, on the desk of those who keep the whole directory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import url_for
from sqlalchemy.orm import Session

from coordination.core.access import Actor, Permission, allows
from coordination.core.i18n import gettext as _
from coordination.core.i18n import ngettext
from coordination.core.jobs import JobState
from coordination.core.registry import DeskLine
from coordination.directory import import_jobs


def desk_lines(session: Session, actor: Actor, _day: date) -> Sequence[DeskLine]:
    """Return how many uploaded files wait for a decision: one statement, however many there are."""
    if not allows(actor, Permission.DIRECTORY_EDIT_ALL):
        return []
    waiting = [job for job in import_jobs.open_previews(session) if job.state is JobState.DONE]
    if not waiting:
        return []
    text = ngettext(
        "%(n)s uploaded school file is not decided yet.",
        "%(n)s uploaded school files are not decided yet.",
        len(waiting),
    )
    url = url_for("imports.show", job_id=waiting[0].id) if len(waiting) == 1 else url_for("imports.index")
    return [DeskLine(urgency=5, text=text, button=_("Decide"), url=url)]
