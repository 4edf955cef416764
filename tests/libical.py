"""What libical, which Thunderbird, Evolution and GNOME read calendars with, understands of a calendar.

Run by Debian's own Python, where its bindings are: one calendar per line as a JSON text on standard input, its events
as one line of JSON on standard output.
"""

import json
import sys

import gi  # type: ignore[import-not-found]

gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib  # type: ignore[import-not-found]  # noqa: E402 - its version comes first


def moment(time: "ICalGLib.Time") -> str:
    """Return a time as "20261126T130000Z", a whole day as "20261126"."""
    if not time.is_date():
        time = time.convert_to_zone(ICalGLib.Timezone.get_utc_timezone())
    return str(time.as_ical_string())


def events(text: str) -> "list[dict[str, object]]":
    """Return what is to be seen of each VEVENT."""
    calendar = ICalGLib.Component.new_from_string(text)
    kind = ICalGLib.ComponentKind.VEVENT_COMPONENT
    found = []
    event = calendar.get_first_component(kind)
    while event is not None:
        status = event.get_status().value_nick.upper()
        found.append(
            {
                "uid": event.get_uid(),
                "start": moment(event.get_dtstart()),
                "end": moment(event.get_dtend()),
                "summary": event.get_summary() or "",
                "status": "" if status == "NONE" else status,
                "location": event.get_location() or "",
                "description": event.get_description() or "",
                "sequence": event.get_sequence(),
            }
        )
        event = calendar.get_next_component(kind)
    return found


def main() -> None:
    """Read and print until there is nothing more."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(events(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
