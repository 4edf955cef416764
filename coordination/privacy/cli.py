"""``flask privacy``: what is kept for how long, for operators."""

from __future__ import annotations

import logging

import click
from flask.cli import AppGroup

from coordination.core import clock
from coordination.core.access import SYSTEM
from coordination.core.work import work_as
from coordination.privacy import retention
from coordination.web.extensions import db

log = logging.getLogger(__name__)

privacy_cli = AppGroup("privacy", help="Data protection: delete what is over its time.")


@privacy_cli.command("retain")
@click.option("--dry-run", is_flag=True, help="Only say how much would be deleted.")
def retain(*, dry_run: bool) -> None:
    """Delete what is over its time, as the worker does each night."""
    if dry_run:
        counts = retention.due(db.session(), clock.utc_now()) | retention.sweep(db.session(), dry_run=True)
    else:
        with work_as(db.session(), SYSTEM) as work:
            counts = retention.run_now(work)
        counts |= retention.sweep(db.session())
        log.info("retention_applied", extra=counts)
    for term in retention.TERMS:
        click.echo(f"{term.key}\t{counts.get(term.key, 'by hand')}\t{term.period}")
