"""Lists of who is where: as values for the PDF, and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from coordination.core.i18n import gettext as _
from coordination.core.i18n import ngettext
from coordination.directory.asof import AsOf
from coordination.directory.papers import sheets
from coordination.directory.papers.lines import Line
from coordination.exchange.sheets import Sheet

#: More places, or assignments of an employer, are not put into one file; it says so.
MOST = 1000


def paper(title: str, lines: Sequence[Line], as_of: AsOf, *, is_cut: bool) -> dict[str, Any]:
    """Return a list for paper: the place with its address once, then who is there."""
    rows: list[dict[str, Any]] = []
    for before, line in zip([None, *lines], lines, strict=False):
        is_same = before is not None and (before.place, before.address) == (line.place, line.address)
        rows.append(
            {
                "is_first": not is_same,
                "place": line.place,
                "about": [] if is_same else sheets.present(line.address, line.office),
                "who": line.who,
                "what": sheets.present(line.function, line.employer),
                "when": sheets.present(line.when, line.holidays),
                "room": line.room,
                "contact": sheets.present(line.phone, line.mobile, line.email),
            }
        )
    places = ngettext("%(n)s place", "%(n)s places", sum(row["is_first"] for row in rows))
    head = sheets.head(title, places, as_of)
    return head | {
        "subtitle": sheets.joined((head["state"], places)),
        "headings": [_("School or facility"), _("Who"), _("Function"), _("When"), _("Room"), _("Telephone and e-mail")],
        "rows": rows,
        "note": _cut() if is_cut else "",
        "nothing": _("No place fits these filters"),
    }


def table(title: str, lines: Sequence[Line], *, is_cut: bool) -> Sheet:
    """Return a list as a table with one fact in each column; what is missing is said in a last row."""
    headings = [
        _("School or facility"),
        _("School form or kind"),
        _("District"),
        _("Social spaces"),
        _("Address"),
        _("Telephone of the office"),
        _("Who"),
        _("Function"),
        _("Employer"),
        _("When"),
        _("In school holidays"),
        _("Room"),
        _("Telephone"),
        _("Mobile"),
        _("E-mail"),
    ]
    return Sheet(title, headings, [*(_cells(one) for one in lines), *([[_cut()]] if is_cut else [])])


def _cut() -> str:
    return _("Only the first %(count)s are in this list.", count=MOST)


def _cells(one: Line) -> list[str]:
    known = [one.place, one.form, one.district, one.spaces, one.address, one.office]
    there = [one.who, one.function, one.employer, one.when, one.in_holidays, one.room]
    return [*known, *there, one.phone, one.mobile, one.email]
