"""Subscriptions that nothing has changed for, said again without Flask (docs/adr/0015-said-again.md).

Most fetches find what the one before found. Flask's part of them (routing, contexts, hooks, headers) takes longer than
the signature, the one statement and the bytes together. What is said here Flask has said before of the same bytes:
this module makes no answer of its own, and whatever is not the very same goes on to Flask.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from coordination.calendars import queries
from coordination.calendars.answers import Asked, Form, Kept, answers_of, last_modified
from coordination.calendars.rules import client_word
from coordination.calendars.services import PURPOSE
from coordination.core import clock
from coordination.core.db import SINGLE_READS
from coordination.core.errors import NotFound
from coordination.mail.site import Site
from coordination.web.extensions import db
from coordination.web.log import REQUEST_ID, log_request, new_request_id

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

BEFORE, AFTER = "/kalender/", ".ics"
ENDPOINT = "calendars.feed"
#: Where the view finds, in the request, the ``Live`` that was looked up already.
FOUND = "koordination.calendar_link"
#: Where the view leaves what it answered with: (``Kept``, ``Form``).
GIVEN = "koordination.calendar_answer"
#: Headers of one request alone, and one that would hand somebody's session to others.
OWN, NEVER = frozenset({REQUEST_ID}), frozenset({"set-cookie"})


class Repeats:
    """Stands before Flask's WSGI application: says again what that has said, and listens to what it says."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._flask: WSGIApplication = app.wsgi_app
        with app.app_context():
            self._engine = db.engines[SINGLE_READS]
        site: Site = app.extensions["koordination.site"]
        self._signer = site.signer

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as PEP 3333 wants it."""
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if not (path.startswith(BEFORE) and path.endswith(AFTER) and method in {"GET", "HEAD"}):
            return self._flask(environ, start_response)
        started = time.perf_counter()
        known = self._known(path[len(BEFORE) : -len(AFTER)], environ)
        if known is None:
            return self._flask(environ, _listening(environ, start_response))
        kept, form = known
        status, headers = kept.heads[form]
        number = new_request_id()
        start_response(status, [*headers, (REQUEST_ID, number)])
        log_request(method, ENDPOINT, int(status[:3]), started, request_id=number)
        return () if method == "HEAD" else (kept.body(form),)

    def _known(self, token: str, environ: WSGIEnvironment) -> tuple[Kept, Form] | None:
        """Return what was said before and holds still: the link works, nothing was recorded since, no note is due."""
        today = clock.today()
        try:
            claim = self._signer.read_lasting(PURPOSE, token)
            with self._engine.connect() as connection:
                live = queries.live_link(connection, claim.id, claim.generation)
        except (NotFound, SQLAlchemyError):
            # Flask finds the same, and has the words and the status for it.
            return None
        environ[FOUND] = live
        kept = answers_of(self._app).peek(live.key(today))
        if kept is None or not live.is_noted(client_word(environ.get("HTTP_USER_AGENT", "")), clock.utc_now()):
            return None
        form = Asked.of(environ).form(kept, last_modified(live.changed_at, today))
        return (kept, form) if form in kept.heads else None


def _listening(environ: WSGIEnvironment, start_response: StartResponse) -> StartResponse:
    """Return ``start_response`` that keeps what the view of a subscription says above its bytes."""

    def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
        given: tuple[Kept, Form] | None = environ.get(GIVEN)
        names = {name.lower() for name, _value in headers}
        if given is not None and status[:3] == given[1].value[:3] and not error and not names & NEVER:
            given[0].heads[given[1]] = status, [one for one in headers if one[0] not in OWN]
        return start_response(status, headers, *error)

    return start
