"""The agenda of one meeting as a document, with what its reader may see. Always German."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from coordination.core.i18n import format_date, gettext, in_language
from coordination.documents.markup import Node, parse
from coordination.files.rules import kind_word, size_word
from coordination.mail.site import Site
from coordination.meetings import agenda, words
from coordination.meetings.calendar import location
from coordination.meetings.models import AgendaItem, Meeting
from coordination.meetings.rules import ITEM_KIND_WORDS, MeetingState

TEMPLATE = Path(__file__).with_name("agenda.typ")


@dataclass(frozen=True, slots=True)
class Reader:
    """What a reader sees of a meeting: its inside (link, note, attachments), and the items that are not public."""

    is_inside: bool
    sees_all_items: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One item."""

    number: str
    title: str
    meta: str
    text: Sequence[Node]
    files: Sequence[str]


@dataclass(frozen=True, slots=True)
class Part:
    """The public items or the others; without a word where there is only one part."""

    word: str
    items: Sequence[Line]


def build(
    meeting: Meeting, items: Sequence[AgendaItem], reader: Reader, *, site: Site, today: date
) -> Mapping[str, Any]:
    """Return the agenda as plain values, for another process."""
    with in_language("de"):
        return {
            "title": gettext("Agenda: %(title)s", title=meeting.title),
            "subtitle": f"{meeting.body.name}, {site.city_name}",
            "made_on": today.isoformat(),
            "facts": list(_facts(meeting, reader, today)),
            "note": meeting.note.split("\n") if meeting.note and reader.is_inside else [],
            "parts": [asdict(part) for part in _parts(items, reader)],
            "mark": gettext("Demonstration with invented people") if site.is_demo else "",
            "labels": {
                "page": gettext("Page"),
                "item": gettext("Item"),
                "nothing": gettext("No items yet.") if reader.sees_all_items else gettext("No public items."),
                "files": gettext("Attachments"),
            },
        }


def _facts(meeting: Meeting, reader: Reader, today: date) -> Iterator[tuple[str, str]]:
    yield gettext("Body"), meeting.body.name
    yield gettext("When"), words.when(meeting)
    place = location(meeting)
    # Where nobody has to go, the location is the link.
    if place != meeting.link or not place:
        yield gettext("Where"), place or gettext("not fixed yet")
    if meeting.link and reader.is_inside:
        yield gettext("Online"), meeting.link
    if meeting.state in {MeetingState.DRAFT, MeetingState.CANCELLED}:
        yield gettext("State"), words.state_word(meeting.state)
    yield gettext("As of"), format_date(today)


def _parts(items: Sequence[AgendaItem], reader: Reader) -> list[Part]:
    numbers, of_key = agenda.numbers(items), {one.id: one for one in items}
    shown = [of_key[one.id] for one in agenda.in_order(items) if one.is_public or reader.sees_all_items]
    has_parts = len({one.is_public for one in shown}) > 1
    found = []
    for is_public, word in ((True, gettext("Public part")), (False, gettext("Part that is not public"))):
        lines = [_line(one, numbers[one.id], reader) for one in shown if one.is_public is is_public]
        if lines:
            found.append(Part(word if has_parts else "", lines))
    return found


def _line(item: AgendaItem, number: str, reader: Reader) -> Line:
    said = [gettext(ITEM_KIND_WORDS[item.kind])]
    if item.minutes_planned:
        said.append(gettext("%(n)s min.", n=item.minutes_planned))
    if item.presenter is not None:
        said.append(item.presenter.name)
    shown = item.attached if reader.is_inside else []
    files = [f"{one.file.name} ({kind_word(one.file.media_type)}, {size_word(one.file.size)})" for one in shown]
    return Line(number, item.title, " · ".join(said), parse(item.text), files)
