"""Fills a migrated database with a given number of people and places; the same rows for the same number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import Engine, insert, text
from sqlalchemy.orm import Session

from coordination.accounts.models import UserAccount
from coordination.accounts.passwords import hash_password
from coordination.core.collation import sort_key
from coordination.demo.names import FAMILY, GIVEN
from coordination.directory.models import Assignment, District, Organisation, Person, Place, Presence, School
from coordination.directory.rules import Function, Funding, OrganisationKind, PlaceKind
from coordination.search import services as search

EMAIL, PASSWORD = "bench@example.org", "bench bench bench bench"
SYLLABLES = [
    "ber",
    "lin",
    "kam",
    "fro",
    "bel",
    "sen",
    "ne",
    "mar",
    "tin",
    "ost",
    "wes",
    "nor",
    "sud",
    "bach",
    "feld",
    "wald",
    "hof",
    "tal",
    "berg",
    "see",
    "au",
    "burg",
    "dorf",
    "heim",
]
SCHOOL_WORDS = ("schule", "gymnasium", "gesamtschule", "realschule", "kolleg", "treff", "haus")
BATCH = 5000
#: Names looked for by two words. So many have each at every size: the page is full, and growth is that of the search.
PAIRS = ("mira ahorn", "lena distel", "till wald", "emre ginster", "ada birke", "jona eibe")
NAMESAKES = 25


def _word(random: Random, parts: int = 3) -> str:
    return "".join(random.choice(SYLLABLES) for _ in range(parts))


def _places(number: int, random: Random) -> Iterator[dict[str, Any]]:
    for key in range(1, number + 1):
        name = f"{_word(random).title()}{random.choice(SCHOOL_WORDS)}"
        texts = dict.fromkeys(("official_name", "facility_type", "fax", "website", "source_note"), "")
        yield {
            "id": key,
            "kind": PlaceKind.SCHOOL,
            "name": name,
            "sort_name": sort_key(name),
            "street": f"{_word(random).title()}straße {random.randrange(1, 200)}",
            "postcode": "33600",
            "city": "Bielefeld",
            "phone": f"+49521{random.randrange(100000, 999999)}",
            "email": f"{key}@example.org",
            "district_id": key % 10 + 1,
            "version": 1,
            **texts,
        }


def _schools(number: int) -> Iterator[dict[str, Any]]:
    for key in range(1, number + 1):
        yield {
            "place_id": key,
            "number": f"{key:06d}",
            "form_code": "02",
            "short_name": "",
            "legal_form": "1",
            "maintainer_number": "",
            "municipality": "05711000",
            "operation_key": "1",
        }


def _people(number: int, random: Random) -> Iterator[dict[str, Any]]:
    for key in range(1, number + 1):
        given, family = random.choice(GIVEN), f"{random.choice(FAMILY)}-{_word(random, 2).title()}"
        if key <= len(PAIRS) * NAMESAKES:
            given, family = (part.title() for part in PAIRS[key % len(PAIRS)].split())
        yield {
            "id": key,
            "given_name": given,
            "family_name": family,
            "sort_name": sort_key(family, given),
            "title": "",
            "function": "Schulsozialarbeit",
            "organisation_id": 1,
            "phone": f"+49521{random.randrange(1000000, 9999999)}",
            "mobile": "",
            "email": f"p{key}@example.org",
            "version": 1,
        }


def _assignments(people: int, places: int) -> Iterator[dict[str, Any]]:
    for key in range(1, people + 1):
        yield {
            "id": key,
            "person_id": key,
            "place_id": key % places + 1,
            "employer_id": 1,
            "function": Function.SCHOOL_SOCIAL_WORK,
            "target_group": "",
            "funding": Funding.MUNICIPAL,
            "valid_from": date(2024, 8, 1),
            "confirmed_by": "",
            "version": 1,
        }


def _presences(people: int) -> Iterator[dict[str, Any]]:
    for key in range(1, people + 1):
        for weekday in (key % 5, (key + 2) % 5):
            yield {
                "assignment_id": key,
                "weekday": weekday,
                "starts_at": time(8),
                "ends_at": time(13),
                "room": "Raum 1",
            }


def fill(engine: Engine, total: int) -> tuple[int, int]:
    """Store ``total`` people and places, three of four of them people; return how many of each."""
    random = Random(1)
    places = total // 4
    people = total - places
    with Session(engine) as session:
        session.add_all(District(id=n + 1, number=str(n), name=f"Bezirk {n}") for n in range(10))
        texts = dict.fromkeys(
            ("short_name", "phone", "email", "website", "street", "postcode", "city", "maintainer_number"), ""
        )
        session.add(Organisation(id=1, kind=OrganisationKind.PROVIDER, name="Träger", **texts))
        session.flush()
        for model, rows in (
            (Place, _places(places, random)),
            (School, _schools(places)),
            (Person, _people(people, random)),
            (Assignment, _assignments(people, places)),
            (Presence, _presences(people)),
        ):
            while some := list(islice(rows, BATCH)):
                session.execute(insert(model), some)
        account = UserAccount(
            email=EMAIL,
            display_name="Bench",
            password_hash=hash_password(PASSWORD),
            person_id=1,
            language="de",
            theme="system",
            generation=0,
            created_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
        session.add(account)
        session.flush()
        search.rebuild(session)
        session.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return places, people
