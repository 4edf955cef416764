"""Compares the German catalogue with what the code says: ``python -m coordination.translations.check``.

A tool for developers; the product never imports it. Without options it prints one line for each entry that is
missing, obsolete, fuzzy, untranslated or has other placeholders than its English text, and then exits with 1.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from coordination.translations.entries import Key, describe, key_of, merge_tables, placeholder_problem, write_catalogue

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = Path(__file__).with_name("de.po")
KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
#: The same whitespace rule as the product's templates: ``jinja_env.policies["ext.i18n.trimmed"] = True``.
TEMPLATE_OPTIONS = {"trimmed": "true", "newstyle_gettext": "true", "silent": "false", "encoding": "utf-8"}


def _sources(root: Path) -> Iterator[Path]:
    """Return every file that may say something to a person."""
    own = Path(__file__).parent
    for path in sorted((root / "coordination").rglob("*.py")):
        if own not in path.parents:
            yield path
    yield from sorted(path for path in (root / "templates").rglob("*") if path.suffix in {".html", ".txt", ".xml"})


def extract_messages(root: Path) -> Catalog:
    """Return all messages of the code and the templates under ``root``, without translations."""
    messages = Catalog(locale="de", charset="utf-8")
    for path in _sources(root):
        method, options = ("python", {}) if path.suffix == ".py" else ("jinja2.ext:babel_extract", TEMPLATE_OPTIONS)
        with path.open("rb") as source:
            found = extract(method, source, keywords=KEYWORDS, options=options)
            for _line, text, _comments, context in found:
                if text and text != ("",):
                    messages.add(text, context=context)
    return messages


def read_catalogue(path: Path) -> Catalog:
    """Return the catalogue at ``path``, or an empty one."""
    if not path.exists():
        return Catalog(locale="de", charset="utf-8")
    with path.open("rb") as source:
        return read_po(source, locale="de", charset="utf-8")


def _entries(catalogue: Catalog) -> dict[Key, Message]:
    return {key_of(message): message for message in catalogue if message.id}


def problems(code: Catalog, catalogue: Catalog) -> list[str]:
    """Return one line for each difference between what the ``code`` says and the ``catalogue``."""
    wanted, there = _entries(code), _entries(catalogue)
    lines = [f"missing: {describe(wanted[key])}" for key in sorted(wanted.keys() - there.keys())]
    lines += [f"obsolete: {describe(there[key])}" for key in sorted(there.keys() - wanted.keys())]
    for key in sorted(wanted.keys() & there.keys()):
        entry = there[key]
        texts = entry.string if isinstance(entry.string, list | tuple) else (entry.string,)
        if wanted[key].pluralizable != entry.pluralizable:
            lines.append(f"plural in one, not in the other: {describe(entry)}")
        elif not all(texts):
            lines.append(f"untranslated: {describe(entry)}")
        elif entry.fuzzy:
            lines.append(f"fuzzy: {describe(entry)}")
        elif problem := placeholder_problem(entry):
            lines.append(f"{problem}: {describe(entry)}")
    return lines


def updated(code: Catalog, catalogue: Catalog) -> Catalog:
    """Return the messages of ``code`` with the translations that ``catalogue`` has for exactly them."""
    there = _entries(catalogue)
    fresh = Catalog(locale="de", charset="utf-8")
    for key, message in _entries(code).items():
        old = there.get(key)
        kept = old if old is not None and old.pluralizable == message.pluralizable else None
        fresh.add(
            message.id,
            kept.string if kept else None,
            flags={"fuzzy"} if kept and kept.fuzzy else (),
            user_comments=kept.user_comments if kept else (),
            context=message.context,
        )
    return fresh


def main(arguments: Sequence[str] | None = None) -> int:
    """Check, and on demand update, the catalogue; return the exit code."""
    parser = argparse.ArgumentParser(description="Compare the German catalogue with what the code says.")
    parser.add_argument("--update", action="store_true", help="add new messages untranslated, drop obsolete ones, sort")
    parser.add_argument(
        "--merge", nargs="+", type=Path, metavar="TSV", help="update, then take over these translations"
    )
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    parser.add_argument("--catalogue", type=Path, default=CATALOGUE, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)

    code, catalogue = extract_messages(chosen.root), read_catalogue(chosen.catalogue)
    notes: list[str] = []
    if chosen.update or chosen.merge:
        catalogue = updated(code, catalogue)
        notes = merge_tables(catalogue, chosen.merge or ())
        write_catalogue(catalogue, chosen.catalogue)
    lines = problems(code, catalogue)
    for line in (*notes, *lines):
        sys.stdout.write(line + "\n")
    if lines:
        sys.stdout.write(f"{len(lines)} of {len(code)} messages need work: {chosen.catalogue.name}\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
