"""Walks every route with every kind of person: ``python -m tests.architecture.access_walk`` writes the table anew."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from coordination.core import telemetry
from tests import databases
from tests.architecture import access_world
from tests.architecture.access_world import KINDS, MAY_SEE, World

TABLE = Path(__file__).with_name("access_matrix.txt")
#: Answers that store nothing.
DENIED = {"in", "400", "403", "404", "405", "410", "422", "429"}
#: A preference of the signed-in account may be stored by this POST without any form.
HEAD = """# Who gets what on which address. Columns: method, address, then answer and the kinds of person who get it.
# "in" is the way to the sign-in page, 404 "not there, or not for you", 403 "seen, but not allowed", 422 "allowed, the
# (empty) form is not". Written by python -m tests.architecture.access_walk; read in review like code.
"""


@dataclass
class Walk:
    """What was found: (method, rule) → answer, and what went wrong on the way."""

    answers: dict[tuple[str, str], str] = field(default_factory=dict)
    leaks: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)


def routes(app: Flask) -> list[tuple[str, str]]:
    """Return every method and rule of ``app``, GET first."""
    found = []
    for rule in app.url_map.iter_rules():
        found += [(method, rule.rule) for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}]
    return sorted(found, key=lambda one: (one[0] != "GET", one[1], one[0]))


def answer_of(response: TestResponse) -> str:
    """Return what a status means here."""
    if response.status_code == 303 and response.headers["Location"].startswith("/konto/anmelden"):
        return "in"
    return str(response.status_code)


def fingerprint(path: Path) -> str:
    """Return a hash of everything stored, but for telemetry."""
    with sqlite3.connect(path) as connection:
        tables = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if name not in telemetry.TABLES and not name.startswith(("search_", "sqlite_"))
        ]
        content = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in sorted(tables)}
    connection.close()
    return hashlib.sha256(repr(content).encode()).hexdigest()


@contextmanager
def city() -> Iterator[tuple[Flask, World, Path, Callable[[], None]]]:
    """Yield the product over a planted database, its file, and what puts the file back as it was."""
    with tempfile.TemporaryDirectory(prefix="koordination-walk-") as name:
        folder = Path(name)
        with databases.fresh_database("sqlite", folder) as url:
            app = databases.make_app(url, folder)
            path = Path(url.removeprefix("sqlite:///"))
            with app.app_context():
                engine = app.extensions["sqlalchemy"].engines[None]
            with Session(engine) as session:
                world = access_world.build(app, session)
            kept = folder / "kept.db"

            def keep() -> None:
                databases.dispose(app)
                shutil.copyfile(path, kept)

            def put_back() -> None:
                databases.dispose(app)
                for more in ("-wal", "-shm"):
                    Path(f"{path}{more}").unlink(missing_ok=True)
                shutil.copyfile(kept, path)

            keep()
            app.extensions["test.keep"] = keep
            yield app, world, path, put_back
            databases.dispose(app)


def walk(kind: str) -> Walk:
    """Ask for every route as ``kind`` and return what was found."""
    found = Walk()
    with city() as (app, world, path, put_back):

        def change(what: Callable[[Session], None]) -> None:
            with app.app_context():
                engine = app.extensions["sqlalchemy"].engines[None]
            with Session(engine) as session:
                what(session)
                session.commit()

        client = access_world.client_of(app, kind, change)
        token = access_world.form_token(client)
        cookie = client.get_cookie("koordination")
        # Each request brings the same cookie, whatever the one before it did to the browser's.
        headers = {"Cookie": f"koordination={cookie.value}"} if cookie else {}
        client = app.test_client(use_cookies=False)
        app.extensions["test.keep"]()
        before = fingerprint(path)
        for method, rule in routes(app):
            if rule == "/konto/einladung/<token>" and kind == "anonymous":
                # A stranger has no genuine link; the guest has.
                _note(
                    found, kind, (method, rule), client.open("/konto/einladung/a.b.c", method=method, headers=headers)
                )
                continue
            data = {"csrf_token": token} if method != "GET" else None
            response = client.open(world.address(rule), method=method, data=data, headers=headers)
            answer = _note(found, kind, (method, rule), response)
            if (method == "GET" or answer in DENIED) and fingerprint(path) != before:
                found.changes.append(f"{kind} {method} {rule}: {answer}, yet something was stored")
            if method != "GET":
                put_back()
    return found


def _note(found: Walk, kind: str, route: tuple[str, str], response: TestResponse) -> str:
    answer = answer_of(response)
    found.answers[route] = answer
    text = response.text
    response.close()
    for marker, kinds in MAY_SEE.items():
        if marker in text:
            found.seen.add(marker)
            if kind not in kinds:
                found.leaks.append(f"{kind} {' '.join(route)}: shows {marker}")
    return answer


def table(answers: dict[str, dict[tuple[str, str], str]]) -> str:
    """Return the table of all kinds of person."""
    lines = []
    order = next(iter(answers.values()))
    for method, rule in sorted(order, key=lambda one: (one[1], one[0])):
        groups: dict[str, list[str]] = {}
        for kind in KINDS:
            groups.setdefault(answers[kind][method, rule], []).append(kind)
        cells = " | ".join(f"{answer} {' '.join(kinds)}" for answer, kinds in sorted(groups.items()))
        lines.append(f"{method:<5}{rule} | {cells}")
    return HEAD + "\n".join(lines) + "\n"


def read_table() -> dict[tuple[str, str], dict[str, str]]:
    """Return the table in the repository: (method, rule) → kind of person → answer."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for line in TABLE.read_text().splitlines():
        if line.startswith("#"):
            continue
        route, *cells = line.split(" | ")
        method, rule = route.split()
        found[method, rule] = {kind: answer for answer, *kinds in (cell.split() for cell in cells) for kind in kinds}
    return found


if __name__ == "__main__":
    databases.open_folder()
    try:
        TABLE.write_text(table({kind: walk(kind).answers for kind in KINDS}))
    finally:
        databases.close_folder()
