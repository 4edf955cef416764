"""Who sits in bodies beside the professionals: heads of departments, offices, schools and day care. All invented."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coordination.core.work import Work
from coordination.demo import ground, staff
from coordination.demo.names import InventedPerson
from coordination.directory.models import Organisation, Person, Place


@dataclass(frozen=True, slots=True)
class Part:
    """One part to play: which function in which unit. Who leads a school or a day care sits there by this function."""

    key: str
    unit: str
    function: str
    is_by_function: bool = False


PARTS = (
    Part("social", "social", "Dezernatsleitung"),
    Part("schools", "school_dept", "Dezernatsleitung"),
    Part("school_office", "school", "Amtsleitung"),
    Part("supervision", "supervision", "Schulaufsicht Grundschulen"),
    Part("education", "education", "Leitung Bildungsbüro"),
    Part("planning", "planning", "Leitung Jugendhilfeplanung"),
    Part("youth_work", "okja", "Leitung Offene Kinder- und Jugendarbeit"),
    Part("integration", "integration", "Leitung Kommunales Integrationszentrum"),
    Part("kita_1", ground.EMPLOYERS[0], "Leitung der Kita Kastanienhof", is_by_function=True),
    Part("kita_2", ground.EMPLOYERS[2], "Leitung der Kita Regenbogenbrücke", is_by_function=True),
    Part("kita_3", "youth", "Leitung des Familienzentrums Sternwarte", is_by_function=True),
    Part("provider_1", ground.EMPLOYERS[0], "Geschäftsführung"),
    Part("provider_2", ground.EMPLOYERS[1], "Geschäftsführung"),
    Part("provider_3", ground.EMPLOYERS[2], "Fachbereichsleitung Jugend"),
    Part("provider_4", ground.EMPLOYERS[3], "Geschäftsführung"),
    Part("provider_5", ground.EMPLOYERS[4], "Regionalleitung"),
    Part("transition", "transition", "Teamleitung Übergang Kita–Grundschule"),
    Part("ssw", "ssw", "Teamleitung Schulsozialarbeit"),
)
#: So many schools of this form send their heads.
SCHOOLS, PRIMARY = 2, "02"
#: Who stands in for whoever heads the youth office, which leads two bodies here.
DEPUTY_HEAD = Part("deputy_head", "youth", "Stellvertretende Amtsleitung")


@dataclass(frozen=True, slots=True)
class Played:
    """Somebody who plays a part, with who stands in for them, and the unit that sends them if one does."""

    person: Person
    deputy: Person
    owner: Organisation | None
    label: str


def load(
    work: Work, people: Iterator[InventedPerson], units: dict[str, Organisation], schools: Sequence[Place]
) -> dict[str, Played]:
    """Enter everybody, and who stands in for each; returns them by the key of their part."""
    found = {one.key: _play(work, people, one, units[one.unit]) for one in PARTS}
    heads = [place for place in schools if place.school is not None and place.school.form_code == PRIMARY]
    for n, place in enumerate(heads[:: max(len(heads) // SCHOOLS, 1)][:SCHOOLS], 1):
        part = Part(f"school_{n}", "", f"Schulleitung {place.name}", is_by_function=True)
        found[part.key] = _play(work, people, part, None)
    head = staff.add_person(work, next(people), DEPUTY_HEAD.function, units[DEPUTY_HEAD.unit])
    found[DEPUTY_HEAD.key] = Played(head, head, units[DEPUTY_HEAD.unit], "")
    return found


def _play(work: Work, people: Iterator[InventedPerson], part: Part, unit: Organisation | None) -> Played:
    person = staff.add_person(work, next(people), part.function, unit)
    deputy = staff.add_person(work, next(people), f"Stellvertretende {part.function}", unit)
    if part.is_by_function:
        return Played(person, deputy, None, part.function)
    return Played(person, deputy, unit, "")
