import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests import databases
from tests.architecture.files import ROOT, own_files, read

#: Come with Flask and Flask-Migrate, which document them.
OF_OTHERS = {"run", "shell", "routes", "db"}


def _commands(group: click.Group, words: tuple[str, ...] = ()) -> Iterator[str]:
    for name, command in group.commands.items():
        if not words and name in OF_OTHERS:
            continue
        if isinstance(command, click.Group):
            yield from _commands(command, (*words, name))
        else:
            yield " ".join(("flask", *words, name))


def test_every_setting_is_in_the_manual() -> None:
    settings = set(re.findall(r'"(KOORDINATION_[A-Z_]+|DATABASE_URL|HOST|PORT)"', read("config.py")))
    assert settings
    assert {name for name in settings if f"`{name}`" not in read("docs/operations.md")} == set()


def test_the_manual_names_no_setting_that_is_not_there() -> None:
    named = set(re.findall(r"`(KOORDINATION_[A-Z_]+)`", read("docs/operations.md")))
    assert {name for name in named if f'"{name}"' not in read("config.py")} == set()


def test_every_command_is_in_the_manual(tmp_path: Path) -> None:
    app = databases.make_app(f"sqlite:///{tmp_path}/none.db", tmp_path)
    manual = read("docs/operations.md")
    commands = set(_commands(app.cli))
    databases.dispose(app)
    assert {command for command in commands if command not in manual} == set()


def _layers() -> list[str]:
    contracts = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    found = next(contract for contract in contracts if contract.get("exhaustive"))
    return [re.sub(r"[()\s]", "", layer) for layer in found["layers"]]


def test_the_order_of_slices_is_the_contract_s() -> None:
    named = re.findall(r"^\d+\. (`\w+`(?: \| `\w+`)*): ", read("docs/architecture.md"), re.MULTILINE)
    assert [line.replace("`", "").replace(" ", "") for line in named] == _layers()


def test_works_of_others_are_all_named() -> None:
    page = read("docs/third-party.md")
    locked = set(re.findall(r"^([a-z0-9._-]+)==", read("requirements.txt"), re.MULTILINE))
    vendored = {one["name"] for one in json.loads(read("static/vendor/manifest.json"))["packages"]}
    assert {name for name in locked | vendored if f"| {name} |" not in page} == set()


@pytest.mark.parametrize("page", ["docs/security.md", "docs/reliability.md", "docs/calendar-conformance.md"])
def test_the_pages_about_trust_name_tests_that_exist(page: str) -> None:
    named = set(re.findall(r"`(test_\w+)`", read(page)))
    assert named
    written = "\n".join(read(name) for name in own_files(".py") if name.startswith("tests/"))
    assert {name for name in named if f"def {name}(" not in written} == set()


@pytest.mark.parametrize("name", own_files(".md"))
def test_links_between_documents_lead_somewhere(name: str) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", read(name))
    here = (ROOT / name).parent
    assert [target for target in targets if "://" not in target and not (here / target).exists()] == []


def _rows_of_calendars(page: str) -> dict[str, str]:
    rows = re.findall(r"^\| ([MOH]\d+) \|[^|]*\|([^|]*)\|$", page, re.MULTILINE)
    return {row: said.strip() for row, said in rows}


def _unshown(page: str) -> list[str]:
    """Return the rows without test or reason; "same" alone refers to the row above, in the same table."""
    found, above, is_shown = [], "", False
    for row, said in _rows_of_calendars(page).items():
        is_same = said == "same" and is_shown and above == row[0]
        is_shown = is_same or bool(re.match(r"`test_\w+`|no test: \w", said))
        above = row[0]
        if not is_shown:
            found.append(row)
    return found


def test_every_row_of_calendars_has_a_test_or_a_reason() -> None:
    page = read("docs/calendar-conformance.md")
    wanted = [
        f"{letter}{number}" for letter, last in (("M", 10), ("O", 16), ("H", 12)) for number in range(1, last + 1)
    ]
    assert list(_rows_of_calendars(page)) == wanted
    assert _unshown(page) == []


@pytest.mark.parametrize("said", ["", "the same bytes", "same, and more", "same", "see `test_x`", "no test: "])
def test_a_word_in_passing_is_no_test_of_a_row(said: str) -> None:
    """Where the row above has none either, or is of another table, "same" is none."""
    shown = "| M9 | x | `test_x` |\n"
    assert _unshown(f"{shown}| O1 | x | {said} |\n") == ["O1"]
    assert _unshown(f"{shown}| M10 | x | same |\n| M11 | x | same |\n") == []
