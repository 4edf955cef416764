"""The list to start from: an empty one with the columns that are read, and a row that shows how."""

from __future__ import annotations

from coordination.exchange.sheets import Cell, Sheet, write_xlsx

#: In German whatever the reader's language: these words are recognised. First cell: see ``reading.EXAMPLE``.
_COLUMNS: tuple[tuple[str, Cell], ...] = (
    ("Schulnummer", "Beispiel"),
    ("Schule", "Fröbelschule"),
    ("Schulform", "Grundschule"),
    ("Stadtbezirk", "Mitte"),
    ("Raum", "104"),
    ("Fachkraft (Nachname, Vorname)", "Musterfrau, Erika"),
    ("Funktion", "Schulsozialarbeit"),
    ("Zielgruppe", "allgemein"),
    ("Telefon", "0521 511234"),
    ("Diensthandy", "0151 99990017"),
    ("E-Mail dienstlich", "erika.musterfrau@example.org"),
    ("Anstellungsträger", "Beispielwerk"),
    ("Stellenanteil", "0,5"),
    ("Wochenstunden", "19,5"),
    ("Förderlinie", "Landesprogramm"),
    ("Laufzeit bis", "31.07.2027"),
    ("Präsenzzeiten", "Mo, Mi 8-13 Uhr; Do 9:00-12:30"),
    ("Ferien", "nach Absprache"),
    ("gültig ab", "01.08.2026"),
    ("gültig bis", ""),
    ("Bemerkung", "wird nicht übernommen"),
)


def template() -> bytes:
    """Return the list as XLSX."""
    headings = [heading for heading, _example in _COLUMNS]
    return write_xlsx(Sheet("Wer ist wo", headings, [[example for _heading, example in _COLUMNS]]))
