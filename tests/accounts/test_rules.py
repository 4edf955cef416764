"""How long sessions live, which passwords are taken, and what a device is called."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.accounts.rules import OFFICE_ROLES, check_password, device_name, fold_email, is_alive
from coordination.core.access import Role
from coordination.core.errors import RuleViolation

NOW = datetime(2027, 1, 14, 12, tzinfo=UTC)
ages = st.integers(0, 40 * 24 * 60).map(lambda n: timedelta(minutes=n))
role_sets = st.sets(st.sampled_from(Role))


@given(ages, ages, st.booleans(), role_sets)
def test_a_session_lives_as_long_as_its_device_and_roles_allow(
    age: timedelta, idle: timedelta, own_device: bool, roles: set[Role]
) -> None:
    idle = min(age, idle)
    has_office = bool(roles & {Role.COORDINATOR, Role.ADMINISTRATOR, Role.DIRECTORY_KEEPER})
    long = own_device and not has_office
    wanted = age < timedelta(days=30) if long else idle < timedelta(minutes=60) and age < timedelta(hours=12)
    found = is_alive(created_at=NOW - age, seen_at=NOW - idle, own_device=own_device, roles=roles, now=NOW)
    assert found is wanted


@pytest.mark.parametrize(
    ("age", "idle", "own_device", "roles", "alive"),
    [
        (timedelta(hours=2), timedelta(minutes=59, seconds=59), False, (), True),
        (timedelta(hours=2), timedelta(minutes=60), False, (), False),
        (timedelta(hours=12), timedelta(0), False, (), False),
        (timedelta(days=30) - timedelta(seconds=1), timedelta(days=29), True, (Role.PLANNER,), True),
        (timedelta(days=30), timedelta(0), True, (), False),
        (timedelta(hours=2), timedelta(hours=1), True, (Role.LEAD, Role.COORDINATOR), False),
    ],
)
def test_sessions_end_on_the_minute(
    age: timedelta, idle: timedelta, own_device: bool, roles: tuple[Role, ...], alive: bool
) -> None:
    found = is_alive(created_at=NOW - age, seen_at=NOW - idle, own_device=own_device, roles=roles, now=NOW)
    assert found is alive


def test_planners_and_heads_may_stay_signed_in_on_their_own_device() -> None:
    assert set(Role) - OFFICE_ROLES == {Role.PLANNER, Role.LEAD}


@pytest.mark.parametrize(
    "password", ["sieben graue kiesel unter brücke", "korrekt pferd batterie", "vK8#pLq2!zRt", "x9" + "öä7Q" * 31]
)
def test_long_passwords_that_nobody_guesses_are_taken(password: str) -> None:
    check_password(password, about=("ada@example.org", "Ada Ahornblatt"))


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("", "at least"),
        ("vK8#pLq2!zR", "at least"),
        ("x" * 129, "at most"),
        ("aaaaaaaaaaaa", "easy to guess"),
        ("123456789012", "easy to guess"),
        ("Password1234", "easy to guess"),
        ("qwertzuiopasd", "easy to guess"),
        ("ada@example.org", "easy to guess"),
        ("AhornblattAda27", "easy to guess"),
        ("example.org!ada!", "easy to guess"),
    ],
)
def test_short_known_and_guessable_passwords_are_refused(password: str, word: str) -> None:
    with pytest.raises(RuleViolation, match=word) as refused:
        check_password(password, about=("ada@example.org", "Ada Ahornblatt"))
    assert refused.value.field == "password"
    assert not password or password not in str(refused.value.values)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/138.0 Safari/537.36 Edg/138.0", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/138.0 Safari/537.36", "Chrome, Linux"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/138.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/18.0 Safari/605.1", "Safari, Mac"),
        ("curl/8.5", "?"),
        ("", "?"),
    ],
)
def test_a_device_is_called_by_what_its_owner_recognises(header: str, name: str) -> None:
    assert device_name(header) == name


@given(st.text())
def test_whatever_a_device_says_of_itself_its_name_is_one_of_ours(header: str) -> None:
    assert len(device_name(header)) <= 60
    assert set(device_name(header)) <= set("?, " + "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


@pytest.mark.parametrize("typed", ["ada@example.org", " ADA@Example.ORG\t", "Ada@EXAMPLE.org"])
def test_an_address_is_the_same_however_it_is_typed(typed: str) -> None:
    assert fold_email(typed) == "ada@example.org"
