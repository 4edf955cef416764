"""Reading minutes: as a page, as PDF and as a Word file; for each reader without what is not theirs to see."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from coordination.core import clock
from coordination.core.access import Subject
from coordination.core.errors import NotFound
from coordination.files.serving import store
from coordination.mail import outbox
from coordination.mail.desk import hindrance
from coordination.mail.words import STATE_WORDS as MAIL_WORDS
from coordination.mail.words import reason
from coordination.meetings import words as meeting_words
from coordination.meetings.access import sees_inside
from coordination.meetings.models import Meeting
from coordination.meetings.rules import MeetingState
from coordination.minutes import page_document, queries
from coordination.minutes.blueprint import bp
from coordination.minutes.document import build
from coordination.minutes.letters import about
from coordination.minutes.making import MEDIA_TYPES, make
from coordination.minutes.models import FrozenMinutes, Minutes
from coordination.minutes.pages import read as opened
from coordination.minutes.pages import setting
from coordination.minutes.rules import STATE_WORDS, MinutesState
from coordination.minutes.undelivered import undelivered
from coordination.web.downloads import file_answer
from coordination.web.extensions import db
from coordination.web.guard import current_actor, may


@bp.get("/sitzungen/<int:meeting_id>/protokoll/lesen")
def read(meeting_id: int) -> ResponseReturnValue:
    """Show minutes; what is approved as it was frozen."""
    meeting, minutes = opened(meeting_id)
    session, actor = db.session(), current_actor()
    is_inside = sees_inside(session, actor, meeting)
    versions = _versions(minutes)
    may_write = may("minutes_write", Subject(body_id=meeting.body_id))
    is_asked = may_write and minutes.state is MinutesState.CIRCULATED
    waiting = session.scalar(outbox.unsent(about(meeting.id))) if is_asked else 0
    return render_template(
        "minutes/read.html",
        meeting=meeting,
        minutes=minutes,
        content=_content(meeting, versions, sees_inside=is_inside),
        versions=versions if is_inside else [],
        sees_inside=is_inside,
        may_close=meeting.state is MeetingState.MINUTES_OPEN and minutes.state is MinutesState.APPROVED,
        may_write=may_write,
        undelivered=undelivered(session, meeting.id) if is_asked else [],
        waiting=waiting,
        hindrance=hindrance(session) if waiting else "",
        reason=reason,
        mail_words=MAIL_WORDS,
        today=clock.today(),
        state_words=STATE_WORDS,
        words=meeting_words,
    )


def _versions(minutes: Minutes) -> Sequence[FrozenMinutes]:
    return queries.frozen_of(db.session(), minutes.id) if minutes.state is MinutesState.APPROVED else ()


def content_of(meeting: Meeting, minutes: Minutes, *, sees_inside: bool) -> Markup:
    """Return the text of minutes as a page shows it; what is approved as it was frozen."""
    return _content(meeting, _versions(minutes), sees_inside=sees_inside)


def _content(meeting: Meeting, versions: Sequence[FrozenMinutes], *, sees_inside: bool) -> Markup:
    if versions and sees_inside:
        return Markup(versions[0].content)  # noqa: S704 - written by page_document, which escapes and cleans
    return page_document.html(build(db.session(), meeting, setting(), with_inside=sees_inside))


@bp.get("/sitzungen/<int:meeting_id>/protokoll.pdf")
def as_pdf(meeting_id: int) -> Response:
    """Give minutes as PDF; approved ones are the file that was frozen with them."""
    meeting, minutes = opened(meeting_id)
    return pdf_of(meeting, minutes, sees_inside=sees_inside(db.session(), current_actor(), meeting))


def pdf_of(meeting: Meeting, minutes: Minutes, *, sees_inside: bool) -> Response:
    """Return minutes as PDF; approved ones as they were frozen, to who reads all of them."""
    frozen = _versions(minutes) if sees_inside else ()
    if frozen and frozen[0].pdf is not None:
        return _kept(meeting, frozen[0])
    return _made(meeting, "pdf", sees_inside=sees_inside)


@bp.get("/sitzungen/<int:meeting_id>/protokoll.docx")
def as_word(meeting_id: int) -> Response:
    """Give minutes as a Word file."""
    meeting, _minutes = opened(meeting_id)
    return _made(meeting, "docx", sees_inside=sees_inside(db.session(), current_actor(), meeting))


@bp.get("/sitzungen/<int:meeting_id>/protokoll/fassung/<int:number>.pdf")
def version(meeting_id: int, number: int) -> Response:
    """Give one approved version as it was frozen."""
    meeting, minutes = opened(meeting_id)
    session = db.session()
    found = [one for one in queries.frozen_of(session, minutes.id) if one.number == number]
    if not found or found[0].pdf is None or not sees_inside(session, current_actor(), meeting):
        raise NotFound
    return _kept(meeting, found[0])


def _kept(meeting: Meeting, frozen: FrozenMinutes) -> Response:
    if frozen.pdf is None:
        raise NotFound
    try:
        content = store().get(frozen.pdf.digest)
    except FileNotFoundError:
        # A backup without its files: the same document can be made again, though not the same bytes.
        return _made(meeting, "pdf", sees_inside=True)
    return _answer(content, "pdf", file_name(meeting, "pdf", frozen.number))


def _made(meeting: Meeting, kind: str, *, sees_inside: bool) -> Response:
    session = db.session()
    document = build(session, meeting, setting(), with_inside=sees_inside)
    name = file_name(meeting, kind)
    # Nothing is held while the other process works.
    session.rollback()
    return _answer(make(document, kind, clock.today()), kind, name)


def file_name(meeting: Meeting, kind: str, number: int = 1) -> str:
    """Return what the file is called; from the second version on with its number."""
    return meeting_words.file_name("Protokoll", meeting, kind, more=f" Fassung {number}" if number > 1 else "")


def _answer(content: bytes, kind: str, name: str) -> Response:
    return file_answer(content, MEDIA_TYPES[kind], name)
