"""What the keeper of an employer sees of its rounds: the plan, who has answered, reminding, entering, deciding."""

from __future__ import annotations

from collections.abc import Collection

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Permission
from coordination.core.errors import Conflict, NotFound, RuleViolation
from coordination.core.i18n import N_, sentence
from coordination.core.i18n import gettext as _
from coordination.core.work import Work
from coordination.directory import job_pages
from coordination.directory.addressees import readers
from coordination.directory.confirming import queries as confirming
from coordination.directory.job_pages import Sending
from coordination.directory.rounds import (
    answer_services,
    changes,
    letters,
    mail_jobs,
    overview,
    plan,
    queries,
    services,
    untold,
)
from coordination.directory.rounds.answer_services import OtherEntries
from coordination.directory.rounds.blueprint import bp
from coordination.directory.rounds.forms import RuleForm
from coordination.directory.rounds.pages import employer_for, reading, round_for, site
from coordination.directory.rounds.rules import SAID_WORDS, WAY_WORDS, Said, is_due_again
from coordination.mail import jobs, stuck, stuck_steps
from coordination.mail.desk import on_the_way
from coordination.mail.stuck import Stuck
from coordination.mail.stuck_steps import Around
from coordination.mail.words import STATE_WORDS as MAIL_WORDS
from coordination.mail.words import reason
from coordination.web.extensions import db
from coordination.web.forms import key_of
from coordination.web.guard import authorize, current_actor, unit_of_work

#: Kind of entry → what the list of those that wait calls it.
KINDS = {
    "place": N_("Place"),
    "organisation": N_("Organisation"),
    "post": N_("Post"),
    "offer": N_("Offer or project"),
}


@bp.get("/bestaetigungen")
def index() -> ResponseReturnValue:
    """List the employers that one keeps, with when their entries were last asked for, and what waits."""
    authorize(Permission.DIRECTORY_EDIT_ANY)
    sent = overview.waiting(db.session(), current_actor())
    found = overview.employers(db.session(), current_actor(), clock.today(), sent)
    waiting = confirming.unconfirmed(db.session(), current_actor(), clock.today())
    return render_template(
        "rounds/index.html",
        employers=found,
        changes=sent,
        untold=untold.kept_by(db.session(), current_actor()),
        most=confirming.MOST,
        waiting=waiting,
        kinds=KINDS,
    )


@bp.route("/organisationen/<int:organisation_id>/bestaetigung", methods=["GET", "POST"])
def start(organisation_id: int) -> ResponseReturnValue:
    """Show whom a round would ask, with one mail to look at, and send the mails."""
    employer = employer_for(organisation_id)
    has_changed, problem = False, ""
    if request.method == "POST":
        try:
            with unit_of_work() as work:
                row = services.start(
                    work,
                    organisation_id,
                    site(),
                    seen=request.form.get("seen", ""),
                    is_again=request.form.get("again") == "1",
                )
                key, count = row.id, sum(one.mailed_at is not None for one in row.asked)
        except Conflict:
            has_changed = True
        except RuleViolation as violation:
            problem = sentence(violation)
        else:
            flash(*on_the_way(count))
            return redirect(url_for(".show", round_id=key), 303)
        employer = employer_for(organisation_id)
    work, session = reading(), db.session()
    found = plan.lines(session, work, organisation_id)
    rule, latest = queries.rule_of(session, organisation_id), queries.latest_round(session, organisation_id)
    reachable = [one for one in found if one.can_be_sent]
    asked_for = key_of(request.args.get("vorschau"))
    chosen = next((one for one in reachable if one.person.id == asked_for), reachable[0] if reachable else None)
    sending = services.Sending(work, site(), employer, rule)
    languages = services.languages_of(work, [one.person for one in found])
    page = render_template(
        "rounds/start.html",
        employer=employer,
        lines=found,
        reachable=reachable,
        chosen=chosen,
        letter=sending.letter(chosen.rows, None, languages=languages) if chosen else None,
        seen=plan.fingerprint(found, latest, shows_share=rule.shows_share),
        rule=rule,
        latest=latest,
        address_words=plan.ADDRESS_WORDS,
        has_changed=has_changed,
        problem=problem,
        is_recent=latest is not None and not is_due_again(latest.started_at, clock.today()),
    )
    return page, 409 if has_changed else 422 if problem else 200


