"""Loading the demonstration into an empty database, once; and saying at every start who can sign in."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from flask import current_app
from sqlalchemy import select

from config import Settings
from coordination.accounts import passwords, services
from coordination.accounts.models import UserAccount
from coordination.accounts.services import AccountInput, RoleGrant
from coordination.core.access import SYSTEM, Role
from coordination.core.work import Work, work_as
from coordination.demo import (
    agenda,
    attendance,
    bodies,
    cast,
    confirmed,
    decisions,
    freezing,
    ground,
    invitations,
    mails,
    meetings,
    minutes,
    names,
    offers,
    pasts,
    posts,
    rounds,
    staff,
    trail,
)
from coordination.demo.staff import Filling, Post
from coordination.directory import queries
from coordination.directory.models import Organisation, Person, Place
from coordination.directory.rules import Function, PlaceKind
from coordination.web.extensions import db

SEED = 20260801
YOUTH_WORKERS = 40

#: (address, unit of the person, function, roles): one account for each kind of person.
OFFICE = (
    ("verwaltung@example.org", "city", "Administration", (Role.ADMINISTRATOR,)),
    ("koordination@example.org", "education", "Geschäftsführung der Gremien", (Role.COORDINATOR,)),
    ("verzeichnis@example.org", "ssw", "Koordination Schulsozialarbeit", (Role.DIRECTORY_KEEPER,)),
    ("traeger@example.org", ground.EMPLOYERS[0], "Fachbereichsleitung", (Role.DIRECTORY_KEEPER,)),
    ("planung@example.org", "planning", "Jugendhilfeplanung", (Role.PLANNER,)),
    ("leitung@example.org", "youth", "Amtsleitung", (Role.LEAD,)),
)
PROFESSIONAL = "fachkraft@example.org"
LABELS = {
    "verwaltung@example.org": "Administration",
    "koordination@example.org": "Koordination der Gremien",
    "verzeichnis@example.org": "Verzeichnispflege, ganze Stadt",
    "traeger@example.org": "Verzeichnispflege, ein Träger",
    "planung@example.org": "Planung",
    "leitung@example.org": "Leitung eines Amtes",
    PROFESSIONAL: "Fachkraft an der Fröbelschule",
}


def ensure(settings: Settings) -> list[str]:
    """Load the demonstration if nothing is there yet; return the lines that say who can sign in."""
    path = settings.instance_path / "demo-accounts.json"
    session = db.session()
    is_empty = session.scalar(select(UserAccount.id).limit(1)) is None
    session.rollback()
    if is_empty:
        logins = {email: secrets.token_urlsafe(9) for email in LABELS}
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(logins, file)
        load(settings.municipality, logins)
    if not path.exists():
        return []
    known = json.loads(path.read_text())
    width = max(len(label) for label in LABELS.values())
    return ["", "  Demo:", *(f"  {LABELS[e]:<{width}}  {e:<28}{p}" for e, p in known.items())]


def load(municipality: str, logins: dict[str, str]) -> None:
    """Load everything; ``logins`` has the password of each demo account."""
    make(municipality, logins)
    freezing.freeze(db.session())
    trail.load(db.session())


def make(municipality: str, logins: dict[str, str]) -> None:
    """Load everything but the frozen minutes, whose files take most of the time."""
    session = db.session()
    hashes = {email: passwords.hash_password(password) for email, password in logins.items()}
    with work_as(session, SYSTEM) as work:
        units = ground.load_units(work)
    ground.load_schools(session, municipality)
    with work_as(session, SYSTEM) as work:
        ground.load_districts(work)
        ground.load_further(work)
        ground.load_spaces(work)
        facilities = ground.load_facilities(work)
        ground.load_sites(work)
        _load_people(work, units, facilities, hashes)


def _load_people(work: Work, units: dict[str, Organisation], facilities: list[Place], hashes: dict[str, str]) -> None:
    random = Random(SEED)  # noqa: S311 - the demonstration is the same each time; nothing secret
    people = names.people(random)
    office = [
        (email, staff.add_person(work, next(people), word, units[unit]), roles) for email, unit, word, roles in OFFICE
    ]
    schools = [p for p in queries.places(work.session, work.today, kind=PlaceKind.SCHOOL) if p.name != "Fröbelschule"]
    employers = [units["city"], *(units[name] for name in ground.EMPLOYERS)]
    workers = []
    for group in staff.school_posts(schools, random):
        employer = random.choice(employers)
        person = staff.add_person(work, next(people), "Schulsozialarbeit", employer)
        since = staff.school_year(work.today).replace(year=work.today.year - random.randrange(1, 6))
        for post in group:
            staff.add_assignment(work, person, post, Filling(employer, since), random=random)
        workers.append(person)
    for post in staff.facility_posts(facilities, YOUTH_WORKERS):
        employer = random.choice(employers)
        person = staff.add_person(work, next(people), "Offene Kinder- und Jugendarbeit", employer)
        since = date(work.today.year - random.randrange(1, 9), random.randrange(1, 13), 1)
        staff.add_assignment(work, person, post, Filling(employer, since), random=random)
    professional = _froebel(work, people, employers, random)
    _stories(work, workers, schools, employers=employers, random=random)
    offers.load(work, units)
    _accounts(work, office, professional, units=units, hashes=hashes)
    _invited(work, workers[11:14])
    site = current_app.extensions["koordination.site"]
    rounds.load(work, site, asked=units[ground.EMPLOYERS[0]], asked_long_ago=units["city"])
    seated = [person for _email, person, _roles in office]
    town = bodies.Town(units, workers, cast.load(work, people, units, schools))
    bodies.load(work, seated, professional, town)
    posts.load(work, units, town.played, workers[2])
    meetings.load(work)
    agenda.load(work)
    invitations.load(work, site)
    attendance.load(work)
    decisions.load(work)
    minutes.load(work)
    pasts.load(work)
    _at_a_site(work, next(people), units[ground.EMPLOYERS[2]])
    confirmed.load(work, next(person for email, person, _roles in office if email.startswith("verzeichnis")))


def _at_a_site(work: Work, one: names.InventedPerson, employer: Organisation) -> None:
    """Let somebody work at the further building of a school: the last to come, so that all else stays as it is."""
    sites = queries.places(work.session, work.today, kind=PlaceKind.SCHOOL_SITE)
    place = next((site for site in sites if site.name == ground.STAFFED_SITE), None)
    if place is None:
        return
    random = Random(SEED)  # noqa: S311 - as above
    person = staff.add_person(work, one, "Schulsozialarbeit", employer)
    post = Post(place, Function.SCHOOL_SOCIAL_WORK, staff.HALF, staff.SECOND_HALF)
    staff.add_assignment(work, person, post, Filling(employer, staff.school_year(work.today)), random=random)


def _froebel(
    work: Work, people: Iterator[names.InventedPerson], employers: list[Organisation], random: Random
) -> Person:
    """Fill the school that the handbook tells of: two people, one there every day, and one who left last year."""
    place = next(p for p in queries.places(work.session, work.today, kind=PlaceKind.SCHOOL) if p.name == "Fröbelschule")
    year = staff.school_year(work.today)
    whole = Post(place, Function.SCHOOL_SOCIAL_WORK, Decimal(1), staff.WHOLE_WEEK)
    half = Post(place, Function.SCHOOL_SOCIAL_WORK, staff.HALF, staff.FIRST_HALF)
    professional = staff.add_person(work, next(people), "Schulsozialarbeit", employers[0])
    staff.add_assignment(
        work, professional, whole, Filling(employers[0], year.replace(year=year.year - 2)), random=random
    )
    colleague = staff.add_person(work, next(people), "Schulsozialarbeit", employers[1])
    staff.add_assignment(work, colleague, half, Filling(employers[1], year), random=random)
    former = staff.add_person(work, next(people), "Schulsozialarbeit", employers[1])
    former.valid_until = year - timedelta(days=1)
    filling = Filling(employers[1], year.replace(year=year.year - 3), year - timedelta(days=1))
    staff.add_assignment(work, former, half, filling, random=random)
    return professional


def _stories(
    work: Work, workers: list[Person], schools: list[Place], *, employers: list[Organisation], random: Random
) -> None:
    """Add what happens in such a list: contracts that end, absences, vacancies, a start that is planned."""
    today = work.today
    assigned = {
        a.person_id: a for a in queries.assignments_of(work.session, [w.id for w in workers], today, planned=False)
    }
    for n, days in enumerate((24, 41, 58, 83)):
        assigned[workers[7 + 9 * n].id].valid_until = today + timedelta(days=days)
    covered = staff.add_absence(work, workers[3], today - timedelta(days=20), None)
    covered.substitute_id = workers[4].id
    staff.add_absence(work, workers[15], today - timedelta(days=2), today + timedelta(days=12))
    for place in schools[5:60:14]:
        post = Post(place, Function.SCHOOL_SOCIAL_WORK, staff.HALF, ())
        staff.add_assignment(
            work, None, post, Filling(random.choice(employers), today - timedelta(days=60)), random=random
        )
    planned = Post(schools[20], Function.SCHOOL_SOCIAL_WORK, staff.HALF, staff.SECOND_HALF)
    start = (today.replace(day=1) + timedelta(days=62)).replace(day=1)
    staff.add_assignment(work, workers[-1], planned, Filling(employers[2], start), random=random)


def _accounts(
    work: Work,
    office: Sequence[tuple[str, Person, tuple[Role, ...]]],
    professional: Person,
    *,
    units: dict[str, Organisation],
    hashes: dict[str, str],
) -> None:
    site = current_app.extensions["koordination.site"]
    for email, person, roles in [*office, (PROFESSIONAL, professional, ())]:
        scope = units[ground.EMPLOYERS[0]].id if email.startswith("traeger") else None
        grants = [RoleGrant(role, scope) for role in roles]
        account = services.create_account(work, AccountInput(email, person.name, person.id, grants), site)
        account.password_hash = hashes[email]
        mails.arrived(work, account)


def _invited(work: Work, people: Sequence[Person]) -> None:
    """Invite people who have not come yet: of the first the address was wrong, the others hear soon."""
    site = current_app.extensions["koordination.site"]
    for number, person in enumerate(people):
        account = services.create_account(work, AccountInput(person.email, person.name, person.id), site)
        if number == 0:
            mails.refused(work, account)
