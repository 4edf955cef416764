"""Circulating minutes to many people, as a job: until it is done they are not circulated."""

from __future__ import annotations

from datetime import date
from typing import Any

from coordination.core.jobs import Progress
from coordination.core.work import Work
from coordination.mail.drafts import Made
from coordination.mail.jobs import Params, SendingKind
from coordination.mail.site import Site
from coordination.minutes import state_services
from coordination.minutes.letters import Round
from coordination.minutes.state_services import Mailing


def _asking(params: Params) -> Round:
    return Round(date.fromisoformat(params["until"]), params.get("changed", ""))


def _prepare(reading: Work, params: Params, site: Site, progress: Progress) -> Made:
    return state_services.prepare(reading, params["of"], _asking(params), site, progress=progress)


def _circulate(work: Work, params: Params, site: Site, made: Made) -> dict[str, Any]:
    mailing = Mailing(site, params["seen"], made)
    count = state_services.circulate(work, params["of"], _asking(params), version=params["version"], mailing=mailing)
    return {"count": count}


CIRCULATE = SendingKind("minutes.mails", _prepare, _circulate)
