"""The switch of the public page: for the administration."""

from __future__ import annotations

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.core.access import Permission
from coordination.core.i18n import gettext as _
from coordination.directory.public import queries, services
from coordination.directory.public.blueprint import bp
from coordination.web.extensions import db
from coordination.web.guard import authorize, unit_of_work


@bp.get("/verwaltung/oeffentliche-seite")
def setting() -> ResponseReturnValue:
    """Show whether the public page is on, and what is on it."""
    authorize(Permission.PUBLIC_PAGE_SET)
    g.nav_key = "admin"
    address = current_app.extensions["koordination.site"].url(url_for(".schools"))
    return render_template("public/setting.html", row=queries.page(db.session()), address=address)


@bp.post("/verwaltung/oeffentliche-seite")
def switch() -> ResponseReturnValue:
    """Switch it on or off."""
    authorize(Permission.PUBLIC_PAGE_SET)
    to_on = request.form.get("an") == "1"
    with unit_of_work() as work:
        services.switch(work, to_on=to_on)
    flash(
        _("The public page is there for everybody now.") if to_on else _("The public page is switched off."), "success"
    )
    return redirect(url_for(".setting"), 303)
