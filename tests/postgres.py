"""A PostgreSQL server of the test run's own: no TCP, a random socket folder, no waiting for the disk."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from pathlib import Path

ACCOUNT = "postgres"
INSTALL = "apt-get install postgresql"
# Neither compiled nor spread over processes: without statistics PostgreSQL takes our few rows for many, and
# a look at every table waited 90 ms for helpers that had 7 ms of work.
SETTINGS = (
    "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=150 "
    "-c shared_buffers=64MB -c autovacuum=off -c jit=off -c max_parallel_workers_per_gather=0 "
    "-c wal_level=minimal -c max_wal_senders=0"
)


def find_binaries() -> Path | None:
    """Return the folder of the newest installed server, or None."""
    installed = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if installed:
        return max(installed, key=lambda folder: int(folder.parent.name.split(".")[0]))
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def obstacle() -> str:
    """Return why no server can be started here and what would help, or an empty text."""
    if find_binaries() is None:
        return f"PostgreSQL's server programs are not installed; to get them: {INSTALL}"
    if os.geteuid() == 0:
        with contextlib.suppress(KeyError):
            pwd.getpwnam(ACCOUNT)
            return "" if shutil.which("setpriv") else "setpriv is missing; to get it: apt-get install util-linux"
        return f"there is no account {ACCOUNT!r} to start PostgreSQL with; to get it: {INSTALL}"
    return ""


def _run(folder: Path, *command: str) -> None:
    """Run one of the server's programs, which refuse to be root."""
    as_other: list[str] = []
    if os.geteuid() == 0:
        as_other = ["setpriv", f"--reuid={ACCOUNT}", f"--regid={ACCOUNT}", "--clear-groups"]
    log = folder / "commands.log"
    with log.open("ab") as output:
        done = subprocess.run(
            [*as_other, *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=folder,
            check=False,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C", "HOME": str(folder)},
        )
    if done.returncode:
        server_log = folder / "server.log"
        said = log.read_text() + (server_log.read_text() if server_log.exists() else "")
        raise RuntimeError(f"{Path(command[0]).name} failed:\n{said}")


#: As above, but what was committed stays: for tests that pull the plug.
DURABLE = SETTINGS.replace("synchronous_commit=off", "synchronous_commit=on").replace("fsync=off", "fsync=on")


def start(folder: Path, settings: str = SETTINGS) -> None:
    """Make a cluster in ``folder`` and start its server; its socket is there too."""
    binaries = find_binaries()
    assert binaries is not None
    if os.geteuid() == 0:
        account = pwd.getpwnam(ACCOUNT)
        os.chown(folder, account.pw_uid, account.pw_gid)
    data = str(folder / "data")
    _run(folder, str(binaries / "initdb"), "-D", data, "-U", ACCOUNT, "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
    resume(folder, settings)


def resume(folder: Path, settings: str = SETTINGS) -> None:
    """Start the server over the cluster that is in ``folder``."""
    binaries = find_binaries()
    assert binaries is not None
    data, log = str(folder / "data"), str(folder / "server.log")
    _run(folder, str(binaries / "pg_ctl"), "-D", data, "-l", log, "-w", "-o", f"-k {folder} {settings}", "start")


def crash(folder: Path) -> None:
    """End the server at once, as a power cut would; what was committed is recovered when it is resumed."""
    binaries = find_binaries()
    assert binaries is not None
    _run(folder, str(binaries / "pg_ctl"), "-D", str(folder / "data"), "-m", "immediate", "-w", "stop")


def stop(folder: Path) -> None:
    """Stop the server in ``folder``, if there is one, by its process id."""
    pid_file = folder / "data" / "postmaster.pid"
    for sent, seconds in ((signal.SIGINT, 10), (signal.SIGQUIT, 5), (signal.SIGKILL, 0)):
        if not pid_file.exists():
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid_file.read_text().split()[0]), sent)
        deadline = time.monotonic() + seconds
        while pid_file.exists() and time.monotonic() < deadline:
            time.sleep(0.02)


def url(folder: Path, database: str) -> str:
    """Return the address of ``database`` on the server in ``folder``."""
    return f"postgresql+psycopg://{ACCOUNT}@/{database}?host={folder}"
