"""Reading in the official file of all of North Rhine-Westphalia: preview, store, preview again, each a process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.servers import ROOT, SECRET
from tests import databases

FILES = ROOT / "data" / "nrw"
MOST_SECONDS, MOST_MEGABYTES = 20.0, 300


@dataclass(frozen=True, slots=True)
class Line:
    """One run: what it said last, how long it took from start to end, and the most memory it held."""

    work: str
    said: str
    seconds: float
    megabytes: float

    @property
    def is_held(self) -> bool:
        """Return whether it stayed within what was to be reached."""
        return self.seconds < MOST_SECONDS and self.megabytes < MOST_MEGABYTES


def measure(kind: str, folder: Path) -> Sequence[Line]:
    """Return what the three runs took on a migrated, empty database."""
    with databases.fresh_database(kind, folder) as url:
        databases.dispose(databases.make_app(url, folder))
        return [_run(work, url, folder, *more) for work, *more in (("preview",), ("store", "--apply"), ("again",))]


def _run(work: str, url: str, folder: Path, *more: str) -> Line:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "directory", "import-schools", "--municipality", "all"]
    command += [f"--pupils={FILES / 'anzahlen.csv'}", f"--social-index={FILES / 'sozialindex.csv'}", *more]
    env = os.environ | {"DATABASE_URL": url, "KOORDINATION_SECRET_KEY": SECRET, "KOORDINATION_INSTANCE": str(folder)}
    start = time.perf_counter()
    with subprocess.Popen([*command, str(FILES / "schuldaten.csv")], cwd=ROOT, env=env, stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        said = run.stdout.read().decode()
        # Of this one child, where the sum of all children would hold earlier ones too.
        _pid, status, usage = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    if run.returncode:
        raise RuntimeError(said)
    return Line(work, said.splitlines()[0], seconds, usage.ru_maxrss / 1024)


def report(results: dict[str, Sequence[Line]]) -> None:
    """Print one table."""
    print("\n| database | 5,639 schools | seconds | most memory, MB | under 20 s and 300 MB | it said |")
    print("|---|---|---|---|---|---|")
    for kind, lines in results.items():
        for one in lines:
            held = "held" if one.is_held else "missed"
            print(f"| {kind} | {one.work} | {one.seconds:.1f} | {one.megabytes:.0f} | {held} | {one.said} |")
