"""School forms, operation keys and what the official short names abbreviate (code lists of North Rhine-Westphalia)."""

from __future__ import annotations

from dataclasses import dataclass

from coordination.core.i18n import N_, gettext


@dataclass(frozen=True, slots=True)
class SchoolForm:
    """One school form. ``label`` is a msgid, ``german`` the word in names of schools, ``prefixes`` open short names."""

    code: str
    label: str
    german: str
    prefixes: tuple[str, ...] = ()
    is_school: bool = True


_SPECIAL = ("FÖBK", "FÖ", "FS", "KR")

FORMS: dict[str, SchoolForm] = {
    form.code: form
    for form in (
        SchoolForm("02", N_("Primary school"), "Grundschule", ("GG", "KG", "EG", "JG", "MG", "WG")),
        SchoolForm("04", N_("Lower secondary school (Hauptschule)"), "Hauptschule", ("GH", "KH", "EH")),
        SchoolForm("06", N_("Elementary school (Volksschule)"), "Volksschule", ("V",)),
        SchoolForm("08", N_("Special needs school"), "Förderschule", _SPECIAL),
        SchoolForm("0A", N_("School authority"), "Schulaufsicht", is_school=False),
        SchoolForm("10", N_("Intermediate secondary school (Realschule)"), "Realschule", ("RS",)),
        SchoolForm("13", N_("PRIMUS school"), "PRIMUS-Schule", ("PS",)),
        SchoolForm("14", N_("Secondary school (Sekundarschule)"), "Sekundarschule", ("SK",)),
        SchoolForm("15", N_("Comprehensive school"), "Gesamtschule", ("GE",)),
        SchoolForm("16", N_("Community school"), "Gemeinschaftsschule", ("GM",)),
        SchoolForm("17", N_("Waldorf school"), "Waldorfschule", ("FW",)),
        SchoolForm("18", N_("Hibernia school"), "Hiberniaschule", ("FW",)),
        SchoolForm("19", N_("Waldorf special needs school"), "Waldorfförderschule", ("FW",)),
        SchoolForm("20", N_("Grammar school (Gymnasium)"), "Gymnasium", ("Gym.", "Gym", "GY")),
        SchoolForm("25", N_("College of further education"), "Weiterbildungskolleg", ("WBK",)),
        SchoolForm("30", N_("Vocational college"), "Berufskolleg", ("BK",)),
        SchoolForm("50", N_("Centre for practical teacher training"), "ZfsL", is_school=False),
        SchoolForm("51", N_("Teacher seminar, primary schools"), "Seminar", is_school=False),
        SchoolForm("52", N_("Teacher seminar, special needs"), "Seminar", is_school=False),
        SchoolForm("53", N_("Teacher seminar, lower secondary schools"), "Seminar", is_school=False),
        SchoolForm("56", N_("Teacher seminar, grammar and comprehensive schools"), "Seminar", is_school=False),
        SchoolForm("58", N_("Teacher seminar, vocational colleges"), "Seminar", is_school=False),
        SchoolForm("81", N_("School as place of learning"), "Schulischer Lernort", _SPECIAL),
        SchoolForm("83", N_("Hospital school"), "Klinikschule", _SPECIAL),
        SchoolForm("85", N_("Special needs school, Realschule branch"), "Förderschule", _SPECIAL),
        SchoolForm("87", N_("Special needs school, Gymnasium branch"), "Förderschule", _SPECIAL),
        SchoolForm("88", N_("Special needs school, vocational branch"), "Förderberufskolleg", _SPECIAL),
    )
}

#: Codes of what stands in the school file and is no school: authorities and teacher training.
NOT_SCHOOLS = frozenset(code for code, form in FORMS.items() if not form.is_school)

#: What a special needs school is for. "GG" means this only there; at a primary school it is "for all confessions".
FOCUS: dict[str, str] = {
    "LE": N_("Learning"),
    "ES": N_("Emotional and social development"),
    "SQ": N_("Language"),
    "GG": N_("Intellectual development"),
    "KM": N_("Physical and motor development"),
    "HK": N_("Hearing and communication"),
    "SE": N_("Sight"),
}
#: School forms whose short names list what the school is for.
SPECIAL_FORMS = frozenset(code for code, form in FORMS.items() if "FÖ" in form.prefixes)

#: Official operation keys; a label only where the key says more than "runs".
OPERATION: dict[str, str] = {
    "0": N_("Closes at the end of this school year"),
    "1": N_("In operation"),
    "2": N_("Closes later"),
    "3": N_("Opens later"),
    "4": N_("Dormant"),
    "5": N_("Dissolved"),
    "6": N_("In operation"),
    "9": N_("Dissolved"),
}
OPENS_LATER = "3"
CLOSES = frozenset({"0", "2"})
DORMANT = "4"
DISSOLVED = frozenset({"5", "9"})


def form_label(code: str) -> str:
    """Return the msgid for a school form; an unknown code is shown as it is."""
    form = FORMS.get(code)
    return form.label if form else code


def form_text(code: str) -> str:
    """Return a school form in the current language; a code that is not in the official list as it is."""
    form = FORMS.get(code)
    return gettext(form.label) if form else code
