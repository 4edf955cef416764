"""The page of mails that are written as a job: how far they are, then where their sending was to lead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import make_response, render_template, request
from flask import session as flask_session
from flask.typing import ResponseReturnValue

from coordination.core.jobs import Job, JobState
from coordination.directory.import_views import problem_of, refreshing, wait_of

#: In the session: the last sending of which was said that it is done.
_SAID = "mails_said"


@dataclass(frozen=True, slots=True)
class Sending:
    """What surrounds a job: the head of its page, and what answers once it has ended.

    ``done`` is told whether it is the first time that this is said; ``failed`` why nothing was sent.
    """

    title: str
    lead: str
    crumbs: Sequence[tuple[str, str | None]]
    done: Callable[[bool], ResponseReturnValue]
    failed: Callable[[str], ResponseReturnValue]


def under_way(job: Job, sending: Sending) -> ResponseReturnValue:
    """Show how far a job is, or answer what its end asks for."""
    if job.state is JobState.DONE:
        # Whoever comes back to this page has read it already.
        is_new = flask_session.get(_SAID) != job.id
        flask_session[_SAID] = job.id
        return sending.done(is_new)
    if job.state is JobState.FAILED:
        return sending.failed(problem_of(job))
    waits = wait_of(job)
    page = render_template("mail/under_way.html", sending=sending, job=job, waits=waits, here=request.path)
    return refreshing(make_response(page), waits=waits)
