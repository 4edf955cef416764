"""Keeping which further districts a place works for."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from coordination.core.access import Permission, require
from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.core.work import Work
from coordination.directory import dated_rows
from coordination.directory.further.models import PlaceFurtherDistrict
from coordination.directory.further.queries import own_district
from coordination.directory.models import District, Place
from coordination.directory.queries import subject_of

#: Field of the form that a broken rule stands beside.
FIELD = "further_ids"


def assign(work: Work, place: Place, district_ids: Collection[int]) -> bool:
    """Let a place work for just these districts besides its own, from today on; returns whether that changes it.

    Raises:
        RuleViolation: one of them is not there, or the place lies in it.
        Forbidden: the place is not the actor's to edit.
    """
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(place))
    wanted = set(district_ids)
    _check(work, place, wanted)
    rows = work.session.scalars(select(PlaceFurtherDistrict).where(PlaceFurtherDistrict.place_id == place.id)).all()
    held = {one.district_id: one for one in rows if one.valid_until is None}
    gone, new = held.keys() - wanted, wanted - held.keys()
    for key in gone:
        dated_rows.leave(work, held[key], place)
    for key in sorted(new):
        row = dated_rows.left_today(work, [one for one in rows if one.district_id == key])
        if row is None:
            first = dated_rows.first_day(work, place)
            work.session.add(PlaceFurtherDistrict(place_id=place.id, district_id=key, valid_from=first))
        else:
            row.valid_until = None
    if gone or new:
        # What hangs on the place changes, and so does its version.
        flag_modified(place, "name")
        work.record("place.further_districts_set", place)
    return bool(gone or new)


def _check(work: Work, place: Place, wanted: Collection[int]) -> None:
    names = {row[0]: row[1] for row in work.session.execute(select(District.id, District.name))}
    if set(wanted) - names.keys():
        raise RuleViolation(N_("Please choose districts from the list."), field=FIELD)
    own = own_district(place)
    if own is not None and own in wanted:
        text = N_("The place lies in %(district)s itself. Please take this tick away.")
        raise RuleViolation(text, field=FIELD, district=names[own])