@bp.route("/organisationen/<int:organisation_id>/bestaetigung/regeln", methods=["GET", "POST"])
def rules(organisation_id: int) -> ResponseReturnValue:
    """Say whether changes hold at once, and whether the share is shown."""
    employer = employer_for(organisation_id)
    form = RuleForm(request.form)
    has_changed = False
    if request.method == "GET":
        form.keep_rule(queries.rule_of(db.session(), organisation_id))
    elif form.validate():
        try:
            with unit_of_work() as work:
                services.set_rule(work, organisation_id, form.value())
        except Conflict:
            has_changed = True
            employer = employer_for(organisation_id)
            form.keep(version=queries.rule_of(db.session(), organisation_id).version)
        else:
            flash(_("The setting is stored."), "success")
            return redirect(url_for(".start", organisation_id=organisation_id), 303)
    page = render_template("rounds/rules.html", employer=employer, form=form, has_changed=has_changed)
    return page, 409 if has_changed else 422 if form.errors else 200


@bp.get("/bestaetigungen/<int:round_id>")
def show(round_id: int) -> ResponseReturnValue:
    """Show who has confirmed, who has changed something, who has not answered, and whom the mail did not reach."""
    row = round_for(round_id)
    session = db.session()
    found = overview.of_round(session, row, clock.utc_now())
    return render_template(
        "rounds/show.html",
        round=row,
        overview=found,
        counts=found.counts,
        undelivered=readers(session, stuck.mails(session, overview.about_any(row.id))),
        said_words=SAID_WORDS,
        way_words=WAY_WORDS,
        mail_words=MAIL_WORDS,
        reason=reason,
        Said=Said,
    )


@bp.route("/bestaetigungen/<int:round_id>/erinnern", methods=["GET", "POST"])
def remind(round_id: int) -> ResponseReturnValue:
    """Remind those who have not answered, or some of them."""
    round_for(round_id)
    if request.method == "GET":
        return _reminders(round_id)
    chosen = {key_of(text) for text in request.form.getlist("person")}
    reminding = services.Reminding(site(), request.form.get("seen", ""), chosen)
    try:
        return _remind(round_id, reminding)
    except Conflict:
        return _reminders(round_id, has_changed=True)
    except RuleViolation as violation:
        return _reminders(round_id, problem=sentence(violation), chosen=chosen)


def _remind(round_id: int, reminding: services.Reminding) -> ResponseReturnValue:
    """Remind those chosen; many are left to a job."""
    if len(reminding.chosen) > jobs.AT_ONCE:
        with unit_of_work() as work:
            due = services.check(work, round_id, reminding)
            params = {"seen": reminding.seen, "chosen": sorted(reminding.chosen)}
            job_id = mail_jobs.REMIND.start(work, round_id, due, **params).id
        return redirect(url_for(".mails_under_way", round_id=round_id, job_id=job_id), 303)
    # Composing takes its time and needs no lock.
    reminding = services.prepare(reading(), round_id, reminding)
    with unit_of_work() as work:
        count = services.remind(work, round_id, reminding)
    flash(*on_the_way(count))
    return redirect(url_for(".show", round_id=round_id), 303)


@bp.get("/bestaetigungen/<int:round_id>/mails/<int:job_id>")
def mails_under_way(round_id: int, job_id: int) -> ResponseReturnValue:
    """Show how far many reminders are; then the round, or the list with why nothing was sent."""
    row = round_for(round_id)
    job = jobs.get(db.session(), round_id, job_id, mail_jobs.REMIND)
    back, called = url_for(".show", round_id=round_id), row.employer.called

    def done(is_new: bool) -> ResponseReturnValue:
        if is_new:
            flash(*on_the_way(job.result["count"]))
        return redirect(back, 303)

    def failed(problem: str) -> ResponseReturnValue:
        return _reminders(round_id, problem=problem, chosen=job.params["chosen"])

    title = _("Remind of the confirmation")
    crumbs = [
        (_("Who is where?"), url_for("directory.index")),
        (_("Have entries confirmed"), url_for(".index")),
        (called, back),
        (title, None),
    ]
    return job_pages.under_way(job, Sending(title, row.employer.name, crumbs, done, failed))


