"""Flask-Login over our own sessions: the cookie holds a random token, the row behind it decides."""

from __future__ import annotations

import logging

from flask import Flask, Response, g, session
from flask_login import UserMixin, current_user, login_user, logout_user
from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError

from coordination.accounts import queries, rules
from coordination.accounts.models import UserAccount, UserSession
from coordination.core import clock
from coordination.core.access import ANONYMOUS, Actor
from coordination.core.i18n import LANGUAGES
from coordination.web import guard
from coordination.web.extensions import db, login_manager
from coordination.web.views import preference_listeners

log = logging.getLogger(__name__)


class SignedIn(UserMixin):  # type: ignore[misc]
    """What Flask-Login keeps: the token of a session."""

    def __init__(self, token: str) -> None:
        self.token = token

    def get_id(self) -> str:
        """Return what goes into the cookie."""
        return self.token


def _load(token: str) -> SignedIn | None:
    found = queries.live_session(db.session(), token, clock.utc_now(), clock.today())
    if found is None:
        return None
    g.body_roles, g.account = found.body_roles, found.account
    g.user_session_id, g.user_session_seen_at = found.id, found.seen_at
    return SignedIn(token)


def load_actor() -> Actor:
    """Return who acts: anonymous without a live session."""
    if not current_user.is_authenticated:
        return ANONYMOUS
    return queries.actor_of(db.session(), g.account, clock.today(), g.body_roles)


def own_id() -> int:
    """Return the key of the account that is signed in; only after ``authorize(SIGNED_IN)``."""
    user_id = guard.current_actor().user_id
    assert user_id is not None
    return user_id


def current_account() -> UserAccount:
    """Return the account that is signed in as an object; only after ``authorize(SIGNED_IN)``."""
    return db.session().get_one(UserAccount, own_id())


def begin(token: str, account: UserAccount, *, own_device: bool) -> None:
    """Put a new session's token into a fresh cookie (an old cookie's content is dropped: fixation)."""
    session.clear()
    session["language"], session["theme"] = account.language, account.theme
    session.permanent = own_device
    login_user(SignedIn(token))
    g.pop("actor", None)


def forget() -> None:
    """Empty the cookie, keeping only language and theme."""
    kept = {key: session[key] for key in ("language", "theme") if key in session}
    logout_user()
    session.clear()
    session.update(kept)
    g.pop("actor", None)
    g.pop("account", None)


def _keep_preference(name: str, value: str) -> None:
    """Keep language or theme with the account, so that mails and other devices follow."""
    if not guard.current_actor().is_signed_in:
        return
    if name == "language" and value not in LANGUAGES:
        return
    with guard.unit_of_work() as work:
        setattr(work.session.get_one(UserAccount, work.actor.user_id), name, value)


def install(app: Flask) -> None:
    """Register loader, telemetry and listener."""
    # Templates know the actor; theirs would ask the database again, also on the page that says it is away.
    login_manager.init_app(app, add_context_processor=False)
    # Flask-Login's own protection ties a session to the address, which changes on a phone from
    # cell to cell; ours ends sessions on the server.
    login_manager.session_protection = None
    login_manager.user_loader(_load)
    guard.install(app, load_actor)
    preference_listeners[:] = [_keep_preference]

    @app.after_request
    def _touch(response: Response) -> Response:
        seen_at = g.get("user_session_seen_at")
        now = clock.utc_now()
        if seen_at is not None and now - seen_at >= rules.TOUCH:
            # The request's own reading transaction is over first, or SQLite would hold two.
            db.session.rollback()
            try:
                with guard.telemetry() as own:
                    own.execute(update(UserSession).where(UserSession.id == g.user_session_id).values(seen_at=now))
            except SQLAlchemyError:
                # The answer is ready and what it tells of is stored: it goes out, whatever becomes of this note.
                log.warning("session_not_touched")
        return response
