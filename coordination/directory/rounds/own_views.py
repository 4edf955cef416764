"""One's own page for what is to become different: times, room, holidays and contact with one employer."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.core import clock
from coordination.core.errors import Conflict
from coordination.core.i18n import gettext as _
from coordination.core.work import Work
from coordination.directory.rounds import own_services, queries
from coordination.directory.rounds.answer_services import Change, Decided
from coordination.directory.rounds.blueprint import bp
from coordination.directory.rounds.changes import Difference
from coordination.directory.rounds.models import ChangeProposal
from coordination.directory.rounds.pages import own_for
from coordination.directory.rounds.rules import ProposalState
from coordination.directory.rounds.sheet import Sheet
from coordination.directory.steps import step as pressed
from coordination.web.extensions import db
from coordination.web.forms import key_of
from coordination.web.guard import unit_of_work

#: Value of the button named "step"; that of sending has none.
WITHDRAW = "withdraw"


@bp.route("/personen/<int:person_id>/angaben/<int:organisation_id>", methods=["GET", "POST"])
def change_own(person_id: int, organisation_id: int) -> ResponseReturnValue:
    """Show the form of the personal link to whoever is signed in, and store what is different or let it wait."""
    found, said, is_late = own_for(person_id, organisation_id), "", False
    sheet = Sheet(found)
    if request.method == "POST" and pressed() == WITHDRAW:
        is_late = not _withdrawn(person_id, organisation_id)
        said = "" if is_late else _("Taken back. Your entries stay as they are.")
    elif request.method == "POST":
        said = _sent(sheet, person_id, organisation_id)
    if said:
        flash(said, "success")
        return redirect(url_for("directory.person", person_id=person_id, _anchor="assignments"), 303)
    if request.method == "GET" or is_late:
        found = own_for(person_id, organisation_id)
        sheet = Sheet(found)
        sheet.fill()
    else:
        found = own_for(person_id, organisation_id)
        sheet.renew(found)
    refused = queries.refused_lately(db.session(), person_id, clock.today(), organisation_id)
    page = render_template(
        "rounds/own_change.html",
        is_late=is_late,
        refused=refused,
        refused_told=[Difference(*each) for each in refused.told] if refused is not None else [],
        **sheet.shown(),
    )
    return page, 409 if is_late else sheet.status


def _sent(sheet: Sheet, person_id: int, organisation_id: int) -> str:
    """Store what was sent, and return what to say of it; "" if it is not stored."""
    stored: list[ChangeProposal] = []

    def store(work: Work, data: Change) -> None:
        stored.append(own_services.change(work, person_id, organisation_id, data))

    if not sheet.is_stored(None, store):
        return ""
    (row,) = stored
    if row.state is ProposalState.WAITING:
        return _("Thank you, the office looks at it. Until then these entries stay as they are.")
    if row.message:
        return _("Thank you, your change holds from today on. Your message is with the office.")
    return _("Thank you, your change holds from today on.")


def _withdrawn(person_id: int, organisation_id: int) -> bool:
    which = Decided(key_of(request.form.get("proposal")) or 0, key_of(request.form.get("version")) or 0)
    try:
        with unit_of_work() as work:
            own_services.withdraw(work, person_id, organisation_id, which)
    except Conflict:
        return False
    return True
