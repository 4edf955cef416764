"""The log: one line of JSON for each event, and nothing in it that names a person or opens a door."""

from __future__ import annotations

import io
import json
import logging
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.accounts import letters, services
from coordination.accounts.models import UserAccount
from coordination.accounts.services import AccountInput
from coordination.core import clock
from coordination.core.access import BodyRole
from coordination.core.work import Work
from coordination.decisions import status_services
from coordination.directory.rounds import queries
from coordination.directory.rounds.models import ConfirmationRound, RoundPerson
from coordination.meetings.models import Invitation
from coordination.meetings.rules import MeetingState
from coordination.minutes.models import Minutes
from coordination.minutes.rules import MinutesState
from coordination.web import errors
from coordination.web.log import JsonFormatter
from tests import factories
from tests.browser import Browser

SECRET = "ganz-geheimes-wort-4711"


def parsed(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def formatted(message: str, **extra: Any) -> str:
    record = logging.makeLogRecord({"name": "probe", "levelname": "INFO", "msg": message, **extra})
    return JsonFormatter().format(record)


def test_an_event_is_one_line_and_line_breaks_cannot_forge_a_second() -> None:
    line = formatted('a\n{"event": "forged"}\r\n\u2028', kind="b\nc")
    assert "\n" not in line
    assert "\r" not in line
    found = json.loads(line)
    assert found["kind"] == "b\nc"
    assert found["event"].startswith("a\n{")
    assert found.keys() == {"at", "level", "event", "logger", "kind"}


def test_what_json_does_not_know_is_written_as_text() -> None:
    assert json.loads(formatted("event", what={1}))["what"] == "{1}"


def test_an_exception_is_told_by_its_kind_and_places_without_its_message(lines: io.StringIO) -> None:
    try:
        int(f"{SECRET} is no number")
    except ValueError:
        logging.getLogger("probe").exception("unexpected_error")
    (line,) = parsed(lines)
    assert line["exception"][0] == "ValueError"
    assert "test_log.py" in line["exception"][1]
    assert SECRET not in lines.getvalue()


def test_signing_in_links_and_refusals_leave_no_address_password_or_token(
    app: Flask, browser: Browser, work: Work, session: Session, lines: io.StringIO
) -> None:
    factories.account(session)
    site = app.extensions["koordination.site"]
    services.create_account(work, AccountInput("neu@example.org", "Neu Hiersinger", None), site)
    work.finish()
    invited = session.scalars(select(UserAccount).where(UserAccount.email == "neu@example.org")).one()
    token = site.signer.make(letters.INVITATION, invited.id, invited.generation)
    session.rollback()
    browser.get("/konto/anmelden").submit("Anmelden", email="ada@example.org", password=SECRET)
    browser.sign_in("ada@example.org", factories.PASSWORD)
    cookie = browser.client.get_cookie("koordination")
    assert cookie is not None
    assert browser.get(f"/konto/einladung/{token}").status == 200
    assert browser.get(f"/konto/einladung/{token}x").status == 404
    assert browser.get(f"/gibt-es-nicht/{SECRET}?q={SECRET}").status == 404
    assert browser.get(f"/suche?q={SECRET}").status == 200
    written = lines.getvalue()
    for told in ("ada@", "neu@", "Hiersinger", SECRET, factories.PASSWORD, token, token[:12], cookie.value, "argon2"):
        assert told not in written
    seen = [(line["endpoint"], line["status"]) for line in parsed(lines) if line["event"] == "request"]
    assert ("accounts.invitation", 200) in seen or any(status == 404 for _, status in seen)
    assert all({"request_id", "at", "level", "logger", "event"} <= line.keys() for line in parsed(lines))


def test_who_acts_is_told_by_number(browser: Browser, session: Session, lines: io.StringIO) -> None:
    account_id = factories.account(session).id
    session.commit()
    browser.sign_in("ada@example.org", factories.PASSWORD)
    browser.get("/")
    assert parsed(lines)[-1]["user_id"] == account_id


def test_an_unexpected_error_with_a_secret_in_its_message_is_logged_without_it(
    app: Flask, browser: Browser, lines: io.StringIO
) -> None:
    def fail() -> str:
        raise ValueError(SECRET)

    app.register_error_handler(Exception, errors._unexpected)
    app.add_url_rule("/fehler", "fehler", fail)
    page = browser.get("/fehler")
    assert page.status == 500
    assert SECRET not in lines.getvalue()
    error = next(line for line in parsed(lines) if line["event"] == "unexpected_error")
    assert error["exception"][0] == "ValueError"
    assert error["request_id"] in page.main


def test_health_checks_and_static_files_leave_no_line(browser: Browser, lines: io.StringIO) -> None:
    browser.get("/healthz")
    browser.get("/static/css/fonts.css")
    assert [line for line in parsed(lines) if line["event"] == "request"] == []


def test_no_personal_link_stands_in_any_line(
    app: Flask, browser: Browser, session: Session, lines: io.StringIO
) -> None:
    site, ada = app.extensions["koordination.site"], factories.person(session, email="ada@example.org")
    held = factories.meeting(session, factories.member(session, ada, "Beirat Probe"), clock.today() - timedelta(days=2))
    held.state = MeetingState.MINUTES_OPEN
    asked = Invitation(meeting_id=held.id, person_id=ada.id, role=BodyRole.VOTING_MEMBER, generation=1)
    minutes = Minutes(meeting_id=held.id, state=MinutesState.CIRCULATED, version=1)
    task = factories.task(session, held, who=ada)
    employer = factories.organisation(session)
    factories.assignment(session, ada, factories.school(session), employer)
    of_round = ConfirmationRound(employer_id=employer.id, started_at=clock.utc_now(), asked=[])
    of_round.asked.append(RoundPerson(person_id=ada.id, generation=1))
    session.add_all([asked, minutes, of_round])
    session.commit()
    tokens = {
        "/antwort/": site.signer.make("answer", asked.id, 1),
        "/protokoll/": site.signer.make("minutes_reading", asked.id, 1),
        "/status/": status_services.token(site.signer, task),
        "/bestaetigen/": queries.token(site.signer, of_round.asked[0]),
    }
    session.rollback()
    for path, token in tokens.items():
        assert browser.get(path + token).status == 200, path
        # Ended, forged, and with an address behind it that does not exist.
        for wrong in (f"{token}x", f"{token}/gibt-es-nicht", f"{token}?vorschau={token}"):
            browser.get(path + wrong)
        browser.post(path + token, {"form_token": token})
    seen = [line["endpoint"] for line in parsed(lines) if line["event"] == "request"]
    assert len(seen) == 5 * len(tokens)
    for path, token in tokens.items():
        for part in (token, token[:12], *token.split(".")):
            assert len(part) < 4 or part not in lines.getvalue(), path
