"""What somebody releases about themselves: on a page of their own that names nobody in its address."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from coordination.core import clock
from coordination.core.access import Permission, Subject
from coordination.core.errors import NotFound, RuleViolation
from coordination.core.i18n import N_
from coordination.core.i18n import gettext as _
from coordination.core.work import Work
from coordination.directory import queries as directory
from coordination.directory.consents import queries, services
from coordination.directory.consents.blueprint import bp
from coordination.directory.consents.forms import PhoneForm, PhotoForm
from coordination.directory.consents.rules import Released
from coordination.directory.models import Person
from coordination.documents.portraits import portrait
from coordination.files import rules as file_rules
from coordination.files.pictures import accept_picture
from coordination.web.extensions import db
from coordination.web.forms import given
from coordination.web.guard import authorize, current_actor, unit_of_work

#: What the address says → what it is about.
THINGS = {"telefon": Released.PHONE, "foto": Released.PHOTO}


@bp.get("/mein-privates")
def own() -> ResponseReturnValue:
    """Show what one has released, and the way to release it or to withdraw it."""
    authorize(Permission.SIGNED_IN)
    key = current_actor().person_id
    return render_template(
        "consents/own.html",
        person_id=key,
        released=queries.of_person(db.session(), key) if key is not None else {},
        Released=Released,
    )


def _own_person() -> Person:
    """Return the person behind the account.

    Raises:
        NotFound: it stands for nobody in the directory.
    """
    authorize(Permission.SIGNED_IN)
    key = current_actor().person_id
    if key is None:
        raise NotFound
    authorize(Permission.CONSENT_GIVE, Subject(person_id=key))
    return directory.get_person(db.session(), key)


def _store(change: Callable[[Work, Person], None], told: str) -> ResponseReturnValue:
    key = _own_person().id
    with unit_of_work() as work:
        change(work, directory.get_person(work.session, key))
    flash(told, "success")
    return redirect(url_for(".own"), 303)


@bp.route("/mein-privates/telefon", methods=["GET", "POST"])
def release_phone() -> ResponseReturnValue:
    """Show a private number from now on."""
    _own_person()
    form = PhoneForm(request.form)
    if request.method == "POST" and form.validate():
        number = form.phone.number
        return _store(
            lambda work, person: services.give_phone(work, person, number),
            _("Everybody who is signed in sees your private number on your page now."),
        )
    return render_template("consents/phone.html", form=form), 422 if form.errors else 200


@bp.route("/mein-privates/foto", methods=["GET", "POST"])
def release_photo() -> ResponseReturnValue:
    """Show a picture from now on."""
    _own_person()
    form = PhotoForm(CombinedMultiDict((request.files, request.form)))
    if request.method == "POST" and form.validate():
        try:
            picture = _picture(form)
        except RuleViolation as violation:
            form.show(violation)
        else:
            return _store(
                lambda work, person: services.give_photo(work, person, picture),
                _("Everybody who is signed in sees your photo on your page now."),
            )
    return render_template("consents/photo.html", form=form), 422 if form.errors else 200


def _picture(form: PhotoForm) -> bytes:
    """Return the picture as it will be shown, drawn anew from what was sent."""
    sent = given(form.photo.data)
    content = sent.read()
    file = accept_picture(sent.filename, content, field="photo")
    made = portrait(content, is_png=file.kind is file_rules.PNG)
    if not made:
        text = N_("“%(name)s” is damaged. Please choose another picture.")
        raise RuleViolation(text, field="photo", name=file.name)
    return made


@bp.post("/mein-privates/<thing>/zuruecknehmen")
def withdraw(thing: str) -> ResponseReturnValue:
    """Withdraw a consent; what it was given for is deleted with it."""
    what = THINGS.get(thing)
    if what is None:
        raise NotFound
    authorize(Permission.SIGNED_IN)
    told = {
        Released.PHONE: _("Your consent is withdrawn and the number deleted."),
        Released.PHOTO: _("Your consent is withdrawn and the photo deleted."),
    }
    return _store(lambda work, person: services.withdraw(work, person, what), told[what])


@bp.get("/personen/<int:person_id>/foto")
def photo(person_id: int) -> Response:
    """Give a person's picture while they consent; no cache keeps it."""
    authorize(Permission.DIRECTORY_READ)
    content = queries.photo(db.session(), current_actor(), person_id, clock.today())
    answer = Response(content, mimetype="image/png")
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
