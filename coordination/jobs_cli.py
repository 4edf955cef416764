"""``flask jobs``: long work for operators: run what waits once, or work as a process of its own."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from coordination import worker
from coordination.web.extensions import db

jobs_cli = AppGroup("jobs", help="Long work: run what waits, or keep working.")


@jobs_cli.command("run")
def run() -> None:
    """Run the jobs that wait and send the mails that are due, then end; safe beside a worker."""
    number = 0
    while worker.run_next():
        number += 1
    if current_app.extensions["koordination.mail_server"].host:
        worker.deliver_due(current_app)
    click.echo(f"{number} jobs")


@jobs_cli.command("work")
def work() -> None:
    """Work until SIGTERM or Ctrl-C: the worker process beside gunicorn. Ends after the job at hand."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - threads outlive this context
    db.session.remove()
    click.echo("Working. Ctrl-C ends it.")
    worker.serve(app)
