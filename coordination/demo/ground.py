"""What is real in the demonstration: districts, two states of the school file, facilities, the departments."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import SYSTEM
from coordination.core.work import Work, writing
from coordination.directory import import_jobs, school_import
from coordination.directory.further.models import PlaceFurtherDistrict
from coordination.directory.models import District, Organisation, Place, School
from coordination.directory.rules import OrganisationKind, PlaceKind
from coordination.directory.school_file import SchoolFile, read_schools
from coordination.directory.sites import proposals
from coordination.directory.spaces import services as space_services
from coordination.directory.spaces.models import PlaceSocialSpace
from coordination.directory.spaces.rules import SpaceOrigin
from coordination.directory.spaces.services import SpaceInput
from coordination.directory.successions import proposals as succession_proposals

DATA = Path(__file__).parent.parent.parent / "data"
#: When the two states of the official file were imported: the second brings ten new and six gone.
FIRST_IMPORT = datetime(2021, 9, 20, 8, tzinfo=UTC)
SECOND_IMPORT = datetime(2026, 5, 4, 8, tzinfo=UTC)
CITY_MAINTAINER = "10261"

#: (key, parent, kind, name, short name): the two departments with their teams.
UNITS: tuple[tuple[str, str, OrganisationKind, str, str], ...] = (
    ("city", "", OrganisationKind.OTHER, "Stadt Bielefeld", ""),
    ("social", "city", OrganisationKind.DEPARTMENT, "Dezernat Soziales und Jugend", ""),
    ("youth", "social", OrganisationKind.OFFICE, "Amt für Jugend und Familie – Jugendamt", "510"),
    ("planning", "youth", OrganisationKind.TEAM, "Jugendhilfeplanung und Jugendpflege", ""),
    ("okja", "youth", OrganisationKind.TEAM, "Offene Kinder- und Jugendarbeit", ""),
    ("school_dept", "city", OrganisationKind.DEPARTMENT, "Dezernat Schule und Bildung", ""),
    ("school", "school_dept", OrganisationKind.OFFICE, "Amt für Schule", "400"),
    ("education", "school", OrganisationKind.DIVISION, "Bildungsbüro", ""),
    ("ssw", "education", OrganisationKind.TEAM, "Koordination Schulsozialarbeit", ""),
    ("transition", "education", OrganisationKind.TEAM, "Übergang Kita–Grundschule", ""),
    ("monitoring", "education", OrganisationKind.TEAM, "Bildungsmonitoring und Schulentwicklungsplanung", ""),
    ("integration", "social", OrganisationKind.OFFICE, "Kommunales Integrationszentrum", ""),
    ("supervision", "", OrganisationKind.OTHER, "Schulamt für die Stadt Bielefeld", ""),
)
#: Where mail to a unit goes; nobody is there: reminders of the demonstration reach no real office.
ADDRESSES = {
    "city": "stadt",
    "social": "dezernat-soziales",
    "youth": "jugendamt",
    "planning": "jugendhilfeplanung",
    "okja": "offene-jugendarbeit",
    "school_dept": "dezernat-schule",
    "school": "amt-fuer-schule",
    "education": "bildungsbuero",
    "ssw": "schulsozialarbeit",
    "transition": "uebergang-kita-schule",
    "monitoring": "bildungsmonitoring",
    "integration": "integrationszentrum",
    "supervision": "schulamt",
}
#: Districts that the demonstration cuts into social spaces.
CUT = ("Mitte", "Brackwede", "Heepen")
#: Two schools of Mitte that stand in the catchment zone of a primary school of this district (official numbers).
AT_THE_EDGE, FURTHER = ("161986", "161998"), "Schildesche"
#: The site at which somebody of the demonstration works.
STAFFED_SITE = "GS Schröttinghausen"
CONTACT = ("phone", "fax", "email", "website")
#: Employers of the invented professionals; invented as well, as nobody real employs them.
EMPLOYERS = (
    "Trägerverein Lindenblüte e. V.",
    "Jugendwerk Sparrenblick gGmbH",
    "Kinderhilfe Teutoburger Bogen e. V.",
    "Sozialwerk Lutterbach gGmbH",
    # As long as real ones are: every page shows what it does with it.
    "Gemeinnützige Gesellschaft für Schulsozialarbeit und Familienbildung im Ravensberger Land mbH",
)


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / "bielefeld" / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def load_units(work: Work) -> dict[str, Organisation]:
    """Store the departments and employers; returns them by key, employers by name."""
    units: dict[str, Organisation] = {}
    for key, parent, kind, name, short_name in UNITS:
        units[key] = _organisation(work, kind, name, short_name=short_name, parent=units.get(parent))
        units[key].email = f"{ADDRESSES[key]}@example.org"
    units["city"].maintainer_number = CITY_MAINTAINER
    for number, name in enumerate(EMPLOYERS, 1):
        units[name] = _organisation(work, OrganisationKind.PROVIDER, name)
        units[name].email = f"traeger-{number}@example.org"
    return units


def _organisation(
    work: Work, kind: OrganisationKind, name: str, *, short_name: str = "", parent: Organisation | None = None
) -> Organisation:
    found = Organisation(kind=kind, name=name, short_name=short_name, parent_id=parent.id if parent else None)
    for field in ("phone", "email", "website", "street", "postcode", "city", "maintainer_number"):
        setattr(found, field, "")
    work.session.add(found)
    work.record("organisation.created", found)
    return found


def load_schools(session: Session, municipality: str) -> None:
    """Import the file of September 2021, then that of 2026, each on its day; then districts."""
    nrw = DATA / "nrw"
    for now, path in (
        (FIRST_IMPORT, DATA / "history" / "schools_bielefeld_2021-09.csv"),
        (SECOND_IMPORT, DATA / "schools_bielefeld.csv"),
    ):
        is_new = now is SECOND_IMPORT
        file = read_schools(
            path.read_bytes(),
            municipality=municipality,
            pupils=(nrw / "anzahlen.csv").read_bytes() if is_new else None,
            social_index=(nrw / "sozialindex.csv").read_bytes() if is_new else None,
        )
        with writing():
            work = Work(session, SYSTEM, now)
            applied = school_import.apply(work, file, municipality, _followed(work, file, municipality))
            import_jobs.note_import(work, applied, filename=path.name, municipality=municipality)
            work.finish()


def _followed(work: Work, file: SchoolFile, municipality: str) -> list[school_import.Wanted]:
    """Return what follows the schools that the file no longer has: what its import ticks beforehand, and no more."""
    stored = school_import.stored_schools(work.session, municipality)
    changes = school_import.preview(work.session, file, municipality)
    found = succession_proposals.propose(changes, stored, file.records, today=work.today)
    return [(one.gone, one.successor, one.on_day) for one in found if one.is_ticked]


def load_districts(work: Work) -> None:
    """Store the districts and which school lies in which: the city's list as a fact, the rest as a guess."""
    districts = {
        row["stadtbezirk"]: District(number=row["stadtbezirk_nr"], name=row["stadtbezirk"])
        for row in _rows("stadtbezirke.csv")
    }
    work.session.add_all(districts.values())
    work.session.flush()
    places = {row[0]: row[1] for row in work.session.execute(select(School.number, Place).join(School.place))}
    for row in _rows("schools_bielefeld_zusatz.csv"):
        place = places.get(row["Schulnummer"])
        if place is None:
            continue
        known, guessed = row["stadtbezirk_stadtliste_2022"], row["stadtbezirk_abgeleitet"]
        place.district_id = districts[known].id if known else None
        place.inferred_district_id = districts[guessed].id if guessed else None
    work.touch(list(places.values()))


