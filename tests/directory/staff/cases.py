"""Nasty lists by name: each as somebody really keeps it, and what has to come of it."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

from coordination.directory.rules import Function, Funding, HolidayPresence, WeeklyTime
from coordination.directory.shares import Share
from tests.directory.staff.sheets_made import HEADINGS, Case, text, workbook

ROW = ("123456", "Ahornblatt, Ada", "0,5", "01.08.2026")
ADA = ("Ada Ahornblatt",)
UMLAUTS = (("Schule", "Fachkraft"), ("Fröbelschule", "Müller, Jörg"))
JOERG = ("Jörg Müller",)
AUGUST = date(2026, 8, 1)


def _hide(_book: Any, sheet: Any) -> None:
    sheet.set_row(1, None, None, {"hidden": True})


def _hidden_sheet(book: Any, _sheet: Any) -> None:
    other = book.add_worksheet("Alt 2019")
    other.write_row(0, 0, HEADINGS)
    other.write_row(1, 0, ("123456", "Gestern, Gerd", "1", "01.08.2019"))
    other.hide()


def _merged(_book: Any, sheet: Any) -> None:
    sheet.merge_range(1, 0, 2, 0, "123456")


def _dated(value: object) -> Any:
    return workbook([("Schulnummer", "Fachkraft", "gültig ab"), ("123456", "Ahornblatt, Ada", value)])


def _shared(value: object, heading: str = "Stellenanteil") -> Any:
    return workbook([("Schulnummer", "Fachkraft", heading), ("123456", "Ahornblatt, Ada", value)])


def _cell(heading: str, value: object) -> Any:
    return workbook([("Schulnummer", "Fachkraft", heading), ("123456", "Ahornblatt, Ada", value)])


def _family(value: str) -> Any:
    return workbook([("Schulnummer", "Nachname", "Vorname"), ("123456", value, "")])


def _school(name: str, form: str = "", district: str = "") -> Any:
    return workbook([("Schule", "Schulform", "Stadtbezirk", "Fachkraft"), (name, form, district, "Ahornblatt, Ada")])


CASES: dict[str, Case] = {
    "UTF-8 without a mark": Case(text(UMLAUTS), JOERG),
    "UTF-8 with a mark": Case(text(UMLAUTS, encoding="utf-8-sig"), JOERG),
    "cp1252": Case(text(UMLAUTS, encoding="cp1252"), JOERG, remarks=("not UTF-8",)),
    "CP850": Case(text(UMLAUTS, encoding="cp850"), JOERG, remarks=("CP850",)),
    "commas": Case(text([("Schule", "Nachname", "Vorname"), ("Fröbelschule", "Müller", "Jörg")], ","), JOERG),
    "tabs": Case(text(UMLAUTS, "\t"), JOERG),
    "a title and a day above the headings": Case(
        workbook([("Liste der Fachkräfte",), ("Stand", date(2026, 9, 1)), (), HEADINGS, ROW]), ADA
    ),
    "headings with line breaks": Case(workbook([("Schul-\nnummer", "Fachkraft\n(Nachname, Vorname)"), ROW[:2]]), ADA),
    "a hidden row": Case(workbook([HEADINGS, ROW], change=_hide), ADA, remarks=("hidden in the file",)),
    "a hidden sheet": Case(workbook([HEADINGS, ROW], change=_hidden_sheet), ADA, remarks=("hidden sheet",)),
    "a school merged over two rows": Case(
        workbook([HEADINGS, ROW, (None, "Birke, Ben", "0,5", "01.08.2026")], change=_merged),
        ("Ada Ahornblatt", "Ben Birke"),
    ),
    "a sum below the list": Case(
        workbook([HEADINGS, ROW, (None, None, "12,5")]), ADA, remarks=("neither a school nor a person",)
    ),
    "the row of the template": Case(workbook([HEADINGS, ("Beispiel", "Musterfrau, Erika"), ROW]), ADA),
    "n.n.": Case(workbook([HEADINGS, ("123456", "n.n.", "0,5")]), ("",)),
    "N. N. and vakant": Case(workbook([HEADINGS, ("123456", "N. N."), ("123457", "vakant")]), ("", "")),
    "two people with a line break": Case(
        workbook([HEADINGS, ("123456", "Ahornblatt, Ada\nBirke, Ben", "0,5\n0,75")]),
        ("Ada Ahornblatt", "Ben Birke"),
        first=(("share", Share(Decimal("0.50"))),),
    ),
    "two people with a slash": Case(
        workbook([HEADINGS, ("123456", "Ada Ahornblatt / Ben Birke")]), ("Ada Ahornblatt", "Ben Birke")
    ),
    "two people with und, one vacant": Case(
        workbook([HEADINGS, ("123456", "Ada Ahornblatt und n.n.")]), ("Ada Ahornblatt", "")
    ),
    "two people under the family name": Case(_family("Ahornblatt, Ada / Birke, Ben"), ("Ada Ahornblatt", "Ben Birke")),
    "two people under the family name, given names first": Case(
        _family("Ada Ahornblatt\nBen Birke"), ("Ada Ahornblatt", "Ben Birke")
    ),
    "two people under the family name, one vacant": Case(_family("Ahornblatt, Ada / n.n."), ("Ada Ahornblatt", "")),
    "one person under the family name": Case(_family("Ahornblatt, Ada"), ADA),
    "two family names alone": Case(
        _family("Müller / Schmidt"), faults=(("B2", "Only family names stand in this row: Müller, Schmidt."),)
    ),
    "two family names, one of three words": Case(
        _family("von der Heide / Birke, Ben"), faults=(("B2", "in this row: von der Heide."),)
    ),
    "a family name of two words alone": Case(_family("Garcia Lopez"), faults=(("B2", "in this row: Garcia Lopez."),)),
    "two people and one share": Case(
        workbook([HEADINGS, ("123456", "Ada Ahornblatt; Ben Birke", "0,5")]),
        faults=(("B2", "row: 2. Entries in the column “Stellenanteil”: 1."),),
    ),
    "0,5 as a number": Case(_shared(0.5), ADA, first=(("share", Share(Decimal("0.50"))),)),
    "19,5 Std.": Case(_shared("19,5 Std."), ADA, first=(("share", Share(hours=Decimal("19.50"))),)),
    "50 %": Case(_shared("50 %"), ADA, first=(("share", Share(Decimal("0.50"))),)),
    "a share that may be either": Case(_shared("3"), questions=("unit:3",)),
    "hours in their own column": Case(
        _shared(3, "Wochenstunden"), ADA, first=(("share", Share(hours=Decimal("3.00"))),)
    ),
    "a share that is a word": Case(_shared("halb"), faults=(("C2", "share as a number"),)),
    "a school number as a number": Case(workbook([HEADINGS, (123456, "Ahornblatt, Ada")]), ADA),
    "a school number without its zero": Case(
        workbook([HEADINGS, (12345, "Ahornblatt, Ada")]), ADA, first=(("place_id", "012345"),)
    ),
    "a phone without its zero": Case(_cell("Telefon", 521511234), ADA, first=(("person.phone", "+49521511234"),)),
    "a phone from elsewhere without its zero": Case(
        _cell("Telefon", 2214710140), ADA, first=(("person.phone", "+492214710140"),)
    ),
    "a phone without its plus": Case(_cell("Telefon", 4930231259), ADA, first=(("person.phone", "+4930231259"),)),
    "a phone that may be two": Case(_cell("Telefon", 52031234), faults=(("C2", "with an area code or without"),)),
    "an extension alone": Case(_cell("Durchwahl", 6170), faults=(("C2", "too short to be called from outside"),)),
    "an extension with words": Case(_cell("Telefon", "Durchwahl 12"), faults=(("C2", "with its area code"),)),
    "a mobile without its zero": Case(
        _cell("Diensthandy", 15199990017), ADA, first=(("person.mobile", "+4915199990017"),)
    ),
    "a formula": Case(
        workbook([HEADINGS, ("123456", "Ahornblatt, Ada", "=1/2")]), faults=(("C2", "more than one person"),)
    ),
    "a day as a day": Case(_dated(AUGUST), ADA, first=(("since", AUGUST),)),
    "a day as Excel's number": Case(_dated(46235), ADA, first=(("since", AUGUST),)),
    "ab sofort": Case(_dated("ab sofort"), ADA, remarks=("read as today",), first=(("since", date(2026, 11, 25)),)),
    "ab Schuljahr 26/27": Case(_dated("ab Schuljahr 26/27"), ADA, first=(("since", AUGUST),)),
    "a day without a year": Case(_dated("ab 1.8."), questions=("day:ab 1.8.",)),
    "a day that no calendar has": Case(_dated("31.02.2026"), faults=(("C2", "not a day"),)),
    "an end before the beginning": Case(
        workbook(
            [("Schulnummer", "Fachkraft", "ab", "bis"), ("123456", "Ahornblatt, Ada", "01.08.2026", "31.07.2026")]
        ),
        faults=(("D2", "before the beginning"),),
    ),
    "Mo, Mi 8-13 Uhr": Case(
        _cell("Präsenzzeiten", "Mo, Mi 8-13 Uhr"),
        ADA,
        first=(("times", (WeeklyTime(0, time(8), time(13)), WeeklyTime(2, time(8), time(13)))),),
    ),
    "Di + Do 9:00-12:30": Case(
        _cell("Präsenztage", "Di + Do 9:00-12:30"),
        ADA,
        first=(("times", (WeeklyTime(1, time(9), time(12, 30)), WeeklyTime(3, time(9), time(12, 30)))),),
    ),
    "Präsenz": Case(_cell("Präsenz", "Mo 8-13 Uhr"), ADA, first=(("times", (WeeklyTime(0, time(8), time(13)),)),)),
    "Uhrzeit": Case(_cell("Uhrzeit", "Mo 8-13 Uhr"), ADA, first=(("times", (WeeklyTime(0, time(8), time(13)),)),)),
    "hours before days": Case(
        workbook(
            [
                ("Schulnummer", "Fachkraft", "Uhrzeit", "Tage"),
                ("123456", "Ahornblatt, Ada", "8-13 Uhr", "Mo"),
            ]
        ),
        ADA,
        first=(("times", (WeeklyTime(0, time(8), time(13)),)),),
    ),
    "times in both columns": Case(
        workbook(
            [
                ("Schulnummer", "Fachkraft", "Tage", "Uhrzeit"),
                ("123456", "Ahornblatt, Ada", "Mo 8-13 Uhr", "Mi 9-11 Uhr"),
            ]
        ),
        ADA,
        first=(("times", (WeeklyTime(0, time(8), time(13)), WeeklyTime(2, time(9), time(11)))),),
    ),
    "days of two people with hours of each": Case(
        workbook(
            [
                ("Schulnummer", "Fachkraft", "Tage", "Uhrzeit"),
                ("123456", "Ahornblatt, Ada\nBirke, Ben", "Mo\nMi", "8-13\n9-11"),
            ]
        ),
        ("Ada Ahornblatt", "Ben Birke"),
        first=(("times", (WeeklyTime(0, time(8), time(13)),)),),
    ),
    "days and hours in two columns": Case(
        workbook(
            [
                ("Schulnummer", "Fachkraft", "Tage", "Uhrzeit"),
                ("123456", "Ahornblatt, Ada", "Mo, Mi", "8-13 Uhr"),
            ]
        ),
        ADA,
        first=(("times", (WeeklyTime(0, time(8), time(13)), WeeklyTime(2, time(8), time(13)))),),
    ),
    "days without hours": Case(_cell("Präsenztage", "Mo, Mi"), faults=(("C2", "no hours"),)),
    "a school by abbreviation": Case(_school("GS Fröbelschule"), ADA, first=(("place_id", "123456"),)),
    "a school that there is twice": Case(_school("Brüder-Grimm-Schule"), questions=("school:bruedergrimmschule||",)),
    "the same told apart by its form": Case(
        _school("Brüder-Grimm-Schule", "Förderschule"), ADA, first=(("place_id", "200002"),)
    ),
    "the same told apart by its district": Case(
        _school("Brüder-Grimm-Schule", "", "Heepen"), ADA, first=(("place_id", "200002"),)
    ),
    "a school with a typing error": Case(_school("Fröbleschule"), questions=("school:froebleschule||",)),
    "a school that is nowhere": Case(_school("Hogwarts"), faults=(("A2", "no school or facility called"),)),
    "number and name contradict": Case(
        workbook([("Schulnummer", "Schule", "Fachkraft"), ("123456", "Luisenschule", "Ahornblatt, Ada")]),
        faults=(("A2", "belongs to"),),
    ),
    "a remark column": Case(_cell("Bemerkung", "langzeitkrank"), ADA),
    "a column that nobody knows": Case(_cell("Gebäudeteil", "B"), ADA, questions=("column:gebaeudeteil",)),
    "only a family name": Case(workbook([HEADINGS, ("123456", "Ahornblatt")]), faults=(("B2", "only one name"),)),
    "Frau Dr. von der Heide": Case(
        workbook([HEADINGS, ("123456", "Frau Dr. Ada von der Heide")]),
        ("Ada von der Heide",),
        first=(("person.title", "Dr."), ("person.family", "von der Heide")),
    ),
    "an address with a typing error": Case(_cell("E-Mail", "ada@@example.org"), faults=(("C2", "not an e-mail"),)),
    "a private mailbox": Case(
        _cell("E-Mail", "ada@gmx.de"),
        ADA,
        remarks=("ada@gmx.de looks like a private",),
        first=(("person.email", "ada@gmx.de"),),
    ),
    "an employer of somebody else": Case(_cell("Träger", "Fremder Träger"), faults=(("C2", "keep no organisation"),)),
    "a target group under function": Case(
        _cell("Funktion/Zielgruppe", "Integration/Flucht"), ADA, first=(("group", "Integration/Flucht"),)
    ),
    "a function under function": Case(
        _cell("Funktion", "Leitung"), ADA, first=(("function", Function.LEAD), ("group", None))
    ),
    "a funding": Case(_cell("Förderlinie", "Landesprogramm"), ADA, first=(("funding", Funding.STATE_PROGRAMME),)),
    "a funding that nobody knows": Case(_cell("Förderlinie", "Lotto"), faults=(("C2", "funding is not known"),)),
    "holidays": Case(_cell("Ferien", "n. Absprache"), ADA, first=(("in_holidays", HolidayPresence.BY_ARRANGEMENT),)),
    "holidays in long words": Case(
        _cell("In den Ferien", " Nur nach telefonischer\nVereinbarung. "),
        ADA,
        first=(("in_holidays", HolidayPresence.BY_ARRANGEMENT),),
    ),
    "holidays: JA!": Case(_cell("Ferien", "JA!"), ADA, first=(("in_holidays", HolidayPresence.YES),)),
    "holidays: nein": Case(_cell("Schulferien", "nein"), ADA, first=(("in_holidays", HolidayPresence.NO),)),
    "holidays not known": Case(_cell("Ferien", "?"), ADA, first=(("in_holidays", None),)),
    "holidays in part": Case(_cell("Ferien", "nur Osterferien"), questions=("holidays:nur osterferien",)),
    "holidays ticked": Case(_cell("Ferien", "x"), questions=("holidays:x",)),
    "yes and no at once": Case(_cell("Ferien", "ja / nein"), questions=("holidays:ja / nein",)),
    "a day under holidays": Case(_cell("Ferien", date(2026, 10, 19)), faults=(("C2", "ja, nein or"),)),
    "a number under holidays": Case(_cell("Ferien", 6), faults=(("C2", "ja, nein or"),)),
    "a whole text under holidays": Case(_cell("Ferien", "ja, aber " * 40), faults=(("C2", "ja, nein or"),)),
    "trailing blanks everywhere": Case(
        text([("Schulnummer ", " Fachkraft"), (" 123456 ", "  Ahornblatt ,  Ada ")]), ADA
    ),
    "a picture": Case(b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, refused="picture"),
    "no headings at all": Case(text([("a", "b"), ("c", "d")]), refused="looks like headings"),
}
