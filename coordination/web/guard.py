"""Both guards of a request, failing closed: who may, and the one way to write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Flask, Response, current_app, g, request
from sqlalchemy.orm import Session

from coordination.core import access, clock
from coordination.core.access import ANYTHING, Actor, Permission, Subject
from coordination.core.errors import SignInRequired
from coordination.core.work import Work, writing
from coordination.web.extensions import db

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
P = ParamSpec("P")
R = TypeVar("R")
ActorLoader = Callable[[], Actor]


def current_actor() -> Actor:
    """Return who acts in this request; loaded once by what the accounts registered."""
    if "actor" not in g:
        loader: ActorLoader = current_app.extensions["koordination.actor"]
        g.actor = loader()
    actor: Actor = g.actor
    return actor


def authorize(permission: Permission, subject: Subject = ANYTHING) -> None:
    """Ask the policy, and note that it was asked.

    Raises:
        SignInRequired: nobody is signed in, and the policy wants somebody.
        NotFound, Forbidden: see ``access.require``.
    """
    g.access_decided = True
    actor = current_actor()
    if not actor.is_signed_in and not access.allows(actor, permission, subject):
        raise SignInRequired
    access.require(actor, permission, subject)


def may(permission: str, subject: Subject = ANYTHING) -> bool:
    """Return whether the current actor has ``permission``: for templates, to show or leave out."""
    return access.allows(current_actor(), Permission(permission), subject)


def is_reader(person_id: int | None) -> bool:
    """Return whether the current actor is that person: for templates, to speak to them."""
    return person_id is not None and current_actor().person_id == person_id


def open_to_all(reason: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a view that needs no sign-in; ``reason`` is for whoever reads the view."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
            g.access_decided = True
            return view(*args, **kwargs)

        wrapper.open_to_all = reason  # type: ignore[attr-defined]
        return wrapper

    return decorate


@contextmanager
def unit_of_work(actor: Actor | None = None) -> Iterator[Work]:
    """Commit on leaving, roll back on any error. The only way to write; never in a safe method.

    What the request read so far is let go first, so that everything is read again under the write
    lock (SQLite) or at its newest (PostgreSQL). ``actor`` is given where a link stands for a person.
    """
    if request.method in SAFE or not g.get("access_decided"):
        raise RuntimeError(f"{request.method} {request.endpoint} may not write")
    session: Session = db.session()
    session.rollback()
    with writing():
        work = Work(session, actor or current_actor(), clock.utc_now())
        try:
            yield work
            work.finish()
        except BaseException:
            session.rollback()
            raise
    if session.info.pop("wake", False):
        wake = current_app.extensions.get("koordination.wake")
        if wake is not None:
            wake()


@contextmanager
def telemetry() -> Iterator[Session]:
    """Open a short transaction of its own for what a GET may write (``core.telemetry.TABLES``)."""
    with writing(), Session(db.engine) as session, session.begin():
        yield session


def install(app: Flask, load_actor: ActorLoader) -> None:
    """Register the actor's loader and the check that no page goes out undecided."""
    app.extensions["koordination.actor"] = load_actor

    @app.after_request
    def _refuse_undecided(response: Response) -> Response:
        # Which methods an address has is said by Flask itself, without any view; it shows nothing.
        is_flask_s_own = request.endpoint in {None, "static"} or request.method == "OPTIONS"
        decided = g.get("access_decided") or is_flask_s_own
        if not decided and response.status_code < 400:
            raise RuntimeError(f"{request.endpoint} answered without asking for access")
        return response
