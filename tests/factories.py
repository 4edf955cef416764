"""Rows for tests, with lawful defaults: a test names only what it is about."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from hashlib import sha256
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from coordination.accounts.models import UserAccount, UserRole
from coordination.accounts.passwords import hash_password
from coordination.bodies.models import Body, Membership
from coordination.core.access import BodyRole, Role
from coordination.decisions.models import Decision, StatusEntry, Task
from coordination.decisions.rules import Status
from coordination.directory.consents.models import Consent
from coordination.directory.consents.rules import Released
from coordination.directory.further.models import PlaceFurtherDistrict
from coordination.directory.models import Absence, Assignment, District, Organisation, Person, Place, Presence, School
from coordination.directory.offers.models import Offer
from coordination.directory.offers.rules import OfferKind
from coordination.directory.responsibilities.models import Post, PostHolder, Responsibility
from coordination.directory.responsibilities.rules import Scope
from coordination.directory.rules import Function, Funding, OrganisationKind, PlaceKind
from coordination.directory.spaces.models import PlaceSocialSpace, SocialSpace
from coordination.directory.spaces.rules import SpaceOrigin
from coordination.directory.successions.models import PlaceSuccession
from coordination.files.models import StoredFile
from coordination.meetings.models import AgendaItem, ItemFile, Meeting
from coordination.meetings.rules import MeetingState, Origin
from coordination.topics.models import Topic

PASSWORD = "korrekt pferd batterie heftklammer"
LONG_AGO = date(2020, 8, 1)


@cache
def _hash() -> str:
    return hash_password(PASSWORD)


def _add(session: Session, row: Any) -> Any:
    session.add(row)
    session.flush()
    return row


def organisation(session: Session, name: str = "Trägerverein Probe e. V.", **more: Any) -> Organisation:
    texts = dict.fromkeys(
        ("short_name", "phone", "email", "website", "street", "postcode", "city", "maintainer_number"), ""
    )
    values = {"kind": OrganisationKind.PROVIDER, **texts, **more}
    found: Organisation = _add(session, Organisation(name=name, **values))
    return found


def person(session: Session, given: str = "Ada", family: str = "Ahornblatt", **more: Any) -> Person:
    values = {"title": "", "function": "", "phone": "", "mobile": "", "email": "", **more}
    found: Person = _add(session, Person(given_name=given, family_name=family, **values))
    return found


def district(session: Session, name: str = "Mitte", number: str = "0") -> District:
    found: District = _add(session, District(name=name, number=number))
    return found


def further_district(session: Session, place: Place, district: District, **more: Any) -> PlaceFurtherDistrict:
    """Let a place have always worked for a district in which it does not lie."""
    row = PlaceFurtherDistrict(place_id=place.id, district_id=district.id, **more)
    found: PlaceFurtherDistrict = _add(session, row)
    return found


def social_space(session: Session, name: str = "Ostmannturm", *places: Place, **more: Any) -> SocialSpace:
    """Store a social space with the places that have always belonged to it."""
    values = {"short_name": "", "entered_on": LONG_AGO, **more}
    found: SocialSpace = _add(session, SocialSpace(name=name, **values))
    for one in places:
        _add(session, PlaceSocialSpace(place_id=one.id, social_space_id=found.id, origin=SpaceOrigin.ENTERED))
    return found


def offer(session: Session, at: Place, name: str = "Hausaufgabenhilfe Probe", **more: Any) -> Offer:
    """Store an offer that goes on every Tuesday; nobody is said to run it."""
    texts = {"times": "dienstags 14 bis 16 Uhr", "audience": "", "link": ""}
    values = {"kind": OfferKind.OFFER, "valid_from": LONG_AGO, **texts, **more}
    found: Offer = _add(session, Offer(place_id=at.id, name=name, **values))
    return found


def succession(session: Session, before: Place, after: Place, on_day: date = LONG_AGO, **more: Any) -> PlaceSuccession:
    """Store that one place follows another."""
    values = {"source_note": "", "ends_predecessor": False, **more}
    keys = {"predecessor_id": before.id, "successor_id": after.id}
    found: PlaceSuccession = _add(session, PlaceSuccession(**keys, on_day=on_day, **values))
    return found


def place(session: Session, name: str = "Jugendtreff Probe", **more: Any) -> Place:
    texts = [
        "official_name",
        "facility_type",
        "street",
        "postcode",
        "city",
        "phone",
        "fax",
        "email",
        "website",
        "source_note",
    ]
    values = {"kind": PlaceKind.YOUTH_FACILITY, **dict.fromkeys(texts, ""), **more}
    found: Place = _add(session, Place(name=name, **values))
    return found


def school(session: Session, name: str = "Fröbelschule", number: str = "123456", **more: Any) -> Place:
    form_code = more.pop("form_code", "02")
    found = place(session, name, kind=PlaceKind.SCHOOL, **more)
    _add(
        session,
        School(
            place_id=found.id,
            number=number,
            form_code=form_code,
            short_name=f"GG {name}",
            legal_form="1",
            maintainer_number="10261",
            municipality="05711000",
            operation_key="1",
        ),
    )
    session.expire(found)
    return found


def assignment(session: Session, who: Person | None, where: Place, employer: Organisation, **more: Any) -> Assignment:
    """``times``: (weekday, from hour, to hour, room) each; Monday to Friday, 8 to 13 unless given."""
    times = more.pop("times", [(day, 8, 13, "Raum 1") for day in range(5)] if who else [])
    values = {
        "function": Function.SCHOOL_SOCIAL_WORK,
        "target_group": "",
        "funding": Funding.MUNICIPAL,
        "valid_from": LONG_AGO,
        "confirmed_by": "",
        **more,
    }
    found = Assignment(
        person_id=who.id if who else None,
        place_id=where.id,
        employer_id=employer.id,
        **values,
    )
    found.presences = [
        Presence(weekday=day, starts_at=time(first), ends_at=time(last), room=room) for day, first, last, room in times
    ]
    stored: Assignment = _add(session, found)
    return stored


def consents(session: Session, who: Person, *, phone: str = "", photo: bytes | None = None) -> None:
    """Store what somebody released about themselves."""
    since = date(2026, 11, 1)
    if phone:
        _add(session, Consent(person_id=who.id, what=Released.PHONE, given_on=since, wording=1, phone=phone))
    if photo:
        _add(session, Consent(person_id=who.id, what=Released.PHOTO, given_on=since, wording=1, photo=photo))


def post(session: Session, unit: Organisation, who: Person | None, topic: Topic | None = None, **more: Any) -> Post:
    """Store a post with its holder, responsible for a topic in the whole city."""
    since = more.pop("valid_from", LONG_AGO)
    row = Post(organisation_id=unit.id, function="Fachberatung Probe", valid_from=since)
    for name, value in more.items():
        setattr(row, name, value)
    if who is not None:
        row.holders = [PostHolder(person_id=who.id, valid_from=since)]
    if topic is not None:
        session.flush()
        row.responsibilities = [Responsibility(topic_id=topic.id, scope=Scope.EVERYWHERE, valid_from=since)]
    found: Post = _add(session, row)
    return found


def absence(session: Session, who: Person, first: date, last: date | None = None, **more: Any) -> Absence:
    found: Absence = _add(session, Absence(person_id=who.id, first_on=first, last_on=last, **more))
    return found


def account(session: Session, email: str = "ada@example.org", *roles: Role, **more: Any) -> UserAccount:
    """``keeps``: the organisation that a directory keeper is limited to; the password is ``PASSWORD``."""
    keeps = more.pop("keeps", None)
    values = {
        "display_name": email.split("@", maxsplit=1)[0].title(),
        "password_hash": _hash(),
        "language": "de",
        "theme": "system",
        "generation": 0,
        "created_at": datetime(2026, 1, 1, tzinfo=UTC),
        **more,
    }
    found = UserAccount(email=email, **values)
    found.roles = [
        UserRole(role=role, organisation_id=keeps.id if keeps and role is Role.DIRECTORY_KEEPER else None)
        for role in roles
    ]
    stored: UserAccount = _add(session, found)
    return stored


def member(session: Session, who: Person, body_name: str, role: BodyRole = BodyRole.VOTING_MEMBER, **more: Any) -> Body:
    body = session.query(Body).filter_by(name=body_name).first() or _add(session, Body(name=body_name))
    values = {"valid_from": LONG_AGO, **more}
    _add(session, Membership(body_id=body.id, person_id=who.id, role=role, **values))
    found: Body = body
    return found


def meeting(session: Session, body: Body, day: date, hour: int = 14, **more: Any) -> Meeting:
    """``hours``: how long it takes; its date is fixed unless a ``state`` is given."""
    starts_at = datetime.combine(day, time(hour))
    values = {
        "title": "Sitzung Probe",
        "ends_at": starts_at + timedelta(hours=more.pop("hours", 2)),
        "state": MeetingState(more.pop("state", "fixed")),
        "uid": f"{uuid4()}@koordination",
        "revised_at": datetime(2026, 1, 1, tzinfo=UTC),
        **more,
    }
    found: Meeting = _add(session, Meeting(body_id=body.id, starts_at=starts_at, **values))
    return found


def item(session: Session, held: Meeting, title: str = "Punkt Probe", **more: Any) -> AgendaItem:
    last = session.query(AgendaItem).filter_by(meeting_id=held.id).count()
    found: AgendaItem = _add(session, AgendaItem(meeting_id=held.id, position=last + 1, title=title, **more))
    return found


def item_file(session: Session, of: AgendaItem, name: str, content: bytes = b"Text") -> ItemFile:
    """Only the rows: whoever opens it puts ``content`` into the store."""
    values = {"media_type": "text/plain", "size": len(content), "added_at": datetime(2026, 1, 1, tzinfo=UTC)}
    row = _add(session, StoredFile(digest=sha256(content).hexdigest(), name=name, **values))
    found: ItemFile = _add(session, ItemFile(item_id=of.id, file_id=row.id))
    return found


def decision(session: Session, held: Meeting, text: str = "Beschluss Probe", **more: Any) -> Decision:
    """``on``: its item; a new one unless given."""
    on = more.pop("on", None) or item(session, held)
    number = session.query(Decision).filter_by(body_id=held.body_id, year=held.starts_at.year).count() + 1
    values = {"body_id": held.body_id, "year": held.starts_at.year, "number": number, **more}
    found: Decision = _add(session, Decision(meeting_id=held.id, item_id=on.id, text=text, **values))
    return found


def task(session: Session, held: Meeting, text: str = "Aufgabe Probe", who: Person | None = None, **more: Any) -> Task:
    on = more.pop("on", None) or item(session, held)
    person_id = who.id if who else None
    row = Task(body_id=held.body_id, meeting_id=held.id, item_id=on.id, text=text, person_id=person_id, **more)
    found: Task = _add(session, row)
    return found


def status_entry(session: Session, row: Decision) -> StatusEntry:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    values = {"origin": Origin.OFFICE, "before": Status.DONE, "after": Status.OPEN, "note": ""}
    found: StatusEntry = _add(session, StatusEntry(decision_id=row.id, at=at, **values))
    return found
