"""The page of one meeting, and the clicks that take it from state to state."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.core import clock, registry
from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.core.i18n import gettext as _
from coordination.meetings import overview, progress, services, undoing, words
from coordination.meetings.blueprint import bp
from coordination.meetings.forms import StepForm
from coordination.meetings.models import Meeting
from coordination.meetings.pages import managed, opened
from coordination.meetings.progress import CLICKS, Next, can_join
from coordination.meetings.rules import DEADLINE_WORDS, UNDONE_BY, ChangeKind, MeetingState, Step, possible
from coordination.web.extensions import db
from coordination.web.forms import given
from coordination.web.guard import current_actor, may, unit_of_work


def address_of(step: Next, meeting: Meeting) -> str:
    """Return the page on which a step is done."""
    if step is Next.PLAN:
        return url_for("meetings.new", body_id=meeting.body_id)
    return url_for(progress.PAGES[step], meeting_id=meeting.id)


@bp.get("/sitzungen/<int:meeting_id>")
def meeting(meeting_id: int) -> ResponseReturnValue:
    """Show a meeting: when, where, how far it is, what is next."""
    found, subject = opened(meeting_id)
    session, actor, day, now = db.session(), current_actor(), clock.today(), clock.utc_now()
    may_manage = may("meeting_manage", subject)
    is_inside = may("meeting_read_inside", subject)
    history = overview.history_of(session, found) if is_inside else []
    facts = overview.facts_of(session, found, now, counted=overview.counted_here(session, found), history=history)
    is_open = found.state not in {MeetingState.CLOSED, MeetingState.CANCELLED} and not facts.minutes_approved
    may_change = may_manage and is_open and not facts.minutes_at_rest
    steps = possible(found.state, is_formal=facts.is_formal)
    left = overview.sections(registry.meeting_left, session, actor, about=found, day=day)
    right = overview.sections(registry.meeting_right, session, actor, about=found, day=day)
    return render_template(
        "meetings/meeting.html",
        meeting=found,
        subject=subject,
        may_manage=may_manage,
        is_inside=is_inside,
        facts=facts,
        next_step=progress.next_step(found.state, facts) if may_manage else None,
        may_close=Step.CLOSE in steps and progress.may_close(found.state, facts),
        may_begin=progress.may_begin(found.state, facts),
        may_catch_up=progress.may_catch_up(found.state, facts),
        may_move=Step.MOVE in steps,
        may_cancel=Step.CANCEL in steps and not undoing.took_place(session, found),
        may_change=may_change,
        # After the parts of the page: what they have read is not asked again.
        undo=overview.undo_here(session, found, history) if may_change else None,
        undo_words=progress.UNDO_WORDS,
        is_open=is_open,
        can_join=can_join(found.state, facts),
        stages=progress.stages(found.state, facts),
        due=overview.due_of(found, day, found.overrides, invited=overview.invited_here(session, found, history))
        if is_inside
        else [],
        history=history,
        silence=overview.silence(history),
        moved_reason=next((one.reason for one in history if one.kind is ChangeKind.MOVED), ""),
        link_host=urlsplit(found.link).hostname or "",
        left=left,
        right=right,
        clicks=CLICKS,
        next_words=progress.NEXT_WORDS,
        next_icons=progress.NEXT_ICONS,
        deadline_words=DEADLINE_WORDS,
        address_of=address_of,
        words=words,
    )


@bp.post("/sitzungen/<int:meeting_id>/schritt")
def step(meeting_id: int) -> ResponseReturnValue:
    """Fix, begin, end or catch up on a meeting by one click, or take such a click back."""
    was_running = managed(meeting_id).state is MeetingState.RUNNING
    # What takes a click back is an address: it has no fields.
    sent = request.values
    name = sent.get("schritt", "")
    wanted = Step(name) if name in UNDONE_BY.values() else CLICKS.get(Next(name)) if name in set(Next) else None
    form = StepForm(sent)
    if wanted is None or not form.validate():
        raise RuleViolation(N_("This is not possible with the meeting as it stands now."))
    with unit_of_work() as work:
        done = services.take_step(work, meeting_id, wanted, version=given(form.version.data))
        work.session.flush()
        version = done.version
        # The second of two clicks finds it done, and is taken back like the first.
        undo = undoing.undo_of(work.session, done) if wanted not in UNDONE_BY.values() else None
    back = _("The meeting has not begun.") if was_running else _("The meeting does not count as held any more.")
    said = {
        Step.FIX: _("The date is fixed."),
        Step.BEGIN: _("The meeting has begun."),
        Step.END: _("The meeting has ended."),
        Step.RESUME: _("The meeting goes on."),
        Step.CATCH_UP: _("The meeting counts as held. Enter who was there, and then the minutes."),
        Step.BACK_TO_FIXED: back,
        Step.BACK_TO_INVITED: back,
    }
    told: Any = {"text": said[wanted]}
    if undo is not None:
        told["undo_url"] = url_for(".step", meeting_id=meeting_id, schritt=undo.value, version=version)
    flash(told, "success")
    return redirect(url_for(progress.GOES_ON.get(wanted, ".meeting"), meeting_id=meeting_id), 303)
