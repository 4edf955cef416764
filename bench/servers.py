"""Starts what is measured: gunicorn with one gthread worker, on loopback; ended by its process id."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
SECRET = "bench" * 8
#: File in the instance with the bytes that a floor returns as they are.
ANSWER = "answer.ics"
#: Open to everybody, and a whole page: what a server shows that has just been started.
FIRST_PAGE = "/konto/anmelden"


@dataclass(frozen=True, slots=True)
class Served:
    """A server that answers."""

    port: int
    pid: int
    #: From the start of the process to the end of the first answer.
    seconds: float

    @property
    def worker_megabytes(self) -> float:
        """Return the resident memory of the worker."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        status = Path(f"/proc/{children[0]}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) / 1024


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def gunicorn(target: str, database_url: str, instance: Path, page: str = FIRST_PAGE) -> Iterator[Served]:
    """Serve ``target`` with one worker of four threads; yield it once it has answered with ``page``."""
    port = free_port()
    env = os.environ | {
        "DATABASE_URL": database_url,
        "KOORDINATION_SECRET_KEY": SECRET,
        "KOORDINATION_BASE_URL": f"http://127.0.0.1:{port}",
        "KOORDINATION_INSTANCE": str(instance),
        "KOORDINATION_LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-m", "gunicorn", target, "-k", "gthread", "--workers=1", "--threads=4"]
    command += [f"--bind=127.0.0.1:{port}", "--log-level=error"]
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=env)
    try:
        _wait(port, process, page)
        yield Served(port, process.pid, time.perf_counter() - start)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(port: int, process: subprocess.Popen[bytes], page: str) -> None:
    for _ in range(3000):
        if process.poll() is not None:
            raise RuntimeError("the server did not start")
        try:
            status, _body, _headers = get(port, page)
        except OSError:
            time.sleep(0.01)
            continue
        if status != 200:
            raise RuntimeError(f"the server answered {status}")
        return
    raise RuntimeError("the server did not answer")


def get(port: int, path: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    """Ask once; words of a header are joined by "_"."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    found = response.status, response.read(), dict(response.getheaders())
    connection.close()
    return found


def sign_in(port: int, email: str, password: str) -> str:
    """Return the cookie of a session begun as a person would."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/konto/anmelden")
    response = connection.getresponse()
    page = response.read().decode()
    cookie = (response.getheader("Set-Cookie") or "").split(";")[0]
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    body = urlencode({"csrf_token": token[1], "email": email, "password": password})
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/konto/anmelden", body=body, headers=headers)
    response = connection.getresponse()
    response.read()
    assert response.status == 303, response.status
    return (response.getheader("Set-Cookie") or "").split(";")[0]
