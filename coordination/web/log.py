"""One JSON line per event: constant names and identifiers, never names, addresses or text."""

from __future__ import annotations

import json
import logging
import secrets
import time
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, g, has_request_context, request

_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
log = logging.getLogger(__name__)
#: Header with the number of a request.
REQUEST_ID = "X-Request-Id"


class JsonFormatter(logging.Formatter):
    """Formats a record as one line of JSON; line breaks in values cannot forge a second one."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {
            "at": at,
            "level": record.levelname,
            "event": record.getMessage(),
            "logger": record.name,
        }
        if has_request_context():
            line["request_id"] = request_id()
            actor = g.get("actor")
            if actor is not None and actor.user_id is not None:
                line["user_id"] = actor.user_id
        line.update({key: value for key, value in record.__dict__.items() if key not in _STANDARD})
        if record.exc_info:
            line["exception"] = _where(record)
        return json.dumps(line, ensure_ascii=False, default=str)


def _where(record: logging.LogRecord) -> list[str]:
    """Return the kind of the exception and the places it passed, without its message: that may hold data."""
    assert record.exc_info is not None
    kind, _error, trace = record.exc_info
    places = [kind.__name__ if kind else "?"]
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places


def new_request_id() -> str:
    """Return the number of another request, never taken from outside."""
    return secrets.token_hex(6)


def request_id() -> str:
    """Return the number a person can quote; made anew for each request."""
    if "request_id" not in g:
        g.request_id = new_request_id()
    number: str = g.request_id
    return number


def configure(level: str) -> None:
    """Send this program's records to standard error as JSON."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    logging.getLogger("huey").setLevel("WARNING")
    logging.getLogger("waitress").setLevel("WARNING")


def install(app: Flask) -> None:
    """Log each answer: method, endpoint and status. Never the path, which may be a signed link."""

    @app.before_request
    def _start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def _log(response: Response) -> Response:
        response.headers[REQUEST_ID] = request_id()
        if request.endpoint not in {"static", "web.healthz"}:
            started = g.get("started", time.perf_counter())
            log_request(request.environ["REQUEST_METHOD"], request.endpoint, response.status_code, started)
        return response


def log_request(method: str, endpoint: str | None, status: int, started: float, **more: str) -> None:
    """Log one answer; ``started`` is of ``time.perf_counter``."""
    milliseconds = round((time.perf_counter() - started) * 1000)
    facts = {"method": method, "endpoint": endpoint, "status": status, "ms": milliseconds, **more}
    log.info("request", extra=facts)
