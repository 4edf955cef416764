"""When two names may be one person's: the same in another spelling, or a slip of the pen apart. No database."""

from __future__ import annotations

import unicodedata

from rapidfuzz.distance import OSA

#: From how many letters on one of them may be another, missing, too many or swapped; from how many on two.
#: Shorter ones are names of their own: "Jan" and "Jana", "Beck" and "Buck".
ONE_SLIP, TWO_SLIPS = 5, 9
#: How many letters of two addresses may differ if they are to be one address, mistyped.
MAIL_SLIPS = 2

#: Given and family name, folded.
Name = tuple[str, str]


def _german(text: str) -> str:
    # Casefolding makes ss of ß already; for a word, a table of letters takes longer than three searches.
    plain = unicodedata.normalize("NFC", text).casefold()
    return plain.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")


def fold_name(text: str) -> str:
    """Return a name as it is compared: "Müller" and "Mueller" are one, accents and hyphens do not count."""
    plain = text.casefold() if text.isascii() else _german(text)
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain)
    return plain if plain.isalnum() else "".join(c for c in plain if c.isalnum())


def folded(given: str, family: str) -> Name:
    """Return a name as the functions here compare it."""
    return fold_name(given), fold_name(family)


def are_near(one: Name, other: Name) -> bool:
    """Return whether two different names may be one: a slip in one of their parts, or the parts swapped."""
    if one == other:
        return False
    if one[0] == other[0]:
        return _is_slip(one[1], other[1])
    if one[1] == other[1]:
        return _is_slip(one[0], other[0])
    return one == other[::-1]


def near_keys(name: Name) -> tuple[str, ...]:
    """Return by what near names find each other: either part whole, with the first letter of the other."""
    first, second = name
    return f"{first}\t{second[:1]}", f"{second}\t{first[:1]}"


def _is_slip(one: str, other: str) -> bool:
    shorter = min(len(one), len(other))
    most = 2 if shorter >= TWO_SLIPS else 1 if shorter >= ONE_SLIP else 0
    return most > 0 and OSA.distance(one, other, score_cutoff=most) <= most


def tells_apart(one: str, other: str) -> bool:
    """Return whether two addresses speak against their being one person's: both are known and not nearly the same.

    A number in an address is no slip: "a.meier2" is the second of that name.
    """
    first, second = one.lower(), other.lower()
    if not first or not second:
        return False
    return _digits(first) != _digits(second) or OSA.distance(first, second, score_cutoff=MAIL_SLIPS) > MAIL_SLIPS


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdecimal())
