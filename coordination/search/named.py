"""What somebody means by a few words, for forms of lower slices that let a thing be chosen."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from coordination.core.access import Actor
from coordination.core.registry import Meant
from coordination.search.nearest import look
from coordination.search.queries import Wanted

#: So many are offered at most.
MOST = 50


def meant(session: Session, actor: Actor, text: str, *, kind: str, day: date) -> Meant:
    """Return what of one kind the search finds by every word of ``text``, the best first; nothing by a word of many."""
    answer = look(session, actor, text, day=day, wanted=Wanted(MOST, kind))
    if answer.is_any:
        return Meant()
    keys = [found.hit.key for group in answer.groups for found in group.results]
    return Meant(keys, is_similar=bool(answer.similar))
