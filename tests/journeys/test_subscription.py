"""A member subscribes, the office moves the meeting, the calendar shows it: in a browser, in vdirsyncer and khal."""

from __future__ import annotations

import re
import subprocess
import urllib.request
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.accounts.models import UserAccount
from coordination.bodies.models import Body
from coordination.calendars import services
from coordination.calendars.rules import FeedKind, Wanted
from coordination.core import clock
from coordination.core.access import SYSTEM
from coordination.core.work import Work
from coordination.directory.models import Person, Place
from coordination.meetings.models import Invitation, Meeting
from coordination.meetings.rules import MeetingState
from coordination.meetings.services import Move, Span, cancel_meeting, move_meeting
from coordination.topics.models import Topic
from tests.calendars import read_by_all
from tests.journeys.conftest import OpenPage
from tests.journeys.demo import SQLITE_FIRST, sign_in
from tests.journeys.stations import EMAILS, LEAD, OFFICE
from tests.journeys.test_invitation import heading, press


def coming(session: Session) -> Meeting:
    """Return a meeting that the office has invited the head of department to."""
    lead = select(UserAccount.person_id).where(UserAccount.email == EMAILS[LEAD])
    invited = select(Invitation.meeting_id).where(Invitation.person_id.in_(lead))
    found = session.scalars(
        select(Meeting)
        .where(
            Meeting.id.in_(invited),
            Meeting.state == MeetingState.INVITED,
            Meeting.starts_at > clock.wall_clock(clock.utc_now()),
        )
        .order_by(Meeting.starts_at)
    ).first()
    assert found is not None
    return found


def fetch(address: str) -> bytes:
    with urllib.request.urlopen(address) as answer:
        return bytes(answer.read())


@SQLITE_FIRST
def test_who_subscribed_sees_that_the_office_has_moved_the_meeting(
    demo: None, app: Flask, desktop: Page, open_page: OpenPage, session: Session
) -> None:
    meeting = coming(session)
    uid, starts_at, title, key = meeting.uid, meeting.starts_at, meeting.title, meeting.id
    session.rollback()
    page = sign_in(desktop, EMAILS[LEAD])
    page.get_by_role("link", name=re.compile("Kalender")).first.click()
    page.get_by_role("button", name="Abonnieren: Meine Sitzungen").click()
    heading(page, "Meine Sitzungen")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Kopieren", exact=True).click()
    address = page.evaluate("navigator.clipboard.readText()")
    assert address == page.get_by_label("Adresse zum Abonnieren").input_value()

    # A calendar program has neither the browser's cookies nor an account.
    before = {one.uid: one for one in read_by_all(fetch(address))}
    assert title in before[uid].summary
    page.goto(f"/sitzungen/{key}")
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="In den Kalender übernehmen").click()
    (single,) = read_by_all(Path(downloaded.value.path()).read_bytes())
    assert (single.uid, single.start) == (uid, before[uid].start)

    office = sign_in(open_page(), EMAILS[OFFICE])
    office.goto(f"/sitzungen/{key}/verlegen")
    later = starts_at + timedelta(days=7)
    office.get_by_label("Tag", exact=True).fill(later.date().isoformat())
    office.get_by_label(re.compile("^Grund")).fill("Der Ratssaal ist an diesem Tag belegt.")
    press(office, "Sitzung verlegen")
    expect(office.get_by_role("main")).to_contain_text(later.strftime("%d.%m.%Y"))
    after = {one.uid: one for one in read_by_all(fetch(address))}
    assert after[uid].start == before[uid].start + timedelta(days=7)
    assert after[uid].sequence > before[uid].sequence


@dataclass
class Computer:
    """A member's own computer: vdirsyncer copies the subscription into a folder that khal shows."""

    folder: Path
    address: str

    def __post_init__(self) -> None:
        (self.folder / "kalender").mkdir(parents=True)
        (self.folder / "vdirsyncer").write_text(
            f"""[general]
status_path = "{self.folder}/status/"
[pair meetings]
a = "city"
b = "mine"
collections = null
conflict_resolution = "a wins"
[storage city]
type = "http"
url = "{self.address}"
[storage mine]
type = "filesystem"
path = "{self.folder}/kalender/"
fileext = ".ics"
"""
        )
        (self.folder / "khal").write_text(
            f"""[calendars]
[[meetings]]
path = {self.folder}/kalender/
readonly = True
[locale]
local_timezone = Europe/Berlin
default_timezone = Europe/Berlin
dateformat = %Y-%m-%d
timeformat = %H:%M
[sqlite]
path = {self.folder}/khal.db
"""
        )
        self._run("vdirsyncer", "-c", self.folder / "vdirsyncer", "discover")

    def _run(self, *command: str | Path, is_refused: bool = False) -> str:
        home = {"HOME": str(self.folder), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "Europe/Berlin"}
        done = subprocess.run(command, env=home, capture_output=True, text=True, check=False, timeout=60)
        assert (done.returncode != 0) is is_refused, done.stderr
        return done.stdout + done.stderr

    def sync(self, *, is_refused: bool = False) -> list[str]:
        """Return what vdirsyncer did: a line for each entry it copied or deleted."""
        said = self._run("vdirsyncer", "-c", self.folder / "vdirsyncer", "sync", is_refused=is_refused)
        return [line for line in said.splitlines() if re.search("^(Copying|Deleting)|error", line)]

    def shown(self, meeting_id: int) -> list[str]:
        """Return a meeting's entry as khal shows it: beginning, title, status; vdirsyncer gives it a UID of its own."""
        form = "{url}|{start-date} {start-time}|{title}|{status}"
        said = self._run("khal", "-c", self.folder / "khal", "list", "--format", form, "-df", "", "2026-08-01", "900d")
        rows = [line.partition("|") for line in said.splitlines()]
        return [shown.strip() for url, _, shown in rows if url.endswith(f"/sitzungen/{meeting_id}")]


