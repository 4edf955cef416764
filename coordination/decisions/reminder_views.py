"""Reminding: the plan with its preview and its one button; and the page behind the personal link."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.bodies import contact
from coordination.bodies.models import Body
from coordination.core import clock
from coordination.core.access import ANONYMOUS, Permission
from coordination.core.errors import Conflict, Forbidden, LinkOver, NotFound, RuleViolation
from coordination.core.i18n import gettext as _
from coordination.core.i18n import sentence
from coordination.core.work import Work
from coordination.decisions import access, mail_jobs, reminder_services, reminders, status_services, undelivered, words
from coordination.decisions.blueprint import bp
from coordination.decisions.forms import StatusForm
from coordination.decisions.models import Task
from coordination.decisions.reminder_services import Mailing
from coordination.decisions.reminders import Wanted
from coordination.directory import job_pages
from coordination.directory.job_pages import Sending
from coordination.mail import jobs, stuck_steps
from coordination.mail.desk import hindrance, on_the_way
from coordination.mail.stuck_steps import Around
from coordination.mail.words import STATE_WORDS as MAIL_WORDS
from coordination.mail.words import reason
from coordination.meetings.answer_file_views import wrong_links
from coordination.meetings.invitation_views import site
from coordination.web.extensions import csrf, db
from coordination.web.guard import authorize, current_actor, open_to_all, unit_of_work


@bp.route("/beschluesse/erinnern", methods=["GET", "POST"])
def remind() -> ResponseReturnValue:
    """Show who is reminded of what, and send it."""
    _check_runs_a_body()
    wanted = _wanted()
    if request.method == "GET":
        return _page(wanted)
    try:
        return _send(wanted)
    except Conflict:
        return _page(wanted, has_changed=True)
    except RuleViolation as violation:
        return _page(wanted, problem=sentence(violation))


def _check_runs_a_body() -> None:
    authorize(Permission.SIGNED_IN)
    if not access.managed_bodies(current_actor()):
        raise Forbidden


def _send(wanted: Wanted) -> ResponseReturnValue:
    """Remind those chosen; many are left to a job."""
    mailing = Mailing(site(), request.form.get("seen", ""), request.form.getlist("an"), wanted)
    if len(mailing.chosen) > jobs.AT_ONCE:
        with unit_of_work() as work:
            if due := reminder_services.check(work, mailing):
                params = {"again": wanted.again, "body_id": wanted.body_id, "chosen": sorted(mailing.chosen)}
                job_id = mail_jobs.REMIND.start(work, _own_key(), due, seen=mailing.seen, **params).id
                return redirect(url_for(".mails_under_way", job_id=job_id), 303)
    # Composing takes its time and needs no lock.
    mailing = reminder_services.prepare(Work(db.session(), current_actor(), clock.utc_now()), mailing)
    with unit_of_work() as work:
        count = reminder_services.send(work, mailing)
    flash(*on_the_way(count))
    return redirect(url_for(".remind", gremium=wanted.body_id), 303)


def _own_key() -> int:
    """Return whose plan it is: each account has its own bodies, and sees its own sending alone."""
    return current_actor().user_id or 0


@bp.get("/beschluesse/erinnern/<int:job_id>")
def mails_under_way(job_id: int) -> ResponseReturnValue:
    """Show how far many reminders are; then the plan, with why nothing was sent if nothing was."""
    _check_runs_a_body()
    job = jobs.get(db.session(), _own_key(), job_id, mail_jobs.REMIND)
    wanted = mail_jobs.wanted_of(job.params)
    back = url_for(".remind", gremium=wanted.body_id)

    def done(is_new: bool) -> ResponseReturnValue:
        if is_new:
            flash(*on_the_way(job.result["count"]))
        return redirect(back, 303)

    def failed(problem: str) -> ResponseReturnValue:
        return _page(wanted, problem=problem)

    title = _("Who is reminded of what")
    crumbs = [(_("Decisions and tasks"), url_for(".index")), (_("Remind"), None)]
    lead = _lead(_body_of(wanted))
    return job_pages.under_way(job, Sending(title, lead, crumbs, done, failed))


def _body_of(wanted: Wanted) -> Body | None:
    return db.session().get(Body, wanted.body_id) if wanted.body_id is not None else None


def _lead(body: Body | None) -> str:
    if body is None:
        return _("Everything overdue, or due within a week, of the bodies you run.")
    return _("Everything overdue, or due within a week, of the body “%(name)s”.", name=body.name)


def _page(wanted: Wanted, *, has_changed: bool = False, problem: str = "") -> ResponseReturnValue:
    session, day = db.session(), clock.today()
    mails = reminders.plan(session, current_actor(), clock.utc_now(), day, wanted=wanted)
    due = [one for one in mails if one.is_due]
    shown = request.args.get("vorschau", "")
    chosen = next((one for one in due if one.key == shown), due[0] if due else None)
    reading = Work(session, current_actor(), clock.utc_now())
    waiting = sum(len(one.waiting) for one in mails)
    page = render_template(
        "decisions/remind.html",
        mails=mails,
        due=due,
        seen=reminders.fingerprint(mails),
        chosen=chosen,
        letter=reminder_services.preview(reading, site(), chosen) if chosen else None,
        wanted=wanted,
        lead=_lead(_body_of(wanted)),
        resting=sum(len(one.resting) for one in mails),
        waiting=waiting,
        missed=sum(len(one.missed) for one in mails),
        hindrance=hindrance(session) if waiting else "",
        unreachable=[one for one in mails if one.rows and not one.email],
        has_changed=has_changed,
        problem=problem,
        undelivered=undelivered.undelivered(session, current_actor()),
        reason=reason,
        mail_words=MAIL_WORDS,
        words=words,
        day=day,
        Task=Task,
    )
    return page, 409 if has_changed else 422 if problem else 200


@bp.post("/beschluesse/mails/<int:mail_id>/erneut")
def send_again(mail_id: int) -> ResponseReturnValue:
    """Send a reminder again that did not get through, or note that its reader was told."""
    _check_runs_a_body()
    stuck_steps.act(lambda work: undelivered.take_undelivered(work, mail_id))
    return redirect(url_for(".remind"), 303)


@bp.route("/beschluesse/mails/erneut", methods=["GET", "POST"])
def send_all_again() -> ResponseReturnValue:
    """Ask whether all reminders that did not arrive are to be sent again, and send them."""
    _check_runs_a_body()
    actor = current_actor()
    back = url_for(".remind")
    around = Around(back, [(_("Decisions and tasks"), url_for(".index")), (_("Remind"), back)])
    return stuck_steps.act_on_all(lambda session: undelivered.undelivered(session, actor), around)


def _wanted() -> Wanted:
    """Return what the address asks for; from the list of a body that somebody else runs one reminds of one's own."""
    body_id = request.values.get("gremium", type=int)
    is_own = body_id in access.managed_bodies(current_actor())
    return Wanted(request.values.get("erneut") == "1", body_id if is_own else None)


