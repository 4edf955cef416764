"""What a file that does not fit is answered with, beside its field and above the form."""

from flask import Flask

from tests.browser import Browser
from tests.directory.import_pages import preview, upload
from tests.directory.school_rows import school_csv


def test_a_long_error_stands_in_full_beside_the_field_and_short_above(keeper: Browser) -> None:
    page = upload(keeper, b"a;b\n1;2\n")
    assert page.select("#error-summary a") == ["Schuldatei: Die Spalten dieser Datei passen nicht."]
    assert "Es fehlen: " in page.error("file")


def test_a_remark_names_the_school_beside_the_line(app: Flask, keeper: Browser) -> None:
    page = preview(app, keeper, school_csv({}, {"Schulnummer": "124243", "Schulbetriebsdatum": "demnächst"}))
    assert "Zeile 4, Fröbelschule: „demnächst“ ist kein" in page.main
