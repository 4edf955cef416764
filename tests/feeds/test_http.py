"""What programs may ask of a subscription, however they ask (rows H1 to H12 of docs/calendar-conformance.md)."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.calendars import services, unused
from coordination.calendars.models import FeedFetch
from coordination.calendars.rules import UNUSED, FeedKind
from coordination.core import clock
from coordination.topics.models import Topic
from tests import factories
from tests.feeds.conftest import Subscriber
from tests.statements import counted

PROGRAMS = {
    "": "another program",
    "Google-Calendar-Importer": "Google Kalender",
    "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17328; Pro)": "Outlook",
    "Microsoft.Exchange/15.20 (Client=InternetCalendar)": "Outlook",
    "iOS/18.1 (22B83) dataaccessd/1.0": "Apple Kalender",
    "macOS/15.1 (24B83) CalendarAgent/1039": "Apple Kalender",
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.4.0": "Thunderbird",
    "Nextcloud CalDAV Server": "Nextcloud",
    "ICSx5/2.2.4 (ical4j/3.2.19) Android/14": "ICSx⁵",
    "vdirsyncer/0.19.3": "vdirsyncer",
    "Evolution/3.54.1": "Evolution",
    "curl/8.5.0": "another program",
}


def test_an_answer_is_a_calendar_without_cookie_redirect_or_attachment(ada: Subscriber) -> None:
    address = ada.address(ada.link())
    assert re.fullmatch(r"/kalender/[A-Za-z0-9_.-]{40,200}\.ics", address)
    answer = ada.get(address)
    headers = answer.headers
    assert answer.status_code == 200
    assert headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert headers["Cache-Control"] == "private, max-age=300"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["Vary"] == "Accept-Encoding"
    assert not {"Set-Cookie", "Content-Disposition", "Location"} & set(headers.keys())


def test_robots_are_not_kept_from_subscriptions(ada: Subscriber) -> None:
    """There is no file that would tell them to stay away; pages say noindex themselves."""
    assert ada.get("/robots.txt").status_code == 404


def test_head_is_get_without_its_bytes_and_nothing_else_is_answered(ada: Subscriber) -> None:
    address = ada.address(ada.link())
    got, head = ada.get(address), ada.get(address, "HEAD")
    assert (head.status_code, head.data) == (200, b"")
    for name in ("ETag", "Last-Modified", "Content-Type", "Content-Length"):
        assert head.headers[name] == got.headers[name]
    for method in ("POST", "PUT", "DELETE", "PATCH", "PROPFIND"):
        assert ada.get(address, method).status_code == 405


def test_every_program_gets_the_same_bytes_and_is_known_by_its_name(ada: Subscriber, session: Session) -> None:
    address = ada.address(ada.link())
    seen = set()
    for program, name in PROGRAMS.items():
        seen.add(ada.get(address, User_Agent=program).data)
        session.rollback()
        row = session.scalars(select(FeedFetch)).one()
        assert row.client == name
        row.at -= timedelta(hours=2)
        session.commit()
    assert len(seen) == 1


def test_a_fetch_is_noted_once_an_hour_for_the_same_program(ada: Subscriber, session: Session) -> None:
    address = ada.address(ada.link())
    ada.get(address, User_Agent="vdirsyncer/0.19")
    session.rollback()
    noted = session.scalars(select(FeedFetch.at)).one()
    ada.get(address, User_Agent="vdirsyncer/0.20")
    session.rollback()
    assert session.scalars(select(FeedFetch.at)).one() == noted
    ada.get(address, User_Agent="Google-Calendar-Importer")
    session.rollback()
    assert session.scalars(select(FeedFetch.client)).all() == [PROGRAMS["Google-Calendar-Importer"]]


def test_unchanged_is_304_for_every_way_to_ask(ada: Subscriber) -> None:
    address = ada.address(ada.link())
    first = ada.get(address)
    tag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*", f'W/"y",W/{tag}'):
        answer = ada.get(address, If_None_Match=known)
        assert (answer.status_code, answer.data) == (304, b""), known
        assert answer.headers["ETag"] == tag
        assert "Content-Type" not in answer.headers
    assert ada.get(address, If_Modified_Since=modified).status_code == 304
    for unknown in ('"x"', "", "garbage", "*x"):
        assert ada.get(address, If_None_Match=unknown, If_Modified_Since=modified).status_code == 200, unknown


SENSELESS = ("", "garbage", "0", "Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 99 Foo 2026 77:00:00 GMT")


@pytest.mark.parametrize("since", SENSELESS)
def test_an_earlier_or_senseless_date_gets_everything(ada: Subscriber, since: str) -> None:
    assert ada.get(ada.address(ada.link()), If_Modified_Since=since).status_code == 200


def test_compressed_is_the_same_with_a_tag_of_its_own(ada: Subscriber) -> None:
    address = ada.address(ada.link())
    plain, packed = ada.get(address), ada.get(address, Accept_Encoding="gzip, br")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert ada.get(address, Accept_Encoding="gzip").data == packed.data
    for none in ("identity", "gzip;q=0", ""):
        assert "Content-Encoding" not in ada.get(address, Accept_Encoding=none).headers
    assert ada.get(address, Accept_Encoding="gzip", If_None_Match=packed.headers["ETag"]).status_code == 304


def test_the_bytes_rest_while_nothing_changes_and_change_with_the_meeting(ada: Subscriber) -> None:
    address = ada.address(ada.link())
    first = ada.get(address)
    with time_machine.travel(clock.utc_now() + timedelta(minutes=50)):
        assert ada.get(address).data == first.data

    def move() -> None:
        ada.meeting.starts_at += timedelta(hours=1)
        ada.meeting.ends_at += timedelta(hours=1)
        ada.meeting.sequence += 1
        ada.meeting.revised_at = clock.utc_now()

    ada.change(move, ada.meeting)
    after = ada.get(address, If_None_Match=first.headers["ETag"])
    assert after.status_code == 200
    assert b"T150000" in after.data
    assert after.headers["ETag"] != first.headers["ETag"]


def test_what_changes_elsewhere_transfers_nothing(ada: Subscriber) -> None:
    """The count of changes goes up, the answer is put together anew, and it is the same."""
    address = ada.address(ada.link(FeedKind.HOLIDAYS))
    first = ada.get(address)
    ada.change(lambda: setattr(ada.meeting, "note", "anders"), ada.meeting)
    assert ada.get(address, If_None_Match=first.headers["ETag"]).status_code == 304


def test_unknown_ended_renewed_and_foreign_links_are_one_bare_404(ada: Subscriber) -> None:
    link = ada.link()
    address = ada.address(link)
    token = address.removeprefix("/kalender/").removesuffix(".ics")
    flipped = token[:-1] + ("A" if token[-1] != "A" else "B")
    signer = ada.app.extensions["koordination.site"].signer
    wrong = [
        "/kalender/x.ics",
        f"/kalender/{flipped}.ics",
        f"/kalender/{signer.make_lasting('calendar', 4711, 1)}.ics",
        f"/kalender/{signer.make_lasting('calendar', link.id, 2)}.ics",
        f"/kalender/{signer.make('calendar', link.id, 1)}.ics",
        f"/kalender/{signer.make('reset', link.id, 1)}.ics",
    ]
    answers = [ada.get(one) for one in wrong]
    assert {(one.status_code, one.data) for one in answers} == {(404, b"")}
    assert len({tuple(sorted((k, v) for k, v in one.headers.items() if k != "X-Request-Id")) for one in answers}) == 1
    assert ada.get(address).status_code == 200
    ada.change(lambda: setattr(link, "generation", 2), link)
    assert ada.get(address).status_code == 404
    renewed = ada.address(link)
    assert ada.get(renewed).status_code == 200
    ada.change(lambda: setattr(link, "ended_at", clock.utc_now()), link)
    assert ada.get(renewed).status_code == 404


@pytest.mark.parametrize("kind", FeedKind)
def test_a_link_of_each_kind_ends_by_being_revoked_or_forgotten_and_cannot_be_guessed(
    ada: Subscriber, kind: FeedKind
) -> None:
    topic, place = Topic(name="Sprache"), factories.school(ada.session)
    ada.session.add(topic)
    ada.session.commit()
    of = {FeedKind.BODY: ada.body, FeedKind.TOPIC: topic, FeedKind.PLACE: place, FeedKind.PERSON: ada.person}
    link = ada.link(kind, of[kind].id if kind in of else 0)
    address = ada.address(link)
    assert ada.get(address).status_code == 200
    guessed = address.removesuffix(".ics")
    guessed = f"{guessed[:-2]}{'A' if guessed[-2] != 'A' else 'B'}{guessed[-1]}.ics"
    assert ada.get(guessed).status_code == 404
    with ada.work() as work:
        services.revoke(work, ada.account.id, link.id)
    assert ada.get(address).status_code == 404
    anew = ada.address(ada.link(kind, link.subject_id))
    assert (ada.get(address).status_code, ada.get(anew).status_code) == (404, 200)
    with time_machine.travel(clock.utc_now() + UNUSED + timedelta(days=1)), ada.work() as work:
        unused.turn_off(work, unused.is_unused(work.now), ada.app.extensions["koordination.site"])
    assert ada.get(anew).status_code == 404


def test_the_owner_s_account_decides(ada: Subscriber) -> None:
    address = ada.address(ada.link())
    assert ada.get(address).status_code == 200
    ada.change(lambda: setattr(ada.account, "deactivated_at", clock.utc_now()), ada.account)
    assert ada.get(address).status_code == 404


def test_304_takes_one_statement(ada: Subscriber) -> None:
    address = ada.address(ada.link())
    tag = ada.get(address).headers["ETag"]
    with counted(ada.app) as statements:
        assert ada.get(address, If_None_Match=tag).status_code == 304
    # And no transaction around it.
    assert len(statements) == 1, statements
