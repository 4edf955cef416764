"""Contacts: read back by another library, whatever is in a name."""

import pytest
import vobject

from coordination.directory.vcard import LINE_OCTETS, Card, write
from coordination.web.downloads import attachment
from tests.browser import Browser
from tests.directory.conftest import Town

NASTY = 'Łucja; Mül,ler\\ "Äß"\r\nBEGIN:VCARD'


@pytest.mark.parametrize("name", ["Müller", NASTY, "ß" * 200, "👩🏽‍🏫 " * 40, "a" * 74, "a" * 75, "a" * 76])
def test_what_is_written_is_read_back(name: str) -> None:
    card = Card("https://x.example.org/1", name, name, "Ada", note=name, phone="+49521511234")
    raw = write(card)
    assert all(len(line) <= LINE_OCTETS for line in raw.split(b"\r\n"))
    for line in raw.split(b"\r\n"):
        line.decode()
    read = vobject.readOne(raw.decode())
    expected = name.replace("\r\n", "\n")
    assert read.fn.value == expected
    assert read.n.value.family == expected
    assert read.note.value == expected
    assert read.tel.value == "+49521511234"
    assert len(list(vobject.readComponents(raw.decode()))) == 1


def test_a_person(professional: Browser, town: Town) -> None:
    answer = professional.get(f"/personen/{town.aylin.id}").click("Als Kontakt speichern (vCard)")
    assert answer.headers["Content-Type"] == "text/vcard; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="Aylin Musterfrau.vcf"')
    read = vobject.readOne(answer.response.get_data(as_text=True))
    assert read.fn.value == "Aylin Musterfrau"
    assert (read.n.value.family, read.n.value.given) == ("Musterfrau", "Aylin")
    assert read.org.value == ["Beispielwerk gGmbH"]
    assert read.tel.value == "+4915199990017"
    assert read.tel.params["TYPE"] == ["WORK", "CELL"]
    assert read.email.value == "aylin@example.org"
    assert read.url.value == f"http://localhost/personen/{town.aylin.id}"


def test_a_place(professional: Browser, town: Town) -> None:
    answer = professional.get(f"/orte/{town.school.id}.vcf")
    read = vobject.readOne(answer.response.get_data(as_text=True))
    assert read.fn.value == "Fröbelschule"
    assert read.adr.value.street == "Fröbelstr. 7"
    assert read.adr.value.code == "33604"
    assert read.tel.value == "+49521511234"
    assert (
        "filename=\"Froebelschule.vcf\"; filename*=UTF-8''Fr%C3%B6belschule.vcf"
        in answer.headers["Content-Disposition"]
    )


@pytest.mark.parametrize("name", ['a"b\r\nX: y.vcf', "../../etc/passwd", "", "日本.vcf"])
def test_no_name_breaks_the_header(name: str) -> None:
    header = attachment(name)
    assert header.isascii()
    assert not set(header) & set("\r\n/\\")
    assert header.count('"') == 2
