"""Everything that leaves a line in the audit trail has a word for it."""

import re
from pathlib import Path

from flask import Flask

from coordination.core.db import Base
from coordination.privacy import pages
from coordination.privacy.subjects import KINDS
from coordination.privacy.words import ACTIONS, action, path

#: What an action is called after, where that is not its table.
TABLES = {
    "calendar": "calendar_link",
    "consent": "person",
    "coverage": "coverage_target",
    "account": "user_account",
    "agenda": "agenda_item",
    "attendance": "meeting",
    "import": "job",
    "list": "job",
    "mail": "outbox_mail",
    "retention": "job",
    "round": "confirmation_round",
    "school": "place",
}
#: Pages that hold nothing of their own: for monitors, for tests, files.
NO_PAGES = {"static", "web.healthz", "web.readyz", "style.index"}

SOURCE = Path(__file__).parents[2] / "coordination"


def test_every_recorded_action_has_a_word() -> None:
    found: set[str] = set()
    for file in SOURCE.rglob("*.py"):
        found |= set(re.findall(r"record(?:_all)?\(\s*\"([a-z_.]+)\"", file.read_text()))
    assert len(found) > 30
    assert found - set(ACTIONS) == set()


def test_what_older_trails_hold_still_has_a_word() -> None:
    # No longer recorded; a line is kept for a year.
    assert action("school.imported") == "Schule aus der Schuldatei übernommen"
    assert {"school.changed", "school.gone"} <= set(ACTIONS)


def test_an_action_is_said_in_german_and_leads_to_its_page() -> None:
    assert action("assignment.ended") == "Einsatz beendet"
    assert path("person:12") == "/personen/12"
    assert path("404:mail.show") == ""


def test_every_row_that_leaves_a_line_has_a_kind_and_a_key_of_its_own() -> None:
    recorded = {TABLES.get(name, name) for key in ACTIONS if (name := key.split(".")[0]) != "access"}
    assert recorded - set(KINDS) == set()
    for name in KINDS:
        # The trail names rows by their key: it is never given to another.
        assert Base.metadata.tables[name].dialect_options["sqlite"].get("autoincrement"), name


def test_every_page_has_a_name(app: Flask) -> None:
    nameless = set()
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<int:[a-z_]+>", "7", rule.rule)
        if "GET" in (rule.methods or ()) and "<" not in path and rule.endpoint not in NO_PAGES:
            is_row = any(pattern.match(path) for pattern in (pages._ROWS, pages._DISTRICT))
            if not (is_row or pages._word(path) or path.endswith((".vcf", ".xlsx", ".csv"))):
                nameless.add((rule.endpoint, path))
    assert nameless == set()
