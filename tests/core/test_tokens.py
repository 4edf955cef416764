"""Signed links: for one purpose, for a time, readable with retired keys, and nothing to forge."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeTimedSerializer

from coordination.core.errors import LinkOver, NotFound
from coordination.core.tokens import Claim, Signer

NEW, OLD = "n" * 32, "o" * 32
signer = Signer([NEW])


@given(st.integers(1, 2**31), st.integers(0, 1000))
def test_a_link_says_which_row_and_generation_it_is_for(row_id: int, generation: int) -> None:
    token = signer.make("invitation", row_id, generation)
    assert signer.read("invitation", token, max_age=60) == Claim(row_id, generation)
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_a_link_for_another_purpose_does_not_exist() -> None:
    with pytest.raises(NotFound):
        signer.read("reset", signer.make("invitation", 1, 1))


def test_no_character_of_a_link_can_be_changed() -> None:
    token = signer.make("invitation", 1, 1)
    for place, letter in enumerate(token):
        other = "A" if letter != "A" else "Q"
        with pytest.raises(NotFound):
            signer.read("invitation", token[:place] + other + token[place + 1 :])


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "ä", "x" * 5000, "WzEsMV0"])
def test_what_is_no_link_does_not_exist(token: str) -> None:
    with pytest.raises(NotFound):
        signer.read("invitation", token)


@pytest.mark.parametrize("payload", [1, "text", [1], [1, 2, 3], {"id": 1}, None])
def test_a_signed_text_of_another_shape_does_not_exist(payload: object) -> None:
    strange = str(signer._serializer("invitation").dumps(payload))
    with pytest.raises(NotFound):
        signer.read("invitation", strange)


def test_a_link_that_is_too_old_is_over_not_unknown() -> None:
    token = signer.make("invitation", 1, 1)
    with pytest.raises(LinkOver):
        signer.read("invitation", token, max_age=-1)
    assert signer.read("invitation", token) == Claim(1, 1)


def test_a_tampered_link_is_not_even_told_to_be_old() -> None:
    token = signer.make("invitation", 1, 1)
    with pytest.raises(NotFound):
        signer.read("invitation", "x" + token, max_age=-1)


def test_links_signed_with_a_retired_key_are_still_read() -> None:
    token = Signer([OLD]).make("invitation", 3, 2)
    assert Signer([NEW, OLD]).read("invitation", token) == Claim(3, 2)
    with pytest.raises(NotFound):
        Signer([NEW]).read("invitation", token)


def test_new_links_are_signed_with_the_newest_key() -> None:
    token = Signer([NEW, OLD]).make("invitation", 3, 2)
    assert Signer([NEW]).read("invitation", token) == Claim(3, 2)
    with pytest.raises(NotFound):
        Signer([OLD]).read("invitation", token)


def test_a_cookie_signed_elsewhere_with_the_same_key_is_no_link() -> None:
    foreign = str(URLSafeTimedSerializer(NEW, salt="invitation").dumps([1, 1]))
    with pytest.raises(NotFound):
        signer.read("invitation", foreign)


def test_a_form_token_belongs_to_one_link_and_one_installation() -> None:
    token, other = signer.make("invitation", 1, 1), signer.make("invitation", 2, 1)
    given_token = signer.form_token(token)
    assert signer.is_form_token(token, given_token)
    assert not signer.is_form_token(other, given_token)
    assert not Signer([OLD]).is_form_token(token, given_token)
    for wrong in ("", token, given_token[:-1], given_token.upper(), "ä"):
        assert not signer.is_form_token(token, wrong)
