"""Folding of words and reading of what somebody typed. No database."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from coordination.core import phones
from coordination.core.registry import SearchEntry, SearchHit

#: No more words than this are looked at; nobody types more to find a person.
MOST_TERMS = 8
LONGEST_TERM = 40
#: From how many letters on a word is also looked for inside other words.
SHORTEST_PART = 3
#: So many digits typed alone may be the end of a telephone number: "6170" of "0521 51-6170".
FEWEST_LAST, MOST_LAST = 3, 6
#: Before the digits of a number from its end: a word whose beginning is the end of the number; typed it finds nothing.
TURNED_MARK = "0z"

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_LETTERS = str.maketrans({"ß": "ss", "ł": "l", "ı": "i", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th"})
_WORD = re.compile(r"[^\W_]+")


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def fold(text: str) -> str:
    """Return ``text`` in the key that is looked for: lower case, ä as ae, no accents ("müller" → "mueller")."""
    return _plain(unicodedata.normalize("NFC", text).casefold().translate(_GERMAN))


def words_of(text: str) -> list[str]:
    """Return the folded words of ``text`` in every spelling that should find them.

    "Müller-Łoś" gives mueller, muller (typed without dots), los, and both parts as one word.
    """
    lower = unicodedata.normalize("NFC", text).casefold()
    found: dict[str, None] = {}
    for chunk in lower.split():
        parts = _WORD.findall(chunk)
        joined = ["".join(parts)] if len(parts) > 1 and "@" not in chunk else []
        for part in [*parts, *joined]:
            found[_plain(part.translate(_GERMAN))] = None
            found[_plain(part)] = None
    return list(found)


def is_looked_for_inside(term: str) -> bool:
    """Return whether ``term`` may stand inside a word: not if it is short or a number, whose beginnings are known."""
    # "z872" would stand inside what is kept of numbers from their end.
    return len(term) >= SHORTEST_PART and not term.removeprefix("0").removeprefix("z").isdecimal()


def kind_word(kind: str) -> str:
    """Return the word that marks every entry of ``kind``: the index itself narrows to it, before any row is read.

    No word that somebody types stands inside it: "kind" and "post" are German.
    """
    return "0" + "0".join(kind.replace("_", ""))


def part_of_kind(kind: str, kinds: Sequence[str]) -> str:
    """Return the three letters that only the mark of ``kind`` has among ``kinds``: what to look for inside words.

    Looked for as a whole, a mark is eight lists to be read side by side. Other words may have the same three letters.
    """
    mark, others = kind_word(kind), [kind_word(one) for one in kinds if one != kind]
    return next((part for part in _parts(mark) if not any(part in other for other in others)), mark)


def telling_parts(term: str) -> list[str]:
    """Return up to three parts of three letters that stand in ``term``, such as few words have, if it has any.

    Whatever has the term has them; not all that has them has the term. As a whole a term is as many lists to be read
    side by side as it has letters, and the list of "sch" is as long as there are schools.
    """
    every = _parts(term)
    telling = [part for part in every if part not in _COMMON_PARTS] or every
    return list(dict.fromkeys((telling[0], telling[len(telling) // 2], telling[-1])))


def _parts(word: str) -> list[str]:
    return [word[start : start + SHORTEST_PART] for start in range(len(word) - SHORTEST_PART + 1)]


#: Three letters of words that most entries of a city have: what school social work, schools and streets are called.
_COMMON_PARTS = frozenset(
    part
    for word in ("schulsozialarbeit", "grundschule", "gesamtschule", "realschule", "gymnasium", "strasse", "jugend")
    for part in _parts(word)
)


def index_words(entry: SearchEntry, kind: str) -> tuple[str, str]:
    """Return (folded words of the title, all folded words and the kind's) of an entry, each separated by spaces."""
    title = words_of(entry.title)
    rest = [word for text in entry.words for word in words_of(text)]
    digits = [key for number in entry.phones for key in phones.phone_search_keys(number)]
    turned_ones = [TURNED_MARK + phones.turned_digits(number) for number in entry.phones]
    return " ".join(title), " ".join(dict.fromkeys([kind_word(kind), *title, *rest, *digits, *turned_ones]))


def near_words(texts: Iterable[str], words: str) -> str:
    """Return the folded words of what belongs to an entry, without its own ``words``, separated by spaces."""
    own = set(words.split())
    return " ".join(dict.fromkeys(word for text in texts for word in _words_known(text) if word not in own))


@lru_cache(maxsize=4096)
def _words_known(text: str) -> tuple[str, ...]:
    """Return ``words_of`` what thousands have in common, folded once."""
    return tuple(words_of(text))


def turned(words: str) -> str:
    """Return words, separated by spaces, each from its end: "ada ahorn" gives "ada nroha"."""
    return " ".join(word[::-1] for word in words.split())


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody typed, as folded terms that must all match."""

    terms: tuple[str, ...]

    @property
    def can_look_inside(self) -> bool:
        """Return whether any term is also looked for inside words."""
        return any(is_looked_for_inside(term) for term in self.terms)


def read_query(text: str) -> Query:
    """Return what ``text`` asks for. A telephone number in any spelling is one term of digits."""
    text = text.strip()[:200]
    digits = phones.phone_query(text)
    if digits is not None:
        return Query((digits,))
    terms = dict.fromkeys(fold(part)[:LONGEST_TERM] for part in _WORD.findall(text.casefold()))
    # What is kept of numbers from their end is found by their end alone.
    return Query(tuple(term for term in terms if term and not term.startswith(TURNED_MARK))[:MOST_TERMS])


def last_digits(query: Query) -> Query | None:
    """Return what to look for if somebody typed nothing but what may be the end of a telephone number, else None."""
    (first, *more) = query.terms
    if more or not first.isdecimal() or not FEWEST_LAST <= len(first) <= MOST_LAST:
        return None
    return Query((TURNED_MARK + first[::-1],))


def number_found(hit: SearchHit, query: Query) -> list[tuple[str, bool]]:
    """Return the number of a result whose last digits were typed, in pieces; nothing if its own end otherwise."""
    if not query.terms or last_digits(query) is None:
        return []
    (typed,) = query.terms
    for number in (hit.phone, hit.other_phone):
        # That of somebody else is no reason why this is here.
        if number and not hit.phone_of and number.endswith(typed):
            shown = phones.display_phone(number)
            places = [at for at, letter in enumerate(shown) if letter.isdecimal()]
            start = places[-len(typed)]
            return [(shown[:start], False), (shown[start:], True)]
    return []


@lru_cache(maxsize=4096)
def _letter(letter: str) -> str:
    """Return one letter folded; a page of results asks for a few dozen of them thousands of times."""
    return fold(letter)


def has_terms(entry: SearchEntry, kind: str, query: Query, *, every: bool) -> bool:
    """Return whether an entry has every term, or any, as the index would find it: beginning a word, or inside one."""
    words = index_words(entry, kind)[1].split()
    found = [
        any(term in word if is_looked_for_inside(term) else word.startswith(term) for word in words)
        for term in query.terms
    ]
    return all(found) if every else any(found)


def highlight(text: str, query: Query) -> list[tuple[str, bool]]:
    """Return ``text`` in pieces, each with whether it is what was looked for (at the start of a word, or inside)."""
    if text.isascii():
        return _pieces(text, _apart(_spans(text.lower(), query)))
    letters = [_letter(c) for c in text]
    spans = _spans("".join(letters), query)
    if not spans:
        return _pieces(text, spans)
    # Where each letter begins as folded: ä is two of them, an accent none. Half an ä is marked whole.
    starts = list(accumulate(map(len, letters), initial=0))
    written = [(bisect_right(starts, first) - 1, bisect_left(starts, last)) for first, last in spans]
    return _pieces(text, _apart(written))


def _spans(folded: str, query: Query) -> list[tuple[int, int]]:
    """Return where the terms stand: first letter, and one after the last."""
    found: list[tuple[int, int]] = []
    for term in query.terms:
        start = folded.find(term)
        while start >= 0:
            end = start + len(term)
            found.append((start, end))
            start = folded.find(term, end)
    return found


def _apart(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in order, those that touch each other put together."""
    apart: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if apart and first <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(last, apart[-1][1]))
        else:
            apart.append((first, last))
    return apart


def _pieces(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    """Return ``text`` cut at the ends of ``spans``, without empty pieces."""
    pieces: list[tuple[str, bool]] = []
    position = 0
    for first, last in spans:
        pieces += (text[position:first], False), (text[first:last], True)
        position = last
    return [piece for piece in (*pieces, (text[position:], False)) if piece[0]]
