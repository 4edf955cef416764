"""Rows of a school file for tests: lawful defaults, name only what the test is about."""

from __future__ import annotations

from coordination.directory.school_changes import FIELD_LABELS, StoredSchool
from coordination.directory.school_file import SchoolRecord

COLUMNS = (
    *("Schulnummer", "Schulform", "Schulbezeichnung_1", "Schulbezeichnung_2", "Schulbezeichnung_3", "Kurzbezeichnung"),
    *(
        "Bezirksregierung",
        "PLZ",
        "Ort",
        "Strasse",
        "Telefonvorwahl",
        "Telefon",
        "Faxvorwahl",
        "Fax",
        "E-Mail",
        "Homepage",
    ),
    *("Rechtsform", "Traegernummer", "Gemeindeschluessel", "Schulbetriebsschluessel", "Schulbetriebsdatum", "EPSG"),
    *("UTMRechtswert", "UTMHochwert"),
)
_VALUES = (
    *(
        "124242",
        "02",
        "Fröbelschule",
        "Städt. Gem. Grundschule",
        "",
        "Bielefeld, GG Fröbelschule",
        "7",
        "33604",
        "Bielefeld",
    ),
    *(
        "Am Lehmstich 16",
        "0521",
        "511234",
        "0521",
        "511235",
        "124242@schule.nrw.de",
        "http://f.example.org",
        "1",
        "10261",
    ),
    *("05711000", "1", "01.08.1968", "EPSG:25832", "469000", "5763000"),
)
DEFAULTS = dict(zip(COLUMNS, _VALUES, strict=True))


def school_csv(*rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> bytes:
    """Return a file like the ministry's; each row gives what differs from the default (key "E_Mail" is "E-Mail")."""
    lines = ["sep=;", ";".join(columns) + ";"]
    for row in rows:
        values = DEFAULTS | {key.replace("E_Mail", "E-Mail"): value for key, value in row.items()}
        lines.append(";".join('"' + values[column].replace('"', '""') + '"' for column in columns))
    return "\n".join(lines).encode()


def stored_from(record: SchoolRecord, *, gone: bool = False) -> StoredSchool:
    """Return what the directory holds after ``record`` was imported."""
    values = {name: getattr(record, name) for name in FIELD_LABELS if name != "position"}
    return StoredSchool(**values, utm_east=record.utm_east, utm_north=record.utm_north, gone=gone)
