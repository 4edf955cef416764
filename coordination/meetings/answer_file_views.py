"""What somebody with a personal link may take along without an account: the agenda as PDF, attachments of its items."""

from __future__ import annotations

from flask import Response

from coordination.core import clock
from coordination.core.errors import LinkOver, NotFound
from coordination.documents import making
from coordination.files.serving import serve
from coordination.meetings import agenda_document, agenda_services, answer_services, words
from coordination.meetings.agenda_document import Reader
from coordination.meetings.blueprint import bp
from coordination.meetings.invitation_views import site
from coordination.meetings.models import Invitation
from coordination.web.downloads import file_answer
from coordination.web.extensions import db
from coordination.web.guard import open_to_all
from coordination.web.throttle import Limit

wrong_links = Limit("answer_link", "30/10minutes")


def asked(token: str) -> Invitation:
    """Return the invitation behind a personal link; whatever does not work is not found: a file has no page to say why.

    Raises:
        NotFound: the link is not from here, or over.
    """
    wrong_links.check()
    try:
        return answer_services.invitation_behind(db.session(), site(), token)
    except (NotFound, LinkOver):
        wrong_links.count()
        raise NotFound from None


@bp.get("/antwort/<token>/tagesordnung.pdf")
@open_to_all("the signed link is the capability of one invited person")
def agenda_by_link(token: str) -> Response:
    """Give the agenda to the invited person: guests its public part, as on the page of the link."""
    row, session = asked(token), db.session()
    meeting = row.meeting
    items = agenda_services.items_of(session, meeting.id)
    reader = Reader(is_inside=True, sees_all_items=row.role is not None)
    values = agenda_document.build(meeting, items, reader, site=site(), today=clock.today())
    name = words.file_name("Tagesordnung", meeting, "pdf")
    # Nothing is held while the other process works.
    session.rollback()
    return file_answer(making.pdf(agenda_document.TEMPLATE, values), making.PDF, name)


@bp.get("/antwort/<token>/anlagen/<int:file_id>")
@open_to_all("the signed link is the capability of one invited person; the item is asked whether it is theirs to read")
def file_by_link(token: str, file_id: int) -> Response:
    """Give an attachment of an item that the page of the link shows.

    Raises:
        NotFound: there is none with this key at such an item.
    """
    row = asked(token)
    shown = (one for _number, item in answer_services.agenda_for(db.session(), row) for one in item.attached)
    found = next((one for one in shown if one.id == file_id), None)
    if found is None:
        raise NotFound
    return serve(found.file)
