"""Switching the public page on and off."""

from __future__ import annotations

from coordination.core.access import Permission, require
from coordination.core.work import Work
from coordination.directory.public.models import PublicPage
from coordination.directory.public.queries import ONLY, page


def switch(work: Work, *, to_on: bool) -> PublicPage:
    """Switch the page on or off from today on; nothing is stored if it is so already.

    Raises:
        NotFound: the actor does not administer.
    """
    require(work.actor, Permission.PUBLIC_PAGE_SET)
    row = page(work.session) or PublicPage(id=ONLY, is_on=False, since=work.today)
    if row.is_on is not to_on:
        row.is_on, row.since = to_on, work.today
        work.session.add(row)
        work.record("public_page.switched_on" if to_on else "public_page.switched_off", row)
    return row
