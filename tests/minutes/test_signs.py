"""Which characters a PDF shows, and what it says of the others."""

from __future__ import annotations

import json
from typing import Any

import pytest

from coordination.documents import printing, signs
from coordination.minutes import making

EMPTY: dict[str, Any] = {"title": "Probe", "subtitle": "", "made_on": "2026-11-26", "mark": "", "note": "", "state": ""}
LABELS = dict.fromkeys(("present", "item", "page", "nothing", "correction", "state"), "x")


def document(*texts: str) -> dict[str, Any]:
    return EMPTY | {"facts": [(one, one) for one in texts], "groups": [], "items": [], "labels": LABELS}


def test_whatever_is_said_to_be_shown_is_shown() -> None:
    ends = [end for one in signs._RANGES.split() for end in one.split("-")]
    said = document(*(chr(int(end, 16)) for end in ends))
    # Refuses to make a file with a letter that no typeface has.
    assert printing._compile(making.TEMPLATE, json.dumps(said)).startswith(b"%PDF")


def test_what_is_said_not_to_be_shown_is_not() -> None:
    with pytest.raises(RuntimeError, match="could not be displayed"):
        printing._compile(making.TEMPLATE, json.dumps(document("中")))


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Şükrü, İnci, Łódź, Αθήνα, Київ, مرحبا, Việt, ẞ, → ✓ €", None),
        ("中文 für alle", "[U+4E2D U+6587] für alle"),
        ("Fest 🎉!", "Fest [U+1F389]!"),
        # One picture put together from three.
        ("👨\u200d👩\u200d👧 da", "[U+1F468 U+1F469 U+1F467] da"),
        ("한글", "[U+D55C U+AE00]"),
        ("Zeile\nneu\u00ad", None),
    ],
)
def test_what_cannot_be_shown_is_named(text: str, printed: str | None) -> None:
    assert signs.with_notes(text) == (text if printed is None else printed)
    assert bool(signs.strange(text)) is (printed is not None)
