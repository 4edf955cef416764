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
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def gunicorn(target: str, database_url: str, instance: Path) -> Iterator[int]:
    """Serve ``target`` with one worker of four threads and yield its port."""
    port = free_port()
    env = os.environ | {
        "DATABASE_URL": database_url,
        "KOORDINATION_SECRET_KEY": "bench" * 8,
        "KOORDINATION_BASE_URL": f"http://127.0.0.1:{port}",
        "KOORDINATION_INSTANCE": str(instance),
        "KOORDINATION_LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-m", "gunicorn", target, "-k", "gthread", "--workers=1", "--threads=4"]
    command += [f"--bind=127.0.0.1:{port}", "--log-level=error"]
    process = subprocess.Popen(command, cwd=ROOT, env=env)
    try:
        _wait(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError("the server did not start")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not answer")


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