def _reminders(
    round_id: int, *, has_changed: bool = False, problem: str = "", chosen: Collection[int] | None = None
) -> ResponseReturnValue:
    row, work = round_for(round_id), reading()
    found = plan.silent(work.session, work, row)
    due = [one for one in found if one.is_due]
    asked_for = key_of(request.args.get("vorschau"))
    looked_at = next((one for one in due if one.person.id == asked_for), due[0] if due else None)
    rule = queries.rule_of(work.session, row.employer_id)
    sending = services.Sending(work, site(), row.employer, rule, is_reminder=True)
    languages = services.languages_of(work, [one.person for one in due])
    page = render_template(
        "rounds/remind.html",
        round=row,
        people=found,
        due=due,
        chosen={one.person.id for one in due} if chosen is None else chosen,
        looked_at=looked_at,
        letter=sending.letter(looked_at.rows, None, languages=languages) if looked_at else None,
        seen=plan.silent_mark(found),
        has_changed=has_changed,
        problem=problem,
    )
    return page, 409 if has_changed else 422 if problem else 200


@bp.route("/bestaetigungen/<int:round_id>/personen/<int:person_id>", methods=["GET", "POST"])
def enter(round_id: int, person_id: int) -> ResponseReturnValue:
    """Show somebody's entries while they are on the telephone, and enter that all is right."""
    round_for(round_id)
    has_changed, problem = False, ""
    if request.method == "POST":
        try:
            with unit_of_work() as work:
                seen = request.form.get("seen", "")
                answer_services.confirm_by_telephone(work, round_id, person_id, seen=seen)
        except OtherEntries:
            has_changed = True
        except RuleViolation as violation:
            problem = sentence(violation)
        else:
            flash(_("The confirmation is entered."), "success")
            return redirect(url_for(".show", round_id=round_id), 303)
    row, session = round_for(round_id), db.session()
    asked = queries.get_asked(session, round_id, person_id)
    rows = queries.employed(session, row.employer_id, clock.today(), [person_id]).get(person_id, [])
    page = render_template(
        "rounds/enter.html",
        round=row,
        asked=asked,
        rows=rows,
        seen=changes.mark(asked.person, rows),
        has_changed=has_changed,
        problem=problem,
        letters=letters,
    )
    return page, 409 if has_changed else 422 if problem else 200


@bp.post("/bestaetigungen/<int:round_id>/mails/<int:mail_id>/erneut")
def send_again(round_id: int, mail_id: int) -> ResponseReturnValue:
    """Send a mail of this round again that did not get through, or note that its reader was told."""
    round_for(round_id)

    def find(work: Work) -> Stuck:
        mail = stuck.take_mail(work, mail_id)
        if mail.about not in overview.abouts(round_id):
            raise NotFound
        return readers(work.session, [mail])[0]

    stuck_steps.act(find)
    return redirect(url_for(".show", round_id=round_id), 303)


@bp.route("/bestaetigungen/<int:round_id>/mails/erneut", methods=["GET", "POST"])
def send_all_again(round_id: int) -> ResponseReturnValue:
    """Ask whether all mails of this round that did not arrive are to be sent again, and send them."""
    back, called = url_for(".show", round_id=round_id), round_for(round_id).employer.called
    crumbs = [
        (_("Who is where?"), url_for("directory.index")),
        (_("Have entries confirmed"), url_for(".index")),
        (called, back),
    ]

    def find(session: Session) -> list[Stuck]:
        return readers(session, stuck.mails(session, overview.about_any(round_id)))

    return stuck_steps.act_on_all(find, Around(back, crumbs))
