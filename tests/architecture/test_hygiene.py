import json
import re

import pytest

from tests.architecture.files import ROOT, own_files, read

TEXTS = own_files(
    ".py", ".md", ".html", ".txt", ".css", ".js", ".json", ".toml", ".in", ".po", ".ini", ".cfg", ".yml", ".csv",
    "Makefile", ".ci/run", ".sh", ".svg", ".mako", ".gitignore",
)  # fmt: skip
#: Written in two parts, so that this file does not hold what it looks for.
REGISTRIES = [
    "py" + "pi.org",
    "python" + "hosted.org",
    "npm" + "js.",
    "yarnpkg" + ".com",
    "debian" + ".org",
    "jsdelivr" + ".",
]
UNFINISHED = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK", "TB" + "D"]) + r")\b")
MACHINE_PATH = re.compile(r"(?<![\w.\-/])/(?:wo" + r"rk|ro" + r"ot|ho" + r"me|op" + r"t/wheels|tm" + r"p/k)/")


@pytest.mark.parametrize("name", TEXTS)
def test_a_file_belongs_to_no_machine_and_is_finished(name: str) -> None:
    text = read(name)
    assert [host for host in REGISTRIES if host in text] == []
    assert MACHINE_PATH.findall(text) == []
    assert UNFINISHED.findall(text) == []


@pytest.mark.parametrize("name", TEXTS)
def test_a_file_ends_with_one_line_break_as_everywhere(name: str) -> None:
    text = (ROOT / name).read_bytes()
    assert b"\r\n" not in text or name.endswith(".csv")
    assert not text or (text.endswith(b"\n") and not text.endswith(b"\n\n"))


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_locked_package_has_a_hash_and_no_place(name: str) -> None:
    entries = read(name).replace("\\\n", " ").splitlines()
    packages = [line for line in entries if line and not line.startswith("#")]
    assert len(packages) > 20
    assert [line.split()[0] for line in packages if "--hash=sha256:" not in line] == []
    assert [line for line in packages if "://" in line or line.startswith("-")] == []


def test_what_is_asked_for_is_locked() -> None:
    for asked, locked in (("requirements.in", "requirements.txt"), ("requirements-dev.in", "requirements-dev.txt")):
        lines = [line for line in read(asked).splitlines() if line and line[0] not in "#-"]
        there = {line.split("==")[0] for line in read(locked).splitlines() if "==" in line and not line.startswith(" ")}
        assert {re.split(r"[=\[<>;]", line)[0].strip().lower() for line in lines} - there == set()


def test_the_two_locks_agree() -> None:
    pinned = []
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = [line.split() for line in read(name).splitlines() if "==" in line and not line.startswith(" ")]
        pinned.append(dict(line[0].split("==") for line in lines))
    run, dev = pinned
    assert {name: (run[name], dev[name]) for name in run.keys() & dev.keys() if run[name] != dev[name]} == {}


def test_the_lock_of_the_scripts_names_no_place() -> None:
    path = ROOT / "package-lock.json"
    packages = json.loads(path.read_text(encoding="utf-8"))["packages"] if path.exists() else {}
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
