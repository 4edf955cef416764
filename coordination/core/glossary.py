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
        Term("Zusammengeführt", "MergedPerson", "an entry that became part of another one, to which its address leads"),
        Term(
            "zwei Personen",
            "TwoPeople",
            "two entries that look alike, and that somebody told apart",
        ),
        Term("Organisation", "Organisation", "a unit of the city or a provider; nodes of one tree"),
        Term("Ort", "Place", "where somebody is: a school, a facility, another place"),
        Term("Schule", "School", "what the official list says of a school, beside its place"),
        Term("kein Teilstandort", "NoSite", "a site that a zone names, and of which somebody said there is none"),
        Term("Stadtbezirk", "District", "part of the city with a number and a name"),
        Term("Sozialraum", "SocialSpace", "part of the city as a plan cuts it; a place may belong to several"),
        Term(
            "Zuordnung zum Sozialraum",
            "PlaceSocialSpace",
            "a place belongs to a social space, for a time; a fact, never a guess",
        ),
        Term(
            "weiterer Stadtbezirk",
            "PlaceFurtherDistrict",
            "a district that a place works for besides the one it lies in, for a time; a fact, never a guess",
        ),
        Term("eingetragen", "SpaceOrigin.ENTERED", "a person said that the place belongs to the social space"),
        Term("aus einer Liste", "SpaceOrigin.IMPORTED", "a list that was read in said so"),
        Term("Angebot", "Offer", "an offer or a project at a place, for a time; with who runs it, never with a person"),
        Term(
            "entferntes Angebot",
            "RemovedOffer",
            "an offer entered by mistake, kept while it can be brought back",
        ),
        Term(
            "Nachfolge",
            "PlaceSuccession",
            "from a day on one place stands in for another; several may become one, one several",
        ),
        Term("Angebot", "OfferKind.OFFER", "something that goes on until somebody ends it"),
        Term("Projekt", "OfferKind.PROJECT", "something that is done for a time"),
        Term("früherer Name", "EarlierSpaceName", "what a social space was called until a day"),
        Term(
            "Einsatz",
            "Assignment",
            "person, place, employer, function and share, for a time; without a person a vacancy",
        ),
        Term("Präsenzzeit", "Presence", "weekly time at which somebody is there, with room"),
        Term("Abwesenheit", "Absence", "days on which a person is not there; never with a reason"),
        Term("Beweglicher Ferientag", "FreeDay", "a day off that one school chose itself"),
        Term("Stelle", "Post", "a post of an organisation, known by its function; vacant without a holder"),
        Term("Stelleninhaberin, Stelleninhaber", "PostHolder", "who holds a post, from a day until a day"),
        Term("Zuständigkeit", "Responsibility", "a post is there for a topic, everywhere or at a part of the city"),
        Term(
            "Einwilligung", "Consent", "what a person releases of what is private, with its day; withdrawing deletes it"
        ),
        Term("Öffentliche Seite", "PublicPage", "whether everybody may look up schools, without any name"),
        Term("Früherer Stand", "EarlierValue", "what a field held until a day"),
        Term(
            "Rückgängig-Schritt",
            "AssignmentStep",
            "how an assignment was before a step, kept while it can be taken back",
        ),
        Term("eingelesene Schule", "ImportedPlace", "one place that an import of the school file touched"),
        Term(
            "Bestätigung vor dem Einlesen",
            "ImportedConfirmation",
            "when a school was confirmed before an import, kept while that can be taken back",
        ),
        Term("Anstellungsträger", "employer", "organisation that employs the person of an assignment"),
        Term("Träger", "operator", "organisation that runs a place; of a school: Schulträger, maintainer"),
        Term("Anteil", "share", "size of an assignment, in posts or in hours of the employer's full week (usually 39)"),
        Term("in den Ferien", "in_holidays", "whether somebody is there in school holidays: no, yes, by arrangement"),
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
    "Where a post is responsible": (
        Term("In der ganzen Stadt", "Scope.EVERYWHERE", "for every place"),
        Term("In einem Stadtbezirk", "Scope.DISTRICT", "for places that the city's list puts into it"),
        Term("An allen Schulen einer Schulform", "Scope.SCHOOL_FORM", "for the schools of the form and their sites"),
        Term("An einem Ort", "Scope.PLACE", "for one school or facility, with its sites"),
    ),
    "Bodies": (
        Term("Gremium", "Body", "board, steering group, conference or working group"),
        Term("Sitz", "Seat", "a place in a body, owned by an organisation; vacant without a membership"),
        Term("Mitgliedschaft", "Membership", "what a person is in a body from a day to a day"),
        Term("Stellvertretung", "Deputy", "stands in for one member, or for anybody in the body"),
        Term("Geschäftsordnung", "Procedure", "rules of a body: notice, quorum, majority; they warn, never block"),
        Term("Vorsitz", "BodyRole.CHAIR", "leads the meetings"),
        Term("Ko-Vorsitz", "BodyRole.CO_CHAIR", "leads them as an equal"),
        Term("Stellvertretender Vorsitz", "BodyRole.DEPUTY_CHAIR", "stands in for the chair"),
        Term("Geschäftsführung", "BodyRole.SECRETARIAT", "runs the body's office"),
        Term("Stimmberechtigtes Mitglied", "BodyRole.VOTING_MEMBER", "has a vote"),
        Term("Beratendes Mitglied", "BodyRole.ADVISORY_MEMBER", "speaks without a vote"),
        Term("Ständiger Gast", "BodyRole.PERMANENT_GUEST", "is always invited"),
        Term("Thema", "Topic", "a subject of the controlled list, over all bodies and years"),
        Term("Datei", "StoredFile", "an attachment, kept by its content"),
    ),
    "Kinds of body": (
        Term("Beirat", "BodyKind.ADVISORY_BOARD", "accompanies a programme and recommends"),
        Term("Steuerungsgruppe", "BodyKind.STEERING_GROUP", "decides the direction"),
        Term("Lenkungskreis", "BodyKind.STEERING_COMMITTEE", "strategic core of an education network"),
        Term("Bildungskonferenz", "BodyKind.EDUCATION_CONFERENCE", "wide yearly forum"),
        Term("AG nach § 78 SGB VIII", "BodyKind.SECTION78_WORKING_GROUP", "public and free providers co-ordinate"),
        Term("Jugendkonferenz", "BodyKind.YOUTH_SERVICES_CONFERENCE", "all professionals of a district"),
        Term("Stadtteilkonferenz", "BodyKind.DISTRICT_CONFERENCE", "local forum"),
        Term("Projekttreffen", "BodyKind.PROJECT_MEETING", "informal, often"),
        Term("Workshop", "BodyKind.WORKSHOP", "moderated, once"),
        Term("Qualitätszirkel", "BodyKind.QUALITY_CIRCLE", "professionals on their own practice"),
        Term("Runder Tisch", "BodyKind.ROUND_TABLE", "several providers, as equals"),
        Term("Arbeitskreis", "BodyKind.WORKING_GROUP", "works on one subject over time"),
        Term("Kinder- und Jugendrat", "BodyKind.YOUTH_COUNCIL", "elected young people, a partner; no names here"),
        Term("Ausschuss des Rates", "BodyKind.COUNCIL_COMMITTEE", "politics: dates and referrals only"),
        Term("Projektebene", "BodyLevel.PROJECT", "reports to the level above"),
        Term("Arbeitsebene", "BodyLevel.OPERATIONAL", "does the daily work together"),
        Term("Steuerungsebene", "BodyLevel.STEERING", "sets the direction"),
        Term("Politische Ebene", "BodyLevel.POLITICAL", "council and its committees"),
        Term("kraft Amtes", "FilledBy.EX_OFFICIO", "who holds the office holds the seat"),
        Term("entsandt", "FilledBy.DELEGATED", "an organisation sends somebody"),
        Term("gewählt", "FilledBy.ELECTED", "elected for a time"),
    ),
    "Meetings": (
        Term("Sitzung", "Meeting", "one sitting of a body"),
        Term("Verlauf", "MeetingChange", "what changed, why, by whom"),
        Term("Abweichende Frist", "DeadlineOverride", "set otherwise than the rules, with the reason"),
        Term("Einladung", "Invitation", "one person asked to one meeting, with the newest answer"),
        Term("Rückmeldung zur Einladung", "AnswerEntry", "one answer as it came in"),
        Term("Tagesordnungspunkt", "AgendaItem", "one item (TOP)"),
        Term("mitgeteilte Tagesordnung", "AgendaTold", "what one sending of mails told of the agenda"),
        Term("Anlage", "ItemFile", "a file that belongs to an item"),
        Term("Entwurf", "MeetingState.DRAFT", "only the office knows"),
        Term("Termin steht", "MeetingState.FIXED", "in calendars, nobody invited yet"),
        Term("eingeladen", "MeetingState.INVITED", "invitations are out"),
        Term("läuft", "MeetingState.RUNNING", "begun"),
        Term("Protokoll offen", "MeetingState.MINUTES_OPEN", "held, minutes not approved"),
        Term("abgeschlossen", "MeetingState.CLOSED", "nothing left to do"),
        Term("abgesagt", "MeetingState.CANCELLED", "does not take place"),
        Term("offen", "Answer.OPEN", "never read as a no"),
        Term("zugesagt", "Answer.ACCEPTED", "comes"),
        Term("vielleicht", "Answer.TENTATIVE", "not sure yet"),
        Term("abgesagt", "Answer.DECLINED", "does not come"),
        Term("Vertretung angefragt", "Answer.DELEGATED", "a deputy was named and invited"),
        Term("per Link", "Origin.LINK", "by the personal link, without an account"),
        Term("angemeldet", "Origin.SIGNED_IN", "on a page of the product"),
        Term("von der Geschäftsführung eingetragen", "Origin.OFFICE", "the office took it by phone"),
        Term("per Mail", "Origin.MAIL", "a reply of the mail program"),
        Term("Formalie", "ItemKind.FORMALITY", "opening, quorum, minutes of the last time"),
        Term("Information", "ItemKind.INFORMATION", "to be heard"),
        Term("Beratung", "ItemKind.DISCUSSION", "to be talked over"),
        Term("Beschluss", "ItemKind.DECISION", "to be settled"),
        Term("vorgeschlagen", "ItemState.PROPOSED", "a member asked for it"),
        Term("auf der Tagesordnung", "ItemState.ON_AGENDA", "taken up"),
        Term("nicht aufgenommen", "ItemState.REFUSED", "the office said no, with a reason"),
        Term("vertagt", "ItemState.LEFT_OVER", "left for another meeting before this one"),
        Term("vertagt", "ItemState.ADJOURNED", "left for another meeting by this one: keeps its number"),
    ),
    "Lists": (
        Term(
            "Spalten einer Liste",
            "ListColumns",
            "what the columns of a list mean, kept by its headings",
        ),
        Term("Eingelesene Zeile", "ListedRow", "what a stored list touched, to take it back as a whole"),
    ),
    "Confirmation rounds": (
        Term("Bestätigungsrunde", "ConfirmationRound", "the people of an employer are asked whether entries are right"),
        Term("Gefragte", "RoundPerson", "somebody who was asked in a round, with what they said last"),
        Term(
            "Änderungswunsch",
            "ChangeProposal",
            "what somebody wants otherwise of their own entries, or a message",
        ),
        Term("Regel der Bestätigung", "ConfirmationRule", "whether changes hold at once, whether the share is shown"),
        Term("offen", "Said.OPEN", "asked, and not answered"),
        Term("bestätigt", "Said.CONFIRMED", "said that all is right"),
        Term("geändert", "Said.CHANGED", "wants something otherwise"),
        Term("wartet auf Freigabe", "ProposalState.WAITING", "a keeper has to decide"),
        Term("gilt", "ProposalState.APPLIED", "held at once, by the employer's setting"),
        Term("übernommen", "ProposalState.ACCEPTED", "a keeper let it hold"),
        Term("nicht übernommen", "ProposalState.REFUSED", "a keeper said why not"),
        Term("zurückgezogen", "ProposalState.WITHDRAWN", "its author took it back while it waited"),
    ),
    "Planning": (
        Term("Soll", "CoverageTarget", "how much school social work a school of the city should have"),
        Term("Bezirk", "Grouping.DISTRICT", "coverage summed by district"),
        Term("Schulform", "Grouping.FORM", "coverage summed by school form"),
        Term("Sozialraum", "Grouping.SPACE", "coverage summed by social space; a school may count in several"),
        Term("Sozialindex", "Grouping.SOCIAL_INDEX", "coverage summed by the state's index of 1 to 9"),
    ),
    "Minutes, decisions, tasks": (
        Term("Protokoll", "Minutes", "what was said and settled in a meeting"),
        Term("Protokolltext", "ItemText", "what the minutes say of one item"),
        Term("Anwesenheit", "Attendance", "who was there, from when to when, in whose place"),
        Term("Eingefrorenes Protokoll", "FrozenMinutes", "a version as approved, with its hash"),
        Term("in Arbeit", "MinutesState.DRAFT", "being written"),
        Term("vom Vorsitz geprüft", "MinutesState.CHECKED", "optional"),
        Term("zur Abstimmung", "MinutesState.CIRCULATED", "objections are asked for until a day"),
        Term("genehmigt", "MinutesState.APPROVED", "frozen; a correction is a new version"),
        Term("nicht eingetragen", "Presence.UNKNOWN", "nobody has said"),
        Term("anwesend", "Presence.PRESENT", "was there"),
        Term("entschuldigt", "Presence.EXCUSED", "said so before"),
        Term("abwesend", "Presence.ABSENT", "did not come"),
        Term("Beschluss", "Decision", "what a body settled, numbered"),
        Term("Aufgabe", "Task", "something somebody took on"),
        Term("Statuswechsel", "StatusEntry", "one change of a status"),
        Term("Beschluss", "DecisionKind.DECISION", "a steering group decides"),
        Term("Empfehlung", "DecisionKind.RECOMMENDATION", "an advisory board recommends"),
        Term("Kenntnisnahme", "DecisionKind.NOTED", "heard, nothing settled"),
        Term("im Konsens", "Means.CONSENSUS", "nobody objected"),
        Term("durch Abstimmung", "Means.VOTE", "votes were counted"),
        Term("angenommen", "Result.ACCEPTED", "the proposal won"),
        Term("abgelehnt", "Result.REJECTED", "it did not"),
        Term("offen", "Status.OPEN", "nothing done yet"),
        Term("in Arbeit", "Status.IN_PROGRESS", "begun"),
        Term("erledigt", "Status.DONE", "carried out"),
        Term("zurückgestellt", "Status.DEFERRED", "put off"),
        Term("gegenstandslos", "Status.OBSOLETE", "overtaken by events"),
    ),
    "Accounts and access": (
        Term("Konto", "UserAccount", "somebody who can sign in"),
        Term("Rolle", "UserRole", "what an account may beyond looking things up"),
        Term("Angemeldetes Gerät", "UserSession", "a device that is signed in; ends with its row"),
        Term("Fachkraft", "professional", "everybody with an account, without any further role"),
        Term(
            "Koordination (legt Gremien an, sieht Lücken und geplante Einsätze)",
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
        Term(
            "Träger einer Meldung", "FeedbackUnit", "an organisation that a report about an entry concerned, that day"
        ),
    ),
    "Mail": (
        Term("Postausgang", "OutboxMail", "a mail, frozen with the change that it tells of"),
        Term("wartet", "MailState.WAITING", "will be sent, or tried again"),
        Term("wird gesendet", "MailState.SENDING", "a process has it under way"),
        Term("gesendet", "MailState.SENT", "the mail server took it"),
        Term("unzustellbar", "MailState.FAILED", "refused for good, or tried too often"),
        Term("unklar", "MailState.UNCLEAR", "may have left or not; a person decides"),
    ),
    "Calendars": (
        Term("Abonnement", "CalendarLink", "a signed link that programs fetch; its owner's rights are asked each time"),
        Term("Abruf", "FeedFetch", "when a link was last fetched, and by what program"),
        Term("Kalendereintrag", "CalendarPart", "the kept lines of one meeting, as every subscription shows them"),
        Term("Änderungszähler", "CalendarRevision", "counts what was recorded; while it rests, no answer is another"),
        Term("Meine Sitzungen", "FeedKind.MINE", "meetings of one's bodies and those one is asked to"),
        Term("Sitzungen eines Gremiums", "FeedKind.BODY", "what its owner may see of one body"),
        Term("Sitzungen zu einem Thema", "FeedKind.TOPIC", "those of all bodies that deal with it"),
        Term("Alle Sitzungen, die ich sehen darf", "FeedKind.ALL", "own ones and public ones"),
        Term("Meine Fristen", "FeedKind.DEADLINES", "invitations, minutes, decisions and tasks that are due"),
        Term("Wer an einer Schule ist", "FeedKind.PLACE", "presence there, a day each"),
        Term("Wann jemand wo ist", "FeedKind.PERSON", "presence of one person, a day each"),
        Term("Ferien und Feiertage", "FeedKind.HOLIDAYS", "of North Rhine-Westphalia"),
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
