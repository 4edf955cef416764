"""Attachments of agenda items: put to an item, read by those who take part, removed. Frozen with the minutes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from coordination.core.access import Actor, Permission, Subject, allows
from coordination.core.errors import NotFound, RuleViolation
from coordination.core.i18n import N_
from coordination.core.work import Work
from coordination.files import services as files
from coordination.files.models import StoredFile
from coordination.files.services import Kept
from coordination.files.store import Store
from coordination.meetings import access
from coordination.meetings.agenda_services import take_item, touch
from coordination.meetings.models import AgendaItem, ItemFile, Meeting
from coordination.meetings.rules import NUMBERED

#: Attachments of one item: more than anybody opens.
MOST_FILES = 20


def attach(work: Work, item_id: int, kept: Sequence[Kept], *, field: str) -> int:
    """Put files, whose bytes lie in the store already, to an item; return how many were new.

    One that it has already is not put twice.

    Raises:
        RuleViolation: there would be more than ``MOST_FILES``, or the agenda can change no more.
    """
    item = take_item(work, item_id)
    there = work.session.execute(
        select(StoredFile.digest, StoredFile.name)
        .join(ItemFile, ItemFile.file_id == StoredFile.id)
        .where(ItemFile.item_id == item.id)
    ).all()
    # The same form sent twice brings nothing twice.
    new = [one for one in dict.fromkeys(kept) if (one.digest, one.file.name) not in {tuple(row) for row in there}]
    if len(there) + len(new) > MOST_FILES:
        raise RuleViolation(N_("An item has at most %(most)d attachments."), field=field, most=MOST_FILES)
    last = work.session.scalar(select(func.max(ItemFile.position)).where(ItemFile.item_id == item.id)) or 0
    rows = [
        ItemFile(item_id=item.id, file_id=files.enter(work, one).id, position=n) for n, one in enumerate(new, last + 1)
    ]
    work.session.add_all(rows)
    if new:
        touch(work, item)
        work.record("agenda.file_added", item)
        work.touch(rows)
    return len(new)


def remove(work: Work, store: Store, item_id: int, file_id: int) -> None:
    """Take an attachment away for good; its bytes go with a sweep a day later, if nothing else has the same."""
    item = take_item(work, item_id)
    row = work.session.get(ItemFile, file_id)
    if row is None or row.item_id != item.id:
        raise NotFound
    stored_id = row.file_id
    work.session.delete(row)
    work.touch([row])
    files.let_go(work, store, stored_id)
    touch(work, item)
    work.record("agenda.file_removed", item)


def attached(session: Session, meeting_id: int, file_id: int) -> ItemFile:
    """Return an attachment of some item of a meeting with its file and item, or raise NotFound."""
    found = session.scalars(
        select(ItemFile)
        .join(ItemFile.item)
        .where(ItemFile.id == file_id, AgendaItem.meeting_id == meeting_id)
        .options(joinedload(ItemFile.item), joinedload(ItemFile.file))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def may_read(session: Session, actor: Actor, meeting: Meeting, item: AgendaItem) -> bool:
    """Return whether somebody who sees the meeting reads the attachments of an item: any, whoever keeps the agenda."""
    if allows(actor, Permission.MEETING_MANAGE, Subject(body_id=meeting.body_id)):
        return True
    if item.state not in NUMBERED:
        return False
    if item.is_public:
        return access.takes_part(session, actor, meeting)
    return access.sees_inside(session, actor, meeting)
