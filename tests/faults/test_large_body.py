"""200 megabytes through gunicorn as docs/operations.md starts it: a sentence, nothing stored, no memory taken."""

from __future__ import annotations

import re
import socket
import threading
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coordination.core.jobs import Job
from tests.databases import ROOT
from tests.faults.office import EMAIL, furnish
from tests.faults.processes import WEB, Product, product
from tests.faults.writers import Person
from tests.reporting import REMARK

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)]
MEGABYTE = 1024 * 1024
EDGE = b"--edge\r\nContent-Disposition: form-data; name="


def peak(running: Product) -> int:
    """Return the most memory that one of the web processes has ever held, in bytes."""
    found = []
    for key in running.web_workers():
        line = re.search(r"^VmHWM:\s+(\d+) kB", Path(f"/proc/{key}/status").read_text(), re.MULTILINE)
        assert line is not None
        found.append(int(line[1]) * 1024)
    return max(found)


def upload(person: Person, size: int) -> bytes:
    """Send a school file of ``size`` as a browser does, reading at the same time; return the answer."""
    first = EDGE + b'"csrf_token"\r\n\r\n' + person.token.encode() + b"\r\n"
    first += EDGE + b'"file"; filename="schulen.csv"\r\nContent-Type: text/csv\r\n\r\n'
    last = b"\r\n--edge--\r\n"
    length = len(first) + size + len(last)
    head = (
        f"POST /verzeichnis/import/ HTTP/1.1\r\nHost: 127.0.0.1:{person.port}\r\nCookie: {person.cookie}\r\n"
        f"Content-Type: multipart/form-data; boundary=edge\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    )
    answer = b""
    with socket.create_connection(("127.0.0.1", person.port), timeout=60) as connection:
        sending = threading.Thread(target=_send, args=(connection, head.encode() + first, size, last))
        sending.start()
        try:
            while received := connection.recv(65536):
                answer += received
        except ConnectionResetError:
            pass
        sending.join(timeout=60)
    return answer


def _send(connection: socket.socket, first: bytes, size: int, last: bytes) -> None:
    block = b"x" * MEGABYTE
    try:
        connection.sendall(first)
        for _ in range(size // MEGABYTE):
            connection.sendall(block)
        connection.sendall(last)
    except OSError:
        # Whoever has answered already need not read on.
        pass


def test_200_megabytes_are_refused_with_a_sentence(
    app: Flask, session: Session, database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    lines = (ROOT / "docs" / "operations.md").read_text().splitlines()
    assert any(set(WEB.split()) <= set(line.split()) for line in lines if line.startswith("gunicorn "))
    furnish(app)
    with product(database_url, tmp_path) as running:
        running.start_web()
        person = Person(running.port).sign_in(EMAIL)
        before = peak(running)
        answers = [upload(person, 200 * MEGABYTE) for _ in range(2)]
        grown = peak(running) - before
        assert running.status("/healthz") == 200
    for answer in answers:
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 413 "), answer[:200]
        assert "Eine Datei darf höchstens 20 MB haben" in body.decode()
    assert session.scalar(select(func.count()).select_from(Job)) == 0
    request.node.user_properties.append((REMARK, f"200 MB refused, {grown / MEGABYTE:.0f} MB more memory at most"))
    assert grown < 100 * MEGABYTE
