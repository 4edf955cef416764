"""The end of a body, and the way back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.bodies import ending, queries
from coordination.bodies.blueprint import bp
from coordination.bodies.edit_views import PLAIN
from coordination.bodies.forms import LastDayForm
from coordination.bodies.views import subject_of
from coordination.core import clock
from coordination.core.access import Permission
from coordination.core.errors import Conflict, RuleViolation
from coordination.core.i18n import format_date
from coordination.core.i18n import gettext as _
from coordination.directory import undo_links
from coordination.web.extensions import db
from coordination.web.forms import given
from coordination.web.guard import authorize, unit_of_work

KIND = "body"


@bp.route("/gremien/<int:body_id>/beenden", methods=["GET", "POST"])
def end(body_id: int) -> ResponseReturnValue:
    """Say what the end of a body means, ask for its last day, end it."""
    authorize(Permission.BODY_READ)
    body = queries.get_body(db.session(), body_id)
    authorize(Permission.BODY_MANAGE, subject_of(body))
    form, is_stale = LastDayForm(request.form), False
    if request.method == "GET":
        form.keep(last_on=body.valid_until or clock.today(), version=body.version)
    elif form.validate():
        last_on = given(form.last_on.data)
        try:
            with unit_of_work() as work:
                earlier = ending.end_body(work, body_id, last_on, version=given(form.version.data))
                work.session.flush()
                back = undo_links.arguments(KIND, body_id, queries.get_body(work.session, body_id).version, earlier)
        except RuleViolation as violation:
            form.show(violation)
        except Conflict:
            is_stale = True
            form.keep(version=queries.get_body(db.session(), body_id).version)
        else:
            text = _("The body ends on %(day)s.", day=format_date(last_on))
            undo = {"text": text, "undo_url": url_for(".reopen", body_id=body_id, **back)}
            flash(undo, "success")  # type: ignore[arg-type]
            return redirect(url_for(".body", body_id=body_id), 303)
    session = db.session()
    body = queries.get_body(session, body_id)
    values = PLAIN | {
        "is_stale": is_stale,
        "consequences": ending.consequences(session, body, clock.today()),
        "danger": True,
        "lead": "",
        "title": _("End this body"),
        "button": _("End this body"),
    }
    page = render_template("bodies/step.html", **values, form=form, body=body)
    return page, 409 if is_stale else 422 if form.errors else 200


@bp.post("/gremien/<int:body_id>/fortfuehren")
def reopen(body_id: int) -> ResponseReturnValue:
    """Let a body go on: take its end back right away, or reopen it later."""
    authorize(Permission.BODY_READ)
    authorize(Permission.BODY_MANAGE, subject_of(queries.get_body(db.session(), body_id)))
    last_on = None
    try:
        with unit_of_work() as work:
            if undo_links.is_asked():
                last_on = ending.undo_end(work, body_id, undo_links.read(KIND, body_id))
            else:
                ending.reopen(work, body_id, version=undo_links.version())
    except Conflict:
        flash(_("The body was changed again in the meantime, so its end stays."), "warning")
    else:
        text = _("The body goes on without an end.")
        if last_on is not None:
            text = _("The body ends on %(day)s.", day=format_date(last_on))
        flash(text, "success")
    return redirect(url_for(".body", body_id=body_id), 303)
