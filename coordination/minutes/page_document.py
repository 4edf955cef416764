"""A document as HTML: the reading page shows it, and what is approved is kept as this text."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from html import escape

from markupsafe import Markup

from coordination.core.registry import ItemLine
from coordination.documents.page_text import of_blocks
from coordination.minutes.document import Document, Item


def html(document: Document) -> Markup:
    """Return the whole document below its title; headings begin at the second level."""
    parts = ['<dl class="facts">']
    state = (document.labels["state"], document.state)
    for word, value in (*document.facts, state):
        parts.append(f"<div><dt>{escape(word)}</dt><dd>{escape(value)}</dd></div>")
    parts.append("</dl>")
    if document.note:
        parts.append(f"<p><strong>{escape(document.labels['correction'])}:</strong> {escape(document.note)}</p>")
    if document.groups:
        parts.append(f'<section><h2>{escape(document.labels["present"])}</h2><dl class="facts">')
        for group in document.groups:
            names = "".join(f"<li>{escape(name)}</li>" for name in group.names)
            parts.append(f'<div><dt>{escape(group.word)}</dt><dd><ul class="plain-list">{names}</ul></dd></div>')
        parts.append("</dl></section>")
    parts += [_item(document, one) for one in document.items]
    return Markup("\n".join(parts))  # noqa: S704 - every text in it was escaped or cleaned above


def _item(document: Document, item: Item) -> str:
    word = f"{document.labels['item']} {item.number}"
    text = of_blocks(item.blocks) if item.blocks else ""
    if not text and not item.lines:
        text = f'<p class="muted">{escape(document.labels["nothing"])}</p>'
    lines = "".join(_settled(line, document.labels) for line in item.lines)
    results = f'<ul class="outcomes">{lines}</ul>' if lines else ""
    key = f"item-{item.number.replace(' ', '')}"
    part = f'<h2 class="minutes-part">{escape(item.part)}</h2>' if item.part else ""
    title = f'<h2 id="{key}"><span class="item-number">{escape(word)}</span> {escape(item.title)}</h2>'
    return f'{part}<section class="minutes-item">{title}{text}{results}</section>'


def _settled(line: ItemLine, labels: Mapping[str, str]) -> str:
    """Return what was settled, set apart by a word, a number and a rule at its side: never by colour alone."""
    kind = "outcome outcome--decision" if line.is_decision else "outcome"
    number = f' <span class="outcome__number">{escape(line.number)}</span>' if line.number else ""
    text = escape(line.text).replace("\n", "<br>")
    details = f'<p class="outcome__details">{escape(" · ".join(line.details))}</p>' if line.details else ""
    doubts = "".join(
        f'<p class="outcome__doubt"><strong>{escape(labels["doubt"])}:</strong> {escape(one)}</p>'
        for one in line.doubts
    )
    head = f'<p class="outcome__head"><strong>{escape(line.label)}</strong>{number}</p>'
    return f'<li class="{kind}">{head}<p class="outcome__text">{text}</p>{details}{doubts}</li>'


def digest(content: str) -> str:
    """Return the SHA-256 of a text in hexadecimal."""
    return hashlib.sha256(content.encode()).hexdigest()
