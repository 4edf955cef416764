"""What becomes of an item, said to whoever proposed it: that it was not taken up, they read in a mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from coordination.core import registry
from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.core.work import Work
from coordination.directory.models import Person
from coordination.mail import outbox
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.site import Site
from coordination.meetings import agenda_services, dispatch, letters
from coordination.meetings.letter_text import Occasion
from coordination.meetings.models import AgendaItem
from coordination.meetings.rules import ItemState, ItemStep

_SETTLED = N_("Somebody else has settled this proposal in the meantime. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is said to whoever made a proposal that is not taken up; ``by_mail``: as a mail as well."""

    reason: str = ""
    by_mail: bool = False


class SettledMeanwhile(RuleViolation):
    """The proposal that somebody wants to refuse is none any more."""


def settle(work: Work, site: Site, item_id: int, step: ItemStep, *, refusal: Refusal | None = None) -> bool:
    """Settle an item (``agenda_services.settle_item``) and return whether whoever proposed it gets a mail.

    ``refusal`` answers a proposal, and nothing else. The mail names all of theirs that this meeting has not taken up:
    one that is not through yet is replaced, whatever becomes of the item. Whoever settles their own proposal knows.

    Raises:
        SettledMeanwhile: somebody else has answered the proposal otherwise.
    """
    item = agenda_services.take_item(work, item_id)
    before, reader = item.state, item.proposed_by
    if refusal is not None and before is not ItemState.PROPOSED:
        if before is not ItemState.REFUSED or item.refusal != refusal.reason:
            raise SettledMeanwhile(_SETTLED)
        return reader is not None and _is_on_the_way(work, item.meeting_id, reader.id)
    agenda_services.settle_item(work, item_id, step, refusal=refusal.reason if refusal else "")
    if item.state is before or ItemState.REFUSED not in {item.state, before} or reader is None:
        return False
    is_told = refusal is not None and refusal.by_mail and bool(reader.email) and reader.id != work.actor.person_id
    if is_told or _is_on_the_way(work, item.meeting_id, reader.id):
        outbox.take_back(work, letters.about_refusal(item.meeting_id), reader.id)
        left = _refused(work, item.meeting_id, reader.id)
        if left and reader.email:
            _write(work, site, reader, left)
    return is_told


def _is_on_the_way(work: Work, meeting_id: int, person_id: int) -> bool:
    """Return whether such a mail waits for somebody, or did not get through and is still to be seen to."""
    statement = select(OutboxMail.id).where(
        OutboxMail.about == letters.about_refusal(meeting_id),
        OutboxMail.person_id == person_id,
        OutboxMail.state.in_((MailState.WAITING, MailState.FAILED)),
        OutboxMail.settled_at.is_(None),
        OutboxMail.problem.not_in((outbox.EXPIRED, outbox.WITHDRAWN)),
    )
    return bool(work.session.scalars(statement.limit(1)).first())


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
