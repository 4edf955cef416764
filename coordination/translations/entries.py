"""Single entries of the catalogue: their placeholders, translations from tables, the file as it is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import write_po

#: Context and (singular) English text: what tells two entries apart.
Key = tuple[str, str]
PLACEHOLDER = re.compile(r"%\((\w+)\)")
FILLABLE = re.compile(r"%%|%\(\w+\)[sd]")
#: A form for exactly one may leave out the number ("one hit" for "%(n)s hits").
COUNTS = frozenset({"n", "num", "count"})
#: Dates and versions of tools would change the file whenever it is written.
UNSTABLE_HEADERS = re.compile(
    rb'^"(?:POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By|Report-Msgid-Bugs-To'
    rb"|Project-Id-Version):.*\n",
    re.MULTILINE,
)
HEADER = "# German words of Koordination. Sorted; kept by: make catalogue"


def forms(text: object) -> tuple[str, ...]:
    """Return the one or two forms of a message's text."""
    return tuple(str(form) for form in text) if isinstance(text, list | tuple) else (str(text or ""),)


def key_of(message: Message) -> Key:
    """Return what tells ``message`` apart from every other."""
    return (message.context or "", forms(message.id)[0])


def describe(message: Message) -> str:
    """Return the English text on one line."""
    text = forms(message.id)[0].replace("\n", "\\n")
    return f"{text!r} ({message.context})" if message.context else repr(text)


def _names(text: str) -> frozenset[str]:
    return frozenset(PLACEHOLDER.findall(text))


def _form_problem(english: str, german: str, *, is_singular_of_two: bool) -> str:
    expected, found = _names(english), _names(german)
    different = expected ^ found
    if is_singular_of_two:
        different -= COUNTS
    if different:
        return "differing placeholders (" + ", ".join(f"%({name})s" for name in sorted(different)) + ")"
    if expected and "%" in FILLABLE.sub("", german):
        return "cannot be filled in (a percent sign is written %% there)"
    return ""


def placeholder_problem(entry: Message) -> str:
    """Return what is wrong with the placeholders of a translated ``entry``, or an empty text."""
    english, german = forms(entry.id), forms(entry.string)
    if len(german) != len(english):
        return "wrong number of plural forms"
    pairs = zip(english, german, strict=True)
    said = [_form_problem(a, b, is_singular_of_two=len(english) > 1 and at == 0) for at, (a, b) in enumerate(pairs)]
    return next((problem for problem in said if problem), "")


def _cell(text: str) -> str:
    return text.replace("\\n", "\n").replace("\\t", "\t")


def _row(line: str) -> tuple[Key, str | tuple[str, str]]:
    """Read one line: message, translation; context, message, translation; or message, plural, one, many.

    Raises:
        ValueError: the line has another number of columns.
    """
    match [_cell(part) for part in line.split("\t")]:
        case [english, german]:
            return ("", english), german
        case [context, english, german]:
            return (context, english), german
        case [english, _plural, one, many]:
            return ("", english), (one, many)
        case columns:
            raise ValueError(f"{len(columns)} columns")


def merge_tables(catalogue: Catalog, tables: Iterable[Path]) -> list[str]:
    """Put the translations of ``tables`` into ``catalogue``; return a line for whatever was not taken over."""
    entries = {key_of(message): message for message in catalogue if message.id}
    notes = []
    for table in tables:
        for number, line in enumerate(table.read_text(encoding="utf-8").splitlines(), start=1):
            if not line.strip():
                continue
            where = f"{table.name}:{number}"
            try:
                key, german = _row(line)
            except ValueError as error:
                notes.append(f"note: {where}: {error}")
                continue
            note = _translate(entries.get(key), german)
            if note:
                notes.append(f"note: {where}: {note}: {key[1]!r}")
    return notes


def _translate(entry: Message | None, german: str | Sequence[str]) -> str:
    """Fill in one translation; return what was strange about it."""
    if entry is None:
        return "said nowhere in the code"
    if entry.pluralizable != (not isinstance(german, str)):
        return "plural in one, not in the other"
    wanted = german if isinstance(german, str) else tuple(german)
    old = forms(entry.string)
    entry.string = wanted
    entry.flags.discard("fuzzy")
    return f"replaces {' / '.join(old)!r}" if any(old) and old != forms(wanted) else ""


def write_catalogue(catalogue: Catalog, path: Path) -> None:
    """Write ``catalogue`` sorted and without anything that changes by itself."""
    catalogue.header_comment = HEADER
    catalogue.fuzzy = False
    written = BytesIO()
    write_po(written, catalogue, width=0, no_location=True, sort_output=True, ignore_obsolete=True)
    path.write_bytes(UNSTABLE_HEADERS.sub(b"", written.getvalue()).rstrip() + b"\n")
