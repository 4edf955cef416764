"""The addresses that calendar programs ask: no cookie, no redirect, no sign-in, the same bytes for every program."""

from __future__ import annotations

import logging
from datetime import date, datetime

from flask import Response, current_app, request
from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.http import http_date

from coordination.accounts import queries as account_queries
from coordination.accounts.models import UserAccount
from coordination.calendars import feeds, queries
from coordination.calendars.answers import Asked, Form, Kept, answers_of, last_modified
from coordination.calendars.blueprint import bp
from coordination.calendars.models import FeedFetch
from coordination.calendars.queries import Live
from coordination.calendars.reader import Reader
from coordination.calendars.repeats import FOUND, GIVEN
from coordination.calendars.rules import client_word
from coordination.calendars.services import PURPOSE
from coordination.core import clock
from coordination.core.db import SINGLE_READS
from coordination.core.errors import NotFound
from coordination.core.i18n import in_language
from coordination.core.tokens import Claim
from coordination.mail.site import Site
from coordination.web.extensions import db
from coordination.web.guard import open_to_all, telemetry

log = logging.getLogger(__name__)
MEDIA_TYPE = "text/calendar; charset=utf-8"
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
        live = request.environ.get(FOUND) or _live(installation().signer.read_lasting(PURPOSE, token))
        kept = answers_of(current_app).get(live.key(today), lambda: _content(live, today))
    except NotFound:
        return Response(status=404)
    answer = _answer(kept, last_modified(live.changed_at, today))
    _note(live)
    return answer


def _live(claim: Claim) -> Live:
    with db.engines[SINGLE_READS].connect() as connection:
        return queries.live_link(connection, claim.id, claim.generation)


def _content(live: Live, today: date) -> bytes:
    session = db.session()
    account = session.get_one(UserAccount, live.user_id)
    actor = account_queries.actor_of(session, account, today)
    with in_language(account.language):
        return feeds.content(Reader(session, actor, today, installation()), live.wanted)


def _answer(kept: Kept, modified: datetime) -> Response:
    form = Asked.of(request.environ).form(kept, modified)
    if form in {Form.UNCHANGED, Form.UNCHANGED_PACKED}:
        answer = Response(status=304)
        del answer.headers["Content-Type"]
    else:
        answer = Response(kept.body(form), content_type=MEDIA_TYPE)
        if form is Form.PACKED:
            answer.headers["Content-Encoding"] = "gzip"
    answer.headers.update(HEADERS)
    is_packed = form in {Form.PACKED, Form.UNCHANGED_PACKED}
    answer.headers["ETag"] = f'"{kept.packed_tag if is_packed else kept.tag}"'
    answer.headers["Last-Modified"] = http_date(modified)
    request.environ[GIVEN] = kept, form
    return answer


def _note(live: Live) -> None:
    """Note when and by what the link was fetched; of the same program at most once an hour."""
    now, client = clock.utc_now(), client_word(request.user_agent.string)
    if live.is_noted(client, now):
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
