"""The page of one agenda item: its fields and attachments; files are given to those who take part, or removed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict, FileStorage

from coordination.bodies.edit_views import saving
from coordination.core.errors import NotFound
from coordination.core.i18n import gettext as _
from coordination.core.i18n import ngettext
from coordination.core.work import Work
from coordination.files import content, rules
from coordination.files.content import Accepted
from coordination.files.services import Kept
from coordination.files.serving import serve, store
from coordination.meetings import agenda_services, item_file_services
from coordination.meetings.agenda_forms import ItemFilesForm, ItemForm
from coordination.meetings.agenda_views import back_to_agenda, item_of, offer_people
from coordination.meetings.blueprint import bp
from coordination.meetings.pages import managed, opened
from coordination.web.extensions import db
from coordination.web.forms import given
from coordination.web.guard import current_actor, unit_of_work

FIELD = "files"


@bp.route("/sitzungen/<int:meeting_id>/tagesordnung/<int:item_id>", methods=["GET", "POST"])
def edit_item(meeting_id: int, item_id: int) -> ResponseReturnValue:
    """Change an item; files that are chosen already are put to it, too."""
    form = _form(meeting_id, item_id)
    saved, differences, _count = _save(form, meeting_id, item_id)
    if saved:
        is_there = agenda_services.is_numbered(db.session(), item_id)
        return back_to_agenda(meeting_id, _("The item is changed."), at=item_id if is_there else None)
    return _page(form, meeting_id, item_id, differences)


@bp.post("/sitzungen/<int:meeting_id>/tagesordnung/<int:item_id>/anlagen")
def attach_files(meeting_id: int, item_id: int) -> ResponseReturnValue:
    """Put files to an item: all of them, or with one that is refused none; store what was typed beside them."""
    form = _form(meeting_id, item_id)
    form.is_attaching = True
    saved, differences, count = _save(form, meeting_id, item_id)
    if saved:
        _tell(_told(count))
        return redirect(url_for(".edit_item", meeting_id=meeting_id, item_id=item_id, _anchor="attachments"), 303)
    return _page(form, meeting_id, item_id, differences)


def _form(meeting_id: int, item_id: int) -> ItemFilesForm:
    meeting = managed(meeting_id)
    item_of(meeting_id, item_id)
    form = ItemFilesForm(CombinedMultiDict((request.files, request.form)))
    offer_people(form, meeting)
    return form


def _save(form: ItemFilesForm, meeting_id: int, item_id: int) -> tuple[bool, list[Any], int]:
    """Return what ``saving`` does, and how many files are new."""
    count = 0

    def stored(data: Any) -> ItemForm:
        kept = ItemForm(data)
        offer_people(kept, managed(meeting_id))
        kept.keep_item(item_of(meeting_id, item_id))
        return kept

    def save(work: Work) -> None:
        nonlocal count
        accepted = [_accepted(one) for one in form.chosen()]
        agenda_services.change_item(work, item_id, form.value(), version=given(form.version.data))
        if accepted:
            kept = [Kept(_put(one), file) for one, file in zip(form.chosen(), accepted, strict=True)]
            count = item_file_services.attach(work, item_id, kept, field=FIELD)

    saved, differences = saving(form, stored, save)
    return saved, differences, count


def _page(form: ItemFilesForm, meeting_id: int, item_id: int, differences: Sequence[Any]) -> ResponseReturnValue:
    meeting = managed(meeting_id)
    page = render_template(
        "meetings/item.html",
        meeting=meeting,
        item=item_of(meeting_id, item_id),
        may_attach=agenda_services.is_open(db.session(), meeting),
        form=form,
        title=_("Change the item"),
        differences=differences,
        late_since=None,
    )
    return page, 409 if differences else 422 if form.errors else 200


def _told(count: int) -> str:
    if not count:
        return _("That was attached already.")
    return ngettext("The file is attached.", "%(count)s files are attached.", count, count=count)


def _tell(said: str) -> None:
    """Say beside the attachments what happened to them."""
    told: Any = {"text": said, "at": "attachments"}
    flash(told, "success")


def _accepted(upload: FileStorage) -> Accepted:
    # One more than may be: enough to know, however much there is.
    return content.accept(upload.filename, upload.stream.read(rules.MOST_BYTES + 1), field=FIELD)


def _put(upload: FileStorage) -> str:
    upload.stream.seek(0)
    return store().put(upload.stream.read())


@bp.get("/sitzungen/<int:meeting_id>/anlagen/<int:file_id>")
def item_file(meeting_id: int, file_id: int) -> Response:
    """Give an attachment to those who take part, as far as they read its item."""
    meeting, _subject = opened(meeting_id)
    session = db.session()
    found = item_file_services.attached(session, meeting_id, file_id)
    if not item_file_services.may_read(session, current_actor(), meeting, found.item):
        raise NotFound
    return serve(found.file)


@bp.route("/sitzungen/<int:meeting_id>/anlagen/<int:file_id>/entfernen", methods=["GET", "POST"])
def remove_file(meeting_id: int, file_id: int) -> ResponseReturnValue:
    """Ask back, then take an attachment away."""
    meeting = managed(meeting_id)
    found = item_file_services.attached(db.session(), meeting_id, file_id)
    item_id, name = found.item_id, found.file.name
    if request.method == "POST":
        with unit_of_work() as work:
            item_file_services.remove(work, store(), item_id, file_id)
        _tell(_("“%(name)s” is removed.", name=name))
        return redirect(url_for(".edit_item", meeting_id=meeting_id, item_id=item_id, _anchor="attachments"), 303)
    return render_template("meetings/remove_file.html", meeting=meeting, item=found.item, file=found.file)
