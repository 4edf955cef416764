"""``flask mail``: the outbox for operators."""

from __future__ import annotations

import sys

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.errors import NotFound
from coordination.core.work import writing
from coordination.mail import claims, delivery, outbox
from coordination.mail.rules import MailState
from coordination.web.extensions import db

mail_cli = AppGroup("mail", help="The outbox: list, show, deliver.")


@mail_cli.command("list")
@click.option(
    "--state",
    type=click.Choice([*(state.value for state in MailState), outbox.EXPIRED]),
    help="Only mails in this state.",
)
def list_mails(state: str | None) -> None:
    """Print the newest 200 mails, one line each: key, state, recipient, subject."""
    for mail in outbox.mails(db.session(), state or ""):
        click.echo(f"{mail.id}\t{mail.state.value}\t{mail.recipient}\t{mail.subject}\t{mail.problem}")


@mail_cli.command("show")
@click.argument("mail_id", type=int)
def show(mail_id: int) -> None:
    """Print one mail exactly as it goes out (.eml)."""
    try:
        mail = outbox.get_mail(db.session(), mail_id)
    except NotFound:
        raise click.ClickException(f"There is no mail with the key {mail_id}.") from None
    sys.stdout.buffer.write(outbox.content_of(mail, current_app.extensions["koordination.site"].sender))


@mail_cli.command("deliver")
def deliver() -> None:
    """Send what is due; safe to run beside the worker."""
    server = current_app.extensions["koordination.mail_server"]
    if not server.host:
        raise click.ClickException("KOORDINATION_SMTP_HOST is not set: mails rest in the outbox.")
    with writing(), Session(db.engine) as session, session.begin():
        claims.rest_no_longer(session, clock.utc_now())
    ended = delivery.deliver(lambda: Session(db.engine), server, current_app.extensions["koordination.site"].sender)
    click.echo(", ".join(f"{state.value}: {number}" for state, number in ended.items()))
