"""Putting two entries of one person together, so that all that hung on either hangs on the one that stays."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from itertools import product
from typing import Any

from sqlalchemy import Column, Table, UniqueConstraint, delete, or_, select, update
from sqlalchemy.orm import Session, joinedload

from coordination.core import registry
from coordination.core.access import Actor, Permission, allows, require
from coordination.core.db import Base
from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_, format_date, gettext
from coordination.core.versions import check_version
from coordination.core.work import Work
from coordination.directory import assignment_undo, history
from coordination.directory.duplicates.models import MergedPerson, TwoPeople
from coordination.directory.earlier import CONTACT
from coordination.directory.models import Absence, Assignment, EarlierValue, Organisation, Person
from coordination.directory.queries import subject_of
from coordination.directory.rules import Span
from coordination.directory.twice import held_twice
from coordination.mail.outbox import OutboxMail

#: What the entry that stays takes over where it says nothing itself.
FIELDS = ("title", "function", "organisation_id", "phone", "mobile", "email")
#: Of these the history of either is that of both.
NAMES = ("title", "given_name", "family_name")
#: The history is told apart (``_remember``); the pair is no pair any more.
_LEFT = frozenset({EarlierValue.__tablename__, TwoPeople.__tablename__})


def obstacles(session: Session, actor: Actor, kept: Person, gone: Person, *, today: date) -> list[str]:
    """Return the sentences that say why ``actor`` cannot put the two together as things are; none: they can."""
    found = [*_foreign(session, actor, gone), *_same_assignments(session, kept, gone, today)]
    if _away_at_once(session, kept, gone):
        found.append(gettext("Both are away on the same days. Please delete one of the absences first."))
    stands_in = select(Absence.id).where(
        or_(
            (Absence.person_id == kept.id) & (Absence.substitute_id == gone.id),
            (Absence.person_id == gone.id) & (Absence.substitute_id == kept.id),
        )
    )
    if session.scalar(stands_in.limit(1)) is not None:
        found.append(gettext("One of the two stood in for the other: these are two people."))
    for ask in registry.merge_obstacles:
        found += [sentence for sentence in ask(session, kept.id, gone.id, today) if sentence not in found]
    return found


def _foreign(session: Session, actor: Actor, gone: Person) -> list[str]:
    """Say at which employers the entry that goes has assignments that are not the actor's to change."""
    rows = session.scalars(
        select(Assignment).where(Assignment.person_id == gone.id).options(joinedload(Assignment.employer))
    )
    names = {one.employer.name for one in rows if not allows(actor, Permission.DIRECTORY_EDIT, subject_of(one))}
    text = N_("%(name)s has assignments with “%(employer)s”, which you do not keep. Please ask who keeps them all.")
    return [gettext(text, name=gone.name, employer=employer) for employer in sorted(names)]


def _away_at_once(session: Session, kept: Person, gone: Person) -> bool:
    rows = session.scalars(select(Absence).where(Absence.person_id.in_((kept.id, gone.id)))).all()
    mine, theirs = (
        [Span(row.first_on, row.last_on) for row in rows if row.person_id == one.id] for one in (kept, gone)
    )
    return any(one.meets(other) for one, other in product(mine, theirs))


def _same_assignments(session: Session, kept: Person, gone: Person, today: date) -> list[str]:
    """Say at which places both do the same at a time that is not over."""
    held = held_twice(session, Assignment.place, (kept.id, gone.id), today, same=("place_id", "function"))
    places = dict.fromkeys(place.name for place in held)
    sentence = N_("Both are assigned to “%(place)s” with the same task. Please end or withdraw one assignment first.")
    return [gettext(sentence, place=place) for place in places]


def merge(work: Work, kept: Person, gone: Person, *, version: int, gone_version: int) -> None:
    """Let ``kept`` stay and take over all that hangs on ``gone``; the other entry is gone, its address leads here.

    What ``kept`` says stands; where it says nothing, it takes over what the other said. This cannot be taken back.

    Raises:
        Forbidden: one of them is not the actor's to edit.
        Conflict: somebody changed one of them meanwhile.
        RuleViolation: they cannot be put together; its message says why.
    """
    for one in sorted((kept, gone), key=lambda person: person.id):
        # Nobody adds anything to either meanwhile: what hangs on the one that goes would go with it.
        work.session.refresh(one, with_for_update={"of": Person})
    for one, seen in ((kept, version), (gone, gone_version)):
        require(work.actor, Permission.DIRECTORY_EDIT, subject_of(one))
        check_version(one, seen)
    if kept.id == gone.id:
        raise RuleViolation(N_("Please choose another entry."))
    if found := obstacles(work.session, work.actor, kept, gone, today=work.today):
        raise RuleViolation(N_("The two entries cannot be put together: %(why)s"), why=" ".join(found))
    taken = {name: getattr(gone, name) for name in FIELDS if not getattr(kept, name) and getattr(gone, name)}
    history.change(work, kept, **taken)
    left = {name: _said(gone, name) for name in FIELDS if getattr(gone, name) not in {getattr(kept, name), "", None}}
    if kept.valid_until is not None and (gone.valid_until is None or gone.valid_until > kept.valid_until):
        kept.valid_until = gone.valid_until
    if kept.valid_from is not None and (gone.valid_from is None or gone.valid_from < kept.valid_from):
        kept.valid_from = gone.valid_from
    for name, earlier in _remember(work.session, kept, gone, taken).items():
        left[name] = f"{left[name]}; {earlier}" if name in left else earlier
    work.touch(_move(work.session, kept.id, gone.id))
    _follow(work, kept.id, gone.id)
    work.session.add(MergedPerson(old_id=gone.id, person_id=kept.id, name=gone.name, said=left, merged_on=work.today))
    work.session.delete(gone)
    work.touch([kept, gone])
    work.record("person.merged", kept)