def transferred(address: str, known: Path) -> list[str]:
    """Return what curl gets at first, and then, telling the tag it knows: the status, and the bytes of a 304."""
    command: list[str | Path] = [
        "curl",
        "-s",
        "-o",
        known.with_suffix(".ics"),
        "--etag-save",
        known,
        "--etag-compare",
        known,
    ]
    asked = [*command, "-w", "%{http_code} %{size_download}", address]
    first, again = (subprocess.run(asked, capture_output=True, text=True, check=True).stdout for _ in range(2))
    return [first.partition(" ")[0], again]


def _needed() -> None:
    for program in ("vdirsyncer", "khal", "curl"):
        if which(program) is None:
            pytest.skip(f"{program} is not installed; to get it: apt-get install {program}")


@pytest.mark.slow
@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"], indirect=True)
def test_programs_follow_a_move_and_a_cancellation_until_the_link_is_revoked(
    demo: None, app: Flask, live: str, session: Session, tmp_path: Path
) -> None:
    _needed()
    meeting = coming(session)
    account = session.scalars(select(UserAccount).where(UserAccount.email == EMAILS[LEAD])).one()
    key, owner, starts_at = meeting.id, account.id, meeting.starts_at
    signer = app.extensions["koordination.site"].signer

    def work(do: Callable[[Work], Any]) -> Any:
        session.rollback()
        with app.test_request_context():
            started = Work(session, SYSTEM, clock.utc_now())
            found = do(started)
            started.finish()
        return found

    link = work(lambda work: services.subscribe(work, owner, Wanted(FeedKind.MINE, 0, is_neutral=False)))
    computer = Computer(tmp_path / "computer", f"{live}/kalender/{services.token(signer, link)}.ics")
    copied = computer.sync()
    files = len(list((computer.folder / "kalender").glob("*.ics")))
    assert len(copied) == files >= 3
    (first,) = computer.shown(key)
    assert first.startswith(f"{starts_at:%Y-%m-%d %H:%M}|")
    assert first.endswith("|CONFIRMED")
    assert computer.sync() == [], "nothing has changed, nothing is copied"
    assert transferred(computer.address, tmp_path / "etag") == ["200", "304 0"]

    later = starts_at + timedelta(days=7)
    span = Span(later, later + timedelta(hours=2))
    version = session.get_one(Meeting, key).version
    moved = Move(span, "Der Ratssaal ist belegt.", None)
    work(lambda work: move_meeting(work, key, moved, version=version))
    assert computer.sync() != []
    (entry,) = computer.shown(key)
    assert entry.startswith(f"{later:%Y-%m-%d %H:%M}|")
    assert len(list((computer.folder / "kalender").glob("*.ics"))) == files

    version = session.get_one(Meeting, key).version
    work(lambda work: cancel_meeting(work, key, "Die Vorlagen fehlen.", version=version))
    assert computer.sync() != []
    (entry,) = computer.shown(key)
    assert re.fullmatch(r".*\|ABGESAGT: .*\|CANCELLED", entry)

    work(lambda work: services.revoke(work, owner, link.id))
    assert any("NOT FOUND" in line for line in computer.sync(is_refused=True))
    assert computer.shown(key) == [entry], "what one had stays; it is the city's list that is closed"


@pytest.mark.slow
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_every_subscription_of_the_demonstration_is_read_alike_by_all_programs(
    demo: None, app: Flask, session: Session
) -> None:
    subjects: dict[FeedKind, type[Any]] = {
        FeedKind.BODY: Body,
        FeedKind.TOPIC: Topic,
        FeedKind.PLACE: Place,
        FeedKind.PERSON: Person,
    }
    accounts = session.scalars(select(UserAccount.id).where(UserAccount.deactivated_at.is_(None))).all()
    office = session.scalars(select(UserAccount.id).where(UserAccount.email == EMAILS[OFFICE])).one()
    wanted = [(account, kind, 0) for account in accounts for kind in FeedKind if kind not in subjects]
    for kind, model in subjects.items():
        wanted += [(office, kind, key) for key in session.scalars(select(model.id)).all()]
    session.rollback()
    work = Work(session, SYSTEM, clock.utc_now())
    links = [services.subscribe(work, owner, Wanted(kind, key, is_neutral=False)) for owner, kind, key in wanted]
    work.finish()
    signer = app.extensions["koordination.site"].signer
    addresses = [(one.kind, f"/kalender/{services.token(signer, one)}.ics") for one in links]
    session.rollback()
    client, entries = app.test_client(use_cookies=False), Counter[FeedKind]()
    for kind, address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200
        read = read_by_all(answer.data)
        assert len({one.uid for one in read}) == len(read)
        assert all(one.summary and one.end > one.start for one in read)
        entries[kind] += len(read)
    assert all(entries[kind] > 0 for kind in FeedKind), entries
