"""Markdown as a small tree of plain values, from which the page, the PDF and the Word file are made alike.

What Markdown can hold beyond this tree (HTML, images, addresses other than of web and mail) comes out as the
characters that were typed. A node is a dictionary, so that it goes to another process as JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

Node = dict[str, Any]
_MARKS = {"strong": "bold", "em": "italic", "s": "strike"}
_ADDRESS = re.compile(r"(https?://|mailto:)[^\s]+", re.IGNORECASE)
#: Lists in lists in quotes: a text deeper than anybody writes is given as its characters.
_DEEPEST = 30
_parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True, "maxNesting": 100}).enable(
    ["table", "strikethrough"]
)
# Pictures would be fetched from elsewhere by whoever reads.
_parser.disable("image")


def parse(text: str) -> list[Node]:
    """Return the blocks of a Markdown text."""
    tokens = _parser.parse(text)
    if max((token.level for token in tokens), default=0) > _DEEPEST:
        return [{"kind": "code", "text": text}]
    # Levels without gaps, whatever was typed: readers of headings go by them.
    used = sorted({int(token.tag[1]) for token in tokens if token.type == "heading_open"})
    return _blocks(iter(tokens), None, {level: rank for rank, level in enumerate(used, 1)})


def _blocks(tokens: Iterator[Token], end: str | None, levels: Mapping[int, int]) -> list[Node]:
    """Read blocks up to the token that closes what they stand in."""
    found: list[Node] = []
    for token in tokens:
        if token.type == end:
            break
        node = _block(token, tokens, levels)
        if node is not None:
            found.append(node)
    return found


def _block(token: Token, tokens: Iterator[Token], levels: Mapping[int, int]) -> Node | None:
    if token.type.endswith("_open"):
        return _with_inner(token, tokens, levels)
    if token.type in {"fence", "code_block"}:
        return {"kind": "code", "text": token.content.rstrip("\n")}
    if token.type == "inline":
        return {"kind": "paragraph", "parts": _parts(token.children or [])}
    return {"kind": "rule"} if token.type == "hr" else None


def _with_inner(token: Token, tokens: Iterator[Token], levels: Mapping[int, int]) -> Node | None:
    """Read what stands in a block up to its end."""
    kind = token.type.removesuffix("_open")
    if kind == "table":
        return _table(tokens)
    inner = _blocks(tokens, f"{kind}_close", levels)
    if kind in {"bullet_list", "ordered_list"}:
        items = [node["blocks"] for node in inner]
        start = int(token.attrGet("start") or 1)
        return {"kind": "list", "ordered": kind == "ordered_list", "start": start, "items": items}
    if kind == "heading":
        parts = inner[0]["parts"] if inner else []
        return {"kind": "heading", "level": levels[int(token.tag[1])], "parts": parts}
    if kind == "paragraph":
        return inner[0] if inner else None
    return {"kind": "quote" if kind == "blockquote" else "item", "blocks": inner}


def _table(tokens: Iterator[Token]) -> Node:
    rows: list[list[list[Node]]] = []
    for token in tokens:
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_parts(token.children or []))
    return {"kind": "table", "head": rows[0] if rows else [], "rows": rows[1:]}


def _parts(tokens: Sequence[Token]) -> list[Node]:
    """Return the pieces of a line: texts with their marks, and line ends."""
    found: list[Node] = []
    marks: set[str] = set()
    address = ""
    for token in tokens:
        name = token.type.removesuffix("_open").removesuffix("_close")
        if token.type in {"softbreak", "hardbreak"}:
            found.append({"kind": "break"})
        elif token.type == "link_open":
            href = str(token.attrGet("href") or "")
            address = href if _ADDRESS.fullmatch(href) else ""
        elif token.type == "link_close":
            address = ""
        elif name in _MARKS:
            (marks.add if token.nesting == 1 else marks.discard)(_MARKS[name])
        elif token.content:
            shown = sorted(marks | {"code"} if token.type == "code_inline" else marks)
            found.append({"kind": "text", "text": token.content, "marks": shown, "href": address})
    return found


def plain(blocks: Sequence[Node]) -> str:
    """Return the words alone: for the search."""
    return " ".join(_words(blocks))


def _words(nodes: Sequence[Node]) -> Iterator[str]:
    for node in nodes:
        if "text" in node:
            yield node["text"]
        for inner in (node.get("parts"), node.get("blocks")):
            yield from _words(inner or [])
        for group in (*node.get("items", []), *node.get("head", []), *(c for r in node.get("rows", []) for c in r)):
            yield from _words(group)
