"""The mail plan: who gets what and why, the preview, and the button that sends; guests of one meeting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.bodies import choices
from coordination.bodies.rules import ROLE_WORDS
from coordination.core import clock
from coordination.core.errors import Conflict, RuleViolation
from coordination.core.i18n import gettext as _
from coordination.core.i18n import ngettext, sentence
from coordination.core.work import Work
from coordination.directory.steps import step as pressed
from coordination.mail import jobs
from coordination.mail.desk import Told, hindrance, on_the_way
from coordination.mail.message import Letter
from coordination.mail.outbox import ON_THE_WAY
from coordination.mail.site import Site
from coordination.meetings import invitation_services, mail_jobs, overview, preview, queries, words
from coordination.meetings.answer_forms import GuestForm
from coordination.meetings.blueprint import bp
from coordination.meetings.deadlines import Due, DueState
from coordination.meetings.forms import StepForm
from coordination.meetings.invitees import Listed, listed, plan_of
from coordination.meetings.mail_plan import SHOWN_WORDS, MailPlan, Planned, Shown, Why
from coordination.meetings.mail_plan import shown as shown_kind
from coordination.meetings.models import Meeting
from coordination.meetings.pages import managed
from coordination.meetings.reached import reached
from coordination.meetings.rules import Deadline, MeetingState
from coordination.meetings.standing import standing, unmailed
from coordination.web.extensions import db
from coordination.web.forms import given, key_of
from coordination.web.guard import current_actor, unit_of_work

#: Who has not got the last mail is told nothing of an end.
NO_MAIL = frozenset({Shown.TAKEN_BACK, Shown.NOT_ARRIVED})
#: Value of the button named "step" that takes back the decision to send no mail.
MAIL_AFTER_ALL = "mail"


def site() -> Site:
    """Return what letters need to know of this installation."""
    found: Site = current_app.extensions["koordination.site"]
    return found


@bp.route("/sitzungen/<int:meeting_id>/einladen", methods=["GET", "POST"])
def invite(meeting_id: int) -> ResponseReturnValue:
    """Show the mails that are due, and send them."""
    managed(meeting_id)
    has_changed, problem = False, ""
    if request.method == "POST":
        try:
            answer = _send(meeting_id, request.form.get("seen", ""))
        except Conflict:
            has_changed = True
        except RuleViolation as violation:
            problem = sentence(violation)
        else:
            return answer
    return plan_page(meeting_id, has_changed=has_changed, problem=problem)


def _send(meeting_id: int, seen: str) -> ResponseReturnValue:
    """Send the plan that was looked at; a long one is left to a job.

    The mails are composed between two short transactions, under no lock.
    """
    job_id: int | None = None
    with unit_of_work() as work:
        due = invitation_services.enter(work, meeting_id, seen=seen)
        if due > jobs.AT_ONCE:
            job_id = mail_jobs.INVITE.start(work, meeting_id, due, seen=seen).id
    if job_id is not None:
        return redirect(url_for(".mails_under_way", meeting_id=meeting_id, job_id=job_id), 303)
    reading = Work(db.session(), current_actor(), clock.utc_now())
    prepared = invitation_services.prepare(reading, meeting_id, site())
    with unit_of_work() as work:
        sent = invitation_services.send(work, meeting_id, site(), seen=seen, prepared=prepared)
    flash(*said(sent.count, sent.taken_back))
    return redirect(url_for(".meeting", meeting_id=meeting_id), 303)


def said(count: int, taken_back: int) -> Told:
    """Return what was done with the mails of a plan."""
    if taken_back <= 0:
        return on_the_way(count)
    back = words.taken_back(taken_back)
    if not count:
        return back, "success"
    sent, kind = on_the_way(count)
    return f"{sent} {back}", kind


def plan_page(
    meeting_id: int, *, has_changed: bool = False, problem: str = "", form: GuestForm | None = None
) -> ResponseReturnValue:
    """Return the page of the plan, with why nothing was sent."""
    session = db.session()
    meeting = queries.get_meeting(session, meeting_id)
    people = listed(session, meeting)
    plan = plan_of(meeting, people)
    offer = choices.people(session, clock.today(), request.args.get("q_person", ""))
    guest = form or GuestForm()
    guest.person_id.choices = [(0, _("Please choose")), *offer.options]
    shown = key_of(request.args.get("vorschau"))
    kinds, known = _shown(plan, meeting), standing(session, meeting_id)
    letters = [line for line in plan.due if kinds[line.invitee.person_id] not in NO_MAIL]
    chosen = next((line for line in letters if line.invitee.person_id == shown), letters[0] if letters else None)
    page = render_template(
        "meetings/invite.html",
        meeting=meeting,
        plan=plan,
        lines=sorted(plan.lines, key=lambda line: line.kind is None),
        seen=invitation_services.fingerprint(plan),
        chosen=chosen,
        letter=_preview(meeting, people, chosen),
        languages=preview.languages(session, people),
        form=guest,
        is_long=offer.is_cut,
        has_changed=has_changed,
        problem=problem,
        missed=_missed(meeting),
        is_open=meeting.state in {MeetingState.DRAFT, MeetingState.FIXED, MeetingState.INVITED},
        standing=known,
        unmailed=unmailed(meeting, people),
        is_ahead=meeting.ends_at > clock.wall_clock(clock.utc_now()),
        hindrance=hindrance(session) if known.waiting else "",
        shown=kinds,
        unheard=_unheard(meeting, people),
        told_of_end=_told_of_end(meeting, people),
        letters_count=len(letters),
        waiting_count=sum(one is Shown.TAKEN_BACK for one in kinds.values()),
        shown_words=SHOWN_WORDS,
        role_words=ROLE_WORDS,
        Why=Why,
        words=words,
    )
    return page, 409 if has_changed else 422 if problem or guest.errors else 200


def _shown(plan: MailPlan, meeting: Meeting) -> dict[int, Shown]:
    """Return person → what the mail that is due will be for them."""
    if not plan.is_open:
        return {}
    known, mails = reached(db.session(), meeting.id), standing(db.session(), meeting.id).mails
    waiting = {key for key, mail in mails.items() if mail.state in ON_THE_WAY}
    return {
        key: shown_kind(known.fitting(line.kind, key), line.invitee.why, waits=key in waiting)
        for key, line in ((line.invitee.person_id, line) for line in plan.lines)
        if line.kind is not None
    }


def _unheard(meeting: Meeting, people: Sequence[Listed]) -> frozenset[int]:
    """Return who has never heard of a meeting that was cancelled: nothing is due to them."""
    if meeting.state is not MeetingState.CANCELLED:
        return frozenset()
    known = reached(db.session(), meeting.id)
    return frozenset(one.person.id for one in people if not known.has_heard(one.person.id))


def _told_of_end(meeting: Meeting, people: Sequence[Listed]) -> dict[int, datetime | None]:
    """Return who knows that a meeting was cancelled, and since when a mail says so; None: somebody told them."""
    if meeting.state is not MeetingState.CANCELLED:
        return {}
    rows = [one.invitation for one in people if one.invitation is not None and not one.invitation.was_invited]
    return {
        row.person_id: row.mailed_at if row.mailed_at >= meeting.revised_at else None
        for row in rows
        if row.mailed_at is not None
    }


def _missed(meeting: Meeting) -> Due | None:
    """Return the deadline of the invitation if it has passed without one."""
    if meeting.state is not MeetingState.FIXED:
        return None
    overrides = queries.overrides(db.session(), meeting.id).values()
    found = overview.due_of(meeting, clock.today(), overrides)
    return next((one for one in found if one.deadline is Deadline.INVITATION and one.state is DueState.OVER), None)


def _preview(meeting: Meeting, people: Sequence[Listed], line: Planned | None) -> Letter | None:
    if line is None:
        return None
    reading = Work(db.session(), current_actor(), clock.utc_now())
    return preview.letter(reading, site(), meeting, people=people, line=line)


@bp.post("/sitzungen/<int:meeting_id>/ohne-mail")
def silent(meeting_id: int) -> ResponseReturnValue:
    """Tell nobody of the changes so far, which the history keeps; or mail those after all who were to get none."""
    managed(meeting_id)
    form = StepForm(request.form)
    if not form.validate():
        raise Conflict
    if pressed() == MAIL_AFTER_ALL:
        with unit_of_work() as work:
            invitation_services.mail_after_all(work, meeting_id, version=given(form.version.data))
        flash(_("The mails are ready. Nothing is sent yet: please look at the plan."), "success")
        return redirect(url_for(".invite", meeting_id=meeting_id), 303)
    with unit_of_work() as work:
        few = invitation_services.stay_silent(work, meeting_id, site(), version=given(form.version.data))
    text = _("Stored without a mail. Those invited are told by nobody but you.")
    if few:
        text = ngettext(
            "Stored without a mail. One person is told by nobody but you.",
            "Stored without a mail. %(count)s people are told by nobody but you.",
            few,
            count=few,
        )
    flash(text, "success")
    return redirect(url_for(".meeting", meeting_id=meeting_id), 303)


@bp.post("/sitzungen/<int:meeting_id>/gaeste")
def add_guest(meeting_id: int) -> ResponseReturnValue:
    """Ask somebody to this one meeting."""
    managed(meeting_id)
    form = GuestForm(request.form)
    form.person_id.choices = [(key_of(request.form.get("person_id")), "")]
    try:
        with unit_of_work() as work:
            key, is_informed = key_of(request.form.get("person_id")), bool(form.is_informed.data)
            invitation_services.add_guest(work, meeting_id, key, is_informed=is_informed)
    except RuleViolation as violation:
        form.show(violation)
        return plan_page(meeting_id, form=form)
    flash(_("This person is on the list. The mail is not sent yet."), "success")
    return redirect(url_for(".invite", meeting_id=meeting_id), 303)


@bp.post("/sitzungen/<int:meeting_id>/gaeste/<int:person_id>/streichen")
def remove_invited(meeting_id: int, person_id: int) -> ResponseReturnValue:
    """Take somebody off the list of this one meeting."""
    managed(meeting_id)
    with unit_of_work() as work:
        invitation_services.remove(work, meeting_id, person_id)
    flash(_("This person is off the list of this meeting."), "success")
    return redirect(url_for(".invite", meeting_id=meeting_id), 303)
