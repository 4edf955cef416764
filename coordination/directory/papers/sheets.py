"""What all papers of the directory share: the day they speak of, their head, the code that leads back to the page."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import segno
from flask import current_app, request, url_for

from coordination.core import clock, phones
from coordination.core.access import Permission
from coordination.core.i18n import format_date
from coordination.core.i18n import gettext as _
from coordination.directory import asof, words
from coordination.directory.asof import AsOf, Then
from coordination.directory.models import Person, Place
from coordination.mail.site import Site
from coordination.web.guard import authorize, current_actor


def asked_day() -> AsOf:
    """Ask for the right to read, and return the day that a file is about; every file says which day that is."""
    authorize(Permission.DIRECTORY_READ)
    return asof.read(request.args.get("stand"), current_actor(), clock.wall_clock(clock.utc_now()))


def site() -> Site:
    """Return the installation that the file is from."""
    found: Site = current_app.extensions["koordination.site"]
    return found


def page_address(endpoint: str, as_of: AsOf, **values: Any) -> str:
    """Return the whole address of a page, for paper."""
    return site().url(url_for(endpoint, **values, **as_of.arguments))


def head(title: str, subtitle: str, as_of: AsOf) -> dict[str, Any]:
    """Return what the frame of a paper wants; everything on it is German."""
    state = _("As of %(day)s", day=format_date(as_of.day))
    return {
        "title": title,
        "subtitle": subtitle,
        "state": state,
        "foot": f"{title} · {state}",
        "made_on": clock.today().isoformat(),
        "mark": _("Demonstration with invented people") if site().is_demo else "",
        "labels": {"page": _("Page")},
    }


def code_of(address: str, says: str) -> dict[str, str]:
    """Return an address as a QR code with the words that stand for it."""
    picture = io.BytesIO()
    segno.make(address, error="m").save(picture, kind="svg", border=0, xmldecl=False)
    return {"svg": picture.getvalue().decode(), "alt": _("QR code: %(address)s", address=address), "says": says}


def number(e164: str) -> str:
    """Return a telephone number as one reads it."""
    return phones.display_phone(e164) if e164 else ""


def office(place: Place, then: Then) -> str:
    """Return the telephone number of a place; of a site without one that of its school, said so."""
    e164, is_lent = words.office(place, then)
    return _("Telephone of the school: %(number)s", number=number(e164)) if is_lent else number(e164)


def contact(person: Person | None, as_of: AsOf) -> list[str]:
    """Return how somebody is reached, as far as pages say it: of an earlier day nobody's number is named."""
    if person is None or as_of.is_past:
        return []
    return present(number(person.phone), number(person.mobile), person.email)


def place_name(place: Place, then: Then) -> str:
    """Return what a place is called; of a site with the school that it belongs to."""
    name, school = then.name(place), words.site_of(place, then)
    return f"{name} ({school})" if school else name


def place_address(place: Place, then: Then) -> str:
    """Return where a place is, in a line; of a mobile one, that it is nowhere in particular."""
    if said := words.instead_of_address(place, then):
        return said
    town = " ".join(present(then.value(place, "postcode"), then.value(place, "city")))
    return ", ".join(present(then.value(place, "street"), town))


def present(*texts: str) -> list[str]:
    """Return what is not empty."""
    return [text for text in texts if text]


def joined(texts: Iterable[str]) -> str:
    """Return several facts as one line."""
    return " · ".join(text for text in texts if text)


def fallback() -> str:
    """Return whom to ask if nobody is reached."""
    here = site()
    return _("If you reach nobody: coordination of %(city)s, %(mail)s.", city=here.city_name, mail=here.contact_email)
