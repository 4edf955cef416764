"""The agenda as PDF, for each reader without what is not theirs to see."""

from __future__ import annotations

from flask import Response, current_app

from coordination.core import clock
from coordination.documents import making
from coordination.mail.site import Site
from coordination.meetings import agenda_document, agenda_services, words
from coordination.meetings.access import sees_inside
from coordination.meetings.agenda_document import Reader
from coordination.meetings.blueprint import bp
from coordination.meetings.pages import opened
from coordination.web.downloads import file_answer
from coordination.web.extensions import db
from coordination.web.guard import current_actor, may


@bp.get("/sitzungen/<int:meeting_id>/tagesordnung.pdf")
def agenda_pdf(meeting_id: int) -> Response:
    """Give the agenda to whoever sees the meeting."""
    meeting, subject = opened(meeting_id)
    session = db.session()
    site: Site = current_app.extensions["koordination.site"]
    reader = Reader(may("meeting_read_inside", subject), sees_inside(session, current_actor(), meeting))
    items = agenda_services.items_of(session, meeting_id)
    values = agenda_document.build(meeting, items, reader, site=site, today=clock.today())
    name = words.file_name("Tagesordnung", meeting, "pdf")
    # Nothing is held while the other process works.
    session.rollback()
    return file_answer(making.pdf(agenda_document.TEMPLATE, values), making.PDF, name)
