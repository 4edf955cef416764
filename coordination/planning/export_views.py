"""The coverage of all schools to take along, as a table."""

from __future__ import annotations

from flask import Response

from coordination.core.i18n import gettext as _
from coordination.directory.rules import children
from coordination.directory.school_forms import form_text
from coordination.exchange import sheets
from coordination.exchange.sheets import Cell, Sheet
from coordination.planning.blueprint import bp
from coordination.planning.rules import SchoolCover
from coordination.planning.views import asked
from coordination.web.downloads import file_answer


@bp.get("/versorgung.xlsx")
def board_table() -> Response:
    """Give every school with what it has, should have, and had a year before."""
    found = asked()
    before = {one.place_id: one for one in found.earlier}
    day = found.as_of.day
    headings = [
        _("School number"),
        _("School"),
        _("District"),
        _("Social spaces"),
        _("School form"),
        _("Social index"),
        _("Pupils"),
        _("People"),
        _("Posts"),
        _("Share not known"),
        _("Target"),
        _("Missing"),
        _("Posts a year before"),
        _("Pupils per post"),
        _("Pupils per post a year before"),
    ]
    rows = [_row(one, before.get(one.place_id), is_known=found.is_known) for one in found.schools]
    title = _("Coverage %(day)s", day=day.isoformat())
    return file_answer(sheets.write_xlsx(Sheet(title, headings, rows)), sheets.XLSX, f"{title}.xlsx")


def _row(one: SchoolCover, before: SchoolCover | None, *, is_known: bool) -> list[Cell]:
    known: list[Cell] = [
        one.number,
        one.name,
        one.district,
        ", ".join(name for _key, name in one.spaces),
        form_text(one.form_code),
        one.social_index,
        children(one.pupils),
    ]
    then = before.posts if before else None
    # A school that has no target misses nothing: an empty cell, not 0.
    wanted, missing = (one.wanted, one.missing) if one.is_municipal else (None, None)
    if not is_known:
        return [*known, None, None, None, wanted, None, None, None, None]
    cover: list[Cell] = [one.people, one.posts, one.unknown, wanted, missing, then]
    return [*known, *cover, _per_post(one), _per_post(before) if before else None]


def _per_post(one: SchoolCover) -> Cell:
    """Return how many pupils come to one post; nothing without posts, and words where one of the two is not known."""
    return one.pupils_per_post if one.is_counted else _("not known")
