"""Keeping posts: one form for each step, filled from what is stored; a stale one changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.core import clock
from coordination.core.access import Permission
from coordination.core.collation import german_key
from coordination.core.errors import Conflict, RuleViolation
from coordination.core.i18n import gettext as _
from coordination.core.work import Work
from coordination.directory import edit_choices
from coordination.directory import queries as directory
from coordination.directory.assignment_forms import EndForm
from coordination.directory.blueprint import bp
from coordination.directory.responsibilities import queries, services, words
from coordination.directory.responsibilities.forms import HolderForm, PostForm, RenameForm, ResponsibilityForm
from coordination.directory.responsibilities.models import Post
from coordination.directory.school_forms import NOT_SCHOOLS, form_text
from coordination.web.extensions import db
from coordination.web.forms import given, key_of
from coordination.web.guard import authorize, current_actor, unit_of_work


def _kept(post_id: int) -> Post:
    """Return a post that the actor may change."""
    authorize(Permission.DIRECTORY_READ)
    post = queries.get_post(db.session(), current_actor(), post_id, clock.today())
    authorize(Permission.DIRECTORY_EDIT, queries.subject_of(post))
    return post


def _offer_people(form: PostForm | HolderForm) -> bool:
    """Fill in who can be chosen; returns whether the list is so long that it has to be narrowed."""
    typed = request.args.get("q_person", "")
    chosen = key_of(request.form.get("person_id"))
    actor = current_actor()
    offer = edit_choices.people(
        db.session(), actor, clock.today(), q=typed, keep={chosen} if actor.keeps_all else set()
    )
    form.offer(offer.options)
    return offer.is_cut or bool(typed)


def _step(post: Post, form: Any, save: Callable[[Work, int], None], said: str, **page: Any) -> ResponseReturnValue:
    """Show the form of a step, or take it."""
    g.nav_key, is_stale, post_id = "directory", False, post.id
    if request.method == "GET":
        form.keep(version=post.version)
    elif form.validate():
        try:
            with unit_of_work() as work:
                save(work, given(form.version.data))
        except RuleViolation as violation:
            form.show(violation)
        except Conflict:
            is_stale = True
            form.keep(version=queries.get_post(db.session(), current_actor(), post_id, clock.today()).version)
        else:
            flash(said, "success")
            return redirect(url_for(".post", post_id=post_id), 303)
        post = queries.get_post(db.session(), current_actor(), post_id, clock.today())
    values: dict[str, Any] = {"consequences": [], "danger": False, "is_long": False, "hints": {}} | page
    text = render_template("directory/post_step.html", **values, form=form, post=post, is_stale=is_stale)
    return text, 409 if is_stale else 422 if form.errors else 200


@bp.route("/organisationen/<int:organisation_id>/stellen/neu", methods=["GET", "POST"])
def new_post(organisation_id: int) -> ResponseReturnValue:
    """Enter a post of an organisation."""
    authorize(Permission.DIRECTORY_READ)
    unit = directory.get_organisation(db.session(), organisation_id)
    authorize(Permission.DIRECTORY_EDIT, directory.subject_of(unit))
    form = PostForm(request.form)
    is_long = _offer_people(form)
    g.nav_key = "directory"
    if request.method == "GET":
        form.valid_from.data = clock.today()
    elif form.validate():
        try:
            with unit_of_work() as work:
                key = services.create_post(work, form.value(organisation_id)).id
        except RuleViolation as violation:
            form.show(violation)
        else:
            flash(_("The post is entered. Now say what it is responsible for."), "success")
            return redirect(url_for(".post", post_id=key), 303)
    unit = directory.get_organisation(db.session(), organisation_id)
    page = render_template("directory/post_new.html", form=form, unit=unit, is_long=is_long)
    return page, 422 if form.errors else 200


@bp.route("/stellen/<int:post_id>/umbenennen", methods=["GET", "POST"])
def rename_post(post_id: int) -> ResponseReturnValue:
    """Call a post something else."""
    post = _kept(post_id)
    form = RenameForm(request.form)
    if request.method == "GET":
        form.keep(function=post.function)
    return _step(
        post,
        form,
        lambda work, version: services.rename_post(work, post_id, given(form.function.data), version=version),
        _("The post is renamed."),
        title=_("Rename the post"),
        button=_("Rename the post"),
    )


@bp.route("/stellen/<int:post_id>/wechsel", methods=["GET", "POST"])
def change_holder(post_id: int) -> ResponseReturnValue:
    """Let somebody else hold a post from a day on."""
    post = _kept(post_id)
    form = HolderForm(request.form)
    is_long = _offer_people(form)
    if request.method == "GET":
        form.first_on.data = clock.today()

    def save(work: Work, version: int) -> None:
        person_id = form.person_id.data or None
        services.change_holder(work, post_id, person_id, given(form.first_on.data), version=version)

    return _step(
        post,
        form,
        save,
        _("The change is entered. The post is responsible for the same as before."),
        title=_("Change who holds the post"),
        button=_("Enter the change"),
        is_long=is_long,
        consequences=[_("What the post is responsible for stays. Who held it before stays in the history.")],
    )


@bp.route("/stellen/<int:post_id>/zustaendig", methods=["GET", "POST"])
def add_responsibility(post_id: int) -> ResponseReturnValue:
    """Make a post responsible for a topic."""
    post = _kept(post_id)
    form = ResponsibilityForm(request.form)
    session, day = db.session(), clock.today()
    topics = sorted(((one.id, one.name) for one in queries.topics(session)), key=lambda one: german_key(one[1]))
    forms = [(code, form_text(code)) for code in directory.schools_by_form(session, day) if code not in NOT_SCHOOLS]
    keep = {key_of(request.form.get("place_id"))}
    places = edit_choices.places(session, current_actor(), day, q=request.args.get("q_ort", ""), keep=keep)
    districts = [(one.id, one.name) for one in directory.districts(session)]
    form.offer(topics, districts, sorted(forms, key=lambda one: german_key(one[1])), places.options)
    if request.method == "GET":
        form.valid_from.data = day
    return _step(
        post,
        form,
        lambda work, version: services.add_responsibility(work, post_id, form.value(), version=version),
        _("The responsibility is entered."),
        title=_("Add a responsibility"),
        button=_("Enter the responsibility"),
        is_long=places.is_cut or bool(request.args.get("q_ort")),
        hints={
            "district_id": _("Only for “In one district”."),
            "form_code": _("Only for “At all schools of one form”."),
            "place_id": _("Only for “At one place”."),
        },
    )


@bp.route("/zustaendigkeiten/<int:responsibility_id>/beenden", methods=["GET", "POST"])
def end_responsibility(responsibility_id: int) -> ResponseReturnValue:
    """Let a post no longer be responsible for a topic."""
    authorize(Permission.DIRECTORY_READ)
    found = queries.post_of(db.session(), current_actor(), responsibility_id, clock.today())
    post = _kept(found.id)
    row = next(one for one in post.responsibilities if one.id == responsibility_id)
    form = EndForm(request.form)
    if request.method == "GET":
        form.last_on.data = clock.today()

    def save(work: Work, version: int) -> None:
        services.end_responsibility(work, responsibility_id, given(form.last_on.data), version=version)

    return _step(
        post,
        form,
        save,
        _("The responsibility ends. It stays in the history."),
        title=_("End a responsibility"),
        button=_("End the responsibility"),
        danger=True,
        consequences=[words.why(row)],
    )


@bp.route("/stellen/<int:post_id>/beenden", methods=["GET", "POST"])
def end_post(post_id: int) -> ResponseReturnValue:
    """Let a post end, with all that hangs on it."""
    post = _kept(post_id)
    form = EndForm(request.form)
    if request.method == "GET":
        form.last_on.data = clock.today()
    said = _("After that day nobody holds it, and it is responsible for nothing. It stays in the history.")
    return _step(
        post,
        form,
        lambda work, version: services.end_post(work, post_id, given(form.last_on.data), version=version),
        _("The post ends. It stays in the history."),
        title=_("End the post"),
        button=_("End the post"),
        danger=True,
        consequences=[said],
    )
