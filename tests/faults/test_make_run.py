"""``make run`` as somebody types it: a fresh clone, the demo, one process for all of it, Ctrl-C, a second start."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.databases import ROOT
from tests.faults.processes import free_port, wait_until
from tests.faults.writers import Person
from tests.reporting import REMARK

pytestmark = pytest.mark.slow
PROFESSIONAL = "fachkraft@example.org"
#: Seconds: several times what a second start takes beside other tests.
LONGEST_START = 15
#: What a test puts around the product, and the product hands to its own processes.
HANDED_ON = ("PYTHONPATH", "REFUSED")
#: Of a line about a demo account: what it is for, its address, its password.
ACCOUNT = re.compile(r"^ {2}(\S.*?) {2,}(\S+@example\.org) +(\S+)$", re.MULTILINE)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return what somebody has after ``git clone``: nothing but what is in the repository."""
    folder = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    (tmp_path / "home").mkdir()
    return folder


class Started:
    """The product in a folder, started by ``command``; what it says is kept."""

    def __init__(self, clone: Path, port: int, *command: str) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.port = port
        self._said = clone.parent / f"said-{command[0].rpartition('/')[2]}.txt"
        env = {"PATH": os.environ["PATH"], "HOME": str(clone.parent / "home"), "PORT": str(port)}
        env |= {name: os.environ[name] for name in HANDED_ON if name in os.environ}
        with self._said.open("wb") as output:
            # A group of its own, as a terminal makes one: Ctrl-C reaches all that is in it.
            self.process = subprocess.Popen(
                command, cwd=clone, env=env, stdout=output, stderr=output, start_new_session=True
            )

    @property
    def said(self) -> str:
        """Return all that stands in the terminal."""
        return self._said.read_text()

    def wait(self) -> None:
        """Wait until it says that it runs."""
        wait_until(lambda: "Ctrl-C" in self.said or self.process.poll() is not None, "it does not start")
        assert self.process.poll() is None, self.said

    def processor(self) -> float:
        """Return the seconds of processor that it has used so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def interrupt(self) -> int:
        """Press Ctrl-C and return the status."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(timeout=30)


@contextmanager
def started(clone: Path, *command: str) -> Iterator[Started]:
    running = Started(clone, free_port(), *command)
    try:
        running.wait()
        yield running
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.process.pid, signal.SIGKILL)
        running.process.wait()


def make_run(clone: Path) -> list[str]:
    """Return ``make run`` with the packages of these tests: what they are is the lock's affair, not looked at here."""
    return ["make", "run", f"VENV={sys.prefix}", "-o", f"{sys.prefix}/.installed-run"]


def ask(clone: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(clone / "instance" / "koordination.db")) as database:
        return database.execute(statement).fetchall()


def test_a_clone_runs_and_starts_again(clone: Path, request: pytest.FixtureRequest) -> None:
    with started(clone, *make_run(clone)) as running:
        assert f"Koordination: {running.url}\n" in running.said
        accounts = {email: (label, password) for label, email, password in ACCOUNT.findall(running.said)}
        assert len(accounts) == 7
        assert all(label and len(password) >= 12 for label, password in accounts.values())
        for email, (_label, password) in accounts.items():
            person = Person(running.port).sign_in(email, password)
        # The page says a link is on its way; writing it is a job, done by nobody but this same process.
        assert person.send("/konto/passwort", {"email": PROFESSIONAL}) == 200
        wait_until(
            lambda: ask(clone, "SELECT state FROM job WHERE kind = 'accounts.reset'") == [("done",)],
            "the job is not done",
            20,
        )
        known = "SELECT count(*), (SELECT count(*) FROM assignment), (SELECT count(*) FROM school) FROM user_account"
        written = "SELECT recipient FROM outbox_mail WHERE purpose = 'account.reset'"
        assert ask(clone, written) == [(PROFESSIONAL,)]
        everything = ask(clone, known)
        running.interrupt()
        assert "Traceback" not in running.said
        assert running.said.count("Ending") == 1

    began = time.monotonic()
    with started(clone, sys.executable, "-m", "coordination") as running:
        took, used = time.monotonic() - began, running.processor()
        again = {email: (label, password) for label, email, password in ACCOUNT.findall(running.said)}
        assert again == accounts
        Person(running.port).sign_in(PROFESSIONAL, accounts[PROFESSIONAL][1])
        assert ask(clone, written) == [(PROFESSIONAL,)]
        assert ask(clone, known) == everything
        status = running.interrupt()
        assert (status, "Traceback" in running.said) == (0, False), running.said
    request.node.user_properties.append((REMARK, f"second start: {took:.1f} s, {used:.1f} s of processor"))
    # The processor's time says how much it does; a clock, with room for a busy machine, that it waits for nobody.
    assert used < 3
    assert took < LONGEST_START


def test_a_port_that_is_taken_is_said_in_a_line(clone: Path) -> None:
    with started(clone, sys.executable, "-m", "coordination") as running:
        env = {"PATH": os.environ["PATH"], "HOME": str(clone.parent / "home"), "PORT": str(running.port)}
        second = subprocess.run(
            [sys.executable, "-m", "coordination"],
            cwd=clone,
            env=env,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert second.returncode == 1
    assert second.stderr.count("\n") == 1
    assert "PORT=8001" in second.stderr
