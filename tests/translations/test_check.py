from pathlib import Path

import pytest

from coordination.translations.check import main

PYTHON = """
from coordination.core.i18n import N_, gettext as _, lazy_gettext, ngettext, pgettext
_("Save")
N_("At the earliest on %(day)s.")
ngettext("one school", "%(n)s schools", 2)
pgettext("verb", "Open")
lazy_gettext("Name")
"""
TEMPLATE = """
{% trans body=name %}
  Members of
  {{ body }}
{% endtrans %}
{{ _("Save") }} {{ pgettext("state", "Open") }}
{% trans count=n %}{{ count }} post{% pluralize %}{{ count }} posts{% endtrans %}
"""
GERMAN = r"""Save	Speichern
At the earliest on %(day)s.	Frühestens am %(day)s.
one school	%(n)s schools	eine Schule	%(n)s Schulen
verb	Open	Öffnen
state	Open	Offen
Name	Name
Members of %(body)s	Mitglieder: %(body)s
%(count)s post	%(count)s posts	%(count)s Stelle	%(count)s Stellen
"""


class Project:
    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self.capsys = capsys
        self.catalogue = root / "de.po"
        self.table = root / "words.tsv"
        (root / "coordination").mkdir()
        (root / "templates").mkdir()
        (root / "coordination" / "a.py").write_text(PYTHON, encoding="utf-8")
        (root / "templates" / "a.html").write_text(TEMPLATE, encoding="utf-8")
        self.table.write_text(GERMAN, encoding="utf-8")

    def check(self, *arguments: str) -> tuple[int, list[str]]:
        code = main([*arguments, "--root", str(self.root), "--catalogue", str(self.catalogue)])
        return code, self.capsys.readouterr().out.splitlines()

    def swap(self, old: str, new: str) -> None:
        text = self.catalogue.read_text(encoding="utf-8")
        assert old in text
        self.catalogue.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Project:
    return Project(tmp_path, capsys)


def test_every_way_of_saying_something_is_found(project: Project) -> None:
    code, lines = project.check()

    assert code == 1
    assert len(lines) == 9
    assert "missing: 'Members of %(body)s'" in lines
    assert "missing: 'Open' (state)" in lines
    assert "missing: 'one school'" in lines


def test_a_new_message_is_written_untranslated(project: Project) -> None:
    code, lines = project.check("--update")

    assert code == 1
    assert "untranslated: 'Save'" in lines
    assert 'msgid "Save"\nmsgstr ""\n' in project.catalogue.read_text(encoding="utf-8")


def test_a_table_fills_the_catalogue_which_then_stays_as_it_is(project: Project) -> None:
    assert project.check("--merge", str(project.table)) == (0, [])
    first = project.catalogue.read_bytes()

    assert project.check("--update") == (0, [])
    assert project.check() == (0, [])
    assert project.catalogue.read_bytes() == first
    assert b"Date" not in first
    assert b"#:" not in first


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("am %(day)s", "am %(tag)s", "differing placeholders (%(day)s, %(tag)s): 'At the earliest on %(day)s.'"),
        ("am %(day)s", "zu 5 % am %(day)s", "cannot be filled in"),
        ('"Speichern"', '""', "untranslated: 'Save'"),
        ('msgid "Save"', '#, fuzzy\nmsgid "Save"', "fuzzy: 'Save'"),
        ('msgid "Save"', 'msgid "Store"', "obsolete: 'Store'"),
        ('msgid "Save"', 'msgid "Store"', "missing: 'Save'"),
        ('"%(n)s Schulen"', '"Schulen"', "differing placeholders (%(n)s): 'one school'"),
    ],
)
def test_each_fault_is_named(project: Project, old: str, new: str, line: str) -> None:
    project.check("--merge", str(project.table))
    project.swap(old, new)

    code, lines = project.check()

    assert code == 1
    assert any(said.startswith(line) for said in lines), lines


def test_what_a_table_has_too_much_is_said(project: Project) -> None:
    project.table.write_text(GERMAN + "Gone\tWeg\nbroken\nSave\tSichern\n", encoding="utf-8")

    code, lines = project.check("--merge", str(project.table))

    assert code == 0
    assert [line.split(": ", 2)[2] for line in lines] == [
        "said nowhere in the code: 'Gone'",
        "1 columns",
        "replaces 'Speichern': 'Save'",
    ]
