"""The words of the product: German on the screen, English in the code, and what is meant. One table.

``python -m coordination.core.glossary`` writes docs/glossary.md from it; tests look that the page is current and that
every table and every value said on a page has its word here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parent.parent.parent / "docs" / "glossary.md"


@dataclass(frozen=True, slots=True)
class Term:
    """One word: as people say it, as the code says it, what it means."""

    german: str
    #: "Place", a table; "PlaceKind.SCHOOL", a value; or a name that is used in several places.
    identifier: str
    meaning: str


#: Heading → words, in the order in which somebody new would want to read them.
GLOSSARY: dict[str, tuple[Term, ...]] = {
    "Directory": (
        Term("Verzeichnis", "directory", "who works where, and how to reach them"),
        Term("Person", "Person", "a professional with official contact; never anything private"),
        Term("Organisation", "Organisation", "a unit of the city or a provider; nodes of one tree"),
        Term("Ort", "Place", "where somebody is: a school, a facility, another place"),
        Term("Schule", "School", "what the official list says of a school, beside its place"),
        Term("Stadtbezirk", "District", "part of the city with a number and a name"),
        Term(
            "Einsatz",
            "Assignment",
            "person, place, employer, function and share, for a time; without a person a vacancy",
        ),
        Term("Präsenzzeit", "Presence", "weekly time at which somebody is there, with room"),
        Term("Abwesenheit", "Absence", "days on which a person is not there; never with a reason"),
        Term("Beweglicher Ferientag", "FreeDay", "a day off that one school chose itself"),
        Term("Früherer Stand", "EarlierValue", "what a field held until a day"),
        Term(
            "Rückgängig-Schritt",
            "AssignmentStep",
            "how an assignment was before a step, kept while it can be taken back",
        ),
        Term("Anstellungsträger", "employer", "organisation that employs the person of an assignment"),
        Term("Träger", "operator", "organisation that runs a place; of a school: Schulträger, maintainer"),
        Term("Anteil", "share", "size of an assignment, in posts or in hours of 39"),
        Term("Förderung", "funding", "who pays for an assignment"),
        Term("Stand", "as_of", "the day that a page speaks of"),
        Term("Lücke", "gap", "a time without anybody for a function at a place"),
        Term("unbesetzt", "vacant", "an assignment without a person"),
        Term("zuletzt bestätigt", "confirmed_on", "day on which somebody said that an entry is right"),
    ),
    "Kinds of organisation": (
        Term("Dezernat", "OrganisationKind.DEPARTMENT", "part of the city's administration under one head"),
        Term("Amt", "OrganisationKind.OFFICE", "part of a Dezernat"),
        Term("Abteilung", "OrganisationKind.DIVISION", "part of an Amt"),
        Term("Team", "OrganisationKind.TEAM", "part of an Abteilung or an Amt"),
        Term("Träger", "OrganisationKind.PROVIDER", "free provider of youth services"),
        Term("Andere Organisation", "OrganisationKind.OTHER", "none of these"),
    ),
    "Kinds of place": (
        Term("Schule", "PlaceKind.SCHOOL", "a school with a number in the official list"),
        Term("Schulstandort", "PlaceKind.SCHOOL_SITE", "a further building of a school"),
        Term("Jugendeinrichtung", "PlaceKind.YOUTH_FACILITY", "youth centre, mobile offer and the like"),
        Term("Kita", "PlaceKind.DAY_CARE", "day care for children, family centre"),
        Term("Anderer Ort", "PlaceKind.OTHER", "none of these; seminars and authorities of the school file too"),
    ),
    "Functions": (
        Term("Schulsozialarbeit", "Function.SCHOOL_SOCIAL_WORK", "youth services at a school"),
        Term("Offene Kinder- und Jugendarbeit", "Function.OPEN_YOUTH_WORK", "open to all, section 11 SGB VIII"),
        Term("Jugendsozialarbeit", "Function.YOUTH_SOCIAL_WORK", "section 13 SGB VIII"),
        Term("Mobile Jugendarbeit", "Function.MOBILE_YOUTH_WORK", "where young people are"),
        Term("Leitung der Einrichtung", "Function.LEAD", "heads a facility"),
        Term("Andere Funktion", "Function.OTHER", "none of these"),
    ),
    "Funding": (
        Term("Stadt", "Funding.MUNICIPAL", "paid by the city"),
        Term("Landesprogramm Schulsozialarbeit", "Funding.STATE_PROGRAMME", "the state's programme"),
        Term("Landesstelle", "Funding.STATE_POST", "a post of the state"),
        Term("Startchancen-Programm", "Funding.STARTCHANCEN", "programme of federation and states"),
        Term("Eigenmittel des Trägers", "Funding.PROVIDER", "paid by the provider"),
        Term("Nicht bekannt", "Funding.UNKNOWN", "nobody has said"),
    ),
    "There on a day": (
        Term("vor Ort", "Here.YES", "usually there, and nothing known that says otherwise"),
        Term("nicht vor Ort", "Here.NO", "not there, with what this rests on"),
        Term("nicht bekannt", "Here.UNKNOWN", "never shown as a no"),
    ),
    "Bodies": (
        Term("Gremium", "Body", "board, steering group, conference or working group"),
        Term("Mitgliedschaft", "Membership", "what a person is in a body from a day to a day"),
        Term("Vorsitz", "BodyRole.CHAIR", "leads the meetings"),
        Term("Stellvertretender Vorsitz", "BodyRole.DEPUTY_CHAIR", "stands in for the chair"),
        Term("Geschäftsführung", "BodyRole.SECRETARIAT", "runs the body's office"),
        Term("Stimmberechtigtes Mitglied", "BodyRole.VOTING_MEMBER", "has a vote"),
        Term("Beratendes Mitglied", "BodyRole.ADVISORY_MEMBER", "speaks without a vote"),
        Term("Ständiger Gast", "BodyRole.PERMANENT_GUEST", "is always invited"),
    ),
    "Accounts and access": (
        Term("Konto", "UserAccount", "somebody who can sign in"),
        Term("Rolle", "UserRole", "what an account may beyond looking things up"),
        Term("Angemeldetes Gerät", "UserSession", "a device that is signed in; ends with its row"),
        Term("Fachkraft", "professional", "everybody with an account, without any further role"),
        Term(
            "Koordination (sieht Lücken und geplante Einsätze)",
            "Role.COORDINATOR",
            "will run the office of bodies",
        ),
        Term("Planung", "Role.PLANNER", "looks at the whole city, also ahead"),
        Term("Pflegt das Verzeichnis", "Role.DIRECTORY_KEEPER", "edits all of it or an organisation's subtree"),
        Term("Leitung eines Amtes", "Role.LEAD", "heads an office"),
        Term("Verwaltung", "Role.ADMINISTRATOR", "manages accounts and the outbox, nothing else"),
        Term("Berechtigung", "Permission", "what is asked for before anything is shown or done"),
        Term("Prüfspur", "AuditEntry", "who did what to what, when; no content"),
        Term("Rückmeldung", "Feedback", "a message from the foot of a page"),
    ),
    "Mail": (
        Term("Postausgang", "OutboxMail", "a mail, frozen with the change that it tells of"),
        Term("wartet", "MailState.WAITING", "will be sent, or tried again"),
        Term("wird gesendet", "MailState.SENDING", "a process has it under way"),
        Term("gesendet", "MailState.SENT", "the mail server took it"),
        Term("unzustellbar", "MailState.FAILED", "refused for good, or tried too often"),
        Term("unklar", "MailState.UNCLEAR", "may have left or not; a person decides"),
    ),
    "Work behind the pages": (
        Term("Auftrag", "Job", "one piece of long work, such as an import"),
        Term("wartet", "JobState.WAITING", "not begun"),
        Term("läuft", "JobState.RUNNING", "a process works on it"),
        Term("fertig", "JobState.DONE", "ended well"),
        Term("gescheitert", "JobState.FAILED", "ended without changing anything"),
        Term("Suchverzeichnis", "IndexEntry", "what the search knows of one thing"),
        Term("Anmeldebremse", "Throttle", "how often something failed in a span of time"),
    ),
}


def page() -> str:
    """Return the page of all words."""
    head = (
        "# Words\n\nGerman on the screen, English in the code. Made by `python -m coordination.core.glossary` from "
        "the table in\n`coordination/core/glossary.py`; a test compares.\n"
    )
    parts = [head]
    for heading, terms in GLOSSARY.items():
        rows = [f"| {term.german} | `{term.identifier}` | {term.meaning} |" for term in terms]
        parts.append("\n".join([f"## {heading}\n", "| German | Identifier | Meaning |", "|---|---|---|", *rows]) + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
