"""The page on which minutes are written: one text for each item, saved as it is typed or by a button."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from coordination.bodies.words import MINUTES_WORDS
from coordination.core import clock, registry
from coordination.core.errors import NotFound, RuleViolation
from coordination.core.i18n import format_short_day, format_time, sentence
from coordination.core.i18n import gettext as _
from coordination.core.registry import Section
from coordination.meetings import agenda_services
from coordination.meetings import queries as meeting_queries
from coordination.meetings import words as meeting_words
from coordination.meetings.models import Meeting
from coordination.meetings.rules import MeetingState
from coordination.minutes import queries, services
from coordination.minutes.attendance import sheet
from coordination.minutes.blueprint import bp
from coordination.minutes.document import described
from coordination.minutes.forms import FirstItemForm, TextForm
from coordination.minutes.models import ItemText, Minutes
from coordination.minutes.pages import written
from coordination.minutes.panels import quorum_now, words_of
from coordination.minutes.queries import Written
from coordination.minutes.rules import MOST_TEXT, STATE_WORDS, MinutesState
from coordination.minutes.timing import Entry, Timetable, timetable
from coordination.web.extensions import db
from coordination.web.forms import key_of, tidy
from coordination.web.guard import current_actor, unit_of_work


@dataclass(frozen=True, slots=True)
class Problem:
    """What stands beside a text that was not stored: an error, or what somebody else has stored meanwhile."""

    text: str
    #: That of the text the writer had before; after a clash that of the newer one.
    version: int = 0
    error: str = ""
    theirs: ItemText | None = None
    by: str = ""
    at: str = ""


def mark(text: str) -> str:
    """Return what stands for a text in its form: who did not touch it overwrites nothing."""
    return hashlib.sha256(tidy(text.replace("\r\n", "\n")).encode()).hexdigest()[:16]


@bp.get("/sitzungen/<int:meeting_id>/protokoll")
def write(meeting_id: int) -> ResponseReturnValue:
    """Show the minutes to write on; before and after that time, what to do instead."""
    meeting = written(meeting_id)
    if meeting.state in services.BEGUN:
        return _page(meeting_id, {})
    if queries.minutes_of(db.session(), meeting_id) is not None:
        return redirect(url_for(".read", meeting_id=meeting_id), 303)
    is_due = meeting.starts_at.date() <= clock.today()
    is_over = meeting.ends_at <= clock.wall_clock(clock.utc_now())
    return render_template("minutes/not_yet.html", meeting=meeting, is_due=is_due, is_over=is_over, words=meeting_words)


@bp.post("/sitzungen/<int:meeting_id>/protokoll/speichern")
def save(meeting_id: int) -> ResponseReturnValue:
    """Store every text that was changed on the page; each on its own, so that one problem keeps none back."""
    written(meeting_id)
    problems: dict[int, Problem] = {}
    for one in queries.items(db.session(), meeting_id):
        key = one.item.id
        sent = request.form.get(f"text_{key}")
        if sent is None or mark(sent) == request.form.get(f"was_{key}"):
            continue
        problem = _store(meeting_id, key, TextForm(_of_item(key)))
        if problem is not None:
            problems[key] = problem
    if problems:
        return _page(meeting_id, problems)
    flash(_("The minutes are stored."), "success")
    item = key_of(request.form.get("top"))
    return redirect(url_for(".write", meeting_id=meeting_id, _anchor=f"top-{item}" if item else None), 303)


def _of_item(key: int) -> MultiDict[str, str]:
    names = {"text": f"text_{key}", "version": f"version_{key}"}
    return MultiDict({name: request.form.get(sent, "") for name, sent in names.items()})


def _store(meeting_id: int, item_id: int, form: TextForm) -> Problem | None:
    form.validate()
    text, version = form.text.data or "", form.version.data or 0
    try:
        with unit_of_work() as work:
            saved = services.save_text(work, meeting_id, item_id, text, version=version)
            is_conflict, row = saved.is_conflict, saved.row
    except RuleViolation as violation:
        return Problem(text, version, error=sentence(violation))
    return _conflict(text, row) if is_conflict else None


def _conflict(text: str, row: ItemText | None) -> Problem:
    if row is None:
        return Problem(text, 0, error=_("This text was removed in the meantime. Please save once more."))
    user = row.saved_by_id
    by = queries.names_of(db.session(), [user]).get(user, "") if user is not None else ""
    return Problem(text, row.version, theirs=row, by=by, at=format_time(clock.wall_clock(row.saved_at)))


@bp.post("/sitzungen/<int:meeting_id>/protokoll/top/<int:item_id>")
def autosave(meeting_id: int, item_id: int) -> ResponseReturnValue:
    """Store one text while it is typed; the answer is for the script of the page."""
    written(meeting_id)
    if all(one.item.id != item_id for one in queries.items(db.session(), meeting_id)):
        raise NotFound
    problem = _store(meeting_id, item_id, TextForm(request.form))
    if problem is None:
        items = queries.items(db.session(), meeting_id)
        row = next(one for one in items if one.item.id == item_id).row
        at = format_time(clock.wall_clock(row.saved_at if row is not None else clock.utc_now()))
        version = row.version if row is not None else 0
        times = _times(meeting_queries.get_meeting(db.session(), meeting_id), items)
        agenda = render_template("minutes/_agenda.html", items=items, times=times)
        return jsonify(version=version, said=_("saved %(time)s", time=at), agenda=agenda)
    if problem.theirs is None:
        return jsonify(error=problem.error), 422
    fragment = render_template("minutes/_theirs.html", problem=problem, item_id=item_id, meeting_id=meeting_id)
    return jsonify(version=problem.theirs.version, fragment=fragment), 409


@bp.post("/sitzungen/<int:meeting_id>/protokoll/top")
def first_item(meeting_id: int) -> ResponseReturnValue:
    """Put an item on the agenda of a meeting that has none, so that there is something to write on."""
    services.check_begun(written(meeting_id))
    form = FirstItemForm(request.form)
    if form.validate():
        try:
            with unit_of_work() as work:
                item_id = agenda_services.add_item(work, meeting_id, form.title.data or "").id
        except RuleViolation as violation:
            form.show(violation)
        else:
            return redirect(url_for(".write", meeting_id=meeting_id, _anchor=f"top-{item_id}"), 303)
    return _page(meeting_id, {}, form)


def _page(meeting_id: int, problems: Mapping[int, Problem], form: FirstItemForm | None = None) -> ResponseReturnValue:
    session = db.session()
    meeting = meeting_queries.get_meeting(session, meeting_id)
    minutes = queries.minutes_of(session, meeting_id)
    items = queries.items(session, meeting_id)
    found = sheet(session, meeting)
    form = form or FirstItemForm()
    page = render_template(
        "minutes/write.html",
        meeting=meeting,
        minutes=minutes,
        is_open=_is_open(meeting, minutes),
        items=items,
        times=_times(meeting, items),
        cards=_cards(items),
        names=queries.names_of(session, {one.row.saved_by_id for one in items if one.row and one.row.saved_by_id}),
        own_id=current_actor().user_id,
        problems=problems,
        sheet=found,
        quorum=quorum_now(meeting, found),
        quorum_words=words_of(meeting),
        described=described,
        saved=_saved,
        mark=mark,
        form=form,
        most=MOST_TEXT,
        state_words=STATE_WORDS,
        kind_words=MINUTES_WORDS,
        words=meeting_words,
    )
    is_conflict = any(one.theirs is not None for one in problems.values())
    return page, 409 if is_conflict else 422 if problems or form.errors else 200


def _saved(row: ItemText) -> str:
    """Return when a text was stored: the minute today, the day before that."""
    at = clock.wall_clock(row.saved_at)
    time = format_time(at)
    return time if at.date() == clock.today() else f"{format_short_day(at.date())} {time}"


def _times(meeting: Meeting, items: Sequence[Written]) -> Timetable:
    """Return how the time of the meeting goes, item by item."""
    entries = [
        Entry(one.item.id, one.item.minutes_planned, clock.wall_clock(one.row.begun_at))
        if one.row is not None and one.row.begun_at is not None
        else Entry(one.item.id, one.item.minutes_planned)
        for one in items
    ]
    now = clock.wall_clock(clock.utc_now()) if meeting.state is MeetingState.RUNNING else None
    return timetable(entries, meeting.starts_at, meeting.ends_at, now=now)


def _is_open(meeting: Meeting, minutes: Minutes | None) -> bool:
    return meeting.state in services.BEGUN and (minutes is None or minutes.state is MinutesState.DRAFT)


def _cards(items: Sequence[Written]) -> dict[int, list[Section]]:
    """Return what other parts show in the flow of each item, by its key."""
    found: dict[int, list[Section]] = {}
    for ask in registry.item_cards:
        for key, section in ask(db.session(), current_actor(), [one.item.id for one in items], clock.today()).items():
            found.setdefault(key, []).append(section)
    return found
