"""The history of a meeting: written by machine, read in words. No database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from coordination.core.i18n import N_, format_day, gettext
from coordination.meetings.models import MeetingChange
from coordination.meetings.rules import DEADLINE_WORDS, ChangeKind, Deadline, MeetingState
from coordination.meetings.words import span, state_word

#: Longest text of ``before`` and ``after``.
MOST = 500
KIND_WORDS = {
    ChangeKind.CREATED: N_("Date entered"),
    ChangeKind.EDITED: N_("Changed"),
    ChangeKind.MOVED: N_("Moved"),
    ChangeKind.CANCELLED: N_("Cancelled"),
    ChangeKind.STATE: N_("State"),
    ChangeKind.INVITED: N_("Mails handed over for dispatch"),
    ChangeKind.SILENT: N_("Stored without a mail"),
    ChangeKind.TAKEN_BACK: N_("Waiting mails taken back"),
    ChangeKind.DEADLINE: N_("Deadline"),
    ChangeKind.APPROVED: N_("Minutes approved"),
}
FIELD_WORDS = {
    "title": N_("Title"),
    "place": N_("Place"),
    "room": N_("Room"),
    "link": N_("Online link"),
    "note": N_("Note"),
    "is_public": N_("Public"),
    "answer_until": N_("Answers until"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One change as the page shows it: what, from, to."""

    what: str
    before: str = ""
    after: str = ""
    reason: str = ""


def pack(values: Mapping[str, str]) -> str:
    """Return named texts as one that fits the column; long ones are cut."""
    each = MOST // max(len(values), 1)
    parts = []
    for name, text in values.items():
        room = each - len(name) - 2
        line = " ".join(text.split())
        parts.append(f"{name}\t{line if len(line) <= room else line[: room - 1] + '…'}")
    return "\n".join(parts)


def pack_span(starts_at: datetime, ends_at: datetime) -> str:
    """Return two wall times as ``told`` reads them."""
    return f"{starts_at.isoformat()}/{ends_at.isoformat()}"


def unpack_start(text: str) -> datetime:
    """Return the first of two wall times that ``pack_span`` has put together."""
    return datetime.fromisoformat(text.partition("/")[0])


def told(change: MeetingChange) -> list[Told]:
    """Return what a line of the history says."""
    what = gettext(KIND_WORDS[change.kind])
    if change.kind is ChangeKind.EDITED:
        before, after = _unpacked(change.before), _unpacked(change.after)
        return [Told(_field(name), _value(name, before.get(name, "")), _value(name, after[name])) for name in after]
    if change.kind in {ChangeKind.CREATED, ChangeKind.MOVED}:
        return [Told(what, _span(change.before), _span(change.after), change.reason)]
    if change.kind in {ChangeKind.STATE, ChangeKind.CANCELLED}:
        is_end = change.kind is ChangeKind.CANCELLED
        return [Told(what if is_end else _state(change.after))]
    if change.kind is ChangeKind.DEADLINE:
        name, _tab, day = change.before.partition("\t")
        return [Told(gettext(DEADLINE_WORDS[Deadline(name)]), _day(day), _day(change.after))]
    if change.kind is ChangeKind.APPROVED:
        return [Told(what, "", _day(change.after))]
    return [Told(what, change.before, change.after)]


def _unpacked(text: str) -> dict[str, str]:
    return {name: value for name, _tab, value in (line.partition("\t") for line in text.split("\n") if line)}


def _field(name: str) -> str:
    return gettext(FIELD_WORDS[name]) if name in FIELD_WORDS else name


def _value(name: str, text: str) -> str:
    if name == "is_public":
        return gettext("yes") if text == "1" else gettext("no")
    return format_day(date.fromisoformat(text)) if name == "answer_until" and text else text


def _span(text: str) -> str:
    first, _slash, last = text.partition("/")
    return span(datetime.fromisoformat(first), datetime.fromisoformat(last)) if last else text


def _state(text: str) -> str:
    return state_word(MeetingState(text)) if text in set(MeetingState) else text


def _day(text: str) -> str:
    return format_day(date.fromisoformat(text)) if text else gettext("by the rules")
