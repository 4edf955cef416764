"""The agenda as PDF: readable for everybody, and for each reader only what is theirs."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Role
from coordination.documents import making
from coordination.meetings import agenda_document, agenda_services
from coordination.meetings.models import AgendaItem, Invitation, Meeting
from coordination.meetings.rules import ItemState
from tests import factories
from tests.browser import Browser
from tests.meetings import world as worlds
from tests.meetings.world import World
from tests.pdf_text import text_of_pdf

TRICKS = '#read("/etc/passwd") $a$ <script>alert(1)</script> 🎉'


@pytest.fixture
def world(session: Session) -> World:
    found = worlds.make(session)
    factories.account(session, "mira@example.org", Role.COORDINATOR, person_id=found.mira.id)
    for given in ("tom", "nele"):
        factories.account(session, f"{given}@example.org", person_id=getattr(found, given).id)
    factories.account(session, "fremd@example.org")
    session.commit()
    return found


@pytest.fixture
def meeting(session: Session, world: World) -> Meeting:
    """Two public items and two that are not; Nele is a guest; everybody may know of it."""
    link = "https://konferenz.example.org/x"
    found = worlds.meeting(session, world, is_public=True, note="Bitte Ausweis", link=link)
    item = factories.item(session, found, "Personalie", minutes_planned=20, presenter_id=world.ada.id, version=1)
    factories.item_file(session, item, "Vertraulich.txt")
    factories.item(session, found, "Rahmenkonzept", is_public=True, text=f"Erste Zeile\n{TRICKS}", version=1)
    factories.item(session, found, "Haushalt", version=1)
    factories.item(session, found, "Verschiedenes", is_public=True, version=1)
    factories.item(session, found, "Nur vorgeschlagen", state=ItemState.PROPOSED, version=1)
    session.add(Invitation(meeting_id=found.id, person_id=world.nele.id))
    session.commit()
    return found


def read(browser: Browser, email: str, meeting: Meeting, tmp_path: Path) -> str:
    browser.forget()
    browser.sign_in(email, factories.PASSWORD)
    answer = browser.get(f"/sitzungen/{meeting.id}").click("Als PDF")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    day = meeting.starts_at.date().isoformat()
    assert f'filename="Tagesordnung STG {day}.pdf"' in answer.headers["Content-Disposition"]
    path = tmp_path / "agenda.pdf"
    path.write_bytes(answer.response.get_data())
    return text_of_pdf(path.read_bytes())


def test_each_reader_gets_what_is_theirs(browser: Browser, meeting: Meeting, tmp_path: Path) -> None:
    inside = read(browser, "tom@example.org", meeting, tmp_path)
    lines = [" ".join(line.split()) for line in inside.splitlines()]
    at = [
        lines.index(one)
        for one in ("TOP 1 Rahmenkonzept", "TOP 2 Verschiedenes", "TOP N 1 Personalie", "TOP N 2 Haushalt")
    ]
    assert at == sorted(at)
    for said in (
        "Öffentlicher Teil",
        "Nichtöffentlicher Teil",
        "20 Min.",
        "Vertraulich.txt",
        "Bitte Ausweis",
        "konferenz",
    ):
        assert said in inside, said
    assert '#read("/etc/passwd") $a$ <script>' in inside
    assert "Nur vorgeschlagen" not in inside
    guest = read(browser, "nele@example.org", meeting, tmp_path)
    stranger = read(browser, "fremd@example.org", meeting, tmp_path)
    for text in (guest, stranger):
        assert "TOP 1 Rahmenkonzept" in " ".join(text.split())
        for hidden in ("Personalie", "Haushalt", "Vertraulich", "Nichtöffentlich"):
            assert hidden not in text, hidden
    assert "Bitte Ausweis" in guest
    assert "Bitte Ausweis" not in stranger
    assert "konferenz" not in stranger


def test_who_does_not_take_part_reads_no_names_of_attachments(
    browser: Browser, session: Session, meeting: Meeting, tmp_path: Path
) -> None:
    item = session.query(AgendaItem).filter_by(title="Verschiedenes").one()
    factories.item_file(session, item, "Offenes.txt")
    session.commit()
    assert "Offenes.txt" in read(browser, "nele@example.org", meeting, tmp_path)
    stranger = read(browser, "fremd@example.org", meeting, tmp_path)
    assert "Verschiedenes" in stranger
    assert "Offenes.txt" not in stranger


def test_without_public_items_a_stranger_is_told_so(browser: Browser, session: Session, world: World) -> None:
    found = worlds.meeting(session, world, is_public=True)
    factories.item(session, found, "Personalie", version=1)
    session.commit()
    nothing = []
    for sees_all in (True, False):
        reader = agenda_document.Reader(is_inside=sees_all, sees_all_items=sees_all)
        items = agenda_services.items_of(session, found.id)
        values = agenda_document.build(found, items, reader, site=worlds.site_of(browser.app), today=clock.today())
        nothing.append((len(values["parts"]), values["labels"]["nothing"]))
    assert nothing == [(1, "Noch keine Punkte."), (0, "Keine öffentlichen Punkte.")]


def test_with_too_many_before_it_nobody_waits_for_long(
    browser: Browser, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "LONGEST_WAIT", 0.01)
    browser.sign_in("tom@example.org", factories.PASSWORD)
    page = browser.get(f"/sitzungen/{meeting.id}")
    with making._at_once, making._at_once:
        answer = page.click("Als PDF")
    assert "Die Datei ließ sich nicht erstellen" in answer.main
    assert page.click("Als PDF").status == 200, "no place is lost"


def test_the_file_is_tagged_and_says_what_it_is(browser: Browser, meeting: Meeting, tmp_path: Path) -> None:
    read(browser, "tom@example.org", meeting, tmp_path)
    info = subprocess.run(["pdfinfo", tmp_path / "agenda.pdf"], capture_output=True, check=True, text=True).stdout
    assert "Tagged:          yes" in info
    assert "Title:           Tagesordnung: 1. Sitzung 2027" in info
    dated: list[str | Path] = ["pdfinfo", "-isodates", tmp_path / "agenda.pdf"]
    made = subprocess.run(dated, capture_output=True, check=True, text=True).stdout
    assert f"CreationDate:    {clock.today().isoformat()}" in made
    meta = subprocess.run(["pdfinfo", "-meta", tmp_path / "agenda.pdf"], capture_output=True, check=True, text=True)
    assert "pdfuaid:part>1<" in meta.stdout
    assert "pdfaid:part>2<" in meta.stdout


def test_a_text_is_set_like_that_of_minutes_on_page_and_paper(
    browser: Browser, session: Session, world: World, meeting: Meeting, tmp_path: Path
) -> None:
    factories.item(session, meeting, "Bericht", is_public=True, text="Es geht um **Räume**:\n\n- Heepen", version=1)
    session.commit()
    said = read(browser, "tom@example.org", meeting, tmp_path)
    assert "Es geht um Räume:" in said
    assert "**" not in said
    page = browser.get(f"/sitzungen/{meeting.id}")
    assert "<strong>Räume</strong>" in page.html
    assert "<li>Heepen</li>" in page.html
    assert "<script>alert" not in page.html
