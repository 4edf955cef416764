"""The minutes of one meeting as one document: what the page, the PDF and the Word file are made of. Always German."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, time
from typing import Any

from sqlalchemy.orm import Session

from coordination.bodies.words import MINUTES_WORDS
from coordination.core import registry
from coordination.core.access import BodyRole
from coordination.core.i18n import format_date, format_time, gettext, in_language
from coordination.core.registry import ItemLine
from coordination.documents.markup import Node, parse
from coordination.meetings import words
from coordination.meetings.models import Meeting
from coordination.minutes import queries
from coordination.minutes.attendance import Line, sheet, with_unit
from coordination.minutes.models import Minutes
from coordination.minutes.queries import Written
from coordination.minutes.rules import MinutesState, Presence, Quorum


@dataclass(frozen=True, slots=True)
class Group:
    """People under one word: who chairs, who votes, who is excused."""

    word: str
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Item:
    """One item with its text as blocks, and what was settled on it: decisions, tasks."""

    number: str
    title: str
    is_public: bool
    blocks: Sequence[Node]
    lines: Sequence[ItemLine] = ()
    #: Where there are two parts: the word of the part that begins here.
    part: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """What minutes say. ``labels`` are the words that the forms of the document need beside it."""

    title: str
    subtitle: str
    facts: Sequence[tuple[str, str]]
    groups: Sequence[Group]
    items: Sequence[Item]
    state: str
    mark: str = ""
    note: str = ""
    labels: dict[str, str] = field(default_factory=dict)

    def values(self) -> dict[str, Any]:
        """Return it as plain values, for another process."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Setting:
    """What surrounds the minutes: the city's name, whether all is invented, and which correction this is.

    ``approved_on`` and ``texts`` (by the key of the item) say how it will be once they are stored.
    """

    city_name: str
    is_demo: bool = False
    note: str = ""
    approved_on: date | None = None
    texts: Mapping[int, str] = field(default_factory=dict)


def build(session: Session, meeting: Meeting, setting: Setting, *, with_inside: bool) -> Document:
    """Return the minutes of a meeting; without the inside only its public items."""
    with in_language("de"):
        return _build(session, meeting, setting, with_inside)


def _build(session: Session, meeting: Meeting, setting: Setting, with_inside: bool) -> Document:
    minutes = queries.minutes_of(session, meeting.id)
    found = sheet(session, meeting)
    written = [one for one in queries.items(session, meeting.id) if with_inside or one.item.is_public]
    lines: dict[int, list[ItemLine]] = {}
    for ask in registry.item_lines:
        for key, said in ask(session, [one.item.id for one in written]).items():
            lines.setdefault(key, []).extend(said)
    quorum = found.quorum(meeting.starts_at.time())
    facts = [
        (gettext("Body"), meeting.body.name),
        (gettext("Day"), words.span(meeting.starts_at, meeting.ends_at)),
        (gettext("Place"), words.where(meeting) or gettext("not entered")),
        (gettext("Kind"), gettext(MINUTES_WORDS[meeting.body.procedure.minutes_kind])),
    ]
    if quorum.needed and found.is_stored:
        facts.append((gettext("Quorum at the beginning"), quorum_words(quorum)))
    if minutes is not None and minutes.taker is not None:
        facts.append((gettext("Minutes taken by"), minutes.taker.name))
    return Document(
        title=gettext("Minutes: %(title)s", title=meeting.title),
        subtitle=f"{meeting.body.name}, {setting.city_name}",
        facts=facts,
        groups=_groups(found.lines) if found.is_stored else [],
        items=_with_parts([_item(one, setting, lines.get(one.item.id, [])) for one in written]),
        state=approved_words(setting.approved_on) if setting.approved_on else state_words(minutes),
        mark=gettext("Demonstration with invented people") if setting.is_demo else "",
        note=setting.note,
        labels={
            "present": gettext("Attendance"),
            "item": gettext("Item"),
            "page": gettext("Page"),
            "nothing": gettext("Nothing was noted on this item."),
            "correction": gettext("Correction"),
            "state": gettext("State"),
            "doubt": gettext("Note on the vote"),
        },
    )


