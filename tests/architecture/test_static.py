"""What the browser gets: vendored bytes as listed, icons that exist, colours from tokens only, nothing inline."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from coordination import registrations
from coordination.directory import findable, words

ROOT = Path(__file__).parents[2]
OWN_CSS = sorted((ROOT / "static" / "css").glob("*.css"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if "mail" not in path.parts]


def test_vendored_files_are_the_listed_ones() -> None:
    """Also on a machine without npm."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "static" / "vendor.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_lock_names_no_registry() -> None:
    lock = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert "registry" not in lock
    assert '"resolved"' not in lock


def _drawn() -> set[str]:
    sprite = (ROOT / "static" / "vendor" / "lucide" / "icons.svg").read_text(encoding="utf-8")
    return set(re.findall(r'<symbol id="([^"]+)"', sprite))


def test_every_icon_in_use_is_in_the_sprite() -> None:
    kinds = "neutral|success|info|warning|danger|accent"
    patterns = (
        r'\bicon\("([a-z0-9-]+)"',
        r'icon_name="([a-z0-9-]+)"',
        rf'": \("(?:{kinds})", "([a-z0-9-]+)"\)',
        rf'\bbadge\(.*?, "(?:{kinds})", "([a-z0-9-]+)"\)',
        r'\bmenu_link\(.*?, "([a-z0-9-]+)"(?:, danger=true)?\) ?\}\}',
    )
    used: set[str] = set()
    for path in TEMPLATES:
        source = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for pattern in patterns:
            used |= set(re.findall(pattern, source))
        for block in re.findall(r"set _\w*icons = \{(.*?)\}", source, flags=re.DOTALL):
            used |= set(re.findall(r': "([a-z0-9-]+)"', block))
    assert used - _drawn() == set()


def test_every_icon_named_in_python_is_in_the_sprite() -> None:
    named = {*words.PLACE_ICONS.values(), *(source.icon for source in findable.SOURCES)}
    assert named - _drawn() == set()


def test_every_entry_of_the_navigation_has_an_icon() -> None:
    """The fallback is a circle, which says nothing."""
    source = (ROOT / "templates" / "components" / "nav.html").read_text(encoding="utf-8")
    block = re.search(r"set _nav_icons = \{(.*?)\}", source, flags=re.DOTALL)
    assert block is not None
    assert {item.key for item in registrations.NAVIGATION} - set(re.findall(r'"(\w+)":', block[1])) == set()


@pytest.mark.parametrize("path", OWN_CSS, ids=lambda path: path.name)
def test_own_css_names_no_colour_of_its_own(path: Path) -> None:
    """A literal colour would stay what it is when the theme changes."""
    source = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(|\boklch\(|:\s*(?:white|black)\b", source) == []


@pytest.mark.parametrize("path", OWN_CSS, ids=lambda path: path.name)
def test_own_css_uses_only_tokens_that_exist(path: Path) -> None:
    defined = set(re.findall(r"(--[a-z0-9-]+)\s*:", "".join(file.read_text(encoding="utf-8") for file in OWN_CSS)))
    kern = (ROOT / "static" / "vendor" / "kern" / "kern.min.css").read_text(encoding="utf-8")
    known = defined | set(re.findall(r"(--kern-[a-z0-9-]+):", kern))
    assert set(re.findall(r"var\((--[a-z0-9-]+)", path.read_text(encoding="utf-8"))) - known == set()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_pages_hold_no_inline_code(path: Path) -> None:
    """The content security policy would refuse it, silently for the reader."""
    source = path.read_text(encoding="utf-8")
    assert re.findall(r"\sstyle=|<style\b|\son[a-z]+=|<script(?![^>]*\bsrc=)|javascript:|\bhx-on|\bjs:", source) == []
