"""What a monitor asks beyond the database: whether the schema fits the program, whether mails get out."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path

from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import text

from coordination.core import clock
from coordination.mail import claims, outbox
from coordination.web.extensions import db

OUTBOX_LIMIT = timedelta(minutes=15)


@cache
def _head() -> str | None:
    """Return the newest migration that this program brings."""
    return ScriptDirectory(str(Path(__file__).parent.parent / "migrations")).get_current_head()


def migrations() -> str | None:
    """Return why the schema does not fit, or None."""
    found = db.session().scalar(text("SELECT version_num FROM alembic_version"))
    return None if found == _head() else "the database is at another migration than the program"


def outbox_age() -> str | None:
    """Return why mails do not get out, or None; without a mail server they are meant to rest."""
    if not current_app.extensions["koordination.mail_server"].host:
        return None
    if claims.is_refused(db.session()):
        return "the mail server refuses the sign-in"
    oldest = outbox.oldest_due(db.session(), clock.utc_now())
    is_late = oldest is not None and clock.utc_now() - oldest > OUTBOX_LIMIT
    return "a mail has been waiting for more than 15 minutes" if is_late else None
