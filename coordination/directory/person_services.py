"""What is done with people: entered, changed with their history, ended with their assignments, taken back."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import Row, and_, false, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from coordination.core.access import Actor, Permission, Subject, allows, require
from coordination.core.collation import sort_key
from coordination.core.errors import DomainError, RuleViolation
from coordination.core.i18n import N_
from coordination.core.versions import check_version
from coordination.core.work import Work
from coordination.directory import first_day, history, names, previews
from coordination.directory.assignment_services import Overtaken, Undo
from coordination.directory.models import Assignment, Organisation, Person, Place
from coordination.directory.queries import known_people, subject_of

#: Mailboxes that people have at home. An official address there is possible, but seldom meant.
PRIVATE_MAIL = frozenset(
    {
        *("aol", "arcor", "freenet", "gmail", "gmx", "googlemail", "hotmail", "icloud", "live", "mail", "me", "online"),
        *("outlook", "posteo", "proton", "protonmail", "t-online", "web", "yahoo"),
    }
)
#: Kinds of hints that speak of somebody, the surest first.
LIKELIEST = ("mail", "name", "near")
#: Behind every letter that a ``sort_name`` may begin with.
LAST_LETTER = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class PersonInput:
    """A person as typed; phone numbers in E.164."""

    given_name: str
    family_name: str
    organisation_id: int | None
    title: str = ""
    function: str = ""
    phone: str = ""
    mobile: str = ""
    email: str = ""
    #: First day of belonging here; None: they are here already.
    valid_from: date | None = None


@dataclass(frozen=True, slots=True)
class Hint:
    """Something to look at before saving; it stops nobody.

    ``kind``: one of ``LIKELIEST`` (of ``person_id``), or "private": the address looks like a mailbox at home.
    """

    kind: str
    person_id: int = 0
    name: str = ""


class Hinted(DomainError):
    """There are hints that the actor has not seen; the same input sent again is stored."""

    def __init__(self, hints: Sequence[Hint]) -> None:
        super().__init__()
        self.hints = hints


def looks_private(email: str) -> bool:
    """Return whether an address belongs to a provider whose mailboxes people have at home."""
    return email.rpartition("@")[2].lower().partition(".")[0] in PRIVATE_MAIL


def _alike(work: Work, data: PersonInput) -> Sequence[Row[int, str, str, str, str]]:
    """Return key, title, given name, family name and address of those whose name begins alike, or with this address.

    Ranges of the index of ``sort_name``: by the first letter of either name, for the two may have been swapped.
    """
    firsts = {sort_key(name[:1]) for name in (data.family_name, data.given_name) if name}
    wanted = [and_(Person.sort_name >= one, Person.sort_name < one + LAST_LETTER) for one in firsts if one]
    if data.email:
        wanted.append(Person.email_key == data.email.lower())
    statement = select(Person.id, Person.title, Person.given_name, Person.family_name, Person.email)
    known = known_people(work.actor, work.today)
    return work.session.execute(statement.where(or_(false(), *wanted), *known).order_by(Person.id)).all()


def hints_for(work: Work, data: PersonInput, without: int | None = None) -> list[Hint]:
    """Return who may be the same person, the likeliest first, and whether the address looks private."""
    own, found = names.folded(data.given_name, data.family_name), []
    for key, title, given, family, email in _alike(work, data):
        kind = ""
        if data.email and email.lower() == data.email.lower():
            kind = "mail"
        elif (other := names.folded(given, family)) == own:
            kind = "name"
        elif names.are_near(own, other) and not names.tells_apart(data.email, email):
            kind = "near"
        if kind and key != without:
            found.append(Hint(kind, key, " ".join(part for part in (title, given, family) if part)))
    found.sort(key=lambda hint: LIKELIEST.index(hint.kind))
    if looks_private(data.email):
        found.append(Hint("private", name=data.email))
    return found


def mark_of(hints: Sequence[Hint]) -> str:
    """Return a short mark of what was shown."""
    return hashlib.sha256(repr(list(hints)).encode()).hexdigest()[:16] if hints else ""


def _said_before(row: Person, data: PersonInput) -> frozenset[str]:
    """Return the kinds of hints that were said when ``row`` was stored, and that its change gives no cause for."""
    kinds = {"private"} if row.email == data.email else set()
    if (row.given_name, row.family_name) == (data.given_name, data.family_name):
        kinds.add("near")
    return frozenset(kinds)


def _check(work: Work, data: PersonInput, seen: str, row: Person | None) -> None:
    if row is None or row.organisation_id != data.organisation_id:
        keys = frozenset({data.organisation_id} - {None})
        require(work.actor, Permission.DIRECTORY_EDIT, Subject(organisation_ids=keys))  # type: ignore[arg-type]
        # The lock makes two sendings of one form wait for one another.
        if data.organisation_id and work.session.get(Organisation, data.organisation_id, with_for_update=True) is None:
            raise RuleViolation(N_("Please choose an organisation."), field="organisation_id")
    hints = hints_for(work, data, row.id if row else None)
    if row is not None:
        hints = [hint for hint in hints if hint.kind not in _said_before(row, data)]
    if hints and mark_of(hints) != seen:
        raise Hinted(hints)


def create_person(work: Work, data: PersonInput, *, seen: str = "") -> Person:
    """Enter a person. ``seen`` is the mark of the hints that the actor was shown.

    Raises:
        Hinted: somebody like this is there, or the address looks private, and nobody has been told.
        Forbidden: the organisation is not the actor's to edit.
    """
    _check(work, data, seen, None)
    person = Person(**asdict(data))
    work.session.add(person)
    work.record("person.created", person)
    return person


def change_person(work: Work, person: Person, data: PersonInput, *, version: int, seen: str = "") -> None:
    """Change a person; what the fields held until yesterday stays in the history. That lifts the confirmation.

    Raises: as ``create_person``; Conflict if somebody else changed them meanwhile; RuleViolation if their first day
        would come after what they do here, or after their last one.
    """
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(person))
    check_version(person, version)
    first_day.check(work.session, person, data.valid_from)
    _check(work, data, seen, person)
    if history.change(work, person, **asdict(data)):
        person.forget_confirmation()
        work.record("person.changed", person)


@dataclass(frozen=True, slots=True)
class Leaving:
    """What becomes of a person's assignments when they leave."""

    #: Holding on the last day: they end with it.
    ending: list[Assignment]
    #: Beginning later: they stay as vacancies.
    vacated: list[Assignment]
    #: Of employers that the actor does not keep: they stay as they are.
    foreign: list[Assignment]


