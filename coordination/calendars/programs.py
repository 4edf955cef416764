"""How people's programs subscribe to an address: the button, two lines of words, and how often they look."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from coordination.calendars.rules import CLIENT_WORDS
from coordination.core.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Program:
    """One calendar program as the page shows it. ``url``: what its button opens; "": the address is pasted there."""

    name: str
    #: Msgids are resolved: texts in the reader's language.
    steps: str
    pace: str
    url: str = ""


def told(client: str) -> str:
    """Return the program that fetched a link as a word: names stay, the rest is in the reader's language."""
    return _(client) if client in CLIENT_WORDS else client


def programs(address: str) -> list[Program]:
    """Return the programs that people use in the city, the most frequent first; ``address`` is the subscription's."""
    web = f"webcal://{address.partition('://')[2]}"
    return [
        Program(
            "Outlook",
            _(
                "The button opens Outlook, which asks whether to subscribe. "
                "In the browser: Add calendar, Subscribe from web, paste the address."
            ),
            _("Outlook looks at its own pace: expect some hours, up to a day."),
            web,
        ),
        Program(
            "Apple",
            _(
                "The button opens the calendar of iPhone, iPad or Mac. "
                "On the Mac you choose how often it looks: take every hour."
            ),
            _("Apple looks between every five minutes and once a day, as it is set on the device."),
            web,
        ),
        Program(
            "Google",
            _(
                "The button opens Google Calendar, which asks whether to add it. "
                "Or: Other calendars, From URL, paste the address."
            ),
            _("Google looks every 8 to 24 hours, and nobody can hurry it."),
            f"https://calendar.google.com/calendar/r?cid={quote(web, safe='')}",
        ),
        Program(
            "Thunderbird",
            _("Copy the address. Then: New calendar, On the network, paste it."),
            _("Thunderbird looks every 30 minutes unless you set it otherwise."),
        ),
        Program(
            "Nextcloud",
            _("Copy the address. Then: New calendar, New subscription from link, paste it."),
            _("Nextcloud looks once a week unless the administration has set it otherwise."),
        ),
        Program(
            "Android",
            _("Install the app ICSx⁵. Scan the code with it, or paste the address."),
            _("ICSx⁵ looks as often as you set it: take every hour."),
        ),
    ]
