"""The addresses that calendar programs ask: no cookie, no redirect, no sign-in, the same bytes for every program."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta

from flask import Response, current_app, request
from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.http import http_date

from coordination.accounts import queries as account_queries
from coordination.accounts.models import UserAccount
from coordination.calendars import feeds, queries
from coordination.calendars.answers import Answers, Kept, last_modified
from coordination.calendars.blueprint import bp
from coordination.calendars.models import FeedFetch
from coordination.calendars.queries import Live
from coordination.calendars.reader import Reader
from coordination.calendars.rules import client_word
from coordination.calendars.services import PURPOSE
from coordination.core import clock
from coordination.core.db import single_reads
from coordination.core.errors import NotFound
from coordination.core.i18n import in_language
from coordination.core.tokens import Claim
from coordination.mail.site import Site
from coordination.web.extensions import db
from coordination.web.guard import open_to_all, telemetry

log = logging.getLogger(__name__)
ANSWERS = "koordination.calendar_answers"
ENGINE = "koordination.calendar_engine"
MEDIA_TYPE = "text/calendar; charset=utf-8"
#: How old the note of the last fetch may be before a fetch writes it anew.
NOTED = timedelta(hours=1)
HEADERS = {
    "Cache-Control": "private, max-age=300",
    "Vary": "Accept-Encoding",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


@bp.get("/kalender/<token>.ics")
@open_to_all("the signed link is the capability; what it shows is asked of its owner's rights at each fetch")
def feed(token: str) -> Response:
    """Answer with a subscription, or 304, or a bare 404: unknown, turned off and foreign look the same."""
    today = clock.today()
    try:
        claim = installation().signer.read_lasting(PURPOSE, token)
        live = _live(claim)
        kept = _answers().get((live.id, live.generation, live.revision, today), lambda: _content(live, today))
    except NotFound:
        return Response(status=404)
    answer = _answer(kept, last_modified(live.changed_at, today))
    _note(live)
    return answer


def _live(claim: Claim) -> Live:
    if ENGINE not in current_app.extensions:
        current_app.extensions[ENGINE] = single_reads(db.engine)
    with current_app.extensions[ENGINE].connect() as connection:
        return queries.live_link(connection, claim.id, claim.generation)


def _content(live: Live, today: date) -> bytes:
    session = db.session()
    account = session.get_one(UserAccount, live.user_id)
    actor = account_queries.actor_of(session, account, today)
    with in_language(account.language):
        return feeds.content(Reader(session, actor, today, installation()), live.wanted)


def _answer(kept: Kept, modified: datetime) -> Response:
    is_packed = request.accept_encodings.quality("gzip") > 0
    tag = kept.packed_tag if is_packed else kept.tag
    if _is_unchanged(kept, modified):
        answer = Response(status=304)
        del answer.headers["Content-Type"]
    else:
        answer = Response(kept.packed if is_packed else kept.plain, content_type=MEDIA_TYPE)
        if is_packed:
            answer.headers["Content-Encoding"] = "gzip"
    answer.headers.update(HEADERS)
    answer.headers["ETag"] = f'"{tag}"'
    answer.headers["Last-Modified"] = http_date(modified)
    return answer


def _is_unchanged(kept: Kept, modified: datetime) -> bool:
    """Return whether the program has these bytes already (RFC 9110 sections 13.1.2, 13.1.3 and 13.2.2)."""
    if "If-None-Match" in request.headers:
        known = request.if_none_match
        return known.contains_weak(kept.tag) or known.contains_weak(kept.packed_tag)
    since = request.if_modified_since
    return since is not None and modified.replace(microsecond=0) <= since


def _note(live: Live) -> None:
    """Note when and by what the link was fetched; of the same program at most once an hour."""
    now, client = clock.utc_now(), client_word(request.user_agent.string)
    if live.fetched_at is not None and live.fetched_by == client and now - live.fetched_at < NOTED:
        return
    db.session.rollback()
    values = {"at": now, "client": client}
    try:
        with telemetry() as own:
            same = update(FeedFetch).where(FeedFetch.link_id == live.id).values(values)
            if not own.execute(same).rowcount:  # type: ignore[attr-defined]
                own.add(FeedFetch(link_id=live.id, **values))
    except SQLAlchemyError:
        # The answer is ready: it goes out, whatever becomes of this note.
        log.warning("feed_fetch_not_noted")


def installation() -> Site:
    """Return what links and entries are made with."""
    site: Site = current_app.extensions["koordination.site"]
    return site


def _answers() -> Answers:
    answers: Answers = current_app.extensions.setdefault(ANSWERS, Answers())
    return answers
