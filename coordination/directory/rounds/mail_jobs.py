"""Reminding many people of a confirmation, as a job."""

from __future__ import annotations

from typing import Any

from coordination.core.jobs import Progress
from coordination.core.work import Work
from coordination.directory.rounds import services
from coordination.directory.rounds.services import Reminding
from coordination.mail.jobs import Params, SendingKind
from coordination.mail.site import Site


def _prepare(reading: Work, params: Params, site: Site, progress: Progress) -> Reminding:
    return services.prepare(reading, params["of"], Reminding(site, params["seen"], params["chosen"]), progress)


def _remind(work: Work, params: Params, _site: Site, reminding: Reminding) -> dict[str, Any]:
    return {"count": services.remind(work, params["of"], reminding)}


REMIND = SendingKind("rounds.reminders", _prepare, _remind)
