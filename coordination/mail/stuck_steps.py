"""What a form does with a mail that did not get through; the pages that show such mails belong to other parts."""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app, flash, request

from coordination.core.errors import RuleViolation
from coordination.core.i18n import gettext as _
from coordination.core.i18n import sentence
from coordination.core.work import Work
from coordination.mail import stuck
from coordination.mail.stuck import Stuck
from coordination.web.guard import unit_of_work

#: Value of the button that says that a mail's reader was told otherwise.
TOLD = "told"


def act(find: Callable[[Work], Stuck]) -> None:
    """Do what the form says with the mail that ``find`` returns in the transaction, and say so on the next page."""
    try:
        with unit_of_work() as work:
            said = _done(work, find(work))
    except RuleViolation as violation:
        flash(sentence(violation), "danger")
    else:
        flash(said, "success")


def _done(work: Work, one: Stuck) -> str:
    if request.form.get("step") == TOLD:
        stuck.settle(work, one.mail)
        return _("It is noted that %(name)s was told otherwise.", name=one.name)
    sender = current_app.extensions["koordination.site"].sender
    stuck.send(work, one, sender, request.form.get("adresse", ""))
    return _("The mail waits to be sent again.")
