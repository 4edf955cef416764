"""What is said again without Flask is what Flask says, and nothing that no longer holds is said again (ADR 15)."""

from __future__ import annotations

import json
import logging
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from coordination.bodies.models import Membership
from coordination.calendars.answers import answers_of
from coordination.calendars.repeats import Repeats
from coordination.calendars.rules import FeedKind
from coordination.core import clock
from coordination.web.log import REQUEST_ID, JsonFormatter
from tests.feeds.conftest import Subscriber
from tests.statements import counted

#: Header → values that programs send, or send wrongly; TAG, PACKED and SINCE stand for those of the answer.
VARIANTS: tuple[dict[str, str], ...] = (
    {},
    {"Accept-Encoding": "gzip"},
    {"Accept-Encoding": "br;q=1.0, gzip;q=0.8, *;q=0.1"},
    {"Accept-Encoding": "gzip;q=0"},
    {"Accept-Encoding": "*"},
    {"If-None-Match": "TAG"},
    {"If-None-Match": "W/TAG, PACKED"},
    {"If-None-Match": "PACKED", "Accept-Encoding": "gzip"},
    {"If-None-Match": "*"},
    {"If-None-Match": '"another"', "If-Modified-Since": "SINCE"},
    {"If-None-Match": ""},
    {"If-Modified-Since": "SINCE"},
    {"If-Modified-Since": "SINCE", "Accept-Encoding": "gzip"},
    {"If-Modified-Since": "garbage"},
    {"Cookie": "koordination=garbage", "Authorization": "Basic eDp5", "Range": "bytes=0-9"},
    {"User-Agent": "Microsoft Office/16.0 (Microsoft Outlook 16.0)"},
)


class Flasks:
    """Counts the requests that reach Flask."""

    def __init__(self, app: Flask) -> None:
        assert isinstance(app.wsgi_app, Repeats)
        self.count, self._flask = 0, app.wsgi_app._flask
        app.wsgi_app._flask = self

    def __call__(self, environ: Any, start_response: Any) -> Any:
        self.count += 1
        return self._flask(environ, start_response)


@pytest.fixture
def flasks(app: Flask) -> Flasks:
    return Flasks(app)


def _seen(answer: TestResponse) -> tuple[int, list[tuple[str, str]], bytes]:
    headers = sorted(one for one in answer.headers.items() if one[0] != REQUEST_ID)
    return answer.status_code, headers, answer.data


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_the_second_answer_is_the_first_and_comes_without_flask(
    ada: Subscriber, flasks: Flasks, method: str, variant: dict[str, str]
) -> None:
    address = ada.address(ada.link())
    program = {"User-Agent": variant.get("User-Agent", "")}
    plain = ada.client.get(address, headers=program)
    packed = ada.client.get(address, headers=program | {"Accept-Encoding": "gzip"})
    meant = {
        "TAG": plain.headers["ETag"],
        "PACKED": packed.headers["ETag"],
        "SINCE": plain.headers["Last-Modified"],
    }
    headers = {name: re.sub("TAG|PACKED|SINCE", lambda word: meant[word[0]], value) for name, value in variant.items()}
    answers_of(ada.app)._kept.clear()
    first = ada.client.open(address, method=method, headers=headers)
    before = flasks.count
    second = ada.client.open(address, method=method, headers=headers)
    assert flasks.count == before, "nothing was repeated"
    assert _seen(second) == _seen(first)
    assert second.headers[REQUEST_ID] != first.headers[REQUEST_ID]
    assert "Set-Cookie" not in second.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "OPTIONS", "PROPFIND"])
def test_other_methods_and_other_addresses_are_flask_s(ada: Subscriber, flasks: Flasks, method: str) -> None:
    address = ada.address(ada.link())
    ada.get(address)
    before = flasks.count
    ada.get(address, method)
    ada.get(address.removesuffix(".ics"))
    ada.get("/kalender")
    assert flasks.count == before + 3


def test_a_repeated_answer_takes_one_statement(ada: Subscriber) -> None:
    address = ada.address(ada.link())
    ada.get(address)
    with counted(ada.app) as statements:
        assert ada.get(address).status_code == 200
    assert len(statements) == 1, statements


def test_rights_that_end_by_their_date_end_what_is_said_again(ada: Subscriber) -> None:
    """Nothing is written on the day after: the day alone takes the meeting away."""
    address = ada.address(ada.link(FeedKind.ALL))
    membership = ada.session.query(Membership).one()
    ada.change(lambda: setattr(membership, "valid_until", clock.today() + timedelta(days=1)), membership)
    assert b"BEGIN:VEVENT" in ada.get(address).data
    assert b"BEGIN:VEVENT" in ada.get(address).data
    with time_machine.travel(clock.utc_now() + timedelta(days=2)):
        assert b"BEGIN:VEVENT" not in ada.get(address).data
        assert b"BEGIN:VEVENT" not in ada.get(address).data


def test_an_ended_link_is_a_404_though_its_answer_is_kept(ada: Subscriber) -> None:
    link = ada.link()
    address = ada.address(link)
    assert [ada.get(address).status_code for _ in range(2)] == [200, 200]
    ada.change(lambda: setattr(link, "ended_at", clock.utc_now()), link)
    assert ada.get(address).status_code == 404


def test_a_database_that_is_away_is_said_as_everywhere(ada: Subscriber, monkeypatch: pytest.MonkeyPatch) -> None:
    address = ada.address(ada.link())
    assert ada.get(address).status_code == 200
    repeats = ada.app.wsgi_app
    assert isinstance(repeats, Repeats)

    def away(*_args: object) -> None:
        raise OperationalError("SELECT", {}, Exception("away"))

    monkeypatch.setattr("coordination.calendars.queries.live_link", away)
    assert ada.get(address).status_code == 503


def test_a_repeated_answer_is_a_line_in_the_log_like_any_other(
    ada: Subscriber, caplog: pytest.LogCaptureFixture
) -> None:
    address = ada.address(ada.link())
    with caplog.at_level(logging.INFO, logger="coordination.web.log"):
        ada.get(address)
        answer = ada.get(address)
    first, second = (json.loads(JsonFormatter().format(one)) for one in caplog.records if one.msg == "request")
    alike = ("event", "endpoint", "method", "status", "level", "logger")
    assert [first[key] for key in alike] == [second[key] for key in alike]
    assert second["request_id"] == answer.headers[REQUEST_ID]
    assert address.removeprefix("/kalender/")[:20] not in caplog.text


def test_an_answer_that_sets_a_cookie_is_not_said_again_to_others(ada: Subscriber, flasks: Flasks) -> None:
    address, flask = ada.address(ada.link()), flasks._flask

    def with_cookie(environ: Any, start_response: Any) -> Any:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            return start_response(status, [*headers, ("Set-Cookie", "koordination=that-of-ada")], *error)

        return flask(environ, start)

    flasks._flask = with_cookie
    assert "Set-Cookie" in ada.get(address).headers
    flasks._flask = flask
    before = flasks.count
    assert "Set-Cookie" not in ada.get(address).headers
    assert flasks.count == before + 1, "the answer with the cookie was kept"
    ada.get(address)
    assert flasks.count == before + 1, "without one it is kept"
