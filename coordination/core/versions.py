"""Optimistic locking: who saves what somebody else has changed meanwhile is told, and overwrites nothing."""

from __future__ import annotations

from secrets import randbelow
from typing import Protocol

from coordination.core.errors import Conflict


class Versioned(Protocol):
    """A row with a version that grows with each change."""

    version: int


def check_version(row: Versioned, version: int) -> None:
    """Raise Conflict unless ``version``, the one a form was filled from, is still the newest."""
    if row.version != version:
        raise Conflict


def next_version(version: int | None) -> int:
    """Return the version after ``version``; that of a new row is any number, for rows that are deleted now and then.

    SQLite gives the key of a deleted row to another one: a form of the old row must not fit the new one.
    """
    return version + 1 if version else randbelow(2**30) + 1
