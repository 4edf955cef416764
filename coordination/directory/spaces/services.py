"""Keeping social spaces: entered, renamed, and which places belong to them. Nothing that was is rewritten.

They are ended and taken up again as organisations are (``unit_services``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from coordination.core.access import Permission, require
from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.core.versions import check_version
from coordination.core.work import Work
from coordination.directory import dated_rows
from coordination.directory.models import District, Place
from coordination.directory.queries import subject_of
from coordination.directory.rules import day_before
from coordination.directory.spaces.models import EarlierSpaceName, PlaceSocialSpace, SocialSpace
from coordination.directory.spaces.queries import is_there
from coordination.directory.spaces.rules import SpaceOrigin


@dataclass(frozen=True, slots=True)
class SpaceInput:
    """A social space as typed."""

    name: str
    short_name: str = ""
    district_id: int | None = None


def create_space(work: Work, data: SpaceInput) -> SocialSpace:
    """Enter a social space.

    Raises:
        RuleViolation: another one is called so, or the district is not there.
    """
    require(work.actor, Permission.DIRECTORY_EDIT_ALL)
    _check(work, data, but=None)
    space = SocialSpace(name=data.name, short_name=data.short_name, district_id=data.district_id, entered_on=work.today)
    work.session.add(space)
    work.record("social_space.created", space)
    return space


def change_space(work: Work, space: SocialSpace, data: SpaceInput, *, version: int) -> bool:
    """Change a social space and return whether it has another name than yesterday, which stays as an earlier one.

    Short name and district are put right for all days.

    Raises: as ``create_space``; Conflict if somebody else changed it meanwhile.
    """
    require(work.actor, Permission.DIRECTORY_EDIT_ALL)
    check_version(space, version)
    _check(work, data, but=space.id)
    if (space.name, space.short_name, space.district_id) == (data.name, data.short_name, data.district_id):
        return False
    if space.name != data.name:
        _keep_name(work, space, data.name)
    space.name, space.short_name, space.district_id = data.name, data.short_name, data.district_id
    work.record("social_space.changed", space)
    return any(one.valid_until == day_before(work.today) for one in space.earlier_names)


def _check(work: Work, data: SpaceInput, *, but: int | None) -> None:
    if data.district_id is not None and work.session.get(District, data.district_id) is None:
        raise RuleViolation(N_("Please choose a district."), field="district_id")
    # In Python: SQLite's lower() knows no umlauts.
    for key, name in work.session.execute(select(SocialSpace.id, SocialSpace.name)):
        if key != but and name.casefold() == data.name.casefold():
            text = N_("There is a social space with this name already, perhaps one that has ended.")
            raise RuleViolation(text, field="name")


def _keep_name(work: Work, space: SocialSpace, name: str) -> None:
    """Note what a space was called until yesterday, unless it was entered or renamed today."""
    last = day_before(work.today)
    noted = next((one for one in space.earlier_names if one.valid_until == last), None)
    if noted is not None and noted.name == name:
        space.earlier_names.remove(noted)
    elif noted is None and space.entered_on != work.today:
        space.earlier_names.append(EarlierSpaceName(name=space.name, valid_until=last))


def assign(work: Work, place: Place, space_ids: Collection[int]) -> bool:
    """Let a place belong to just these of the social spaces that are there today; returns whether that changes it.

    Raises:
        RuleViolation: one of them is not there.
        Forbidden: the place is not the actor's to edit.
    """
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(place))
    return _assign(work, {place: space_ids}, SpaceOrigin.ENTERED) > 0


def fill(work: Work, space: SocialSpace, *, joining: Collection[Place], leaving: Collection[Place]) -> int:
    """Let places belong to one social space, and others not any more; return of how many that changes anything.

    What else a place belongs to stays. The statements do not grow with the number of places.

    Raises:
        RuleViolation: the social space has ended.
    """
    require(work.actor, Permission.DIRECTORY_EDIT_ALL)
    places = [*joining, *leaving]
    held = select(PlaceSocialSpace).where(
        PlaceSocialSpace.place_id.in_([one.id for one in places]),
        PlaceSocialSpace.valid_until.is_(None),
        PlaceSocialSpace.social_space_id.in_(select(SocialSpace.id).where(is_there(work.today))),
    )
    wanted: dict[Place, set[int]] = {place: set() for place in places}
    by_key = {place.id: place for place in places}
    for row in work.session.scalars(held):
        wanted[by_key[row.place_id]].add(row.social_space_id)
    for place in joining:
        wanted[place].add(space.id)
    for place in leaving:
        wanted[place].discard(space.id)
    return _assign(work, wanted, SpaceOrigin.ENTERED)


def assign_listed(work: Work, listed: Mapping[Place, Collection[int]]) -> int:
    """Do the same for all places of a list, and return of how many it changes anything.

    What a list says takes nothing away that a person has entered. The statements do not grow with the list.

    Raises: as ``assign``.
    """
    require(work.actor, Permission.DIRECTORY_EDIT_ALL)
    return _assign(work, listed, SpaceOrigin.IMPORTED)


def _assign(work: Work, wanted: Mapping[Place, Collection[int]], origin: SpaceOrigin) -> int:
    session = work.session
    there = set(session.scalars(select(SocialSpace.id).where(is_there(work.today))))
    if {key for keys in wanted.values() for key in keys} - there:
        raise RuleViolation(N_("Please choose social spaces from the list."), field="space_ids")
    rows: dict[int, list[PlaceSocialSpace]] = {place.id: [] for place in wanted}
    for row in session.scalars(select(PlaceSocialSpace).where(PlaceSocialSpace.place_id.in_(rows))):
        rows[row.place_id].append(row)
    changed = [
        place
        for place, keys in wanted.items()
        if _set(work, place, rows[place.id], there=there, said=(set(keys), origin))
    ]
    for place in changed:
        # What hangs on the place changes, and so does its version.
        flag_modified(place, "name")
    if changed:
        work.record_all("place.social_spaces_set", changed)
    return len(changed)


def _set(
    work: Work,
    place: Place,
    rows: Collection[PlaceSocialSpace],
    *,
    there: Collection[int],
    said: tuple[set[int], SpaceOrigin],
) -> bool:
    """Let a place that has ``rows`` belong to what is ``said``; returns whether that changes it."""
    wanted, origin = said
    open_rows = [one for one in rows if one.valid_until is None]
    gone = [one for one in open_rows if one.social_space_id in there and one.social_space_id not in wanted]
    gone = [one for one in gone if origin in {SpaceOrigin.ENTERED, one.origin}]
    new = wanted - {one.social_space_id for one in open_rows}
    for row in gone:
        dated_rows.leave(work, row, place)
    for key in sorted(new):
        _join(work, place, key, rows, origin=origin)
    return bool(gone or new)


def _join(work: Work, place: Place, space_id: int, rows: Collection[PlaceSocialSpace], *, origin: SpaceOrigin) -> None:
    """Let a place belong to a space from today on; what it left today it never left."""
    row = dated_rows.left_today(work, [one for one in rows if one.social_space_id == space_id])
    if row is None:
        first = dated_rows.first_day(work, place)
        row = PlaceSocialSpace(place_id=place.id, social_space_id=space_id, valid_from=first, origin=origin)
        work.session.add(row)
    elif origin is SpaceOrigin.ENTERED:
        # What a person says is theirs from now on; a list that says what a person had entered takes nothing over.
        row.origin = origin
    row.valid_until = None
