"""One unit of work: its session, who acts, the instant it counts as, and the trail it leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import String, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from coordination.core import clock
from coordination.core.access import Actor
from coordination.core.db import Base, UtcDateTime

_writing: ContextVar[bool] = ContextVar("writing", default=False)


def is_writing() -> bool:
    """Return whether the transaction about to begin will write (decides SQLite's BEGIN)."""
    return _writing.get()


@contextmanager
def writing() -> Iterator[None]:
    """Mark everything inside as writing; must be entered before the session's first statement."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


class AuditEntry(Base):
    """One line of the audit trail: who did what to what, when; no content."""

    __tablename__ = "audit_entry"

    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    #: No foreign key: the trail outlives the account.
    user_id: Mapped[int | None] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(String(60))
    #: "school:12"; the kind and key of the row, nothing that names a person.
    subject: Mapped[str] = mapped_column(String(60), index=True)


#: Called before the commit with the session and the rows that were recorded: the search index listens here.
AfterChanges = Callable[[Session, "list[Base]"], None]
after_changes: list[AfterChanges] = []


@dataclass(frozen=True, slots=True)
class Work:
    """One transaction: its session, who acts, and the instant it counts as."""

    session: Session
    actor: Actor
    now: datetime
    changed: list[Base] = field(default_factory=list)

    @property
    def today(self) -> date:
        """Return the calendar day in Germany that this transaction counts as."""
        return clock.wall_date(self.now)

    def record(self, action: str, subject: Base) -> None:
        """Add a line to the audit trail and tell the indexes; flushes, so that ``subject`` has a key."""
        self.record_all(action, [subject])

    def record_all(self, action: str, subjects: Sequence[Base]) -> None:
        """Record many rows of one action; thousands at once take one flush and one statement."""
        self.session.flush()
        if not subjects:
            return
        alike = {"at": self.now, "user_id": self.actor.user_id, "action": action}
        lines = [{**alike, "subject": f"{type(one).__tablename__}:{one.id}"} for one in subjects]
        if len(lines) == 1:
            self.session.add(AuditEntry(**lines[0]))
        else:
            self.session.execute(insert(AuditEntry), lines)
        self.changed.extend(subjects)

    def touch(self, subjects: Sequence[Base]) -> None:
        """Tell the indexes of rows, changed or deleted, for which one line about the whole stands in the trail."""
        self.session.flush()
        self.changed.extend(subjects)

    def finish(self) -> None:
        """Flush, let the indexes follow, and commit. Called by whoever opened the unit of work."""
        self.session.flush()
        if self.changed:
            for listener in after_changes:
                listener(self.session, self.changed)
        self.session.commit()


@contextmanager
def work_as(session: Session, actor: Actor) -> Iterator[Work]:
    """Open a unit of work outside a request: for commands and the job worker.

    Commits on leaving, rolls back on any error.
    """
    with writing():
        if session.in_transaction():
            session.rollback()
        work = Work(session, actor, clock.utc_now())
        try:
            yield work
            work.finish()
        except BaseException:
            session.rollback()
            raise
