"""Lists of who is where: as values for the PDF, and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from coordination.core.i18n import N_, format_date, ngettext
from coordination.core.i18n import gettext as _
from coordination.directory import words
from coordination.directory.asof import AsOf
from coordination.directory.papers import sheets
from coordination.directory.papers.lines import Line
from coordination.directory.staff.columns import WORDS, Field
from coordination.exchange.sheets import Cell, Sheet

#: More places, or assignments of an employer, are not put into one file; it says so.
MOST = 1000


def paper(title: str, lines: Sequence[Line], as_of: AsOf, *, note: str, employer: str = "") -> dict[str, Any]:
    """Return a list for paper: the place with its address once, then who is there.

    ``employer``: whose list it is; the heading says so, and no line once more. ``note``: about the whole (``note``).
    """
    rows: list[dict[str, Any]] = []
    for before, line in zip([None, *lines], lines, strict=False):
        is_same = before is not None and (before.place, before.address) == (line.place, line.address)
        rows.append(
            {
                "is_first": not is_same,
                "place": line.place,
                "about": [] if is_same else sheets.present(line.address, line.also, line.office_said),
                "who": line.who,
                "what": sheets.present(line.function, "" if line.employer == employer else line.employer),
                "when": sheets.present(line.when, line.holidays, *line.away),
                "room": line.room,
                "contact": sheets.present(line.phone, line.mobile, line.email),
                "confirmed": format_date(line.confirmed_on) if line.confirmed_on else "",
            }
        )
    places = ngettext("%(n)s place", "%(n)s places", sum(row["is_first"] for row in rows))
    head = sheets.head(title, places, as_of)
    there = [_("Function"), _("When"), _("Room"), _("Telephone and e-mail"), _("confirmed")]
    return head | {
        "subtitle": sheets.joined((head["state"], places)),
        "headings": [_("School or facility"), _("Who"), *there],
        "rows": rows,
        "note": note,
        "nothing": _("No place fits these filters"),
    }


#: Columns of the table. Those with a field are called as the import of lists reads them, so that the table can be
#: corrected and read in again; the others stay behind then.
_COLUMNS: tuple[Field | str, ...] = (
    Field.SCHOOL,
    Field.NUMBER,
    Field.SITE_OF,
    N_("School form or kind"),
    Field.DISTRICT,
    N_("Social spaces"),
    N_("Further districts"),
    N_("Address"),
    N_("Telephone of the office"),
    Field.ROOM,
    Field.PERSON,
    Field.FUNCTION,
    Field.GROUP,
    Field.PHONE,
    Field.MOBILE,
    Field.EMAIL,
    Field.EMPLOYER,
    Field.SHARE,
    Field.HOURS,
    N_("Share by the hours"),
    Field.FUNDING,
    Field.FUNDED_UNTIL,
    Field.TIMES,
    Field.HOLIDAYS,
    Field.FROM,
    Field.UNTIL,
    N_("Absent"),
    N_("Substitute"),
    N_("Last confirmed"),
)
#: Where a sentence stands that is about the whole: in a column that is not read in.
_NOTE = _COLUMNS.index("Address")


def table(title: str, lines: Sequence[Line], *, note: str) -> Sheet:
    """Return a list as a table with one fact in each column; what is missing is said in a last row."""
    headings = [_(WORDS[one] if isinstance(one, Field) else one) for one in _COLUMNS]
    last = [[""] * _NOTE + [note]] if note else []
    return Sheet(title, headings, [*(_cells(one) for one in lines), *last])


def note(*, is_cut: bool, left_out: str) -> str:
    """Return what is to be said of a whole list: what it leaves out; "" if it is what was asked for."""
    return " ".join(sheets.present(left_out, _("Only the first %(count)s are in this list.", count=MOST) * is_cut))


def _cells(one: Line) -> list[Cell]:
    known: list[Cell] = [
        one.named,
        one.number,
        one.school,
        one.form,
        one.district,
        one.spaces,
        one.further,
        one.address,
        one.office,
        one.room,
    ]
    who: list[Cell] = [one.name, one.does, one.group, one.phone, one.mobile, one.email, one.employer]
    found = one.assignment
    if found is None:
        return [*known, *who, *[None] * (len(_COLUMNS) - len(known) - len(who) - 1), one.confirmed_on]
    funding: list[Cell] = [words.funding_word(found.funding), found.funded_until] if one.plans else ["", None]
    return [
        *known,
        *who,
        found.share_posts,
        found.share_hours,
        one.derived,
        *funding,
        # Of what is not known the column says nothing: "nicht bekannt" is no time.
        one.times,
        # Only what somebody said: what counts without being said would be an answer once it is read in.
        one.in_holidays if found.in_holidays is not None else "",
        found.valid_from,
        found.valid_until if one.shows_end else None,
        _("yes") if one.is_away else "",
        one.substitute,
        one.confirmed_on,
    ]
