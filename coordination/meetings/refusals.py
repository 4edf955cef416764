"""What becomes of an item, said to whoever proposed it: that it was not taken up, they read in a mail."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from coordination.core import registry
from coordination.core.work import Work
from coordination.directory.models import Person
from coordination.mail import outbox
from coordination.mail.site import Site
from coordination.meetings import agenda_services, dispatch, letters
from coordination.meetings.letter_text import Occasion
from coordination.meetings.models import AgendaItem
from coordination.meetings.rules import ItemState, ItemStep


def settle(work: Work, site: Site, item_id: int, step: ItemStep, *, refusal: str = "") -> bool:
    """Settle an item (``agenda_services.settle_item``) and return whether whoever proposed it gets a mail.

    The mail names all of theirs that this meeting does not take up: one that still waits is replaced. Whoever settles
    their own proposal knows of it.
    """
    before = agenda_services.take_item(work, item_id).state
    item = agenda_services.settle_item(work, item_id, step, refusal=refusal)
    reader = item.proposed_by
    is_news = item.state is not before and ItemState.REFUSED in {item.state, before}
    if not is_news or reader is None or reader.id == work.actor.person_id:
        return False
    waited = reader.id in outbox.take_back(work, letters.about_refusal(item.meeting_id), reader.id)
    is_refused = item.state is ItemState.REFUSED
    left = _refused(work, item.meeting_id, reader.id)
    if not reader.email or not left or not (is_refused or waited):
        return False
    _write(work, site, reader, left)
    return is_refused


def _refused(work: Work, meeting_id: int, person_id: int) -> Sequence[AgendaItem]:
    work.session.flush()
    theirs = AgendaItem.meeting_id == meeting_id, AgendaItem.proposed_by_id == person_id
    statement = select(AgendaItem).where(*theirs, AgendaItem.state == ItemState.REFUSED)
    return work.session.scalars(statement.order_by(AgendaItem.position, AgendaItem.id)).all()


def _write(work: Work, site: Site, reader: Person, items: Sequence[AgendaItem]) -> None:
    languages: dict[int, str] = {}
    for lookup in registry.languages:
        languages |= lookup(work.session, [reader.id])
    meeting = items[0].meeting
    occasion = Occasion(meeting, dispatch.office_of(work, meeting), work.now)
    letter = letters.refusal(occasion, reader, items, site, language=languages.get(reader.id, "de"))
    outbox.queue(work, letter, site.sender)
