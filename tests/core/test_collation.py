"""German order of names, the same from both databases."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core.collation import SORT_KEY_LENGTH, german_key, sort_key
from coordination.directory.models import Person
from tests import factories

#: In the order of DIN 5007-1: ä with a, ß with ss, a space before a hyphen before letters.
FAMILIES = [
    "Aal",
    "Äpfel",
    "Arndt",
    "Cuñat",
    "de Vries",
    "Émile",
    "Łukasz",
    "Mäder",
    "Meier",
    "Meier-Schulz",
    "Meierei",
]
FAMILIES += ["Ozan", "Özdemir", "Ozkan", "Strasse", "Straße", "Strassen", "Übel", "Ulrich", "Zoë"]


def test_letters_with_marks_stand_with_their_plain_ones() -> None:
    assert sorted(FAMILIES, key=german_key) == FAMILIES


@pytest.mark.parametrize(
    ("one", "other"),
    [("Äpfel", "apfel"), ("STRASSE", "Straße"), ("Łukasz", "lukasz"), ("Œuvre", "oeuvre"), ("é", "e\u0301")],
)
def test_such_names_are_equal_until_nothing_else_differs(one: str, other: str) -> None:
    assert german_key(one)[0] == german_key(other)[0]


def test_all_of_one_family_come_before_a_longer_name() -> None:
    ordered = [("Meier", "Zoë"), ("Meier Anders", "Ada"), ("Meier-Schulz", "Ada"), ("Meierei", "Ada")]
    assert all(sort_key(*one) < sort_key(*other) for one, other in pairwise(ordered))


@given(st.text(max_size=300), st.text(max_size=300))
def test_a_sort_key_fits_its_column_and_holds_no_mark_or_capital(family: str, given_name: str) -> None:
    key = sort_key(family, given_name)
    assert len(key) <= SORT_KEY_LENGTH
    assert sort_key(key.replace("\t", "")) == key.replace("\t", "")


def test_both_databases_put_people_in_the_same_order(session: Session) -> None:
    for family in sorted(FAMILIES, key=lambda name: name[::-1]):
        factories.person(session, "Bo", family)
    factories.person(session, "Älva", "Meier")
    session.commit()
    found = session.scalars(select(Person).order_by(Person.sort_name, Person.id)).all()
    names = [f"{person.family_name} {person.given_name}" for person in found]
    meier = FAMILIES.index("Meier")
    wanted = [f"{family} Bo" for family in FAMILIES]
    wanted.insert(meier, "Meier Älva")
    # "Strasse" and "Straße" are equal letters; which is first is decided by the key of the row.
    assert [name.replace("ß", "ss") for name in names] == [name.replace("ß", "ss") for name in wanted]
