"""The product over the planted city, and visitors who ask it one question after the other."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coordination.accounts.models import UserAccount, UserSession
from coordination.calendars.models import CalendarLink
from tests import databases
from tests.architecture import access_links, access_world
from tests.architecture.access_marks import MAY_SEE
from tests.architecture.access_world import World
from tests.pdf_text import text_of_pdf
from tests.snapshots import Snapshot

#: Answers that store nothing.
DENIED = {"in", "400", "401", "403", "404", "405", "409", "410", "413", "422", "429"}


@dataclass(frozen=True)
class Answer:
    """What came back: the status ("in" is the way to the sign-in page), and what could be read."""

    status: str
    #: Headers and body.
    text: str
    location: str = ""
    body: str = ""
    #: Markers that whoever holds the link it was asked with may see.
    by_link: frozenset[str] = frozenset()

    @property
    def shown(self) -> set[str]:
        """Return the markers in it."""
        return {marker for marker in MAY_SEE if marker in self.text}

    def leaks(self, kind: str) -> list[str]:
        """Return the markers in it that ``kind`` must not see."""
        return sorted(one for one in self.shown - self.by_link if kind not in MAY_SEE[one])


def readable(content: bytes) -> str:
    """Return what a person reads in an answer: of Word files and workbooks what is packed in them, a PDF's text.

    Of calendars whole lines: a fold (RFC 5545 section 3.1) cuts anywhere, through a marker too.
    """
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = [packed.read(name).decode(errors="replace") for name in packed.namelist() if name.endswith(".xml")]
        # Word cuts a sentence into runs, wherever it likes.
        return re.sub(r"<[^>]+>", "", "\n".join(parts))
    if content.startswith(b"%PDF"):
        return text_of_pdf(content)
    if content.startswith(b"BEGIN:VCALENDAR"):
        content = re.sub(rb"\r?\n[ \t]", b"", content)
    return content.decode(errors="replace")


@dataclass
class City:
    """The product, what was planted, and what puts everything back as it was."""

    app: Flask
    world: World
    snapshot: Snapshot


@dataclass
class Visitor:
    """One kind of person; each request brings the same cookie, whatever the one before did to the browser's."""

    kind: str
    city: City
    client: FlaskClient
    headers: dict[str, str]
    token: str

    def ask(
        self,
        address: str,
        method: str = "GET",
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask for ``address``; whatever is not GET carries a valid form token. A fault of the product is a 500."""
        form = None if method in {"GET", "HEAD", "OPTIONS"} else {"csrf_token": self.token, **(data or {})}
        try:
            response = self.client.open(address, method=method, data=form, headers=self.headers | dict(headers or {}))
        except Exception as error:  # noqa: BLE001 - under test the product lets its faults through
            return Answer("500", f"{type(error).__name__}: {error}")
        try:
            location = response.headers.get("Location", response.headers.get("HX-Redirect", ""))
            is_led_to_sign_in = response.status_code in {303, 401} and location.startswith("/konto/anmelden")
            headers_too = "\n".join(f"{name}: {value}" for name, value in response.headers)
            body = readable(response.get_data())
            status = "in" if is_led_to_sign_in else str(response.status_code)
            by_link = self.city.world.links.shown_at(address)
            return Answer(status, f"{headers_too}\n{body}", location, body, by_link)
        finally:
            response.close()


def routes(app: Flask) -> list[tuple[str, str]]:
    """Return every method and rule of ``app``, GET first."""
    found = []
    for rule in app.url_map.iter_rules():
        found += [(method, rule.rule) for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}]
    return sorted(found, key=lambda one: (one[0] != "GET", one[1], one[0]))


@contextmanager
def visiting(kind: str, database_kind: str = "sqlite") -> Iterator[Visitor]:
    """Yield a visitor of a city of their own."""
    with tempfile.TemporaryDirectory(prefix="koordination-walk-") as name:
        folder = Path(name)
        with databases.fresh_database(database_kind, folder) as url:
            app = databases.make_app(url, folder)
            snapshot = Snapshot(app, url, folder)
            try:
                yield _enter(app, kind, snapshot)
            finally:
                databases.dispose(app)
                snapshot.close()


def _own_link(session: Session, kind: str) -> int | None:
    """Return a subscription of the visitor, planted now unless there is one."""
    account = session.query(UserAccount).filter_by(email=f"{kind}@example.org").first()
    if account is None:
        return None
    known = session.query(CalendarLink).filter_by(user_id=account.id).first()
    return (known or access_links.calendar_link(session, account.id)).id


def _enter(app: Flask, kind: str, snapshot: Snapshot) -> Visitor:
    with app.app_context():
        engine = app.extensions["sqlalchemy"].engines[None]
    with Session(engine) as session:
        world = access_world.build(app, session)

    def change(what: Callable[[Session], None]) -> None:
        with Session(engine) as session:
            what(session)
            session.commit()

    client = access_world.client_of(app, kind, change)
    with Session(engine) as session:
        of_own = select(func.max(UserSession.id)).join(UserAccount).where(UserAccount.email == f"{kind}@example.org")
        world.keys["session_id"] = session.scalar(of_own) or world.foreign["session_id"]
        world.keys["link_id"] = _own_link(session, kind) or world.foreign["link_id"]
        session.commit()
    token = access_world.form_token(client)
    cookie = client.get_cookie("koordination")
    headers = {"Cookie": f"koordination={cookie.value}"} if cookie else {}
    snapshot.keep()
    return Visitor(kind, City(app, world, snapshot), app.test_client(use_cookies=False), headers, token)
