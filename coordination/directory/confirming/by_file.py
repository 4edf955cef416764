"""The official school file confirms what it says: all schools that an import leaves or makes, in a few statements."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session, aliased

from coordination.core import clock
from coordination.core.db import UtcDateTime
from coordination.core.i18n import N_, gettext, in_language
from coordination.core.work import Work
from coordination.directory.assignment_undo import UNDO_DAYS
from coordination.directory.models import Place, School
from coordination.directory.queries import holds_on
from coordination.directory.school_file import SchoolFile
from coordination.directory.school_forms import NOT_SCHOOLS
from coordination.directory.undo_models import ImportedConfirmation, ImportedPlace

FILE = N_("official school file")


@dataclass(frozen=True, slots=True)
class Spoken:
    """Which stored schools a file speaks of: those of a municipality (None: of all) whose lines can be used."""

    municipality: str | None
    unusable: Collection[str] = ()

    @classmethod
    def of(cls, file: SchoolFile, municipality: str | None) -> Spoken:
        """Return what a file speaks of."""
        return cls(municipality, file.mentioned - {record.number for record in file.records})

    def condition(self) -> ColumnElement[bool]:
        """Return the condition on schools, after the file is stored: none of them is gone from it."""
        found: list[ColumnElement[bool]] = [School.gone_since.is_(None)]
        if self.municipality is not None:
            found.append(School.municipality == self.municipality)
        if self.unusable:
            found.append(School.number.not_in(sorted(self.unusable)))
        return and_(*found)


def words() -> str:
    """Return by whose word; it is stored in the language of the city."""
    with in_language("de"):
        return gettext(FILE)


def is_by_file(word: str) -> bool:
    """Return whether an entry was confirmed by the file: the word is stored in German, whoever reads it."""
    return word == words()


def count(session: Session, spoken: Spoken, day: date) -> tuple[int, int]:
    """Return how many entries a file confirms on ``day``, and how many of them are authorities and seminars."""
    other = func.count().filter(School.form_code.in_(NOT_SCHOOLS))
    there = select(func.count(), other).select_from(School).join(Place, Place.id == School.place_id)
    every, others = session.execute(there.where(spoken.condition(), _is_there(day))).one()
    return every, others


def noted(session: Session, job_id: int) -> int:
    """Return how many confirmations are kept that an import gave and that can be taken back."""
    kept = select(func.count()).select_from(ImportedConfirmation).where(ImportedConfirmation.job_id == job_id)
    return session.scalar(kept) or 0


def confirm(work: Work, spoken: Spoken, job_id: int) -> int:
    """Note that the schools of an import are right today, and what was noted before, to take it back.

    Returns how many they are.

    Of a school that is closed, or does not exist yet, the file says nothing that holds today.

    Places keep their versions: that a file says the same once more is no change.
    """
    work.session.flush()
    schools = select(School.place_id).where(spoken.condition())
    _keep(work, job_id, spoken)
    statement = update(Place).where(Place.id.in_(schools), _is_there(work.today))
    statement = statement.values(confirmed_on=work.today, confirmed_by=words())
    done = work.session.connection().execute(statement)
    return done.rowcount


def _is_there(day: date) -> ColumnElement[bool]:
    return holds_on(day, Place.valid_from, Place.valid_until)


def _keep(work: Work, job_id: int, spoken: Spoken) -> None:
    over = work.now - timedelta(days=UNDO_DAYS)
    work.session.execute(delete(ImportedConfirmation).where(ImportedConfirmation.recorded_at < over))
    before = (
        select(literal(job_id), Place.id, Place.confirmed_on, Place.confirmed_by, literal(work.now, UtcDateTime))
        .join(School, School.place_id == Place.id)
        .where(spoken.condition(), _is_there(work.today))
    )
    columns = ["job_id", "place_id", "confirmed_on", "confirmed_by", "recorded_at"]
    work.session.execute(insert(ImportedConfirmation).from_select(columns, before))


def take_back(work: Work, job_id: int) -> None:
    """Give the schools of an import the confirmation back that they had.

    What was said since of a school that becomes again what it was, was said of something else, and goes. Of one that
    the import left as it was it stays. What the next import found there was this one's word: taken back later, it must
    not bring that again.
    """
    noted, later = ImportedConfirmation, aliased(ImportedConfirmation)
    at = work.session.scalar(select(func.max(noted.recorded_at)).where(noted.job_id == job_id))
    if at is None:
        return
    mine = and_(noted.job_id == job_id, noted.place_id == Place.id)
    is_restored = exists().where(ImportedPlace.job_id == job_id, ImportedPlace.place_id == Place.id)
    is_last_word = and_(
        Place.confirmed_on == clock.wall_date(at),
        Place.confirmed_by == words(),
        ~exists().where(later.place_id == Place.id, later.job_id > job_id),
    )
    statement = (
        update(Place)
        .where(exists().where(mine), or_(is_restored, is_last_word))
        .values(
            confirmed_on=select(noted.confirmed_on).where(mine).scalar_subquery(),
            confirmed_by=select(noted.confirmed_by).where(mine).scalar_subquery(),
        )
    )
    work.session.execute(statement, execution_options={"synchronize_session": False})
    _pass_on(work, job_id, clock.wall_date(at))
    work.session.execute(delete(noted).where(noted.job_id == job_id))


def _pass_on(work: Work, job_id: int, said_on: date) -> None:
    """Let the next import of a school know what was said before this one, where it found this one's word."""
    noted, other = aliased(ImportedConfirmation), aliased(ImportedConfirmation)
    row = ImportedConfirmation
    mine = and_(noted.job_id == job_id, noted.place_id == row.place_id)
    following = select(func.min(other.job_id)).where(other.place_id == row.place_id, other.job_id > job_id)
    statement = (
        update(row)
        .where(row.confirmed_on == said_on, row.confirmed_by == words(), exists().where(mine))
        .where(row.job_id == following.correlate(row).scalar_subquery())
        .values(
            confirmed_on=select(noted.confirmed_on).where(mine).correlate(row).scalar_subquery(),
            confirmed_by=select(noted.confirmed_by).where(mine).correlate(row).scalar_subquery(),
        )
    )
    work.session.execute(statement, execution_options={"synchronize_session": False})
