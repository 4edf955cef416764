"""What was looked for is marked as it is written, not as it is folded."""

import pytest

from coordination.core.registry import SearchHit
from coordination.search.rules import Query, highlight, number_found


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


@pytest.mark.parametrize(
    ("phone", "phone_of", "other", "typed", "shown"),
    [
        ("+49521516170", "", "", "6170", True),
        ("+4915199990017", "", "+49521516170", "6170", True),
        # That of who stands in is no reason why somebody is found.
        ("+49521516170", "Ada Probe", "", "6170", False),
        ("+49521516170", "", "", "617", False),
        ("+49521516170", "", "", "ada", False),
    ],
)
def test_the_number_that_ends_as_typed_is_shown(
    phone: str, phone_of: str, other: str, typed: str, *, shown: bool
) -> None:
    hit = SearchHit("Ada Probe", "", "/personen/1", phone, phone_of, other_phone=other)
    found = number_found(hit, Query((typed,)))
    assert [piece for piece, is_marked in found if is_marked] == ([typed] if shown else [])
