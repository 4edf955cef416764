"""The tree of ``markup`` as HTML: written with every character escaped, then cleaned once more (nh3)."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import nh3
from markupsafe import Markup

from coordination.documents.markup import Node, parse

_TAGS = {"bold": "strong", "italic": "em", "strike": "s", "code": "code"}
_ALLOWED = {
    "p", "br", "strong", "em", "s", "code", "pre", "a", "ul", "ol", "li", "blockquote", "hr",
    "table", "thead", "tbody", "tr", "th", "td", "h3", "h4", "h5", "h6",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "th": {"scope"}}


def html(text: str) -> Markup:
    """Return a Markdown text as HTML for a page; headings begin below those of the items."""
    return of_blocks(parse(text))


def of_blocks(blocks: Sequence[Node]) -> Markup:
    """Return blocks as HTML."""
    written = "".join(_block(one) for one in blocks)
    # Nothing else is meant to be there; should it be, it goes.
    cleaned = nh3.clean(
        written, tags=_ALLOWED, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"}, link_rel="noreferrer"
    )
    return Markup(cleaned)  # noqa: S704 - cleaned in the line before


def _block(node: Node) -> str:
    kind = node["kind"]
    if kind == "paragraph":
        return f"<p>{_parts(node['parts'])}</p>"
    if kind == "heading":
        tag = f"h{min(node['level'] + 2, 6)}"
        return f"<{tag}>{_parts(node['parts'])}</{tag}>"
    if kind == "list":
        return _list(node)
    if kind == "quote":
        return f"<blockquote>{''.join(_block(one) for one in node['blocks'])}</blockquote>"
    if kind == "code":
        return f"<pre><code>{escape(node['text'])}</code></pre>"
    if kind == "table":
        return _table(node)
    return "<hr>"


def _list(node: Node) -> str:
    items = "".join(f"<li>{_item(blocks)}</li>" for blocks in node["items"])
    if not node["ordered"]:
        return f"<ul>{items}</ul>"
    start = f' start="{node["start"]}"' if node["start"] != 1 else ""
    return f"<ol{start}>{items}</ol>"


def _item(blocks: Sequence[Node]) -> str:
    if len(blocks) == 1 and blocks[0]["kind"] == "paragraph":
        return _parts(blocks[0]["parts"])
    return "".join(_block(one) for one in blocks)


def _table(node: Node) -> str:
    head = "".join(f'<th scope="col">{_parts(cell)}</th>' for cell in node["head"])
    rows = "".join(f"<tr>{''.join(f'<td>{_parts(cell)}</td>' for cell in row)}</tr>" for row in node["rows"])
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _parts(parts: Sequence[Node]) -> str:
    return "".join("<br>" if one["kind"] == "break" else _text(one) for one in parts)


def _text(node: Node) -> str:
    found = escape(node["text"])
    for mark in node["marks"]:
        found = f"<{_TAGS[mark]}>{found}</{_TAGS[mark]}>"
    return f'<a href="{escape(node["href"])}">{found}</a>' if node["href"] else found