@bp.route("/status/<token>", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]
@open_to_all("the signed link is the capability; its form token is derived from it")
def status_by_link(token: str) -> ResponseReturnValue:
    """GET shows the task and the choice, POST stores: programs that look at every link change nothing."""
    wrong_links.check()
    try:
        row = status_services.row_behind(db.session(), site(), token)
    except NotFound:
        wrong_links.count()
        return contact.unknown_link()
    except LinkOver as over:
        why = _("Somebody else takes care of it now, it was withdrawn, or the link is too old.")
        return contact.link_over(over, title=_("This link is over"), why=why)
    form = StatusForm(request.form)
    form.offer(by_link=True)
    if request.method == "POST":
        if not site().signer.is_form_token(token, request.form.get("form_token", "")):
            raise NotFound
        if form.validate():
            try:
                with unit_of_work(ANONYMOUS) as work:
                    status_services.set_by_link(work, site(), token, form.value())
            except RuleViolation as violation:
                form.show(violation)
            else:
                return redirect(url_for(".status_by_link", token=token, gespeichert=1), 303)
        row = status_services.row_behind(db.session(), site(), token)
    page = render_template(
        "decisions/link.html",
        row=row,
        is_task=isinstance(row, Task),
        form=form,
        choices=status_services.CHOICES,
        form_token=site().signer.form_token(token),
        is_stored=request.method == "GET" and "gespeichert" in request.args,
        words=words,
        day=clock.today(),
    )
    return page, 422 if form.errors else 200
