"""What a mail server's answer says of a mail that it did not take: a short code to keep, and why in plain words.

The plain code (RFC 5321) says little: 550 may mean an unknown mailbox or mere policy. The enhanced one behind it
(RFC 3463) says which. Of the text nothing is kept, as it may hold addresses. No database.
"""

from __future__ import annotations

import re

from coordination.core.i18n import N_

#: Kept behind the plain code where the server gave no enhanced one: what its text said, or whom it refused.
UNKNOWN, SENDER = "unknown", "sender"
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?!\S)")
_SAYS_UNKNOWN = re.compile(r"unknown|no such|not found|does(n't| not) exist|unbekannt|existiert nicht", re.IGNORECASE)

_WRONG_ADDRESS = N_("The recipient's mail server does not know this address (%(code)s). Probably it is wrong.")
_CLOSED = N_("The mailbox takes no mails any more (%(code)s).")
_FULL = N_("The recipient's mailbox is full (%(code)s). The address is right; try again later.")
_TOO_LARGE = N_("The mail is too large for the recipient's mail server (%(code)s).")
_OUR_ADDRESS = N_("The mail server takes nothing from our own address (%(code)s). The administration has to see to it.")
_NO_WAY = N_("The mail found no way to the recipient's mail server (%(code)s).")
_REFUSED = N_("The recipient's mail server takes no such mail from us (%(code)s). That does not depend on the address.")
_UNSAID = N_("The recipient's mail server refused it (%(code)s) and did not say why.")
_BUSY = N_("The recipient's mail server was busy each time (%(code)s). It is not tried again by itself.")

#: What is kept of an answer → why the mail was given up. Of several that fit, the longest holds.
WHY = {
    "5.1": _WRONG_ADDRESS,
    "5.1.7": _OUR_ADDRESS,
    "5.1.8": _OUR_ADDRESS,
    "5.2.1": _CLOSED,
    "5.2.2": _FULL,
    "5.2.3": _TOO_LARGE,
    "5.3.4": _TOO_LARGE,
    "5.4": _NO_WAY,
    "5.7": _REFUSED,
    "4.2.2": _FULL,
    UNKNOWN: _WRONG_ADDRESS,
    SENDER: _OUR_ADDRESS,
    "551": _WRONG_ADDRESS,
    "552": _FULL,
    "553": _WRONG_ADDRESS,
    "554": _REFUSED,
    "4": _BUSY,
    "5": _UNSAID,
}


def kept(code: int, text: bytes, *, is_of_sender: bool = False) -> str:
    """Return what is kept of an answer: its code, and what is known beside it."""
    said = text.decode("utf-8", "replace")
    enhanced = _ENHANCED.match(said.strip())
    if is_of_sender:
        return f"{code} {SENDER}"
    if enhanced is not None and enhanced.group(1)[0] == str(code)[0]:
        return f"{code} {enhanced.group(1)}"
    return f"{code} {UNKNOWN}" if code == 550 and _SAYS_UNKNOWN.search(said) else str(code)


def why(problem: str) -> str | None:
    """Return the msgid of why a mail was given up, for what was ``kept`` of the answer; None: there was no answer."""
    plain, _, more = problem.partition(" ")
    if not plain.isdigit():
        return None
    fits = [key for one in (more, plain) for key in sorted(WHY, key=len, reverse=True) if _fits(one, key)]
    return WHY[fits[0]] if fits else None


def _fits(said: str, key: str) -> bool:
    # "5.1" holds for "5.1.10" and not for "5.11.1"; "5" for any code that begins with it, but for no enhanced one.
    if "." in said:
        return "." in key and f"{said}.".startswith(f"{key}.")
    return said == key or (len(key) == 1 and said.startswith(key))
