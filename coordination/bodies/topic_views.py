"""The list of topics, and keeping it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.bodies import queries
from coordination.bodies import topic_services as services
from coordination.bodies.blueprint import bp
from coordination.bodies.forms import MergeForm, TopicForm
from coordination.core import clock
from coordination.core.access import Permission
from coordination.core.collation import german_key
from coordination.core.errors import Conflict, RuleViolation
from coordination.core.i18n import gettext as _
from coordination.core.i18n import ngettext
from coordination.core.work import Work
from coordination.web.extensions import db
from coordination.web.forms import given
from coordination.web.guard import authorize, unit_of_work


@bp.get("/themen")
def topics() -> ResponseReturnValue:
    """List the topics with how many bodies deal with them."""
    authorize(Permission.BODY_READ)
    g.nav_key = "topics"
    session = db.session()
    return render_template(
        "bodies/topics.html",
        topics=sorted(queries.topics(session), key=lambda one: german_key(one.name)),
        counts=services.counts(session, clock.today()),
        earlier=services.earlier_names(session),
    )


def _step(topic_id: int, form: Any, save: Callable[[Work, int], object], said: str, **page: Any) -> ResponseReturnValue:
    g.nav_key, is_stale = "topics", False
    if request.method == "GET":
        topic = services.get_topic(db.session(), topic_id)
        form.keep(version=topic.version)
        if "name" in form:
            form.keep(name=topic.name)
    elif form.validate():
        try:
            with unit_of_work() as work:
                save(work, given(form.version.data))
        except RuleViolation as violation:
            form.show(violation)
        except Conflict:
            is_stale = True
            form.keep(version=services.get_topic(db.session(), topic_id).version)
        else:
            flash(said, "success")
            return redirect(url_for(".topics"), 303)
    values: dict[str, Any] = {"consequences": [], "danger": False} | page
    text = render_template("bodies/topic_step.html", **values, form=form, is_stale=is_stale)
    return text, 409 if is_stale else 422 if form.errors else 200


@bp.route("/themen/<int:topic_id>/umbenennen", methods=["GET", "POST"])
def rename_topic(topic_id: int) -> ResponseReturnValue:
    """Call a topic something else."""
    authorize(Permission.BODY_READ)
    authorize(Permission.TOPIC_MANAGE)
    topic = services.get_topic(db.session(), topic_id)
    form = TopicForm(request.form)

    def save(work: Work, version: int) -> None:
        services.rename(work, topic_id, given(form.name.data), version=version)

    return _step(
        topic_id,
        form,
        save,
        _("The topic is renamed. Its earlier name leads to it."),
        title=_("Rename “%(name)s”", name=topic.name),
        button=_("Rename the topic"),
    )


@bp.route("/themen/<int:topic_id>/zusammenfuehren", methods=["GET", "POST"])
def merge_topic(topic_id: int) -> ResponseReturnValue:
    """Let a topic be part of another."""
    authorize(Permission.BODY_READ)
    authorize(Permission.TOPIC_MANAGE)
    session = db.session()
    topic = services.get_topic(session, topic_id)
    name, count = topic.name, services.counts(session, clock.today()).get(topic_id, 0)
    others = [(one.id, one.name) for one in queries.topics(session) if one.id != topic_id]
    form = MergeForm(request.form)
    form.offer(sorted(others, key=lambda one: german_key(one[1])))

    def save(work: Work, version: int) -> None:
        services.merge(work, topic_id, form.into_id.data or 0, version=version)

    said = [
        ngettext("One body gets the chosen topic.", "%(n)s bodies get the chosen topic.", count)
        if count
        else _("No body deals with it at present."),
        _("“%(name)s” stays as an earlier name of it. This cannot be taken back.", name=name),
    ]
    return _step(
        topic_id,
        form,
        save,
        _("The topics are one."),
        title=_("Merge “%(name)s” into another topic", name=name),
        button=_("Merge the topics"),
        consequences=said,
        danger=True,
    )
