"""Rules of procedure (Geschäftsordnung): templates, what a body says otherwise, and the arithmetic of both.

They warn and never block (the chair may go on with a reason that is kept). No database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from coordination.bodies.rules import BodyKind
from coordination.core import special_days
from coordination.core.i18n import N_


class DayKind(StrEnum):
    """What a period counts in."""

    CALENDAR = "calendar"
    WORKING = "working"


class NoticeFrom(StrEnum):
    """Where the notice period begins: with sending, or with arriving."""

    SENT = "sent"
    RECEIVED = "received"


class QuorumBase(StrEnum):
    """Of which number the quorum is counted: all seats with a vote, or those that are filled."""

    STATUTORY = "statutory"
    CURRENT = "current"


class QuorumRule(StrEnum):
    """How many of the base have to be there."""

    MORE_THAN_HALF = "more_than_half"
    HALF = "half"
    ONE_THIRD = "one_third"
    NONE = "none"


class Majority(StrEnum):
    """What a proposal needs: more yes than no, more than half of the base, or two thirds of the votes."""

    SIMPLE = "simple"
    OF_MEMBERS = "of_members"
    TWO_THIRDS = "two_thirds"


class TieRule(StrEnum):
    """What equal votes mean."""

    REJECTED = "rejected"
    CHAIR_DECIDES = "chair_decides"


class AbstentionRule(StrEnum):
    """What an abstention means, for every kind of majority."""

    NOT_COUNTED = "not_counted"
    COUNTS_AS_NO = "counts_as_no"


class MinutesKind(StrEnum):
    """What the minutes hold."""

    RESULTS = "results"
    DECISIONS = "decisions"
    DISCUSSION = "discussion"
    VERBATIM = "verbatim"


class Deputies(StrEnum):
    """Whether somebody may be stood in for, and by whom."""

    PERSONAL = "personal"
    POOL = "pool"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Procedure:
    """The rules in force for a body: its template with what the body says otherwise. Periods are in days."""

    is_formal: bool = False
    notice_days: int = 7
    urgent_days: int = 2
    day_kind: DayKind = DayKind.CALENDAR
    notice_from: NoticeFrom = NoticeFrom.SENT
    agenda_deadline_days: int = 10
    paper_deadline_days: int = 7
    minutes_days: int = 14
    objection_days: int = 14
    quorum_base: QuorumBase = QuorumBase.STATUTORY
    quorum_rule: QuorumRule = QuorumRule.NONE
    majority: Majority = Majority.SIMPLE
    tie_rule: TieRule = TieRule.REJECTED
    abstention_rule: AbstentionRule = AbstentionRule.NOT_COUNTED
    is_public: bool = False
    #: Whether the calendar part of a mail names all who are asked, with their addresses; else its reader alone.
    shows_invited: bool = False
    minutes_kind: MinutesKind = MinutesKind.RESULTS
    deputies: Deputies = Deputies.POOL
    #: Meetings a year, 0: as needed.
    target_per_year: int = 0
    #: Longest time between two meetings, 0: any ("almost weekly" = 10).
    max_gap_days: int = 0


TEMPLATES: Mapping[str, Procedure] = {
    "light": Procedure(),
    "project": Procedure(notice_days=3, agenda_deadline_days=3, paper_deadline_days=2, max_gap_days=10),
    "conference": Procedure(
        notice_days=21, agenda_deadline_days=28, minutes_days=28, deputies=Deputies.NONE, target_per_year=2
    ),
    "advisory": Procedure(
        is_formal=True,
        notice_days=14,
        agenda_deadline_days=21,
        paper_deadline_days=14,
        quorum_rule=QuorumRule.MORE_THAN_HALF,
        deputies=Deputies.PERSONAL,
        target_per_year=2,
    ),
    "steering": Procedure(
        is_formal=True,
        notice_days=10,
        agenda_deadline_days=14,
        paper_deadline_days=10,
        quorum_rule=QuorumRule.MORE_THAN_HALF,
        deputies=Deputies.PERSONAL,
        target_per_year=4,
        max_gap_days=120,
    ),
    "section78": Procedure(
        is_formal=True,
        notice_days=10,
        agenda_deadline_days=14,
        paper_deadline_days=10,
        quorum_rule=QuorumRule.MORE_THAN_HALF,
        deputies=Deputies.PERSONAL,
        target_per_year=3,
    ),
}
TEMPLATE_WORDS = {
    "light": N_("Light: agenda and tasks, no formal rules"),
    "project": N_("Project round: often, short notice"),
    "conference": N_("Conference: many guests, long notice"),
    "advisory": N_("Advisory board: two weeks' notice, quorum"),
    "steering": N_("Steering group: ten days' notice, quorum, decisions"),
    "section78": N_("Working group under section 78: ten days' notice, three meetings a year"),
}
#: What is proposed for a new body of a kind; all others begin light.
TEMPLATE_OF_KIND: Mapping[BodyKind, str] = {
    BodyKind.ADVISORY_BOARD: "advisory",
    BodyKind.STEERING_GROUP: "steering",
    BodyKind.STEERING_COMMITTEE: "steering",
    BodyKind.SECTION78_WORKING_GROUP: "section78",
    BodyKind.EDUCATION_CONFERENCE: "conference",
    BodyKind.YOUTH_SERVICES_CONFERENCE: "conference",
    BodyKind.DISTRICT_CONFERENCE: "conference",
    BodyKind.PROJECT_MEETING: "project",
}
_KINDS: Mapping[str, type[StrEnum]] = {
    "day_kind": DayKind,
    "notice_from": NoticeFrom,
    "quorum_base": QuorumBase,
    "quorum_rule": QuorumRule,
    "majority": Majority,
    "tie_rule": TieRule,
    "abstention_rule": AbstentionRule,
    "minutes_kind": MinutesKind,
    "deputies": Deputies,
}


def procedure_of(template: str, overrides: Mapping[str, Any]) -> Procedure:
    """Return the rules in force. ``overrides`` is what ``overrides_of`` made, as it comes out of a JSON column."""
    base = TEMPLATES.get(template, TEMPLATES["light"])
    known = {one.name for one in fields(Procedure)}
    values: dict[str, Any] = {}
    for name, value in overrides.items():
        if name in known:
            values[name] = _KINDS[name](value) if name in _KINDS else value
    return replace(base, **values)


def overrides_of(template: str, wanted: Procedure) -> dict[str, Any]:
    """Return what ``wanted`` says otherwise than its template, fit for a JSON column."""
    base = asdict(TEMPLATES[template])
    return {name: value for name, value in asdict(wanted).items() if base[name] != value}


def quorum(rule: QuorumRule, base: int) -> int:
    """Return how many of ``base`` must be there; 0 where no quorum is asked for."""
    needed = {
        QuorumRule.MORE_THAN_HALF: base // 2 + 1,
        QuorumRule.HALF: (base + 1) // 2,
        QuorumRule.ONE_THIRD: (base + 2) // 3,
        QuorumRule.NONE: 0,
    }
    return needed[rule] if base else 0


def due_before(meeting: date, days: int, kind: DayKind) -> tuple[date, date]:
    """Return the last day on which something may happen so that ``days`` full days lie between it and ``meeting``.

    Neither end counts (section 187 (1) BGB). A day that falls on a weekend or holiday moves earlier: returned is (the
    day by counting alone, the working day it moves back to), and the page shows both where they differ.
    """
    counted = _between(meeting, days, kind)
    return counted, earlier_working_day(counted)


def _between(meeting: date, days: int, kind: DayKind) -> date:
    day = meeting - timedelta(days=1)
    left = days
    while left > 0:
        if kind is DayKind.CALENDAR or special_days.is_working_day(day):
            left -= 1
        day -= timedelta(days=1)
    return day


def earlier_working_day(day: date) -> date:
    """Return ``day``, or the last working day before it."""
    while not special_days.is_working_day(day):
        day -= timedelta(days=1)
    return day
