"""``flask accounts``: the first administrator, and help when nobody can sign in."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from coordination.accounts import letters, queries, services
from coordination.accounts.services import AccountInput, RoleGrant
from coordination.core.access import SYSTEM, Role
from coordination.core.errors import RuleViolation
from coordination.core.i18n import gettext, sentence
from coordination.core.work import work_as
from coordination.web.extensions import db

accounts_cli = AppGroup("accounts", help="Accounts: create one, print a link to set its password.")


@accounts_cli.command("create")
@click.argument("email")
@click.argument("name")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([role.value for role in Role]),
    help="May be given several times.",
)
def create(email: str, name: str, roles: tuple[str, ...]) -> None:
    """Set up an account, queue its invitation and print the link in it."""
    site = current_app.extensions["koordination.site"]
    grants = [RoleGrant(Role(role)) for role in roles]
    try:
        with work_as(db.session(), SYSTEM) as work:
            account = services.create_account(work, AccountInput(email, name, None, grants), site)
            token = site.signer.make(letters.INVITATION, account.id, account.generation)
    except RuleViolation as violation:
        raise click.ClickException(sentence(violation)) from violation
    click.echo(site.url(letters.PATHS[letters.INVITATION] + token))


@accounts_cli.command("link")
@click.argument("email")
def link(email: str) -> None:
    """Print a link with which the account of EMAIL sets its password; older links are over."""
    site = current_app.extensions["koordination.site"]
    with work_as(db.session(), SYSTEM) as work:
        account = queries.find_account(work.session, email)
        if account is None:
            raise click.ClickException(gettext("There is no account with this address."))
        account.generation += 1
        work.record("account.link_printed", account)
        purpose = letters.RESET if account.password_hash else letters.INVITATION
        token = site.signer.make(purpose, account.id, account.generation)
    click.echo(site.url(letters.PATHS[purpose] + token))
