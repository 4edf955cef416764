"""Attachments of agenda items: several at once, whole or not at all, read by those who take part, frozen."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core import registry
from coordination.core.access import Role
from coordination.files import rules
from coordination.files.models import StoredFile
from coordination.mail.site import Site
from coordination.meetings.models import AgendaItem, Invitation, ItemFile, Meeting
from coordination.meetings.rules import ItemState
from tests import factories
from tests.browser import Browser, Page
from tests.files import samples
from tests.meetings import mailing
from tests.meetings import world as worlds
from tests.meetings.conftest import every
from tests.meetings.world import World

ATTACH = "Dateien anhängen"


@pytest.fixture
def world(session: Session) -> World:
    found = worlds.make(session)
    factories.account(session, "mira@example.org", Role.COORDINATOR, person_id=found.mira.id)
    for given in ("tom", "paul", "nele"):
        factories.account(session, f"{given}@example.org", person_id=getattr(found, given).id)
    session.commit()
    return found


@pytest.fixture
def item(session: Session, meeting: Meeting) -> AgendaItem:
    found = factories.item(session, meeting, "Rahmenkonzept", version=1)
    session.commit()
    return found


@pytest.fixture
def office(browser: Browser, world: World) -> Browser:
    browser.sign_in("mira@example.org", factories.PASSWORD)
    return browser


def page_of(item: AgendaItem) -> str:
    return f"/sitzungen/{item.meeting_id}/tagesordnung/{item.id}"


def send(office: Browser, item: AgendaItem, *files: tuple[bytes, str]) -> Page:
    chosen = [(io.BytesIO(content), name) for content, name in files]
    return office.get(page_of(item)).submit(ATTACH, files=chosen)


def stored(app: Flask) -> list[Path]:
    return [path for path in (Path(app.instance_path) / "files").rglob("*") if path.is_file()]


def test_several_files_are_attached_listed_given_and_removed(
    app: Flask, office: Browser, session: Session, item: AgendaItem
) -> None:
    answer = send(office, item, (samples.PDF, "Übersicht 2027.pdf"), (b"a;b\r\n", "Zahlen.csv"))
    assert answer.status == 303
    assert "2 Dateien sind angehängt." in answer.follow().flash
    for address in (page_of(item), f"/sitzungen/{item.meeting_id}", f"/sitzungen/{item.meeting_id}/tagesordnung"):
        page = office.get(address)
        assert page.select(".file-list li a.file-list__link") == ["Übersicht 2027.pdf", "Zahlen.csv"]
        assert "PDF, 1 KB" in page.main
        assert "Tabelle (CSV), 1 KB" in page.main
    got = office.get(page_of(item)).click("Übersicht 2027.pdf")
    assert got.response.get_data() == samples.PDF
    assert got.headers["Content-Type"] == "application/pdf"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert got.headers["Content-Disposition"] == (
        "attachment; filename=\"Uebersicht 2027.pdf\"; filename*=UTF-8''%C3%9Cbersicht%202027.pdf"
    )
    asked = office.get(page_of(item)).click("Entfernen : Zahlen.csv")
    assert "endgültig" in asked.main
    assert len(every(session, ItemFile)) == 2
    assert "„Zahlen.csv“ ist entfernt." in asked.submit("Anlage entfernen").follow().flash
    assert [one.name for one in every(session, StoredFile)] == ["Übersicht 2027.pdf"]
    assert len(stored(app)) == 2


def test_what_was_typed_is_stored_with_the_files_and_files_with_what_was_typed(
    office: Browser, session: Session, item: AgendaItem
) -> None:
    key = item.id
    files = [(io.BytesIO(samples.PDF), "Konzept.pdf")]
    refused = office.get(page_of(item)).submit(ATTACH, title=" ", text="Neu gefasst", files=files)
    assert refused.status == 422
    assert refused.error("title") == "Bitte füllen Sie dieses Feld aus."
    assert "Neu gefasst" in str(refused.soup)
    assert every(session, ItemFile) == []
    assert refused.submit(ATTACH, title="Anderes", files=[(io.BytesIO(samples.PDF), "Konzept.pdf")]).status == 303
    office.get(page_of(item)).submit("Punkt ändern", text="Noch neuer", files=[(io.BytesIO(b"a;b"), "Zahlen.csv")])
    session.expire_all()
    found = session.get_one(AgendaItem, key)
    assert (found.title, found.text) == ("Anderes", "Noch neuer")
    assert [one.name for one in every(session, StoredFile)] == ["Konzept.pdf", "Zahlen.csv"]


def test_a_form_sent_twice_attaches_once(office: Browser, session: Session, item: AgendaItem) -> None:
    for _again in range(2):
        send(office, item, (samples.PDF, "Konzept.pdf"))
    assert len(every(session, ItemFile)) == 1


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (samples.EXE, "Rechnung.pdf", "von einer Art, die hier nicht angenommen wird"),
        (samples.SVG, "Bild.png", "von einer Art"),
        (samples.HTML, "Seite.txt", "von einer Art"),
        (b"", "leer.pdf", "„leer.pdf“ ist leer"),
        (
            samples.PDF + b"x" * (20 * 1024 * 1024),
            "gross.pdf",
            "„gross.pdf“ ist zu groß. Eine Datei darf höchstens 20 MB",
        ),
    ],
)
def test_with_one_that_is_refused_nothing_is_stored(
    app: Flask, office: Browser, session: Session, item: AgendaItem, content: bytes, name: str, said: str
) -> None:
    page = send(office, item, (samples.PDF, "gut.pdf"), (content, name))
    assert page.status == 422
    assert said in page.error("files")
    assert "Rahmenkonzept" in str(page.soup)
    assert every(session, StoredFile) == []
    assert stored(app) == []


def test_no_file_and_too_many_are_said_beside_the_field(office: Browser, session: Session, item: AgendaItem) -> None:
    assert send(office, item).error("files") == "Bitte wählen Sie eine Datei."
    many = [(b"%d" % n, f"{n}.txt") for n in range(21)]
    assert "höchstens 20 Anlagen" in send(office, item, *many).error("files")
    send(office, item, *many[:15])
    assert "höchstens 20 Anlagen" in send(office, item, *many[15:], (b"noch", "einer.txt")).error("files")
    assert len(every(session, ItemFile)) == 15


def test_only_who_reads_the_item_reads_its_file(
    office: Browser, other_browser: Browser, session: Session, world: World, item: AgendaItem
) -> None:
    meeting = session.get_one(Meeting, item.meeting_id)
    public = factories.item(session, meeting, "Offenes", is_public=True, version=1)
    proposed = factories.item(session, meeting, "Vorschlag", state=ItemState.PROPOSED, version=1)
    # Paul comes in Tom's place, Nele is a guest.
    session.add(
        Invitation(meeting_id=meeting.id, person_id=world.paul.id, role="voting_member", stands_in_for_id=world.tom.id)
    )
    session.add(Invitation(meeting_id=meeting.id, person_id=world.nele.id))
    session.commit()
    for one in (item, public, proposed):
        send(office, one, (f"{one.title} geheim".encode(), f"{one.title}.txt"))
    keys = {one.item_id: one.id for one in every(session, ItemFile)}
    seen = {"tom": [200, 200, 404], "paul": [200, 200, 404], "nele": [404, 200, 404]}
    for given, statuses in seen.items():
        other_browser.forget()
        other_browser.sign_in(f"{given}@example.org", factories.PASSWORD)
        got = [
            other_browser.get(f"/sitzungen/{meeting.id}/anlagen/{keys[one.id]}").status
            for one in (item, public, proposed)
        ]
        assert got == statuses, given
        page = other_browser.get(f"/sitzungen/{meeting.id}").main
        assert ("Rahmenkonzept.txt" in page, "Offenes.txt" in page) == (statuses[0] == 200, True), given
        token = other_browser.get("/konto/").soup.select_one('form [name="csrf_token"]')
        assert token is not None
        sent = {"csrf_token": str(token["value"])}
        for one in (item, public):
            address = f"/sitzungen/{meeting.id}/anlagen/{keys[one.id]}/entfernen"
            assert other_browser.post(address, sent).status == 403, given
    assert len(every(session, ItemFile)) == 3
    other = worlds.meeting(session, world, key="other")
    assert office.get(f"/sitzungen/{other.id}/anlagen/{keys[item.id]}").status == 404


def test_of_a_public_meeting_only_who_takes_part_sees_attachments(
    office: Browser, other_browser: Browser, session: Session, world: World
) -> None:
    meeting = worlds.meeting(session, world, is_public=True)
    item = factories.item(session, meeting, "Offenes", is_public=True, version=1)
    session.add(Invitation(meeting_id=meeting.id, person_id=world.nele.id))
    factories.account(session, "fremd@example.org")
    factories.account(session, "admin@example.org", Role.ADMINISTRATOR)
    session.commit()
    send(office, item, (samples.PDF, "Konzept.pdf"))
    (attached,) = every(session, ItemFile)
    for given, reads in {"tom": True, "nele": True, "paul": False, "fremd": False, "admin": False}.items():
        other_browser.forget()
        other_browser.sign_in(f"{given}@example.org", factories.PASSWORD)
        page = other_browser.get(f"/sitzungen/{meeting.id}")
        assert "Offenes" in page.main, given
        assert ("Konzept" in page.html) is reads, given
        status = other_browser.get(f"/sitzungen/{meeting.id}/anlagen/{attached.id}").status
        assert status == (200 if reads else 404), given


def test_the_same_file_twice_is_counted_once(office: Browser, session: Session, item: AgendaItem) -> None:
    twice = [(samples.PDF, "Konzept.pdf")] * 2
    assert "Die Datei ist angehängt." in send(office, item, *twice).follow().flash
    assert "Das war schon angehängt." in send(office, item, *twice).follow().flash
    assert len(every(session, ItemFile)) == 1


def test_a_file_goes_out_in_pieces(app: Flask, office: Browser, session: Session, item: AgendaItem) -> None:
    content = samples.PDF + b" " * rules.MEGABYTE + b"%%EOF"
    send(office, item, (content, "Konzept.pdf"))
    (attached,) = every(session, ItemFile)
    address = f"/sitzungen/{item.meeting_id}/anlagen/{attached.id}"
    answer = office.client.get(address)
    pieces = list(answer.iter_encoded())
    answer.close()
    assert b"".join(pieces) == content
    assert max(map(len, pieces)) < rules.MEGABYTE
    assert answer.headers["Content-Length"] == str(len(content))
    assert answer.headers["Cache-Control"] == "no-store"
    head = office.client.head(address)
    assert (head.get_data(), head.headers["Content-Length"]) == (b"", str(len(content)))
    head.close()


def test_what_was_removed_stays_a_day_from_then_on(
    app: Flask, office: Browser, session: Session, item: AgendaItem
) -> None:
    send(office, item, (samples.PDF, "Konzept.pdf"))
    last_week = time.time() - 7 * 24 * 3600
    for path in stored(app):
        os.utime(path, (last_week, last_week))
    office.get(page_of(item)).click("Entfernen : Konzept.pdf").submit("Anlage entfernen")
    app.test_cli_runner().invoke(args=["files", "sweep", "--remove"])
    (path,) = stored(app)
    yesterday = time.time() - 25 * 3600
    os.utime(path, (yesterday, yesterday))
    app.test_cli_runner().invoke(args=["files", "sweep", "--remove"])
    assert stored(app) == []


def test_a_file_whose_bytes_are_gone_can_be_removed(
    app: Flask, office: Browser, session: Session, item: AgendaItem
) -> None:
    send(office, item, (samples.PDF, "Konzept.pdf"))
    for path in stored(app):
        path.unlink()
    office.get(page_of(item)).click("Entfernen : Konzept.pdf").submit("Anlage entfernen")
    assert every(session, StoredFile) == []


def test_mails_name_the_files_their_readers_may_read(
    office: Browser,
    session: Session,
    world: World,
    item: AgendaItem,
    site: Site,
    arrive: Callable[[], dict[str, EmailMessage]],
) -> None:
    meeting = session.get_one(Meeting, item.meeting_id)
    send(office, item, (samples.PDF, "Konzept.pdf"))
    session.add(Invitation(meeting_id=meeting.id, person_id=world.nele.id))
    session.commit()
    mailing.invite(session, world, meeting, site)
    mails = arrive()
    body = mails["tom@example.org"].get_body(("plain",))
    assert body is not None
    under = "- TOP 1: Rahmenkonzept\n  - Anlage: Konzept.pdf – PDF, 1 KB"
    assert under in body.get_content().replace("\r\n", "\n")
    assert "Die Anlagen finden Sie auf der Seite, auf der Sie antworten." in body.get_content()
    page = mails["tom@example.org"].get_body(("html",))
    assert page is not None
    nested = "<li>TOP 1: Rahmenkonzept<ul><li>Anlage: Konzept.pdf – PDF, 1 KB</li></ul></li>"
    assert nested in page.get_content()
    assert "Konzept.pdf" not in mails["nele@example.org"].as_string()
    assert all(part.get_content_type() != "application/pdf" for part in mails["tom@example.org"].walk())


def test_what_is_taken_up_again_brings_its_files(
    office: Browser, session: Session, world: World, item: AgendaItem
) -> None:
    send(office, item, (samples.PDF, "Konzept.pdf"))
    office.get(f"/sitzungen/{item.meeting_id}/tagesordnung").submit("Vertagen : Rahmenkonzept")
    later = worlds.meeting(session, world, key="second", days=60)
    office.get(f"/sitzungen/{later.id}/tagesordnung").submit("Diese Punkte übernehmen")
    page = office.get(f"/sitzungen/{later.id}")
    assert page.select(".file-list__link") == ["Konzept.pdf"]
    office.get(page_of(item)).click("Entfernen : Konzept.pdf").submit("Anlage entfernen")
    assert office.get(f"/sitzungen/{later.id}").click("Konzept.pdf").response.get_data() == samples.PDF


def test_with_approved_minutes_attachments_are_frozen(
    app: Flask, office: Browser, session: Session, item: AgendaItem, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(office, item, (samples.PDF, "Konzept.pdf"))
    before, removing = office.get(page_of(item)), office.get(page_of(item)).click("Entfernen : Konzept.pdf")
    monkeypatch.setattr(registry, "meeting_facts", [lambda _session, _key: {"minutes_approved": True}])
    late = before.submit(ATTACH, files=[(io.BytesIO(b"neu"), "neu.txt")])
    assert late.status == 422
    assert "Das Protokoll ist genehmigt" in late.main
    assert ATTACH not in late.main
    assert removing.submit("Anlage entfernen").status == 422
    assert session.scalars(select(StoredFile.name)).all() == ["Konzept.pdf"]


def test_bytes_that_are_gone_are_a_404(app: Flask, office: Browser, session: Session, item: AgendaItem) -> None:
    send(office, item, (samples.PDF, "Konzept.pdf"))
    for path in stored(app):
        path.unlink()
    assert office.get(page_of(item)).click("Konzept.pdf").status == 404
