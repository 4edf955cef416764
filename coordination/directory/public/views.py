"""The public pages: the list of schools and one school, without an account and without a cookie."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Any

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.core import clock, i18n
from coordination.core.access import Permission, allows
from coordination.core.i18n import gettext as _
from coordination.core.special_days import public_holiday, school_holiday
from coordination.directory import queries as directory
from coordination.directory import words
from coordination.directory.list_views import PageOf
from coordination.directory.page_queries import PAGE_SIZE
from coordination.directory.place_filters import whole
from coordination.directory.public import queries
from coordination.directory.public.blueprint import bp
from coordination.directory.public.queries import PublicSchool, Wanted
from coordination.directory.school_forms import FORMS, form_label
from coordination.web.extensions import db
from coordination.web.forms import tidy_line
from coordination.web.guard import current_actor, open_to_all


class Opening(Enum):
    """Whether a reader gets the pages: everybody once they are on, the administration before."""

    CLOSED = "closed"
    PREVIEW = "preview"
    OPEN = "open"


def opening() -> Opening:
    """Return whether this reader gets the pages."""
    if queries.is_on(db.session()):
        return Opening.OPEN
    return Opening.PREVIEW if allows(current_actor(), Permission.PUBLIC_PAGE_SET) else Opening.CLOSED


def closed() -> ResponseReturnValue:
    """Say that the pages are not there, and whom to ask instead."""
    contact = current_app.extensions["koordination.site"].contact_email
    return render_template("public/closed.html", contact=contact), 404


@bp.get("/schulsozialarbeit")
@open_to_all("the city has switched it on for everybody; no person is named on it")
def schools() -> ResponseReturnValue:
    """List the schools with the usual times of school social work, narrowed by name, district and form."""
    if (state := opening()) is Opening.CLOSED:
        return closed()
    session, today = db.session(), clock.today()
    form = request.args.get("form")
    wanted = Wanted(
        words=tidy_line(request.args.get("q"))[:80],
        district_id=whole(request.args.get("bezirk"), 1, 10**8),
        form_code=form if form in FORMS else None,
    )
    number = whole(request.args.get("seite"), 1, 100_000) or 1
    found, total = queries.schools(session, today, wanted, number), queries.counted(session, today, wanted)
    there = directory.schools_by_form(session, today)
    first = PAGE_SIZE * (number - 1) + 1
    return render_template(
        "public/schools.html",
        schools=found,
        wanted=wanted,
        total=total,
        districts=directory.districts(session),
        forms=[(code, _(form_label(code))) for code in FORMS if code in there or code == wanted.form_code],
        today=_today(today),
        is_preview=state is Opening.PREVIEW,
        page=PageOf(
            first,
            first + len(found) - 1,
            total,
            _address(seite=number - 1) if number > 1 else None,
            _address(seite=number + 1) if first + len(found) - 1 < total else None,
        ),
        form_label=form_label,
        words=words,
    )


def _address(**changes: Any) -> str:
    kept: dict[str, Any] = {key: value for key in ("q", "bezirk", "form") if (value := request.args.get(key))}
    return url_for(".schools", **kept | changes)


def _today(day: date, *, is_free_day: bool = False) -> str:
    """Return why schools are closed today, in a word or two; "" on a school day."""
    closed_for = public_holiday(day) or school_holiday(day) or ""
    return closed_for or (_("A day off that this school chose itself") if is_free_day else "")


def _is_holiday_alone(day: date, *, is_free_day: bool) -> bool:
    """Return whether school holidays are all that is against anybody being there."""
    return bool(school_holiday(day)) and not public_holiday(day) and not is_free_day


@bp.get("/schulsozialarbeit/<school_number>")
@open_to_all("the city has switched it on for everybody; no person is named on it")
def school(school_number: str) -> ResponseReturnValue:
    """Show one school: its office, and when school social work is usually there."""
    if (state := opening()) is Opening.CLOSED:
        return closed()
    session, today = db.session(), clock.today()
    found = queries.school(session, school_number, today)
    free_days = directory.free_days_of(session, [found.place_id], today, today)
    return render_template(
        "public/school.html",
        school=found,
        form=_(form_label(found.form_code)),
        week=_week(found, today),
        today=_today(today, is_free_day=bool(free_days)),
        in_holidays=found.in_holidays if _is_holiday_alone(today, is_free_day=bool(free_days)) else None,
        words=words,
        is_preview=state is Opening.PREVIEW,
    )


def _week(found: PublicSchool, today: date) -> dict[str, Any]:
    """Return what the macro ``week_grid`` wants: a usual week, a row for each employer and building."""
    last = max([4, *(time.weekday for time in found.times)])
    rows = [
        {
            "label": offer.employer,
            "meta": " · ".join(filter(None, (site.name, offer.in_holidays and words.in_holidays(offer.in_holidays)))),
            "days": [
                [{"time": words.hours(one)} for one in offer.times if one.weekday == day] for day in range(last + 1)
            ],
        }
        for site in found.sites
        for offer in site.offers
        if offer.times
    ]
    return {
        "rows": rows,
        "days": [i18n.weekday_short(day) for day in range(last + 1)],
        "today": today.weekday() if today.weekday() <= last else None,
    }
