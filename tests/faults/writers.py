"""People who send forms and look at pages over HTTP, several at once, and a journal of what they were told."""

from __future__ import annotations

import contextlib
import http.client
import queue
import re
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests import factories


@dataclass(frozen=True)
class Write:
    """One form: what it is called in the journal, where it goes, what is in it; without fields a look at a page."""

    name: str
    path: str
    fields: dict[str, str] | None


@dataclass
class Journal:
    """What the product answered."""

    #: Name of a form → the statuses it got, in order; 0 is no answer.
    answers: dict[str, list[int]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)

    @property
    def acknowledged(self) -> set[str]:
        """Return the forms that were answered with a redirect: stored, says the product."""
        return {name for name, statuses in list(self.answers.items()) if 303 in statuses}

    def count(self, status: int) -> int:
        """Return how often ``status`` was the answer."""
        return sum(statuses.count(status) for statuses in self.answers.values())

    def figures(self) -> str:
        """Return number of forms, median and 95th percentile."""
        middle, high = self.within(0.5), self.within(0.95)
        return f"{len(self.answers)} forms, p50 {middle * 1000:.0f} ms, p95 {high * 1000:.0f} ms"

    def within(self, share: float) -> float:
        """Return the seconds within which so large a share was answered."""
        return sorted(self.seconds)[int(len(self.seconds) * share)]


class Person:
    """One signed-in browser without a window."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookie, self.token = "", ""

    def sign_in(self, email: str, password: str = factories.PASSWORD) -> Person:
        """Sign in as a person would, and keep a form token."""
        self._open_form("/konto/anmelden")
        status = self.send("/konto/anmelden", {"email": email, "password": password})
        assert status == 303, status
        self._open_form("/rueckmeldung")
        return self

    def twin(self) -> Person:
        """Return a second browser window of the same person."""
        other = Person(self.port)
        other.cookie, other.token = self.cookie, self.token
        return other

    def send(self, path: str, fields: dict[str, str]) -> int:
        """Send a form and return the status; 0 if no answer came."""
        body = urlencode({"csrf_token": self.token, **fields})
        try:
            return self._ask("POST", path, body)[0]
        except (OSError, http.client.HTTPException):
            return 0

    def look(self, path: str) -> int:
        """Open a page and return its status; 0 if no answer came."""
        try:
            return self._ask("GET", path)[0]
        except (OSError, http.client.HTTPException):
            return 0

    def _open_form(self, path: str) -> None:
        _, text = self._ask("GET", path)
        found = re.search(r'name="csrf_token" value="([^"]+)"', text)
        assert found is not None
        self.token = found[1]

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            if given := answer.getheader("Set-Cookie"):
                self.cookie = given.split(";")[0]
            return answer.status, text
        finally:
            connection.close()


def write_all(
    person: Person, writes: list[Write], journal: Journal, *, hands: int, pause: float = 0, seconds: float = 150
) -> Journal:
    """Send every form with ``hands`` browsers at once; what gets no answer is sent again, as people do."""
    waiting = queue.SimpleQueue[Write]()
    for write in writes:
        waiting.put(write)
    ends = time.monotonic() + seconds

    def work(own: Person) -> None:
        while time.monotonic() < ends and not waiting.empty():
            with contextlib.suppress(queue.Empty):
                _write(own, waiting.get_nowait(), journal, ends)
            time.sleep(pause)

    threads = [threading.Thread(target=work, args=(person.twin(),)) for _ in range(hands)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=seconds + 60)
    return journal


def _write(own: Person, write: Write, journal: Journal, ends: float) -> None:
    statuses = journal.answers.setdefault(write.name, [])
    while not statuses or (statuses[-1] in {0, 503} and time.monotonic() < ends):
        began = time.monotonic()
        statuses.append(own.look(write.path) if write.fields is None else own.send(write.path, write.fields))
        journal.seconds.append(time.monotonic() - began)
        if statuses[-1] in {0, 503}:
            time.sleep(0.25)
