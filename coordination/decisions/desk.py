"""What the office hears of on the desk: one sentence for each body that is behind, not one for each task."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from coordination.core.access import Actor
from coordination.core.i18n import gettext as _
from coordination.core.i18n import ngettext
from coordination.core.registry import DeskLine
from coordination.decisions import queries
from coordination.decisions.queries import Late
from coordination.mail import stuck
from coordination.meetings.access import clerical_bodies
from coordination.meetings.words import since

#: Below deadlines of meetings, above rhythms.
URGENCY = 20


def desk_lines(session: Session, actor: Actor, day: date) -> Sequence[DeskLine]:
    """Return one sentence for each body with something overdue, and one if reminders did not get through."""
    bodies = clerical_bodies(session, actor, day)
    if not bodies:
        return []
    found = queries.behind(session, bodies, day)
    late = [(one, one.oldest) for one in found if one.oldest is not None]
    lines = [
        DeskLine(URGENCY, _sentence(one, (day - oldest).days), _("Look at them"), _address(one)) for one, oldest in late
    ]
    return [*lines, *(_undelivered(one) for one in found if one.stuck)]


def _undelivered(one: Late) -> DeskLine:
    text = ngettext(
        "%(body)s: one reminder of what is due did not get through, or may not have.",
        "%(body)s: %(count)s reminders of what is due did not get through, or may not have.",
        one.stuck,
        count=one.stuck,
        body=one.name,
    )
    return DeskLine(stuck.URGENCY, text, _("Look at the mails"), "/beschluesse/erinnern#stuck")


def _sentence(late: Late, days: int) -> str:
    parts = []
    if late.decisions:
        parts.append(ngettext("one decision", "%(count)s decisions", late.decisions, count=late.decisions))
    if late.tasks:
        parts.append(ngettext("one task", "%(count)s tasks", late.tasks, count=late.tasks))
    what = _(" and ").join(parts)
    values = {"body": late.name, "what": what, "since": since(days)}
    if late.decisions + late.tasks == 1:
        return _("%(body)s: %(what)s overdue %(since)s.", **values)
    return _("%(body)s: %(what)s overdue, the oldest %(since)s.", **values)


def _address(late: Late) -> str:
    tab = "" if late.decisions else "art=aufgaben&"
    return f"/beschluesse?{tab}gremium={late.body_id}&ueberfaellig=1"
