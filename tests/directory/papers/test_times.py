"""On paper a time from one hour to another stays in one line, with its day."""

from __future__ import annotations

from pathlib import Path

import pytest

from coordination.documents.printing import pdf
from tests.pdf_text import text_of_pdf

_TEMPLATE = """
#import "frame.typ": sheet
#let d = json(bytes(sys.inputs.data))
#show: it => sheet(d, it)
#for width in range(30, 70) { block(width: width * 1mm, d.text) }
"""


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("Erika Muster: Mo, Mi 8–11:30 Uhr", "Mi 8–11:30 Uhr"),
        ("Ada Ahorn, Do 12–15:30 Uhr, Raum 104", "Do 12–15:30 Uhr"),
    ],
)
def test_a_time_stays_in_one_line(tmp_path: Path, text: str, time: str) -> None:
    template = tmp_path / "narrow.typ"
    template.write_text(_TEMPLATE)
    labels = {"page": "Seite"}
    about = {"title": "Zeiten", "subtitle": "", "made_on": "2026-11-25", "mark": "", "labels": labels}
    said = text_of_pdf(pdf(template, {**about, "text": text}))
    lines = said.replace("\u00a0", " ").splitlines()
    assert sum(time in one for one in lines) == 40, said
