"""After the install no network is needed: the product starts and serves where nothing but loopback can be reached."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import ROOT
from tests.faults.offline import PAGES, SIGN_IN
from tests.faults.test_make_run import clone  # noqa: F401 - a fixture
from tests.reporting import REMARK

pytestmark = pytest.mark.slow
#: A network of one's own, in which loopback alone is up.
ALONE = ("unshare", "--map-root-user", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")
#: In each process of ours, and all there is where the machine gives no such network: refuses what goes anywhere else,
#: and tells of it.
GUARD = """
import os, sys

def guard(event, values):
    if event not in {"socket.connect", "socket.sendto", "socket.getaddrinfo"}:
        return
    where = values[0] if event == "socket.getaddrinfo" else values[1]
    host = where[0] if isinstance(where, tuple) else where
    if isinstance(where, (str, bytes)) and event != "socket.getaddrinfo":
        return  # a socket of this machine: a path
    if host not in {None, "", "localhost", "127.0.0.1", "::1", "0.0.0.0"}:
        with open(os.environ["REFUSED"], "a") as told:
            told.write(f"{event} {host}\\n")
        raise OSError(101, "Network is unreachable")

sys.addaudithook(guard)
"""


def _can_be_alone() -> bool:
    try:
        return subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def test_the_product_starts_and_serves_without_a_network(
    clone: Path,  # noqa: F811
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    is_alone = _can_be_alone()
    how = "in a network of its own" if is_alone else "guarded: no network of its own here (unshare --net, ip)"
    request.node.user_properties.append((REMARK, f"no network: {how}"))
    refused = tmp_path / "refused.txt"
    guards = tmp_path / "guards"
    guards.mkdir()
    (guards / "sitecustomize.py").write_text(GUARD)
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "REFUSED": str(refused), "PYTHONPATH": str(guards)}
    command = [*(ALONE if is_alone else ()), sys.executable, "-m", "tests.faults.offline", str(clone)]
    # The guard tells on what tries; it must be there in the product, and it must be able to tell.
    probe = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)"
    assert subprocess.run([sys.executable, "-c", probe], env=env, capture_output=True, check=False).returncode == 1
    assert refused.read_text() == "socket.getaddrinfo 192.0.2.1\n"
    refused.unlink()
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["pages"].keys() > {SIGN_IN, *PAGES}
    assert set(found["pages"].values()) == {200}, found["pages"]
    assert "Traceback" not in found["said"]
    assert not refused.exists(), refused.read_text()
