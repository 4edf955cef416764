"""Each nasty query over the real schools, on both databases."""

from __future__ import annotations

import pytest

from tests.search.cases import CASES
from tests.search.conftest import Ask


@pytest.mark.parametrize("name", CASES)
def test_a_nasty_query_finds_what_is_meant(name: str, city: Ask) -> None:
    case = CASES[name]
    assert case.nothing or case.first or case.among or case.without, "it would pass whatever is found"
    answer = city(case.typed)
    titles = {group.kind: [one.hit.title for one in group.results] for group in answer.groups}
    everything = [title for found in titles.values() for title in found]
    if case.nothing:
        assert everything == []
    if case.first is not None:
        kind, title = case.first
        assert titles.get(kind, [""])[0] == title, titles
        assert answer.similar == case.similar
    if case.first is not None or case.is_any:
        assert answer.is_any is case.is_any
    assert set(case.among) <= set(everything)
    assert not set(case.without) & set(everything)
