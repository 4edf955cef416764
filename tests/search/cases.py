"""Nasty queries by name: each as somebody really types it, and what has to come of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """What is typed, and what must stand where.

    Attributes:
        first: the first result of a kind: (kind, title).
        among: titles that are among the results.
        nothing: nothing at all is found.
        is_any: nothing has all words, and the page says so.
        similar: the words that the page says it looked for instead.
        without: titles that must not be found.
    """

    typed: str
    first: tuple[str, str] | None = None
    among: tuple[str, ...] = ()
    nothing: bool = False
    is_any: bool = False
    similar: str = ""
    without: tuple[str, ...] = ()


def place(typed: str, title: str, *among: str, similar: str = "") -> Case:
    """Return a case whose first place is called ``title``."""
    return Case(typed, ("place", title), among, similar=similar)


def person(typed: str, title: str, *among: str, similar: str = "") -> Case:
    """Return a case whose first person is called ``title``."""
    return Case(typed, ("person", title), among, similar=similar)


def some(typed: str, *among: str) -> Case:
    """Return a case in which nothing has all words, and these have some of them."""
    return Case(typed, among=among, is_any=True)


def nothing(typed: str) -> Case:
    """Return a case that finds nothing and breaks nothing."""
    return Case(typed, nothing=True)


FROEBEL, MUELLER, ANNA = "Fröbelschule", "Jörg Müller-Lüdenscheidt", "Anna Butterblum"
ONEILL, GROSS = "Siobhán O’Neill", "Anna-Lena Groß-Weißenfels"

CASES: dict[str, Case] = {
    # Umlauts and accents
    "an umlaut as it is": person("Müller", MUELLER),
    "an umlaut as two letters": person("mueller", MUELLER),
    "an umlaut without its dots": person("muller", MUELLER),
    "two umlauts, each typed another way": person("muller luedenscheidt", MUELLER),
    "an umlaut of letter and dots apart": person("Mu\u0308ller", MUELLER),
    "capitals with an umlaut": place("FRÖBELSCHULE", FROEBEL),
    "ß as ss": person("weissenfels", GROSS),
    "ss as ß": person("groß", GROSS),
    "a capital ß": person("GROẞ", GROSS),
    "ß in a school typed as ss": place("plass", "Plaß-Schule"),
    "letters of other alphabets without their marks": person("yildiz", "Şule Yıldız"),
    "a barred l": person("lukasiewicz", "Zoë Łukasiewicz"),
    "an accent on a letter": person("josé peña", "Jose\u0301 Pen\u0303a"),
    "no accent at all": person("jose pena", "Jose\u0301 Pen\u0303a"),
    # Parts of words
    "three letters": place("frö", FROEBEL, "Frölenbergschule"),
    "three letters without dots": place("fro", FROEBEL, "Frölenbergschule"),
    "the end of a word": place("belschule", FROEBEL),
    "inside a word": place("mühlenkamp", "JZ Kamp (Kinder- und Jugendzentrum Niedermühlenkamp)"),
    "a hyphen typed": place("Hans-Christian-Andersen", "Hans-Christian-Andersen-Schule"),
    "a hyphen left out": place("hanschristian", "Hans-Christian-Andersen-Schule"),
    "a blank for a hyphen": person("anna lena groß", GROSS),
    "a hyphen at the end": place("fröbel-", FROEBEL),
    "a long dash": place("brüder–grimm", "Brüder-Grimm-Schule"),
    "one letter": person("v", "Vera Vogelsang"),
    "two letters": person("vo", "Vera Vogelsang"),
    "two letters inside a word only": Case("ög", without=("Vera Vogelsang",)),
    # Typing errors
    "two letters swapped": place("Fröblescuhle", FROEBEL, similar="Fröbelschule"),
    "a letter left out": person("Buterblum", ANNA, similar="Butterblum"),
    "a letter doubled": person("Vogellsang", "Vera Vogelsang", similar="Vogelsang"),
    "another letter": person("Vogelsanh", "Vera Vogelsang", similar="Vogelsang"),
    "the first letter wrong": person("Nutterblum", ANNA, similar="Butterblum"),
    "an error beside a right word": person("anna buterblum", ANNA, similar="Anna Butterblum"),
    "an error in a name, and the school": person("buterblum fröbel", ANNA, similar="Butterblum fröbel"),
    # Numbers
    "a number with a blank": place("0521 5186170", FROEBEL),
    "a number with a stroke": place("0521/5186-170", FROEBEL),
    "a number of a country": place("+49 (0)521 5186170", FROEBEL),
    "a number with two zeros": place("0049 521 518617", FROEBEL),
    "a number without its area": place("5186170", FROEBEL),
    "a person's number": person("0151/99990042", "Vera Vogelsang"),
    "the end of a number": place("6170", FROEBEL),
    "the end of a number, too short": Case("70", without=(FROEBEL,)),
    "the middle of a number": nothing("8617"),
    "a school number": place("124278", FROEBEL),
    "the beginning of a school number": place("12427", FROEBEL),
    "a school number with the word": some("Schulnummer 124278", FROEBEL),
    "a street and its number": place("fröbelstr. 7", FROEBEL),
    "a postcode": Case("33602", among=("Luisenschule", "Klosterschule"), without=(FROEBEL,)),
    "a postcode and a form": place("33602 realschule", "Luisenschule"),
    "a school and its postcode": place("luisenschule 33602", "Luisenschule"),
    "a postcode of elsewhere": nothing("10115"),
    # Abbreviations
    "GS for a primary school": place("GS Fröbel", FROEBEL),
    "GG as in the official list": place("GG Fröbelschule", FROEBEL),
    "Gym for a grammar school": place("Gym Heepen", "Gymnasium Heepen"),
    "Gym with a stop": place("Gym. Heepen", "Gymnasium Heepen"),
    "RS for a Realschule": place("RS Luisen", "Luisenschule"),
    "GE for a comprehensive school": place("GE Murnau", "Friedrich Wilhelm Murnau-Gesamtschule"),
    "BK for a vocational college": place("BK Senne", "Berufskolleg Senne"),
    "FöS for a special needs school": place("FöS Albatros", "Albatros-Schule"),
    "Str. with a stop": place("Herforder Str. 263", "Hellingskampschule"),
    "Str in full": place("Herforder Straße 263", "Hellingskampschule"),
    "Strasse with ss": place("fröbelstrasse", FROEBEL),
    "a short name of a place": place("JZ Stricker", "JZ Stricker"),
    "a digit in a name": place("4you", "4You"),
    # Over a thing and what belongs to it
    "a person and the school": person("butterblum fröbel", ANNA),
    "the school and the person": person("fröbelschule anna", ANNA),
    "a person and the form": person("butterblum grundschule", ANNA),
    "a person and the district": person("yildiz heepen", "Şule Yıldız"),
    "a person and the employer": person("butterblum lindenblüte", ANNA),
    "a person and the topic": person("grasnelke absentismus", "Gundula Grasnelke", "Fachberatung Absentismus"),
    "a person and what they do": person("yildiz schulsozialarbeit", "Şule Yıldız"),
    "a person and another school": some("butterblum osning", ANNA, "Osningschule"),
    "a form and the district": place("realschule heepen", "Realschule Heepen"),
    "a form and a district in no name": place(
        "realschule mitte", "Bosseschule", "Gertrud-Bäumer-Schule", "Luisenschule"
    ),
    "what is done and the district": place("schulsozialarbeit heepen", "Realschule Heepen", "Şule Yıldız"),
    "a facility and the district": place("haus senne", "HoT Senne"),
    "two things that have nothing in common": some("butterblum gellershagen", ANNA, "Grundschule Gellershagen"),
    # What is grammar to a database
    "quotes": place('"Fröbelschule"', FROEBEL),
    "one quote": place('Fröbel"', FROEBEL),
    "German quotes": place("„Fröbelschule“", FROEBEL),
    "an asterisk": place("fröb*", FROEBEL),
    "AND between words": some("Fröbelschule AND Osningschule", FROEBEL, "Osningschule"),
    "NEAR as a name": person("NEAR", "Nora Near"),
    "NEAR as an operator": some("NEAR(anna butterblum)", ANNA, "Nora Near"),
    "NOT before a word": some("NOT Fröbelschule", FROEBEL),
    "OR between words": some("Fröbelschule OR Osningschule", FROEBEL, "Osningschule"),
    "a colon": some("title_words:Fröbel", FROEBEL),
    "a caret": place("^Fröbel", FROEBEL),
    "a minus before a word": place("-Fröbel", FROEBEL),
    "braces": some("{words} : (fröbel)", FROEBEL),
    "operators of the other database": place("fröbel:* & !", FROEBEL),
    "nothing but operators": nothing('" * ^ : ( ) { } - & | ! < > \\'),
    "a per cent sign": nothing("%"),
    "an underscore": nothing("_"),
    "a per cent sign inside": place("frö%schule", FROEBEL),
    "an underscore between words": person("anna_butterblum", ANNA),
    "SQL in words": nothing("'; DROP TABLE person; --"),
    "SQL that is always true": Case("' OR 1=1 --", without=(FROEBEL, ANNA)),
    "the name of a kind": nothing("person"),
    "a word that marks all kinds": Case("kind", without=(FROEBEL, ANNA)),
    "a backslash": nothing("\\"),
    "an apostrophe as printed": person("O’Neill", ONEILL),
    "an apostrophe as typed": person("o'neill", ONEILL),
    "no apostrophe": person("oneill", ONEILL),
    # What no keyboard means
    "nothing": nothing(""),
    "nothing but spaces": nothing(" \t\u00a0\u2003 "),
    "spaces around": place("  fröbelschule   ", FROEBEL),
    "a line break inside": person("anna\nbutterblum", ANNA),
    "an emoji": nothing("🦄"),
    "an emoji beside a word": place("fröbelschule 🏫", FROEBEL),
    "NUL alone": nothing("\x00"),
    "NUL inside a word": Case("fröbel\x00schule", among=(FROEBEL,)),
    "from right to left": nothing("מורה"),
    "a mark that turns the direction": place("\u202efröbelschule\u202c", FROEBEL),
    "a mark that takes no room": Case("frö\u200bbel", among=(FROEBEL,)),
    "a soft hyphen": place("Fröbel\u00adschule", FROEBEL),
    "a combining mark alone": nothing("\u0308"),
    "wide letters": place("Ｆröbelschule", FROEBEL),
    "half of a pair": nothing("\ud83d"),
    "ten thousand letters": nothing("x" * 10_000),
    "ten thousand characters of words": Case("fröbel " * 1_429, among=(FROEBEL,)),
    "more words than are looked at": nothing(" ".join(f"wort{n}" for n in range(40))),
    "a known word among more than are looked at": some(
        "Fröbelschule " + " ".join(f"wort{n}" for n in range(40)), FROEBEL
    ),
}
