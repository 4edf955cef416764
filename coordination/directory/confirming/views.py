"""One button on the page of an entry says that it is right; another takes that back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Permission, Subject, allows
from coordination.core.errors import Conflict, NotFound
from coordination.core.i18n import gettext as _
from coordination.directory import queries, undo_links
from coordination.directory.assignment_services import read_day
from coordination.directory.blueprint import bp
from coordination.directory.confirming import own, services
from coordination.directory.confirming.services import Earlier, Entry
from coordination.directory.models import Assignment
from coordination.directory.offers import queries as offers
from coordination.directory.offers.models import Offer
from coordination.directory.responsibilities import queries as posts
from coordination.directory.responsibilities.models import Post
from coordination.directory.rules import Span
from coordination.directory.steps import own_name
from coordination.directory.undo_links import UNDO_AGE
from coordination.web.extensions import db
from coordination.web.guard import authorize, current_actor, unit_of_work
from coordination.web.views import own_path


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of entry: how one is read that the actor may know of, and the page that shows it."""

    read: Callable[[Session, int], Entry]
    endpoint: str
    anchor: str | None = None


def _offer(session: Session, key: int) -> Offer:
    found = offers.get_offer(session, key)
    is_planned = found.valid_from > clock.today()
    if is_planned and not allows(current_actor(), Permission.DIRECTORY_PLANNED, queries.subject_of(found)):
        raise NotFound
    return found


KINDS = {
    "person": Kind(lambda session, key: queries.get_person(session, key, current_actor()), "person"),
    "place": Kind(queries.get_place, "place"),
    "organisation": Kind(queries.get_organisation, "organisation"),
    "post": Kind(lambda session, key: posts.get_post(session, current_actor(), key, clock.today()), "post"),
    "offer": Kind(_offer, "place", "offers"),
    "assignment": Kind(queries.get_assignment, "place", "assignments"),
}


def _subject(session: Session, row: Entry) -> Subject:
    if isinstance(row, Assignment):
        return own.subject_to_confirm(session, current_actor(), row, clock.today())
    return posts.subject_of(row) if isinstance(row, Post) else queries.subject_of(row)


def _by(row: Entry) -> str:
    """Return who says that an entry is right: of their own assignment the person, as a link of a round has it."""
    person = row.person if isinstance(row, Assignment) else None
    return person.name if person is not None and person.id == current_actor().person_id else own_name()


def _kept(kind: str, key: int) -> Entry:
    """Return an entry that is the actor's to confirm."""
    authorize(Permission.DIRECTORY_READ)
    found = KINDS[kind].read(db.session(), key)
    authorize(Permission.ENTRY_CONFIRM, _subject(db.session(), found))
    return found


def _page(kind: str, row: Entry) -> str:
    """Return where the button stands: of an assignment the place or the person that the form names."""
    of, sent = KINDS[kind], own_path(request.form.get("next"))
    if isinstance(row, Assignment) and sent is not None:
        return sent
    key = row.place_id if isinstance(row, Offer | Assignment) else row.id
    where: dict[str, Any] = {f"{of.endpoint}_id": key, "_anchor": of.anchor}
    return url_for(f".{of.endpoint}", **where)


def _called(row: Entry) -> str:
    """Return what an entry is called where its page shows many."""
    match row:
        case Assignment():
            who = row.person.name if row.person is not None else _("vacant")
            return _("%(name)s at %(place)s", name=who, place=row.place.name)
        case Post():
            return row.function
    return row.name


def _purpose(kind: str, said: Earlier, earlier: Earlier) -> str:
    parts = (part for one in (said, earlier) for part in (_text(one.on), one.by, _mark(one)))
    return ":".join(("undo-confirmation", kind, *parts))


def _mark(said: Earlier) -> str:
    return "1" if said.is_own else ""


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""


