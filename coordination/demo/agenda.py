"""Agendas of the demonstration: for what lies behind, and for what is near, in every state an item may have."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from coordination.bodies.models import Membership
from coordination.bodies.queries import holds
from coordination.bodies.rules import VOTING
from coordination.core.work import Work
from coordination.demo.scripts import Theme, themes
from coordination.meetings.models import AgendaItem, Meeting
from coordination.meetings.rules import ItemKind, ItemState

FIRST, LAST = "Begrüßung und Genehmigung des Protokolls", "Verschiedenes und nächster Termin"
FRAME = 10


def load(work: Work) -> None:
    """Give the meetings that are told of their agendas, unless they have one."""
    told = themes(work)
    with_items = set(work.session.scalars(select(AgendaItem.meeting_id).distinct()))
    voting: dict[int, list[int]] = {}
    rows = select(Membership).where(Membership.role.in_(VOTING), holds(Membership, work.today)).order_by(Membership.id)
    for row in work.session.scalars(rows):
        voting.setdefault(row.body_id, []).append(row.person_id)
    for meeting in work.session.scalars(select(Meeting).where(Meeting.id.in_(told)).order_by(Meeting.id)).all():
        if meeting.id not in with_items:
            _give(work, meeting, told[meeting.id], voting.get(meeting.body_id, []))
    work.session.flush()


def framed(told: Sequence[Theme]) -> list[Theme]:
    """Return the themes between greeting and closing; a draft of an agenda, or mere proposals, stand alone."""
    if any(one.minutes is None for one in told if one.state is ItemState.ON_AGENDA):
        return list(told)
    if all(one.state is not ItemState.ON_AGENDA for one in told):
        return list(told)
    has_public_part = any(one.is_public for one in told)
    first = Theme(FIRST, ItemKind.FORMALITY, FRAME, is_public=has_public_part)
    return [first, *told, Theme(LAST, ItemKind.FORMALITY, FRAME)]


def _give(work: Work, meeting: Meeting, told: Sequence[Theme], voting: Sequence[int]) -> None:
    for position, theme in enumerate(framed(told), 1):
        # Whoever reports is named; whoever proposes is somebody else.
        somebody = voting[(meeting.id + position) % len(voting)] if voting else None
        work.session.add(
            AgendaItem(
                meeting_id=meeting.id,
                position=position,
                title=theme.title,
                text="",
                kind=theme.kind,
                state=theme.state,
                is_public=meeting.is_public or theme.is_public,
                minutes_planned=theme.minutes,
                presenter_id=somebody if theme.kind is ItemKind.INFORMATION else None,
                proposed_by_id=somebody if theme.state is not ItemState.ON_AGENDA else None,
            )
        )
