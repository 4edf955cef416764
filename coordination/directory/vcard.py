"""vCard 3.0 (RFC 2426), which every address book reads: escaped, in UTF-8, folded at 75 octets."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

#: RFC 2426 section 2.6: lines of more than 75 octets are folded.
LINE_OCTETS = 75


@dataclass(frozen=True, slots=True)
class Card:
    """What goes into a card; what is empty is left out. Without a family name it is a place."""

    uid: str
    name: str
    family_name: str = ""
    given_name: str = ""
    prefix: str = ""
    organisation: tuple[str, ...] = ()
    title: str = ""
    phone: str = ""
    mobile: str = ""
    fax: str = ""
    email: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    website: str = ""
    note: str = ""


def write(card: Card) -> bytes:
    """Return the card as bytes."""
    is_person = bool(card.family_name)
    names = (card.family_name, card.given_name, "", card.prefix, "") if is_person else (card.name, "", "", "", "")
    address = ("", "", card.street, card.city, "", card.postcode, "")
    lines = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "PRODID:-//Koordination//DE",
        _line("UID", card.uid),
        _line("FN", card.name),
        _line("N", *names),
        _line("ORG", *card.organisation),
        "" if is_person else "X-ABShowAs:COMPANY",
        _line("TITLE" if is_person else "CATEGORIES", card.title),
        _line("TEL;TYPE=WORK,VOICE", card.phone),
        _line("TEL;TYPE=WORK,CELL", card.mobile),
        _line("TEL;TYPE=WORK,FAX", card.fax),
        _line("EMAIL;TYPE=INTERNET,WORK", card.email),
        _line("ADR;TYPE=WORK", *address),
        _line("URL", card.website),
        _line("NOTE", card.note),
        "END:VCARD",
    ]
    return b"".join(_folded(line) for line in lines if line)


def _escaped(text: str) -> str:
    """Return ``text`` as a value: backslash, comma, semicolon and line break escaped, other controls dropped."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(c for c in text if c == "\n" or unicodedata.category(c) != "Cc")
    return re.sub(r"([\\,;])", r"\\\1", text).replace("\n", "\\n")


def _line(name: str, *values: str) -> str:
    return f"{name}:{';'.join(_escaped(value) for value in values)}" if any(values) else ""


def _folded(line: str) -> bytes:
    """Return ``line`` with its line end, folded without cutting through a letter."""
    pieces: list[bytes] = [b""]
    for letter in line:
        octets = letter.encode()
        # A folded line begins with a space, which counts.
        if len(pieces[-1]) + len(octets) + (len(pieces) > 1) > LINE_OCTETS:
            pieces.append(b"")
        pieces[-1] += octets
    return b"\r\n ".join(pieces) + b"\r\n"
