"""Kalender abonnieren: making a link, its page, renewing and ending it, and what is nobody else's."""

from __future__ import annotations

import io
import json
from datetime import timedelta

from click.testing import Result
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.bodies.models import Body
from coordination.calendars import unused
from coordination.calendars.models import CalendarLink, FeedFetch
from coordination.calendars.rules import UNUSED, FeedKind
from coordination.core import clock
from coordination.mail.outbox import OutboxMail
from tests import factories
from tests.browser import Browser, Page
from tests.feeds.conftest import Subscriber


def signed_in(browser: Browser) -> Browser:
    browser.sign_in("ada@example.org", factories.PASSWORD)
    return browser


def subscribed(browser: Browser, what: str = "Meine Sitzungen") -> Page:
    return browser.get("/kalender").submit(f"Abonnieren: {what}").follow()


def path_of(page: Page) -> str:
    field = page.soup.select_one("#feed")
    assert field is not None
    return str(field["value"]).removeprefix("http://localhost")


def test_the_page_offers_what_there_is_and_then_shows_the_address(ada: Subscriber, browser: Browser) -> None:
    page = signed_in(browser).get("/kalender")
    assert {"Meine Sitzungen", "Meine Fristen", "Ferien und Feiertage", "Beirat Alpha"} <= set(
        page.select(".offers strong")
    )
    page = subscribed(browser)
    assert page.h1 == "Meine Sitzungen"
    assert page.select(".programs h3") == ["Outlook", "Apple", "Google", "Thunderbird", "Nextcloud", "Android"]
    assert page.href("In Outlook öffnen").startswith("webcal://localhost/kalender/")
    assert "cid=webcal%3A%2F%2Flocalhost%2Fkalender%2F" in page.href("In Google öffnen")
    assert "noch nicht" in page.text
    assert ada.get(path_of(page), User_Agent="vdirsyncer/0.19").status_code == 200
    assert "von vdirsyncer" in browser.get(page.url).text
    overview = browser.get("/kalender")
    assert "Meine Abonnements" in overview.main
    assert "Abonnieren: Meine Sitzungen" not in overview.html


def test_who_does_not_belong_to_a_body_is_told_what_its_calendar_has(
    ada: Subscriber, browser: Browser, session: Session
) -> None:
    other = Body(name="Arbeitskreis Fern")
    session.add(other)
    session.commit()
    page = signed_in(browser).get(f"/kalender/neu?was=body:{other.id}").submit("Abonnieren").follow()
    assert "Sie gehören diesem Gremium nicht an" in page.main
    own = subscribed(browser, "Beirat Alpha")
    assert "Sie gehören diesem Gremium nicht an" not in own.main
    mails = "kommt zusätzlich per Mail"
    assert (mails in own.main, mails in subscribed(browser).main) == (False, True)


def test_the_code_is_the_address(ada: Subscriber, browser: Browser) -> None:
    page = subscribed(signed_in(browser))
    code = browser.get(f"{page.url}/code.svg")
    assert code.headers["Content-Type"].startswith("image/svg+xml")
    assert "no-store" in code.headers["Cache-Control"]


def test_subscribing_twice_is_one_link(ada: Subscriber, browser: Browser, session: Session) -> None:
    signed_in(browser)
    form = browser.get("/kalender")
    first = form.submit("Abonnieren: Meine Sitzungen")
    assert form.submit("Abonnieren: Meine Sitzungen").location == first.location
    assert browser.get("/kalender/neu?was=mine").location == first.location
    assert len(session.scalars(select(CalendarLink)).all()) == 1


def test_a_new_address_ends_the_old_one(ada: Subscriber, browser: Browser) -> None:
    page = subscribed(signed_in(browser))
    old = path_of(page)
    asked = page.click("Neue Adresse")
    assert ada.get(old).status_code == 200, "asking changes nothing"
    page = asked.submit().follow()
    assert "neue Adresse" in page.flash
    assert path_of(page) != old
    assert "noch nicht" in page.main
    assert (ada.get(old).status_code, ada.get(path_of(page)).status_code) == (404, 200)


def test_ending_turns_it_off_and_the_old_link_stays_off_after_subscribing_anew(
    ada: Subscriber, browser: Browser
) -> None:
    page = subscribed(signed_in(browser))
    old = path_of(page)
    page = page.click("Beenden").submit().follow()
    assert "beendet" in page.flash
    assert ada.get(old).status_code == 404
    anew = path_of(subscribed(browser))
    assert (ada.get(old).status_code, ada.get(anew).status_code) == (404, 200)


