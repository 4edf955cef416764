"""Errors become pages here and nowhere else: what happened, what to do, and a number to quote."""

from __future__ import annotations

import logging
from datetime import timedelta

from flask import Flask, Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from coordination.core import clock, errors
from coordination.core.access import ANONYMOUS
from coordination.core.i18n import N_, gettext, ngettext, sentence
from coordination.core.work import AuditEntry
from coordination.web import guard
from coordination.web.extensions import db
from coordination.web.log import request_id
from coordination.web.views import own_path

log = logging.getLogger(__name__)

#: Status → title, what happened, what to do. Msgids.
PAGES: dict[int, tuple[str, str, str]] = {
    400: (
        N_("That could not be read"),
        N_("The request was incomplete or damaged on its way."),
        N_("Please go back, reload the page and try again. Nothing was changed."),
    ),
    403: (
        N_("You may see this, but not do this"),
        N_("Your account does not have the right for this step."),
        N_("If you need it for your work, please ask the administration of your city."),
    ),
    404: (
        N_("This page does not exist – or you may not see it"),
        N_("The address may be mistyped, or what stood here is no longer open to you."),
        N_("The search finds people, schools, facilities and organisations."),
    ),
    405: (
        N_("This page cannot be opened by its address"),
        N_("Only a button of another page leads here."),
        N_("Please go back and use the button there. Opening this page has changed nothing."),
    ),
    409: (
        N_("Somebody else was faster"),
        N_("The same entry was changed in the meantime. Your input was not stored."),
        N_("Please go back, copy what you typed, and load the page anew."),
    ),
    410: (
        N_("This link is no longer valid"),
        N_("It has been used, replaced or has expired."),
        N_("Please ask for a new one."),
    ),
    413: (
        N_("That is too large"),
        N_("A file may have 20 MB at most, a text 2 MB."),
        N_("Please choose a smaller file. Nothing was changed."),
    ),
    422: (
        N_("Something does not fit"),
        N_("The input breaks a rule."),
        N_("Please go back and check it. Nothing was changed."),
    ),
    429: (
        N_("Too many attempts"),
        N_("For safety there is a short pause now."),
        N_("Please try again in a few minutes."),
    ),
    500: (
        N_("Something went wrong here"),
        N_("The fault is ours, not yours. What you had saved before is safe; this last step was not stored."),
        N_("Please try again. If it happens once more, tell the administration the number below."),
    ),
    503: (
        N_("Not available for a moment"),
        N_("The database does not answer at present. Nothing was changed."),
        N_("Please try again in a minute."),
    ),
}

#: What somebody without an account can do about a page that is not there: the search is not open to them.
NOT_FOUND_HINT = N_(
    "Please check the address, or open the link from the mail once more. Some pages need you to sign in."
)

#: The same for 403 where nothing was to be done, only read.
NOT_OPEN = (
    N_("This page is not for your account"),
    N_("Your account does not have the right to see it."),
    N_("If you need it for your work, please ask the administration of your city."),
)

REFUSAL_PAUSE = timedelta(minutes=5)

OF_ERROR: dict[type[errors.DomainError], int] = {
    errors.NotFound: 404,
    errors.Forbidden: 403,
    errors.Conflict: 409,
    errors.LinkOver: 410,
    errors.RuleViolation: 422,
    errors.TooManyAttempts: 429,
    errors.Unavailable: 503,
}
#: Seconds after which it may be worth another try.
TRY_AGAIN = "30"


def page(status: int, text: str = "", advice: str = "") -> Response:
    """Return the page for ``status``; ``text`` and ``advice`` (translated) replace its standing sentences."""
    title, what, hint = PAGES.get(status, PAGES[500 if status >= 500 else 400])
    if status == 403 and request.method in {"GET", "HEAD"}:
        title, what, hint = NOT_OPEN
    if status == 404 and not guard.current_actor().is_signed_in:
        hint = NOT_FOUND_HINT
    g.access_decided = True
    body = render_template(
        "errors/error.html",
        code=status,
        title=gettext(title),
        text=text or gettext(what),
        hint=advice or gettext(hint),
        request_id=request_id(),
        back=_came_from() if status == 413 else "",
    )
    return make_response(body, status)


