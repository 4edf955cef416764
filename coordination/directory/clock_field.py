"""A time of day in a form, and the pairs of them that make a week: three a day, on weekends too."""

from __future__ import annotations

import re
from datetime import time
from itertools import combinations
from typing import Any

from babel.support import LazyProxy
from wtforms import Field, widgets

from coordination.core.i18n import N_, gettext, weekday_name
from coordination.directory.rules import WeeklyTime
from coordination.web.forms import AtMost, Form, LineField

WEEKDAYS = range(7)
#: Three times of one day; the later ones have this behind their names.
SLOTS = ("", "_2", "_3")
ROOM_LENGTH = 60

_WRITTEN = re.compile(r"(\d{1,2})(?:[:.h ]?(\d{2}))?(?::\d{2})?(?:\s*uhr)?", re.IGNORECASE)


class ClockField(Field):
    """A time of day: from a time input, or typed as 8, 8:00, 08.00 or 8 Uhr."""

    widget = widgets.TimeInput()
    data: time | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.strftime("%H:%M") if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Parse the time; nothing is no time."""
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not text:
            return
        found = _WRITTEN.fullmatch(text)
        if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
            raise ValueError(gettext("This is not a time. Please write it like 8:00."))
        self.data = time(int(found[1]), int(found[2] or 0))


def without_room(times: tuple[WeeklyTime, ...]) -> tuple[WeeklyTime, ...]:
    """Return the times that the form has no fields for (a fourth of one day): they are kept as they are."""
    return tuple(
        one for weekday in WEEKDAYS for one in [time for time in times if time.weekday == weekday][len(SLOTS) :]
    )


def _label(weekday: int, slot: str, part: str) -> str:
    day, word = weekday_name(weekday), gettext(part)
    if slot == "_2":
        return gettext("%(day)s, second time, %(part)s", day=day, part=word)
    if slot == "_3":
        return gettext("%(day)s, third time, %(part)s", day=day, part=word)
    return gettext("%(day)s, %(part)s", day=day, part=word)


def _lazy_label(weekday: int, slot: str, part: str) -> Any:
    return LazyProxy(_label, weekday, slot, part, enable_cache=False)


class WeekForm(Form):
    """The part of a form that holds the weekly times; its fields are added below."""

    #: Times that are stored but have no fields here; the page names them.
    more_times: tuple[WeeklyTime, ...] = ()

    def times(self) -> tuple[WeeklyTime, ...]:
        """Return the times that were given in full; call after ``validate()`` said yes."""
        found = []
        for weekday in WEEKDAYS:
            for slot in SLOTS:
                starts, ends = self[f"day{weekday}_starts{slot}"].data, self[f"day{weekday}_ends{slot}"].data
                if starts is not None and ends is not None:
                    found.append(WeeklyTime(weekday, starts, ends, self[f"day{weekday}_room{slot}"].data or ""))
        return tuple(found)

    def keep_times(self, times: tuple[WeeklyTime, ...]) -> None:
        """Fill the fields; what has no fields is noted, to be named and kept."""
        self.more_times = without_room(times)
        for weekday in WEEKDAYS:
            for slot, one in zip(SLOTS, [t for t in times if t.weekday == weekday], strict=False):
                self.keep(
                    **{
                        f"day{weekday}_starts{slot}": one.starts_at,
                        f"day{weekday}_ends{slot}": one.ends_at,
                        f"day{weekday}_room{slot}": one.room,
                    }
                )

    def check_pairs(self) -> bool:
        """Note at each time that lacks its other end what is missing; return whether all are whole."""
        whole = True
        for weekday in WEEKDAYS:
            for slot in SLOTS:
                starts, ends = self[f"day{weekday}_starts{slot}"], self[f"day{weekday}_ends{slot}"]
                room = self[f"day{weekday}_room{slot}"]
                if starts.errors or ends.errors:
                    continue
                if (starts.data is None) != (ends.data is None) or (room.data and starts.data is None):
                    missing = starts if starts.data is None else ends
                    missing.errors = [gettext("Please give both times, from and until, or leave both empty.")]
                    whole = False
                elif starts.data is not None and ends.data <= starts.data:
                    ends.errors = [gettext("The end must lie after the beginning. Please check the times.")]
                    whole = False
        return self._check_overlaps() and whole

    def _check_overlaps(self) -> bool:
        """Note at each day of which two times overlap that they do; of more than one assignment nobody else can say."""
        is_clear = True
        for weekday in WEEKDAYS:
            here = [one for one in self.times() if one.weekday == weekday and one.starts_at < one.ends_at]
            if any(one.overlaps(other) for one, other in combinations(here, 2)):
                self[f"day{weekday}_starts"].errors = [gettext("Two times of the same day overlap.")]
                is_clear = False
        return is_clear


for _weekday in WEEKDAYS:
    for _slot in SLOTS:
        setattr(WeekForm, f"day{_weekday}_starts{_slot}", ClockField(_lazy_label(_weekday, _slot, N_("from"))))
        setattr(WeekForm, f"day{_weekday}_ends{_slot}", ClockField(_lazy_label(_weekday, _slot, N_("until"))))
        setattr(
            WeekForm,
            f"day{_weekday}_room{_slot}",
            LineField(_lazy_label(_weekday, _slot, N_("room")), [AtMost(ROOM_LENGTH)]),
        )
