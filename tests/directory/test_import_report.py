"""What is said of an import, from the values that a job keeps."""

from __future__ import annotations

from typing import Any

from coordination.directory import import_report


def test_changes_of_pupils_alone_are_said_to_be_that() -> None:
    def changed(*names: str) -> list[object]:
        return ["123456", "Fröbelschule", "02", 1, [[name, None, 1] for name in names]]

    lines = [changed("pupils"), changed("pupils", "social_index"), changed("pupils", "phone"), changed("phone")]
    values: dict[str, Any] = dict.fromkeys(("new", "gone", "came_back", "remarks"), ()) | {
        "changed": lines,
        "encoding": "UTF-8",
    }
    values |= dict.fromkeys(("rows", "elsewhere", "unchanged", "looks_wrong", "more_remarks"), 0)
    assert import_report.report_of(values).changed_said == "4, davon 2 nur Schülerzahl oder Sozialindex"
    assert import_report.report_of(values | {"changed": lines[2:]}).changed_said == "2"
