"""Mails of a meeting that are written as a job: how far they are, then the meeting, or the plan with what was wrong."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from coordination.core.i18n import gettext as _
from coordination.core.jobs import Job
from coordination.directory import job_pages
from coordination.directory.job_pages import Sending
from coordination.mail import jobs
from coordination.mail.desk import Told, on_the_way
from coordination.meetings import invitation_views, mail_jobs, reminder_views, words
from coordination.meetings.blueprint import bp
from coordination.meetings.pages import managed
from coordination.web.extensions import db


@bp.get("/sitzungen/<int:meeting_id>/mails/<int:job_id>")
def mails_under_way(meeting_id: int, job_id: int) -> ResponseReturnValue:
    """Show how far many mails are; then where the sending of a few leads at once."""
    meeting = managed(meeting_id)
    job = jobs.get(db.session(), meeting_id, job_id, mail_jobs.INVITE, mail_jobs.REMIND)
    is_reminder = job.kind == mail_jobs.REMIND.name
    title = _("Remind of the answer") if is_reminder else _("Mails about this meeting")
    here = url_for(".meeting", meeting_id=meeting_id)

    def done(is_new: bool) -> ResponseReturnValue:
        if is_new:
            flash(*_said(job))
        return redirect(url_for(".answers" if is_reminder else ".meeting", meeting_id=meeting_id), 303)

    def failed(problem: str) -> ResponseReturnValue:
        if is_reminder:
            return reminder_views.page(meeting_id, problem=problem, chosen=job.params["chosen"])
        return invitation_views.plan_page(meeting_id, problem=problem)

    crumbs = [(_("Dates"), url_for(".index")), (meeting.title, here), (title, None)]
    lead = f"{meeting.title}, {meeting.body.name}, {words.when(meeting)}"
    return job_pages.under_way(job, Sending(title, lead, crumbs, done, failed))


def _said(job: Job) -> Told:
    if job.kind == mail_jobs.REMIND.name:
        return on_the_way(job.result["count"])
    return invitation_views.said(job.result["count"], job.result["taken_back"])
