"""From draft to approval: who reads when, what is mailed, what is frozen."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.decisions.models import Decision, Task
from coordination.decisions.rules import DecisionKind
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.views import PURPOSE_WORDS
from coordination.meetings.models import AgendaItem, Meeting
from coordination.meetings.rules import MeetingState
from coordination.minutes.models import FrozenMinutes, ItemText, Minutes
from coordination.minutes.rules import MinutesState
from tests import factories
from tests.browser import Browser
from tests.meetings.world import World
from tests.pdf_text import text_of_pdf

EARLY = {"reason": "Alle haben schriftlich zugestimmt."}
PUBLIC, INSIDE = "Offenes Wort", "GEHEIMES-WORT"
TRICKS = '#read("/etc/passwd") $a$ <script>alert(1)</script> [x](javascript:alert(1)) 🎉'


def url(meeting: Meeting, part: str = "") -> str:
    return f"/sitzungen/{meeting.id}/protokoll{part}"


@pytest.fixture
def written(office: Browser, meeting: Meeting, items: list[AgendaItem]) -> Meeting:
    office.get(f"/sitzungen/{meeting.id}/anwesenheit").submit("Anwesenheit speichern")
    sent = {f"text_{items[0].id}": f"# Lage\n\n{PUBLIC}\n\n{TRICKS}", f"text_{items[1].id}": f"- {INSIDE}\n- zwei"}
    assert office.get(url(meeting)).submit("Alles speichern", **sent).status == 303
    return meeting


@pytest.fixture
def circulated(office: Browser, written: Meeting) -> Meeting:
    office.get(url(written, "/abstimmung")).submit("Ohne Mail zur Abstimmung geben")
    return written


@pytest.fixture
def approved(office: Browser, circulated: Meeting) -> Meeting:
    page = office.get(url(circulated, "/genehmigen")).submit("Als genehmigt festhalten", **EARLY)
    assert page.status == 303, page.main
    return circulated


def words_of(content: bytes, folder: Path) -> str:
    path = folder / "a.pdf"
    path.write_bytes(content)
    return text_of_pdf(path.read_bytes())


def download(browser: Browser, at: str) -> tuple[bytes, str]:
    response = browser.client.get(at)
    return response.get_data(), response.headers.get("Content-Disposition", "")


def test_a_draft_is_read_by_those_who_write_it_alone(office: Browser, other_browser: Browser, written: Meeting) -> None:
    assert INSIDE in office.get(url(written, "/lesen")).main
    other_browser.sign_in("tom@example.org", factories.PASSWORD)
    for part in ("/lesen", ".pdf", ".docx"):
        assert other_browser.client.get(url(written, part)).status_code == 404
    assert "Haushalt" not in other_browser.get("/suche?q=GEHEIMES-WORT").main


def test_circulated_minutes_are_read_by_members_found_by_them_and_by_nobody_else(
    other_browser: Browser, circulated: Meeting
) -> None:
    other_browser.sign_in("tom@example.org", factories.PASSWORD)
    assert INSIDE in other_browser.get(url(circulated, "/lesen")).main
    assert "Haushalt" in other_browser.get("/suche?q=GEHEIMES-WORT").main
    other_browser.forget()
    other_browser.sign_in("liest@example.org", factories.PASSWORD)
    assert other_browser.get(url(circulated, "/lesen")).status == 404
    assert "Haushalt" not in other_browser.get("/suche?q=GEHEIMES-WORT").main


def test_a_guest_reads_the_public_items_alone_on_the_page_in_files_and_in_the_search(
    other_browser: Browser, session: Session, world: World, circulated: Meeting, tmp_path: Path
) -> None:
    factories.account(session, "nele@example.org", person_id=world.nele.id)
    session.commit()
    other_browser.sign_in("nele@example.org", factories.PASSWORD)
    page = other_browser.get(url(circulated, "/lesen"))
    assert PUBLIC in page.main
    assert INSIDE not in page.html
    assert "Haushalt" not in page.html
    words = words_of(download(other_browser, url(circulated, ".pdf"))[0], tmp_path)
    assert PUBLIC in words
    assert INSIDE not in words
    word_file = zipfile.ZipFile(io.BytesIO(download(other_browser, url(circulated, ".docx"))[0]))
    assert INSIDE not in word_file.read("word/document.xml").decode()
    assert "Haushalt" not in other_browser.get("/suche?q=GEHEIMES-WORT").main


def test_the_plan_names_who_is_mailed_and_one_button_sends_once(
    office: Browser, session: Session, written: Meeting
) -> None:
    page = office.get(url(written, "/abstimmung"))
    assert "6 Mails senden" in page.main
    assert "Nele" not in page.main
    answers = [page.submit("6 Mails senden") for _ in range(3)]
    assert {one.status for one in answers} == {303}
    session.rollback()
    assert session.scalar(select(func.count()).select_from(OutboxMail)) == 6
    assert {PURPOSE_WORDS[one.purpose] for one in session.scalars(select(OutboxMail))} == {"Minutes to read"}
    assert session.scalars(select(Minutes)).one().state is MinutesState.CIRCULATED


def test_circulated_minutes_are_not_written_on_until_they_are_taken_back(
    office: Browser, session: Session, circulated: Meeting, items: list[AgendaItem]
) -> None:
    assert "gerade nicht geschrieben" in office.get(url(circulated)).main
    next_page = office.get(f"/sitzungen/{circulated.id}").html
    assert url(circulated, "/genehmigen") in next_page
    assert "Protokoll schreiben" not in next_page
    page = office.get(url(circulated, "/lesen"))
    assert "Solange ändern sich weder der Text noch die Anwesenheit." in page.main
    page = page.submit("Zurückholen und weiterschreiben").follow()
    assert page.submit("Alles speichern", **{f"text_{items[0].id}": "neu"}).status == 303


def test_approved_minutes_are_frozen_with_their_hash_and_their_file(
    app: Flask, office: Browser, session: Session, approved: Meeting, tmp_path: Path
) -> None:
    row = session.scalars(select(FrozenMinutes)).one()
    assert row.digest == hashlib.sha256(row.content.encode()).hexdigest()
    assert row.pdf is not None
    content, disposition = download(office, url(approved, ".pdf"))
    assert hashlib.sha256(content).hexdigest() == row.pdf.digest
    assert "filename*=UTF-8''Protokoll%20STG%20" in disposition
    words = words_of(content, tmp_path)
    for text in (PUBLIC, INSIDE, '#read("/etc/passwd") $a$', "<script>", "i. V. für Tom Probe", "Genehmigt am"):
        assert text in words
    assert "root:" not in words
    page = office.get(url(approved, "/lesen"))
    assert "<script>alert" not in page.html
    assert 'href="javascript' not in page.html


def test_a_guest_gets_public_items_of_approved_minutes_and_never_the_frozen_file(
    office: Browser, other_browser: Browser, session: Session, world: World, approved: Meeting, tmp_path: Path
) -> None:
    """The frozen file is one for all: it holds what is not public, too."""
    factories.account(session, "nele@example.org", person_id=world.nele.id)
    session.commit()
    other_browser.sign_in("nele@example.org", factories.PASSWORD)
    frozen = url(approved, "/fassung/1.pdf")
    assert INSIDE in words_of(download(office, frozen)[0], tmp_path)
    assert other_browser.get(frozen).status == 404
    assert frozen not in other_browser.get(url(approved, "/lesen")).html
    words = words_of(download(other_browser, url(approved, ".pdf"))[0], tmp_path)
    assert PUBLIC in words
    assert INSIDE not in words


def test_nothing_of_the_meeting_changes_after_the_approval(
    office: Browser, session: Session, approved: Meeting, items: list[AgendaItem]
) -> None:
    page = office.get("/rueckmeldung")
    field = page.soup.find("input", {"name": "csrf_token"})
    assert field is not None
    token = {"csrf_token": field["value"]}
    assert office.post(url(approved, f"/top/{items[0].id}"), token | {"text": "neu", "version": "0"}).status == 422
    assert office.post(url(approved, "/top"), token | {"title": "neu"}).status == 422
    assert office.post(url(approved, "/stand"), token | {"stand": "draft", "version": "1"}).status in {409, 422}
    session.rollback()
    assert "neu" not in set(session.scalars(select(ItemText.text)))


def test_a_correction_is_a_further_version_and_the_first_one_stays(
    office: Browser, session: Session, approved: Meeting, items: list[AgendaItem], tmp_path: Path
) -> None:
    page = office.get(url(approved, "/berichtigen"))
    assert page.submit("Berichtigte Fassung speichern").status == 422
    sent = {"note": "Zahl berichtigt", f"text_{items[1].id}": "- BERICHTIGT"}
    assert page.submit("Berichtigte Fassung speichern", **sent).status == 303
    session.rollback()
    first, second = session.scalars(select(FrozenMinutes).order_by(FrozenMinutes.number)).all()
    assert INSIDE in first.content
    assert "BERICHTIGT" in second.content
    assert INSIDE not in second.content
    page = office.get(url(approved, "/lesen"))
    assert "BERICHTIGT" in page.main
    assert "Zahl berichtigt" in page.main
    assert INSIDE in words_of(download(office, url(approved, "/fassung/1.pdf"))[0], tmp_path)
    assert INSIDE not in words_of(download(office, url(approved, "/fassung/2.pdf"))[0], tmp_path)


def test_an_approval_over_something_changed_meanwhile_freezes_nothing(
    office: Browser, session: Session, circulated: Meeting
) -> None:
    page = office.get(url(circulated, "/genehmigen"))
    session.scalars(select(Minutes)).one().taker_id = None
    session.commit()
    assert page.submit("Als genehmigt festhalten", **EARLY).status == 409
    session.rollback()
    assert session.scalars(select(FrozenMinutes)).all() == []


def test_a_word_file_has_headings_a_language_and_the_texts(office: Browser, written: Meeting) -> None:
    content, disposition = download(office, url(written, ".docx"))
    assert b'w:w="11906" w:h="16838"' in zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml"), "A4"
    assert disposition.startswith('attachment; filename="Protokoll STG ')
    found = zipfile.ZipFile(io.BytesIO(content))
    document = found.read("word/document.xml").decode()
    assert PUBLIC in document
    assert INSIDE in document
    assert 'w:val="Heading2"' in document
    assert "&lt;script&gt;" in document
    assert "de-DE" in found.read("word/styles.xml").decode()
    assert "Protokoll: 1. Sitzung 2027" in found.read("docProps/core.xml").decode()


@pytest.mark.slow
def test_a_word_processor_opens_the_word_file(office: Browser, written: Meeting, tmp_path: Path) -> None:
    """LibreOffice makes a PDF of it, in which the text is; with a profile of its own, so that none is touched."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed; to get it: apt-get install libreoffice-writer")
    path = tmp_path / "minutes.docx"
    path.write_bytes(download(office, url(written, ".docx"))[0])
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    done = subprocess.run(command, capture_output=True, check=True, text=True, timeout=180)
    assert (tmp_path / "minutes.pdf").exists(), done.stderr
    words = words_of((tmp_path / "minutes.pdf").read_bytes(), tmp_path)
    for text in (PUBLIC, INSIDE, "zwei"):
        assert text in words