def test_titles_can_be_made_neutral(ada: Subscriber, browser: Browser) -> None:
    page = subscribed(signed_in(browser))
    assert b"Alpha" in ada.get(path_of(page)).data
    page = page.submit("Titel neutral machen").follow()
    assert "ohne Ort und Hinweise" in page.main
    assert b"Alpha" not in ada.get(path_of(page)).data


def test_other_pages_lead_here_and_what_is_not_there_is_not_found(ada: Subscriber, browser: Browser) -> None:
    signed_in(browser)
    page = browser.get(f"/gremien/{ada.body.id}").click("Sitzungen abonnieren")
    assert page.h1 == "Beirat Alpha"
    page = page.submit("Abonnieren").follow()
    assert page.h1 == "Beirat Alpha"
    for what in ("body:4711", "body", "mine:1", "x", "body:-1", "body:99999999999", "place:0"):
        assert browser.get(f"/kalender/neu?was={what}").status == 404, what


def test_links_are_their_owner_s_alone(ada: Subscriber, browser: Browser, session: Session) -> None:
    key = ada.link().id
    factories.account(session, "bea@example.org")
    session.commit()
    browser.sign_in("bea@example.org", factories.PASSWORD)
    for address in ("", "/code.svg", "/neuer-link", "/beenden"):
        assert browser.get(f"/kalender/{key}{address}").status == 404


def test_no_link_is_in_any_log(ada: Subscriber, lines: io.StringIO) -> None:
    """Neither one that works, nor one that is over, nor one that was guessed: from DEBUG on, whoever logs."""
    link = ada.link()
    working = ada.address(link)
    guessed = working.removesuffix(".ics") + "x.ics"
    ada.get(working)
    ada.get(guessed)
    ada.change(lambda: setattr(link, "ended_at", clock.utc_now()), link)
    ada.get(working)
    told = [json.loads(line) for line in lines.getvalue().splitlines()]
    asked = [(line["endpoint"], line["status"]) for line in told if line["event"] == "request"]
    assert asked == [("calendars.feed", 200), ("calendars.feed", 404), ("calendars.feed", 404)]
    token = working.removeprefix("/kalender/").removesuffix(".ics")
    assert token[:12] not in lines.getvalue()
    assert "/kalender/" not in lines.getvalue()


def test_a_meeting_and_a_year_come_as_files(ada: Subscriber, browser: Browser) -> None:
    signed_in(browser)
    one = browser.get(f"/sitzungen/{ada.meeting.id}/termin.ics")
    assert one.headers["Content-Disposition"].startswith("attachment")
    assert f"UID:{ada.meeting.uid}" in one.html.replace("\r\n ", "")
    year = browser.get(f"/termine/{ada.meeting.starts_at.year}.ics")
    assert year.html.count("BEGIN:VEVENT") == 1
    assert browser.get("/termine/0.ics").status == 404


def test_what_nothing_fetches_is_turned_off_with_a_mail(ada: Subscriber, session: Session) -> None:
    forgotten, used = ada.link(), ada.link(FeedKind.HOLIDAYS)
    long_ago = clock.utc_now() - UNUSED - timedelta(days=1)
    site = ada.app.extensions["koordination.site"]
    for link in (forgotten, used):
        link.created_at = long_ago
    session.add(FeedFetch(link_id=used.id, at=clock.utc_now(), client="vdirsyncer"))
    session.commit()
    with ada.work() as work:
        unused.turn_off(work, unused.is_unused(work.now), site)
    assert session.scalars(select(CalendarLink.kind).where(CalendarLink.ended_at.is_(None))).all() == [
        FeedKind.HOLIDAYS
    ]
    (mail,) = session.scalars(select(OutboxMail)).all()
    assert (mail.recipient, mail.purpose) == ("ada@example.org", "calendar.unused")


def run(ada: Subscriber, *arguments: str) -> Result:
    return ada.app.test_cli_runner().invoke(args=["calendars", *arguments])


def test_operators_print_a_link_and_end_it(ada: Subscriber) -> None:
    printed = run(ada, "link", "ada@example.org", "body", str(ada.body.id))
    assert printed.exit_code == 0, printed.output
    address = printed.output.strip()
    path = address.removeprefix("http://localhost")
    assert ada.get(path).status_code == 200
    assert run(ada, "link", "ada@example.org", "body", str(ada.body.id)).output == printed.output
    assert run(ada, "revoke", address).exit_code == 0
    assert ada.get(path).status_code == 404
    assert run(ada, "revoke", address).exit_code == 1
    assert run(ada, "link", "niemand@example.org", "mine").exit_code == 1
    assert run(ada, "link", "ada@example.org", "body", "4711").exit_code == 1
    assert run(ada, "rebuild").output.strip() == "1"
