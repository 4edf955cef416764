"""The nouns of the directory: people, organisations, places and who is where."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, Text, UniqueConstraint, event, inspect
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coordination.core.collation import SORT_KEY_LENGTH, sort_key
from coordination.core.db import KEYS_ONCE, Base, UtcDateTime
from coordination.core.versions import next_version
from coordination.directory.rules import Function, Funding, HolidayPresence, OrganisationKind, PlaceKind, called

#: Compared byte by byte on both databases, whatever language the server was set up in.
SortKey = String(SORT_KEY_LENGTH).with_variant(String(SORT_KEY_LENGTH, collation="C"), "postgresql")


def _person_key(context: Any) -> str:
    values = context.get_current_parameters()
    return sort_key(values["family_name"], values["given_name"])


def _place_key(context: Any) -> str:
    return sort_key(context.get_current_parameters()["name"])


def _email_key(context: Any) -> str:
    return str(context.get_current_parameters()["email"]).lower()


class Confirmed:
    """What says when somebody last said that an entry is right; the trail keeps what was said before."""

    confirmed_on: Mapped[date | None] = mapped_column()
    #: Who said so, in words: a person, an employer, or the file that it was read from.
    confirmed_by: Mapped[str] = mapped_column(String(120), default="", server_default="")

    def forget_confirmation(self) -> None:
        """Note that nobody has said that it is right as it says now: a keeper has changed it."""
        self.confirmed_on, self.confirmed_by = None, ""


class District(Base):
    """A Stadtbezirk, as the city numbers them."""

    __tablename__ = "district"
    __table_args__ = KEYS_ONCE

    number: Mapped[str] = mapped_column(String(4), unique=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)


class Organisation(Confirmed, Base):
    """A department, office, division or team of the city, or a provider: nodes of one tree."""

    __tablename__ = "organisation"
    __table_args__ = KEYS_ONCE

    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[OrganisationKind]
    name: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str] = mapped_column(String(60), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(320), default="")
    website: Mapped[str] = mapped_column(String(300), default="")
    street: Mapped[str] = mapped_column(String(120), default="")
    postcode: Mapped[str] = mapped_column(String(10), default="")
    city: Mapped[str] = mapped_column(String(80), default="")
    #: Number in the official list of school maintainers.
    maintainer_number: Mapped[str] = mapped_column(String(12), default="")
    #: Hours of a full post. None: as with what stands above it, at the top ``rules.FULL_WEEK``.
    weekly_hours: Mapped[Decimal | None] = mapped_column(Numeric(4, 2))
    valid_until: Mapped[date | None]
    version: Mapped[int] = mapped_column()

    parent: Mapped[Organisation | None] = relationship(remote_side="Organisation.id")

    __mapper_args__ = {"version_id_col": version}

    @property
    def called(self) -> str:
        """Return what it is called in a list."""
        return called(self.name, self.short_name)


class Person(Confirmed, Base):
    """A professional with official contact. Nothing private is kept here."""

    __tablename__ = "person"
    __table_args__ = KEYS_ONCE

    given_name: Mapped[str] = mapped_column(String(80))
    family_name: Mapped[str] = mapped_column(String(80))
    #: Made from the names on every insert and update; nobody sets it.
    sort_name: Mapped[str] = mapped_column(SortKey, default=_person_key, index=True)
    #: "Dr." and the like, said before the name.
    title: Mapped[str] = mapped_column(String(40), default="")
    #: What they do there, in the city's words: "Leitung Bildungsbüro".
    function: Mapped[str] = mapped_column(String(120), default="")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    #: Official numbers in E.164; a private one has no column.
    phone: Mapped[str] = mapped_column(String(40), default="")
    mobile: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(320), default="", index=True)
    #: The address as it is compared: in small letters; nobody sets it.
    email_key: Mapped[str] = mapped_column(String(320), default=_email_key, index=True)
    #: First day of belonging here; before it only those who see plans know of the person. None: long since.
    valid_from: Mapped[date | None] = mapped_column(index=True)
    #: Last day of belonging here; afterwards the person is found as former.
    valid_until: Mapped[date | None]
    version: Mapped[int] = mapped_column()

    organisation: Mapped[Organisation | None] = relationship()

    __mapper_args__ = {"version_id_col": version}

    @property
    def name(self) -> str:
        """Return "Dr. Vorname Name"."""
        return " ".join(part for part in (self.title, self.given_name, self.family_name) if part)


class Place(Confirmed, Base):
    """A school, a site of one, a youth facility, a day care or another place where somebody is."""

    __tablename__ = "place"
    __table_args__ = (
        Index("ix_place_district_sort", "district_id", "sort_name"),
        Index("ix_place_kind_sort", "kind", "sort_name"),
        CheckConstraint("valid_until IS NULL OR valid_from IS NULL OR valid_until >= valid_from", name="span"),
        KEYS_ONCE,
    )

    kind: Mapped[PlaceKind] = mapped_column(index=True)
    #: What people say: "Fröbelschule".
    name: Mapped[str] = mapped_column(String(200), index=True)
    #: Made from the name on every insert and update; nobody sets it.
    sort_name: Mapped[str] = mapped_column(SortKey, default=_place_key, index=True)
    #: In full, as the official list has it.
    official_name: Mapped[str] = mapped_column(String(300), default="")
    #: In the words of the field: "Jugendzentrum", "Spielmobil"; a school's form stands at the school.
    facility_type: Mapped[str] = mapped_column(String(80), default="")
    #: The school that a site belongs to.
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    #: Who runs it (Träger).
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    street: Mapped[str] = mapped_column(String(120), default="", index=True)
    postcode: Mapped[str] = mapped_column(String(10), default="")
    city: Mapped[str] = mapped_column(String(80), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    fax: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(320), default="")
    website: Mapped[str] = mapped_column(String(300), default="")
    district_id: Mapped[int | None] = mapped_column(ForeignKey("district.id"), index=True)
    #: A guess from the catchment zones: never shown as a fact and never searched.
    inferred_district_id: Mapped[int | None] = mapped_column(ForeignKey("district.id"))
    #: EPSG:25832, metres.
    utm_east: Mapped[int | None]
    utm_north: Mapped[int | None]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    #: Day on which it came into the directory; what was changed later that day was a correction, not a history.
    entered_on: Mapped[date | None]
    #: Where hand-kept facts come from, shown on the page.
    source_note: Mapped[str] = mapped_column(String(300), default="")
    version: Mapped[int] = mapped_column()

    parent: Mapped[Place | None] = relationship(remote_side="Place.id")
    operator: Mapped[Organisation | None] = relationship()
    district: Mapped[District | None] = relationship(foreign_keys=[district_id])
    school: Mapped[School | None] = relationship(back_populates="place", uselist=False)

    __mapper_args__ = {"version_id_col": version}


class School(Base):
    """What the official list says of a school beside its address; shares the life of its place."""

    __tablename__ = "school"

    place_id: Mapped[int] = mapped_column(ForeignKey("place.id", ondelete="CASCADE"), unique=True)
    #: Schulnummer: six digits, the key of all imports.
    number: Mapped[str] = mapped_column(String(6), unique=True)
    #: Schulformschlüssel, a string: "02", "0A".
    form_code: Mapped[str] = mapped_column(String(2), index=True)
    #: Kurzbezeichnung of the official list without the town: "GG Fröbelschule".
    short_name: Mapped[str] = mapped_column(String(120), default="")
    legal_form: Mapped[str] = mapped_column(String(1), default="")
    maintainer_number: Mapped[str] = mapped_column(String(12), default="")
    municipality: Mapped[str] = mapped_column(String(8), default="")
    operation_key: Mapped[str] = mapped_column(String(1), default="1")
    operation_date: Mapped[date | None]
    pupils: Mapped[int | None]
    social_index: Mapped[int | None]
    #: First import in which the official list no longer had it. Marked, never deleted.
    gone_since: Mapped[date | None]

    place: Mapped[Place] = relationship(back_populates="school")


class Assignment(Base):
    """Person x place x employer x function x share x time: the central table. Without a person: a vacancy."""

    __tablename__ = "assignment"
    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="span"),
        CheckConstraint("share_posts IS NULL OR (share_posts > 0 AND share_posts <= 2)", name="posts"),
        CheckConstraint("share_hours IS NULL OR (share_hours > 0 AND share_hours <= 80)", name="hours"),
        Index("ix_assignment_place_span", "place_id", "valid_from", "valid_until"),
        Index("ix_assignment_person_span", "person_id", "valid_from", "valid_until"),
        KEYS_ONCE,
    )

    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    employer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    function: Mapped[Function]
    #: "allgemein", "Integration": free, as lists have it.
    target_group: Mapped[str] = mapped_column(String(120), default="")
    share_posts: Mapped[Decimal | None] = mapped_column(Numeric(4, 2))
    #: Hours a week, of the employer's full week (``full_weeks``). A list may give both: both are kept.
    share_hours: Mapped[Decimal | None] = mapped_column(Numeric(4, 2))
    funding: Mapped[Funding]
    #: Last day of the funding or the contract, which may be before the assignment's own end.
    funded_until: Mapped[date | None]
    #: Whether somebody is there in school holidays; None: nobody has said, which at schools counts as "no".
    in_holidays: Mapped[HolidayPresence | None]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    confirmed_on: Mapped[date | None]
    #: Who said so, in words: a person or an employer.
    confirmed_by: Mapped[str] = mapped_column(String(120), default="")
    #: Its person, if they said so themselves (``voices``); None: somebody else did, or nobody knows who.
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    version: Mapped[int] = mapped_column()

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    place: Mapped[Place] = relationship()
    employer: Mapped[Organisation] = relationship()
    presences: Mapped[list[Presence]] = relationship(
        back_populates="assignment", cascade="all, delete-orphan", order_by="(Presence.weekday, Presence.starts_at)"
    )

    __mapper_args__ = {"version_id_col": version, "version_id_generator": next_version}

    @property
    def is_own_word(self) -> bool:
        """Return whether its own person said that it is right; of old entries nobody can tell."""
        return self.confirmed_by_id is not None and self.confirmed_by_id == self.person_id


class Presence(Base):
    """A weekly time at which an assignment's person is there (Präsenzzeit). Wall times."""

    __tablename__ = "presence"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="order"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        UniqueConstraint("assignment_id", "weekday", "starts_at", name="uq_presence_start"),
    )

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id", ondelete="CASCADE"), index=True)
    #: 0 is Monday.
    weekday: Mapped[int]
    starts_at: Mapped[time]
    ends_at: Mapped[time]
    room: Mapped[str] = mapped_column(String(60), default="")

    assignment: Mapped[Assignment] = relationship(back_populates="presences")


