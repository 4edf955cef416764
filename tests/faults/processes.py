"""The product as docs/operations.md runs it: gunicorn and a worker, on loopback, killed by their process ids."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.databases import ROOT

WEB = "-k gthread --workers 2 --threads 8 --timeout 60 --max-requests 5000 --max-requests-jitter 500 wsgi:app"
#: No test waits longer for anything.
PATIENCE = 60.0


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Product:
    """Both processes of one installation, and what they were started with."""

    database_url: str
    instance: Path
    port: int
    more: dict[str, str] = field(default_factory=dict)
    web: subprocess.Popen[bytes] | None = None
    worker: subprocess.Popen[bytes] | None = None

    def start_web(self) -> None:
        """Start gunicorn and wait until it answers."""
        self.web = self._run("gunicorn", "--bind", f"127.0.0.1:{self.port}", *WEB.split())
        wait_until(lambda: self.status("/healthz") == 200, "the web server does not answer")

    def start_worker(self) -> None:
        """Start the job worker, as its supervisor would; ends what is left of an earlier one."""
        self.kill_worker()
        self.worker = self._run("flask", "--app", "wsgi", "jobs", "work")

    def kill_worker(self) -> None:
        """End the job worker in the middle of whatever it does."""
        if self.worker is not None:
            self.worker.kill()
            self.worker.wait()

    def kill_a_web_worker(self) -> int | None:
        """End the oldest of gunicorn's workers and return its process id."""
        workers = self.web_workers()
        if not workers:
            return None
        with contextlib.suppress(ProcessLookupError):
            os.kill(workers[0], signal.SIGKILL)
        return workers[0]

    def web_workers(self) -> list[int]:
        """Return the process ids of gunicorn's workers."""
        assert self.web is not None
        children = Path(f"/proc/{self.web.pid}/task/{self.web.pid}/children").read_text()
        return sorted(int(one) for one in children.split())

    def status(self, path: str) -> int:
        """Return the status of a page, 0 if there was no answer."""
        return self.ask(path)[0]

    def ask(self, path: str) -> tuple[int, bytes]:
        """Return status and body of a page, (0, b"") if there was no answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            connection.close()

    def log(self) -> list[dict[str, object]]:
        """Return the lines that both processes have logged."""
        text = (self.instance / "processes.log").read_text()
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    def _run(self, module: str, *words: str) -> subprocess.Popen[bytes]:
        env = {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": self.database_url,
            "KOORDINATION_SECRET_KEY": "x" * 32,
            "KOORDINATION_BASE_URL": f"http://127.0.0.1:{self.port}",
            "KOORDINATION_INSTANCE": str(self.instance),
            "KOORDINATION_LOG_LEVEL": "WARNING",
            **self.more,
        }
        with (self.instance / "processes.log").open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", module, *words], cwd=ROOT, env=env, stdout=output, stderr=output
            )

    def stop(self) -> None:
        """End both, gently first."""
        for process in (self.web, self.worker):
            if process is not None and process.poll() is None:
                process.terminate()
        for process in (self.web, self.worker):
            if process is not None:
                try:
                    process.wait(timeout=20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


@contextmanager
def product(database_url: str, instance: Path, **more: str) -> Iterator[Product]:
    """Yield the product over ``database_url``, not started yet; whatever is running at the end is ended."""
    running = Product(database_url, instance, free_port(), more)
    try:
        yield running
    finally:
        running.stop()


def wait_until(condition: Callable[[], bool], problem: str, seconds: float = PATIENCE) -> float:
    """Wait until ``condition()`` holds and return how long that took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, problem
        time.sleep(0.05)
    return time.monotonic() - began


@contextmanager
def whenever(progress: Callable[[], int], step: int, what: Callable[[], object]) -> Iterator[list[object]]:
    """Do ``what()`` in a thread each time ``progress()`` has grown by ``step``; yields what it returned.

    By progress and not by the clock: a slow machine would be killed faster than it starts.
    """
    ending = threading.Event()
    done: list[object] = []

    def run() -> None:
        while not ending.wait(0.02):
            if progress() >= step * (len(done) + 1):
                done.append(what())

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield done
    finally:
        ending.set()
        thread.join(timeout=PATIENCE)
