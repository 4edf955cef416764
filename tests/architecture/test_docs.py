import re
from collections.abc import Iterator
from pathlib import Path

import click

from tests import databases
from tests.architecture.files import read

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
