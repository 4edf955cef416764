"""Planning a meeting: three fields, the rest proposed, and what speaks against the time before it is entered."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.bodies import queries as body_queries
from coordination.bodies.models import Body
from coordination.bodies.views import subject_of
from coordination.core import clock
from coordination.core.access import Permission
from coordination.core.errors import Forbidden, RuleViolation
from coordination.core.i18n import gettext as _
from coordination.directory import edit_choices
from coordination.directory.asof import parse_day
from coordination.directory.steps import step as pressed
from coordination.meetings import clashes, proposals, queries, services
from coordination.meetings.blueprint import bp
from coordination.meetings.clashes import Against, Wish
from coordination.meetings.forms import DetailsForm, PlanForm, new_form_key
from coordination.meetings.models import Meeting
from coordination.meetings.services import NewMeeting, Span
from coordination.web.extensions import db
from coordination.web.forms import given
from coordination.web.guard import authorize, current_actor, unit_of_work

#: Values of the buttons named "step".
CHECK, DRAFT = "check", "draft"


@bp.get("/termine/neu")
def choose() -> ResponseReturnValue:
    """Ask for which of one's bodies a meeting is planned."""
    authorize(Permission.SIGNED_IN)
    bodies = queries.managed(db.session(), current_actor(), clock.today())
    if not bodies:
        raise Forbidden
    if len(bodies) == 1:
        return redirect(url_for(".new", body_id=bodies[0].id), 303)
    return render_template("meetings/choose.html", bodies=bodies)


def offer_places(form: DetailsForm, keep: int | None) -> bool:
    """Fill in where a meeting can be; return whether the list is too long and has to be narrowed."""
    offer = edit_choices.places(
        db.session(), current_actor(), clock.today(), q=request.args.get("q_place", ""), keep=(keep,) if keep else ()
    )
    form.offer(offer.options)
    return offer.is_cut


@bp.route("/gremien/<int:body_id>/sitzungen/neu", methods=["GET", "POST"])
def new(body_id: int) -> ResponseReturnValue:
    """Plan a meeting of a body."""
    authorize(Permission.BODY_READ)
    session = db.session()
    body = body_queries.get_body(session, body_id)
    authorize(Permission.MEETING_MANAGE, subject_of(body))
    known = queries.sent_before(session, body_id, request.form.get("form_key", ""))
    if known is not None:
        return redirect(url_for(".meeting", meeting_id=known), 303)
    latest = queries.latest_of(session, body_id)
    form = PlanForm(request.form)
    is_long = offer_places(form, latest[0].place_id if latest else None)
    against: list[Against] | None = None
    if request.method == "GET":
        _propose(form, body, list(latest))
    elif form.validate() and (span := form.span(proposals.usual_length(latest))):
        against = clashes.against(session, current_actor(), Wish(body, span.starts_at, span.ends_at), clock.today())
        if _is_decided(against) and (key := _plan(form, body_id, span, list(latest))):
            return redirect(url_for(".meeting", meeting_id=key), 303)
    page = render_template(
        "meetings/plan.html",
        form=form,
        body=body_queries.get_body(session, body_id),
        against=against,
        mark=clashes.mark(against) if against is not None else "",
        proposed=_title(body_id, list(latest), form.day.data),
        is_long=is_long,
    )
    return page, 422 if form.errors else 200


def _title(body_id: int, latest: list[Meeting], day: date | None) -> str:
    """Return what a meeting of a day is called unless somebody says otherwise; "" where that hangs on the day."""
    if day is None:
        return proposals.fixed_title(latest)
    return proposals.title(latest, day.year, queries.titles_in_year(db.session(), body_id, day.year))


def _is_decided(against: list[Against]) -> bool:
    """Return whether a meeting is entered: nothing speaks against it, or all of it was shown before."""
    seen = request.form.get("shown") == clashes.mark(against)
    return pressed() != CHECK and (not against or seen)


def _propose(form: PlanForm, body: Body, latest: list[Meeting]) -> None:
    found = proposals.proposal(latest)
    form.keep(
        form_key=new_form_key(),
        starts=found.starts,
        ends=found.ends,
        place_id=found.place_id or 0,
        room=found.room,
        link=found.link,
        is_public=body.procedure.is_public,
    )
    if day := parse_day(request.args.get("tag", "")):
        form.keep(day=day)


def _plan(form: PlanForm, body_id: int, span: Span, latest: list[Meeting]) -> int | None:
    """Enter the meeting and return its key; None: a rule is broken, which the form says."""
    title = _title(body_id, latest, span.starts_at.date())
    as_draft = pressed() == DRAFT
    try:
        with unit_of_work() as work:
            key = services.plan_meeting(
                work, body_id, NewMeeting(form.details(title), span, given(form.form_key.data), as_draft)
            ).id
    except RuleViolation as violation:
        form.show(violation)
        return None
    flash(_("The draft is stored. Only the office sees it.") if as_draft else _("The meeting is entered."), "success")
    return key
