"""Entering which place follows which. It belongs to the predecessor: who keeps that one enters, changes, removes it.

Nothing moves by itself: assignments stay where they are. Only if that is asked for does the predecessor end on the day
before; such an end follows the entry when its day changes, and goes when it is removed. A school never ends so: schools
come and go with the official list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm.attributes import flag_modified

from coordination.core.access import Permission, require
from coordination.core.errors import Conflict, RuleViolation
from coordination.core.i18n import N_
from coordination.core.versions import check_version
from coordination.core.work import Work
from coordination.directory.models import Place
from coordination.directory.queries import subject_of
from coordination.directory.rules import day_before
from coordination.directory.successions import days
from coordination.directory.successions.models import PlaceSuccession
from coordination.directory.successions.queries import heir_of, may_end, pairs
from coordination.directory.successions.rules import makes_circle

#: Whoever enters successions holds this, as PostgreSQL counts such locks; the worker's is the number before.
_ENTERING = 4_861_204


@dataclass(frozen=True, slots=True)
class SuccessionInput:
    """A succession as typed; ``ends_predecessor``: the predecessor's last day is to be the one before."""

    successor_id: int
    on_day: date
    source_note: str = ""
    ends_predecessor: bool = False


def enter(work: Work, predecessor: Place, data: SuccessionInput, *, despite_day: bool = False) -> PlaceSuccession:
    """Enter what follows a place.

    Raises:
        RuleViolation: it is entered already, a place would follow itself, a day is impossible, or a school would end;
            or the day is unusual, and nobody said (``despite_day``) that it is meant.
        Forbidden: the predecessor is not the actor's to edit.
    """
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(predecessor))
    successor = _check(work, predecessor, data)
    row = PlaceSuccession(predecessor=predecessor, **asdict(data))
    work.session.add(row)
    _follow_end(work, row, None)
    if not despite_day:
        days.ask(predecessor, successor, data.on_day)
    return _noted(work, "place.succession_entered", row)


def change(work: Work, row: PlaceSuccession, data: SuccessionInput, *, version: int, despite_day: bool = False) -> None:
    """Change the day of a succession, where it is known from, and whether the predecessor ends with it.

    Raises: as ``enter``; Conflict if somebody else was faster.
    """
    if _fill(work, row, data, version=version, despite_day=despite_day):
        _noted(work, "place.succession_changed", row)


def _fill(work: Work, row: PlaceSuccession, data: SuccessionInput, *, version: int, despite_day: bool) -> bool:
    """Let a succession say what the input says; returns whether that changes it. Raises: as ``change``."""
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(row.predecessor))
    check_version(row, version)
    _lock(work, row.predecessor_id, row.successor_id)
    _check_days(row.successor, data)
    _check_end(row.predecessor, data)
    own_end = _own_end(row)
    before = row.on_day, row.source_note, row.ends_predecessor
    row.on_day, row.source_note, row.ends_predecessor = data.on_day, data.source_note, data.ends_predecessor
    _follow_end(work, row, own_end)
    # Whoever leaves the day as it is was asked about it before.
    if not despite_day and data.on_day != before[0]:
        days.ask(row.predecessor, row.successor, data.on_day)
    return before != (row.on_day, row.source_note, row.ends_predecessor)


def remove(work: Work, row: PlaceSuccession, *, version: int, action: str = "place.succession_removed") -> None:
    """Let a succession vanish that was entered by mistake, with the end that it gave its predecessor.

    Where another place follows from the same day on, the end stays and is that entry's from then on.

    ``action``: what the trail says of it; taking an entry back is told apart from removing it.

    Raises:
        Forbidden, Conflict: it is not the actor's to edit; somebody else was faster.
    """
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(row.predecessor))
    check_version(row, version)
    _lock(work, row.predecessor_id)
    own_end = _own_end(row)
    heir = heir_of(work.session, row) if own_end else None
    row.ends_predecessor = False
    if heir is None:
        _follow_end(work, row, own_end)
    else:
        heir.ends_predecessor = True
        work.touch([heir])
    work.record(action, row.predecessor)
    work.session.delete(row)
    work.touch([row])


def restore(work: Work, key: int, predecessor_id: int, data: SuccessionInput) -> PlaceSuccession:
    """Enter again what was removed, under its old key.

    Raises:
        Conflict: that was done already, one of the places is gone, or something else was entered since.
        Forbidden: it would not be the actor's to edit.
    """
    predecessor = work.session.get(Place, predecessor_id)
    if predecessor is None or work.session.get(PlaceSuccession, key) is not None:
        raise Conflict
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(predecessor))
    try:
        _check(work, predecessor, data)
        row = PlaceSuccession(id=key, predecessor=predecessor, **asdict(data))
        work.session.add(row)
        _follow_end(work, row, None)
    except RuleViolation as violation:
        raise Conflict from violation
    return _noted(work, "place.succession_restored", row)


def undo_entry(work: Work, key: int, *, version: int) -> None:
    """Let a succession vanish that was just entered, as ``remove`` does.

    Raises:
        Conflict: it is gone already, or was changed since.
        Forbidden: it is not the actor's to edit.
    """
    row = _still_there(work, key)
    remove(work, row, version=version, action="place.succession_entry_undone")