class Absence(Base):
    """Days on which a person is not there. Without a reason: none is ever kept."""

    __tablename__ = "absence"
    __table_args__ = (CheckConstraint("last_on IS NULL OR last_on >= first_on", name="span"), KEYS_ONCE)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    first_on: Mapped[date]
    last_on: Mapped[date | None]
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    substitute: Mapped[Person | None] = relationship(foreign_keys=[substitute_id])
    #: Absences of who stands in.
    of_substitute: Mapped[list[Absence]] = relationship(
        primaryjoin="foreign(remote(Absence.person_id)) == Absence.substitute_id", viewonly=True
    )

    def holds(self, day: date) -> bool:
        """Return whether somebody is away on a day."""
        return self.first_on <= day and (self.last_on is None or day <= self.last_on)

    def cover_on(self, day: date) -> Person | None:
        """Return who stands in on a day; who is away then as well, for whomever, is no substitute."""
        return None if any(one.holds(day) for one in self.of_substitute) else self.substitute


class FreeDay(Base):
    """A day off that one school chose itself (beweglicher Ferientag)."""

    __tablename__ = "free_day"
    __table_args__ = (UniqueConstraint("place_id", "day"),)

    place_id: Mapped[int] = mapped_column(ForeignKey("place.id", ondelete="CASCADE"), index=True)
    day: Mapped[date]


