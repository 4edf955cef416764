"""The register of decisions and tasks: the list, and the same as a table to take along."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.core import clock
from coordination.core.access import Permission
from coordination.core.i18n import gettext as _
from coordination.decisions import access, register, register_filters, undelivered, words
from coordination.decisions.blueprint import bp
from coordination.decisions.models import Decision, Task
from coordination.decisions.register import DECISIONS, MINE, PAGE_SIZE, TASKS
from coordination.decisions.views import address_of
from coordination.directory.list_views import PageOf
from coordination.directory.place_filters import whole
from coordination.exchange import sheets
from coordination.exchange.sheets import Cell, Sheet
from coordination.web.downloads import attachment
from coordination.web.extensions import db
from coordination.web.guard import authorize, current_actor


@bp.get("/beschluesse")
def index() -> ResponseReturnValue:
    """List decisions, tasks or one's own tasks, narrowed by links, fifty at a time."""
    authorize(Permission.SIGNED_IN)
    session, actor, day = db.session(), current_actor(), clock.today()
    wanted = register_filters.wanted()
    number = whole(request.args.get("seite"), 1, 100_000) or 1
    total, of_tabs = register.counts(session, actor, wanted, day)
    found = register.page(session, actor, wanted, day, number=number)
    column = register_filters.column
    columns = [
        column(_("Number") if wanted.tab == DECISIONS else _("Meeting"), "nummer", wanted),
        _("Wording") if wanted.tab == DECISIONS else _("Task"),
        *([] if wanted.tab == DECISIONS else [column(_("Body"), "gremium", wanted)]),
        _("Who"),
        column(_("Due"), "faellig", wanted),
        column(_("Status"), "status", wanted),
        "",
    ]
    names = {DECISIONS: _("Decisions"), TASKS: _("Tasks"), MINE: _("My tasks")}
    tabs = [
        (name, of_tabs[tab], url_for(".index", art=None if tab == DECISIONS else tab), tab == wanted.tab)
        for tab, name in names.items()
        if tab != MINE or actor.person_id is not None
    ]
    return render_template(
        "decisions/index.html",
        rows=[(one, address_of(one), access.may_settle(actor, one)) for one in found],
        is_tasks=wanted.tab != DECISIONS,
        columns=columns,
        tabs=tabs,
        wanted=wanted,
        filters=register_filters.rows(wanted, register.offered(session, actor)),
        chosen=register_filters.chosen(),
        is_narrowed=bool(register_filters.chosen(art=None, sortiert=None)),
        page=_page_of(number, len(found), total),
        may_remind=bool(access.managed_bodies(actor)),
        undelivered=len(undelivered.undelivered(session, actor)),
        words=words,
        day=day,
    )


def _page_of(number: int, shown: int, total: int) -> PageOf:
    first = PAGE_SIZE * (number - 1) + 1
    last = first + shown - 1
    return PageOf(
        first,
        last,
        total,
        register_filters.address(seite=number - 1) if number > 1 else None,
        register_filters.address(seite=number + 1) if last < total else None,
    )


@bp.get("/beschluesse.xlsx")
def table_xlsx() -> Response:
    """Give what the register shows, as it is narrowed, as a workbook."""
    return _table(sheets.write_xlsx, sheets.XLSX, "xlsx")


@bp.get("/beschluesse.csv")
def table_csv() -> Response:
    """Give the same as CSV."""
    return _table(sheets.write_csv, sheets.CSV, "csv")


def _table(write: Callable[[Sheet], bytes], content_type: str, ending: str) -> Response:
    authorize(Permission.SIGNED_IN)
    wanted = register_filters.wanted()
    day = clock.today()
    found = register.everything(db.session(), current_actor(), wanted, day)
    title = _("Decisions") if wanted.tab == DECISIONS else _("Tasks")
    if wanted.tab == DECISIONS:
        headings = [_("Number"), _("Kind"), _("Wording"), _("How it was settled"), _("Body"), _("Meeting")]
        headings += [_("Unit in charge"), _("Due"), _("Look at it again"), _("Status")]
        lines = [_decision(one) for one in found if isinstance(one, Decision)]
    else:
        headings = [_("Task"), _("Person"), _("Unit"), _("Body"), _("Meeting"), _("Due"), _("Status")]
        lines = [_task(one) for one in found if isinstance(one, Task)]
    response = Response(write(Sheet(title, headings, lines)), content_type=content_type)
    response.headers["Content-Disposition"] = attachment(f"{title} {day.isoformat()}.{ending}")
    return response


def _decision(row: Decision) -> list[Cell]:
    unit = row.unit.name if row.unit else ""
    held = row.meeting.starts_at.date()
    settled = words.how(row)
    texts = [words.number_of(row), words.kind_word(row.kind), row.text, settled, row.body.name]
    return [*texts, held, unit, row.due_on, row.follow_up_on, words.state_word(row)]


def _task(row: Task) -> list[Cell]:
    person, unit = row.person.name if row.person else "", row.unit.name if row.unit else ""
    held = row.meeting.starts_at.date()
    return [row.text, person, unit, row.body.name, held, row.due_on, words.state_word(row)]
