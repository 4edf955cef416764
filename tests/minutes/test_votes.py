"""What minutes say of a vote: who was there, and what does not add up; on the page and in both files."""

from __future__ import annotations

import io
import zipfile
from datetime import time

from sqlalchemy.orm import Session

from coordination.decisions.models import Decision
from coordination.decisions.rules import DecisionKind, Means
from coordination.meetings.models import AgendaItem, Meeting
from tests.browser import Browser
from tests.pdf_text import text_of_pdf


def test_minutes_say_what_is_wrong_with_a_vote_on_the_page_and_in_both_files(
    office: Browser, session: Session, meeting: Meeting, items: list[AgendaItem]
) -> None:
    here = f"/sitzungen/{meeting.id}"
    office.get(f"{here}/anwesenheit").submit("Anwesenheit speichern")
    office.get(f"{here}/protokoll").submit("Alles speichern", **{f"text_{items[0].id}": "Ada begrüßt."})
    given = {"body_id": meeting.body_id, "meeting_id": meeting.id, "item_id": items[1].id, "means": Means.VOTE}
    vote = {"yes": 9, "conflicted": 1, "voted_at": time(14, 30), "despite_votes": True}
    row = Decision(**given, year=2027, number=1, kind=DecisionKind.DECISION, text="Wir fangen an.", **vote)
    session.add(row)
    session.commit()
    [decision] = office.get(f"{here}/protokoll/lesen").soup.select(".minutes-item .outcome")
    pdf = text_of_pdf(office.client.get(f"{here}/protokoll.pdf").get_data())
    word = zipfile.ZipFile(io.BytesIO(office.client.get(f"{here}/protokoll.docx").get_data()))
    document = word.read("word/document.xml").decode()
    for text in (decision.get_text(" ", strip=True), pdf, document):
        said = " ".join(text.split())
        assert "Abstimmung 14:30 Uhr, nicht beschlussfähig: 1 von 3, nötig 2" in said
        assert "Hinweis zur Abstimmung" in said
        assert "Gezählt sind 10 Stimmen" in said
        assert "trotzdem festgehalten" in said
        assert "solange niemand" in said
    assert "nicht beschlussfähig: 1 von 3" in office.get(f"/beschluesse/{row.id}").main
