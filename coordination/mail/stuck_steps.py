"""What a form does with mails that did not get through; the pages that show such mails belong to other parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from coordination.core.errors import RuleViolation
from coordination.core.i18n import gettext as _
from coordination.core.i18n import ngettext, sentence
from coordination.core.work import Work
from coordination.mail import outbox, stuck
from coordination.mail.desk import Told, on_the_way
from coordination.mail.stuck import Stuck
from coordination.mail.words import reason
from coordination.web.extensions import db
from coordination.web.forms import key_of
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
        flash(*said)


def _done(work: Work, one: Stuck) -> Told:
    if request.form.get("step") == TOLD:
        stuck.settle(work, one.mail)
        return _("It is noted that %(name)s was told otherwise.", name=one.name), "success"
    sender = current_app.extensions["koordination.site"].sender
    stuck.send(work, one, sender, request.form.get("adresse", ""))
    return on_the_way(1)


@dataclass(frozen=True, slots=True)
class Around:
    """What surrounds the question whether all are to be sent again: the page it came from, and the way there.

    ``left_out`` says which mails of that page are not among them.
    """

    back: str
    crumbs: Sequence[tuple[str, str]]
    left_out: str = ""


def act_on_all(find: Callable[[Session], Sequence[Stuck]], around: Around) -> ResponseReturnValue:
    """Ask whether all that ``find`` returns is to be sent again; then send what was shown, and go back."""
    if request.method == "POST":
        _send_all(find)
        return redirect(around.back, 303)
    found = [one for one in find(db.session()) if one.can_go_again][: outbox.MOST_SHOWN]
    if not found:
        return redirect(around.back, 303)
    return render_template("mail/again.html", found=found, around=around, reason=reason)


def _send_all(find: Callable[[Session], Sequence[Stuck]]) -> None:
    shown = {key for text in request.form.getlist("mail") if (key := key_of(text))}
    sender = current_app.extensions["koordination.site"].sender
    try:
        with unit_of_work() as work:
            chosen = [one for one in find(work.session) if one.mail.id in shown]
            again = stuck.send_all(work, chosen, sender)
    except RuleViolation as violation:
        flash(sentence(violation), "danger")
        return
    if again.sent:
        flash(*on_the_way(again.sent))
    if again.unreadable:
        text = ngettext(
            "One mail was left alone: its text can no longer be decrypted. Please write it anew where it was written.",
            "%(n)s mails were left alone: their text can no longer be decrypted. "
            "Please write them anew where they were written.",
            again.unreadable,
        )
        flash(text, "warning")
    if (left := len(shown) - again.sent - again.unreadable) > 0:
        text = ngettext(
            "One mail was left alone: something has changed about it.",
            "%(n)s mails were left alone: something has changed about them.",
            left,
        )
        flash(text, "info")
