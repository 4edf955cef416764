"""German order of names (DIN 5007-1): ä with a, ß with ss, the same on both databases."""

from __future__ import annotations

import unicodedata

_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "ı": "i"})


def german_key(text: str) -> tuple[str, str]:
    """Return what to sort ``text`` by; letters first, accents only where the rest is equal."""
    if text.isascii():
        return text.casefold(), text
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    # Folded once more: some letters show their capital only when they are taken apart (a mathematical A).
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold(), text


#: Length of the columns that hold a ``sort_key``.
SORT_KEY_LENGTH = 200


def sort_key(*parts: str) -> str:
    """Return what a database sorts a name by, letter by letter ("C" collation): the family name, then the given one.

    A tab stands between the parts: it comes before every letter, so that all of "Meier" precede "Meier-Schulz".
    """
    return "\t".join(german_key(part)[0] for part in parts)[:SORT_KEY_LENGTH]
