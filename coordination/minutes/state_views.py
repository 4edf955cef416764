"""The steps of minutes: checked, circulated with a mail plan, taken back, approved, corrected."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from coordination.core import clock, registry
from coordination.core.errors import Conflict, NotFound, RuleViolation
from coordination.core.i18n import N_, format_day
from coordination.core.i18n import gettext as _
from coordination.core.work import Work
from coordination.directory import job_pages
from coordination.directory.addressees import readers
from coordination.directory.job_pages import Sending
from coordination.directory.steps import step as pressed
from coordination.documents import signs
from coordination.files.serving import store
from coordination.mail import jobs, stuck, stuck_steps
from coordination.mail.desk import Told, on_the_way
from coordination.mail.stuck import Stuck
from coordination.mail.stuck_steps import Around
from coordination.meetings import queries as meeting_queries
from coordination.meetings import words as meeting_words
from coordination.meetings.models import Meeting
from coordination.meetings.rules import MeetingState
from coordination.minutes import attendance, letters, mail_jobs, queries, state_services
from coordination.minutes.blueprint import bp
from coordination.minutes.document import Setting, build
from coordination.minutes.forms import ApproveForm, CirculateForm, CorrectForm, StateForm
from coordination.minutes.letters import Round
from coordination.minutes.making import make
from coordination.minutes.models import Minutes
from coordination.minutes.pages import setting, site, written
from coordination.minutes.reading_views import file_name
from coordination.minutes.rules import MinutesState, check
from coordination.minutes.state_services import Approval, Frozen, Mailing
from coordination.minutes.undelivered import undelivered
from coordination.web.extensions import db
from coordination.web.forms import SelectChoice, TextField, given, key_of
from coordination.web.guard import current_actor, unit_of_work

STEPS = {"checked": MinutesState.CHECKED, "draft": MinutesState.DRAFT}


def _begun(meeting_id: int) -> tuple[Meeting, Minutes]:
    meeting = written(meeting_id)
    minutes = queries.minutes_of(db.session(), meeting.id)
    if minutes is None:
        raise NotFound
    return meeting, minutes


def _to_reading(meeting_id: int, said: str, kind: str = "success") -> ResponseReturnValue:
    flash(said, kind)
    return redirect(url_for(".read", meeting_id=meeting_id), 303)


@bp.post("/sitzungen/<int:meeting_id>/protokoll/stand")
def move_on(meeting_id: int) -> ResponseReturnValue:
    """Say that the chair has checked the minutes, or take them back to be written on."""
    _meeting, minutes = _begun(meeting_id)
    went_round = minutes.state is MinutesState.CIRCULATED
    wanted = STEPS.get(request.form.get("stand", ""))
    form = StateForm(request.form)
    if wanted is None or not form.validate():
        raise NotFound
    with unit_of_work() as work:
        taken_back = state_services.go(work, meeting_id, wanted, version=form.version.data or 0)
    if wanted is MinutesState.DRAFT:
        links = _("The links in the mails open the minutes again only when they go round once more.")
        said = [_("You can go on writing."), meeting_words.taken_back(taken_back), links if went_round else ""]
        flash(" ".join(one for one in said if one), "success")
        return redirect(url_for(".write", meeting_id=meeting_id), 303)
    return _to_reading(meeting_id, _("The minutes are marked as checked."))


@bp.route("/sitzungen/<int:meeting_id>/protokoll/abstimmung", methods=["GET", "POST"])
def circulate(meeting_id: int) -> ResponseReturnValue:
    """Show whom the minutes go to, and circulate them with or without mails."""
    meeting, minutes = _begun(meeting_id)
    form = CirculateForm(request.form)
    is_stale = False
    if request.method == "GET":
        check(minutes.state, MinutesState.CIRCULATED)
        until = clock.today() + timedelta(days=meeting.body.procedure.objection_days)
        form.keep(until=until, version=minutes.version)
    elif form.validate():
        try:
            return _circulate(meeting_id, form)
        except RuleViolation as violation:
            form.show(violation)
        except Conflict:
            is_stale = True
    return _circulate_page(meeting_id, form, is_stale=is_stale)


def _circulated(count: int | None) -> Told:
    if count is None:
        return _("The minutes were circulated already. No further mail was written."), "info"
    if not count:
        return _("The minutes are circulated without a mail."), "success"
    return on_the_way(count)


def _circulate(meeting_id: int, form: CirculateForm) -> ResponseReturnValue:
    """Circulate minutes; many mails are left to a job, a few are made here, under no lock."""
    asking = Round(given(form.until.data), form.changed.data or "")
    version, seen = form.version.data or 0, form.seen.data or ""
    mailing: Mailing | None = None
    if pressed() != "silent":
        job_id: int | None = None
        with unit_of_work() as work:
            due = state_services.enter(work, meeting_id, asking.until, version=version, seen=seen)
            if due > jobs.AT_ONCE:
                params = {
                    "until": asking.until.isoformat(),
                    "changed": asking.changed,
                    "version": version,
                    "seen": seen,
                }
                job_id = mail_jobs.CIRCULATE.start(work, meeting_id, due, **params).id
        if job_id is not None:
            return redirect(url_for(".mails_under_way", meeting_id=meeting_id, job_id=job_id), 303)
        mailing = Mailing(site(), seen, state_services.prepare(_reading(), meeting_id, asking, site()))
    with unit_of_work() as work:
        count = state_services.circulate(work, meeting_id, asking, version=version, mailing=mailing)
    return _to_reading(meeting_id, *_circulated(count))


@bp.get("/sitzungen/<int:meeting_id>/protokoll/mails/<int:job_id>")
def mails_under_way(meeting_id: int, job_id: int) -> ResponseReturnValue:
    """Show how far many mails with minutes are; then the minutes, or the plan with why nothing was sent."""
    meeting, _minutes = _begun(meeting_id)
    job = jobs.get(db.session(), meeting_id, job_id, mail_jobs.CIRCULATE)

    def done(is_new: bool) -> ResponseReturnValue:
        if is_new:
            return _to_reading(meeting_id, *_circulated(job.result["count"]))
        return redirect(url_for(".read", meeting_id=meeting_id), 303)

    def failed(problem: str) -> ResponseReturnValue:
        form = CirculateForm()
        form.keep(until=date.fromisoformat(job.params["until"]), changed=job.params.get("changed", ""))
        return _circulate_page(meeting_id, form, problem=problem)

    title, here = _("Circulate the minutes"), url_for("meetings.meeting", meeting_id=meeting_id)
    crumbs = [
        (_("Dates"), url_for("meetings.index")),
        (meeting.title, here),
        (_("Minutes"), url_for(".read", meeting_id=meeting_id)),
        (title, None),
    ]
    return job_pages.under_way(job, Sending(title, f"{meeting.title}, {meeting.body.name}", crumbs, done, failed))


def _reading() -> Work:
    return Work(db.session(), current_actor(), clock.utc_now())


def _circulate_page(
    meeting_id: int, form: CirculateForm, *, is_stale: bool = False, problem: str = ""
) -> ResponseReturnValue:
    session = db.session()
    meeting, minutes = meeting_queries.get_meeting(session, meeting_id), queries.minutes_of(session, meeting_id)
    readers = state_services.readers(session, meeting)
    form.keep(seen=state_services.fingerprint(readers), version=minutes.version if minutes else 0)
    due = [one for one in readers if one.email]
    shown = key_of(request.args.get("vorschau"))
    chosen = next((one for one in due if one.person_id == shown), due[0] if due else None)
    asking = Round(form.until.data or clock.today(), form.changed.data or "")
    page = render_template(
        "minutes/circulate.html",
        meeting=meeting,
        form=form,
        is_stale=is_stale,
        problem=problem,
        doubts=_doubts(meeting_id),
        has_attendance=attendance.is_entered(session, meeting_id),
        due=due,
        goes_again=any(one.has_earlier for one in due),
        chosen=chosen,
        letter=state_services.preview(_reading(), meeting, chosen, asking, site=site()) if chosen else None,
        unreachable=[one for one in readers if not one.email],
        days=meeting.body.procedure.objection_days,
    )
    return page, 409 if is_stale else 422 if form.errors or problem else 200


@bp.post("/sitzungen/<int:meeting_id>/protokoll/mails/<int:mail_id>/erneut")
def send_again(meeting_id: int, mail_id: int) -> ResponseReturnValue:
    """Send a mail with these minutes again that did not get through, or note that its reader was told."""
    written(meeting_id)

    def find(work: Work) -> Stuck:
        mail = stuck.take_mail(work, mail_id)
        if mail.about != letters.about(meeting_id):
            raise NotFound
        return readers(work.session, [mail])[0]

    stuck_steps.act(find)
    return redirect(url_for(".read", meeting_id=meeting_id), 303)


@bp.route("/sitzungen/<int:meeting_id>/protokoll/mails/erneut", methods=["GET", "POST"])
def send_all_again(meeting_id: int) -> ResponseReturnValue:
    """Ask whether all mails with these minutes that did not arrive are to be sent again, and send them."""
    meeting = written(meeting_id)
    back = url_for(".read", meeting_id=meeting_id)
    crumbs = [
        (_("Dates"), url_for("meetings.index")),
        (meeting.title, url_for("meetings.meeting", meeting_id=meeting_id)),
        (_("Minutes"), back),
    ]

    def find(session: Session) -> list[Stuck]:
        minutes = queries.minutes_of(session, meeting_id)
        # What was taken back is read by nobody: the link in the mail would open nothing.
        is_circulated = minutes is not None and minutes.state is MinutesState.CIRCULATED
        return undelivered(session, meeting_id) if is_circulated else []

    return stuck_steps.act_on_all(find, Around(back, crumbs))


@bp.route("/sitzungen/<int:meeting_id>/protokoll/genehmigen", methods=["GET", "POST"])
def approve(meeting_id: int) -> ResponseReturnValue:
    """Write down that the minutes were approved; from then on they are frozen."""
    meeting, minutes = _begun(meeting_id)
    if minutes.state is MinutesState.APPROVED and request.method == "POST":
        # The second click on the same button.
        return redirect(url_for(".read", meeting_id=meeting_id), 303)
    check(minutes.state, MinutesState.APPROVED)
    form = ApproveForm(request.form)
    later = queries.later_meetings(db.session(), meeting)
    named = [SelectChoice(one.id, f"{one.title}, {format_day(one.starts_at.date())}") for one in later]
    form.approved_in.choices = [SelectChoice(0, _("in writing, or in no meeting")), *named]
    is_stale = False
    if request.method == "GET":
        form.keep(
            approved_on=clock.today(), approved_in=later[0].id if later else 0, closes=True, version=minutes.version
        )
    elif form.validate():
        approval = Approval(
            given(form.approved_on.data), form.approved_in.data or None, form.reason.data or "", form.closes.data
        )
        plain = setting()
        frozen = _frozen(meeting, plain, approved_on=approval.on)
        try:
            with unit_of_work() as work:
                state_services.approve(work, meeting_id, approval, version=form.version.data or 0, frozen=frozen)
        except RuleViolation as violation:
            form.show(violation)
        except Conflict:
            is_stale = True
        else:
            return _to_reading(meeting_id, _approved_words(meeting_id))
    return _step_page(
        meeting_id,
        "minutes/approve.html",
        form,
        is_stale=is_stale,
        doubts=_doubts(meeting_id),
        has_attendance=attendance.is_entered(db.session(), meeting_id),
        unprinted=_unprinted(meeting_id),
        is_early=state_services.is_early(minutes, clock.today()),
    )


def _approved_words(meeting_id: int) -> str:
    if meeting_queries.get_meeting(db.session(), meeting_id).state is MeetingState.CLOSED:
        return _("The minutes are approved and can no longer be changed. The meeting is closed.")
    return _("The minutes are approved and can no longer be changed.")


def _doubts(meeting_id: int) -> list[tuple[str, str, Sequence[str]]]:
    """Return what other parts would have looked at once more before the minutes go out."""
    return [one for ask in registry.minutes_doubts for one in ask(db.session(), current_actor(), meeting_id)]


def _unprinted(meeting_id: int) -> list[str]:
    """Return the characters that the PDF cannot show, with the codes it gives instead."""
    session = db.session()
    meeting = meeting_queries.get_meeting(session, meeting_id)
    document = build(session, meeting, setting(), with_inside=True)
    said = json.dumps(document.values(), ensure_ascii=False)
    return [f"{one} ({signs.code(one)})" for one in signs.strange(said)]


def _frozen(meeting: Meeting, plain: Setting, number: int = 1, **later: Any) -> Frozen:
    """Make the file of what will be stored, before the transaction that stores it."""
    session = db.session()
    document = build(session, meeting, replace(plain, **later), with_inside=True)
    name = file_name(meeting, "pdf", number)
    session.rollback()
    content = make(document, "pdf", clock.today())
    return Frozen(document, plain, store().put(content), len(content), name)


def _step_page(meeting_id: int, template: str, form: Any, *, is_stale: bool, **more: Any) -> ResponseReturnValue:
    session = db.session()
    minutes = queries.minutes_of(session, meeting_id)
    if is_stale and minutes is not None:
        form.keep(version=minutes.version)
    meeting = meeting_queries.get_meeting(session, meeting_id)
    page = render_template(template, meeting=meeting, minutes=minutes, form=form, is_stale=is_stale, **more)
    return page, 409 if is_stale else 422 if form.errors else 200


@bp.route("/sitzungen/<int:meeting_id>/protokoll/berichtigen", methods=["GET", "POST"])
def correct(meeting_id: int) -> ResponseReturnValue:
    """Make a further version of approved minutes, with a note that says why."""
    meeting, minutes = _begun(meeting_id)
    if minutes.state is not MinutesState.APPROVED:
        raise RuleViolation(N_("Only approved minutes are corrected. These can still be written on."))
    session = db.session()
    items = queries.items(session, meeting_id)
    form = _correct_form(items)
    is_stale = False
    if request.method == "GET":
        form.keep(version=minutes.version, **{f"text_{one.item.id}": one.text for one in items})
    elif form.validate():
        texts = {one.item.id: form[f"text_{one.item.id}"].data or "" for one in items}
        note = form.note.data or ""
        number = len(queries.frozen_of(session, minutes.id)) + 1
        plain = setting(note)
        frozen = _frozen(meeting, plain, number, texts=texts)
        try:
            with unit_of_work() as work:
                state_services.correct(work, meeting_id, texts, version=form.version.data or 0, frozen=frozen)
        except RuleViolation as violation:
            form.show(violation)
        except Conflict:
            is_stale = True
        else:
            return _to_reading(meeting_id, _("The corrected version is stored; the one before is kept."))
    return _step_page(meeting_id, "minutes/correct.html", form, is_stale=is_stale, items=items)


def _correct_form(items: list[queries.Written]) -> CorrectForm:
    class WithTexts(CorrectForm):
        """Made anew for each agenda: one text for each of its items."""

    for one in items:
        setattr(WithTexts, f"text_{one.item.id}", TextField(f"{one.number}  {one.item.title}"))
    return WithTexts(request.form)
