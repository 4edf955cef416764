"""What people told us and nobody has dealt with yet, on the desk of those who may read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import url_for
from sqlalchemy.orm import Session

from coordination.core.access import Actor, Permission, allows
from coordination.core.i18n import gettext as _
from coordination.core.i18n import ngettext
from coordination.core.registry import DeskLine
from coordination.privacy import queries


def desk_lines(session: Session, actor: Actor, _day: date) -> Sequence[DeskLine]:
    """Return how many messages are open: one statement, however many there are."""
    if not allows(actor, Permission.FEEDBACK_READ_ANY):
        return []
    count = queries.open_messages(session, actor)
    if not count:
        return []
    if allows(actor, Permission.FEEDBACK_READ):
        text = ngettext("%(n)s message from a page is open.", "%(n)s messages from pages are open.", count)
    else:
        text = ngettext(
            "%(n)s error is reported in what you keep.", "%(n)s errors are reported in what you keep.", count
        )
    return [DeskLine(urgency=4, text=text, button=_("Read messages"), url=url_for("privacy.messages"))]
