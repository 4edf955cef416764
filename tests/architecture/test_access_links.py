"""Who has nothing but a personal link: it opens its own page, signs nobody in, and is no key to anything else."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from coordination.accounts import letters
from coordination.accounts.models import UserAccount
from coordination.core.tokens import DAYS, Signer
from coordination.decisions.models import Decision, Task
from coordination.directory.rounds.models import RoundPerson
from coordination.directory.rounds.queries import PURPOSE as CONFIRMATION
from coordination.meetings.dispatch import ANSWER
from coordination.meetings.models import Invitation
from coordination.minutes.letters import READING
from tests import factories
from tests.architecture.access_city import Visitor, routes, visiting
from tests.architecture.access_links import (
    ANSWER_PAGE,
    CONFIRM_PAGE,
    INVITATION_PAGE,
    MINUTES_PAGE,
    RESET_PAGE,
    STATUS_PAGE,
    Link,
)
from tests.architecture.access_marks import MAY_SEE
from tests.architecture.access_walk import read_table
from tests.architecture.access_world import variables

#: Whom to ask where a body has no office.
CONTACT = "koordination@example.org"
PASSWORD = "sieben graue kiesel unter brücke"


@dataclass(frozen=True)
class Purpose:
    """One kind of link: its page, what its token is signed for, and the row whose generation it holds."""

    page: str
    salt: str
    model: type[Any]
    #: What its page sends; nothing: it only shows.
    data: dict[str, str]
    #: The only address that its page names.
    email: str = ""
    is_of_others: bool = False

    def link(self, visitor: Visitor) -> Link:
        links = visitor.city.world.links
        return (links.others if self.is_of_others else links.own)[self.page]

    def address(self, token: str) -> str:
        return self.page.replace("<token>", token)


PURPOSES = {
    "invitation": Purpose(INVITATION_PAGE, letters.INVITATION, UserAccount, {"password": PASSWORD}, "neu@example.org"),
    "reset": Purpose(RESET_PAGE, letters.RESET, UserAccount, {"password": PASSWORD}, "alt@example.org"),
    "answer": Purpose(ANSWER_PAGE, ANSWER, Invitation, {"answer": "accepted"}),
    "minutes": Purpose(MINUTES_PAGE, READING, Invitation, {}, CONTACT),
    "task": Purpose(STATUS_PAGE, "task_status", Task, {"status": "done"}),
    "confirmation": Purpose(CONFIRM_PAGE, CONFIRMATION, RoundPerson, {}, "ada.alpha@example.org"),
    "decision": Purpose(STATUS_PAGE, "decision_status", Decision, {"status": "done"}, is_of_others=True),
}
EACH = pytest.mark.parametrize("purpose", PURPOSES.values(), ids=PURPOSES)
#: Those that go on working: whoever answered may change the answer.
LASTING = pytest.mark.parametrize(
    ("name", "written"),
    [
        ("answer", {"invitation", "answer_entry", "audit_entry"}),
        ("task", {"task", "status_entry", "audit_entry"}),
        # What its person had sent, and nobody had decided, is withdrawn.
        (
            "confirmation",
            {
                "assignment",
                "round_person",
                "change_proposal",
                "audit_entry",
                "person",
                "organisation",
                "place",
                "offer",
            },
        ),
        ("decision", {"decision", "status_entry", "audit_entry"}),
    ],
)


@pytest.fixture
def guest(database_kind: str) -> Iterator[Visitor]:
    """Return somebody in front of a city, without an account and with every kind of link in a mail."""
    with visiting("guest", database_kind) as visitor:
        yield visitor


@EACH
def test_a_link_opens_its_own_page_and_nothing_else(guest: Visitor, purpose: Purpose) -> None:
    world = guest.city.world
    link = purpose.link(guest)
    token, own = link.token, purpose.address(link.token)
    opened = guest.ask(own)
    assert opened.status == "200"
    assert opened.shown == set(link.shows)
    addresses = set(re.findall(r"[\w.]+@example\.org", opened.body))
    assert addresses <= {purpose.email}, "the page of a link names nobody else"
    table, wrong = read_table(), []
    for method, rule in routes(guest.city.app):
        if "token" in variables(rule):
            if not rule.startswith(purpose.page):
                elsewhere = rule.replace("<token>", token)
                assert guest.ask(elsewhere, method, purpose.data).status == "404", elsewhere
            continue
        expected = table[method, rule]["anonymous"]
        address = world.address(rule)
        carried = [address, f"{address}?token={token}", f"{address}?next={own}"]
        for one in carried if method == "GET" else carried[:1]:
            headers = {"Authorization": f"Bearer {token}", "Cookie": f"koordination={token}"}
            answer = guest.ask(one, method, {"token": token}, headers=headers if method == "GET" else None)
            if answer.status != expected:
                wrong.append(f"{method} {one}: {answer.status}, to a stranger {expected}")
            wrong += [f"{method} {one}: shows {marker}" for marker in answer.leaks("anonymous")]
        guest.city.snapshot.put_back()
    assert wrong == []


class _LongAgo(TimestampSigner):
    def get_timestamp(self) -> int:
        return super().get_timestamp() - 4000 * DAYS


def _old(key: str, salt: str, claim: list[int]) -> str:
    """Return a token as ``Signer.make`` would have made it years ago."""
    how = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}
    return str(URLSafeTimedSerializer([key], salt=salt, signer=_LongAgo, signer_kwargs=how).dumps(claim))


def _raise_generation(guest: Visitor, model: type[Any], key: int) -> None:
    with guest.city.app.app_context():
        engine = guest.city.app.extensions["sqlalchemy"].engines[None]
    with Session(engine) as session:
        session.query(model).filter_by(id=key).update({"generation": model.generation + 1})
        session.commit()


@EACH
def test_what_was_not_made_here_is_unknown_and_what_is_over_says_so(guest: Visitor, purpose: Purpose) -> None:
    token = purpose.link(guest).token
    signer: Signer = guest.city.app.extensions["koordination.site"].signer
    claim = signer.read(purpose.salt, token)
    # The last letter of a signature has bits that stand for nothing.
    guessed = token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1]
    unknown = {
        "made up": "a.b.c",
        "guessed": guessed,
        "cut off": token[:-1],
        "of another installation": Signer(["y" * 32]).make(purpose.salt, claim.id, claim.generation),
        "of nobody": signer.make(purpose.salt, 2147483000, claim.generation),
    }
    for what, text in unknown.items():
        _check_closed(guest, purpose, text, "404", what)
    _check_closed(guest, purpose, _old("x" * 32, purpose.salt, [claim.id, claim.generation]), "410", "too old")
    assert guest.ask(purpose.address(token)).status == "200"
    _raise_generation(guest, purpose.model, claim.id)
    _check_closed(guest, purpose, token, "410", "revoked")


def _check_closed(guest: Visitor, purpose: Purpose, token: str, status: str, what: str) -> None:
    form_token = guest.city.app.extensions["koordination.site"].signer.form_token(token)
    for method in ("GET", "POST") if purpose.data else ("GET",):
        answer = guest.ask(purpose.address(token), method, {"form_token": form_token, **purpose.data})
        assert answer.status == status, f"{method}, {what}"
        # Not even of what one once could read.
        assert not answer.shown, what
        assert "@example.org" not in answer.body.replace(CONTACT, "" if status == "410" else CONTACT), what
    raised = {"invitation", "user_account", "task", "decision", "round_person"}
    assert guest.city.snapshot.changed() - raised == set(), what


def _send(client: FlaskClient, address: str, data: dict[str, str]) -> TestResponse:
    # What the page carries hidden: its token, and the date that an answer is for.
    hidden = dict(re.findall(r'name="(form_token|seen)"[^>]*? value="([^"]+)"', client.get(address).text))
    assert "form_token" in hidden
    return client.post(address, data={**hidden, **data})


def _is_nobody(client: FlaskClient) -> bool:
    answer = client.get("/")
    return answer.status_code == 303 and answer.headers["Location"].startswith("/konto/anmelden")


@pytest.mark.parametrize("name", ["invitation", "reset"])
def test_a_link_to_an_account_works_once_and_signs_nobody_in(guest: Visitor, name: str) -> None:
    purpose = PURPOSES[name]
    address = purpose.address(purpose.link(guest).token)
    client = guest.city.app.test_client()
    done = _send(client, address, purpose.data)
    assert (done.status_code, done.headers["Location"]) == (303, "/konto/anmelden")
    assert _is_nobody(client)
    assert client.get(address).status_code == 410
    form_token = guest.city.app.extensions["koordination.site"].signer.form_token(purpose.link(guest).token)
    again = client.post(address, data={"form_token": form_token, "password": factories.PASSWORD})
    assert again.status_code == 410


@LASTING
def test_a_link_to_a_question_answers_it_and_signs_nobody_in(guest: Visitor, name: str, written: set[str]) -> None:
    purpose = PURPOSES[name]
    link = purpose.link(guest)
    address = purpose.address(link.token)
    client = guest.city.app.test_client()
    # Whoever has the link and not its page stores nothing.
    assert client.post(address, data=purpose.data).status_code == 404
    assert guest.city.snapshot.changed() == set()
    done = _send(client, address, purpose.data)
    assert (done.status_code, done.headers["Location"]) == (303, f"{address}?gespeichert=1")
    assert guest.city.snapshot.changed() == written
    assert _is_nobody(client)
    page = client.get(address)
    assert page.status_code == 200
    assert {marker for marker in MAY_SEE if marker in page.text} == link.shows