class EarlierValue(Base):
    """What a field of a person, organisation or place held until a day: the history behind "as of".

    The row itself holds what is true now; on ``day`` the value of the oldest entry with
    ``valid_until >= day`` holds, else the row's own.
    """

    __tablename__ = "earlier_value"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN person_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN organisation_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN place_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_subject",
        ),
    )

    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id", ondelete="CASCADE"), index=True)
    #: Name of the attribute ("family_name", "district_id").
    field: Mapped[str] = mapped_column(String(40))
    #: The value as text; "" where there was none. Keys and dates are written as text.
    value: Mapped[str] = mapped_column(Text)
    #: Last day on which the value held.
    valid_until: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


def earlier_keys(row: Assignment | Place, column: str) -> set[int | None]:
    """Return whom ("person_id") or where ("place_id") an assignment was about before it was changed just now.

    Of a site: the school that it belonged to ("parent_id").
    """
    found: set[int | None] = _noted(row).get(column, set())
    return found


def _noted(row: Assignment | Place) -> dict[str, set[int | None]]:
    found: dict[str, set[int | None]] = inspect(row).info  # type: ignore[attr-defined]
    return found


@event.listens_for(Assignment.person_id, "set", active_history=True, propagate=True)
@event.listens_for(Assignment.place_id, "set", active_history=True, propagate=True)
@event.listens_for(Place.parent_id, "set", active_history=True, propagate=True)
def _note_earlier(row: Assignment | Place, _value: Any, before: Any, initiator: Any) -> None:
    """Remember what a flush forgets: the search has to follow at both ends."""
    if isinstance(before, int):
        _noted(row).setdefault(initiator.key, set()).add(before)


@event.listens_for(Person, "before_update")
@event.listens_for(Place, "before_update")
def _follow_name(_mapper: Any, _connection: Any, row: Person | Place) -> None:
    """Keep the keys in step with a changed name or address."""
    key = sort_key(row.family_name, row.given_name) if isinstance(row, Person) else sort_key(row.name)
    if row.sort_name != key:
        row.sort_name = key
    if isinstance(row, Person) and row.email_key != row.email.lower():
        row.email_key = row.email.lower()
