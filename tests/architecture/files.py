"""The files of the project: what git tracks or would track."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: Made by others and kept as it came.
FOREIGN = ("static/vendor/", "tests/vendor/", "data/", "LICENSE")


@cache
def project_files() -> tuple[str, ...]:
    """Return the paths of all files of the project, relative to its root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = [name for name in listed.stdout.decode().split("\0") if name]
    else:  # An unpacked archive has no git.
        here = [path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file()]
        names = [str(path) for path in here if not path.parts[0].startswith(".") and path.parts[0] != "instance"]
    return tuple(sorted(name for name in names if (ROOT / name).is_file()))


def own_files(*suffixes: str) -> list[str]:
    """Return the files written for this project, of the kinds named."""
    return [name for name in project_files() if name.endswith(suffixes) and not name.startswith(FOREIGN)]


def read(name: str) -> str:
    """Return a file's text."""
    return (ROOT / name).read_text(encoding="utf-8")
