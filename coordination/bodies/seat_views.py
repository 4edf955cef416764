"""Seats, members and deputies: each step a page of its own that says what it means."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.bodies import choices, deputy_services, queries
from coordination.bodies import seat_services as services
from coordination.bodies.blueprint import bp
from coordination.bodies.edit_views import PLAIN
from coordination.bodies.forms import DeputyForm, LastDayForm, MemberForm, RoleForm, SeatForm
from coordination.bodies.models import Body, Membership
from coordination.bodies.rules import LATE, ROLE_WORDS
from coordination.bodies.views import subject_of
from coordination.core import clock, registry
from coordination.core.access import BodyRole, Permission
from coordination.core.errors import Conflict, RuleViolation
from coordination.core.i18n import format_date, ngettext
from coordination.core.i18n import gettext as _
from coordination.core.work import Work
from coordination.web.extensions import db
from coordination.web.forms import given, key_of
from coordination.web.guard import authorize, unit_of_work

#: Value of "art": the deputy is one member's own.
PERSONAL = "persoenlich"


def _managed(body_id: int) -> Body:
    authorize(Permission.BODY_READ)
    body = queries.get_body(db.session(), body_id)
    authorize(Permission.BODY_MANAGE, subject_of(body))
    return body


def _step(
    body_id: int, form: Any, save: Callable[[Work, int], object], said: Any, *, first: dict[str, Any], **page: Any
) -> ResponseReturnValue:
    """Show the form of a step filled with ``first``, or do it; texts of the page come as they are.

    ``said`` is what a flash shows afterwards; ``save`` may add to it.
    """
    is_stale, late = False, ""
    if request.method == "GET":
        form.keep(version=queries.get_body(db.session(), body_id).version, **first)
    elif form.validate():
        try:
            with unit_of_work() as work:
                save(work, given(form.version.data))
                _ask_first(work, body_id, form)
        except _AskFirst as asked:
            late = str(asked)
            form.keep(late_on=_day_of(form).isoformat())
        except RuleViolation as violation:
            form.show(violation)
        except Conflict:
            is_stale = True
            form.keep(version=queries.get_body(db.session(), body_id).version)
        else:
            flash(said, "success")
            return redirect(url_for(".body", body_id=body_id), 303)
    values = PLAIN | {"lead": "", "is_stale": is_stale, "late": late} | page
    text = render_template("bodies/step.html", **values, form=form, body=queries.get_body(db.session(), body_id))
    return text, 409 if is_stale else 422 if form.errors else 200


class _AskFirst(Exception):
    """The step could be done, but its day is to be confirmed: nothing is stored yet."""


def _day_of(form: Any) -> date:
    """Return the day that a step is about; one that has none is of today."""
    field = next((form[name] for name in ("last_on", "first_on") if name in form), None)
    day: date = given(field.data) if field is not None else clock.today()
    return day


def _ask_first(work: Work, body_id: int, form: Any) -> None:
    """Ask about a day long past before it is stored; once for each day."""
    day = _day_of(form)
    if day >= work.today or form.late_on.data == day.isoformat():
        return
    met = sum(count(work.session, body_id, day + services.DAY, work.today) for count in registry.body_meetings)
    if not met and work.today - day <= LATE:
        return
    said = _("%(day)s lies back. It is entered late and counts from that day on.", day=format_date(day))
    if met:
        said += " " + ngettext(
            "Since then the body has met once.", "Since then the body has met %(count)s times.", met, count=met
        )
    raise _AskFirst(said)


@bp.route("/gremien/<int:body_id>/sitze/neu", methods=["GET", "POST"])
def new_seat(body_id: int) -> ResponseReturnValue:
    """Add a seat, vacant at first."""
    _managed(body_id)
    form = SeatForm(request.form)
    form.offer(choices.organisations(db.session(), clock.today()))
    return _step(
        body_id,
        form,
        lambda work, version: services.add_seat(work, body_id, form.value(), version=version),
        _("The seat is entered and vacant."),
        first={"valid_from": clock.today(), "role": BodyRole.VOTING_MEMBER.value, "filled_by": "delegated"},
        title=_("Add a seat"),
        lead=_("A seat belongs to an organisation or to nobody. Who holds it comes afterwards."),
        button=_("Store the seat"),
    )


@bp.route("/gremien/<int:body_id>/mitglieder/neu", methods=["GET", "POST"])
def new_member(body_id: int) -> ResponseReturnValue:
    """Let a person sit in a body, on a seat or without one."""
    _managed(body_id)
    session, day = db.session(), clock.today()
    offer = choices.people(session, day, request.args.get("q_person", ""))
    form = MemberForm(request.form)
    seats = choices.seats(session, body_id, day)
    form.offer(offer.options, seats)
    asked = key_of(request.args.get("sitz"))
    seat = queries.get_seat(session, asked) if asked in dict(seats) else None
    role = seat.role if seat else BodyRole.VOTING_MEMBER
    first_on = max(day, seat.valid_from) if seat else day
    return _step(
        body_id,
        form,
        lambda work, version: services.add_member(work, body_id, form.value(), version=version),
        _("The member is entered."),
        first={"valid_from": first_on, "role": role.value, "seat_id": seat.id if seat else 0},
        title=_("Add a member"),
        button=_("Store the member"),
        is_long=offer.is_cut,
    )


@bp.route("/gremien/<int:body_id>/vertretungen/neu", methods=["GET", "POST"])
def new_deputy(body_id: int) -> ResponseReturnValue:
    """Let a person stand in for a member, or for anybody."""
    _managed(body_id)
    session, day = db.session(), clock.today()
    offer = choices.people(session, day, request.args.get("q_person", ""))
    form = DeputyForm(request.form)
    members = choices.members(session, body_id, day)
    asked = key_of(request.args.get("fuer"))
    is_personal = request.args.get("art") == PERSONAL or asked in dict(members)
    form.offer(offer.options, members, is_personal=is_personal)
    return _step(
        body_id,
        form,
        lambda work, version: deputy_services.add_deputy(work, body_id, form.value(), version=version),
        _("The deputy is entered."),
        first={"valid_from": day, "membership_id": asked if asked in dict(members) else 0},
        title=_("Name a personal deputy") if is_personal else _("Add a deputy"),
        button=_("Store the deputy"),
        is_long=offer.is_cut,
    )


@bp.route("/gremien/mitgliedschaften/<int:membership_id>/rolle", methods=["GET", "POST"])
def change_role(membership_id: int) -> ResponseReturnValue:
    """Give a member another role from a day on."""
    authorize(Permission.BODY_READ)
    member = queries.get_membership(db.session(), membership_id)
    body_id, name = member.body_id, member.person.name
    _managed(body_id)
    form = RoleForm(request.form)
    form.offer()

    def save(work: Work, version: int) -> None:
        role, first_on = BodyRole(given(form.role.data)), given(form.first_on.data)
        services.change_role(work, membership_id, role, first_on, version=version)

    return _step(
        body_id,
        form,
        save,
        _("The role is changed. What was before stays in the list of former members."),
        first={"role": member.role.value, "first_on": clock.today()},
        title=_("Another role for %(name)s", name=name),
        lead=_("The membership ends the day before, and another begins. Personal deputies go along."),
        button=_("Change the role"),
    )


@bp.route("/gremien/mitgliedschaften/<int:membership_id>/beenden", methods=["GET", "POST"])
def end_membership(membership_id: int) -> ResponseReturnValue:
    """End a membership; the page says what becomes of the seat and of deputies."""
    authorize(Permission.BODY_READ)
    member = queries.get_membership(db.session(), membership_id)
    body_id, name = member.body_id, member.person.name
    _managed(body_id)
    form = LastDayForm(request.form)

    said: dict[str, Any] = {"text": _("The membership ends. The person stays in the list of former members.")}

    def save(work: Work, version: int) -> None:
        owed = services.end_membership(work, membership_id, given(form.last_on.data), version=version)
        if owed:
            said["text"] += " " + _("%(name)s knows of these meetings, and is owed a cancellation:", name=name)
            said["links"] = [(text, url_for("meetings.invite", meeting_id=key)) for key, text in owed]

    return _step(
        body_id,
        form,
        save,
        said,
        first={"last_on": clock.today()},
        title=_("%(name)s leaves the body", name=name),
        button=_("End the membership"),
        consequences=_consequences(member),
        danger=True,
    )


def _consequences(member: Membership) -> list[str]:
    session, day = db.session(), clock.today()
    said = []
    if member.seat is not None:
        owner = queries.owner(member.seat)
        said.append(
            _("The seat of %(owner)s becomes vacant after that day.", owner=owner)
            if owner
            else _("The seat becomes vacant after that day.")
        )
    said += [
        _("%(name)s no longer stands in after that day.", name=one.person.name)
        for one in queries.deputies_of(session, member.body_id, day)
        if one.membership_id == member.id
    ]
    said = said or [_("The person sits for no organisation: no seat becomes vacant.")]
    said += [one for ask in registry.meetings_left for one in ask(session, member.body_id, member.person_id, day)]
    return said + [
        _("What is planned from %(day)s on (%(role)s) is withdrawn too.", day=format_date(one.valid_from), role=_(word))
        for one in queries.follow_ups(session, member)
        if one.valid_from > day and (word := ROLE_WORDS[one.role])
    ]


@bp.route("/gremien/sitze/<int:seat_id>/beenden", methods=["GET", "POST"])
def end_seat(seat_id: int) -> ResponseReturnValue:
    """End a seat that nobody holds any more."""
    authorize(Permission.BODY_READ)
    body_id = queries.get_seat(db.session(), seat_id).body_id
    _managed(body_id)
    form = LastDayForm(request.form)

    def save(work: Work, version: int) -> None:
        services.end_seat(work, seat_id, given(form.last_on.data), version=version)

    title, button = _("End the seat"), _("End the seat")
    first = {"last_on": clock.today()}
    return _step(body_id, form, save, _("The seat ends."), first=first, title=title, button=button, danger=True)


@bp.route("/gremien/vertretungen/<int:deputy_id>/beenden", methods=["GET", "POST"])
def end_deputy(deputy_id: int) -> ResponseReturnValue:
    """Let somebody no longer stand in."""
    authorize(Permission.BODY_READ)
    deputy = queries.get_deputy(db.session(), deputy_id)
    body_id, title = deputy.body_id, _("%(name)s no longer stands in", name=deputy.person.name)
    _managed(body_id)
    form = LastDayForm(request.form)

    def save(work: Work, version: int) -> None:
        deputy_services.end_deputy(work, deputy_id, given(form.last_on.data), version=version)

    first = {"last_on": clock.today()}
    button = _("End the deputy")
    return _step(body_id, form, save, _("The deputy ends."), first=first, title=title, button=button, danger=True)
