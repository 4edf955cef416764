"""What is taken as an attachment, by its content, and what it is called."""

from __future__ import annotations

import io
import struct
import unicodedata
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.core.errors import RuleViolation
from coordination.files import rules
from coordination.files.content import accept
from tests.files import samples


@pytest.mark.parametrize(
    ("name", "content", "kept"),
    [
        ("Konzept.pdf", samples.PDF, "Konzept.pdf"),
        ("Konzept.PDF", samples.PDF, "Konzept.pdf"),
        ("Konzept", samples.PDF, "Konzept.pdf"),
        ("Konzept 3.11", samples.PDF, "Konzept 3.11.pdf"),
        ("plan.png", samples.PNG, "plan.png"),
        ("foto.jpeg", samples.JPEG, "foto.jpeg"),
        ("foto.png", samples.JPEG, "foto.png.jpg"),
        ("Brief.docx", samples.DOCX, "Brief.docx"),
        ("Liste.xlsx", samples.XLSX, "Liste.xlsx"),
        ("Vortrag.pptx", samples.PPTX, "Vortrag.pptx"),
        ("a.odt", samples.odf("text"), "a.odt"),
        ("a.ods", samples.odf("spreadsheet"), "a.ods"),
        ("a.odp", samples.odf("presentation"), "a.odp"),
        ("Notiz.txt", "Grüße".encode(), "Notiz.txt"),
        ("Liste.csv", "Straße;Größe\r\n".encode("cp1252"), "Liste.csv"),
        # A text is a text: what would run it by its name gets another one.
        ("start.bat", b"@echo off\r\ndel *.*\r\n", "start.bat.txt"),
        ("../../etc/Konzept.pdf", samples.PDF, "Konzept.pdf"),
        ("C:\\Daten\\Konzept.pdf", samples.PDF, "Konzept.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", samples.PDF, "a Set-Cookie x=1.pdf"),
        ("Konzept\u202efdp.exe", samples.PDF, "Konzeptfdp.exe.pdf"),
        ("ä" * 300 + ".pdf", samples.PDF, "ä" * 196 + ".pdf"),
        ("...", samples.PDF, "Anlage.pdf"),
        ("", samples.PDF, "Anlage.pdf"),
    ],
)
def test_what_is_taken_and_what_it_is_called(name: str, content: bytes, kept: str) -> None:
    found = accept(name, content, field="files")
    assert (found.name, found.size) == (kept, len(content))


REFUSED = {
    "empty": (b"", "ist leer"),
    "exe": (samples.EXE, "Art"),
    "svg": (samples.SVG, "Art"),
    "html": (samples.HTML, "Art"),
    "html in the middle": (b"Text\n" * 100 + samples.HTML, "Art"),
    "half a pdf": (samples.PDF[:-8], "Art"),
    "script in UTF-16": ("<script>".encode("utf-16"), "Art"),
    "old word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "Art"),
    "zip": (samples.packed({"a.txt": b"x"}), "Art"),
    "jar": (samples.packed({"META-INF/MANIFEST.MF": b"x"}), "Art"),
    "cut docx": (samples.DOCX[:-30], "Art"),
    "damaged docx": (samples.DOCX[:60] + b"~" + samples.DOCX[61:], "Art"),
    "macros": (samples.ooxml("wordprocessingml.document", **{"word/vbaProject.bin": b"x"}), "Makros"),
    "macros by type": (
        samples.packed({"[Content_Types].xml": b"application/vnd.ms-word.document.macroEnabled.main+xml"}),
        "Makros",
    ),
    "macros in odt": (samples.odf("text", **{"Basic/script-lc.xml": b"<x/>"}), "Makros"),
    "too large": (b"x" * (20 * 1024 * 1024 + 1), "höchstens 20 MB"),
    "many parts": (samples.ooxml("spreadsheetml.sheet", **{f"p{n}": b"" for n in range(3100)}), "Art"),
}


@pytest.mark.parametrize("which", REFUSED)
@pytest.mark.parametrize("name", ["Konzept.pdf", "Konzept.docx", "Konzept.txt"])
def test_what_is_refused_whatever_it_is_called(which: str, name: str) -> None:
    content, said = REFUSED[which]
    with pytest.raises(RuleViolation) as caught:
        accept(name, content, field="files")
    from coordination.core.i18n import gettext

    assert caught.value.field == "files"
    assert said in gettext(caught.value.message, **caught.value.values)


def test_an_archive_that_bursts_is_refused_without_unpacking_it(monkeypatch: pytest.MonkeyPatch) -> None:
    content = samples.bomb()
    assert len(content) < rules.MEGABYTE

    def refuse(*_more: object) -> None:
        raise AssertionError("it was unpacked")

    monkeypatch.setattr(zipfile.ZipFile, "testzip", refuse)
    with pytest.raises(RuleViolation):
        accept("Konzept.docx", content, field="files")


def _many_entries(count: int, name: int, extra: int = 0) -> bytes:
    """Return an archive whose directory has ``count`` entries of one part, as a real one is written."""
    entry = struct.pack("<4s4B4H3L5H2L", b"PK\1\2", 20, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, name, extra, 0, 0, 0, 0, 0)
    directory = (entry + b"x" * name + b"\0" * extra) * count
    start = samples.ooxml("wordprocessingml.document").partition(b"PK\1\2")[0]
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count % 65536, count % 65536, len(directory), len(start), 0)
    return start + directory + end


@pytest.mark.parametrize(("count", "name", "extra"), [(3001, 8, 0), (65_536, 8, 0), (20, 100, 65_000), (20, 65_000, 0)])
def test_an_archive_with_a_large_directory_is_refused_before_it_is_read(
    monkeypatch: pytest.MonkeyPatch, count: int, name: int, extra: int
) -> None:
    content = _many_entries(count, name, extra)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert len(archive.infolist()) == count, "the sample is one that is read"

    def refuse(*_more: object) -> None:
        raise AssertionError("the directory was read")

    monkeypatch.setattr(zipfile.ZipFile, "_RealGetContents", refuse)
    with pytest.raises(RuleViolation):
        accept("Konzept.docx", content, field="files")


def test_a_document_with_as_many_parts_as_may_be_is_taken() -> None:
    parts = {f"word/media/bild-{n:04}-mit-einem-langen-namen.png": b"" for n in range(2990)}
    content = samples.ooxml("wordprocessingml.document", **parts)
    assert accept("Konzept.docx", content, field="files").kind is rules.WORD


def test_a_size_that_lies_is_found_out() -> None:
    # 40 MB that are said to be 10 bytes, in both places where an archive says so.
    large = 40 * 1024 * 1024
    content = samples.ooxml("wordprocessingml.document", **{"word/x.bin": b"\0" * large})
    lying = content.replace(large.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != content
    with pytest.raises(RuleViolation):
        accept("Konzept.docx", lying, field="files")


@given(st.text(max_size=300), st.sampled_from(rules.KINDS))
def test_a_name_is_one_line_without_a_path(name: str, kind: rules.Kind) -> None:
    found = rules.clean_name(name, kind)
    assert 0 < len(found) <= rules.LONGEST_NAME
    assert found.casefold().endswith(kind.endings)
    assert not set(found) & set('/\\<>:"|?*')
    assert all(unicodedata.category(letter)[0] != "C" for letter in found)
    assert not found.startswith(".")
    assert rules.clean_name(found, kind) == found


@pytest.mark.parametrize(("size", "said"), [(1, "1 KB"), (655_360, "640 KB"), (1_258_291, "1,2 MB")])
def test_a_size_is_said_in_words(size: int, said: str) -> None:
    assert rules.size_word(size) == said
