"""Changing, moving, cancelling and closing a meeting: each a page of its own that says what it means."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from coordination.bodies.edit_views import saving
from coordination.core import clock
from coordination.core.errors import Conflict, NotFound, RuleViolation
from coordination.core.i18n import N_, format_day, ngettext
from coordination.core.i18n import gettext as _
from coordination.core.work import Work
from coordination.directory.steps import step as pressed
from coordination.meetings import (
    clashes,
    deadline_services,
    deadlines,
    overview,
    progress,
    proposals,
    queries,
    services,
    taking_back,
    words,
)
from coordination.meetings.blueprint import bp
from coordination.meetings.clashes import Against, Wish
from coordination.meetings.deadline_services import DeadlineInput
from coordination.meetings.forms import DeadlineForm, EditForm, MoveForm, ReasonForm, StepForm
from coordination.meetings.late_views import refused
from coordination.meetings.models import Meeting
from coordination.meetings.pages import managed
from coordination.meetings.plan_views import CHECK, offer_places
from coordination.meetings.rules import DEADLINE_WORDS, HELD_WORDS, OVER_WORDS, Deadline, MeetingState, Step, possible
from coordination.meetings.services import Move
from coordination.meetings.undoing import check_not_held
from coordination.web.extensions import db
from coordination.web.forms import given
from coordination.web.guard import current_actor, unit_of_work

Sent = MultiDict[str, str] | None
NOT_NOW = N_("This is not possible with the meeting as it stands now.")
#: What ``meetings/step.html`` asks for beside its texts.
PLAIN: dict[str, Any] = {
    "lead": "",
    "differences": [],
    "is_stale": False,
    "consequences": [],
    "against": None,
    "mark": "",
    "danger": False,
    "is_long": False,
    "more_buttons": [],
}


def _back(meeting_id: int, said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect(url_for(".meeting", meeting_id=meeting_id), 303)


def _page(form: Any, meeting_id: int, **values: Any) -> ResponseReturnValue:
    found = queries.get_meeting(db.session(), meeting_id)
    text = render_template("meetings/step.html", **(PLAIN | values), form=form, meeting=found)
    is_conflict = values.get("differences") or values.get("is_stale")
    return text, 409 if is_conflict else 422 if form.errors else 200


@bp.route("/sitzungen/<int:meeting_id>/bearbeiten", methods=["GET", "POST"])
def edit(meeting_id: int) -> ResponseReturnValue:
    """Change everything but the time."""
    found = managed(meeting_id)
    form, title = EditForm(request.form), _("Change the details")
    is_long = offer_places(form, found.place_id)
    if late := refused(form, found, title, lambda: services.check_open(db.session(), found)):
        return late

    def stored(data: Sent) -> EditForm:
        row = queries.get_meeting(db.session(), meeting_id)
        kept = EditForm(data)
        offer_places(kept, row.place_id)
        kept.keep_details(row)
        kept.keep(version=row.version)
        return kept

    def save(work: Work) -> None:
        services.edit_meeting(work, meeting_id, form.details(""), version=given(form.version.data))

    saved, differences = saving(form, stored, save)
    if saved:
        return _back(meeting_id, _("The details are stored."))
    return _page(form, meeting_id, title=title, button=_("Store the details"), differences=differences, is_long=is_long)


def _saved(form: Any, meeting_id: int, save: Callable[[Work, int], object]) -> tuple[bool, bool]:
    """Save a step's form; return whether that was done, and whether somebody else was faster."""
    try:
        with unit_of_work() as work:
            save(work, given(form.version.data))
    except RuleViolation as violation:
        form.show(violation)
    except Conflict:
        form.keep(version=queries.get_meeting(db.session(), meeting_id).version)
        return False, True
    else:
        return True, False
    return False, False


