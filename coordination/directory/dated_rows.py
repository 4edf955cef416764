"""Dated rows that say what a place belongs to, or works for. Nothing that was is rewritten."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

from coordination.core.work import Work
from coordination.directory.models import Place
from coordination.directory.rules import day_before

Row = TypeVar("Row", bound=Any)


def first_day(work: Work, place: Place) -> date | None:
    """Return since when a new row holds: from today on; at a place entered today for as long as it is known."""
    return None if place.entered_on == work.today else work.today


def leave(work: Work, row: Any, place: Place) -> None:
    """Let a row hold no longer; what was entered today was no fact yesterday."""
    if row.valid_from == work.today or (row.valid_from is None and place.entered_on == work.today):
        work.session.delete(row)
    else:
        row.valid_until = day_before(work.today)


def left_today(work: Work, rows: Iterable[Row]) -> Row | None:
    """Return the row that was ended today, if one was: what is taken up again on the same day never ended."""
    last = day_before(work.today)
    return next((one for one in rows if one.valid_until == last), None)
