"""Statements are kept for who has the same rights on the same day, and for nobody else."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from coordination.core.access import Actor, BodyRole, Role
from coordination.search.statements import Reader

ANYBODY = Actor(user_id=1)


@pytest.mark.parametrize("changed", [one.name for one in fields(Actor)])
def test_no_statement_is_kept_for_somebody_with_other_rights(changed: str) -> None:
    day = date(2026, 11, 25)
    others: dict[str, Any] = {
        "user_id": 2,
        "person_id": 3,
        "roles": frozenset({Role.LEAD}),
        "keeps": frozenset({4}),
        "keeps_all": True,
        "body_roles": {5: BodyRole.CHAIR},
        "is_system": True,
    }
    reader, other = Reader(ANYBODY, day), Reader(replace(ANYBODY, **{changed: others[changed]}), day)
    assert reader == Reader(Actor(user_id=1), day)
    assert reader != other
    assert reader != Reader(ANYBODY, date(2026, 11, 26))
