"""The members of a body to take along: as contacts, as a table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import Response

from coordination.bodies import queries
from coordination.bodies.blueprint import bp
from coordination.bodies.models import Body
from coordination.bodies.roster import Line, roster
from coordination.bodies.rules import ROLE_WORDS
from coordination.core import clock
from coordination.core.access import Permission
from coordination.core.i18n import gettext as _
from coordination.core.phones import display_phone
from coordination.directory.card_views import card_of_person
from coordination.directory.models import Person
from coordination.directory.vcard import write
from coordination.exchange import sheets
from coordination.exchange.sheets import Cell, Sheet
from coordination.web.downloads import attachment
from coordination.web.extensions import db
from coordination.web.guard import authorize


def _lines(body: Body, day: date) -> Iterator[Line]:
    for _heading, lines in roster(db.session(), body, day, planned=False).groups:
        yield from lines


def _is_here(person: Person, day: date) -> bool:
    return person.valid_until is None or person.valid_until >= day


@bp.get("/gremien/<int:body_id>/mitglieder.vcf")
def members_vcard(body_id: int) -> Response:
    """Give everybody who sits in a body as contacts in one file."""
    authorize(Permission.BODY_READ)
    found, day = queries.get_body(db.session(), body_id), clock.today()
    people = {}
    for line in _lines(found, day):
        if line.membership is not None and _is_here(line.membership.person, day):
            people[line.membership.person_id] = line.membership.person
    response = Response(
        b"".join(write(card_of_person(person)) for person in people.values()),
        content_type="text/vcard; charset=utf-8",
    )
    response.headers["Content-Disposition"] = attachment(f"{found.name}.vcf")
    return response


@bp.get("/gremien/<int:body_id>/mitglieder.xlsx")
def members_table(body_id: int) -> Response:
    """Give the list of members as a table."""
    authorize(Permission.BODY_READ)
    found, day = queries.get_body(db.session(), body_id), clock.today()
    lines = list(_lines(found, day))
    rows = [_row(line, day) for line in lines]
    # In the demonstration every paper says that nobody on it is real.
    marks = {card_of_person(one.membership.person).note for one in lines if one.membership} - {""}
    rows += [[mark] for mark in sorted(marks)]
    response = Response(sheets.write_xlsx(Sheet(found.name, _headings(), rows)), content_type=sheets.XLSX)
    response.headers["Content-Disposition"] = attachment(f"{found.name}.xlsx")
    return response


def _headings() -> list[str]:
    return [
        _("Role"),
        _("Family name"),
        _("Given name"),
        _("Title"),
        _("Sits for"),
        _("Function"),
        _("Telephone"),
        _("E-mail"),
        _("Deputy"),
        _("From"),
        _("Until"),
    ]


def _phone(number: str) -> str:
    return display_phone(number) if number else ""


def _row(line: Line, day: date) -> list[Cell]:
    role, one = _(ROLE_WORDS[line.role]), line.membership
    if one is None:
        return [role, _("vacant"), "", "", line.stands_for]
    person = one.person
    # Whoever is gone is no longer reached there.
    contact = [_phone(person.phone or person.mobile), person.email] if _is_here(person, day) else ["", ""]
    deputies = "; ".join(deputy.person.name for deputy in line.deputies)
    names = [person.family_name, person.given_name, person.title, line.stands_for, person.function]
    return [role, *names, *contact, deputies, one.valid_from, one.valid_until]
