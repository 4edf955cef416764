"""Making, renewing and ending links, and following what changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, true, update
from sqlalchemy.orm import Session

from coordination.calendars import feeds, parts
from coordination.calendars.models import CalendarLink, CalendarRevision, FeedFetch
from coordination.calendars.queries import link_of
from coordination.calendars.rules import OF_MEETINGS, FeedKind, Wanted
from coordination.core import clock
from coordination.core.db import Base
from coordination.core.errors import NotFound
from coordination.core.tokens import Claim, Signer
from coordination.core.work import Work
from coordination.mail.site import Site

PURPOSE = "calendar"


def token(signer: Signer, link: CalendarLink) -> str:
    """Return the token in the address of a subscription."""
    return signer.make_lasting(PURPOSE, link.id, link.generation)


def behind(session: Session, claim: Claim) -> CalendarLink:
    """Return the link that a genuine token stands for.

    Raises:
        NotFound: it is over, or has another address by now.
    """
    link = session.get(CalendarLink, claim.id)
    if link is None or link.ended_at is not None or link.generation != claim.generation:
        raise NotFound
    return link


def subscribe(work: Work, user_id: int, wanted: Wanted) -> CalendarLink:
    """Return the account's link to what is wanted: the one there is, or a new one.

    Raises:
        NotFound: there is no such body, topic, place or person.
    """
    feeds.subject_name(work.session, work.actor, wanted.kind, wanted.subject_id)
    same = select(CalendarLink).where(
        CalendarLink.user_id == user_id,
        CalendarLink.kind == wanted.kind,
        CalendarLink.subject_id == wanted.subject_id,
    )
    link = work.session.scalars(same).one_or_none()
    is_neutral = wanted.is_neutral and wanted.kind in OF_MEETINGS
    if link is None:
        link = CalendarLink(user_id=user_id, kind=wanted.kind, subject_id=wanted.subject_id, is_neutral=is_neutral)
        link.created_at = work.now
        work.session.add(link)
    elif link.ended_at is None:
        return link
    else:
        # Whoever still had the old link does not get in again by it.
        _readdress(work, link)
        link.ended_at, link.is_neutral = None, is_neutral
    work.record("calendar.subscribed", link)
    return link


def renew(work: Work, user_id: int, link_id: int) -> CalendarLink:
    """Give a link another address; the old one is over at once."""
    link = link_of(work.session, user_id, link_id)
    _readdress(work, link)
    work.record("calendar.renewed", link)
    return link


def _readdress(work: Work, link: CalendarLink) -> None:
    """Give a link an address that is new, and that nobody has fetched yet."""
    link.generation += 1
    link.created_at = work.now
    work.session.execute(delete(FeedFetch).where(FeedFetch.link_id == link.id))


def tell_titles(work: Work, user_id: int, link_id: int, *, is_neutral: bool) -> CalendarLink:
    """Set whether titles of meetings that are not public say nothing."""
    link = link_of(work.session, user_id, link_id)
    if link.kind in OF_MEETINGS and link.is_neutral != is_neutral:
        link.is_neutral = is_neutral
        work.record("calendar.titles", link)
    return link


def revoke(work: Work, user_id: int, link_id: int) -> None:
    """Turn a link off."""
    end(work, link_of(work.session, user_id, link_id))


def end(work: Work, link: CalendarLink) -> None:
    """Turn a link off: its address answers as if it had never been."""
    link.ended_at = work.now
    work.record("calendar.revoked", link)


def follow_merge(session: Session, kept_id: int, gone_id: int) -> None:
    """Let subscriptions to a person's weeks go on with the entry that stays; who has both keeps that one alone."""
    of_person = CalendarLink.kind == FeedKind.PERSON
    theirs = session.scalars(select(CalendarLink.user_id).where(of_person, CalendarLink.subject_id == kept_id)).all()
    for link in session.scalars(select(CalendarLink).where(of_person, CalendarLink.subject_id == gone_id)):
        if link.user_id in theirs:
            session.delete(link)
        else:
            link.subject_id = kept_id


def follow(session: Session, changed: Sequence[Base], site: Site) -> None:
    """Count the change, so that no kept answer outlives it, and make anew the lines of meetings it touched."""
    parts.follow(session, changed, site)
    count(session, clock.utc_now())


def count(session: Session, now: datetime) -> None:
    """Raise the revision; the last thing of a transaction, since others wait for this row."""
    session.execute(
        update(CalendarRevision)
        .where(CalendarRevision.id == 1)
        .values(number=CalendarRevision.number + 1, changed_at=now)
        .execution_options(synchronize_session=False)
    )


def rebuild(session: Session, site: Site) -> int:
    """Make all kept lines anew and return of how many meetings; the caller commits."""
    number = parts.make(session, site, true())
    count(session, clock.utc_now())
    return number
