"""The order of an agenda: by buttons, by dragging, and back again."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from coordination.core.errors import Conflict
from coordination.core.i18n import gettext as _
from coordination.meetings import agenda_services
from coordination.meetings.agenda_services import Ordered
from coordination.meetings.agenda_views import agenda_page, item_of
from coordination.meetings.blueprint import bp
from coordination.meetings.pages import managed
from coordination.web.forms import key_of
from coordination.web.guard import unit_of_work


def _told(meeting_id: int, done: Ordered, said: str, *, at: str = "") -> None:
    """Say what was done, with the way back where something was; ``at`` is the part of the page it is about."""
    if not done.before:
        unmoved: Any = {"text": _("The order stays as it was."), "at": at}
        flash(unmoved, "info")
        return
    before = "-".join(map(str, done.before))
    undo_url = url_for(".order_items", meeting_id=meeting_id, reihe=before, version=done.version, zurueck=1)
    told: Any = {"text": said, "undo_url": undo_url, "at": at}
    flash(told, "success")


@bp.post("/sitzungen/<int:meeting_id>/tagesordnung/<int:item_id>/verschieben")
def move_item(meeting_id: int, item_id: int) -> ResponseReturnValue:
    """Let an item change places with its neighbour; the notice brings the way back."""
    managed(meeting_id)
    title, up = item_of(meeting_id, item_id).title, request.form.get("richtung") != "ab"
    with unit_of_work() as work:
        done = agenda_services.move_item(work, item_id, up=up)
    said = (
        _("“%(title)s” stands further up now.", title=title)
        if up
        else _("“%(title)s” stands further down now.", title=title)
    )
    _told(meeting_id, done, said, at=f"item-{item_id}")
    return redirect(url_for(".edit_agenda", meeting_id=meeting_id, _anchor=f"item-{item_id}"), 303)


@bp.post("/sitzungen/<int:meeting_id>/tagesordnung/reihenfolge")
def order_items(meeting_id: int) -> ResponseReturnValue:
    """Put the agenda in the order in which somebody has dragged it, or take that back."""
    managed(meeting_id)
    keys = [key_of(text) for text in request.values.get("reihe", "").split("-")]
    version = key_of(request.values.get("version"))
    try:
        with unit_of_work() as work:
            done = agenda_services.order_items(work, meeting_id, keys, version=version)
    except Conflict:
        return agenda_page(meeting_id, is_stale=True)
    if request.args.get("zurueck"):
        flash(_("The agenda is in the order that it had before."), "success")
    else:
        _told(meeting_id, done, _("The agenda is in the new order."))
    return redirect(url_for(".edit_agenda", meeting_id=meeting_id, _anchor="items"), 303)
