"""What independent programs read out of calendar bytes: they must agree on what people will see."""

from __future__ import annotations

import json
import subprocess
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import icalendar
import vobject
from ical.calendar_stream import IcsCalendarStream


@dataclass(frozen=True)
class Read:
    """One VEVENT as a program understood it; times in UTC."""

    uid: str
    start: datetime
    end: datetime
    summary: str
    status: str
    location: str = ""
    description: str = ""
    sequence: int = 0


def _by_icalendar(content: bytes) -> list[Read]:
    found = icalendar.Calendar.from_ical(content)
    return [
        Read(
            str(one["UID"]),
            one.decoded("DTSTART").astimezone(UTC),
            one.decoded("DTEND").astimezone(UTC),
            str(one["SUMMARY"]),
            str(one["STATUS"]),
            str(one.get("LOCATION", "")),
            str(one.get("DESCRIPTION", "")),
            int(str(one["SEQUENCE"])),
        )
        for one in found.walk("VEVENT")
    ]


def _text(one: Any, name: str) -> str:
    return str(getattr(one, name).value) if hasattr(one, name) else ""


def _by_vobject(content: bytes) -> list[Read]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        found = vobject.readOne(content.decode())
        return [
            Read(
                one.uid.value,
                one.dtstart.value.astimezone(UTC),
                one.dtend.value.astimezone(UTC),
                one.summary.value,
                one.status.value,
                _text(one, "location"),
                _text(one, "description"),
                int(one.sequence.value),
            )
            for one in found.vevent_list
        ]


def _by_home_assistant(content: bytes) -> list[Read]:
    found = IcsCalendarStream.calendar_from_ics(content.decode())
    events = []
    for one in found.events:
        assert isinstance(one.dtstart, datetime)
        assert isinstance(one.dtend, datetime)
        status = str(one.status.value if one.status else "")
        events.append(
            Read(
                one.uid,
                one.dtstart.astimezone(UTC),
                one.dtend.astimezone(UTC),
                one.summary or "",
                status,
                one.location or "",
                one.description or "",
                one.sequence or 0,
            )
        )
    return events


#: Debian's own Python: the bindings of libical are not among the packages of an environment.
_SYSTEM_PYTHON = Path("/usr/bin/python3")
_LIBICAL = Path(__file__).with_name("libical.py")


@cache
def libical_obstacle() -> str:
    """Return why libical cannot read here and what would help, or an empty text."""
    look = "import gi; gi.require_version('ICalGLib', '3.0')"
    if _SYSTEM_PYTHON.exists():
        done = subprocess.run([_SYSTEM_PYTHON, "-c", look], capture_output=True, check=False)
        if done.returncode == 0:
            return ""
    return "libical's bindings are not installed; to get them: apt-get install python3-gi gir1.2-ical-3.0"


def read_by_libical(content: bytes) -> list[Read]:
    """Return the events as libical understands them."""
    done = subprocess.run([_SYSTEM_PYTHON, _LIBICAL], input=content, capture_output=True, check=True)
    found = []
    for one in json.loads(done.stdout):
        times = {name: datetime.strptime(one.pop(name), "%Y%m%dT%H%M%S%z") for name in ("start", "end")}
        found.append(Read(start=times["start"], end=times["end"], **one))
    return found


#: Name of the program → its reading of a whole file.
READERS: Mapping[str, Callable[[bytes], list[Read]]] = {
    "icalendar": _by_icalendar,
    "vobject": _by_vobject,
    "ical (Home Assistant)": _by_home_assistant,
}


def read_by_all(content: bytes) -> list[Read]:
    """Return the events of a file on which all programs agree; what they see differently fails the test."""
    readers = dict(READERS)
    if not libical_obstacle():
        readers["libical"] = read_by_libical
    readings = {name: reader(content) for name, reader in readers.items()}
    first, *others = readings.values()
    for name, other in readings.items():
        assert other == first, f"{name} reads something else: {other} != {first}"
    assert others
    return first
