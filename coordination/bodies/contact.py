"""Whom somebody without an account asks: the office of the body, else the contact of the installation."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from coordination.bodies.queries import secretary
from coordination.core import clock
from coordination.core.errors import LinkOver
from coordination.mail.site import Site
from coordination.web.extensions import db


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to write to or to call. ``name`` is empty for the contact of the installation."""

    name: str
    email: str
    phone: str = ""


def office_of(body_id: int | None) -> Contact:
    """Return whom to ask about a body today, whatever day the matter is of; None: about anything."""
    person = secretary(db.session(), body_id, clock.today()) if body_id is not None else None
    if person is not None and (person.email or person.phone):
        return Contact(person.name, person.email, person.phone)
    site: Site = current_app.extensions["koordination.site"]
    return Contact("", site.contact_email)


def unknown_link() -> ResponseReturnValue:
    """Return the page of a link that was not made here."""
    return render_template("bodies/link_over.html", is_unknown=True, title="", why="", office=None), 404


def link_over(over: LinkOver, *, title: str, why: str) -> ResponseReturnValue:
    """Return the page of a link that was: nothing of what it led to, but whom to ask."""
    office = office_of(over.body_id)
    return render_template("bodies/link_over.html", is_unknown=False, title=title, why=why, office=office), 410
