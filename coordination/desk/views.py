"""The first page: a professional's day, and what is due, most urgent first."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from coordination.core import clock, registry, special_days
from coordination.core.access import Permission
from coordination.core.i18n import gettext as _
from coordination.core.jobs import Job
from coordination.core.registry import DeskLine
from coordination.desk import failures as failed
from coordination.directory.desk import MyDay, my_today
from coordination.web.extensions import db
from coordination.web.guard import authorize, current_actor

bp = Blueprint("desk", __name__)

#: Sentences shown at once; the rest is less urgent and is unfolded.
MOST_LINES = 12


@bp.get("/")
def index() -> ResponseReturnValue:
    """Show the desk."""
    authorize(Permission.SIGNED_IN)
    actor, now, session = current_actor(), clock.wall_clock(clock.utc_now()), db.session()
    day = now.date()
    lines = _most_urgent(line for filler in registry.desk_lines for line in filler(session, actor, day))
    due, waits = [one for one in lines if not one.waits], [one for one in lines if one.waits]
    mine = my_today(session, actor.person_id, now) if actor.person_id is not None else MyDay()
    holiday = special_days.public_holiday(day) or special_days.school_holiday(day) or ""
    return render_template(
        "desk/index.html",
        lines=due[:MOST_LINES],
        more=due[MOST_LINES:],
        waits=waits,
        places=mine.places,
        standing_in=mine.standing_in,
        holiday=holiday,
        sections=[one for fill in registry.desk_sections if (one := fill(session, actor, day)) is not None],
    )


def _most_urgent(lines: Iterable[DeskLine]) -> list[DeskLine]:
    """Return the lines by urgency; of those about the same thing the first."""
    found: dict[object, DeskLine] = {}
    for line in sorted(lines, key=lambda line: line.urgency):
        found.setdefault(line.about or id(line), line)
    return list(found.values())


def _reason(job: Job) -> str:
    return _(job.problem, **job.problem_values) if job.problem else ""


@bp.get("/verwaltung/auftraege")
def failures() -> ResponseReturnValue:
    """List the work in the background that failed of late."""
    authorize(Permission.JOBS_READ)
    g.nav_key = "admin"
    return render_template(
        "desk/failures.html", jobs=failed.recent(db.session()), kind_words=failed.KIND_WORDS, reason=_reason
    )