def undo_change(work: Work, key: int, data: SuccessionInput, *, version: int) -> None:
    """Give a succession back what it said before it was changed.

    Raises:
        Conflict: it is gone, was changed since, or it can no longer be as it was.
        Forbidden: it is not the actor's to edit.
    """
    try:
        row = _still_there(work, key)
        if _fill(work, row, data, version=version, despite_day=True):
            _noted(work, "place.succession_change_undone", row)
    except RuleViolation as violation:
        raise Conflict from violation


def _still_there(work: Work, key: int) -> PlaceSuccession:
    found = work.session.get(PlaceSuccession, key)
    if found is None:
        raise Conflict
    return found


def end_was_set(work: Work, place: Place) -> None:
    """Let no form store what it said of a place's end before that was taken back, or given again."""
    mine = PlaceSuccession.predecessor_id == place.id, PlaceSuccession.ends_predecessor
    for row in work.session.scalars(select(PlaceSuccession).where(*mine)):
        flag_modified(row, "ends_predecessor")


def take_over(work: Work, wanted: Sequence[tuple[Place, Place, date]], source_note: str) -> list[PlaceSuccession]:
    """Enter (predecessor, successor, day) as an import found them, as far as they still fit.

    What is entered meanwhile, makes a circle, or names a successor that ended before the day is left out.

    The import leaves one line about the whole in the trail.
    """
    require(work.actor, Permission.DIRECTORY_EDIT_ALL)
    one_at_a_time(work)
    _lock(work, *(place.id for one in wanted for place in one[:2]))
    known = pairs(work.session)
    made = []
    for before, after, on_day in wanted:
        pair = before.id, after.id
        is_over = after.valid_until is not None and after.valid_until < on_day
        if pair not in known and not is_over and not makes_circle(known, pair):
            known.append(pair)
            made.append(
                PlaceSuccession(
                    predecessor=before,
                    successor=after,
                    on_day=on_day,
                    source_note=source_note,
                    ends_predecessor=False,
                )
            )
    work.session.add_all(made)
    work.touch(made)
    return made


def one_at_a_time(work: Work) -> None:
    """Let nobody else enter successions until this transaction is over, so that two cannot make a circle together.

    They may be about different places: a circle is closed by what lies between. Held before any place is, so that
    nobody waits in a ring. On SQLite only one transaction writes anyway.
    """
    if work.session.get_bind().dialect.name == "postgresql":
        work.session.execute(select(func.pg_advisory_xact_lock(_ENTERING)))


def _noted(work: Work, action: str, row: PlaceSuccession) -> PlaceSuccession:
    """Put it into the trail of the predecessor, and let the search follow at the successor."""
    work.record(action, row.predecessor)
    work.touch([row])
    return row


def _lock(work: Work, *keys: int) -> None:
    """Hold places, so that two forms about the same ones meet each other."""
    work.session.execute(select(Place.id).where(Place.id.in_(keys)).order_by(Place.id).with_for_update())


def _check(work: Work, predecessor: Place, data: SuccessionInput) -> Place:
    """Return the place that follows."""
    one_at_a_time(work)
    _lock(work, predecessor.id, data.successor_id)
    successor = work.session.get(Place, data.successor_id)
    if successor is None:
        raise RuleViolation(N_("Please choose the place that follows."), field="successor_id")
    _check_days(successor, data)
    _check_end(predecessor, data)
    known, new = pairs(work.session), (predecessor.id, successor.id)
    if new in known:
        raise RuleViolation(N_("This succession is entered already."), field="successor_id")
    if makes_circle(known, new):
        raise RuleViolation(N_("This place came before. It cannot follow as well."), field="successor_id")
    return successor


def _check_days(successor: Place, data: SuccessionInput) -> None:
    if successor.valid_until is not None and successor.valid_until < data.on_day:
        raise RuleViolation(N_("The place that follows has ended before this day."), field="on_day")


def _check_end(predecessor: Place, data: SuccessionInput) -> None:
    if data.ends_predecessor and not may_end(predecessor):
        raise RuleViolation(N_("Schools come and go with the official list."), field="on_day")


def _own_end(row: PlaceSuccession) -> date | None:
    """Return the last day that the predecessor has from this entry, if it still has it."""
    return row.predecessor.valid_until if row.gives_end else None


def _follow_end(work: Work, row: PlaceSuccession, own_end: date | None) -> None:
    """Give the predecessor the end that an entry asks for, or take back ``own_end``; another one it keeps.

    Raises:
        RuleViolation: it would end before it began.
    """
    place = row.predecessor
    before = place.valid_until
    other = None if before == own_end else before
    row.ends_predecessor = row.ends_predecessor and other is None
    after = day_before(row.on_day) if row.ends_predecessor else other
    if after == before:
        return
    if after is not None and place.valid_from is not None and after < place.valid_from:
        raise RuleViolation(N_("The end lies before the beginning. Please check both days."), field="on_day")
    place.valid_until = after
    work.record("place.reopened" if after is None else "place.ended", place)
