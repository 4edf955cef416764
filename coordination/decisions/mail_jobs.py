"""Reminding of decisions and tasks by many mails, as a job; the plan is that of whoever asks for it."""

from __future__ import annotations

from typing import Any

from coordination.core.jobs import Progress
from coordination.core.work import Work
from coordination.decisions import reminder_services
from coordination.decisions.reminder_services import Mailing
from coordination.decisions.reminders import Wanted
from coordination.mail.jobs import Params, SendingKind
from coordination.mail.site import Site


def wanted_of(params: Params) -> Wanted:
    """Return what the plan of a job is made for."""
    return Wanted(params["again"], params["body_id"])


def _prepare(reading: Work, params: Params, site: Site, progress: Progress) -> Mailing:
    mailing = Mailing(site, params["seen"], params["chosen"], wanted_of(params))
    return reminder_services.prepare(reading, mailing, progress)


def _send(work: Work, _params: Params, _site: Site, mailing: Mailing) -> dict[str, Any]:
    return {"count": reminder_services.send(work, mailing)}


REMIND = SendingKind("decisions.reminders", _prepare, _send)
