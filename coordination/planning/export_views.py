"""The coverage of all schools to take along, as a table."""

from __future__ import annotations

from flask import Response

from coordination.core.i18n import gettext as _
from coordination.directory.school_forms import form_text
from coordination.exchange import sheets
from coordination.exchange.sheets import Cell, Sheet
from coordination.planning.blueprint import bp
from coordination.planning.rules import SchoolCover, children
from coordination.planning.views import asked
from coordination.web.downloads import file_answer


@bp.get("/versorgung.xlsx")
def board_table() -> Response:
    """Give every school with what it has, should have, and had a year before."""
    found = asked()
    before = {one.place_id: one for one in found.earlier}
    day = found.as_of.day
    headings = [
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
    ]
    rows = [_row(one, before.get(one.place_id), is_known=found.is_known) for one in found.schools]
    title = _("Coverage %(day)s", day=day.isoformat())
    return file_answer(sheets.write_xlsx(Sheet(title, headings, rows)), sheets.XLSX, f"{title}.xlsx")


def _row(one: SchoolCover, before: SchoolCover | None, *, is_known: bool) -> list[Cell]:
    known = [
        one.name,
        one.district,
        ", ".join(name for _key, name in one.spaces),
        form_text(one.form_code),
        one.social_index,
        children(one.pupils),
    ]
    then = before.posts if before else None
    if not is_known:
        return [*known, None, None, None, one.wanted, None, None]
    return [*known, one.people, one.posts, one.unknown, one.wanted, one.missing, then]
