"""How far away a day is, in words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from coordination.core.i18n import in_language
from coordination.meetings import words

TODAY = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("days", "said"), [(19, "in 19 Tagen"), (20, "in 20 Tagen"), (21, "in 3 Wochen"), (-20, "vor 20 Tagen")]
)
def test_up_to_three_weeks_are_said_in_days(days: int, said: str) -> None:
    with in_language("de"):
        assert words.distance(TODAY + timedelta(days=days), TODAY) == said
