"""What of a meeting's mails may be a job: invitations with changes and cancellations, and reminders."""

from __future__ import annotations

from typing import Any

from coordination.core.jobs import Progress
from coordination.core.work import Work
from coordination.mail.drafts import Made
from coordination.mail.jobs import Params, SendingKind
from coordination.mail.site import Site
from coordination.meetings import invitation_services, reminders
from coordination.meetings.reminders import Mailing


def _prepare(reading: Work, params: Params, site: Site, progress: Progress) -> Made:
    return invitation_services.prepare(reading, params["of"], site, progress)


def _send(work: Work, params: Params, site: Site, made: Made) -> dict[str, Any]:
    sent = invitation_services.send(work, params["of"], site, seen=params["seen"], prepared=made)
    return {"count": sent.count, "taken_back": sent.taken_back}


def _prepare_reminders(reading: Work, params: Params, site: Site, progress: Progress) -> Mailing:
    mailing = Mailing(site, params["seen"], params["chosen"])
    return reminders.prepare(reading, params["of"], mailing, progress)


def _remind(work: Work, params: Params, _site: Site, mailing: Mailing) -> dict[str, Any]:
    return {"count": reminders.remind(work, params["of"], mailing)}


INVITE = SendingKind("meetings.mails", _prepare, _send)
REMIND = SendingKind("meetings.reminders", _prepare_reminders, _remind)