def leaving(session: Session, actor: Actor, person: Person, last_on: date) -> Leaving:
    """Return what would become of the assignments of ``person`` after ``last_on``."""
    rows = session.scalars(
        select(Assignment)
        .where(
            Assignment.person_id == person.id,
            or_(Assignment.valid_until.is_(None), Assignment.valid_until > last_on),
        )
        .options(
            joinedload(Assignment.place).joinedload(Place.school),
            joinedload(Assignment.employer),
            selectinload(Assignment.presences),
        )
        .order_by(Assignment.valid_from, Assignment.id)
    ).all()
    own = [row for row in rows if allows(actor, Permission.DIRECTORY_EDIT, subject_of(row))]
    return Leaving(
        ending=[row for row in own if row.valid_from <= last_on],
        vacated=[row for row in own if row.valid_from > last_on],
        foreign=[row for row in rows if row not in own],
    )


def end_person(work: Work, person: Person, last_on: date, *, version: int, shown: str | None = None) -> bool:
    """Let a person's time here end with ``last_on``: they are found as former, their assignments end too.

    Returns whether nothing but the person changed, so that it can be undone.

    Raises:
        RuleViolation: they begin only later.
        Conflict: somebody else changed the person meanwhile.
        Overtaken: other gaps would come of it than were shown.
    """
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(person))
    check_version(person, version)
    first_day.check_last(person, last_on)
    plan = leaving(work.session, work.actor, person, last_on)
    gaps = previews.of_ends(work.session, work.actor, [*plan.ending, *plan.vacated], last_on)
    if shown is not None and previews.fingerprint(gaps) != shown:
        raise Overtaken
    for assignment in plan.ending:
        assignment.valid_until = last_on
        work.record("assignment.ended", assignment)
    for assignment in plan.vacated:
        assignment.person_id = assignment.confirmed_by_id = None
        work.record("assignment.vacated", assignment)
    person.valid_until = last_on
    work.record("person.ended", person)
    return not plan.ending and not plan.vacated


def undo_end(work: Work, person: Person, undo: Undo) -> None:
    """Give a person the end they had before; offered only where no assignment ended with them.

    Raises:
        Conflict: they were changed since.
    """
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(person))
    check_version(person, undo.version)
    person.valid_until = undo.earlier
    work.record("person.end_undone", person)


def reactivate_person(work: Work, person: Person, *, version: int) -> None:
    """Let a person belong here again without an end; assignments that ended stay ended.

    Raises:
        Conflict: somebody else changed them meanwhile.
    """
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(person))
    check_version(person, version)
    person.valid_until = None
    work.record("person.reactivated", person)
