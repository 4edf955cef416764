"""``flask calendars``: links for whoever sets up other people's programs, and making the kept lines anew."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from coordination.accounts import queries as account_queries
from coordination.calendars import choices, services
from coordination.calendars.rules import FeedKind, Wanted
from coordination.core.access import SYSTEM
from coordination.core.errors import NotFound
from coordination.core.i18n import gettext
from coordination.core.work import work_as
from coordination.mail.site import Site
from coordination.web.extensions import db

calendars_cli = AppGroup("calendars", help="Calendar subscriptions: print a link, end one, make the kept lines anew.")


def _site() -> Site:
    site: Site = current_app.extensions["koordination.site"]
    return site


@calendars_cli.command("link")
@click.argument("email")
@click.argument("kind", type=click.Choice([kind.value for kind in FeedKind]))
@click.argument("subject_id", type=int, default=0)
@click.option("--neutral", is_flag=True, help="Titles of meetings that are not public say nothing.")
def link(email: str, kind: str, subject_id: int, *, neutral: bool) -> None:
    """Print the link with which the account of EMAIL subscribes to KIND.

    SUBJECT_ID names the body, topic, place or person.
    """
    with work_as(db.session(), SYSTEM) as work:
        account = account_queries.find_account(work.session, email)
        if account is None:
            raise click.ClickException(gettext("There is no account with this address."))
        try:
            wanted = Wanted(*choices.parse(f"{kind}:{subject_id}" if subject_id else kind), neutral)
            found = services.subscribe(work, account.id, wanted)
        except NotFound as error:
            raise click.ClickException(gettext("There is nothing of this kind with this number.")) from error
        work.session.flush()
        token = services.token(_site().signer, found)
    click.echo(_site().url(f"/kalender/{token}.ics"))


@calendars_cli.command("revoke")
@click.argument("address")
def revoke(address: str) -> None:
    """End the link ADDRESS, as it was printed: whoever has it gets nothing any more."""
    token = address.rsplit("/", 1)[-1].removesuffix(".ics")
    try:
        claim = _site().signer.read_lasting(services.PURPOSE, token)
        with work_as(db.session(), SYSTEM) as work:
            services.end(work, services.behind(work.session, claim))
    except NotFound as error:
        raise click.ClickException(gettext("This is no link that works.")) from error
    click.echo(gettext("The link is over."))


@calendars_cli.command("rebuild")
def rebuild() -> None:
    """Make the kept lines of all meetings anew."""
    with work_as(db.session(), SYSTEM) as work:
        number = services.rebuild(work.session, _site())
    click.echo(str(number))
