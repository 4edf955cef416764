"""What libical, which Thunderbird, Evolution and GNOME read calendars with, understands of a calendar.

Run by Debian's own Python, where its bindings are: a calendar on standard input, its events as JSON on standard output.
"""

import json
import sys

import gi  # type: ignore[import-not-found]

gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib  # type: ignore[import-not-found]  # noqa: E402 - its version comes first


def utc(moment: "ICalGLib.Time") -> str:
    """Return a time as "20261126T130000Z"."""
    return str(moment.convert_to_zone(ICalGLib.Timezone.get_utc_timezone()).as_ical_string())


def main() -> None:
    """Read and print."""
    calendar = ICalGLib.Component.new_from_string(sys.stdin.buffer.read().decode())
    kind = ICalGLib.ComponentKind.VEVENT_COMPONENT
    events = []
    event = calendar.get_first_component(kind)
    while event is not None:
        status = event.get_status()
        events.append(
            {
                "uid": event.get_uid(),
                "start": utc(event.get_dtstart()),
                "end": utc(event.get_dtend()),
                "summary": event.get_summary() or "",
                "status": status.value_nick.upper() if hasattr(status, "value_nick") else str(status),
                "location": event.get_location() or "",
                "description": event.get_description() or "",
                "sequence": event.get_sequence(),
            }
        )
        event = calendar.get_next_component(kind)
    json.dump(events, sys.stdout)


if __name__ == "__main__":
    main()
