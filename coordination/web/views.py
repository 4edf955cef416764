"""Pages that belong to no slice: language and theme, and what a monitor asks."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint, current_app, jsonify, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from coordination.core import i18n
from coordination.web.guard import open_to_all, telemetry
from coordination.web.templating import THEMES

bp = Blueprint("web", __name__)

#: Told of a changed preference ("language" or "theme", value); the accounts keep it.
preference_listeners: list[Callable[[str, str], None]] = []
#: Further parts of readiness: name → None if well, else the reason in a word. Filled by ``app.py``.
readiness: dict[str, Callable[[], str | None]] = {}


def own_path(address: str | None) -> str | None:
    """Return ``address`` if it is a plain path of this site, else None (open redirects)."""
    if not address or not address.startswith("/") or any(ord(c) <= 32 or c == "\\" for c in address):
        return None
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or address.startswith("//") or "%5c" in address.casefold():
        return None
    return address


@bp.post("/einstellungen")
@open_to_all("language and theme are for everybody, also on the sign-in page")
def preferences() -> ResponseReturnValue:
    """Keep language or theme, and return to the page."""
    language, theme = request.form.get("language"), request.form.get("theme")
    if language in i18n.LANGUAGES:
        session["language"] = language
        _tell("language", language)
    if theme in THEMES:
        session["theme"] = theme
        _tell("theme", theme)
    return redirect(own_path(request.form.get("next")) or url_for("desk.index"), 303)


def _tell(name: str, value: str) -> None:
    for listener in preference_listeners:
        listener(name, value)


@bp.get("/healthz")
@open_to_all("asked by a monitor; says only that the process answers")
def healthz() -> ResponseReturnValue:
    """Say that the process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@open_to_all("asked by a monitor; says which part is not ready, no secrets")
def readyz() -> ResponseReturnValue:
    """Say whether database, disk, migrations and outbox are well; 503 with reasons if not."""
    checks = _own_checks | readiness
    broken = _database()
    # Without a database nothing else can be asked.
    reasons = (
        {"database": broken} if broken else {name: reason for name, check in checks.items() if (reason := check())}
    )
    status = "ready" if not reasons else "not ready"
    return jsonify(status=status, reasons=reasons), 503 if reasons else 200


def _database() -> str | None:
    try:
        with telemetry() as own:
            own.execute(text("UPDATE throttle SET count = count WHERE id = 0"))
            own.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return "does not answer or cannot be written"
    return None


def _disk() -> str | None:
    usage = shutil.disk_usage(
        Path(current_app.instance_path) if Path(current_app.instance_path).exists() else Path.cwd()
    )
    return "less than 5 % free" if usage.free < usage.total * 0.05 else None


_own_checks: dict[str, Callable[[], str | None]] = {"disk": _disk}
