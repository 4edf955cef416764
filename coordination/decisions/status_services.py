"""How far something is carried out: by one click, by a link from a reminder, and taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core.access import Permission, Subject, require
from coordination.core.errors import LinkOver, NotFound, RuleViolation
from coordination.core.i18n import N_
from coordination.core.tokens import DAYS, Signer
from coordination.core.work import Work
from coordination.decisions import access, queries, reminded, services
from coordination.decisions.models import Decision, StatusEntry, Task
from coordination.decisions.rules import Status, check_status
from coordination.mail.site import Site
from coordination.meetings.rules import Origin

#: Purposes of the tokens in reminders.
PURPOSES: dict[str, type[Decision | Task]] = {"task_status": Task, "decision_status": Decision}
LINK_AGE = 400 * DAYS
#: What can be chosen behind a link.
CHOICES = (Status.DONE, Status.IN_PROGRESS, Status.DEFERRED)
#: So long a click can be taken back.
UNDO_STAYS = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class StatusInput:
    """A status as chosen, with what its person says of it."""

    status: Status
    note: str = ""


def token(signer: Signer, row: Decision | Task) -> str:
    """Return the token of the personal link in a reminder."""
    purpose = "task_status" if isinstance(row, Task) else "decision_status"
    return signer.make(purpose, row.id, row.generation)


def set_status(work: Work, model: type[Decision | Task], key: int, data: StatusInput) -> StatusEntry | None:
    """Store how far something is; None: it was so already.

    Raises:
        Forbidden: neither office nor the person who took it on.
    """
    row = _take(work, model, key)
    require(work.actor, Permission.TASK_SETTLE, access.subject_of(row))
    is_own = isinstance(row, Task) and row.person_id is not None and row.person_id == work.actor.person_id
    return _store(work, row, data, Origin.SIGNED_IN if is_own else Origin.OFFICE)


def take_back(work: Work, model: type[Decision | Task], key: int, entry_id: int) -> None:
    """Take back one's own last click; the history keeps both.

    Raises:
        RuleViolation: somebody has set the status since.
    """
    row = _take(work, model, key)
    require(work.actor, Permission.TASK_SETTLE, access.subject_of(row))
    newest = next(iter(queries.entries(work.session, row)), None)
    entry = work.session.get(StatusEntry, entry_id)
    if entry is None or row.id != (entry.task_id if model is Task else entry.decision_id):
        raise NotFound
    is_own = entry.user_id == work.actor.user_id and work.now - entry.at < UNDO_STAYS
    if newest is None or newest.id != entry.id or not is_own:
        raise RuleViolation(N_("This can no longer be taken back."))
    _store(work, row, StatusInput(entry.before), entry.origin)


def row_behind(session: Session, site: Site, text: str) -> Decision | Task:
    """Return what a personal link stands for.

    Raises:
        NotFound: the link was not made here.
        LinkOver: it was, but was revoked, or is too old.
    """
    for purpose, model in PURPOSES.items():
        try:
            claim = site.signer.read(purpose, text, max_age=LINK_AGE)
        except NotFound:
            continue
        except LinkOver as over:
            row = _whole(session, model, over.row_id)
            raise LinkOver(body_id=row.body_id if row else None) from over
        found = _whole(session, model, claim.id)
        if found is None:
            raise NotFound
        if found.generation != claim.generation or (isinstance(found, Decision) and found.is_void):
            raise LinkOver(body_id=found.body_id)
        return found
    raise NotFound


def _whole(session: Session, kind: type[Decision | Task], key: int | None) -> Decision | Task | None:
    model: type[Any] = kind
    statement: Any = select(model)
    found: Decision | Task | None = session.scalars(
        statement.where(model.id == key).options(*queries.whole(kind))
    ).one_or_none()
    return found


def set_by_link(work: Work, site: Site, text: str, data: StatusInput) -> None:
    """Store the status that whoever holds a personal link chose: of this one thing and nothing else."""
    found = row_behind(work.session, site, text)
    if data.status not in CHOICES:
        raise RuleViolation(N_("Please choose how far it is."), field="status")
    _store(work, _take(work, type(found), found.id), data, Origin.LINK)


def _take(work: Work, model: type[Decision | Task], key: int) -> Decision | Task:
    kind: type[Any] = model
    row: Decision | Task | None = work.session.get(kind, key, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    # What one may not see is not there; what one sees and may not settle is refused.
    permission = Permission.TASK_READ if isinstance(row, Task) else Permission.DECISION_READ
    subject: Subject = access.read_subject_of(work.session, row)
    if work.actor.is_signed_in:
        require(work.actor, permission, subject)
    return row


def _store(work: Work, row: Decision | Task, data: StatusInput, origin: Origin) -> StatusEntry | None:
    if isinstance(row, Decision) and row.withdrawn_at is not None:
        raise RuleViolation(N_("This decision was withdrawn."))
    if isinstance(row, Decision) and row.is_void:
        raise RuleViolation(N_("This decision was not carried; there is nothing to carry out."))
    if row.status is data.status and (not data.note or _is_last(work.session, row, data, origin)):
        return None
    if row.status is not data.status:
        check_status(row.status, data.status)
    entry = services.note(work, row, data.status, text=data.note, origin=origin)
    row.status = data.status
    reminded.take_back(work, row)
    if isinstance(row, Task):
        work.record("task.status_set", row)
    else:
        work.record("decision.status_set", row)
    return entry


def _is_last(session: Session, row: Decision | Task, data: StatusInput, origin: Origin) -> bool:
    """Return whether the newest line of the history says just that: a form was sent a second time."""
    newest = next(iter(queries.entries(session, row)), None)
    return newest is not None and (newest.after, newest.note, newest.origin) == (data.status, data.note, origin)
