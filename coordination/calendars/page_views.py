"""Kalender abonnieren: what there is, one's own links, and how each program takes them."""

from __future__ import annotations

import io

import segno
from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.accounts import signed_in
from coordination.calendars import choices, feeds, queries, services
from coordination.calendars.blueprint import bp
from coordination.calendars.feed_views import installation
from coordination.calendars.models import CalendarLink
from coordination.calendars.programs import programs, told
from coordination.calendars.rules import KIND_WORDS, OF_MEETINGS, FeedKind, Wanted
from coordination.core import clock
from coordination.core.access import Permission
from coordination.core.i18n import gettext as _
from coordination.web.extensions import db
from coordination.web.guard import authorize, current_actor, unit_of_work


def address(link: CalendarLink) -> str:
    """Return the whole address of a subscription."""
    site = installation()
    return site.url(url_for("calendars.feed", token=services.token(site.signer, link)))


@bp.get("/kalender")
def index() -> ResponseReturnValue:
    """Show one's subscriptions and what else there is."""
    authorize(Permission.SIGNED_IN)
    session, actor = db.session(), current_actor()
    links = queries.links_of(session, signed_in.own_id())
    names = feeds.subject_names(session, links)
    taken = {(one.kind, one.subject_id) for one in links}
    return render_template(
        "calendars/index.html",
        links=[(one, names[one.kind, one.subject_id]) for one in links],
        kind_words=KIND_WORDS,
        told=told,
        offered=choices.offered(session, actor, clock.today(), taken),
    )


@bp.route("/kalender/neu", methods=["GET", "POST"])
def subscribe() -> ResponseReturnValue:
    """Ask, where another page leads here; then make a link, or come back to the one there is."""
    authorize(Permission.SIGNED_IN)
    kind, subject_id = choices.parse(request.values.get("was", ""))
    wanted = Wanted(kind, subject_id, is_neutral=False)
    if request.method == "GET":
        known = queries.known_link(db.session(), signed_in.own_id(), wanted)
        if known is not None:
            return redirect(url_for(".link", link_id=known), 303)
        name = feeds.subject_name(db.session(), current_actor(), kind, subject_id)
        return render_template(
            "calendars/subscribe.html", name=name, kind_word=KIND_WORDS[kind], was=choices.value(kind, subject_id)
        )
    with unit_of_work() as work:
        link = services.subscribe(work, signed_in.own_id(), wanted)
    return redirect(url_for(".link", link_id=link.id), 303)


@bp.get("/kalender/<int:link_id>")
def link(link_id: int) -> ResponseReturnValue:
    """Show one link, how each program takes it, and when it was last fetched."""
    authorize(Permission.SIGNED_IN)
    found = own_link(link_id)
    target = address(found)
    return render_template(
        "calendars/link.html",
        link=found,
        name=feeds.subject_name(db.session(), current_actor(), found.kind, found.subject_id),
        kind_words=KIND_WORDS,
        address=target,
        programs=programs(target),
        told=told,
        has_titles=found.kind in OF_MEETINGS,
        # Nobody is mailed about the rest: neither holidays nor who is at a school, nor others' meetings.
        is_mine=found.kind is FeedKind.MINE,
        is_outside=found.kind is FeedKind.BODY and found.subject_id not in current_actor().body_roles,
    )


@bp.get("/kalender/<int:link_id>/code.svg")
def code(link_id: int) -> ResponseReturnValue:
    """Return the address as a QR code, for the phone beside the screen."""
    authorize(Permission.SIGNED_IN)
    picture = io.BytesIO()
    target = address(own_link(link_id))
    segno.make(target, error="m").save(picture, kind="svg", scale=4, border=4, light="#fff", xmldecl=False)
    return Response(picture.getvalue(), mimetype="image/svg+xml")


@bp.route("/kalender/<int:link_id>/neuer-link", methods=["GET", "POST"])
def renew(link_id: int) -> ResponseReturnValue:
    """Ask, then give the subscription another address."""
    authorize(Permission.SIGNED_IN)
    found = own_link(link_id)
    if request.method == "GET":
        return _step("calendars/renew.html", found)
    with unit_of_work() as work:
        services.renew(work, signed_in.own_id(), link_id)
    flash(_("The subscription has a new address. The old one shows nothing any more."), "success")
    return redirect(url_for(".link", link_id=link_id), 303)


@bp.route("/kalender/<int:link_id>/beenden", methods=["GET", "POST"])
def revoke(link_id: int) -> ResponseReturnValue:
    """Ask, then turn the link off."""
    authorize(Permission.SIGNED_IN)
    found = own_link(link_id)
    if request.method == "GET":
        return _step("calendars/revoke.html", found)
    with unit_of_work() as work:
        services.revoke(work, signed_in.own_id(), link_id)
    flash(_("The subscription is over. Remove the calendar from your program as well."), "success")
    return redirect(url_for(".index"), 303)


@bp.post("/kalender/<int:link_id>/titel")
def titles(link_id: int) -> ResponseReturnValue:
    """Set how meetings that are not public are called."""
    authorize(Permission.SIGNED_IN)
    own_link(link_id)
    is_neutral = request.form.get("titel") == "neutral"
    with unit_of_work() as work:
        services.tell_titles(work, signed_in.own_id(), link_id, is_neutral=is_neutral)
    flash(_("Stored. Programs show it when they look again."), "success")
    return redirect(url_for(".link", link_id=link_id), 303)


def own_link(link_id: int) -> CalendarLink:
    """Return one of the own links that works, or raise NotFound."""
    return queries.link_of(db.session(), signed_in.own_id(), link_id)


def _step(template: str, found: CalendarLink) -> str:
    name = feeds.subject_name(db.session(), current_actor(), found.kind, found.subject_id)
    return render_template(template, link=found, name=name, kind_words=KIND_WORDS)
