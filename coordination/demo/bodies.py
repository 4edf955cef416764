"""Bodies of the demonstration: what a city has, with invented people on their seats. Relative to the day of loading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from coordination.bodies.models import Body, Deputy, Membership, Seat
from coordination.bodies.procedure import TEMPLATE_OF_KIND
from coordination.bodies.rules import BodyKind, BodyLevel, FilledBy
from coordination.core.access import BodyRole
from coordination.core.work import Work
from coordination.demo.cast import DEPUTY_HEAD, Played
from coordination.demo.staff import school_year
from coordination.directory.models import District, Organisation, Person
from coordination.topics.models import Topic

STEERING = "Steuerungsgruppe Jugendhilfe und Schule"
SSW, TRANSITION, LANGUAGE, TAKING_PART = (
    "Schulsozialarbeit",
    "Übergang Kita–Grundschule",
    "Sprache und Elternbildung",
    "Beteiligung",
)
#: Templates by which each member has a deputy of their own.
PERSONAL = frozenset({"steering", "advisory", "section78"})
YOUTH_WORK = "Jugendarbeit im Stadtteil"


@dataclass(frozen=True, slots=True)
class Plan:
    """One body to make: words, units in the lead, topics, who sits there, whether ours is the office.

    ``cast`` names parts of ``cast.PARTS``; what has none is filled with ``seats`` professionals.
    """

    name: str
    short_name: str
    kind: BodyKind
    level: BodyLevel
    purpose: str
    leads: tuple[str, ...]
    topics: tuple[str, ...]
    seats: int = 4
    cast: tuple[str, ...] = ()
    is_ours: bool = False
    #: Whose part it is to chair; without one the head of the youth office does.
    chair: str = ""


PLANS = (
    Plan(
        STEERING,
        "STG",
        BodyKind.STEERING_GROUP,
        BodyLevel.STEERING,
        "Stimmt Jugendhilfe und Schule ab und entscheidet über gemeinsame Vorhaben.",
        ("social", "school_dept"),
        (SSW, TRANSITION),
        cast=("schools", "social", "school_office", "supervision", "education", "planning"),
        is_ours=True,
    ),
    Plan(
        "Beirat Rucksack KiTa",
        "RUCK",
        BodyKind.ADVISORY_BOARD,
        BodyLevel.STEERING,
        "Begleitet das Programm Rucksack KiTa und empfiehlt, wie es weitergeht.",
        ("youth", "education"),
        (LANGUAGE,),
        cast=("integration", "kita_1", "kita_2", "school_1", "kita_3", "provider_2"),
        is_ours=True,
        chair="education",
    ),
    Plan(
        "Arbeitskreis Übergang Kita–Grundschule",
        "AKÜ",
        BodyKind.WORKING_GROUP,
        BodyLevel.OPERATIONAL,
        "Hält den Übergang von der Kita in die Grundschule in einer Hand.",
        ("transition", "youth"),
        (TRANSITION, LANGUAGE),
        cast=("school_1", "kita_1", "supervision", "kita_2", "school_2"),
        is_ours=True,
        chair="transition",
    ),
    Plan(
        "Koordinierungsrunde Schulsozialarbeit",
        "KSSA",
        BodyKind.ROUND_TABLE,
        BodyLevel.OPERATIONAL,
        "Verteilt Stellen und klärt Fragen, die mehrere Träger betreffen.",
        ("ssw", "planning"),
        (SSW,),
        seats=5,
        is_ours=True,
        chair="ssw",
    ),
    Plan(
        "Arbeitsgruppe Beteiligung",
        "AGB",
        BodyKind.PROJECT_MEETING,
        BodyLevel.PROJECT,
        "Bereitet vor, wie Kinder und Jugendliche mitreden.",
        ("planning",),
        (TAKING_PART,),
        is_ours=True,
        chair="planning",
    ),
    Plan(
        "Workshop Haltungsabgleich",
        "WHA",
        BodyKind.WORKSHOP,
        BodyLevel.PROJECT,
        "Klärt einmal gemeinsam, was Jugendhilfe und Schule voneinander erwarten.",
        ("education", "planning"),
        (TAKING_PART, SSW),
        chair="education",
    ),
    Plan(
        "Arbeitsgemeinschaft nach § 78 SGB VIII",
        "AG78",
        BodyKind.SECTION78_WORKING_GROUP,
        BodyLevel.STEERING,
        "Öffentliche und freie Träger stimmen ihre Angebote ab.",
        ("youth",),
        (YOUTH_WORK, SSW),
        cast=("provider_1", "provider_2", "provider_3", "provider_4", "provider_5", "youth_work"),
        is_ours=True,
    ),
)


class _Maker:
    """Makes bodies one by one; people are taken in turn, nobody twice into one body."""

    def __init__(self, work: Work, people: Sequence[Person], units: dict[str, Organisation]) -> None:
        self.work, self.people, self.units = work, people, units
        self.since = school_year(work.today).replace(year=work.today.year - 2)
        self.next = 0
        self.topics: dict[str, Topic] = {}
        self.count = 0

    def body(self, plan: Plan, parent: Body | None) -> Body:
        self.count += 1
        found = Body(
            name=plan.name,
            short_name=plan.short_name or None,
            kind=plan.kind,
            level=plan.level,
            purpose=plan.purpose,
            parent_id=parent.id if parent else None,
            colour=(self.count - 1) % 8 + 1,
            template=TEMPLATE_OF_KIND.get(plan.kind, "light"),
            topics=[self._topic(name) for name in plan.topics],
            leads=[self.units[key] for key in plan.leads],
        )
        self.work.session.add(found)
        self.work.record("body.created", found)
        return found

    def _topic(self, name: str) -> Topic:
        if name not in self.topics:
            self.topics[name] = Topic(name=name)
            self.work.session.add(self.topics[name])
            self.work.record("topic.created", self.topics[name])
        return self.topics[name]

    def person(self) -> Person:
        self.next += 1
        return self.people[(self.next - 1) % len(self.people)]

    def fill(self, body: Body, plan: Plan, played: dict[str, Played]) -> None:
        """Fill the seats with a vote: with those who play a part, or with professionals."""
        is_personal = TEMPLATE_OF_KIND.get(plan.kind) in PERSONAL
        sitters = [played[key] for key in plan.cast] or [self._professional() for _n in range(plan.seats)]
        for n, one in enumerate(sitters):
            seat = self.seat(body, BodyRole.VOTING_MEMBER, one.owner, label=one.label)
            # Terms end with a school year; a few are over sooner.
            is_soon = n == 1 and plan.short_name in {"RUCK", "AG78"}
            until = self.work.today + timedelta(days=42) if is_soon else None
            sitting = self.member(body, one.person, BodyRole.VOTING_MEMBER, seat=seat, until=until)
            if n % 2 == 0 and is_personal:
                self.deputy(body, one.deputy, sitting)

    def _professional(self) -> Played:
        person = self.person()
        return Played(person, person, person.organisation, "")

    def seat(self, body: Body, role: BodyRole, owner: Organisation | None, *, label: str = "") -> Seat:
        by = FilledBy.DELEGATED if role is BodyRole.VOTING_MEMBER else FilledBy.EX_OFFICIO
        found = Seat(
            body_id=body.id,
            organisation_id=owner.id if owner else None,
            role=role,
            filled_by=by,
            label=label,
            valid_from=self.since,
        )
        self.work.session.add(found)
        self.work.session.flush()
        return found

    def member(
        self, body: Body, person: Person, role: BodyRole, *, seat: Seat | None = None, until: date | None = None
    ) -> Membership:
        found = Membership(
            body_id=body.id,
            person_id=person.id,
            role=role,
            seat_id=seat.id if seat else None,
            valid_from=self.since,
            valid_until=until,
        )
        self.work.session.add(found)
        self.work.session.flush()
        return found

    def deputy(self, body: Body, person: Person, member: Membership | None) -> None:
        key = member.id if member else None
        row = Deputy(body_id=body.id, membership_id=key, person_id=person.id, valid_from=self.since)
        self.work.session.add(row)


@dataclass(frozen=True, slots=True)
class Town:
    """Whom bodies draw on: units by key, professionals, and those who play a part."""

    units: dict[str, Organisation]
    workers: Sequence[Person]
    played: dict[str, Played]


def load(work: Work, office: Sequence[Person], professional: Person, town: Town) -> None:
    """Make the bodies: offices and chairs are held by the demo's accounts, seats by whoever belongs there."""
    _admin, ours, keeper, _provider, planner, head = office
    stays = [one for one in town.workers if one.valid_until is None]
    make = _Maker(work, stays, town.units)
    made: dict[str, Body] = {}
    for plan in PLANS:
        body = made[plan.name] = make.body(plan, made.get(STEERING))
        make.member(body, ours if plan.is_ours else planner, BodyRole.SECRETARIAT)
        part = town.played[plan.chair] if plan.chair else Played(head, town.played[DEPUTY_HEAD.key].person, None, "")
        chair = make.seat(body, BodyRole.CHAIR, part.owner or town.units[plan.leads[0]])
        first = make.member(body, part.person, BodyRole.CHAIR, seat=chair)
        deputy = part.deputy
        make.deputy(body, deputy, first if TEMPLATE_OF_KIND.get(plan.kind) in PERSONAL else None)
        make.fill(body, plan, town.played)
        if not plan.is_ours:
            continue
        make.member(body, keeper, BodyRole.ADVISORY_MEMBER)
    _stories(make, made, professional)
    _conferences(make, made[STEERING], planner, professional=professional)


