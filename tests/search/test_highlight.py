"""What was looked for is marked as it is written, not as it is folded."""

import pytest

from coordination.search.rules import Query, highlight


@pytest.mark.parametrize(
    ("text", "terms", "marked"),
    [
        ("Froebelschule", ("froe",), "[Froe]belschule"),
        ("Fröbelschule", ("froe",), "[Frö]belschule"),
        # Half an ö is marked whole, and so is ß.
        ("Fröbel", ("fro",), "[Frö]bel"),
        ("Maßstab", ("mas",), "[Maß]stab"),
        ("Mu\u0308ller", ("mueller",), "Mu\u0308ller"),
        ("Mu\u0308ller", ("muller",), "[Mu\u0308ller]"),
        # What touches is one piece; what is found twice, two.
        ("Grundschule", ("grund", "schul"), "[Grundschul]e"),
        ("Ada Adam", ("ada",), "[Ada] [Ada]m"),
        ("Łoś", ("los",), "[Łoś]"),
        ("Till Wald", ("ahorn",), "Till Wald"),
        ("", ("a",), ""),
    ],
)
def test_what_was_looked_for_is_marked(text: str, terms: tuple[str, ...], marked: str) -> None:
    pieces = highlight(text, Query(terms))
    assert "".join(f"[{piece}]" if is_marked else piece for piece, is_marked in pieces) == marked
    assert all(piece for piece, _is_marked in pieces)
