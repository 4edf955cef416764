"""A mail as its recipient will see it, before anything is written."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from coordination.core import registry
from coordination.core.work import Work
from coordination.mail.message import Letter
from coordination.mail.site import Site
from coordination.meetings import dispatch
from coordination.meetings.invitees import Listed
from coordination.meetings.mail_plan import Planned
from coordination.meetings.models import Meeting


def letter(reading: Work, site: Site, meeting: Meeting, *, people: Sequence[Listed], line: Planned) -> Letter:
    """Return the mail of one line of the plan; its personal link is not shown. ``reading`` is never finished."""
    one = next(one for one in people if one.person.id == line.invitee.person_id)
    return dispatch.previewed(dispatch.begin(reading, site, meeting, people), one, line)


def languages(session: Session, people: Sequence[Listed]) -> dict[int, str]:
    """Return person → language of the mail, where it is not German."""
    return languages_of(session, [one.person.id for one in people])


def languages_of(session: Session, person_ids: Sequence[int]) -> dict[int, str]:
    """Return the same for people known by their keys."""
    found: dict[int, str] = {}
    for lookup in registry.languages:
        found |= lookup(session, person_ids)
    return found
