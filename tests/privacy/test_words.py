"""Everything that leaves a line in the audit trail has a word for it."""

import re
from pathlib import Path

from coordination.privacy.words import ACTIONS, action, path

SOURCE = Path(__file__).parents[2] / "coordination"


def test_every_recorded_action_has_a_word() -> None:
    found: set[str] = set()
    for file in SOURCE.rglob("*.py"):
        found |= set(re.findall(r"record(?:_all)?\(\s*\"([a-z_.]+)\"", file.read_text()))
    assert len(found) > 30
    assert found - set(ACTIONS) == set()


def test_an_action_is_said_in_german_and_leads_to_its_page() -> None:
    assert action("assignment.ended") == "Einsatz beendet"
    assert path("person:12") == "/personen/12"
    assert path("404:mail.show") == ""
