"""Who was there: one form for the whole list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.bodies import choices
from coordination.bodies.rules import ROLE_WORDS
from coordination.core import clock
from coordination.core.errors import RuleViolation
from coordination.core.i18n import gettext as _
from coordination.core.i18n import sentence
from coordination.meetings import queries as meeting_queries
from coordination.meetings.models import Meeting
from coordination.meetings.rules import MeetingState
from coordination.minutes import attendance_forms, attendance_services, services
from coordination.minutes.attendance import Line, sheet
from coordination.minutes.blueprint import bp
from coordination.minutes.document import described
from coordination.minutes.models import Minutes
from coordination.minutes.pages import written
from coordination.minutes.panels import quorum_now, words_of
from coordination.minutes.rules import PRESENCE_WORDS, MinutesState, Presence
from coordination.web.extensions import db
from coordination.web.forms import Form
from coordination.web.guard import unit_of_work


@bp.route("/sitzungen/<int:meeting_id>/anwesenheit", methods=["GET", "POST"])
def attendance(meeting_id: int) -> ResponseReturnValue:
    """Enter who is there, from when to when and in whose place."""
    refusal = _refusal(written(meeting_id))
    if refusal is not None:
        return refusal
    return _page(meeting_id) if request.method == "GET" else _store(meeting_id)


def _refusal(meeting: Meeting) -> ResponseReturnValue | None:
    """Return why the list is not to be changed now, and the ways back; None: it is."""
    minutes = services.minutes_of(db.session(), meeting.id)
    if meeting.state not in services.BEGUN:
        return _fixed(meeting, minutes, _why_fixed(meeting.state))
    try:
        services.check_writable(minutes)
    except RuleViolation as violation:
        if request.method == "POST":
            return _fixed(meeting, minutes, sentence(violation))
        # There is the button that takes them back.
        flash(sentence(violation), "warning")
        return redirect(url_for(".read", meeting_id=meeting.id), 303)
    return None


def _store(meeting_id: int) -> ResponseReturnValue:
    session, sent = db.session(), request.form
    found = sheet(session, meeting_queries.get_meeting(session, meeting_id))
    form = attendance_forms.form_for(found, sent)
    if not form.validate():
        return _page(meeting_id, form=form)
    entries = attendance_forms.entries(form, found, sent)
    if sent.get("all"):
        is_narrow = sent["all"] == "accepted"
        entries = attendance_services.with_all_present(entries, found.lines, only_accepted=is_narrow)
    try:
        with unit_of_work() as work:
            clashes = attendance_services.save(work, meeting_id, entries, attendance_forms.newcomer(form))
    except RuleViolation as violation:
        form.show(violation)
        return _page(meeting_id, form=form)
    if clashes:
        return _page(meeting_id, form=form, clashes=clashes)
    flash(_("The attendance is stored."), "success")
    if request.form.get("step") == "minutes":
        return redirect(url_for(".write", meeting_id=meeting_id), 303)
    return redirect(url_for(".attendance", meeting_id=meeting_id), 303)


def _why_fixed(state: MeetingState) -> str:
    if state is MeetingState.CLOSED:
        return _("The meeting is closed. Who was there stands as it was entered, and is not changed any more.")
    if state is MeetingState.CANCELLED:
        return _("The meeting was cancelled: nobody was there.")
    return _("The meeting has not begun yet. Who is there is entered once it has; its page leads there.")


def _fixed(meeting: Meeting, minutes: Minutes | None, why: str) -> ResponseReturnValue:
    """Say why the list is not to be changed; what was sent is not stored."""
    text = render_template(
        "minutes/attendance_fixed.html",
        meeting=meeting,
        why=why,
        is_sent=request.method == "POST",
        has_minutes=minutes is not None and minutes.state is not MinutesState.DRAFT,
    )
    return text, 422


def _page(
    meeting_id: int, *, form: Form | None = None, clashes: Mapping[int, Line] | None = None
) -> ResponseReturnValue:
    session = db.session()
    meeting = meeting_queries.get_meeting(session, meeting_id)
    found = sheet(session, meeting)
    offer = choices.people(session, clock.today(), request.args.get("q_person", ""))
    known = {one.person.id for one in found.lines}
    people = [one for one in offer.options if one[0] not in known]
    shown = form if form is not None else attendance_forms.form_for(found)
    attendance_forms.offer(shown, people)
    page = render_template(
        "minutes/attendance.html",
        meeting=meeting,
        sheet=found,
        form=shown,
        marks=_marks(found.lines, clashes or {}),
        clashes=clashes or {},
        unknown=[one for one in found.lines if one.there.presence is Presence.UNKNOWN],
        is_long=offer.is_cut,
        quorum=quorum_now(meeting, found),
        quorum_words=words_of(meeting),
        described=described,
        role_words=ROLE_WORDS,
        presence_words=PRESENCE_WORDS,
    )
    return page, 409 if clashes else 422 if shown.errors else 200


def _marks(lines: Sequence[Line], clashes: Mapping[int, Line]) -> dict[int, str]:
    """Return the hidden marks: after a clash those of what is stored now, else what the form had shown before."""
    return {
        line.person.id: line.mark if line.person.id in clashes else request.form.get(f"was_{line.person.id}", line.mark)
        for line in lines
    }
