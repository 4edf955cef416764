"""Accessibility, data protection, feedback, the audit trail."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.core import clock, registry
from coordination.core.access import Permission
from coordination.core.i18n import gettext as _
from coordination.privacy import pages, queries, retention, services, words
from coordination.privacy.forms import TOPICS, FeedbackForm
from coordination.privacy.services import Message
from coordination.web.extensions import db
from coordination.web.forms import given
from coordination.web.guard import authorize, current_actor, open_to_all, unit_of_work
from coordination.web.throttle import Limit
from coordination.web.views import own_path

bp = Blueprint("privacy", __name__)

messages_sent = Limit("feedback", "10/hour")


@bp.get("/barrierefreiheit")
@open_to_all("the law wants the statement reachable for everybody (section 10b BGG NRW)")
def accessibility() -> ResponseReturnValue:
    """Show the accessibility statement."""
    return render_template(
        "privacy/accessibility.html", contact=current_app.extensions["koordination.site"].contact_email
    )


@bp.get("/datenschutz")
@open_to_all("information of Art. 13 GDPR is for everybody")
def data_protection() -> ResponseReturnValue:
    """Show what is kept, why, how long, and who may see it."""
    contact = current_app.extensions["koordination.site"].contact_email
    return render_template("privacy/data_protection.html", contact=contact, terms=retention.TERMS)


@bp.route("/rueckmeldung", methods=["GET", "POST"])
@open_to_all("a barrier may be what keeps somebody from signing in")
def feedback() -> ResponseReturnValue:
    """Take a message from anybody."""
    account = g.account if current_actor().is_signed_in else None
    topic = request.args.get("thema", "other")
    form = FeedbackForm(request.form)
    if request.method == "GET":
        form.keep(
            topic=topic if topic in TOPICS else "other",
            page=own_path(request.args.get("seite")) or "",
            reply_to=account.email if account is not None else "",
        )
    elif form.validate():
        messages_sent.check()
        messages_sent.count()
        page = (own_path(form.page.data) or "").split("?")[0][:300]
        message = Message(given(form.topic.data), page, given(form.text.data), form.reply_to.data or "")
        with unit_of_work() as work:
            services.give_feedback(work, message, current_app.extensions["koordination.site"])
        return render_template("privacy/thanks.html", page=page, reply_to=message.reply_to)
    return render_template("privacy/feedback.html", form=form), 422 if form.errors else 200


@bp.get("/rueckmeldungen")
def messages() -> ResponseReturnValue:
    """List what people wrote."""
    authorize(Permission.FEEDBACK_READ)
    session = db.session()
    found = queries.messages(session)
    page_names = pages.names(session, current_actor(), {one.page for one in found if one.page}, clock.today())
    return render_template("privacy/messages.html", messages=found, page_names=page_names, words=words)


@bp.post("/rueckmeldungen/<int:feedback_id>/erledigt")
def settle(feedback_id: int) -> ResponseReturnValue:
    """Mark a message as dealt with, or take that back."""
    authorize(Permission.FEEDBACK_READ)
    back = request.form.get("zurueck") == "1"
    with unit_of_work() as work:
        message = queries.get_feedback(work.session, feedback_id)
        (services.reopen if back else services.settle)(work, message)
    flash(_("The message is open again.") if back else _("The message is marked as dealt with."), "success")
    return redirect(url_for(".messages"), 303)


@bp.get("/pruefspur")
def trail() -> ResponseReturnValue:
    """Show the audit trail: the own one, or all of it for those who may."""
    authorize(Permission.SIGNED_IN)
    actor = current_actor()
    is_all = request.args.get("alle") == "1"
    if is_all:
        authorize(Permission.AUDIT_READ)
    before = (
        int(text) if (text := request.args.get("vor", "")).isascii() and text.isdigit() and len(text) < 10 else None
    )
    lines = queries.trail(db.session(), user_id=None if is_all else actor.user_id, before=before)
    names: dict[int, str] = {}
    for lookup in registry.account_names if is_all else ():
        names |= lookup(db.session(), {line.user_id for line in lines if line.user_id})
    return render_template("privacy/trail.html", lines=lines, is_all=is_all, names=names, words=words)
