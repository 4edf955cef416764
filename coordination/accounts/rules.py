"""How long a session lives, what a password must be, how links run out. No database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache

from coordination.core.access import Role
from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.core.tokens import DAYS, MINUTES

IDLE = timedelta(minutes=60)
ABSOLUTE = timedelta(hours=12)
OWN_DEVICE = timedelta(days=30)
#: ``seen_at`` is written at most this often.
TOUCH = timedelta(minutes=5)

INVITATION_AGE = 14 * DAYS
RESET_AGE = 60 * MINUTES

SHORTEST, LONGEST = 12, 128

#: Roles whose sessions stay short, on any device.
OFFICE_ROLES = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR, Role.DIRECTORY_KEEPER})

ROLE_WORDS = {
    Role.COORDINATOR: N_("Coordination (sets up bodies, sees gaps and what is planned)"),
    Role.PLANNER: N_("Planning"),
    Role.DIRECTORY_KEEPER: N_("Keeps the directory"),
    Role.LEAD: N_("Head of a department"),
    Role.ADMINISTRATOR: N_("Administration"),
}


def is_alive(
    *, created_at: datetime, seen_at: datetime, own_device: bool, roles: Iterable[Role], now: datetime
) -> bool:
    """Return whether a session is still good: 30 days on an own device, else 60 minutes idle and 12 hours at most."""
    if own_device and not OFFICE_ROLES & set(roles):
        return now - created_at < OWN_DEVICE
    return now - seen_at < IDLE and now - created_at < ABSOLUTE


def fold_email(email: str) -> str:
    """Return the address as accounts are found by: however it is typed."""
    return email.strip().casefold()


@cache
def _known_passwords() -> frozenset[str]:
    # Imported when needed: the lists are a megabyte.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"])


def check_password(password: str, *, about: Iterable[str] = ()) -> None:
    """Raise RuleViolation unless ``password`` is long, not on the list of known ones and not easily guessed.

    ``about``: words that somebody who knows the account would try first (name, address).
    """
    if len(password) < SHORTEST:
        raise RuleViolation(
            N_("Please take at least %(least)d characters. Several words in a row are good."),
            field="password",
            least=SHORTEST,
        )
    if len(password) > LONGEST:
        raise RuleViolation(N_("Please take at most %(most)d characters."), field="password", most=LONGEST)
    words = [word for text in about for word in text.casefold().replace("@", " ").replace(".", " ").split()]
    if password.casefold() in _known_passwords() or _is_about(password, words) or _score(password, words) < 3:
        raise RuleViolation(
            N_("This password is easy to guess. Please take several words that do not belong together."),
            field="password",
        )


def _is_about(password: str, words: Iterable[str]) -> bool:
    """Return whether little is left of ``password`` without the words that everybody knows of the account."""
    rest = password.casefold()
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    return len(rest) < SHORTEST // 2


def _score(password: str, words: list[str]) -> int:
    """Return from 0 to 4 how hard ``password`` is to guess."""
    from zxcvbn import zxcvbn

    score: int = zxcvbn(password[:72], user_inputs=words)["score"]
    return score


def device_name(user_agent: str) -> str:
    """Return "Firefox, Windows" for a User-Agent header; the words somebody recognises a device by."""
    browsers = (
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    )
    systems = (
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    )
    found = [next((name for mark, name in table if mark in user_agent), "") for table in (browsers, systems)]
    return ", ".join(part for part in found if part) or "?"
