"""Links that nothing has fetched for a long time are turned off, and their owners told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import joinedload

from coordination.calendars import feeds, letters, services
from coordination.calendars.models import CalendarLink, FeedFetch
from coordination.calendars.rules import KIND_WORDS, UNUSED
from coordination.core.i18n import gettext, in_language
from coordination.core.work import Work
from coordination.mail import outbox
from coordination.mail.site import Site


def is_unused(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a link works and was neither made nor fetched within the term."""
    fetched = select(FeedFetch.at).where(FeedFetch.link_id == CalendarLink.id).scalar_subquery()
    return and_(CalendarLink.ended_at.is_(None), func.coalesce(fetched, CalendarLink.created_at) < now - UNUSED)


def turn_off(work: Work, which: ColumnElement[bool], site: Site) -> None:
    """End the links that meet ``which``; owners whose account works get a mail for each."""
    rows = work.session.scalars(select(CalendarLink).where(which).options(joinedload(CalendarLink.account)))
    links = rows.all()
    names = feeds.subject_names(work.session, links)
    for link in links:
        services.end(work, link)
        if link.account.deactivated_at is None:
            with in_language(link.account.language):
                name = names[link.kind, link.subject_id] or gettext(KIND_WORDS[link.kind])
            outbox.queue(work, letters.unused(link.account, name, site), site.sender)
