from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.directory.school_forms import FORMS
from coordination.directory.school_names import display_name, join_name, short_name, split_short


@pytest.mark.parametrize(
    ("pieces", "name"),
    [
        (("Fried.v.Bodelschwingh Schulen Berufskol-", "leg Priv."), "Fried.v.Bodelschwingh Schulen Berufskolleg Priv."),
        (
            ("Städt. Grundschulverb. Wellensiek-", "Hoberge-Uerentrup"),
            "Städt. Grundschulverb. Wellensiek-Hoberge-Uerentrup",
        ),
        (("Realschule Senne", "", "- Sekundarstufe I -"), "Realschule Senne - Sekundarstufe I -"),
        (("Schule - Sek. I u. II-", "des Kreises"), "Schule - Sek. I u. II- des Kreises"),
        (("Städt. Gem. Grundschule - Primarstufe -", "der Stadt"), "Städt. Gem. Grundschule - Primarstufe - der Stadt"),
        (("Seminar für Grund-", "und Hauptschulen"), "Seminar für Grund- und Hauptschulen"),
        (("Westfalen-Kolleg", "( Kolleg )  - Sekundarstufe II -"), "Westfalen-Kolleg (Kolleg) - Sekundarstufe II -"),
        ((" Schule ", " ", "  am  Park "), "Schule am Park"),
        (("", "", ""), ""),
    ],
)
def test_three_pieces_become_one_name(pieces: tuple[str, ...], name: str) -> None:
    assert join_name(pieces) == name


@pytest.mark.parametrize(
    ("official", "short"),
    [
        ("Bielefeld, GG Fröbelschule", "GG Fröbelschule"),
        ("Bielefeld,GE Evangelikale Bekenntnissch.", "GE Evangelikale Bekenntnissch."),
        ("Bielefeld, FÖ LE, SQ, ES Hamfeldschule", "FÖ LE, SQ, ES Hamfeldschule"),
        ("Fröbelschule", "Fröbelschule"),
        ("Bielefeld,", "Bielefeld,"),
        ("", ""),
    ],
)
def test_short_name_without_its_town(official: str, short: str) -> None:
    assert short_name(official) == short


def test_gg_is_two_things_told_apart_by_the_form() -> None:
    assert split_short("GG Fröbelschule", "02") == ((), "Fröbelschule")
    assert split_short("FÖ GG Schule Am Möllerstift", "08") == (("GG",), "Schule Am Möllerstift")
    assert split_short("FÖ GG, KM Mamre-Patmos-Schule", "08") == (("GG", "KM"), "Mamre-Patmos-Schule")
    assert split_short("FÖBK KM,LE,ES,GGKerschenstein.", "88") == (("KM", "LE", "ES", "GG"), "Kerschenstein.")
    assert split_short("GG ES Schule", "02") == ((), "ES Schule")
    assert split_short("GG Fröbelschule", "20") == ((), "GG Fröbelschule")


@pytest.mark.parametrize(
    ("short", "form", "rest"),
    [
        ("GG (Verb.) Wel-Hob-Uer", "02", "Wel-Hob-Uer"),
        ("GG (Verb)Dornberg", "02", "Dornberg"),
        ("KG(Verb) Alme", "02", "Alme"),
        ("WBK Gym Gutenbergstraße", "25", "Gutenbergstraße"),
        ("Gym. Heepen", "20", "Heepen"),
        ("Gymnasium Heepen", "20", "Gymnasium Heepen"),
        ("FÖ SEhen-Schule", "08", "SEhen-Schule"),
    ],
)
def test_prefixes_of_short_names(short: str, form: str, rest: str) -> None:
    assert split_short(short, form)[1] == rest