def _remember(session: Session, kept: Person, gone: Person, taken: Collection[str]) -> dict[str, str]:
    """Let the entry that stays tell the history of the other as far as it is the same person's, and return the rest.

    What somebody was called holds for both, and so does what lies before a value that is taken over. What else the
    other entry once said would contradict what is known of those days: it is told in words, as what it says today is.
    Of earlier contact nothing is told: its time is counted (``privacy.retention``).
    """
    entries = session.scalars(select(EarlierValue).where(EarlierValue.person_id.in_((kept.id, gone.id)))).all()
    there = {(one.field, one.valid_until) for one in entries if one.person_id == kept.id}
    told: dict[str, list[str]] = {}
    for entry in sorted(entries, key=lambda one: one.valid_until, reverse=True):
        if entry.person_id == kept.id:
            continue
        if (entry.field in NAMES or entry.field in taken) and (entry.field, entry.valid_until) not in there:
            entry.person_id = kept.id
        elif entry.field not in CONTACT and (value := _earlier_text(session, entry)):
            told.setdefault(entry.field, []).append(
                gettext("%(value)s (until %(day)s)", value=value, day=format_date(entry.valid_until))
            )
    return {field: "; ".join(values) for field, values in told.items()}


def _earlier_text(session: Session, entry: EarlierValue) -> str:
    if entry.field != "organisation_id" or not entry.value:
        return entry.value
    found = session.get(Organisation, int(entry.value))
    return found.name if found else ""


def _said(person: Person, name: str) -> str:
    if name == "organisation_id":
        return person.organisation.name if person.organisation else ""
    return str(getattr(person, name))


def _move(session: Session, kept_id: int, gone_id: int) -> list[Base]:
    """Let every row that names ``gone_id`` name ``kept_id``, whatever its table; return the rows."""
    moved: dict[int, Base] = {}
    for model, column in _naming():
        attribute = getattr(model, column.name)
        for row in session.scalars(select(model).where(attribute == gone_id)):
            if _stands_there(session, row, column, kept_id):
                continue
            setattr(row, column.name, kept_id)
            moved[id(row)] = row
    session.flush()
    return list(moved.values())


def _naming() -> Iterator[tuple[type[Base], Column[Any]]]:
    """Yield each column of any table that names a person."""
    key = Person.__table__.c.id
    for mapper in Base.registry.mappers:
        table = mapper.local_table
        if isinstance(table, Table) and table.name not in _LEFT:
            for foreign in table.foreign_keys:
                if foreign.column is key:
                    yield mapper.class_, foreign.parent


def _stands_there(session: Session, row: Base, column: Column[Any], kept_id: int) -> bool:
    """Return whether the one who stays has a row of this kind already, where each may have one.

    Only what belongs to the person alone comes here (a release, a question of a round) and goes with the entry;
    the rest are obstacles.
    """
    model = type(row)
    for constraint in column.table.constraints:
        if isinstance(constraint, UniqueConstraint) and column.name in constraint.columns:
            same = [
                getattr(model, one.name) == (kept_id if one is column else getattr(row, one.name))
                for one in constraint.columns
            ]
            if session.scalar(select(model.id).where(*same)) is not None:
                return True
    return False


def _follow(work: Work, kept_id: int, gone_id: int) -> None:
    """Let what names people without a foreign key follow."""
    mails = update(OutboxMail).where(OutboxMail.person_id == gone_id).values(person_id=kept_id)
    work.session.execute(mails.execution_options(synchronize_session=False))
    assignment_undo.follow_merge(work.session, kept_id, gone_id)
    for follow in registry.person_merged:
        follow(work.session, kept_id, gone_id)


def tell_apart(work: Work, one: Person, other: Person) -> None:
    """Remember that two entries that look alike are two people: they are not offered as one any more."""
    first, second = _both(work, one, other)
    there = select(TwoPeople.id).where(TwoPeople.first_id == first, TwoPeople.second_id == second)
    if first != second and work.session.scalar(there) is None:
        work.session.add(TwoPeople(first_id=first, second_id=second))
        work.record("person.told_apart", one)


def compare_again(work: Work, one: Person, other: Person) -> None:
    """Offer two entries as one person's again."""
    first, second = _both(work, one, other)
    work.session.execute(delete(TwoPeople).where(TwoPeople.first_id == first, TwoPeople.second_id == second))
    work.record("person.compared_again", one)


def _both(work: Work, one: Person, other: Person) -> Sequence[int]:
    for person in (one, other):
        require(work.actor, Permission.DIRECTORY_EDIT, subject_of(person))
    return sorted((one.id, other.id))
