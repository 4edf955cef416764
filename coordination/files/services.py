"""Rows for files whose bytes are kept already, and the sweep of bytes that no row names any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from coordination.core.work import Work
from coordination.files.content import Accepted
from coordination.files.models import StoredFile
from coordination.files.store import Store

#: How long bytes stay after they were put, or after the last row that named them went. A row follows its bytes within
#: one request; a backup copies the database first and the folder after it, and is to find what the database names.
LEFT_ALONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """A file whose bytes lie in the store."""

    digest: str
    file: Accepted


def enter(work: Work, kept: Kept) -> StoredFile:
    """Add the row of a file."""
    row = StoredFile(
        digest=kept.digest,
        name=kept.file.name,
        media_type=kept.file.kind.media_type,
        size=kept.file.size,
        added_at=work.now,
        added_by_id=work.actor.user_id,
    )
    work.session.add(row)
    work.session.flush()
    return row


def copy(work: Work, file: StoredFile) -> StoredFile:
    """Add another row of the same bytes, to be kept and removed on its own."""
    names = ("digest", "name", "media_type", "size")
    values = {name: getattr(file, name) for name in names}
    row = StoredFile(added_at=work.now, added_by_id=work.actor.user_id, **values)
    work.session.add(row)
    work.session.flush()
    return row


def let_go(work: Work, store: Store, file_id: int) -> None:
    """Remove the row of a file; its bytes stay for a day, then the sweep takes them if nothing else names them."""
    digest = work.session.scalars(select(StoredFile.digest).where(StoredFile.id == file_id)).one()
    work.session.execute(delete(StoredFile).where(StoredFile.id == file_id))
    # Before the commit: no sweep sees the bytes without a row and still as old as the upload.
    store.touch(digest)


def sweep(session: Session, store: Store, now: datetime, *, dry_run: bool) -> tuple[int, int]:
    """Remove bytes that no row names; return how many files and bytes that are. ``dry_run`` removes nothing."""
    # What is put from here on, again or for the first time, is younger than what is looked at.
    named = set(session.scalars(select(StoredFile.digest)))
    count = size = 0
    for path in store.unnamed(named, now - LEFT_ALONE):
        count, size = count + 1, size + path.stat().st_size
        if not dry_run:
            path.unlink(missing_ok=True)
    return count, size
