"""The agenda on the page of its meeting, as far as the reader may see it."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from coordination.core.access import Actor, Permission, Subject, allows
from coordination.core.registry import Section
from coordination.meetings import agenda, agenda_services
from coordination.meetings.access import sees_inside, takes_part
from coordination.meetings.models import AgendaItem, Meeting
from coordination.meetings.rules import ITEM_KIND_WORDS, ItemState, MeetingState


def _is_own_proposal(actor: Actor, item: AgendaItem) -> bool:
    """Return whether the reader proposed an item that is not on the agenda: it must not seem to be lost."""
    is_theirs = actor.person_id is not None and item.proposed_by_id == actor.person_id
    return is_theirs and item.state in {ItemState.PROPOSED, ItemState.REFUSED}


def items(session: Session, actor: Actor, meeting: Meeting, _day: date) -> Section | None:
    """Return the items: all of them to people of the body and deputies, the public part to everybody else."""
    is_inside = sees_inside(session, actor, meeting)
    found = agenda_services.items_of(session, meeting.id)
    there = [one for one in agenda.in_order(found) if is_inside or one.is_public]
    subject = Subject(body_id=meeting.body_id)
    can_propose = allows(actor, Permission.AGENDA_PROPOSE, subject) and meeting.state in {
        MeetingState.FIXED,
        MeetingState.INVITED,
    }
    if not there and not is_inside:
        return None
    return Section(
        "meetings/_agenda.html",
        {
            "items": there,
            "with_files": is_inside or takes_part(session, actor, meeting),
            "numbers": agenda.numbers(found),
            "proposed": sum(one.state is ItemState.PROPOSED for one in found) if is_inside else 0,
            "can_propose": can_propose,
            "own_proposals": [one for one in found if _is_own_proposal(actor, one)],
            "kind_words": ITEM_KIND_WORDS,
        },
    )
