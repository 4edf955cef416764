"""Who has nothing but a personal link: it opens its own page once, signs nobody in, and is no key to anything else."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests import factories
from tests.architecture.access_city import Visitor, routes, visiting
from tests.architecture.access_walk import read_table
from tests.architecture.access_world import variables

INVITATION, RESET = "/konto/einladung/<token>", "/konto/passwort/<token>"
PASSWORD = "sieben graue kiesel unter brücke"
PURPOSES = pytest.mark.parametrize(
    ("own", "other", "email"), [(INVITATION, RESET, "neu@example.org"), (RESET, INVITATION, "alt@example.org")]
)


@pytest.fixture
def guest(database_kind: str) -> Iterator[Visitor]:
    """Return somebody in front of a city, without an account and with both kinds of link in a mail."""
    with visiting("guest", database_kind) as visitor:
        yield visitor


@PURPOSES
def test_a_link_opens_its_own_page_and_nothing_else(guest: Visitor, own: str, other: str, email: str) -> None:
    world = guest.city.world
    token = world.invitation if own == INVITATION else world.reset
    opened = guest.city.app.test_client().get(own.replace("<token>", token))
    assert opened.status_code == 200
    addresses = set(re.findall(r"[\w.]+@example\.org", opened.text))
    assert addresses <= {email}, "the page of a link names nobody else"
    assert guest.ask(other.replace("<token>", token)).status == "404"
    table, wrong = read_table(), []
    for method, rule in routes(guest.city.app):
        if "token" in variables(rule):
            continue
        expected = table[method, rule]["anonymous"]
        address = world.address(rule)
        carried = [address, f"{address}?token={token}", f"{address}?next={own.replace('<token>', token)}"]
        for one in carried if method == "GET" else carried[:1]:
            headers = {"Authorization": f"Bearer {token}", "Cookie": f"koordination={token}"}
            answer = guest.ask(one, method, {"token": token}, headers=headers if method == "GET" else None)
            if answer.status != expected:
                wrong.append(f"{method} {one}: {answer.status}, to a stranger {expected}")
            wrong += [f"{method} {one}: shows {marker}" for marker in answer.leaks("anonymous")]
        guest.city.snapshot.put_back()
    assert wrong == []


@PURPOSES
def test_using_a_link_signs_nobody_in(guest: Visitor, own: str, other: str, email: str) -> None:
    world = guest.city.world
    address = own.replace("<token>", world.invitation if own == INVITATION else world.reset)
    client = guest.city.app.test_client()
    field = re.search(r'name="form_token" value="([^"]+)"', client.get(address).text)
    assert field is not None
    assert client.get("/").status_code == 303
    done = client.post(address, data={"form_token": field[1], "password": PASSWORD})
    assert (done.status_code, done.headers["Location"]) == (303, "/konto/anmelden")
    assert client.get("/").headers["Location"].startswith("/konto/anmelden")
    assert client.get(address).status_code == 410
    assert client.post(address, data={"form_token": field[1], "password": factories.PASSWORD}).status_code == 410
    del other, email
