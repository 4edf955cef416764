"""Saying that a school has no such site, and that it may be proposed again."""

from __future__ import annotations

from sqlalchemy import Select, delete, select

from coordination.core.access import Permission, require
from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.core.work import Work
from coordination.directory.models import Place
from coordination.directory.sites import proposals
from coordination.directory.sites.models import NoSite


def deny(work: Work, school: Place, zone: str) -> None:
    """Remember that a school has no such site: it is not proposed any more.

    Raises:
        Forbidden: the actor does not keep the whole directory.
        RuleViolation: nothing of that kind is proposed for the school; it may have been entered meanwhile.
    """
    require(work.actor, Permission.DIRECTORY_EDIT_ALL)
    if work.session.scalar(_row(school, zone)) is not None:
        return
    if zone not in {one.zone for one in proposals.read(work.session, work.today).at(school)}:
        raise RuleViolation(N_("This site is not proposed any more. Please look at the page again."))
    work.session.add(NoSite(place_id=school.id, zone=zone))
    work.record("place.site_denied", school)


def propose_again(work: Work, school: Place, zone: str) -> None:
    """Let a site be proposed again.

    Raises:
        Forbidden: the actor does not keep the whole directory.
    """
    require(work.actor, Permission.DIRECTORY_EDIT_ALL)
    if work.session.scalar(_row(school, zone)) is not None:
        work.session.execute(delete(NoSite).where(NoSite.place_id == school.id, NoSite.zone == zone))
        work.record("place.site_proposed", school)


def _row(school: Place, zone: str) -> Select[int]:
    return select(NoSite.id).where(NoSite.place_id == school.id, NoSite.zone == zone)
