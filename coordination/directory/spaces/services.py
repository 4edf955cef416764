"""Keeping social spaces: entered, renamed, and which places belong to them. Nothing that was is rewritten.

They are ended and taken up again as organisations are (``unit_services``).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from coordination.core.access import Permission, require
from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.core.versions import check_version
from coordination.core.work import Work
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


def assign(work: Work, place: Place, space_ids: Collection[int], *, origin: SpaceOrigin = SpaceOrigin.ENTERED) -> bool:
    """Let a place belong to just these of the social spaces that are there today; returns whether that changes it.

    What a list says takes nothing away that a person has entered.

    Raises:
        RuleViolation: one of them is not there.
        Forbidden: the place is not the actor's to edit.
    """
    if origin is SpaceOrigin.ENTERED:
        require(work.actor, Permission.DIRECTORY_EDIT, subject_of(place))
    session, wanted = work.session, set(space_ids)
    there = set(session.scalars(select(SocialSpace.id).where(is_there(work.today))))
    if wanted - there:
        raise RuleViolation(N_("Please choose social spaces from the list."), field="space_ids")
    rows = session.scalars(select(PlaceSocialSpace).where(PlaceSocialSpace.place_id == place.id)).all()
    held = {one.social_space_id for one in rows if one.valid_until is None}
    gone = [one for one in rows if one.valid_until is None and one.social_space_id in there - wanted]
    gone = [one for one in gone if origin in {SpaceOrigin.ENTERED, one.origin}]
    for row in gone:
        _leave(work, row, place)
    for key in sorted(wanted - held):
        _joined(work, place, key, rows).origin = origin
    if not gone and not wanted - held:
        return False
    # What hangs on the place changes, and so does its version.
    flag_modified(place, "name")
    work.record("place.social_spaces_set", place)
    return True


def _leave(work: Work, row: PlaceSocialSpace, place: Place) -> None:
    """Let a place not belong to a space any more; what was entered today was no fact yesterday."""
    if row.valid_from == work.today or (row.valid_from is None and place.entered_on == work.today):
        work.session.delete(row)
    else:
        row.valid_until = day_before(work.today)


def _joined(work: Work, place: Place, space_id: int, rows: Collection[PlaceSocialSpace]) -> PlaceSocialSpace:
    """Let a place belong to a space from today on; what it left today it never left."""
    last = day_before(work.today)
    row = next((one for one in rows if one.social_space_id == space_id and one.valid_until == last), None)
    if row is None:
        first = None if place.entered_on == work.today else work.today
        row = PlaceSocialSpace(place_id=place.id, social_space_id=space_id, valid_from=first)
        work.session.add(row)
    row.valid_until = None
    return row
