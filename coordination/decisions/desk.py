"""What the office hears of on the desk: one sentence for each body that is behind, not one for each task."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.bodies.models import Body
from coordination.core.access import Actor
from coordination.core.i18n import gettext as _
from coordination.core.i18n import ngettext
from coordination.core.registry import DeskLine
from coordination.decisions import queries
from coordination.decisions.access import managed_bodies
from coordination.meetings.words import since

#: Below deadlines of meetings, above rhythms.
URGENCY = 20


def desk_lines(session: Session, actor: Actor, day: date) -> Sequence[DeskLine]:
    """Return one sentence for each body with something overdue."""
    bodies = managed_bodies(actor)
    if not bodies:
        return []
    late = queries.overdue_by_body(session, bodies, day)
    names = session.execute(select(Body.id, Body.name).where(Body.id.in_(late)).order_by(Body.name)).all()
    return [
        DeskLine(URGENCY, _sentence(name, late[key], day), _("Look at them"), _address(key, late[key]))
        for key, name in names
    ]


def _sentence(name: str, late: tuple[int, int, date], day: date) -> str:
    decisions, tasks, first = late
    parts = []
    if decisions:
        parts.append(ngettext("one decision", "%(count)s decisions", decisions, count=decisions))
    if tasks:
        parts.append(ngettext("one task", "%(count)s tasks", tasks, count=tasks))
    what = _(" and ").join(parts)
    return _("%(body)s: %(what)s overdue, the oldest %(since)s.", body=name, what=what, since=since((day - first).days))


def _address(body_id: int, late: tuple[int, int, date]) -> str:
    tab = "" if late[0] else "art=aufgaben&"
    return f"/beschluesse?{tab}gremium={body_id}&ueberfaellig=1"