@pytest.mark.parametrize(
    ("pieces", "short", "form", "name"),
    [
        (("Fröbelschule", "Städt. Gem. Grundschule"), "GG Fröbelschule", "02", "Fröbelschule"),
        (("Sudbrackschule", "Städt. Gem. Grundschule"), "GG Sudbrack", "02", "Sudbrackschule"),
        (("Grundschule Sieker", "Gem. Grundschule der Stadt Bielefeld"), "GG Sieker", "02", "Grundschule Sieker"),
        (("Städt. Gem. Grundschule Ummeln",), "GG Ummeln", "02", "Grundschule Ummeln"),
        (
            ("Städt. Gem. Grundschule Dreekerheide", "-Primarstufe-"),
            "GG Dreekerheide",
            "02",
            "Grundschule Dreekerheide",
        ),
        (
            ("Städt. Gemeinschaftsgrundschule", "Windflöte", "- Primarstufe -"),
            "GG Windflöte",
            "02",
            "Grundschule Windflöte",
        ),
        (("Städt. Gem. Grundschule", "Am Homersen"), "GG Am Homersen", "02", "Grundschule Am Homersen"),
        (("Städt. Gem. Grundschule", "- Primarstufe -"), "GG Humboldtstr.", "02", "Grundschule Humboldtstr."),
        (("Städt. Gem. Grundschule", "- Primarstufe -"), "GG Fröbelschule", "02", "Fröbelschule"),
        (
            ("Städt. Grundschulverb. Wellensiek-", "Hoberge-Uerentrup, Gem. Grundschule", "mit Ev. Bekenntniszweig"),
            *("GG (Verb.) Wel-Hob-Uer", "02", "Grundschulverbund Wellensiek-Hoberge-Uerentrup"),
        ),
        (("Ernst-Hansen-Schule,Förderschule d.",), "FÖ ES,LE,SQ Ernst-Hansen-Schu.", "08", "Ernst-Hansen-Schule"),
        (("Schule am Möllerstift Priv. Förderschule",), "FÖ GG Schule Am Möllerstift", "08", "Schule am Möllerstift"),
        (("Laborschule des", "Landes Nordrhein-Westfalen"), "GG Labor", "02", "Laborschule"),
        (("Verein Sonnenhellweg-Schule e.V.",), "FW Sonnenhellweg-Schule", "19", "Sonnenhellweg-Schule"),
        (
            ("Fried.v.Bodelschwingh Schulen Berufskol-", "leg Priv.Ersatzsch. im Berufsb. Bereich"),
            *("BK Friedrich v. Bodelschwingh", "30", "Berufskolleg Friedrich v. Bodelschwingh"),
        ),
        (
            ("Fried-. v. Bodelschwingh Berufskolleg",),
            "FÖBK KM,GG Friedrich v.",
            "88",
            "Fried-. v. Bodelschwingh Berufskolleg",
        ),
        (
            ("Carl-Severing-Berufskolleg", "für Handwerk und Technik", "der Stadt Bielefeld"),
            *("BK C.-Severing/ Heeper Str.", "30", "Carl-Severing-Berufskolleg für Handwerk und Technik"),
        ),
        (("Luisenschule", "Realschule für Mädchen und Jungen"), "RS Luisenschule", "10", "Luisenschule"),
        (
            ("Weiterbildungskolleg der Stadt Bielefeld", "- Abendgymnasium -"),
            *("WBK Gym Gutenbergstraße", "25", "Weiterbildungskolleg Gutenbergstraße"),
        ),
        (
            ("Schulamt", "für die Stadt Bielefeld", "- Neues Rathaus -"),
            "Schulamt",
            "0A",
            "Schulamt für die Stadt Bielefeld",
        ),
        (
            ("Seminar für das Lehramt", "an Haupt-, Real-, Sekundar- und", "Gesamtschulen Bielefeld"),
            *("Seminar", "53", "Seminar für das Lehramt an Haupt-, Real-, Sekundar- und Gesamtschulen Bielefeld"),
        ),
        (("Stadt Köln", "Freinet-Schule Köln"), "GG Freinet-Schule", "02", "Freinet-Schule Köln"),
        (("Anna - Schule", "Kath. Grundschule Alfter"), "KG Anna - Schule", "02", "Anna - Schule"),
        (("Neue Schule",), "", "77", "Neue Schule"),
    ],
)
def test_the_name_people_say(pieces: tuple[str, ...], short: str, form: str, name: str) -> None:
    assert display_name(pieces, short, form) == name


@given(st.lists(st.text(max_size=40), max_size=3), st.text(max_size=40), st.sampled_from([*FORMS, "", "77"]))
def test_no_name_crashes(pieces: list[str], short: str, form: str) -> None:
    joined = join_name(pieces)
    assert joined == joined.strip()
    display_name(pieces, short, form)
    split_short(short_name(short), form)


@given(st.lists(st.text("abcXYZ äöü.", min_size=1, max_size=20), max_size=3))
def test_joining_loses_no_letter(pieces: list[str]) -> None:
    assert join_name(pieces).replace(" ", "") == "".join(pieces).replace(" ", "")
