"""Puts the slices together: the only module that knows every one of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, Response, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from config import Settings
from coordination import registrations
from coordination.accounts import signed_in
from coordination.calendars.repeats import Repeats
from coordination.core import db as core_db
from coordination.core import i18n
from coordination.core.tokens import Signer
from coordination.core.work import is_writing
from coordination.mail.delivery import Server
from coordination.mail.message import Sender
from coordination.mail.site import Site
from coordination.web import errors, headers, log, templating
from coordination.web.extensions import csrf, db, migrate

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

ROOT = Path(__file__).parent.parent
MEGABYTE = 1024 * 1024
#: Where several files may come at once, together as large as MAX_CONTENT_LENGTH; elsewhere it is one.
SEVERAL_FILES = frozenset({"meetings.attach_files", "meetings.edit_item"})


def create_app(settings: Settings) -> Flask:
    """Return the application for ``settings``."""
    app = Product(
        "coordination",
        root_path=str(ROOT / "coordination"),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        instance_path=str(settings.instance_path.resolve()),
    )
    app.url_map.converters["int"] = Key
    app.config.from_mapping(_flask_config(settings))
    app.extensions["koordination.settings"] = settings
    app.extensions["koordination.site"] = _site(settings)
    app.extensions["koordination.mail_server"] = Server(
        settings.smtp_host, settings.smtp_port, settings.smtp_user, settings.smtp_password, settings.smtp_tls
    )
    if not settings.testing:
        log.configure(settings.log_level)
    if settings.proxy_hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxy_hops, x_proto=settings.proxy_hops)  # type: ignore[method-assign]
    _bind(app, settings)
    registrations.register(app, settings)
    app.wsgi_app = Repeats(app)  # type: ignore[method-assign]
    return app


class Product(Flask):
    """Flask whose views and hooks are plain functions: it asks of each, at each request, whether it is another kind."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return ``func`` as it is."""
        return func


class HeadIsGet(Request):
    """A request whose views never meet HEAD: it is GET whose body the server keeps to itself.

    Views that hold a form ask "is it GET?", and would take HEAD for a form that was sent.
    """

    def __init__(self, environ: WSGIEnvironment, *args: Any, **more: Any) -> None:
        super().__init__(environ, *args, **more)
        if self.method == "HEAD":
            self.method = "GET"


#: The same for everybody who asks: neither cookie nor language of a browser is looked at.
COOKIE_FREE = frozenset({"static", "calendars.feed"})


class QuietFiles(SecureCookieSessionInterface):
    """Flask's signed cookie, but a file or subscription neither sets nor varies by it."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return what the cookie holds; without one there is nothing to verify."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Leave the answer alone if it is a file that is there, or a subscription."""
        is_page = request.endpoint == "static" and response.status_code >= 400
        if is_page or request.endpoint not in COOKIE_FREE:
            super().save_session(app, session, response)


class Key(IntegerConverter):
    """A key in an address: no larger than a column holds, else the address does not exist."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**31 - 1)


def _flask_config(settings: Settings) -> dict[str, object]:
    https = settings.is_https
    return {
        "SECRET_KEY": settings.secret_key,
        "SECRET_KEY_FALLBACKS": list(settings.old_secret_keys),
        "TESTING": settings.testing,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": core_db.engine_options(settings.database_url),
        "SQLALCHEMY_BINDS": {core_db.SINGLE_READS: core_db.single_read_options(settings.database_url)},
        "MAX_CONTENT_LENGTH": 61 * MEGABYTE,
        "MAX_FORM_MEMORY_SIZE": 2 * MEGABYTE,
        "MAX_FORM_PARTS": 500,
        "WTF_CSRF_TIME_LIMIT": None,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=30),
        # Over plain http a __Host- or Secure cookie would be dropped, and sign-in fail without a word.
        "SESSION_COOKIE_NAME": "__Host-koordination" if https else "koordination",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,
    }


def _site(settings: Settings) -> Site:
    return Site(
        base_url=settings.base_url,
        city_name=settings.city_name,
        contact_email=settings.contact_email,
        sender=Sender(settings.mail_from, settings.mail_from_name, settings.fernet_keys),
        signer=Signer((settings.secret_key, *settings.old_secret_keys)),
        is_demo=settings.is_demo,
    )


def _bind(app: Flask, settings: Settings) -> None:
    """Bind extensions and glue; the order of the hooks is the order of these lines."""
    app.request_class = HeadIsGet
    app.session_interface = QuietFiles()
    log.install(app)
    db.init_app(app)
    with app.app_context():
        for key, engine in db.engines.items():
            core_db.prepare_engine(engine, None if key == core_db.SINGLE_READS else is_writing)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)

    @app.before_request
    def _limit_texts() -> None:
        # Only uploads may be large; MAX_FORM_MEMORY_SIZE holds for multipart forms alone.
        if request.mimetype == "application/x-www-form-urlencoded":
            request.max_content_length = 2 * MEGABYTE
        elif request.endpoint not in SEVERAL_FILES:
            request.max_content_length = 21 * MEGABYTE

    csrf.init_app(app)
    headers.install(app, is_https=settings.is_https)
    errors.install(app)
    templating.install(
        app, city_name=settings.city_name, contact_email=settings.contact_email, is_demo=settings.is_demo
    )

    @app.before_request
    def _language() -> None:
        # A file is the same for everybody: asking the session would make it vary by cookie.
        i18n.use_language("de" if request.endpoint in COOKIE_FREE else session.get("language", "de"))

    signed_in.install(app)
