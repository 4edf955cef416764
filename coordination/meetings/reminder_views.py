"""Reminding of an invitation: the people with a box each, one mail to look at, and the button that sends."""

from __future__ import annotations

from collections.abc import Collection

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.bodies.rules import ROLE_WORDS
from coordination.core import clock
from coordination.core.errors import Conflict, RuleViolation
from coordination.core.i18n import gettext as _
from coordination.core.i18n import ngettext, sentence
from coordination.core.work import Work
from coordination.mail import jobs
from coordination.mail.desk import on_the_way
from coordination.meetings import mail_jobs, queries, reminders, words
from coordination.meetings.answers import is_open
from coordination.meetings.blueprint import bp
from coordination.meetings.invitation_views import site
from coordination.meetings.invitees import listed, wanted
from coordination.meetings.models import Meeting
from coordination.meetings.pages import managed
from coordination.meetings.reminders import Mailing
from coordination.meetings.rules import Answer, MeetingState
from coordination.meetings.standing import standing
from coordination.web.extensions import db
from coordination.web.forms import key_of
from coordination.web.guard import current_actor, unit_of_work


@bp.route("/sitzungen/<int:meeting_id>/erinnern", methods=["GET", "POST"])
def remind(meeting_id: int) -> ResponseReturnValue:
    """Remind those who have not answered, or some of them."""
    managed(meeting_id)
    if request.method == "GET":
        return page(meeting_id)
    chosen = {key_of(text) for text in request.form.getlist("person")}
    mailing = Mailing(site(), request.form.get("seen", ""), chosen)
    try:
        return _send(meeting_id, mailing)
    except Conflict:
        return page(meeting_id, has_changed=True)
    except RuleViolation as violation:
        return page(meeting_id, problem=sentence(violation), chosen=chosen)


def _send(meeting_id: int, mailing: Mailing) -> ResponseReturnValue:
    """Remind those chosen; many are left to a job."""
    if len(mailing.chosen) > jobs.AT_ONCE:
        with unit_of_work() as work:
            due = reminders.check(work, meeting_id, mailing)
            params = {"seen": mailing.seen, "chosen": sorted(mailing.chosen)}
            job_id = mail_jobs.REMIND.start(work, meeting_id, due, **params).id
        return redirect(url_for(".mails_under_way", meeting_id=meeting_id, job_id=job_id), 303)
    reading = Work(db.session(), current_actor(), clock.utc_now())
    # Composing takes its time and needs no lock.
    mailing = reminders.prepare(reading, meeting_id, mailing)
    with unit_of_work() as work:
        count = reminders.remind(work, meeting_id, mailing)
    flash(*on_the_way(count))
    return redirect(url_for(".answers", meeting_id=meeting_id), 303)


def _why_nobody(meeting: Meeting) -> str:
    """Return why nobody is on the list of those who can be reminded."""
    session, now = db.session(), clock.wall_clock(clock.utc_now())
    if not is_open(meeting.state, meeting.starts_at, now) or meeting.state is not MeetingState.INVITED:
        return _("No answer is asked for at present.")
    silent = [one for one in wanted(listed(session, meeting)) if one.answer is Answer.OPEN]
    if not silent:
        return _("Everybody who was asked has answered.")
    return ngettext(
        "One person has not answered, and has not got the mail that asks yet.",
        "%(count)s people have not answered, and have not got the mail that asks yet.",
        len(silent),
        count=len(silent),
    )


def page(
    meeting_id: int, *, has_changed: bool = False, problem: str = "", chosen: Collection[int] | None = None
) -> ResponseReturnValue:
    """Return the page of the reminders, with why nothing was sent."""
    session = db.session()
    meeting = queries.get_meeting(session, meeting_id)
    people = reminders.silent(session, meeting, clock.utc_now())
    reachable = [each for each in people if each.one.invitee.email]
    shown = key_of(request.args.get("vorschau"))
    looked_at = next((each for each in reachable if each.key == shown), reachable[0] if reachable else None)
    reading = Work(session, current_actor(), clock.utc_now())
    ticked = {each.key for each in people if each.is_proposed} if chosen is None else chosen
    shown_page = render_template(
        "meetings/remind.html",
        meeting=meeting,
        people=people,
        reachable=reachable,
        chosen=ticked,
        ticked=sum(each.key in ticked for each in reachable),
        looked_at=looked_at,
        letter=reminders.preview(reading, site(), meeting, looked_at.one) if looked_at else None,
        seen=reminders.fingerprint(people),
        standing=standing(session, meeting_id),
        why_nobody="" if people else _why_nobody(meeting),
        has_changed=has_changed,
        problem=problem,
        role_words=ROLE_WORDS,
        words=words,
    )
    return shown_page, 409 if has_changed else 422 if problem else 200
