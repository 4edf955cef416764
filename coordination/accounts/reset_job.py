"""Writing the mail with a link for a new password, away from the request that asked for it."""

from __future__ import annotations

from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from coordination.accounts import queries, services
from coordination.core.access import SYSTEM, Actor
from coordination.core.jobs import Job, Progress
from coordination.core.work import work_as

KIND = "accounts.reset"


def run(session: Session, _actor: Actor, job: Job, _progress: Progress) -> dict[str, Any]:
    """Queue the mail if there is an account with the address; the result says nothing either way."""
    email = job.params["email"]
    with work_as(session, SYSTEM) as work:
        account = queries.find_account(work.session, email)
        if account is not None:
            services.request_reset(work, account, current_app.extensions["koordination.site"])
        work.session.get_one(Job, job.id).params = {}
    return {}