@bp.route("/sitzungen/<int:meeting_id>/verlegen", methods=["GET", "POST"])
def move(meeting_id: int) -> ResponseReturnValue:
    """Give a meeting another time; what speaks against it is said before."""
    found = managed(meeting_id)
    form = MoveForm(request.form)
    if late := refused(form, found, _("Move the meeting"), lambda: _check(found, Step.MOVE)):
        return late
    if found.state is not MeetingState.DRAFT:
        form.mark_reason()
    opened: list[int] = []
    is_asked, until_now = bool(request.form.get("answer_until", "").strip()), found.answer_until
    against: list[Against] | None = None
    is_stale = False
    if request.method == "GET":
        form.keep_span(found.starts_at, found.ends_at)
        form.keep(version=found.version)
        form.answer_until.description = _answers_hint(found)
    elif form.validate() and (span := form.span(found.ends_at - found.starts_at)):
        _propose_answers(form, found, span.starts_at.date())
        against = clashes.against(
            db.session(),
            current_actor(),
            Wish(found.body, span.starts_at, span.ends_at, but=meeting_id),
            clock.today(),
        )
        seen = request.form.get("shown") == clashes.mark(against)
        if pressed() != CHECK and (not against or seen):
            wanted = Move(span, form.reason.data or "", form.answer_until.data)
            is_saved, is_stale = _saved(
                form, meeting_id, lambda work, at: opened.append(_moved(work, meeting_id, wanted, at))
            )
            if is_saved:
                taken_back = queries.taken_back_last(db.session(), meeting_id)
                until = "" if is_asked else _answers_told(until_now, form.answer_until.data)
                said = [_("The meeting is moved."), until, words.reopened(opened[0]), words.taken_back(taken_back)]
                return _back(meeting_id, " ".join(one for one in said if one))
    answered = queries.answers_given(db.session(), meeting_id)
    return _page(
        form,
        meeting_id,
        title=_("Move the meeting"),
        lead=_("Until now: %(when)s", when=words.when(queries.get_meeting(db.session(), meeting_id))),
        button=_("Move the meeting"),
        is_stale=is_stale,
        against=against,
        mark=clashes.mark(against) if against is not None else "",
        consequences=[_answers_lost(answered)] if answered else [],
    )


def _moved(work: Work, meeting_id: int, wanted: Move, version: int) -> int:
    """Move a meeting and return how many answers that opens: counted under its lock, with what came in meanwhile."""
    services.take(work, meeting_id, version)
    answered = queries.answers_given(work.session, meeting_id)
    services.move_meeting(work, meeting_id, wanted, version=version)
    return answered


def _answers_lost(count: int) -> str:
    return ngettext(
        "The one answer given so far will be open again, whoever entered it: everybody is asked for the new date.",
        "The %(count)s answers given so far will be open again, whoever entered them: everybody is asked for the new"
        " date.",
        count,
        count=count,
    )


def _answers_hint(meeting: Meeting) -> str:
    if meeting.answer_until is None:
        return _("Empty: until the meeting.")
    how = _("Empty: as long before the new day as until now (%(day)s).", day=format_day(meeting.answer_until))
    if meeting.state is MeetingState.DRAFT:
        return how
    shown = _("“Check the time” shows the day; afterwards the mail plan names it, and the way to change it.")
    return f"{how} {shown}"


def _answers_told(before: date | None, until: date | None) -> str:
    """Return until when answers are wanted now, where nobody had typed it and there was such a day ``before``."""
    if before is None:
        return ""
    if until is None:
        return _("Answers are now wanted until the meeting; “Change the details” changes that.")
    return _("Answers are now wanted until %(day)s; “Change the details” changes that.", day=format_day(until))


def _propose_answers(form: MoveForm, meeting: Meeting, starts_on: date) -> None:
    """Fill in until when answers are wanted, where nothing was said."""
    form.answer_until.description = _answers_hint(meeting)
    if form.answer_until.data is None:
        form.keep(answer_until=proposals.answer_until(meeting, starts_on, clock.today()))


def _check(meeting: Meeting, step: Step) -> None:
    """Raise unless ``step`` can be done with the meeting at all: its page would offer nothing."""
    if step not in possible(meeting.state, is_formal=meeting.body.procedure.is_formal):
        words_of = OVER_WORDS | HELD_WORDS if step in {Step.MOVE, Step.CANCEL} else OVER_WORDS
        raise RuleViolation(words_of.get(meeting.state, NOT_NOW))


@bp.route("/sitzungen/<int:meeting_id>/absagen", methods=["GET", "POST"])
def cancel(meeting_id: int) -> ResponseReturnValue:
    """Cancel a meeting; the page says what is lost."""
    found = managed(meeting_id)
    if request.method == "POST" and found.state is MeetingState.CANCELLED:
        # The second click on the same button.
        return redirect(url_for(".meeting", meeting_id=meeting_id), 303)
    form = ReasonForm(request.form)
    if late := refused(form, found, _("Cancel the meeting"), lambda: _check_cancel(found)):
        return late
    consequences = _lost(found)
    is_stale = False
    if request.method == "GET":
        form.keep(version=found.version)
    elif form.validate():
        is_saved, is_stale = _saved(
            form,
            meeting_id,
            lambda work, version: services.cancel_meeting(work, meeting_id, form.reason.data or "", version=version),
        )
        if is_saved:
            said = [_("The meeting is cancelled."), words.taken_back(queries.taken_back_last(db.session(), meeting_id))]
            return _back(meeting_id, " ".join(one for one in said if one))
    return _page(
        form,
        meeting_id,
        title=_("Cancel the meeting"),
        button=_("Cancel the meeting"),
        consequences=consequences,
        is_stale=is_stale,
        danger=True,
    )


def _check_cancel(meeting: Meeting) -> None:
    _check(meeting, Step.CANCEL)
    check_not_held(db.session(), meeting)


