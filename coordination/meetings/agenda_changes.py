"""What changed in an agenda between what somebody was told and what it is now, in words. No database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from coordination.core.i18n import gettext
from coordination.meetings import agenda
from coordination.meetings.models import AgendaItem


@dataclass(frozen=True, slots=True)
class Known:
    """One item as a mail told it."""

    id: int
    number: str
    title: str
    is_public: bool
    #: Stands for what the item says beside its title.
    details: str
    #: Name → what stands for the content.
    files: dict[str, str]


def told(items: Sequence[AgendaItem]) -> list[Known]:
    """Return the agenda in its order, as a mail tells it."""
    numbers, of_key = agenda.numbers(items), {one.id: one for one in items}
    return [_known(of_key[one.id], numbers[one.id]) for one in agenda.in_order(items)]


def _known(item: AgendaItem, number: str) -> Known:
    details = f"{item.kind}\0{item.minutes_planned}\0{item.presenter_id}\0{item.text}"
    digest = hashlib.sha256(details.encode()).hexdigest()[:16]
    files = {one.file.name: one.file.digest[:16] for one in item.attached}
    return Known(item.id, number, item.title, item.is_public, digest, files)


def pack(items: Sequence[Known]) -> list[list[Any]]:
    """Return an agenda as plain values, to be kept."""
    return [[one.id, one.number, one.title, one.is_public, one.details, one.files] for one in items]


def unpack(values: Sequence[Sequence[Any]]) -> list[Known]:
    """Return an agenda that was kept."""
    return [
        Known(key, number, title, public, details, dict(files)) for key, number, title, public, details, files in values
    ]


def differences(before: Sequence[Known], now: Sequence[Known]) -> list[str]:
    """Return one sentence for each item that is new, gone, renamed, elsewhere, or says something else."""
    return [*_gone(before, now), *_of_items(before, now)]


def _gone(before: Sequence[Known], now: Sequence[Known]) -> Iterator[str]:
    there = {one.id for one in now}
    for one in before:
        if one.id not in there:
            yield gettext("No longer on the agenda: item %(number)s “%(title)s”", number=one.number, title=one.title)


def _of_items(before: Sequence[Known], now: Sequence[Known]) -> Iterator[str]:
    was = {one.id: one for one in before}
    moved = _moved([one.id for one in before], [one.id for one in now])
    for one in now:
        old = was.get(one.id)
        values = {"number": one.number, "title": one.title}
        if old is None:
            yield gettext("New: item %(number)s “%(title)s”", **values)
            continue
        if old.title != one.title:
            text = gettext(
                "Item %(number)s is called “%(title)s” now (before: “%(before)s”)", before=old.title, **values
            )
            yield text
        if one.id in moved or old.is_public is not one.is_public:
            text = gettext("“%(title)s” is item %(number)s now (before: item %(before)s)", before=old.number, **values)
            yield text
        if old.details != one.details:
            yield gettext("Item %(number)s “%(title)s” has another text, time or person", **values)
        yield from _of_files(old, one)


def _of_files(old: Known, one: Known) -> Iterator[str]:
    for name in (name for name in one.files if name not in old.files):
        yield gettext("Item %(number)s has a new attachment: %(name)s", number=one.number, name=name)
    for name in (name for name in one.files if name in old.files and one.files[name] != old.files[name]):
        yield gettext("Item %(number)s has a new version of the attachment %(name)s", number=one.number, name=name)
    for name in (name for name in old.files if name not in one.files):
        yield gettext("Item %(number)s has no longer the attachment %(name)s", number=one.number, name=name)


def _moved(before: Sequence[int], now: Sequence[int]) -> set[int]:
    """Return what stands elsewhere, not counting what others pushed up or down by coming or going."""
    old, new = [key for key in before if key in now], [key for key in now if key in before]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    kept = {key for block in matcher.get_matching_blocks() for key in old[block.a : block.a + block.size]}
    return set(new) - kept