def load_further(work: Work) -> None:
    """Let two schools work for the district next to theirs, whose primary school is the nearest to them.

    Where they stand is open data; that they work for it is invented, as all that people do here.
    """
    found = select(District.id).where(District.name == FURTHER)
    schools = select(Place).join(School.place).where(School.number.in_(AT_THE_EDGE)).order_by(School.number)
    district_id = work.session.scalars(found).one()
    places = work.session.scalars(schools).all()
    work.session.add_all(PlaceFurtherDistrict(place_id=one.id, district_id=district_id) for one in places)
    work.touch(places)


def load_spaces(work: Work) -> None:
    """Cut some districts into two social spaces each, north and south of the school in the middle.

    No plan of the city is open data, so these are examples and say so. The school in the middle belongs to both.
    They have been there as long as the schools, so that years can be compared.
    """
    for name in CUT:
        district = work.session.scalars(select(District).where(District.name == name)).one()
        inside = select(Place).where(Place.district_id == district.id, Place.utm_north.is_not(None))
        places = work.session.scalars(inside.order_by(Place.utm_north.desc(), Place.id)).all()
        middle = len(places) // 2
        for word, letter, mine in (("Nord", "N", places[: middle + 1]), ("Süd", "S", places[middle:])):
            space = space_services.create_space(
                work, SpaceInput(f"Beispiel {name}-{word}", f"{name[:2].upper()}-{letter}", district.id)
            )
            space.entered_on = clock.wall_date(FIRST_IMPORT)
            work.session.add_all(
                PlaceSocialSpace(place_id=one.id, social_space_id=space.id, origin=SpaceOrigin.ENTERED) for one in mine
            )


def load_sites(work: Work) -> None:
    """Store the further buildings of schools that the catchment zones name; where they lie no open data says."""
    for one in proposals.read(work.session, work.today).open:
        site = Place(
            kind=PlaceKind.SCHOOL_SITE,
            name=one.label,
            parent_id=one.school.id,
            operator_id=one.school.operator_id,
            source_note="Einzugsbereiche der Grundschulen 2024/25, Stadt Bielefeld",
            entered_on=work.today,
        )
        for field in ("official_name", "facility_type", "street", "postcode", "city", *CONTACT):
            setattr(site, field, "")
        work.session.add(site)
        work.record("place.created", site)


def load_facilities(work: Work) -> list[Place]:
    """Store the facilities of open youth work with who runs them and where that was read."""
    districts = {d.name: d.id for d in work.session.scalars(select(District))}
    operators: dict[str, Organisation] = {}
    facilities = []
    for row in _rows("youth_facilities_bielefeld.csv"):
        operator = row["traeger"]
        if operator and operator not in operators:
            operators[operator] = _organisation(work, OrganisationKind.PROVIDER, operator)
        year = row["stand_quelle"]
        place = Place(
            kind=PlaceKind.YOUTH_FACILITY,
            name=row["name"],
            facility_type=row["art"],
            operator_id=operators[operator].id if operator else None,
            street=row["strasse"],
            postcode=row["plz"],
            city="Bielefeld",
            district_id=districts.get(row["stadtbezirk"]),
            source_note=f"öffentliche Seiten{', Stand ' + year if year else ''}; nicht amtlich",
            valid_from=date(2024, 1, 2) if "Windflöte" in row["name"] else None,
            entered_on=work.today,
        )
        for field in ("official_name", *CONTACT):
            setattr(place, field, "")
        work.session.add(place)
        work.record("place.created", place)
        facilities.append(place)
    return facilities
