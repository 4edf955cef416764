"""``flask files``: what lies in the store, for operators."""

from __future__ import annotations

import logging

import click
from flask.cli import AppGroup

from coordination.core import clock
from coordination.files import services
from coordination.files.serving import store
from coordination.web.extensions import db

log = logging.getLogger(__name__)

files_cli = AppGroup("files", help="Attached files: remove what nothing names any more.")


@files_cli.command("sweep")
@click.option("--remove", is_flag=True, help="Remove them; without it they are only counted.")
def sweep(*, remove: bool) -> None:
    """Count the files that no row names and that are older than a day, or remove them."""
    count, size = services.sweep(db.session(), store(), clock.utc_now(), dry_run=not remove)
    if remove:
        log.info("files_swept", extra={"count": count, "size": size})
    click.echo(f"{'removed' if remove else 'to remove'}: {count} files, {size} bytes")
