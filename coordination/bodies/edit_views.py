"""Setting up a body, changing it, and its rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from coordination.bodies import choices, queries, services, words
from coordination.bodies.blueprint import bp
from coordination.bodies.forms import BodyForm
from coordination.bodies.models import Body
from coordination.bodies.roster import roster
from coordination.bodies.rule_forms import GROUPS, RulesForm
from coordination.bodies.views import subject_of
from coordination.core import clock
from coordination.core.access import Permission
from coordination.core.errors import Conflict, RuleViolation
from coordination.core.i18n import gettext as _
from coordination.core.work import Work
from coordination.directory.steps import differing
from coordination.web.extensions import db
from coordination.web.forms import Form, given
from coordination.web.guard import authorize, may, unit_of_work

Sent = MultiDict[str, str] | None
#: What ``bodies/step.html`` asks for beside its texts.
PLAIN: dict[str, Any] = {
    "differences": [],
    "is_stale": False,
    "late": "",
    "consequences": [],
    "is_long": False,
    "danger": False,
}


def _form(data: Sent, of: Body | None = None) -> BodyForm:
    session, day = db.session(), clock.today()
    form = BodyForm(data)
    topics = [(one.id, one.name) for one in queries.topics(session)]
    units = choices.units(session, day, of)
    form.offer(choices.parents(session, day, of), topics, units, may_enter_topics=may("topic_manage"))
    return form


@bp.route("/gremien/neu", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Set up a body; who does it runs its office."""
    authorize(Permission.BODY_CREATE)
    form = _form(request.form)
    if request.method == "POST" and form.validate():
        try:
            with unit_of_work() as work:
                key = services.create_body(work, form.value()).id
        except RuleViolation as violation:
            form.show(violation)
        else:
            text = _("The body is set up, and you run its office. Its rules follow from its kind; please look at them.")
            flash(text, "success")
            return redirect(url_for(".body", body_id=key), 303)
    page = render_template(
        "bodies/step.html",
        **PLAIN,
        form=form,
        body=None,
        title=_("New body"),
        lead=_("You will run its office. Seats and members come afterwards."),
        button=_("Set up the body"),
    )
    return page, 422 if form.errors else 200


@bp.route("/gremien/<int:body_id>/bearbeiten", methods=["GET", "POST"])
def edit(body_id: int) -> ResponseReturnValue:
    """Change what a body is called and stands for."""
    authorize(Permission.BODY_READ)
    body = queries.get_body(db.session(), body_id)
    authorize(Permission.BODY_MANAGE, subject_of(body))
    form = _form(request.form, body)

    def save(work: Work) -> None:
        services.change_body(work, body_id, form.value(), version=given(form.version.data))

    saved, differences = saving(form, lambda data: _stored(data, body_id), save)
    if saved:
        flash(_("The body is changed."), "success")
        return redirect(url_for(".body", body_id=body_id), 303)
    values = PLAIN | {"differences": differences}
    page = render_template(
        "bodies/step.html",
        **values,
        form=form,
        body=queries.get_body(db.session(), body_id),
        title=_("Change this body"),
        lead="",
        button=_("Store the body"),
    )
    return page, 409 if differences else 422 if form.errors else 200


def _stored(data: Sent, body_id: int) -> BodyForm:
    body = queries.get_body(db.session(), body_id)
    form = _form(data, body)
    form.keep_body(body)
    return form


def saving(form: Any, stored_form: Callable[[Sent], Any], save: Callable[[Work], None]) -> tuple[bool, list[Any]]:
    """Fill the form on GET, else save; return whether that was done, and after a conflict both texts."""
    if request.method == "GET":
        _copy(stored_form(None), form)
    elif form.validate():
        try:
            with unit_of_work() as work:
                save(work)
        except RuleViolation as violation:
            form.show(violation)
        except Conflict:
            stored = stored_form(None)
            form.keep(version=stored.version.data)
            return False, differing(form, stored) or [(_("Version"), "", _("changed in the meantime"))]
        else:
            return True, []
    return False, []


def _copy(source: Form, target: Form) -> None:
    target.keep(**{field.name: field.data for field in source})


@bp.route("/gremien/<int:body_id>/regeln", methods=["GET", "POST"])
def rules(body_id: int) -> ResponseReturnValue:
    """Say the rules in words; who runs the office changes them."""
    authorize(Permission.BODY_READ)
    body = queries.get_body(db.session(), body_id)
    may_manage = may("body_manage", subject_of(body))
    if request.method == "POST":
        authorize(Permission.BODY_MANAGE, subject_of(body))
    form = RulesForm(request.form)
    differences: list[Any] = []
    form.offer()
    template = body.template

    def save(work: Work) -> None:
        seats, version = form.statutory_seats.data or None, given(form.version.data)
        wanted = services.RulesInput(given(form.template.data), form.procedure(template), seats)
        services.change_rules(work, body_id, wanted, version=version)

    if may_manage:
        saved, differences = saving(form, lambda data: _stored_rules(data, body_id), save)
        if saved:
            flash(_("The rules are stored."), "success")
            return redirect(url_for(".rules", body_id=body_id), 303)
    body = queries.get_body(db.session(), body_id)
    people = roster(db.session(), body, clock.today(), planned=False)
    values = PLAIN | {"differences": differences}
    page = render_template(
        "bodies/rules.html",
        **values,
        form=form if may_manage else None,
        groups=GROUPS,
        body=body,
        sentences=[*words.sentences(body.procedure, people.voting), f"{_('Rhythm')}: {words.rhythm(body.procedure)}."],
        title=_("Rules"),
        lead=_("They warn and remind; the chair may go on with a reason."),
        button=_("Store the rules"),
    )
    return page, 409 if differences else 422 if form.errors else 200


def _stored_rules(data: Sent, body_id: int) -> RulesForm:
    form = RulesForm(data)
    form.offer()
    form.keep_body(queries.get_body(db.session(), body_id))
    return form
