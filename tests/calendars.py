"""What independent programs read out of calendar bytes: they must agree on what people will see."""

from __future__ import annotations

import atexit
import json
import subprocess
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from shutil import which
from typing import Any

import icalendar
import vobject
from ical.calendar_stream import IcsCalendarStream


@dataclass(frozen=True)
class Read:
    """One VEVENT as a program understood it; times in UTC, whole days as dates."""

    uid: str
    start: date
    end: date
    summary: str
    status: str
    location: str = ""
    description: str = ""
    sequence: int = 0


def _utc(found: date) -> date:
    return found.astimezone(UTC) if isinstance(found, datetime) else found


def _by_icalendar(content: bytes) -> list[Read]:
    found = icalendar.Calendar.from_ical(content)
    return [
        Read(
            str(one["UID"]),
            _utc(one.decoded("DTSTART")),
            _utc(one.decoded("DTEND")),
            str(one["SUMMARY"]),
            str(one.get("STATUS", "")),
            str(one.get("LOCATION", "")),
            str(one.get("DESCRIPTION", "")),
            int(str(one.get("SEQUENCE", 0))),
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
                _utc(one.dtstart.value),
                _utc(one.dtend.value),
                one.summary.value,
                _text(one, "status"),
                _text(one, "location"),
                _text(one, "description"),
                int(_text(one, "sequence") or 0),
            )
            for one in found.contents.get("vevent", [])
        ]


def _by_home_assistant(content: bytes) -> list[Read]:
    found = IcsCalendarStream.calendar_from_ics(content.decode())
    return [
        Read(
            one.uid,
            _utc(one.start),
            _utc(one.end),
            one.summary or "",
            str(one.status.value if one.status else ""),
            one.location or "",
            one.description or "",
            one.sequence or 0,
        )
        for one in found.events
    ]


class _Program:
    """A reader in a process of its own, started once: a calendar goes in as a line, its events come out as one."""

    def __init__(self, *command: str | Path) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        atexit.register(self._process.communicate)

    def __call__(self, content: bytes) -> list[Read]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(content.decode()) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the program gave up"
        return [Read(start=_moment(one.pop("start")), end=_moment(one.pop("end")), **one) for one in json.loads(line)]


def _moment(text: str) -> date:
    found = datetime.fromisoformat(text)
    return found if "T" in text else found.date()


#: Debian's own Python: the bindings of libical are not among the packages of an environment.
_SYSTEM_PYTHON = Path("/usr/bin/python3")
_HERE = Path(__file__).parent


@cache
def libical_obstacle() -> str:
    """Return why libical cannot read here and what would help, or an empty text."""
    look = "import gi; gi.require_version('ICalGLib', '3.0')"
    if _SYSTEM_PYTHON.exists():
        done = subprocess.run([_SYSTEM_PYTHON, "-c", look], capture_output=True, check=False)
        if done.returncode == 0:
            return ""
    return "libical's bindings are not installed; to get them: apt-get install python3-gi gir1.2-ical-3.0"


@cache
def icaljs_obstacle() -> str:
    """Return why ical.js cannot read here and what would help, or an empty text."""
    return "" if which("node") else "Node.js is not installed; to get it: apt-get install nodejs"


@cache
def libical() -> _Program:
    """Return libical's reader."""
    return _Program(_SYSTEM_PYTHON, _HERE / "libical.py")


@cache
def icaljs() -> _Program:
    """Return the reader of ical.js."""
    return _Program("node", _HERE / "icaljs.mjs")


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
        readers["libical"] = libical()
    if not icaljs_obstacle():
        readers["ical.js"] = icaljs()
    readings = {name: reader(content) for name, reader in readers.items()}
    first, *others = readings.values()
    for name, other in readings.items():
        assert other == first, f"{name} reads something else: {other} != {first}"
    assert others
    return first