def _item(one: Written, setting: Setting, lines: Sequence[ItemLine]) -> Item:
    blocks = parse(setting.texts.get(one.item.id, one.text))
    return Item(one.number, one.item.title, one.item.is_public, blocks, lines)


def _with_parts(items: Sequence[Item]) -> list[Item]:
    """Let the first item of each part say which it is, where there are both."""
    if len({one.is_public for one in items}) < 2:
        return list(items)
    words_of = {True: gettext("Public part"), False: gettext("Part that is not public")}
    before: bool | None = None
    found = []
    for one in items:
        found.append(one if one.is_public is before else replace(one, part=words_of[one.is_public]))
        before = one.is_public
    return found


def approved_words(day: date) -> str:
    """Return on which day minutes were approved."""
    return gettext("Approved on %(day)s", day=format_date(day))


def state_words(minutes: Minutes | None) -> str:
    """Return where minutes stand, in a sentence of the document."""
    if minutes is None or minutes.state is MinutesState.DRAFT:
        return gettext("Draft")
    if minutes.state is MinutesState.CHECKED:
        return gettext("Draft, checked by the chair")
    if minutes.state is MinutesState.APPROVED and minutes.approved_on is not None:
        return approved_words(minutes.approved_on)
    until = minutes.circulated_until
    return gettext("Circulated; objections until %(day)s", day=format_date(until)) if until else gettext("circulated")


def quorum_words(quorum: Quorum) -> str:
    """Return "beschlussfähig: 8 von 11, nötig 6"."""
    values = {"there": quorum.there, "base": quorum.base, "needed": quorum.needed}
    if quorum.is_reached:
        return gettext("quorate: %(there)s of %(base)s, needed %(needed)s", **values)
    return gettext("not quorate: %(there)s of %(base)s, needed %(needed)s", **values)


_KINDS: Mapping[str, set[BodyRole | None]] = {
    "chair": {BodyRole.CHAIR, BodyRole.CO_CHAIR, BodyRole.DEPUTY_CHAIR},
    "voting": {BodyRole.VOTING_MEMBER},
    "advisory": {BodyRole.ADVISORY_MEMBER},
    "office": {BodyRole.SECRETARIAT},
    "guests": {BodyRole.PERMANENT_GUEST, None},
}


def _groups(lines: Sequence[Line]) -> list[Group]:
    there = [one for one in lines if one.there.presence is Presence.PRESENT]
    titles = {
        "chair": gettext("Chair"),
        "voting": gettext("Members with a vote"),
        "advisory": gettext("Advisory members"),
        "office": gettext("Secretariat"),
        "guests": gettext("Guests"),
    }
    groups = [
        Group(titles[kind], _names(one for one in there if one.there.role in roles)) for kind, roles in _KINDS.items()
    ]
    missing = {Presence.EXCUSED: gettext("Excused"), Presence.ABSENT: gettext("Absent")}
    members = [one for one in lines if one.there.role is not None or one.there.presence is not Presence.UNKNOWN]
    for presence, word in missing.items():
        groups.append(Group(word, _names(one for one in members if one.there.presence is presence)))
    return [one for one in groups if one.names]


def _names(lines: Iterable[Line]) -> list[str]:
    return [described(one) for one in lines]


def described(line: Line) -> str:
    """Return "Ada Probe (Jugendamt), i. V. für Tom Probe (ab 17:18 Uhr)"."""
    name = with_unit(line.person)
    if line.stands_in_for is not None:
        name += ", " + gettext("in place of %(name)s", name=line.stands_in_for.name)
    times = _times(line.there.came_at, line.there.left_at)
    return f"{name} ({times})" if times else name


def _times(came: time | None, left: time | None) -> str:
    if came and left:
        return gettext("from %(first)s to %(last)s", first=format_time(came), last=format_time(left))
    if came:
        return gettext("from %(time)s on", time=format_time(came))
    return gettext("until %(time)s", time=format_time(left)) if left else ""