def _stories(make: _Maker, made: dict[str, Body], professional: Person) -> None:
    """Add a vacancy, somebody who sat there before, and the professional of the handbook."""
    board = made["Beirat Rucksack KiTa"]
    vacant = make.seat(board, BodyRole.VOTING_MEMBER, None, label="Familienzentren")
    year = school_year(make.work.today)
    make.member(board, make.person(), BodyRole.VOTING_MEMBER, seat=vacant, until=year - timedelta(days=1))
    make.member(made["Koordinierungsrunde Schulsozialarbeit"], professional, BodyRole.ADVISORY_MEMBER)


def _conferences(make: _Maker, parent: Body, planner: Person, *, professional: Person) -> None:
    """Make a youth conference for each district; the professional of the handbook goes to that of Heepen."""
    for district in make.work.session.scalars(select(District).order_by(District.number, District.name)):
        plan = Plan(
            f"Jugendkonferenz {district.name}",
            "",
            BodyKind.YOUTH_SERVICES_CONFERENCE,
            BodyLevel.OPERATIONAL,
            f"Alle Fachkräfte im Stadtbezirk {district.name} tauschen sich aus.",
            ("planning",),
            (YOUTH_WORK,),
        )
        body = make.body(plan, parent)
        make.member(body, planner, BodyRole.SECRETARIAT)
        for _n in range(4):
            make.member(body, make.person(), BodyRole.VOTING_MEMBER)
        if district.name == "Heepen":
            make.member(body, professional, BodyRole.ADVISORY_MEMBER)
