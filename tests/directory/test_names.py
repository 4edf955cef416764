"""Which names may be one person's, and which are two people's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.directory.names import are_near, folded, tells_apart

NEAR = [
    (("Frida", "Distelfink"), ("Frida", "Distelfinck")),
    (("Ingo", "Igelkott"), ("Ingo", "Igelkot")),
    (("Tariq", "Ahornblatt"), ("Tarik", "Ahornblatt")),
    (("Ada", "Ahornblatt"), ("Ahornblatt", "Ada")),
    (("Eva", "Müller"), ("Eva", "Muellers")),
    (("Jo", "Schwarzenberger"), ("Jo", "Schwarcenberg-er.")),
]
APART = [
    (("Eva", "Müller"), ("Eva", "Mueller")),
    (("Eva", "Beck"), ("Eva", "Buck")),
    (("Jan", "Ahornblatt"), ("Jana", "Ahornblatt")),
    (("Frida", "Distelfink"), ("Frieda", "Distelfinck")),
    (("Eva", "Müller"), ("Eva", "Mühlens")),
]


@pytest.mark.parametrize(("one", "other"), NEAR)
def test_a_slip_or_names_swapped_may_be_one_person(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert are_near(folded(*one), folded(*other))
    assert are_near(folded(*other), folded(*one))


@pytest.mark.parametrize(("one", "other"), APART)
def test_the_same_name_and_another_one_are_not_near(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert not are_near(folded(*one), folded(*other))


@given(st.text("abcdefghijklm", min_size=5, max_size=12), st.data())
def test_one_letter_less_is_near_from_six_letters_on(family: str, data: st.DataObject) -> None:
    """Five letters are the fewest on either side."""
    place = data.draw(st.integers(0, len(family) - 1))
    shorter = family[:place] + family[place + 1 :]
    assert are_near(("ada", family), ("ada", shorter)) == (len(shorter) >= 5)


def test_two_addresses_speak_against_one_person_unless_one_is_mistyped() -> None:
    assert tells_apart("ada@example.org", "berta@example.org")
    assert tells_apart("a.meier@example.org", "a.meier2@example.org")
    assert not tells_apart("ada@example.org", "Ada@exampel.org")
    assert not tells_apart("", "ada@example.org")
