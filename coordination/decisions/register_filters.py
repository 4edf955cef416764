"""The register's address: what it is narrowed to, and the links that change it."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from coordination.core.collation import german_key
from coordination.core.i18n import gettext as _
from coordination.decisions import words
from coordination.decisions.register import DECISIONS, MINE, TASKS, Offered, RegisterFilter
from coordination.decisions.rules import Status
from coordination.directory.place_filters import whole
from coordination.web.forms import tidy_line

KNOWN = ("art", "gremium", "thema", "status", "ueberfaellig", "einheit", "jahr", "q", "sortiert")
SORTS = ("nummer", "faellig", "status", "gremium")
#: Of one's own tasks all, not only what is still to be done.
ALL = "alle"
FIRST_YEAR, LAST_YEAR = 1990, 2100


def chosen(**changes: Any) -> dict[str, Any]:
    """Return what the address asks for, changed; what it does not know is left out."""
    arguments: dict[str, Any] = {key: request.args[key][:200] for key in KNOWN if request.args.get(key)}
    return {key: value for key, value in (arguments | changes).items() if value is not None}


def wanted() -> RegisterFilter:
    """Return what the request's address asks for; what makes no sense is left out."""
    args = request.args
    tab, sort, status = args.get("art", ""), args.get("sortiert", ""), args.get("status", "")
    return RegisterFilter(
        tab=tab if tab in {TASKS, MINE} else DECISIONS,
        body_id=whole(args.get("gremium"), 1, 10**8),
        topic_id=whole(args.get("thema"), 1, 10**8),
        unit_id=whole(args.get("einheit"), 1, 10**8),
        year=whole(args.get("jahr"), FIRST_YEAR, LAST_YEAR),
        status=Status(status) if status in set(Status) else None,
        is_all=status == ALL,
        is_overdue=args.get("ueberfaellig") == "1",
        q=tidy_line(args.get("q"))[:100],
        sort=sort if sort.lstrip("-") in SORTS and sort.count("-") < 2 else "",
    )


def address(**changes: Any) -> str:
    """Return the register as it is narrowed, changed."""
    return url_for("decisions.index", **chosen(**changes))


def _row(label: str, name: str, current: Any, choices: list[tuple[Any, str]]) -> dict[str, Any]:
    options = [{"label": text, "url": address(**{name: value}), "current": value == current} for value, text in choices]
    everything = {"label": _("all"), "url": address(**{name: None}), "current": current is None}
    return {"label": label, "options": [everything, *options]}


def _own_status(found: RegisterFilter, states: list[tuple[Any, str]]) -> dict[str, Any]:
    """Return the row of one's own tasks, which begin with what is still to be done."""
    chosen_one = ALL if found.is_all else found.status.value if found.status else None
    row = _row(_("Status"), "status", chosen_one, [(ALL, _("all")), *states])
    row["options"][0]["label"] = _("to be done")
    return row


def rows(found: RegisterFilter, offer: Offered) -> list[dict[str, Any]]:
    """Return the rows of filters."""
    states: list[tuple[Any, str]] = [(one.value, words.status_word(one)) for one in Status]
    status = found.status.value if found.status else None
    lines = [
        _own_status(found, states) if found.tab == MINE else _row(_("Status"), "status", status, states),
        _row(_("Time limit"), "ueberfaellig", "1" if found.is_overdue else None, [("1", _("overdue"))]),
    ]
    for label, name, current, choices in (
        (_("Body"), "gremium", found.body_id, offer.bodies),
        (_("Topic"), "thema", found.topic_id, offer.topics),
        (_("Unit"), "einheit", found.unit_id, offer.units),
    ):
        if len(choices) > 1 or current is not None:
            lines.append(_row(label, name, current, sorted(choices, key=lambda one: german_key(one[1]))))
    if len(offer.years) > 1 or found.year is not None:
        lines.append(_row(_("Year"), "jahr", found.year, [(year, str(year)) for year in offer.years]))
    return lines


def column(label: str, name: str, found: RegisterFilter, *, kind: str = "") -> dict[str, Any]:
    """Return a heading that sorts by its column; a second click turns the order round."""
    is_current = found.sort.lstrip("-") == name
    is_down = found.sort.startswith("-")
    turned = f"-{name}" if is_current and not is_down else name
    order = ("descending" if is_down else "ascending") if is_current else None
    return {"label": label, "url": address(sortiert=turned), "sorted": order, "kind": kind}
