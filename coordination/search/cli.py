"""``flask search``: the index for operators."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from coordination.core.access import SYSTEM
from coordination.core.work import work_as
from coordination.search import services
from coordination.web.extensions import db

search_cli = AppGroup("search", help="The search index.")


@search_cli.command("rebuild")
def rebuild() -> None:
    """Make the search index anew; safe at any time, searching goes on meanwhile."""
    with work_as(db.session(), SYSTEM) as work:
        number = services.rebuild(work.session)
    click.echo(f"{number} entries")
