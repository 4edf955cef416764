"""The agenda: its page for whoever keeps it, items by buttons, proposals, and what earlier meetings left."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.core import clock
from coordination.core.access import Permission
from coordination.core.collation import german_key
from coordination.core.errors import NotFound, RuleViolation
from coordination.core.i18n import N_, ngettext, sentence
from coordination.core.i18n import gettext as _
from coordination.meetings import agenda, agenda_services, late_views, overview, refusals, services, words
from coordination.meetings.agenda_forms import ItemForm, RefusalForm
from coordination.meetings.blueprint import bp
from coordination.meetings.deadlines import DueState
from coordination.meetings.invitation_views import site
from coordination.meetings.invitees import listed, wanted
from coordination.meetings.models import AgendaItem, Meeting
from coordination.meetings.pages import managed, opened
from coordination.meetings.rules import (
    ITEM_KIND_WORDS,
    ITEM_STATE_WORDS,
    Deadline,
    ItemState,
    ItemStep,
    MeetingState,
)
from coordination.web.extensions import db
from coordination.web.forms import key_of
from coordination.web.guard import authorize, current_actor, unit_of_work

#: What a button of an item says → what is done with it.
SETTLED = {"auf": ItemStep.TAKE_UP, "vertagt": ItemStep.LEAVE, "nicht": ItemStep.REFUSE}


def _form(meeting: Meeting, data: Any = None) -> ItemForm:
    form = ItemForm(data)
    offer_people(form, meeting)
    return form


def offer_people(form: ItemForm, meeting: Meeting) -> None:
    """Fill in who can bring an item in."""
    people = wanted(listed(db.session(), meeting))
    offered = [(one.person.id, f"{one.person.family_name}, {one.person.given_name}") for one in people]
    form.offer(sorted(offered, key=lambda one: german_key(one[1])))


def _people(meeting: Meeting) -> list[int]:
    return [one.person.id for one in wanted(listed(db.session(), meeting))]


def item_of(meeting_id: int, item_id: int) -> AgendaItem:
    """Return an item of a meeting, or raise NotFound."""
    item = db.session().get(AgendaItem, item_id, options=agenda_services.WITH_FILES)
    if item is None or item.meeting_id != meeting_id:
        raise NotFound
    return item


def back_to_agenda(meeting_id: int, said: str, *, at: int | None = None) -> ResponseReturnValue:
    """Return to the agenda; what happened to one item that is on it is said beside it."""
    anchor = f"item-{at}" if at is not None else None
    told: Any = {"text": said, "at": anchor}
    flash(told, "success")
    return redirect(url_for(".edit_agenda", meeting_id=meeting_id, _anchor=anchor), 303)


def _why_fixed(meeting: Meeting) -> str:
    """Return why nothing of an agenda can change, in a sentence; else nothing."""
    if meeting.state in {MeetingState.CLOSED, MeetingState.CANCELLED}:
        return _("This agenda can no longer be changed.")
    try:
        services.check_open(db.session(), meeting)
    except RuleViolation as violation:
        return sentence(violation)
    return ""


def agenda_page(
    meeting_id: int,
    form: ItemForm | None = None,
    *,
    refused: tuple[int, RefusalForm] | None = None,
    is_stale: bool = False,
) -> ResponseReturnValue:
    """Return the page of an agenda.

    ``refused``: a proposal and its form that could not be stored; ``is_stale``: an order came that was made from
    another agenda.
    """
    session = db.session()
    meeting = managed(meeting_id)
    form = form or _form(meeting)
    items = agenda_services.items_of(session, meeting_id)
    why_fixed = _why_fixed(meeting)
    proposed = [one for one in items if one.state is ItemState.PROPOSED]
    refusals = {one.id: RefusalForm(one.id) for one in proposed} | (dict([refused]) if refused else {})
    minutes = int((meeting.ends_at - meeting.starts_at).total_seconds() // 60)
    text = render_template(
        "meetings/agenda.html",
        meeting=meeting,
        items=agenda.in_order(items),
        numbers=agenda.numbers(items),
        budget=agenda.budget(items, minutes),
        proposed=proposed,
        refusals=refusals,
        own_id=current_actor().person_id,
        refused=refused[1] if refused else None,
        off=[one for one in items if one.state in {ItemState.LEFT_OVER, ItemState.REFUSED}],
        earlier=agenda_services.left_over(session, meeting) if not why_fixed else [],
        form=form,
        why_fixed=why_fixed,
        is_stale=is_stale,
        kind_words=ITEM_KIND_WORDS,
        state_words=ITEM_STATE_WORDS,
        words=words,
    )
    return text, 409 if is_stale else 422 if form.errors or refused else 200


def _too_late(form: ItemForm, meeting: Meeting, title: str) -> ResponseReturnValue | None:
    """Return what was typed for a meeting that takes no items any more; None: it does, or nothing was sent."""
    if request.method != "POST":
        return None
    return late_views.refused(form, meeting, title, lambda: services.check_open(db.session(), meeting))


@bp.route("/sitzungen/<int:meeting_id>/tagesordnung", methods=["GET", "POST"])
def edit_agenda(meeting_id: int) -> ResponseReturnValue:
    """Show the agenda to whoever keeps it, and put items on it."""
    meeting = managed(meeting_id)
    form = _form(meeting, request.form)
    if late := _too_late(form, meeting, _("Put an item on the agenda")):
        return late
    if request.method == "POST" and form.validate():
        try:
            with unit_of_work() as work:
                key = agenda_services.put_on(work, meeting_id, form.value()).id
        except RuleViolation as violation:
            form.show(violation)
        else:
            return back_to_agenda(meeting_id, _("The item is on the agenda."), at=key)
    return agenda_page(meeting_id, form)


@bp.route("/sitzungen/<int:meeting_id>/vorschlagen", methods=["GET", "POST"])
def propose_item(meeting_id: int) -> ResponseReturnValue:
    """Propose an item: for whoever belongs to the body."""
    meeting, subject = opened(meeting_id)
    authorize(Permission.AGENDA_PROPOSE, subject)
    form = _form(meeting, request.form)
    if late := _too_late(form, meeting, _("Propose an item")):
        return late
    if request.method == "GET":
        # Whoever proposes brings it in; somebody who is not on the list to choose from stands for nobody.
        own = current_actor().person_id
        form.keep(presenter_id=next((one for one in _people(meeting) if one == own), 0))
    if request.method == "POST" and form.validate():
        try:
            with unit_of_work() as work:
                agenda_services.propose(work, meeting_id, form.value())
        except RuleViolation as violation:
            form.show(violation)
        else:
            flash(_("Your proposal is with the office."), "success")
            return redirect(url_for(".meeting", meeting_id=meeting_id), 303)
    found = opened(meeting_id)[0]
    page = render_template(
        "meetings/item.html",
        meeting=found,
        item=None,
        form=form,
        title=_("Propose an item"),
        differences=[],
        late_since=_late_since(found),
    )
    return page, 422 if form.errors else 200


def _late_since(meeting: Meeting) -> date | None:
    """Return until when proposals were asked for, if that has passed: the office decides what still fits."""
    due = overview.due_of(meeting, clock.today(), meeting.overrides)
    return next((one.due for one in due if one.deadline is Deadline.ITEMS and one.state is DueState.PASSED), None)


@bp.post("/sitzungen/<int:meeting_id>/tagesordnung/<int:item_id>/stand")
def settle_item(meeting_id: int, item_id: int) -> ResponseReturnValue:
    """Take an item off the agenda, or put it on."""
    managed(meeting_id)
    item = item_of(meeting_id, item_id)
    step = SETTLED.get(request.form.get("stand", ""))
    if step is None:
        raise RuleViolation(N_("This is not possible with the item as it stands now."))
    form = RefusalForm(item_id, request.form)
    is_answer = "reason" in request.form
    if is_answer and item.state is ItemState.PROPOSED and not form.validate():
        return agenda_page(meeting_id, refused=(item_id, form))
    try:
        with unit_of_work() as work:
            is_told = refusals.settle(work, site(), item_id, step, refusal=form.value() if is_answer else None)
    except refusals.SettledMeanwhile as violation:
        # The field in which the reason was typed is not there any more.
        flash(sentence(violation), "warning")
        return redirect(url_for(".edit_agenda", meeting_id=meeting_id, _anchor=f"item-{item_id}"), 303)
    said = {
        ItemStep.TAKE_UP: _("The item is on the agenda."),
        ItemStep.LEAVE: _("The item is left for another meeting; its agenda will offer it."),
        ItemStep.REFUSE: _refused(is_told=is_told)
        if is_answer
        else _("The item is off the agenda. It stays to be seen below."),
    }
    is_there = agenda_services.is_numbered(db.session(), item_id)
    return back_to_agenda(meeting_id, said[step], at=item_id if is_there else None)


def _refused(*, is_told: bool) -> str:
    if is_told:
        return _("The proposal is not taken up. Whoever made it gets a mail.")
    return _("The proposal is not taken up. Whoever made it reads so on the page of the meeting.")


@bp.post("/sitzungen/<int:meeting_id>/tagesordnung/uebernehmen")
def carry_over(meeting_id: int) -> ResponseReturnValue:
    """Take up again what earlier meetings left."""
    managed(meeting_id)
    keys = [key_of(text) for text in request.form.getlist("punkt")]
    with unit_of_work() as work:
        count = agenda_services.carry_over(work, meeting_id, keys)
    if not count:
        flash(_("Please choose the items to take up."), "warning")
        return redirect(url_for(".edit_agenda", meeting_id=meeting_id), 303)
    said = ngettext("One item is taken up again.", "%(count)s items are taken up again.", count, count=count)
    return back_to_agenda(meeting_id, said)
