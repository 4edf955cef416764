"""``python -m bench [--only …] [--databases …] [--sizes …]``: the tables of docs/performance.md."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench import feeds, finding, lists, places, school_file
from tests import databases


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--only", choices=("places", "feeds", "finding", "staff", "schools"), help="one of the tables")
    parser.add_argument("--sizes", nargs="+", type=int, default=[2000, 200000], help="people and places")
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"], choices=databases.KINDS)
    chosen = parser.parse_args()
    databases.open_folder()
    try:
        if chosen.only in {None, "staff"}:
            lists.report({kind: _listed(kind) for kind in chosen.databases})
        if chosen.only in {None, "schools"}:
            school_file.report({kind: _read_in(kind) for kind in chosen.databases})
        if chosen.only in {None, "feeds"}:
            feeds.report({kind: _measured(kind) for kind in chosen.databases})
        if chosen.only in {None, "finding"}:
            for kind in chosen.databases:
                finding.report({kind: finding.measure(kind, chosen.sizes)})
        if chosen.only in {None, "places"}:
            places.report(places.measure_all(chosen.databases, chosen.sizes))
    finally:
        databases.close_folder()


def _measured(kind: str) -> Sequence[feeds.Line]:
    with tempfile.TemporaryDirectory() as folder:
        return feeds.measure(kind, Path(folder))


def _listed(kind: str) -> Sequence[lists.Line]:
    with tempfile.TemporaryDirectory() as folder:
        return lists.measure(kind, Path(folder))


def _read_in(kind: str) -> Sequence[school_file.Line]:
    with tempfile.TemporaryDirectory() as folder:
        return school_file.measure(kind, Path(folder))


if __name__ == "__main__":
    main()
