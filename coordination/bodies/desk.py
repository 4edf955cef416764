"""What bodies put on the desk of their office: mandates that end soon, seats that nobody holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from coordination.bodies import queries
from coordination.bodies.models import Membership, Seat
from coordination.core.access import Actor, Permission, Subject, allows
from coordination.core.i18n import format_date
from coordination.core.i18n import gettext as _
from coordination.core.registry import DeskLine

#: Sentences of one kind; the pages of the bodies have all of them.
MOST_OF_A_KIND = 5
#: A vacancy waits longer than an end that nears.
VACANCY = 50


def desk_lines(session: Session, actor: Actor, day: date) -> Sequence[DeskLine]:
    """Return what the office of one's own bodies should look at."""
    mine = [key for key in actor.body_roles if allows(actor, Permission.BODY_MANAGE, Subject(body_id=key))]
    if not mine:
        return []
    ends, vacant = queries.ends_and_vacancies(session, day, mine)
    return [_ending(one, day) for one in ends[:MOST_OF_A_KIND]] + [_vacancy(one) for one in vacant[:MOST_OF_A_KIND]]


def _ending(one: Membership, day: date) -> DeskLine:
    last = one.valid_until or day
    text = _(
        "The mandate of %(who)s in %(body)s ends on %(day)s.",
        who=one.person.name,
        body=one.body.name,
        day=format_date(last),
    )
    return DeskLine((last - day).days, text, _("Open the body"), f"/gremien/{one.body_id}")


def _vacancy(one: Seat) -> DeskLine:
    owner = queries.owner(one)
    text = (
        _("In %(body)s the seat of %(owner)s is vacant.", body=one.body.name, owner=owner)
        if owner
        else _("In %(body)s a seat is vacant.", body=one.body.name)
    )
    return DeskLine(VACANCY, text, _("Fill the seat"), f"/gremien/{one.body_id}/mitglieder/neu?sitz={one.id}")
