"""Who is responsible for what, in both departments: posts of the demonstration, held by invented people, one vacant."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select

from coordination.core.work import Work
from coordination.demo import bodies
from coordination.demo.cast import Played
from coordination.directory.models import District, Organisation, Person
from coordination.directory.responsibilities.models import Post, PostHolder, Responsibility
from coordination.directory.responsibilities.rules import Scope
from coordination.topics.models import Topic

#: Topics that people ask for and no body deals with at present.
ABSENTEEISM, INCLUSION, ALL_DAY = "Schulabsentismus", "Inklusion", "Ganztag"
PRIMARY = "02"
SINCE = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class For:
    """A topic, with the district or the school form if it is not for all."""

    topic: str
    district: str = ""
    form: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A post: its unit, what it does, whose part its holder plays ("" is nobody; + is who stands in), its topics."""

    unit: str
    function: str
    part: str
    of: tuple[For, ...] = field(default_factory=tuple)


PLANS = (
    Plan("education", "Leitung Bildungsbüro", "education", (For(ALL_DAY), For(bodies.LANGUAGE))),
    Plan("ssw", "Koordination Schulsozialarbeit", "ssw", (For(bodies.SSW), For(ABSENTEEISM))),
    Plan(
        "ssw",
        "Fachberatung Schulabsentismus Mitte",
        "+ssw",
        (For(ABSENTEEISM, district="Mitte"), For(bodies.SSW, district="Mitte")),
    ),
    Plan("ssw", "Fachberatung Schulabsentismus Heepen", "", (For(ABSENTEEISM, district="Heepen"),)),
    Plan(
        "transition",
        "Koordination Übergang Kita–Grundschule",
        "transition",
        (For(bodies.TRANSITION), For(ALL_DAY, form=PRIMARY)),
    ),
    Plan("school", "Schulorganisation Inklusion", "+school_office", (For(INCLUSION),)),
    Plan("planning", "Jugendhilfeplanung", "planning", (For(bodies.TAKING_PART), For(bodies.SSW))),
    Plan("youth", "Eingliederungshilfe und Schulbegleitung", "+planning", (For(INCLUSION), For(ABSENTEEISM))),
    Plan("okja", "Fachberatung Offene Kinder- und Jugendarbeit", "youth_work", (For(bodies.YOUTH_WORK),)),
    Plan("okja", "Kinder- und Jugendbeteiligung", "+youth_work", (For(bodies.TAKING_PART),)),
    Plan(
        "integration",
        "Durchgängige Sprachbildung",
        "integration",
        (For(bodies.LANGUAGE), For(bodies.TRANSITION, district="Mitte")),
    ),
    Plan("supervision", "Schulaufsicht Grundschulen", "supervision", (For(INCLUSION, form=PRIMARY),)),
)


def load(work: Work, units: dict[str, Organisation], played: dict[str, Played], former: Person) -> None:
    """Enter the posts; the one that is vacant was held by ``former`` until a month ago."""
    topics = {one.name: one for one in work.session.scalars(select(Topic))}
    for name in (ABSENTEEISM, INCLUSION, ALL_DAY):
        topics[name] = Topic(name=name)
        work.session.add(topics[name])
        work.record("topic.created", topics[name])
    districts = {one.name: one for one in work.session.scalars(select(District))}
    since = (work.today - SINCE).replace(day=1)
    for plan in PLANS:
        post = Post(organisation_id=units[plan.unit].id, function=plan.function, valid_from=since)
        post.responsibilities = [_row(one, topics, districts, since) for one in plan.of]
        if plan.part:
            one = played[plan.part.removeprefix("+")]
            holder = one.deputy if plan.part.startswith("+") else one.person
            post.holders = [PostHolder(person_id=holder.id, valid_from=since)]
        else:
            left = work.today.replace(day=1) - timedelta(days=1)
            post.holders = [PostHolder(person_id=former.id, valid_from=since, valid_until=left)]
        work.session.add(post)
        work.record("post.created", post)


def _row(one: For, topics: dict[str, Topic], districts: dict[str, District], since: date) -> Responsibility:
    scope = Scope.DISTRICT if one.district else Scope.SCHOOL_FORM if one.form else Scope.EVERYWHERE
    district_id = districts[one.district].id if one.district else None
    return Responsibility(
        topic_id=topics[one.topic].id, scope=scope, district_id=district_id, form_code=one.form, valid_from=since
    )
