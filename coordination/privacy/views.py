"""Accessibility, data protection, feedback, the audit trail."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.core import clock, registry
from coordination.core.access import Actor, Permission
from coordination.core.collation import german_key
from coordination.core.i18n import gettext as _
from coordination.directory.asof import parse_day
from coordination.directory.papers import street_map
from coordination.privacy import offices, pages, queries, retention, services, subjects, words
from coordination.privacy.forms import TOPICS, FeedbackForm, occasion
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
    tiles = street_map.of(current_app.extensions["koordination.settings"])
    return render_template("privacy/data_protection.html", contact=contact, terms=retention.TERMS, tiles=tiles)


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
            text=occasion(request.args.get("anlass", "")),
            reply_to=account.email if account is not None else "",
        )
    elif form.validate():
        messages_sent.check()
        messages_sent.count()
        page = (own_path(form.page.data) or "").split("?")[0][:300]
        called = _entry_name(page) if form.topic.data == "entry" else ""
        message = Message(given(form.topic.data), page, given(form.text.data), form.reply_to.data or "", called)
        with unit_of_work() as work:
            asked = offices.of_page(work.session, work.actor, page, work.today) if message.topic == "entry" else []
            services.give_feedback(work, message, current_app.extensions["koordination.site"], asked)
        return render_template("privacy/thanks.html", page=page, reply_to=message.reply_to, offices=asked)
    here = (form.page.data or "").split("?")[0]
    name = pages.names(db.session(), current_actor(), {here}, clock.today()).get(here, "") if here else ""
    told = offices.of_page(db.session(), current_actor(), here, clock.today()) if name else []
    page = render_template("privacy/feedback.html", form=form, page_name=name, offices=told)
    return page, 422 if form.errors else 200


def _entry_name(page: str) -> str:
    """Return what a mail may call the entry behind a page: its reader may know no more than anybody with an account."""
    if not offices.is_entry(page):
        return ""
    anybody = Actor(user_id=current_actor().user_id)
    return pages.names(db.session(), anybody, {page}, clock.today()).get(page, "")


@bp.get("/rueckmeldungen")
def messages() -> ResponseReturnValue:
    """List what people wrote; of those who keep a part of the directory what is reported of it.

    ``?meldung=12``: that one alone, where the mail about it leads.
    """
    authorize(Permission.FEEDBACK_READ_ANY)
    session, actor, today = db.session(), current_actor(), clock.today()
    one = request.args.get("meldung")
    found = queries.messages(session, actor) if one is None else [queries.get_feedback(session, actor, _key(one))]
    page_names = pages.names(session, actor, {one.page for one in found if one.page}, today)
    return render_template(
        "privacy/messages.html", messages=found, page_names=page_names, words=words, is_one=one is not None
    )


def _key(text: str) -> int:
    """Return a key in an address; 0, which nothing has, where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@bp.post("/rueckmeldungen/<int:feedback_id>/erledigt")
def settle(feedback_id: int) -> ResponseReturnValue:
    """Mark a message as dealt with, or take that back."""
    authorize(Permission.FEEDBACK_READ_ANY)
    back = request.form.get("zurueck") == "1"
    with unit_of_work() as work:
        message = queries.get_feedback(work.session, work.actor, feedback_id)
        (services.reopen if back else services.settle)(work, message)
    flash(_("The message is open again.") if back else _("The message is marked as dealt with."), "success")
    return redirect(url_for(".messages"), 303)


def _actions(*, is_all: bool) -> list[tuple[str, str]]:
    """Return what the trail can be narrowed to; what one was refused oneself is not in the own trail."""
    offered = (key for key in words.ACTIONS if is_all or key != queries.REFUSED)
    return sorted(((key, words.action(key)) for key in offered), key=lambda one: german_key(one[1]))


@bp.get("/pruefspur")
def trail() -> ResponseReturnValue:
    """Show the audit trail: the own one, or all of it for those who may."""
    authorize(Permission.SIGNED_IN)
    actor = current_actor()
    is_all = request.args.get("alle") == "1"
    if is_all:
        authorize(Permission.AUDIT_READ)
        g.nav_key = "audit"
    before = _key(request.args.get("vor", "")) or None
    action, day = request.args.get("vorgang", ""), parse_day(request.args.get("tag", ""))
    action = action if action in words.ACTIONS else ""
    session, user_id = db.session(), None if is_all else actor.user_id
    lines = queries.trail(session, user_id=user_id, before=before, action=action, day=day)
    names: dict[int, str] = {}
    for lookup in registry.account_names if is_all else ():
        names |= lookup(session, {line.user_id for line in lines if line.user_id})
    return render_template(
        "privacy/trail.html",
        lines=lines,
        is_all=is_all,
        names=names,
        words=words,
        about=subjects.of(session, actor, {line.subject for line in lines}, clock.today()),
        actions=_actions(is_all=is_all),
        action=action,
        asked_day=day,
    )
