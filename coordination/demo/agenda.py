"""Agendas of the demonstration: for each meeting that lies behind three to five items, the same each time."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from coordination.bodies.models import Body
from coordination.core.work import Work
from coordination.meetings.models import AgendaItem, Meeting
from coordination.meetings.rules import ItemKind, MeetingState

FIRST, LAST = "Begrüßung und Genehmigung des Protokolls", "Verschiedenes und nächster Termin"
#: Short name of a body → what it deals with, in turn; a word says whether something is settled there.
THEMES: dict[str, tuple[tuple[str, ItemKind], ...]] = {
    "STG": (
        ("Rahmenkonzept Schulsozialarbeit: Stand der Überarbeitung", ItemKind.DECISION),
        ("Verteilung der Stellen zum neuen Schuljahr", ItemKind.DECISION),
        ("Ganztag: Zusammenarbeit von Schulsozialarbeit und offenem Ganztag", ItemKind.DISCUSSION),
        ("Kinderschutz: gemeinsames Verfahren von Schule und Jugendhilfe", ItemKind.DECISION),
        ("Bericht aus den Jugendkonferenzen der Stadtbezirke", ItemKind.INFORMATION),
    ),
    "RUCK": (
        ("Rucksack KiTa: Gruppen und Elternbegleiterinnen im laufenden Jahr", ItemKind.INFORMATION),
        ("Gewinnung neuer Elternbegleiterinnen", ItemKind.DECISION),
        ("Übergang Kita–Grundschule: Anschluss an Rucksack Schule", ItemKind.DISCUSSION),
        ("Materialien in weiteren Sprachen", ItemKind.DECISION),
    ),
    "AKÜ": (
        ("Bildungsdokumentation beim Übergang Kita–Grundschule", ItemKind.DECISION),
        ("Gegenseitige Hospitation von Fachkräften und Lehrkräften", ItemKind.DECISION),
        ("Elternabende vor der Einschulung", ItemKind.DISCUSSION),
        ("Kinder mit besonderem Förderbedarf: Runde Tische", ItemKind.DISCUSSION),
    ),
    "KSSA": (
        ("Kinderschutz: Ansprechpersonen und insoweit erfahrene Fachkräfte", ItemKind.INFORMATION),
        ("Vertretung bei längerer Abwesenheit", ItemKind.DECISION),
        ("Schulabsentismus: Wege der Beratung", ItemKind.DISCUSSION),
        ("Fortbildungen im nächsten Halbjahr", ItemKind.DECISION),
    ),
    "AGB": (
        ("Beteiligung von Kindern und Jugendlichen: Stand der Vorhaben", ItemKind.DISCUSSION),
        ("Jugendkonferenz: Themen und Einladung", ItemKind.DECISION),
        ("Rückmeldungen aus den Schülervertretungen", ItemKind.INFORMATION),
    ),
    "AG78": (
        ("Offene Jugendarbeit in den Ferien: Abstimmung der Angebote", ItemKind.DECISION),
        ("Förderplan: Bedarfe der Träger", ItemKind.DISCUSSION),
        ("Räume für Jugendliche im Stadtbezirk", ItemKind.DISCUSSION),
        ("Ganztag und Jugendarbeit: gemeinsame Nutzung von Räumen", ItemKind.DECISION),
    ),
}
CONFERENCE = (
    ("Blick auf den Stadtbezirk: Zahlen und Beobachtungen", ItemKind.INFORMATION),
    ("Angebote der Jugendarbeit an Schulen", ItemKind.DISCUSSION),
    ("Was wir uns vornehmen", ItemKind.DECISION),
)
#: Themes of one meeting, between greeting and closing.
PER_MEETING = 3


def load(work: Work) -> None:
    """Give every meeting that has begun its agenda, unless it has one."""
    held = (MeetingState.RUNNING, MeetingState.MINUTES_OPEN, MeetingState.CLOSED)
    meetings = work.session.scalars(
        select(Meeting).where(Meeting.state.in_(held)).order_by(Meeting.body_id, Meeting.starts_at, Meeting.id)
    ).all()
    names = {one.id: one.short_name or "" for one in work.session.scalars(select(Body))}
    with_items = set(work.session.scalars(select(AgendaItem.meeting_id).distinct()))
    turn: dict[int, int] = {}
    for meeting in meetings:
        if meeting.id in with_items:
            continue
        number = turn[meeting.body_id] = turn.get(meeting.body_id, -1) + 1
        _give(work, meeting, _themes(THEMES.get(names[meeting.body_id], CONFERENCE), number))
    work.session.flush()


def _themes(themes: Sequence[tuple[str, ItemKind]], number: int) -> list[tuple[str, ItemKind]]:
    """Return the themes of the meeting with this number: those after the last one's, always one that settles."""
    chosen = [themes[(number + n) % len(themes)] for n in range(min(PER_MEETING, len(themes)))]
    if not any(kind is ItemKind.DECISION for _title, kind in chosen):
        chosen[-1] = next(one for one in themes if one[1] is ItemKind.DECISION)
    return chosen


def _give(work: Work, meeting: Meeting, themes: Sequence[tuple[str, ItemKind]]) -> None:
    items = [(FIRST, ItemKind.FORMALITY, 10), *((title, kind, 25) for title, kind in themes)]
    items.append((LAST, ItemKind.FORMALITY, 10))
    for position, (title, kind, minutes) in enumerate(items, 1):
        item = AgendaItem(
            meeting_id=meeting.id,
            position=position,
            title=title,
            text="",
            kind=kind,
            is_public=meeting.is_public,
            minutes_planned=minutes,
        )
        work.session.add(item)
