"""Mails to many people, as a job: composing them takes seconds, and its page shows how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer
from sqlalchemy.orm.exc import StaleDataError

from coordination.core.access import Actor
from coordination.core.clock import utc_now
from coordination.core.errors import Conflict, NotFound, RuleViolation
from coordination.core.i18n import N_
from coordination.core.jobs import Job, JobState, Progress, add_job
from coordination.core.work import Work, work_as
from coordination.mail.site import Site

#: So many mails are composed in less than a second, while whoever sends them waits.
AT_ONCE = 60
#: What a sending was asked for; "of" is the key of the thing that its mails are about.
Params = dict[str, Any]
_UNDER_WAY = N_("Mails about this are being written at the moment. Please wait until they are finished.")
_CHANGED = N_("Since you opened this page something has changed. Nothing was sent. Please look at the plan once more.")


@dataclass(frozen=True, slots=True)
class SendingKind:
    """One kind of sending: ``prepare`` composes its mails under no lock, ``send`` puts them into the outbox.

    ``send`` gets what ``prepare`` returned and says what came of it; both work out anew what is due.
    """

    name: str
    prepare: Callable[[Work, Params, Site, Progress], Any]
    send: Callable[[Work, Params, Site, Any], dict[str, Any]]

    def start(self, work: Work, of: int, total: int, **params: Any) -> Job:
        """Queue the sending of ``total`` mails of the plan that was looked at; asked twice, it is the same job.

        Raises:
            RuleViolation: another plan of the same thing is being sent: what it asks for would get lost.
        """
        asked = {"of": of, **params}
        open_ones = select(Job).where(Job.kind == self.name, Job.state.in_((JobState.WAITING, JobState.RUNNING)))
        # An older release may have queued one with other params.
        about_it = [job for job in work.session.scalars(open_ones) if job.params.get("of") == of]
        for job in about_it:
            if job.params == asked:
                return job
        if about_it:
            raise RuleViolation(_UNDER_WAY)
        job = add_job(work, self.name, asked)
        job.total = total
        return job

    def run(self, session: Session, actor: Actor, job: Job, progress: Progress, *, site: Site) -> dict[str, Any]:
        """Compose the mails, then send all of them or none in one transaction (``core.jobs.Handler``)."""
        if job.result:
            # Sent before, but whoever ran it was ended before it could say so.
            return job.result
        job_id, params = job.id, job.params
        made = self.prepare(Work(session, actor, utc_now()), params, site, progress)
        try:
            with work_as(session, actor) as work:
                row = work.session.scalars(
                    select(Job)
                    .where(Job.id == job_id)
                    .with_for_update()
                    .execution_options(populate_existing=True)
                    .options(undefer(Job.result))
                ).one()
                if not row.result:
                    row.result = self.send(work, params, site, made)
                found = row.result
        except (Conflict, StaleDataError) as error:
            # Also what somebody else changed between the look at the plan and the writing of it.
            raise RuleViolation(_CHANGED) from error
        return found


def get(session: Session, of: int, job_id: int, *kinds: SendingKind) -> Job:
    """Return a sending of one of some kinds about a thing, or raise NotFound."""
    job = session.get(Job, job_id)
    if job is None or job.kind not in {one.name for one in kinds} or job.params.get("of") != of:
        raise NotFound
    return job
