"""Which column of a list says what: by the headings that people write. No database."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from coordination.core.i18n import N_
from coordination.exchange.tables import column_key
from coordination.exchange.workbooks import Cell, Grid, Line


class Field(StrEnum):
    """What a column of a list can say."""

    NUMBER = "number"
    SCHOOL = "school"
    SITE_OF = "site_of"
    FORM = "form"
    DISTRICT = "district"
    ROOM = "room"
    PERSON = "person"
    FAMILY = "family"
    GIVEN = "given"
    TITLE = "title"
    FUNCTION = "function"
    GROUP = "group"
    PHONE = "phone"
    MOBILE = "mobile"
    EMAIL = "email"
    EMPLOYER = "employer"
    SHARE = "share"
    HOURS = "hours"
    FUNDING = "funding"
    FUNDED_UNTIL = "funded_until"
    TIMES = "times"
    HOLIDAYS = "holidays"
    FROM = "from"
    UNTIL = "until"
    #: Stays behind: what nobody asked for, and remarks, where reasons of absences end up.
    LEFT = "left"


#: What a column is called on the page; also the headings of the template.
WORDS = {
    Field.NUMBER: N_("School number"),
    Field.SCHOOL: N_("School or facility"),
    Field.SITE_OF: N_("Site of"),
    Field.FORM: N_("School form"),
    Field.DISTRICT: N_("District"),
    Field.ROOM: N_("Room"),
    Field.PERSON: N_("Professional (family name, given name)"),
    Field.FAMILY: N_("Family name"),
    Field.GIVEN: N_("Given name"),
    Field.TITLE: N_("Title"),
    Field.FUNCTION: N_("Function"),
    Field.GROUP: N_("Target group"),
    Field.PHONE: N_("Phone"),
    Field.MOBILE: N_("Official mobile"),
    Field.EMAIL: N_("Official e-mail"),
    Field.EMPLOYER: N_("Employer"),
    Field.SHARE: N_("Share of a post"),
    Field.HOURS: N_("Hours a week"),
    Field.FUNDING: N_("Funding"),
    Field.FUNDED_UNTIL: N_("Funded until"),
    Field.TIMES: N_("Presence times"),
    Field.HOLIDAYS: N_("In school holidays"),
    Field.FROM: N_("Valid from"),
    Field.UNTIL: N_("Valid until"),
    Field.LEFT: N_("leave it out"),
}

_SPELLINGS: dict[Field, str] = {
    Field.NUMBER: "Schulnummer;Schul-Nr;SchulNr;SNR;Schulnr;Nr der Schule;Amtliche Schulnummer",
    Field.SCHOOL: "Schule;Schulname;Name der Schule;Schule (Kurzname);Kurzname;Einsatzort;Einsatzschule;Einrichtung;"
    "Schule oder Einrichtung;Standort;Ort des Einsatzes;Dienststelle",
    Field.SITE_OF: "Standort von;Teilstandort von;Nebenstelle von;Zweigstelle von;Standort der Schule",
    Field.FORM: "Schulform;Form;Schulart;Schulform oder Art",
    Field.DISTRICT: "Stadtbezirk;Bezirk;Stadtteil",
    Field.ROOM: "Raum;Büro;Raumnummer;Zimmer;Standort/Raum;Raum-Nr",
    Field.PERSON: "Fachkraft;Name;Fachkraft (Nachname, Vorname);Name, Vorname;Nachname, Vorname;Vorname Name;"
    "Mitarbeiter;Mitarbeiterin;Mitarbeiter/in;Mitarbeiter:in;Mitarbeitende;Schulsozialarbeiter;Schulsozialarbeiterin;"
    "Schulsozialarbeiter/in;Person;Name der Fachkraft;Vor- und Nachname;Stelleninhaber",
    Field.FAMILY: "Nachname;Familienname;Zuname;Name Fachkraft",
    Field.GIVEN: "Vorname;Rufname",
    Field.TITLE: "Titel;Akad. Titel;Akademischer Titel",
    Field.FUNCTION: "Funktion;Funktion/Zielgruppe;Tätigkeit;Aufgabe;Arbeitsbereich",
    Field.GROUP: "Zielgruppe;Schwerpunkt",
    Field.PHONE: "Telefon;Tel;Tel.;Telefonnummer;Telefon dienstlich;Festnetz;Durchwahl",
    Field.MOBILE: "Diensthandy;Handy;Mobil;Mobilnummer;Mobiltelefon;Handynummer;Handy dienstlich;Mobil dienstlich",
    Field.EMAIL: "E-Mail;Email;Mail;E-Mail dienstlich;E-Mail-Adresse;Mailadresse;Dienstliche E-Mail",
    Field.EMPLOYER: "Anstellungsträger;Träger;Arbeitgeber;Anstellung bei;Trägerschaft;Anstellungsverhältnis",
    Field.SHARE: "Stellenanteil;Stellenanteil/Stunden;Stellenanteile;Anteil;Stelle;Stellenumfang;Umfang;VZÄ;VZÄ-Anteil;"
    "Beschäftigungsumfang;BU;Vollzeitäquivalent;Anteil an einer Stelle",
    Field.HOURS: "Stunden;Wochenstunden;Std;Std.;Stunden/Woche;Std./Woche;Stundenumfang;Wochenarbeitszeit;"
    "Stunden pro Woche",
    Field.FUNDING: "Förderlinie;Förderung;Finanzierung;Förderprogramm;Finanzierung durch",
    Field.FUNDED_UNTIL: "Laufzeit;Laufzeit bis;Förderung bis;Finanziert bis;Laufzeit Förderung;Befristet bis;"
    "Befristung",
    Field.TIMES: "Präsenzzeiten;Präsenztage/-zeiten;Präsenztage;Präsenzzeit;Anwesenheit;Anwesenheitszeiten;Arbeitstage;"
    "Tage;Zeiten;Erreichbar;Sprechzeiten;Präsenz;Präsenztag;Anwesenheitstage;Anwesend;Wochentage;Uhrzeit;Uhrzeiten;"
    "Tage und Zeiten;Tage/Zeiten;Tage und Uhrzeiten",
    Field.HOLIDAYS: "Ferien;In den Ferien;Schulferien;Ferienpräsenz;Präsenz in den Ferien;Ferienzeiten;In Ferien da;"
    "Ferienbetrieb;Ferienregelung",
    Field.FROM: "gültig ab;ab;seit;von;Beginn;Einsatz ab;Einsatzbeginn;tätig seit;tätig ab;Start;Beginn des Einsatzes",
    Field.UNTIL: "gültig bis;bis;Ende;Einsatz bis;Einsatzende;tätig bis;Ende des Einsatzes",
    Field.LEFT: "Bemerkung;Bemerkungen;Notiz;Notizen;Anmerkung;Anmerkungen;Hinweis;Hinweise;Kommentar;Kommentare;Info;"
    "Sonstiges;Weitere Stadtbezirke;Sozialräume;Sozialraum;Zuletzt bestätigt;Bestätigt;Telefon des Büros;"
    "Telefon Schule;Telefon der Schule;Funktionspostfach;E-Mail Schule;Ansprechperson Träger;Ansprechperson;"
    "Vertretung;Stand;Stand (Datum);lfd. Nr.;lfd Nr;Nr;Nr.;Geburtsdatum;Straße;PLZ;Ort;Adresse;Anschrift;Grund;"
    "Abwesenheit;Abwesend;Krankheit;Fax;Anteil nach Stunden",
}
_KNOWN = {column_key(text): field for field, texts in _SPELLINGS.items() for text in texts.split(";")}
_KNOWN |= {column_key(text): field for text, field in (("School", Field.SCHOOL), ("Person", Field.PERSON))}
#: Columns of hours, which may stand beside one of days.
HOURS = frozenset(map(column_key, ("Uhrzeit", "Uhrzeiten", "Zeiten")))
#: Lines among which the headings are looked for; above them stand titles and days.
_FIRST = 15
_NAMED = 2
#: How many headings a page asks about at most; a table with more is no list of people.
MOST_HEADINGS = 60


@dataclass(frozen=True, slots=True)
class Heading:
    """One column: its place (0 is A), what it is called, what it says (None: nobody knows)."""

    place: int
    text: str
    field: Field | None

    @property
    def key(self) -> str:
        """Return what makes it the same column in another file."""
        return column_key(self.text)

    @property
    def is_hours(self) -> bool:
        """Return whether it has the hours of days that may stand in a column of their own."""
        return self.field is Field.TIMES and self.key in HOURS


@dataclass(frozen=True, slots=True)
class Layout:
    """The headings of a sheet and the rows below them."""

    headings: Sequence[Heading]
    lines: Sequence[Line]

    @property
    def fingerprint(self) -> str:
        """Return what makes two lists have the same columns, whatever their order."""
        keys = "\n".join(sorted(heading.key for heading in self.headings))
        return hashlib.sha256(keys.encode()).hexdigest()[:32]

    @property
    def unknown(self) -> Sequence[Heading]:
        """Return the columns of which nobody has said yet what they say."""
        return [heading for heading in self.headings if heading.field is None]

    @property
    def hours_place(self) -> int | None:
        """Return where hours stand in a column of their own, beside one for days."""
        first = self.fields.get(Field.TIMES)
        places = [one.place for one in self.headings if one.is_hours and one.place != first]
        return places[0] if places else None

    @property
    def fields(self) -> dict[Field, int]:
        """Return where what stands; of two columns that say the same, the first counts, and days before hours."""
        found: dict[Field, int] = {}
        for heading in sorted(self.headings, key=lambda one: one.is_hours):
            if heading.field is not None and heading.field is not Field.LEFT:
                found.setdefault(heading.field, heading.place)
        return found


def _text(cell: Cell) -> str:
    return " ".join(cell.split()) if isinstance(cell, str) else ""


def recognised(heading: str) -> Field | None:
    """Return what a heading is known to mean."""
    key = column_key(heading)
    if key.startswith(("bemerk", "anmerk", "notiz", "hinweis", "komment")):
        return Field.LEFT
    return _KNOWN.get(key)


def letter(place: int) -> str:
    """Return what a spreadsheet calls a column: A, B … Z, AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def layout_of(grid: Grid, told: Mapping[str, str]) -> Layout | None:
    """Return headings and rows of a sheet; None if no line of it looks like headings.

    ``told``: what somebody said that columns mean, by their keys; it goes before what is known.
    """
    best, most = None, 0
    for number, line in enumerate(grid.lines[:_FIRST]):
        known = sum(recognised(_text(cell)) is not None or column_key(_text(cell)) in told for cell in line.cells)
        if known > most:
            best, most = number, known
    if best is None or most < _NAMED:
        return None
    headings = [
        Heading(place, text, Field(told[column_key(text)]) if column_key(text) in told else recognised(text))
        for place, text in enumerate(map(_text, grid.lines[best].cells))
        if column_key(text)
    ]
    return Layout(headings[:MOST_HEADINGS], grid.lines[best + 1 :])


def best_layout(grids: Sequence[Grid], told: Mapping[str, str]) -> tuple[Grid, Layout] | None:
    """Return the sheet with the most columns that are known; of equal ones the first."""
    found = [(grid, layout) for grid in grids if (layout := layout_of(grid, told))]
    return max(found, key=lambda pair: len(pair[1].fields), default=None)
