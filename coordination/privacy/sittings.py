"""Names of what belongs to a meeting: minutes, agenda, decisions, tasks; as far as the reader may know of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from coordination.core.i18n import N_, format_date, gettext
from coordination.decisions.models import Decision, Task
from coordination.meetings.models import AgendaItem, Meeting
from coordination.minutes.models import Minutes
from coordination.privacy import known

_WHOLE = {
    "minutes": N_("Minutes of the meeting “%(title)s” on %(day)s"),
    "agenda_item": N_("Agenda of the meeting “%(title)s” on %(day)s"),
}
_SETTLED: Mapping[str, type[Decision | Task]] = {"decision": Decision, "task": Task}


def _statement(kind: str) -> Select[Any]:
    model: Any = {"minutes": Minutes, "agenda_item": AgendaItem, **_SETTLED}[kind]
    statement: Select[Any] = select(model.id, Meeting.id, Meeting.title, Meeting.starts_at)
    return statement.join(model.meeting)


def _held(reader: known.Reader, kind: str, keys: Collection[int]) -> dict[int, tuple[str, str, datetime]]:
    """Return key → page, title and beginning of its meeting, of meetings that the reader would find."""
    statement = _statement(kind)
    rows = reader.session.execute(statement.where(statement.selected_columns[0].in_(keys))).all()
    hits = known.hits(reader, "meeting", {row[1] for row in rows})
    return {key: (hits[at].url, title, begins) for key, at, title, begins in rows if at in hits}


def sentences(reader: known.Reader, keys: Mapping[str, Collection[int]]) -> dict[str, tuple[str, str]]:
    """Return subject ("minutes:3") → what it is in a whole sentence, and the page of its meeting."""
    found = {}
    for kind, sentence in _WHOLE.items():
        for key, (url, title, begins) in _held(reader, kind, keys[kind]).items() if keys.get(kind) else ():
            found[f"{kind}:{key}"] = (gettext(sentence, title=title, day=format_date(begins.date())), url)
    return found


def settled(reader: known.Reader, kind: str, keys: Collection[int]) -> known.Names:
    """Return number and wording of decisions or tasks, with the meeting that settled them."""
    hits = known.hits(reader, kind, keys)
    held = _held(reader, kind, set(hits)) if hits else {}
    names = {}
    for key, hit in hits.items():
        name = hit.title
        if key in held:
            _url, title, begins = held[key]
            values = {"what": hit.title, "title": title, "day": format_date(begins.date())}
            name = gettext("%(what)s (meeting “%(title)s” on %(day)s)", **values)
        names[key] = (name, hit.url)
    return names
