"""Confirming that entries are right, and taking that back. What an entry says stays.

So does the version of a person, an organisation, a place, a post and an offer: a form that is open stays valid. The
version of an assignment goes up: a step with it that was done before cannot be taken back past somebody's word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update

from coordination.core.access import Permission, Subject, require
from coordination.core.errors import Conflict
from coordination.core.versions import check_version
from coordination.core.work import Work
from coordination.directory.models import Assignment, Organisation, Person, Place
from coordination.directory.offers.models import Offer
from coordination.directory.responsibilities.models import Post

Entry = Person | Organisation | Place | Post | Offer | Assignment


@dataclass(frozen=True, slots=True)
class Earlier:
    """Since when and by whose word an entry was right before it was confirmed."""

    on: date | None
    by: str
    #: Whether it was the word of the person themselves; only of an assignment.
    is_own: bool = False

    @classmethod
    def of(cls, row: Entry) -> Earlier:
        """Return what is noted of an entry."""
        return cls(row.confirmed_on, row.confirmed_by, isinstance(row, Assignment) and row.is_own_word)


def confirm(work: Work, row: Entry, subject: Subject, *, by: str, version: int) -> Earlier:
    """Note that an entry is right today, as its page showed it, and return what was noted before.

    Whoever changes it at this moment comes before, and is told of; or after.

    Raises:
        Conflict: it was changed since the page was opened.
        Forbidden: it is not the actor's to say.
    """
    require(work.actor, Permission.ENTRY_CONFIRM, subject)
    lock(work, [row])
    check_version(row, version)
    earlier = Earlier.of(row)
    is_own = isinstance(row, Assignment) and row.person_id is not None and row.person_id == work.actor.person_id
    note(work, [row], by=by, is_own=is_own)
    return earlier


def take_back(work: Work, row: Entry, subject: Subject, earlier: Earlier, *, said: Earlier) -> None:
    """Let an entry be as confirmed as it was before ``said``.

    Raises:
        Conflict: it was confirmed on another day or by somebody else since, or this was taken back already.
        Forbidden: it is not the actor's to say.
    """
    require(work.actor, Permission.ENTRY_CONFIRM, subject)
    lock(work, [row])
    if Earlier.of(row) != said or earlier == said:
        raise Conflict
    _set(work, [row], earlier)
    work.record(f"{type(row).__tablename__}.confirmation_undone", row)


def lock(work: Work, rows: Sequence[Entry]) -> None:
    """Let nobody change entries until this transaction is over, and read what they say now: in an order for all.

    Raises:
        Conflict: one of them is gone.
    """
    work.session.flush()
    for kind in sorted({type(row) for row in rows}, key=lambda kind: str(kind.__tablename__)):
        keys = {row.id for row in rows if type(row) is kind}
        statement = select(kind).where(kind.id.in_(keys)).order_by(kind.id).with_for_update(of=kind, key_share=True)
        if len(work.session.scalars(statement.execution_options(populate_existing=True)).all()) < len(keys):
            raise Conflict


def note(work: Work, rows: Sequence[Entry], *, by: str, is_own: bool = False) -> None:
    """Note who said today that entries are right; the caller has seen to it that it was theirs to say.

    One statement for each kind, however many there are.
    """
    _set(work, rows, Earlier(work.today, by[:120], is_own))
    for kind in dict.fromkeys(type(row) for row in rows):
        work.record_all(f"{kind.__tablename__}.confirmed", [row for row in rows if type(row) is kind])


def _set(work: Work, rows: Sequence[Entry], said: Earlier) -> None:
    """Store it beside the version, but for assignments (see above): what the others say is the same as before."""
    for kind in dict.fromkeys(type(row) for row in rows):
        if kind is Assignment:
            continue
        keys = [row.id for row in rows if type(row) is kind]
        statement = update(kind).where(kind.id.in_(keys)).values(confirmed_on=said.on, confirmed_by=said.by)
        work.session.execute(statement, execution_options={"synchronize_session": "evaluate"})
    for row in rows:
        if isinstance(row, Assignment):
            row.confirmed_on, row.confirmed_by = said.on, said.by
            row.confirmed_by_id = row.person_id if said.is_own else None
