"""Reporting an error from a public page: without an account and a cookie, to the office that can put it right."""

from __future__ import annotations

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from coordination.core import clock, tokens
from coordination.core.access import ANONYMOUS
from coordination.core.errors import LinkOver, NotFound
from coordination.core.i18n import gettext as _
from coordination.directory.public import queries as public
from coordination.directory.public.queries import PublicSchool
from coordination.directory.public.views import Opening, closed, opening
from coordination.mail.site import Site
from coordination.privacy import services
from coordination.privacy.forms import ReportForm
from coordination.privacy.offices import Office
from coordination.privacy.services import Message
from coordination.privacy.views import bp
from coordination.web.extensions import csrf, db
from coordination.web.forms import given
from coordination.web.guard import open_to_all, unit_of_work
from coordination.web.throttle import Limit

reports_sent = Limit("public_report", "5/hour")
#: Beside it: many networks at once are not to fill an office's mailbox.
all_reports_sent = Limit("public_reports", "60/hour", by_network=False)
#: Purpose of the key that stands in for a form token, and how long a form may stay open.
PURPOSE, OPEN_FOR = "public_report", 12 * 60 * tokens.MINUTES


def _site() -> Site:
    found: Site = current_app.extensions["koordination.site"]
    return found


@bp.route("/schulsozialarbeit/<school_number>/melden", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]
@open_to_all("whoever sees a public page may report an error on it; the signed key stands in for a form token")
def report(school_number: str) -> ResponseReturnValue:
    """Take a report about a school."""
    if opening() is Opening.CLOSED:
        return closed()
    found = public.school(db.session(), school_number, clock.today())
    form = ReportForm(request.form)
    if request.method == "POST" and form.validate():
        if _is_fresh(form.form_token.data or "", found):
            if not form.homepage.data:
                _store(form, found)
            return render_template("public/thanks.html", school=found, reply_to=form.reply_to.data)
        form.form_errors.append(_("The page was open for too long. Please send your message once more."))
    form.keep(form_token=_site().signer.make(PURPOSE, found.place_id, 0))
    return render_template("public/report.html", form=form, school=found), 422 if form.errors else 200


def _is_fresh(key: str, found: PublicSchool) -> bool:
    """Return whether a form was opened here, for this school, and not too long ago."""
    try:
        return _site().signer.read(PURPOSE, key, max_age=OPEN_FOR).id == found.place_id
    except (NotFound, LinkOver):
        return False


def _store(form: ReportForm, found: PublicSchool) -> None:
    for limit in (reports_sent, all_reports_sent):
        limit.check()
    for limit in (reports_sent, all_reports_sent):
        limit.count()
    message = Message("entry", f"/orte/{found.place_id}", given(form.text.data), form.reply_to.data or "", found.name)
    offices = {offer.email: Office(offer.employer, offer.email) for offer in found.offers if offer.email}
    with unit_of_work(ANONYMOUS) as work:
        services.give_feedback(work, message, _site(), list(offices.values()), only_offices=True)
