"""Why two entries of the directory cannot be put together, as far as posts tell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from coordination.core.i18n import gettext
from coordination.directory.responsibilities.models import PostHolder
from coordination.directory.twice import held_twice


def obstacles(session: Session, kept_id: int, gone_id: int, today: date) -> Sequence[str]:
    """Say which posts both hold at a time that is not over."""
    held = held_twice(session, PostHolder.post, (kept_id, gone_id), today, same=("post_id",))
    names = dict.fromkeys(post.function for post in held)
    return [gettext("Both hold the post “%(post)s”. Please end one of them there first.", post=name) for name in names]
