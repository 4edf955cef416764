"""Deciding a change that somebody asked for: old and new side by side, taking it over or saying why not."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.core import clock
from coordination.core.errors import Conflict, RuleViolation
from coordination.core.i18n import gettext as _
from coordination.core.i18n import sentence
from coordination.core.work import Work
from coordination.directory.rounds import answer_services, changes, clashes, queries, untold
from coordination.directory.rounds.answer_services import Decided
from coordination.directory.rounds.blueprint import bp
from coordination.directory.rounds.changes import Difference, Wish
from coordination.directory.rounds.forms import DecisionForm
from coordination.directory.rounds.models import ChangeProposal
from coordination.directory.rounds.pages import proposal_for, reading, site
from coordination.directory.rounds.rules import PROPOSAL_WORDS, ProposalState
from coordination.directory.steps import step as pressed
from coordination.mail.words import reason
from coordination.web.extensions import db
from coordination.web.forms import given
from coordination.web.guard import unit_of_work

#: Values of the buttons named "step".
ACCEPT, REFUSE, SETTLE, TOLD = "accept", "refuse", "settle", "told"


@bp.route("/bestaetigungen/aenderungen/<int:proposal_id>", methods=["GET", "POST"])
def proposal(proposal_id: int) -> ResponseReturnValue:
    """Show a change and decide it."""
    where = _back(proposal_for(proposal_id))
    form = DecisionForm(request.form)
    has_changed, problem = False, ""
    if request.method == "POST" and form.validate():
        try:
            with unit_of_work() as work:
                said = _decide(work, proposal_id, form)
        except Conflict:
            has_changed = True
        except RuleViolation as violation:
            if violation.field:
                form.show(violation)
            else:
                problem = sentence(violation)
        else:
            flash(said, "success")
            return redirect(where, 303)
    one = proposal_for(proposal_id)
    found = answer_services.of_proposal(reading(), one)
    form.keep(version=one.version, seen=changes.mark(found.person, found.rows))
    is_waiting = one.state is ProposalState.WAITING
    wish = Wish.unpacked(one.wish)
    told = (
        changes.differences(found.person, found.rows, wish) if is_waiting else [Difference(*each) for each in one.told]
    )
    page = render_template(
        "rounds/proposal.html",
        proposal=one,
        person=found.person,
        differences=told,
        is_waiting=is_waiting,
        has_wish=bool(wish),
        private=changes.private_email(wish) if is_waiting else "",
        at_once=clashes.notes(db.session(), found.person.id, wish, clock.today()) if is_waiting else [],
        is_stale=is_waiting and bool(wish.assignments - {each.id for each in found.rows}),
        untold=untold.mails(db.session(), one),
        reason=reason,
        form=form,
        has_changed=has_changed,
        problem=problem,
        proposal_words=PROPOSAL_WORDS,
    )
    return page, 409 if has_changed else 422 if problem or form.errors else 200


def _back(one: ChangeProposal) -> str:
    """Return where changes stand: on the page of the round that they answer, or with all that wait."""
    if one.asked is not None:
        return url_for(".show", round_id=one.asked.round_id)
    return url_for(".index", _anchor="changes")


def _decide(work: Work, proposal_id: int, form: DecisionForm) -> str:
    """Do what the button says, and return what to say of it."""
    which = Decided(proposal_id, given(form.version.data))
    if pressed() == REFUSE:
        if answer_services.refuse(work, site(), which, reason=form.reason.data or ""):
            return _("The entries stay as they were. The mail with your reason is on its way.")
        return _("The entries stay as they were. There is no address to write to: please tell them yourself.")
    if pressed() == SETTLE:
        answer_services.settle(work, which)
        return _("The message is dealt with.")
    if pressed() == TOLD:
        untold.note_told(work, which)
        name = queries.get_proposal(work.session, proposal_id).person.name
        return _("It is noted that %(name)s was told otherwise.", name=name)
    if pressed() != ACCEPT:
        raise Conflict
    if answer_services.accept(work, which, seen=form.seen.data or ""):
        return _(
            "The change is taken over and holds from today on. The message still waits until you have dealt with it."
        )
    return _("The change is taken over and holds from today on.")
