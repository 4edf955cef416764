"""A document as a Word file: real headings, lists and tables, German, with a title.

Run as a process of its own (``documents.making``), with JSON in and bytes out.
"""

from __future__ import annotations

import io
import json
import sys
from datetime import datetime
from typing import IO, Any

import docx
from docx.document import Document as Word
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

#: Deeper than the styles of Word's template go.
_LIST_LEVELS = 3


def write(values: dict[str, Any], stream: IO[bytes]) -> None:
    """Write the document of ``values`` (``document.Document.values``) to a stream."""
    word = docx.Document()
    _language(word)
    _paper(word)
    properties = word.core_properties
    properties.comments = ""
    properties.title, properties.author, properties.language = values["title"], values["subtitle"], "de-DE"
    properties.created = properties.modified = datetime.fromisoformat(values["made_on"])
    labels = values["labels"]
    if values["mark"]:
        word.sections[0].header.paragraphs[0].text = values["mark"]
    _page_number(word, labels["page"])
    word.add_heading(values["title"], 1)
    word.add_paragraph(values["subtitle"])
    for label, value in [*values["facts"], (labels["state"], values["state"])]:
        _fact(word, label, value)
    if values["note"]:
        _fact(word, labels["correction"], values["note"])
    if values["groups"]:
        word.add_heading(labels["present"], 2)
        for group in values["groups"]:
            _fact(word, group["word"], "; ".join(group["names"]))
    for item in values["items"]:
        _item(word, item, labels)
    word.save(stream)


def _paper(word: Word) -> None:
    """Make the paper A4 with the margins of the PDF, and headings black: the template is American and blue."""
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    for level in range(1, 10):
        style = word.styles[f"Heading {level}"]
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.font.name = word.styles["Normal"].font.name


def _language(word: Word) -> None:
    properties = word.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    language = properties.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        properties.append(language)
    language.set(qn("w:val"), "de-DE")


def _page_number(word: Word, label: str) -> None:
    paragraph = word.sections[0].footer.paragraphs[0]
    run = paragraph.add_run(f"{label} ")
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)  # noqa: SLF001 - there is no public way


def _fact(word: Word, label: str, value: str) -> None:
    paragraph = word.add_paragraph()
    paragraph.add_run(f"{label}: ").bold = True
    paragraph.add_run(value)


def _item(word: Word, item: dict[str, Any], labels: dict[str, str]) -> None:
    if item["part"]:
        word.add_heading(item["part"].upper(), 2)
    word.add_heading(f"{labels['item']} {item['number']}  {item['title']}", 2)
    if not item["blocks"] and not item["lines"]:
        word.add_paragraph().add_run(labels["nothing"]).italic = True
    _blocks(word, item["blocks"], 0)
    for line in item["lines"]:
        _settled(word, line, labels)


def _settled(word: Word, line: dict[str, Any], labels: dict[str, str]) -> None:
    """Write what was settled: its word and number, the wording, what belongs to it; a rule at the left."""
    rows = [f"{line['label']} {line['number']}".strip(), line["text"], " · ".join(line["details"])]
    rows += [f"{labels['doubt']}: {one}" for one in line["doubts"]]
    rows = [row for row in rows if row]
    for number, text in enumerate(rows):
        paragraph = word.add_paragraph()
        # Word, wording and what belongs to it stay on one page.
        paragraph.paragraph_format.keep_together = True
        paragraph.paragraph_format.keep_with_next = number < len(rows) - 1
        paragraph.add_run(text).bold = number == 0 or (number == 1 and line["is_decision"])
        _rule_at_left(paragraph, eighths=18 if line["is_decision"] else 6)


def _rule_at_left(paragraph: Paragraph, *, eighths: int) -> None:
    """Draw a rule beside a paragraph, so many eighths of a point wide."""
    borders, left = OxmlElement("w:pBdr"), OxmlElement("w:left")
    for name, value in (("val", "single"), ("sz", str(eighths)), ("space", "8"), ("color", "auto")):
        left.set(qn(f"w:{name}"), value)
    borders.append(left)
    paragraph._p.get_or_add_pPr().append(borders)  # noqa: SLF001 - there is no public way


def _blocks(word: Word, nodes: list[dict[str, Any]], depth: int, style: str | None = None) -> None:
    for number, node in enumerate(nodes):
        kind = node["kind"]
        if kind == "paragraph":
            # The first paragraph of a list's item carries its sign; further ones stand below it.
            own = style if number == 0 or style == "Quote" else "List Continue" if style else None
            _parts(word.add_paragraph(style=own), node["parts"])
        elif kind == "heading":
            _parts(word.add_heading("", min(node["level"] + 2, 9)), node["parts"])
        elif kind == "quote":
            _blocks(word, node["blocks"], depth, "Quote")
        elif kind == "code":
            word.add_paragraph().add_run(node["text"]).font.name = "Consolas"
        elif kind == "list":
            _list(word, node, depth)
        elif kind == "table":
            _table(word, node)
        else:
            word.add_paragraph("* * *")


def _list(word: Word, node: dict[str, Any], depth: int) -> None:
    level = min(depth + 1, _LIST_LEVELS)
    name = "List Number" if node["ordered"] else "List Bullet"
    style = name if level == 1 else f"{name} {level}"
    for number, blocks in enumerate(node["items"], node["start"]):
        if node["ordered"]:
            # Word counts on over all lists of a style; the number that was meant is written out.
            first = blocks[0] if blocks and blocks[0]["kind"] == "paragraph" else {"kind": "paragraph", "parts": []}
            sign = {"kind": "text", "text": f"{number}. ", "marks": [], "href": ""}
            rest = blocks[1:] if first in blocks else blocks
            continued = "List Continue" if level == 1 else f"List Continue {level}"
            _blocks(word, [{**first, "parts": [sign, *first["parts"]]}, *rest], depth + 1, continued)
        else:
            _blocks(word, blocks or [{"kind": "paragraph", "parts": []}], depth + 1, style)


def _table(word: Word, node: dict[str, Any]) -> None:
    table = word.add_table(rows=1, cols=max(1, len(node["head"])), style="Table Grid")
    for cell, parts in zip(table.rows[0].cells, node["head"], strict=False):
        _parts(cell.paragraphs[0], parts, is_bold=True)
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(mark)  # noqa: SLF001 - there is no public way
    for row in node["rows"]:
        for cell, parts in zip(table.add_row().cells, row, strict=False):
            _parts(cell.paragraphs[0], parts)


def _parts(paragraph: Paragraph, parts: list[dict[str, Any]], *, is_bold: bool = False) -> None:
    for part in parts:
        if part["kind"] == "break":
            paragraph.add_run().add_break()
            continue
        run = _linked(paragraph, part) if part["href"] else paragraph.add_run(part["text"])
        marks = part["marks"]
        run.bold, run.italic = is_bold or "bold" in marks or None, "italic" in marks or None
        run.font.strike = "strike" in marks or None
        if "code" in marks:
            run.font.name = "Consolas"


def _linked(paragraph: Paragraph, part: dict[str, Any]) -> Run:
    link = OxmlElement("w:hyperlink")
    key = paragraph.part.relate_to(part["href"], RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link.set(qn("r:id"), key)
    run = paragraph.add_run(part["text"])
    run.underline = True
    link.append(run._r)  # noqa: SLF001 - there is no public way
    paragraph._p.append(link)  # noqa: SLF001 - there is no public way
    return run


if __name__ == "__main__":
    written = io.BytesIO()
    write(json.load(sys.stdin), written)
    sys.stdout.buffer.write(written.getvalue())