def test_an_approval_before_the_objections_are_over_needs_a_reason_that_is_kept(
    office: Browser, session: Session, circulated: Meeting
) -> None:
    page = office.get(url(circulated, "/genehmigen"))
    refused = page.submit("Als genehmigt festhalten")
    assert refused.status == 422
    assert "Einwendungen sind bis" in refused.error("reason")
    session.rollback()
    assert session.scalars(select(FrozenMinutes)).all() == []
    assert refused.submit("Als genehmigt festhalten", **EARLY).status == 303
    told = office.get(f"/sitzungen/{circulated.id}").main
    assert "Protokoll genehmigt" in told
    assert EARLY["reason"] in told


def test_an_approval_after_the_objections_asks_for_none(office: Browser, session: Session, circulated: Meeting) -> None:
    session.scalars(select(Minutes)).one().circulated_until = clock.today() - timedelta(days=1)
    session.commit()
    page = office.get(url(circulated, "/genehmigen"))
    assert page.soup.find("input", {"name": "reason"}) is None
    assert page.submit("Als genehmigt festhalten").status == 303


def test_approving_closes_the_meeting_unless_one_says_otherwise(
    office: Browser, session: Session, circulated: Meeting
) -> None:
    page = office.get(url(circulated, "/genehmigen")).submit("Als genehmigt festhalten", **EARLY, closes=[])
    session.rollback()
    assert session.get_one(Meeting, circulated.id).state is MeetingState.MINUTES_OPEN
    # What is left is the one primary button of the page.
    closed = page.follow().click("Sitzung abschließen").submit("Sitzung abschließen").follow()
    assert "abgeschlossen" in closed.main


