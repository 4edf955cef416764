"""Names of schools: three pieces of 40 characters become one official name, and the name that people say.

The rule for the name people say (``display_name``), in this order:

1. An authority or seminar keeps its whole official name up to the first dash.
2. The first piece of the official name, up to a comma, a bracket, a dash or the level ("Sekundarstufe I"), without
   words about who maintains it ("Städt.", "Priv.", "Gem.", "der Stadt X"). "Städt. Gem. Grundschule Ummeln" is
   "Grundschule Ummeln".
3. If only the word for the form is left, the second piece names the school: "Grundschule Windflöte".
4. If that piece only says more about the form, or the first piece is cut or glued
   ("Städt.Grundschulverb.nördlicheInnenstadt"), the short name counts: without town, prefix and focus, with the form in
   front unless the name has it. "GG Plaß" alone would be "Grundschule Plaß", "GG Fröbelschule" is "Fröbelschule".
5. Where the second piece sets the field of a college ("für Handwerk und Technik") it is added, because three Bielefeld
   colleges share the first piece.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from coordination.directory.school_forms import FOCUS, FORMS, NOT_SCHOOLS, SPECIAL_FORMS

_BLANKS = re.compile(r"\s+")
#: "-Sek.I-" and "- Primarstufe -": the hyphen at the end closes a pair, it divides no word.
_LEVEL = r"(?:Sek|SI|P\b|Prim|Abend|Kolleg)"
_CLOSED_PAIR = re.compile(rf"(?:^|[\s.,])-\s?{_LEVEL}[^-]*-$")
_CONJUNCTION = re.compile(r"(?:und|u\.|oder|bzw\.)(?:\s|$)")

_OWNER = re.compile(
    r"^(?:(?:Städt(?:ische[rs]?|\.)|Priv(?:ate[rs]?|at\.|\.)|Gem\.|Öffentl\.|Staatl(?:iche[rs]?|\.)|Kath\.|Ev\.)\s*)+",
    re.IGNORECASE,
)
_TOWN = re.compile(r"\s+der (?:Stadt|Gemeinde)\b.*$")
_TAIL = re.compile(
    r"\s*(?:[,(].*|\s-.*|-\s.*|-Primarstufe.*|\s(?:(?:Sekundarstufen?|Primarstufe|Private|mit)\b|Priv\.).*)$"
)
_ARTICLE = re.compile(r"\s+(?:d\.|des|der|die|das|von|v\.|am|an|und|u\.|zu|für)$")
#: Glued or abbreviated within: "Grundschulverb.nördlicheInnenstadt", "Fried-. v.", "e.V.".
_GLUED = re.compile(r"\.\w|-\.|verb\.|[a-zäöüß]{3}[A-ZÄÖÜ]")
_FORM_WORD = re.compile(r"schul|kolleg|gymnasium|seminar|lernort|academy|lyzeum|oberschule", re.IGNORECASE)
_GENERIC = re.compile(
    r"(?:Gemeinschafts|Katholische |Evangelische |Bekenntnis|Haupt|Ganztags|Gesamt|Real|Sekundar|Förder|Grund|Klinik"
    r"|Freie Waldorf|Waldorf|Montessori)*(?:grund|haupt)?schule"
    r"|(?:Weiterbildungs|Berufs|Abend)?kolleg|(?:Abend|Ganztags)?gymnasium|Schule für Kranke",
    re.IGNORECASE,
)
_FIELD = re.compile(r"für (?!Jungen|Mädchen|Kranke)[A-ZÄÖÜ]")


def clean(text: str) -> str:
    """Return ``text`` with single blanks and none inside brackets: "( Sek. I )" becomes "(Sek. I)"."""
    return _BLANKS.sub(" ", text).strip().replace("( ", "(").replace(" )", ")")


def join_name(pieces: Sequence[str]) -> str:
    """Return the whole official name of a school from its pieces.

    A hyphen at the end of a piece divided a word if the next begins in lower case ("Berufskol-", "leg"), and belongs to
    the name otherwise ("Wellensiek-", "Hoberge"). It stays, with a blank, before "und" and where it closes a dash
    ("-Sek.I-").
    """
    whole = ""
    for piece in (clean(piece) for piece in pieces):
        if not piece:
            continue
        if not whole.endswith("-") or whole.endswith(" -") or _CLOSED_PAIR.search(whole) or _CONJUNCTION.match(piece):
            whole = f"{whole} {piece}" if whole else piece
        else:
            whole = (whole[:-1] if piece[0].islower() else whole) + piece
    return clean(whole)


def short_name(official_short: str) -> str:
    """Return the official short name without its town: "Bielefeld,GE Murnau" becomes "GE Murnau"."""
    whole = clean(official_short)
    return whole.partition(",")[2].strip() or whole


def split_short(short: str, form_code: str) -> tuple[tuple[str, ...], str]:
    """Return what a special needs school is for, and the short name without prefix.

    "FÖ GG, KM Mamre-Patmos-Schule" is (("GG", "KM"), "Mamre-Patmos-Schule"). At other schools "GG" is the prefix of a
    primary school for all confessions and nothing is returned for it.
    """
    form = FORMS.get(form_code)
    rest = short
    for prefix in form.prefixes if form else ():
        if match := re.match(rf"{re.escape(prefix)}(?=[\s,(]|$)[\s,]*", rest):
            rest = rest[match.end() :]
            break
    else:
        return (), short
    rest = re.sub(r"^\(Verb\.?\)\s*", "", rest)
    focus: list[str] = []
    while form_code in SPECIAL_FORMS and (
        match := re.match(rf"({'|'.join(FOCUS)})(?:[\s,]+|$|(?=[A-ZÄÖÜ][a-zäöü]))", rest)
    ):
        focus.append(match.group(1))
        rest = rest[match.end() :]
    if form_code == "25":
        rest = re.sub(r"^(?:RS|Gym|KOL)\s+", "", rest)
    return tuple(focus), rest.strip()


def display_name(pieces: Sequence[str], short: str, form_code: str) -> str:
    """Return the name people say; the rule stands at the head of this module. Never empty if any name is given."""
    first, second = (*_without_owner(pieces), "", "")[:2]
    if form_code in NOT_SCHOOLS:
        return re.split(r"\s-\s?", join_name(pieces))[0] or short
    if first.endswith("-") and second and not _CLOSED_PAIR.search(first):
        first, second = join_name((first, second)), ""
    name = _spoken(first)
    if name and not _GENERIC.fullmatch(name) and not _is_glued(name):
        return f"{name} {second}" if _FIELD.match(second) and form_code == "30" else name
    if name and _GENERIC.fullmatch(name) and _names_a_place(second):
        return f"{_word(form_code, name)} {_spoken(second)}"
    return _from_short(short, form_code) or name or clean(first)


def _without_owner(pieces: Sequence[str]) -> list[str]:
    """Return the pieces cleaned, without a first one that only says whose school it is ("Stadt Köln")."""
    cleaned = [clean(piece) for piece in pieces]
    return cleaned[1:] if re.fullmatch(r"(?:Bundes)?[Ss]tadt \S+", cleaned[0] if cleaned else "") else cleaned


def _spoken(piece: str) -> str:
    whole = _OWNER.sub("", _TOWN.sub("", piece))
    bare = _ARTICLE.sub("", _TAIL.sub("", whole)).strip(" -,")
    if len(bare) < 6 < len(whole) and not piece.startswith("-"):
        bare = whole  # "Anna - Schule", "St. -Peter-Schule": the dash belongs to the name
    return re.sub(r"^Grundschulverb\.\s", "Grundschulverbund ", bare)


def _is_glued(name: str) -> bool:
    return bool(_GLUED.search(name))


def _names_a_place(piece: str) -> bool:
    """Return whether a second piece names the school: "Windflöte", "Am Homersen"; not "Klasse 5-10", "der Stadt"."""
    bare = _spoken(piece)
    return (
        bool(bare)
        and bare[0].isupper()
        and not _FORM_WORD.search(piece)
        and not _is_glued(bare)
        and not re.search(r"\bStadt\b", piece)
    )


def _word(form_code: str, name: str) -> str:
    form = FORMS.get(form_code)
    return form.german if form else name


def _from_short(short: str, form_code: str) -> str:
    rest = split_short(short, form_code)[1]
    if _ARTICLE.search(rest):  # cut at 40 characters: "FÖBK KM,LE,ES,GG Friedrich v."
        return ""
    if not rest or _FORM_WORD.search(rest) or form_code not in FORMS:
        return rest
    return f"{FORMS[form_code].german} {rest}"
