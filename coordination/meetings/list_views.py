"""The lists of meetings: what comes, what was, a month as a table, a year as a plan. Narrowed by links."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.bodies.queries import topics
from coordination.core import clock
from coordination.core.access import Permission
from coordination.core.collation import german_key
from coordination.core.errors import NotFound
from coordination.core.i18n import gettext as _
from coordination.directory.place_filters import whole
from coordination.meetings import access, calendar_sheets, queries, words
from coordination.meetings.blueprint import bp
from coordination.meetings.calendar_sheets import FIRST_YEAR, LAST_YEAR
from coordination.meetings.queries import MeetingFilter
from coordination.web.extensions import db
from coordination.web.guard import authorize, current_actor

_KNOWN = ("meine", "gremium", "thema", "bezirk", "vergangen")


def _wanted(days: MeetingFilter) -> MeetingFilter:
    args = request.args
    return replace(
        days,
        own=access.own(current_actor()) if args.get("meine") == "1" else None,
        body_id=whole(args.get("gremium"), 1, 10**8),
        topic_id=whole(args.get("thema"), 1, 10**8),
        district_id=whole(args.get("bezirk"), 1, 10**8),
    )


def _chosen(**changes: Any) -> dict[str, Any]:
    """Return what the address asks for, changed."""
    arguments: dict[str, Any] = {key: request.args[key] for key in _KNOWN if request.args.get(key)}
    return {key: value for key, value in (arguments | changes).items() if value is not None}


def _here(**changes: Any) -> str:
    endpoint, values = request.endpoint or "meetings.index", request.view_args or {}
    return url_for(endpoint, **(values | _chosen(**changes)))


def _row(label: str, name: str, current: Any, choices: list[tuple[Any, str]]) -> dict[str, Any]:
    endpoint, here = request.endpoint or "meetings.index", (request.view_args or {}) | _chosen(**{name: None})
    options = [
        {"label": text, "url": url_for(endpoint, **here, **{name: value}), "current": value == current}
        for value, text in choices
    ]
    everything = {"label": _("all"), "url": url_for(endpoint, **here), "current": current is None}
    return {"label": label, "options": [everything, *options]}


def _filters(wanted: MeetingFilter) -> list[dict[str, Any]]:
    session, actor, rows = db.session(), current_actor(), []
    if actor.body_roles:
        rows.append(_row(_("Whose"), "meine", None if wanted.own is None else "1", [("1", _("my meetings"))]))
    bodies = queries.bodies_with_meetings(session, actor)
    if len(bodies) > 1 or wanted.body_id:
        named = sorted(bodies, key=lambda one: german_key(one[1]))
        rows.append(_row(_("Body"), "gremium", wanted.body_id, named))
    if found := topics(session):
        rows.append(_row(_("Topic"), "thema", wanted.topic_id, [(one.id, one.name) for one in found]))
    if places := queries.districts(session):
        rows.append(_row(_("District"), "bezirk", wanted.district_id, list(places)))
    return rows


def _page(template: str, wanted: MeetingFilter, **values: Any) -> str:
    actor = current_actor()
    return render_template(
        template,
        **values,
        filters=_filters(wanted),
        is_narrowed=bool(_chosen(vergangen=None)),
        may_plan=bool(access.managed_bodies(actor)),
        chosen=_chosen(vergangen=None),
        words=words,
    )


@bp.get("/termine")
def index() -> ResponseReturnValue:
    """List what comes by month, or what was."""
    authorize(Permission.SIGNED_IN)
    session, actor, day = db.session(), current_actor(), clock.today()
    is_past = request.args.get("vergangen") == "1"
    wanted = _wanted(MeetingFilter(behind=day) if is_past else MeetingFilter(ahead=day))
    found = queries.meetings(session, actor, wanted, newest_first=is_past)
    months = [
        (month, list(group)) for month, group in groupby(found, key=lambda one: one.starts_at.date().replace(day=1))
    ]
    return _page("meetings/index.html", wanted, months=months, is_past=is_past, address=_here)


@bp.get("/termine/monat/<monat>")
def month(monat: str) -> ResponseReturnValue:
    """Show a month as a table with its days off."""
    # What is no month is no address, whoever asks.
    shown = _month(monat)
    authorize(Permission.SIGNED_IN)
    first, last = calendar_sheets.month_span(shown)
    wanted = _wanted(MeetingFilter(first=first, last=last))
    found = queries.meetings(db.session(), current_actor(), wanted)
    return _page(
        "meetings/month.html",
        wanted,
        month=shown,
        weeks=calendar_sheets.month_sheet(shown, found),
        count=sum(one.starts_at.month == shown.month for one in found),
        before=_address_of_month(calendar_sheets.previous_month(shown)),
        after=_address_of_month(calendar_sheets.next_month(shown)),
    )


def _month(text: str) -> date:
    """Return the first day of "2026-11", or raise NotFound."""
    year, _dash, number = text.partition("-")
    if len(text) != 7 or not (whole(year, FIRST_YEAR, LAST_YEAR) and whole(number, 1, 12)):
        raise NotFound
    return date(int(year), int(number), 1)


def _address_of_month(day: date) -> str | None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return None
    return url_for(".month", monat=f"{day:%Y-%m}", **_chosen(vergangen=None))


@bp.get("/termine/jahr/<int:jahr>")
def year(jahr: int) -> ResponseReturnValue:
    """Show a year as a plan: bodies by months."""
    if not FIRST_YEAR <= jahr <= LAST_YEAR:
        raise NotFound
    authorize(Permission.SIGNED_IN)
    wanted = _wanted(MeetingFilter(first=date(jahr, 1, 1), last=date(jahr, 12, 31)))
    found = [
        one for one in queries.meetings(db.session(), current_actor(), wanted, most=1000) if one.starts_at.year == jahr
    ]
    rows = sorted(calendar_sheets.year_sheet(found), key=lambda row: german_key(row[0].body.name))

    def address(number: int) -> str | None:
        is_there = FIRST_YEAR <= number <= LAST_YEAR
        return url_for(".year", jahr=number, **_chosen(vergangen=None)) if is_there else None

    return _page(
        "meetings/year.html",
        wanted,
        year=jahr,
        months=[date(jahr, number, 1) for number in range(1, 13)],
        rows=rows,
        holidays=calendar_sheets.school_holidays(jahr),
        before=address(jahr - 1),
        after=address(jahr + 1),
    )