def test_an_approved_meeting_is_closed_and_still_corrected(
    office: Browser, session: Session, approved: Meeting
) -> None:
    session.rollback()
    assert session.get_one(Meeting, approved.id).state is MeetingState.CLOSED
    page = office.get(url(approved, "/lesen"))
    assert "Sitzung abschließen" not in page.main
    assert page.click("Berichtigen").submit("Berichtigte Fassung speichern", note="Zahl berichtigt").status == 303


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (MeetingState.DRAFT, "Termin steht noch nicht fest"),
        (MeetingState.FIXED, "führt „Anwesenheit und Protokoll nachtragen“ weiter"),
        (MeetingState.CANCELLED, "Sie wurde abgesagt"),
    ],
)
def test_before_there_are_minutes_the_page_says_what_to_do(
    office: Browser, session: Session, meeting: Meeting, state: MeetingState, said: str
) -> None:
    meeting.state = state
    session.commit()
    page = office.get(url(meeting))
    assert page.status == 200
    assert said in page.main
    assert page.click("Zur Sitzung").status == 200


def test_what_was_settled_stands_apart_by_its_word_its_number_and_a_rule(
    office: Browser, session: Session, written: Meeting, items: list[AgendaItem], tmp_path: Path
) -> None:
    given = {"body_id": written.body_id, "meeting_id": written.id, "item_id": items[1].id}
    session.add(Decision(**given, year=2027, number=1, kind=DecisionKind.DECISION, text="Wir fangen an."))
    session.add(Task(**given, text="Einladung schreiben"))
    session.commit()
    page = office.get(url(written, "/lesen"))
    decision, task = page.soup.select(".minutes-item .outcome")
    assert "outcome--decision" in decision["class"]
    assert decision.get_text(" ", strip=True).startswith("Beschluss STG 2027-01 Wir fangen an.")
    assert task.get_text(" ", strip=True).startswith("Aufgabe Einladung schreiben")
    words = " ".join(words_of(download(office, url(written, ".pdf"))[0], tmp_path).split())
    assert "Beschluss STG 2027-01 Wir fangen an." in words
    archive = zipfile.ZipFile(io.BytesIO(download(office, url(written, ".docx"))[0]))
    document = archive.read("word/document.xml").decode()
    assert "Beschluss STG 2027-01" in document
    assert "w:pBdr" in document


