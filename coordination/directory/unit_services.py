"""What is done with organisations and places: entered, changed with their history, closed, opened again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from coordination.core import registry
from coordination.core.access import Permission, Subject, require
from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_, ngettext
from coordination.core.versions import check_version
from coordination.core.work import Work
from coordination.directory import history, page_queries, position
from coordination.directory.assignment_services import Undo
from coordination.directory.models import Assignment, District, Organisation, Person, Place
from coordination.directory.offers import queries as offers
from coordination.directory.offers.models import Offer
from coordination.directory.queries import subject_of
from coordination.directory.rules import OrganisationKind, PlaceKind
from coordination.directory.sites import twins
from coordination.directory.spaces.models import SocialSpace
from coordination.directory.successions import services as successions

DAY = timedelta(days=1)
#: What has a last day, and is ended and taken up again in one way.
Unit = Organisation | Place | SocialSpace | Offer
#: What can be entered by hand; schools come from the official list.
OWN_KINDS = (PlaceKind.YOUTH_FACILITY, PlaceKind.DAY_CARE, PlaceKind.OTHER, PlaceKind.SCHOOL_SITE)


@dataclass(frozen=True, slots=True)
class OrganisationInput:
    """An organisation as typed."""

    kind: OrganisationKind
    name: str
    parent_id: int | None = None
    short_name: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    weekly_hours: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PlaceInput:
    """A place as typed, other than a school."""

    kind: PlaceKind
    name: str
    operator_id: int | None = None
    parent_id: int | None = None
    district_id: int | None = None
    facility_type: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    utm_east: int | None = None
    utm_north: int | None = None
    source_note: str = ""


def _subject(organisation_id: int | None) -> Subject:
    return Subject(organisation_ids=frozenset() if organisation_id is None else frozenset({organisation_id}))


def _is_below(session: Session, organisation_id: int, top_id: int) -> bool:
    """Return whether ``organisation_id`` is ``top_id`` or stands somewhere below it."""
    key: int | None = organisation_id
    seen: set[int] = set()
    while key is not None and key not in seen:
        if key == top_id:
            return True
        seen.add(key)
        key = session.scalar(select(Organisation.parent_id).where(Organisation.id == key))
    return False


def _check_parent(work: Work, parent_id: int | None, row: Organisation | None) -> None:
    if row is not None and row.parent_id == parent_id:
        return
    require(work.actor, Permission.DIRECTORY_EDIT, _subject(parent_id))
    if parent_id is None:
        return
    if work.session.get(Organisation, parent_id, with_for_update=True) is None:
        raise RuleViolation(N_("Please choose an organisation."), field="parent_id")
    if row is not None and _is_below(work.session, parent_id, row.id):
        raise RuleViolation(
            N_("An organisation cannot stand below itself. Please choose another one above it."), field="parent_id"
        )


def create_organisation(work: Work, data: OrganisationInput) -> Organisation:
    """Enter an organisation.

    Raises:
        RuleViolation: the one above is not there, or the same one is there already.
        Forbidden: the one above it is not the actor's to edit.
    """
    _check_parent(work, data.parent_id, None)
    parent = Organisation.parent_id
    twin = work.session.scalar(
        select(Organisation.id).where(
            Organisation.name == data.name,
            parent.is_(None) if data.parent_id is None else parent == data.parent_id,
            Organisation.valid_until.is_(None),
        )
    )
    if twin is not None:
        raise RuleViolation(N_("There is an organisation with this name at the same place of the tree."), field="name")
    organisation = Organisation(**asdict(data))
    work.session.add(organisation)
    work.record("organisation.created", organisation)
    return organisation


def change_organisation(work: Work, row: Organisation, data: OrganisationInput, *, version: int) -> None:
    """Change an organisation; what its fields held until yesterday stays in the history. That lifts the confirmation.

    Raises: as ``create_organisation``; RuleViolation also if it would stand below itself; Conflict.
    """
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(row))
    check_version(row, version)
    _check_parent(work, data.parent_id, row)
    if history.change(work, row, **asdict(data)):
        row.forget_confirmation()
        work.record("organisation.changed", row)


@dataclass(frozen=True, slots=True)
class Hanging:
    """How much still hangs on an organisation, a place or a social space."""

    children: int = 0
    people: int = 0
    assignments: Sequence[Assignment] = ()
    #: Places that it runs; of a social space those that belong to it.
    places: int = 0
    #: What other parts of the product have to say, each in a sentence.
    others: Sequence[str] = ()


def hanging_on(session: Session, row: Unit, last_on: date) -> Hanging:
    """Return what goes on after ``last_on`` although ``row`` ends: told, not changed."""
    if isinstance(row, Offer):
        return Hanging()
    if isinstance(row, SocialSpace):
        return Hanging(places=page_queries.places_by_space(session, last_on + DAY).get(row.id, 0))
    is_place = isinstance(row, Place)
    mine = Assignment.place_id == row.id if is_place else Assignment.employer_id == row.id
    assignments = session.scalars(
        select(Assignment)
        .where(mine, or_(Assignment.valid_until.is_(None), Assignment.valid_until > last_on))
        .options(joinedload(Assignment.person), joinedload(Assignment.place), joinedload(Assignment.employer))
        .order_by(Assignment.valid_from, Assignment.id)
    ).all()
    if is_place:
        return Hanging(assignments=assignments, others=_offers_hanging(session, row, last_on))
    below = select(Organisation.id).where(Organisation.parent_id == row.id, Organisation.valid_until.is_(None))
    people = select(Person.id).where(Person.organisation_id == row.id, Person.valid_until.is_(None))
    run = select(Place.id).where(Place.operator_id == row.id, Place.valid_until.is_(None))
    return Hanging(
        children=len(session.scalars(below).all()),
        people=len(session.scalars(people).all()),
        assignments=assignments,
        places=len(session.scalars(run).all()),
        others=[
            *(said for one in registry.organisation_hangs if (said := one(session, row.id, last_on))),
            *_offers_hanging(session, row, last_on),
        ],
    )


def _offers_hanging(session: Session, row: Place | Organisation, last_on: date) -> list[str]:
    count = offers.going_on(session, row, last_on)
    said = ngettext(
        "%(n)s offer or project goes on after this day.", "%(n)s offers or projects go on after this day.", count
    )
    return [said] if count else []


def end_unit(work: Work, row: Unit, last_on: date, *, version: int) -> date | None:
    """Let an organisation, a place or a social space end with ``last_on`` and return the end that it had.

    It stays findable as former.

    Raises:
        RuleViolation: a school, which ends with the official list; or a day before the beginning.
        Conflict: somebody else changed it meanwhile.
    """
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(row))
    check_version(row, version)
    _refuse_school(row)
    if isinstance(row, Place | Offer) and row.valid_from is not None and last_on < row.valid_from:
        raise RuleViolation(N_("The end lies before the beginning. Please check both days."), field="last_on")
    earlier, row.valid_until = row.valid_until, last_on
    work.record(f"{row.__tablename__}.ended", row)
    return earlier


def _refuse_school(row: Unit) -> None:
    if isinstance(row, Place) and row.kind is PlaceKind.SCHOOL:
        raise RuleViolation(N_("Schools come and go with the official list."))


def undo_end(work: Work, row: Unit, undo: Undo) -> None:
    """Give an organisation, a place or a social space the end it had before it was ended, or taken up again.

    Raises:
        RuleViolation: a school.
        Conflict: it was changed since.
    """
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(row))
    check_version(row, undo.version)
    _refuse_school(row)
    # What was only taken up again ends as it had ended.
    done, row.valid_until = "ended" if row.valid_until is None else "end_undone", undo.earlier
    work.record(f"{row.__tablename__}.{done}", row)
    if isinstance(row, Place):
        successions.end_was_set(work, row)


def reopen_unit(work: Work, row: Unit, *, version: int) -> None:
    """Let an organisation, a place or a social space go on without an end.

    Raises: as ``undo_end``.
    """
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(row))
    check_version(row, version)
    _refuse_school(row)
    row.valid_until = None
    work.record(f"{row.__tablename__}.reopened", row)
    if isinstance(row, Place):
        successions.end_was_set(work, row)


def _check_place(work: Work, data: PlaceInput, row: Place | None) -> None:
    if data.kind not in OWN_KINDS:
        raise RuleViolation(N_("Schools come and go with the official list."), field="kind")
    if data.kind is PlaceKind.SCHOOL_SITE:
        require(work.actor, Permission.DIRECTORY_EDIT_ALL)
        school = work.session.get(Place, data.parent_id) if data.parent_id else None
        if school is None or school.kind is not PlaceKind.SCHOOL:
            raise RuleViolation(N_("Please choose the school that the site belongs to."), field="parent_id")
    if row is None or row.operator_id != data.operator_id:
        _check_operator(work, data.operator_id)
    _check_district(work, data.district_id)


def _check_operator(work: Work, operator_id: int | None) -> None:
    require(work.actor, Permission.DIRECTORY_EDIT, _subject(operator_id))
    if operator_id is not None and work.session.get(Organisation, operator_id, with_for_update=True) is None:
        raise RuleViolation(N_("Please choose an organisation."), field="operator_id")


def _check_district(work: Work, district_id: int | None) -> None:
    if district_id is not None and work.session.get(District, district_id) is None:
        raise RuleViolation(N_("Please choose a district."), field="district_id")


def create_place(work: Work, data: PlaceInput, *, despite_twin: str = "") -> Place:
    """Enter a facility, a day care, a school's site or another place.

    Raises:
        RuleViolation: a school; or the same place is there already.
        SameSite: the school has a site of this name, and nobody said (``despite_twin``, of what was asked) that it is
            another one.
        Forbidden: the operator is not the actor's to edit.
    """
    _check_place(work, data, None)
    if data.kind is PlaceKind.SCHOOL_SITE:
        twins.ask(work, twins.Wanted(data.name, data.parent_id, data.street, answered=despite_twin))
    elif _is_there(work.session, data):
        raise RuleViolation(N_("There is a place with this name and address already."), field="name")
    place = Place(**asdict(data), entered_on=work.today)
    work.session.add(place)
    work.record("place.created", place)
    return place


def _is_there(session: Session, data: PlaceInput) -> bool:
    same = Place.name == data.name, Place.kind == data.kind, Place.street == data.street
    return session.scalar(select(Place.id).where(*same, Place.valid_until.is_(None)).limit(1)) is not None


def change_place(work: Work, row: Place, data: PlaceInput, *, version: int, despite_twin: str = "") -> None:
    """Change a place other than a school; what its fields held stays in the history. That lifts the confirmation.

    Raises: as ``create_place``; Conflict if somebody else changed it meanwhile.
    """
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(row))
    check_version(row, version)
    _check_place(work, data, row)
    is_called_so = (row.name, row.parent_id) == (data.name, data.parent_id)
    if data.kind is PlaceKind.SCHOOL_SITE and not is_called_so:
        wanted = twins.Wanted(data.name, data.parent_id, data.street, own=row.id, answered=despite_twin)
        twins.ask(work, wanted)
    if history.change(work, row, **asdict(data) | _stored_position(row, data)):
        row.forget_confirmation()
        work.record("place.changed", row)


def _stored_position(row: Place, data: PlaceInput) -> dict[str, int | None]:
    """Return the position that stays: the official list's, and one that was only shown and sent back."""
    stored, sent = position.spot(row.utm_east, row.utm_north), position.spot(data.utm_east, data.utm_north)
    stays = row.school is not None or (stored is not None and sent is not None and position.is_same(stored, sent))
    return {"utm_east": row.utm_east, "utm_north": row.utm_north} if stays else {}


def change_school(work: Work, row: Place, *, district_id: int | None, operator_id: int | None, version: int) -> None:
    """Change what the official list does not say of a school: its district and who runs it.

    The list's word for all else stays.

    Raises:
        Conflict: somebody else changed it meanwhile.
    """
    require(work.actor, Permission.DIRECTORY_EDIT_ALL)
    check_version(row, version)
    _check_district(work, district_id)
    if operator_id != row.operator_id:
        _check_operator(work, operator_id)
    if history.change(work, row, district_id=district_id, operator_id=operator_id):
        work.record("place.changed", row)