@bp.post("/personen/<int:person_id>/bestaetigen", defaults={"kind": "person"})
@bp.post("/orte/<int:place_id>/bestaetigen", defaults={"kind": "place"})
@bp.post("/organisationen/<int:organisation_id>/bestaetigen", defaults={"kind": "organisation"})
@bp.post("/stellen/<int:post_id>/bestaetigen", defaults={"kind": "post"})
@bp.post("/angebote/<int:offer_id>/bestaetigen", defaults={"kind": "offer"})
@bp.post("/einsaetze/<int:assignment_id>/bestaetigen", defaults={"kind": "assignment"})
def confirm_entry(kind: str, **keys: int) -> ResponseReturnValue:
    """Note that an entry is right as its page shows it."""
    (key,) = keys.values()
    page = _page(kind, _kept(kind, key))
    try:
        with unit_of_work() as work:
            row = KINDS[kind].read(work.session, key)
            version = undo_links.version()
            earlier = services.confirm(work, row, _subject(work.session, row), by=_by(row), version=version)
            said = Earlier.of(row)
    except Conflict:
        text = _("The entry was changed in the meantime. Please look whether it is right as it stands here now.")
        flash(text, "warning")
        return redirect(page, 303)
    where: dict[str, Any] = {"kind": kind, **keys, "am": _text(said.on), "bis": _text(earlier.on)}
    token = current_app.extensions["koordination.site"].signer.make(_purpose(kind, said, earlier), key, 1)
    words = {"von": earlier.by, "durch": said.by, "von_selbst": _mark(earlier), "durch_selbst": _mark(said)}
    back = {
        "text": _("Confirmed as of today: %(what)s", what=_called(row)),
        "undo_url": url_for(".undo_confirmation", t=token, **where),
        # Who said it, now and before, is a name: not for an address, which others may log.
        "undo_values": words | ({"next": page} if kind == "assignment" else {}),
    }
    flash(back, "success")  # type: ignore[arg-type]
    return redirect(page, 303)


@bp.post("/personen/<int:person_id>/bestaetigung-zuruecknehmen", defaults={"kind": "person"})
@bp.post("/orte/<int:place_id>/bestaetigung-zuruecknehmen", defaults={"kind": "place"})
@bp.post("/organisationen/<int:organisation_id>/bestaetigung-zuruecknehmen", defaults={"kind": "organisation"})
@bp.post("/stellen/<int:post_id>/bestaetigung-zuruecknehmen", defaults={"kind": "post"})
@bp.post("/angebote/<int:offer_id>/bestaetigung-zuruecknehmen", defaults={"kind": "offer"})
@bp.post("/einsaetze/<int:assignment_id>/bestaetigung-zuruecknehmen", defaults={"kind": "assignment"})
def undo_confirmation(kind: str, **keys: int) -> ResponseReturnValue:
    """Let an entry be as confirmed as it was before; refuses kindly if somebody confirmed it again."""
    (key,) = keys.values()
    authorize(Permission.DIRECTORY_READ)
    found = KINDS[kind].read(db.session(), key)
    page = _page(kind, found)
    if too_late := _too_late(found):
        flash(too_late, "warning")
        return redirect(page, 303)
    authorize(Permission.ENTRY_CONFIRM, _subject(db.session(), found))
    said, earlier = _signed(kind, key)
    try:
        with unit_of_work() as work:
            row = KINDS[kind].read(work.session, key)
            services.take_back(work, row, _subject(work.session, row), earlier, said=said)
    except Conflict:
        text = _("This was confirmed again in the meantime or is taken back already. Nothing was changed now.")
        flash(text, "warning")
    else:
        flash(_("Taken back: %(what)s is confirmed as it was before.", what=_called(row)), "success")
    return redirect(page, 303)


def _too_late(row: Entry) -> str:
    """Return why somebody cannot take back what they said of their own assignment any more; "" if they can.

    Of what is not theirs nothing is said.
    """
    actor = current_actor()
    if not isinstance(row, Assignment) or actor.person_id is None or row.person_id != actor.person_id:
        return ""
    if allows(actor, Permission.ENTRY_CONFIRM, _subject(db.session(), row)):
        return ""
    if not Span(row.valid_from, row.valid_until).holds(clock.today()):
        return _("This cannot be taken back any more because the assignment does not hold today.")
    return _("This cannot be taken back any more because the employer now looks at such entries itself.")


def _signed(kind: str, key: int) -> tuple[Earlier, Earlier]:
    """Return since when and by whose word the entry is right, and was before, if all of the request was signed for it.

    Raises:
        NotFound, LinkOver: nobody signed it, or it is too old.
    """
    said, earlier = _sent("am", "durch"), _sent("bis", "von")
    signer = current_app.extensions["koordination.site"].signer
    claim = signer.read(_purpose(kind, said, earlier), request.args.get("t", ""), max_age=UNDO_AGE)
    if claim.id != key:
        raise NotFound
    return said, earlier


def _sent(day: str, by: str) -> Earlier:
    try:
        on = read_day(request.args.get(day, ""))
    except ValueError:
        raise NotFound from None
    return Earlier(on, request.form.get(by, ""), request.form.get(f"{by}_selbst") == "1")
