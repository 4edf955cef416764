"""What a mail says, written once as blocks, and given as plain text and as HTML that say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of a word and what holds: when, where."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Link:
    """An address to go to, with what it is for."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Point:
    """One line of a list, with what belongs to it in a list of its own."""

    text: str
    under: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Points:
    """A list."""

    lines: tuple[str | Point, ...]


#: A paragraph is a plain string.
Block = str | Facts | Link | Points
_PAGE = "font-family:Arial,sans-serif;font-size:16px;line-height:1.5;color:#1c1c1c;max-width:40em"


def plain(blocks: Sequence[Block]) -> str:
    """Return the plain text; links stand on a line of their own, so that every program makes them clickable."""
    return "\n\n".join(_plain(block) for block in blocks) + "\n"


def _plain(block: Block) -> str:
    if isinstance(block, Facts):
        return "\n".join(f"{word}: {value}" for word, value in block.rows)
    if isinstance(block, Link):
        return f"{block.label}:\n{block.url}"
    if isinstance(block, Points):
        return "\n".join("\n  - ".join([f"- {one.text}", *one.under]) for one in _points(block))
    return block


def html(blocks: Sequence[Block], *, language: str) -> str:
    """Return the same as HTML: no images, nothing loaded from anywhere."""
    body = "\n".join(_html(block) for block in blocks)
    return f'<!DOCTYPE html>\n<html lang="{language}"><body style="{_PAGE}">\n{body}\n</body></html>\n'


def _html(block: Block) -> str:
    if isinstance(block, Facts):
        rows = "".join(
            f'<tr><th align="left" valign="top" style="padding:2px 16px 2px 0;font-weight:normal;color:#555">'
            f'{escape(word)}</th><td valign="top" style="padding:2px 0">{_lines(value)}</td></tr>'
            for word, value in block.rows
        )
        return f'<table role="presentation" cellspacing="0" cellpadding="0">{rows}</table>'
    if isinstance(block, Link):
        return f'<p><a href="{escape(block.url)}">{escape(block.label)}</a></p>'
    if isinstance(block, Points):
        return "<ul>" + "".join(f"<li>{escape(one.text)}{_list(one.under)}</li>" for one in _points(block)) + "</ul>"
    return f"<p>{_lines(block)}</p>"


def _points(block: Points) -> list[Point]:
    return [Point(one) if isinstance(one, str) else one for one in block.lines]


def _list(lines: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>" if lines else ""


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")