def _lost(meeting: Meeting) -> list[str]:
    counted = queries.counted(db.session(), meeting.id)
    said = [
        _("%(when)s will be free again.", when=words.when(meeting)),
        _("The meeting stays in the lists, marked as cancelled. This cannot be taken back."),
    ]
    if counted.items:
        said.append(_("Its agenda has %(n)s items. They are not dealt with.", n=counted.items))
    if counted.proposed:
        said.append(
            ngettext(
                "One proposal still waits. The agenda of the next meeting offers it.",
                "%(count)s proposals still wait. The agenda of the next meeting offers them.",
                counted.proposed,
                count=counted.proposed,
            )
        )
    if counted.invited:
        said.append(_("%(n)s people were invited.", n=counted.invited))
    waiting, kept = taking_back.waiting(db.session(), meeting.id)
    said += _waiting(waiting, kept)
    if counted.invited > waiting:
        said.append(_("Nobody is mailed yet: who knows of the meeting gets the cancellation once you send it."))
    return said


def _waiting(lost: int, kept: int) -> list[str]:
    """Return what becomes of mails that still wait; a cancellation to somebody who is no longer to come holds."""
    said = []
    if lost:
        said.append(
            ngettext(
                "A mail about it that still waits is taken back.",
                "%(count)s mails about it that still wait are taken back.",
                lost,
                count=lost,
            )
        )
    if kept:
        said.append(
            ngettext(
                "A cancellation that still waits goes out all the same.",
                "%(count)s cancellations that still wait go out all the same.",
                kept,
                count=kept,
            )
        )
    return said


@bp.route("/sitzungen/<int:meeting_id>/abschliessen", methods=["GET", "POST"])
def close(meeting_id: int) -> ResponseReturnValue:
    """Close a meeting for good."""
    found = managed(meeting_id)
    if request.method == "POST" and found.state is MeetingState.CLOSED:
        return redirect(url_for(".meeting", meeting_id=meeting_id), 303)
    _check(found, Step.CLOSE)
    if not progress.may_close(found.state, overview.facts_of(db.session(), found, clock.utc_now())):
        raise RuleViolation(NOT_NOW)
    form = StepForm(request.form)
    is_stale = False
    if request.method == "GET":
        form.keep(version=found.version)
    elif form.validate():
        is_saved, is_stale = _saved(
            form,
            meeting_id,
            lambda work, version: services.take_step(work, meeting_id, Step.CLOSE, version=version),
        )
        if is_saved:
            return _back(meeting_id, _("The meeting is closed."))
    said = [_("Afterwards nothing of this meeting can be changed any more: not its details, not its deadlines.")]
    if found.state is not MeetingState.MINUTES_OPEN:
        said.append(_("It is closed without having been begun here. No minutes belong to it."))
    title = _("Close the meeting")
    return _page(form, meeting_id, title=title, button=title, consequences=said, is_stale=is_stale)


@bp.route("/sitzungen/<int:meeting_id>/fristen/<frist>", methods=["GET", "POST"])
def deadline(meeting_id: int, frist: str) -> ResponseReturnValue:
    """Set a deadline otherwise than the rules say, or let it follow from them again."""
    if frist not in set(Deadline):
        raise NotFound
    found = managed(meeting_id)
    form, title = DeadlineForm(request.form), _("Set a deadline otherwise")
    if late := refused(form, found, title, lambda: services.check_open(db.session(), found)):
        return late
    which = Deadline(frist)
    row = queries.overrides(db.session(), meeting_id).get(which)
    days = (found.starts_at.date(), found.ends_at.date())
    _counted, due = deadlines.by_rules(found.body.procedure, days, which)
    is_stale, is_back = False, pressed() == "reset"
    if request.method == "GET":
        form.keep(version=found.version, due_on=row.due_on if row else due, reason=row.reason if row else "")
    elif (is_back and row and form.version.data is not None) or form.validate():

        def save(work: Work, version: int) -> None:
            if is_back:
                deadline_services.reset_deadline(work, meeting_id, which, version=version)
            else:
                day, why = given(form.due_on.data), form.reason.data or ""
                deadline_services.set_deadline(work, meeting_id, DeadlineInput(which, day, why), version=version)

        is_saved, is_stale = _saved(form, meeting_id, save)
        if is_saved:
            said = _("The deadline follows from the rules again.") if is_back else _("The deadline is set.")
            return _back(meeting_id, said)
    return _page(
        form,
        meeting_id,
        title=title,
        lead=_("%(deadline)s: by the rules %(day)s.", deadline=_(DEADLINE_WORDS[which]), day=format_day(due)),
        button=_("Set the deadline"),
        is_stale=is_stale,
        more_buttons=[("reset", _("By the rules again"))] if row else [],
    )
