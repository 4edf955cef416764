"""Decisions and tasks of the demonstration: on the agendas of meetings that lie behind, in every state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from coordination.bodies.models import Body, Membership
from coordination.bodies.queries import holds
from coordination.core import clock
from coordination.core.work import Work
from coordination.decisions.models import Decision, StatusEntry, Task
from coordination.decisions.rules import DecisionKind, Means, Result, Status
from coordination.directory.models import Organisation
from coordination.meetings.models import AgendaItem, Meeting
from coordination.meetings.rules import ItemKind, Origin

#: Beginning of an item's title → (what was decided, what somebody took on).
TEXTS: dict[str, tuple[str, str]] = {
    "Rahmenkonzept": (
        "Die Steuerungsgruppe stimmt dem Entwurf des Rahmenkonzepts zu. Die Träger nehmen schriftlich Stellung.",
        "Stellungnahmen der Träger zum Rahmenkonzept zusammenführen",
    ),
    "Verteilung der Stellen": (
        "Frei werdende Stellenanteile gehen zuerst an Grundschulen ohne eigene Fachkraft.",
        "Liste der Schulen ohne Fachkraft nach Stadtbezirken aufstellen",
    ),
    "Kinderschutz: gemeinsames": (
        "Das gemeinsame Verfahren im Kinderschutz gilt ab dem nächsten Schulhalbjahr an allen Schulen.",
        "Handreichung zum Verfahren an alle Schulleitungen senden",
    ),
    "Gewinnung neuer": (
        "Je Stadtbezirk werden zwei weitere Elternbegleiterinnen für Rucksack KiTa gewonnen und qualifiziert.",
        "Aushang für die Familienzentren entwerfen",
    ),
    "Materialien": (
        "Die Materialien werden auf Arabisch, Kurmandschi und Ukrainisch beschafft.",
        "Angebote für die Übersetzungen einholen",
    ),
    "Bildungsdokumentation": (
        "Die Bildungsdokumentation wird mit Einwilligung der Eltern spätestens im Juni an die Grundschule übergeben.",
        "Muster für die Einwilligung der Eltern abstimmen",
    ),
    "Gegenseitige": (
        "Jede Kita und jede Grundschule hospitiert einmal im Schuljahr bei der anderen.",
        "Termine der Hospitationen sammeln",
    ),
    "Vertretung": (
        "Bei Abwesenheiten über vier Wochen übernimmt eine Fachkraft einer benachbarten Schule die Sprechzeiten.",
        "Übersicht der Nachbarschulen für die Vertretung erstellen",
    ),
    "Fortbildungen": (
        "Im nächsten Halbjahr gibt es zwei gemeinsame Fortbildungen: Schulabsentismus und Gesprächsführung mit Eltern.",
        "Referentinnen für die Fortbildung Schulabsentismus anfragen",
    ),
    "Jugendkonferenz": (
        "Die Jugendkonferenz lädt in diesem Jahr auch die Schülervertretungen der Berufskollegs ein.",
        "Einladung mit den Schülervertretungen gegenlesen",
    ),
    "Offene Jugendarbeit": (
        "In den Sommerferien hat in jedem Stadtbezirk an jedem Werktag mindestens eine Einrichtung geöffnet.",
        "Öffnungszeiten der Einrichtungen in den Ferien abfragen",
    ),
    "Ganztag und": (
        "Räume des offenen Ganztags stehen der Jugendarbeit ab 17 Uhr nach Absprache offen.",
        "Muster für eine Nutzungsvereinbarung entwerfen",
    ),
    "Was wir": (
        "Schulen und Jugendarbeit im Stadtbezirk bieten im nächsten Halbjahr eine gemeinsame Pausenaktion an.",
        "Schulen für die gemeinsame Pausenaktion ansprechen",
    ),
}


@dataclass(frozen=True, slots=True)
class Course:
    """How one was settled and what became of it: (means, votes), status and days from today until it is due."""

    status: Status
    due: int | None
    votes: tuple[int, int, int] | None = None
    kind: DecisionKind = DecisionKind.DECISION
    note: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """What was settled where, and what became of it."""

    item: AgendaItem
    meeting: Meeting
    text: str
    course: Course


COURSES = (
    Course(Status.DONE, -30, (9, 0, 0), note="An alle Beteiligten versandt."),
    Course(Status.OPEN, -12, (7, 2, 1)),
    Course(Status.IN_PROGRESS, 5, None, note="Erste Rückmeldungen liegen vor."),
    Course(Status.DEFERRED, 40, (6, 0, 2), note="Wartet auf den Haushalt."),
    Course(Status.OPEN, 21, None, DecisionKind.RECOMMENDATION),
    Course(Status.DONE, -60, None),
    Course(Status.IN_PROGRESS, -3, (8, 1, 0)),
    Course(Status.OPEN, 60, None, DecisionKind.RECOMMENDATION),
)


def load(work: Work) -> None:
    """Settle something on every item that asks for it, in the order of the meetings."""
    items = work.session.execute(
        select(AgendaItem, Meeting)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(AgendaItem.kind == ItemKind.DECISION)
        .order_by(Meeting.starts_at, Meeting.id, AgendaItem.position)
    ).all()
    bodies = {one.id: one for one in work.session.scalars(select(Body))}
    units = work.session.scalars(select(Organisation).where(Organisation.email != "").order_by(Organisation.id)).all()
    people: dict[int, list[int]] = {}
    for row in work.session.scalars(select(Membership).where(holds(Membership, work.today)).order_by(Membership.id)):
        people.setdefault(row.body_id, []).append(row.person_id)
    numbers: dict[tuple[int, int], int] = {}
    for n, (item, meeting) in enumerate(items):
        texts = next((found for start, found in TEXTS.items() if item.title.startswith(start)), None)
        if texts is None or meeting.starts_at > clock.wall_clock(work.now):
            continue
        body = bodies[meeting.body_id]
        unit = body.leads[0] if body.leads else units[n % len(units)] if units else None
        key = (body.id, meeting.starts_at.year)
        numbers[key] = number = numbers.get(key, 0) + 1
        # What was settled long ago is done by now; the newest ones are in every state.
        is_old = (work.today - meeting.starts_at.date()).days > 150
        course = COURSES[0 if is_old and n % 4 else n % len(COURSES)]
        _decide(work, Settled(item, meeting, texts[0], course), unit, number)
        if body.id in people:
            later = COURSES[0 if is_old else (n + 3) % len(COURSES)]
            mine = people[body.id]
            _task(work, Settled(item, meeting, texts[1], later), mine[n % len(mine)])


def _due(work: Work, meeting: Meeting, course: Course) -> date | None:
    if course.due is None:
        return None
    return max(work.today + timedelta(days=course.due), meeting.starts_at.date() + timedelta(days=7))


def _decide(work: Work, settled: Settled, unit: Organisation | None, number: int) -> None:
    item, meeting, text, course = settled.item, settled.meeting, settled.text, settled.course
    yes, no, abstained = course.votes or (0, 0, 0)
    row = Decision(
        body_id=meeting.body_id,
        meeting_id=meeting.id,
        item_id=item.id,
        year=meeting.starts_at.year,
        number=number,
        kind=course.kind,
        text=text,
        means=Means.VOTE if course.votes else Means.CONSENSUS,
        result=Result.ACCEPTED,
        yes=yes,
        no=no,
        abstained=abstained,
        unit_id=unit.id if unit else None,
        due_on=_due(work, meeting, course),
        status=course.status,
    )
    work.session.add(row)
    work.record("decision.recorded", row)
    _history(work, row, meeting, course)


def _task(work: Work, settled: Settled, person_id: int) -> None:
    item, meeting, text, course = settled.item, settled.meeting, settled.text, settled.course
    row = Task(
        body_id=meeting.body_id,
        meeting_id=meeting.id,
        item_id=item.id,
        text=text,
        person_id=person_id,
        due_on=_due(work, meeting, course),
        status=course.status,
    )
    work.session.add(row)
    work.record("task.recorded", row)
    _history(work, row, meeting, course)


def _history(work: Work, row: Decision | Task, meeting: Meeting, course: Course) -> None:
    if course.status is Status.OPEN:
        return
    wall = datetime.combine(meeting.starts_at.date() + timedelta(days=5), time(9, 30))
    entry = StatusEntry(
        at=clock.zoned(min(wall, clock.wall_clock(work.now))),
        origin=Origin.OFFICE,
        before=Status.OPEN,
        after=course.status,
        note=course.note,
    )
    if isinstance(row, Task):
        entry.task_id = row.id
    else:
        entry.decision_id = row.id
    work.session.add(entry)
