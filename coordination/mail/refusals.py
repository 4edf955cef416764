"""What a mail server's answer says of a mail that it did not take: a short code to keep, and why in plain words.

The plain code (RFC 5321) says little: 550 may mean an unknown mailbox or mere policy. The enhanced one behind it
(RFC 3463) says which. Of the text nothing is kept, as it may hold addresses. No database.
"""

from __future__ import annotations

import re

from coordination.core.i18n import N_

#: Kept behind the codes where they do not say it: what the text said, whom it refused, or that it said nothing.
UNKNOWN, SENDER, UNSAID = "unknown", "sender", "unsaid"
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?!\S)")
_SAYS_UNKNOWN = re.compile(r"unknown|no such|not found|does(n't| not) exist|unbekannt|existiert nicht", re.IGNORECASE)
#: Of these words nothing follows for the recipient.
_SAYS_SENDER = re.compile(r"sender|absender|mail from|client", re.IGNORECASE)
#: Microsoft's words for a mailbox that it does not have; its code says elsewhere that there is no way.
_SAYS_NO_MAILBOX = re.compile(r"recipient address rejected", re.IGNORECASE)
#: Said of the one who writes, before anybody was named to whom.
_OF_SENDER = re.compile(r"5\.(1\.[78]|7\.\d+)")
#: About recipients, mailboxes and ways there: nothing that a server can know before it has heard of one.
_OF_RECIPIENT = re.compile(r"5\.[124]\.")

_WRONG_ADDRESS = N_("The recipient's mail server does not know this address (%(code)s). Probably it is wrong.")
_CLOSED = N_("The mailbox takes no mails any more (%(code)s).")
_FULL = N_("The recipient's mailbox is full (%(code)s). The address is right; try again later.")
_TOO_LARGE = N_("The mail is too large for the recipient's mail server (%(code)s). Fewer or smaller attachments help.")
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
    UNSAID: _UNSAID,
    # Its size, as RFC 1870 has it; a full mailbox has its own enhanced code.
    "552": _TOO_LARGE,
    "553": _WRONG_ADDRESS,
    "4": _BUSY,
    "5": _UNSAID,
}


#: With these the address is right, or has not been looked at: another one would change nothing.
_ADDRESS_IS_FINE = frozenset({_FULL, _TOO_LARGE, _OUR_ADDRESS, _REFUSED, _BUSY})


def kept(code: int, text: bytes, *, is_of_sender: bool = False) -> str:
    """Return what is kept of an answer: its codes, and a word of ours where they say too little.

    ``is_of_sender``: it was given before the server had heard of a recipient.
    """
    said = text.decode("utf-8", "replace")
    found = _ENHANCED.match(said.strip())
    enhanced = found.group(1) if found is not None and found.group(1)[0] == str(code)[0] else ""
    word = _of_sender(code, enhanced) if is_of_sender else _of_recipient(code, enhanced, said)
    if word == UNSAID or (is_of_sender and code < 500):
        enhanced = ""
    return " ".join(filter(None, (str(code), enhanced, word)))


def _of_sender(code: int, enhanced: str) -> str:
    # 552 is about the size of the mail (RFC 1870).
    if code >= 500 and (_OF_SENDER.fullmatch(enhanced) or (not enhanced and code != 552)):
        return SENDER
    return UNSAID if _OF_RECIPIENT.match(enhanced) else ""


def _of_recipient(code: int, enhanced: str, said: str) -> str:
    if enhanced == "5.4.1":
        return UNKNOWN if _SAYS_NO_MAILBOX.search(said) else ""
    is_unknown = _SAYS_UNKNOWN.search(said) and not _SAYS_SENDER.search(said)
    return UNKNOWN if code == 550 and not enhanced and is_unknown else ""


def why(problem: str) -> str | None:
    """Return the msgid of why a mail was given up, for what was ``kept`` of the answer; None: there was no answer."""
    plain, *more = problem.split(" ")
    if not plain.isdigit():
        return None
    # A word of ours says more than the codes before it.
    fits = [key for one in (*reversed(more), plain) for key in sorted(WHY, key=len, reverse=True) if _fits(one, key)]
    return WHY[fits[0]] if fits else None


def may_be_wrong_address(problem: str) -> bool:
    """Return whether another address may help: the answer says so, or nothing that speaks against it."""
    return why(problem) not in _ADDRESS_IS_FINE


def _fits(said: str, key: str) -> bool:
    # "5.1" holds for "5.1.10" and not for "5.11.1"; "5" for any code that begins with it, but for no enhanced one.
    if "." in said:
        return "." in key and f"{said}.".startswith(f"{key}.")
    return said == key or (len(key) == 1 and said.startswith(key))
