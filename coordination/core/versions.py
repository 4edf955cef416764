"""Optimistic locking: who saves what somebody else has changed meanwhile is told, and overwrites nothing."""

from __future__ import annotations

from typing import Protocol

from coordination.core.errors import Conflict


class Versioned(Protocol):
    """A row with a version that grows with each change."""

    version: int


def check_version(row: Versioned, version: int) -> None:
    """Raise Conflict unless ``version``, the one a form was filled from, is still the newest."""
    if row.version != version:
        raise Conflict
