"""The outbox as a page: what waits, what failed and why in plain words, and what can be done."""

from __future__ import annotations

import re
from email import message_from_bytes, policy

from cryptography.fernet import InvalidToken
from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import and_
from sqlalchemy.orm import Session

from coordination.core import registry
from coordination.core.access import Permission
from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_, ngettext, sentence
from coordination.core.i18n import gettext as _
from coordination.core.registry import Addressee
from coordination.core.work import Work
from coordination.mail import outbox, stuck, stuck_steps
from coordination.mail.desk import Told, has_server, on_the_way
from coordination.mail.message import recipient_name
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.stuck import STATES as STUCK
from coordination.mail.stuck import Stuck
from coordination.mail.stuck_steps import TOLD, Around
from coordination.mail.words import STATE_WORDS, reason
from coordination.web.extensions import db
from coordination.web.guard import authorize, unit_of_work

bp = Blueprint("mail", __name__, url_prefix="/postausgang")

#: As people read them: beside the states, what waited until its time was over.
SHOWN_WORDS = {**{state.value: word for state, word in STATE_WORDS.items()}, outbox.EXPIRED: N_("expired")}
PURPOSE_WORDS = {
    "account.invitation": N_("Invitation to an account"),
    "account.reset": N_("New password"),
    "account.changed": N_("Password changed"),
    "account.address": N_("Address of an account changed"),
    "feedback": N_("Message from a page"),
    "meeting": N_("Mail about a meeting"),
    "meeting.reminder": N_("Reminder of an answer"),
    "meeting.refusal": N_("Proposal not taken up"),
    "minutes": N_("Minutes to read"),
    "round": N_("Question whether entries are right"),
    "round.reminder": N_("Reminder of a confirmation"),
    "round.refusal": N_("Change not taken over"),
    "task": N_("Reminder of a task"),
}


def text_of(mail: OutboxMail) -> str:
    """Return the text of a mail; personal links are left out, except in the demo, where nobody is real."""
    message = message_from_bytes(_content(mail), policy=policy.default)
    body = message.get_body(("plain",))
    text = str(body.get_content()) if body is not None else ""
    if current_app.extensions["koordination.settings"].is_demo:
        return text
    words = _("personal link")
    return re.sub(r"https?://\S+", f"[{words}]", text)


def _content(mail: OutboxMail) -> bytes:
    """Return the message as it goes out; nothing if its time is over or no key of ours opens it."""
    try:
        return outbox.content_of(mail, current_app.extensions["koordination.site"].sender) if mail.content else b""
    except InvalidToken:
        return b""


@bp.get("/")
def index() -> ResponseReturnValue:
    """List the newest mails, narrowed to a state."""
    authorize(Permission.OUTBOX_READ)
    shown = name if (name := request.args.get("stand", "")) in SHOWN_WORDS else ""
    everything = outbox.counts(db.session())
    # What somebody has seen to, or a later mail has overtaken, stands under "all"; the desk counts by the same rule.
    counts = everything | {state.value: count for state, count in stuck.counts(db.session()).items() if state in STUCK}
    options = [{"label": _("all"), "url": url_for(".index"), "current": not shown, "count": sum(everything.values())}]
    options += [
        {"label": _(word), "url": url_for(".index", stand=one), "current": shown == one, "count": counts[one]}
        for one, word in SHOWN_WORDS.items()
    ]
    return render_template(
        "mail/index.html",
        mails=stuck.shown(db.session(), shown),
        counts=everything,
        options=options,
        shown_state=outbox.shown_state,
        state_words=SHOWN_WORDS,
        purpose_words=PURPOSE_WORDS,
        reason=reason,
        has_server=has_server(),
        stuck_count=counts[MailState.FAILED.value] - _of_accounts() if shown == MailState.FAILED else 0,
    )


@bp.route("/erneut", methods=["GET", "POST"])
def again_all() -> ResponseReturnValue:
    """Ask whether all undeliverable mails are to be sent again, and send them."""
    authorize(Permission.OUTBOX_MANAGE)

    def find(session: Session) -> list[Stuck]:
        found = stuck.mails(session, and_(OutboxMail.state == MailState.FAILED, ~stuck.is_of_account()))
        return [Stuck(mail, mail.recipient, "", "") for mail in found]

    back = url_for(".index", stand=MailState.FAILED.value)
    around = Around(back, [(_("Outbox"), url_for(".index")), (_("Undeliverable mails"), back)], _left_out())
    return stuck_steps.act_on_all(find, around)


def _left_out() -> str:
    count = _of_accounts()
    text = ngettext(
        "One mail about an account is not among them: its link may be over. Please open it in the outbox.",
        "%(n)s mails about accounts are not among them: their links may be over. Please open them in the outbox.",
        count,
    )
    return text if count else ""


def _of_accounts() -> int:
    """Return how many undeliverable mails are about accounts: no button sends them with all others."""
    return len(stuck.mails(db.session(), and_(OutboxMail.state == MailState.FAILED, stuck.is_of_account())))


def _addressees(mail: OutboxMail) -> list[Addressee]:
    """Return whose address a mail did not reach, for one that failed."""
    # The address of an account is kept with the account.
    if mail.state is not MailState.FAILED or mail.purpose.startswith("account.") or not (content := _content(mail)):
        return []
    name = recipient_name(content)
    return [one for ask in registry.addressees for one in ask(db.session(), mail.recipient, name)]


@bp.get("/<int:mail_id>")
def show(mail_id: int) -> ResponseReturnValue:
    """Show one mail as it goes out, without its personal links."""
    authorize(Permission.OUTBOX_READ)
    mail = outbox.get_mail(db.session(), mail_id)
    one = Stuck(mail, "", "", "")
    return render_template(
        "mail/show.html",
        mail=mail,
        text=text_of(mail),
        addressees=_addressees(mail),
        may_be_wrong=one.may_be_wrong_address,
        has_text=one.has_text,
        reason=reason,
        shown_state=outbox.shown_state,
        state_words=SHOWN_WORDS,
        purpose_words=PURPOSE_WORDS,
    )


def _step(work: Work, mail: OutboxMail) -> Told:
    """Do with a mail what the form says; return what is said of it on the next page."""
    if request.form.get("step") == TOLD:
        stuck.settle(work, mail)
        return _("It is noted that %(name)s was told otherwise.", name=mail.recipient), "success"
    _send_again(work, mail, request.form.get("adresse", ""))
    return on_the_way(1)


def _send_again(work: Work, mail: OutboxMail, address: str) -> None:
    """Send to ``address`` only if it is somebody's whose mail this is: the page has shown whose."""
    if not address or address == mail.recipient:
        stuck.send_again(work, mail)
        return
    if address not in {one.email for one in _addressees(mail)}:
        raise RuleViolation(N_("This is not the address of the person any more. Please look at the mail again."))
    stuck.send_elsewhere(work, mail, current_app.extensions["koordination.site"].sender, address)


@bp.post("/<int:mail_id>/erneut")
def again(mail_id: int) -> ResponseReturnValue:
    """Send a failed or unclear mail again, to the address that its reader has by now, or note that they were told."""
    authorize(Permission.OUTBOX_MANAGE)
    try:
        with unit_of_work() as work:
            said = _step(work, stuck.take_mail(work, mail_id))
    except RuleViolation as violation:
        flash(sentence(violation), "danger")
    else:
        flash(*said)
    return redirect(url_for(".show", mail_id=mail_id), 303)