def _came_from() -> str:
    """Return the page of ours from which a form was sent, or ""."""
    sender, here = request.referrer or "", request.host_url
    return own_path("/" + sender.removeprefix(here)) or "" if sender.startswith(here) else ""


def _domain_error(error: errors.DomainError) -> ResponseReturnValue:
    db.session.rollback()
    status = next((OF_ERROR[kind] for kind in type(error).__mro__ if kind in OF_ERROR), 422)
    if status in {403, 404} and guard.current_actor().is_signed_in and request.endpoint:
        _note_refusal(status)
    advice = _wait(error.retry_after) if isinstance(error, errors.TooManyAttempts) else ""
    answer = page(status, sentence(error) if error.message else "", advice)
    if isinstance(error, errors.TooManyAttempts):
        answer.headers["Retry-After"] = str(error.retry_after)
    elif status == 503:
        answer.headers["Retry-After"] = TRY_AGAIN
    return answer


def _wait(seconds: int) -> str:
    """Return for how long, in whole minutes: the last one counts as one."""
    minutes = max(1, -(-seconds // 60))
    return ngettext(
        "Please try again in %(n)s minute. Nothing was changed.",
        "Please try again in %(n)s minutes. Nothing was changed.",
        minutes,
    )


def _note_refusal(status: int) -> None:
    """Leave a line in the audit trail about a refused access; the same one at most every five minutes."""
    user_id, subject, now = guard.current_actor().user_id, f"{status}:{request.endpoint}"[:60], clock.utc_now()
    same = select(AuditEntry.id).where(
        AuditEntry.user_id == user_id, AuditEntry.subject == subject, AuditEntry.at > now - REFUSAL_PAUSE
    )
    try:
        with guard.telemetry() as session:
            if session.scalar(same.limit(1)) is None:
                session.add(AuditEntry(at=now, user_id=user_id, action="access.refused", subject=subject))
    except SQLAlchemyError:
        log.warning("refusal_not_noted")


def _sign_in(_error: errors.SignInRequired) -> ResponseReturnValue:
    here = request.full_path.rstrip("?") if request.method == "GET" else None
    if request.headers.get("HX-Request"):
        # A fragment cannot hold the sign-in page; the browser is told to go there as a whole.
        return "", 401, {"HX-Redirect": url_for("accounts.sign_in")}
    return redirect(url_for("accounts.sign_in", next=None if here == "/" else here), 303)


def _unavailable(error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    log.error("database_unavailable", exc_info=error)
    # The page must not ask the database who is there: it would fail on its way to say so.
    g.actor, g.account = ANONYMOUS, None
    answer = page(503)
    answer.headers["Retry-After"] = TRY_AGAIN
    return answer


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    return page(error.code)


def _form_too_old(_error: CSRFError) -> ResponseReturnValue:
    return page(400, gettext("The form is no longer valid, probably because you signed out or in elsewhere."))


def _unreadable(error: DataError) -> ResponseReturnValue:
    """A value that the database cannot hold: a NUL character, a number beyond its range."""
    db.session.rollback()
    log.warning("data_refused", extra={"kind": type(error.orig).__name__})
    return page(400)


def _conflict(error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    log.warning("conflict", exc_info=error)
    return page(409)


def _unexpected(error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    log.error("unexpected_error", exc_info=error)
    return page(500)


def install(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(errors.SignInRequired, _sign_in)
    app.register_error_handler(errors.DomainError, _domain_error)
    app.register_error_handler(CSRFError, _form_too_old)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(StaleDataError, _conflict)
    app.register_error_handler(IntegrityError, _conflict)
    app.register_error_handler(DataError, _unreadable)
    app.register_error_handler(OperationalError, _unavailable)
    app.register_error_handler(PoolTimeoutError, _unavailable)
    if not app.config["TESTING"]:
        app.register_error_handler(Exception, _unexpected)