def test_the_file_of_minutes_is_tagged_and_names_what_it_has_no_letters_for(
    office: Browser, written: Meeting, tmp_path: Path
) -> None:
    path = tmp_path / "minutes.pdf"
    path.write_bytes(download(office, url(written, ".pdf"))[0])
    info = subprocess.run(["pdfinfo", path], capture_output=True, check=True, text=True).stdout
    assert "Tagged:          yes" in info
    assert "Title:           Protokoll: 1. Sitzung 2027" in info
    # Made today, of a meeting that was before.
    made = subprocess.run(["pdfinfo", "-isodates", path], capture_output=True, check=True, text=True).stdout
    assert f"CreationDate:    {clock.today().isoformat()}" in made
    meta = subprocess.run(["pdfinfo", "-meta", path], capture_output=True, check=True, text=True).stdout
    for mark in ("pdfuaid:part>1<", "pdfaid:part>2<", "pdfaid:conformance>A<"):
        assert mark in meta, mark
    words = text_of_pdf(path.read_bytes())
    assert "[U+1F389]" in words
    assert "🎉" not in words
    # The letters around it are left alone.
    assert PUBLIC in words


def test_before_they_are_frozen_it_is_said_which_characters_the_file_cannot_show(
    office: Browser, circulated: Meeting
) -> None:
    page = office.get(url(circulated, "/genehmigen"))
    assert "🎉 (U+1F389)" in page.main


def test_a_text_of_somebody_else_bears_their_name(office: Browser, chair: Browser, written: Meeting) -> None:
    assert "geschrieben von" not in office.get(url(written)).main
    assert "geschrieben von Mira" in chair.get(url(written)).main


def test_mails_with_minutes_that_did_not_get_through_stand_where_they_are_read(
    office: Browser, session: Session, written: Meeting
) -> None:
    office.get(url(written, "/abstimmung")).submit(0)
    rows = session.scalars(select(OutboxMail).where(OutboxMail.purpose == "minutes").order_by(OutboxMail.id)).all()
    assert len(rows) > 1
    assert all(one.person_id is not None for one in rows)
    rows[0].state, rows[0].problem, rows[1].state = MailState.FAILED, "550", MailState.UNCLEAR
    session.commit()
    desk = office.get("/")
    assert desk.select(".desk-lines li p")[0].endswith("2 Mails sind nicht angekommen, oder es ist nicht sicher.")
    page = desk.click("Mails ansehen")
    assert page.h1.startswith("Protokoll:")
    key, again = rows[0].id, page.select("button:-soup-contains('Erneut senden')")
    assert len(again) == 2
    told = page.submit(page.select("button:-soup-contains('Anders mitgeteilt')")[0]).follow()
    assert "Mails, die nicht ankamen 1" in told.main
    other = told.submit(told.select("button:-soup-contains('Erneut senden')")[0]).follow()
    assert "Mails, die nicht ankamen" not in other.main
    assert "nicht angekommen" not in office.get("/").main
    assert session.get(OutboxMail, key) is not None


def test_the_mail_is_shown_before_it_is_sent(office: Browser, session: Session, written: Meeting) -> None:
    page = office.get(url(written, "/abstimmung"))
    names = page.select("section[aria-labelledby=plan] li a")
    assert f"Vorschau für {names[0]}" in page.main
    page = page.click(names[1])
    assert f"Vorschau für {names[1]}" in page.main
    text = " ".join(page.select(".letter__text"))
    assert f"Guten Tag {names[1]}," in text
    page.submit(0)
    assert session.scalar(select(func.count()).where(OutboxMail.purpose == "minutes")) == len(names)
