"""The words of bodies: kinds, levels, how seats are filled, who votes. No database."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from coordination.core.access import BodyRole
from coordination.core.i18n import N_

#: How long before a mandate ends the office is reminded to have the seat filled anew.
MANDATE_WARNING = timedelta(days=60)
#: No mandate is given for longer: a later day is a slip of the keys.
HORIZON = timedelta(days=3653)
#: A day further back than this is asked about once more.
LATE = timedelta(days=31)


class BodyKind(StrEnum):
    """What a body is called and how it usually works (``docs/glossary.md``)."""

    ADVISORY_BOARD = "advisory_board"
    STEERING_GROUP = "steering_group"
    STEERING_COMMITTEE = "steering_committee"
    EDUCATION_CONFERENCE = "education_conference"
    SECTION78_WORKING_GROUP = "section78_working_group"
    YOUTH_SERVICES_CONFERENCE = "youth_services_conference"
    DISTRICT_CONFERENCE = "district_conference"
    PROJECT_MEETING = "project_meeting"
    WORKSHOP = "workshop"
    QUALITY_CIRCLE = "quality_circle"
    ROUND_TABLE = "round_table"
    WORKING_GROUP = "working_group"
    YOUTH_COUNCIL = "youth_council"
    COUNCIL_COMMITTEE = "council_committee"


class BodyLevel(StrEnum):
    """Where a body stands: a project reports to the level above."""

    PROJECT = "project"
    OPERATIONAL = "operational"
    STEERING = "steering"
    POLITICAL = "political"


#: Where a body of a kind usually stands, unless somebody says otherwise.
USUAL_LEVEL = {
    BodyKind.ADVISORY_BOARD: BodyLevel.STEERING,
    BodyKind.STEERING_GROUP: BodyLevel.STEERING,
    BodyKind.STEERING_COMMITTEE: BodyLevel.STEERING,
    BodyKind.EDUCATION_CONFERENCE: BodyLevel.STEERING,
    BodyKind.SECTION78_WORKING_GROUP: BodyLevel.OPERATIONAL,
    BodyKind.YOUTH_SERVICES_CONFERENCE: BodyLevel.OPERATIONAL,
    BodyKind.DISTRICT_CONFERENCE: BodyLevel.OPERATIONAL,
    BodyKind.PROJECT_MEETING: BodyLevel.PROJECT,
    BodyKind.WORKSHOP: BodyLevel.PROJECT,
    BodyKind.QUALITY_CIRCLE: BodyLevel.OPERATIONAL,
    BodyKind.ROUND_TABLE: BodyLevel.OPERATIONAL,
    BodyKind.WORKING_GROUP: BodyLevel.OPERATIONAL,
    BodyKind.YOUTH_COUNCIL: BodyLevel.POLITICAL,
    BodyKind.COUNCIL_COMMITTEE: BodyLevel.POLITICAL,
}


class FilledBy(StrEnum):
    """How a seat comes to its person."""

    EX_OFFICIO = "ex_officio"
    DELEGATED = "delegated"
    ELECTED = "elected"


KIND_WORDS = {
    BodyKind.ADVISORY_BOARD: N_("Advisory board"),
    BodyKind.STEERING_GROUP: N_("Steering group"),
    BodyKind.STEERING_COMMITTEE: N_("Steering committee"),
    BodyKind.EDUCATION_CONFERENCE: N_("Education conference"),
    BodyKind.SECTION78_WORKING_GROUP: N_("Working group under section 78 SGB VIII"),
    BodyKind.YOUTH_SERVICES_CONFERENCE: N_("Youth services conference"),
    BodyKind.DISTRICT_CONFERENCE: N_("District conference"),
    BodyKind.PROJECT_MEETING: N_("Project meeting"),
    BodyKind.WORKSHOP: N_("Workshop"),
    BodyKind.QUALITY_CIRCLE: N_("Quality circle"),
    BodyKind.ROUND_TABLE: N_("Round table"),
    BodyKind.WORKING_GROUP: N_("Working group"),
    BodyKind.YOUTH_COUNCIL: N_("Youth council"),
    BodyKind.COUNCIL_COMMITTEE: N_("Council committee"),
}
LEVEL_WORDS = {
    BodyLevel.PROJECT: N_("Project"),
    BodyLevel.OPERATIONAL: N_("Operational"),
    BodyLevel.STEERING: N_("Steering"),
    BodyLevel.POLITICAL: N_("Political"),
}
FILLED_BY_WORDS = {
    FilledBy.EX_OFFICIO: N_("by office"),
    FilledBy.DELEGATED: N_("delegated"),
    FilledBy.ELECTED: N_("elected"),
}
ROLE_WORDS = {
    BodyRole.CHAIR: N_("Chair"),
    BodyRole.CO_CHAIR: N_("Co-chair"),
    BodyRole.DEPUTY_CHAIR: N_("Deputy chair"),
    BodyRole.SECRETARIAT: N_("Secretariat"),
    BodyRole.VOTING_MEMBER: N_("Member with a vote"),
    BodyRole.ADVISORY_MEMBER: N_("Advisory member"),
    BodyRole.PERMANENT_GUEST: N_("Permanent guest"),
}
#: As a heading over several people.
ROLE_HEADINGS = {
    BodyRole.CHAIR: N_("Chairs"),
    BodyRole.CO_CHAIR: N_("Co-chairs"),
    BodyRole.DEPUTY_CHAIR: N_("Deputy chairs"),
    BodyRole.SECRETARIAT: N_("Secretariat"),
    BodyRole.VOTING_MEMBER: N_("Members with a vote"),
    BodyRole.ADVISORY_MEMBER: N_("Advisory members"),
    BodyRole.PERMANENT_GUEST: N_("Permanent guests"),
}
#: Seats that count for the quorum and whose people vote.
VOTING = frozenset({BodyRole.CHAIR, BodyRole.CO_CHAIR, BodyRole.DEPUTY_CHAIR, BodyRole.VOTING_MEMBER})


def mandate_ends_soon(valid_until: date | None, day: date) -> bool:
    """Return whether a mandate that is in force ends within ``MANDATE_WARNING``."""
    return valid_until is not None and day <= valid_until <= day + MANDATE_WARNING


def is_too_far(day: date | None, today: date) -> bool:
    """Return whether a day lies so far ahead that nobody can mean it."""
    return day is not None and day > today + HORIZON
