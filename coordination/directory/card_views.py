"""Contacts to take along: a place or a person as a vCard."""

from __future__ import annotations

from flask import Response, current_app, url_for

from coordination.core import clock
from coordination.core.access import Permission
from coordination.core.errors import NotFound
from coordination.core.i18n import gettext as _
from coordination.directory import queries, words
from coordination.directory.blueprint import bp
from coordination.directory.models import Person
from coordination.directory.vcard import Card, write
from coordination.web.downloads import attachment
from coordination.web.extensions import db
from coordination.web.guard import authorize, current_actor


@bp.get("/orte/<int:place_id>.vcf")
def place_vcard(place_id: int) -> Response:
    """Give a place as a contact: its office, not its people."""
    authorize(Permission.DIRECTORY_READ)
    found = queries.get_place(db.session(), place_id)
    address = _address("directory.place", place_id=place_id)
    card = Card(
        uid=address,
        name=found.name,
        organisation=(found.name,),
        title=words.place_form(found),
        phone=found.phone,
        fax=found.fax,
        email=found.email,
        street=found.street,
        postcode=found.postcode,
        city=found.city,
        website=found.website or address,
        note=_note(),
    )
    return _answer(card)


@bp.get("/personen/<int:person_id>.vcf")
def person_vcard(person_id: int) -> Response:
    """Give a person as a contact; of somebody who has left, none."""
    authorize(Permission.DIRECTORY_READ)
    found = queries.get_person(db.session(), person_id, current_actor())
    if found.valid_until is not None and found.valid_until < clock.today():
        raise NotFound
    return _answer(card_of_person(found))


def card_of_person(found: Person) -> Card:
    """Return the official contact of a person; for one's own page and for the list of a body."""
    address = _address("directory.person", person_id=found.id)
    return Card(
        uid=address,
        name=found.name,
        family_name=found.family_name,
        given_name=found.given_name,
        prefix=found.title,
        organisation=(found.organisation.name,) if found.organisation else (),
        title=found.function,
        phone=found.phone,
        mobile=found.mobile,
        email=found.email,
        website=address,
        note=_note(),
    )


def _address(endpoint: str, **values: int) -> str:
    path = url_for(endpoint, _anchor=None, _method=None, _scheme=None, _external=None, **values)
    return str(current_app.extensions["koordination.site"].base_url).rstrip("/") + path


def _note() -> str:
    is_demo = current_app.extensions["koordination.settings"].is_demo
    return _("Demonstration with invented people") if is_demo else ""


def _answer(card: Card) -> Response:
    response = Response(write(card), content_type="text/vcard; charset=utf-8")
    response.headers["Content-Disposition"] = attachment(f"{card.name}.vcf")
    return response
