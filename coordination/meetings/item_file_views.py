"""Attachments of agenda items: sent in on the page of the item, given to who takes part, removed after a question."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict, FileStorage

from coordination.core.errors import NotFound, RuleViolation
from coordination.core.i18n import gettext as _
from coordination.core.i18n import ngettext
from coordination.files import content, rules
from coordination.files.content import Accepted
from coordination.files.services import Kept
from coordination.files.serving import serve, store
from coordination.meetings import item_file_services
from coordination.meetings.agenda_forms import FilesForm
from coordination.meetings.agenda_views import item_of, item_page
from coordination.meetings.blueprint import bp
from coordination.meetings.pages import managed, opened
from coordination.web.extensions import db
from coordination.web.guard import current_actor, unit_of_work

FIELD = "files"


@bp.post("/sitzungen/<int:meeting_id>/tagesordnung/<int:item_id>/anlagen")
def attach_files(meeting_id: int, item_id: int) -> ResponseReturnValue:
    """Put files to an item: all of them, or with one that is refused none."""
    managed(meeting_id)
    item_of(meeting_id, item_id)
    form = FilesForm(CombinedMultiDict((request.files, request.form)))
    if form.validate():
        try:
            accepted = [_accepted(one) for one in form.chosen()]
            kept = [Kept(_put(one), file) for one, file in zip(form.chosen(), accepted, strict=True)]
            with unit_of_work() as work:
                count = item_file_services.attach(work, item_id, kept, field=FIELD)
        except RuleViolation as violation:
            form.show(violation)
        else:
            flash(_told(count), "success")
            return redirect(url_for(".edit_item", meeting_id=meeting_id, item_id=item_id, _anchor="attachments"), 303)
    return item_page(meeting_id, item_id, files_form=form)


def _told(count: int) -> str:
    if not count:
        return _("That was attached already.")
    return ngettext("The file is attached.", "%(count)s files are attached.", count, count=count)


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
        flash(_("“%(name)s” is removed.", name=name), "success")
        return redirect(url_for(".edit_item", meeting_id=meeting_id, item_id=item_id, _anchor="attachments"), 303)
    return render_template("meetings/remove_file.html", meeting=meeting, item=found.item, file=found.file)
