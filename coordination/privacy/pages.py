"""What the page behind a path is called: messages name pages, not addresses."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date

from sqlalchemy.orm import Session

from coordination.core.access import Actor
from coordination.core.i18n import N_, gettext
from coordination.directory import queries
from coordination.privacy import known
from coordination.privacy.words import PATHS

_ROWS = re.compile(
    r"^/(orte|personen|organisationen|stellen|sozialraeume|angebote|gremien|sitzungen)/([0-9]{1,9})(?:/|$)"
)
_DISTRICT = re.compile(r"^/bezirke/([0-9]{1,9})(?:/|$)")
_KINDS = {template.split("/")[1]: kind for kind, template in PATHS.items()}
#: Pages that have no row of their own: the longest beginning counts.
_WORDS = {
    "/angebote": N_("Offers and projects"),
    "/nachfolgen": N_("Succession"),
    "/aufgaben": N_("Tasks"),
    "/barrierefreiheit": N_("Accessibility"),
    "/beschluesse": N_("Decisions and tasks"),
    "/bestaetigungen": N_("Have entries confirmed"),
    "/datenschutz": N_("Data protection"),
    "/datenquellen": N_("Data sources"),
    "/einsaetze": N_("Assignments"),
    "/gremien": N_("Bodies"),
    "/kalender": N_("Subscribe to calendars"),
    "/konto": N_("Your account"),
    "/konto/anmelden": N_("Sign in"),
    "/orte": N_("Schools and facilities"),
    "/mein-privates": N_("Private number and photo"),
    "/organisationen": N_("Organisations"),
    "/personen/doppelte": N_("Possible doubles"),
    "/personen/neu": N_("New person"),
    "/postausgang": N_("Outbox"),
    "/pruefspur": N_("Trail of changes"),
    "/rueckmeldung": N_("Give feedback"),
    "/rueckmeldungen": N_("Messages from pages"),
    "/schulsozialarbeit": N_("Who is where? School social work at schools"),
    "/sozialraeume": N_("Social spaces"),
    "/suche": N_("Search"),
    "/termine": N_("Dates"),
    "/versorgung": N_("Coverage with school social work"),
    "/themen": N_("Topics"),
    "/verwaltung": N_("Administration"),
    "/verwaltung/auftraege": N_("Work that failed"),
    "/verwaltung/oeffentliche-seite": N_("Public page"),
    "/verzeichnis/import": N_("Read in the school file"),
    "/verzeichnis/listen": N_("Read in a list"),
    "/wen-frage-ich": N_("Whom do I ask?"),
    "/wer-ist-wo": N_("Who is where?"),
    "/zustaendigkeiten": N_("Responsibilities"),
}


def names(session: Session, actor: Actor, paths: Collection[str], day: date) -> dict[str, str]:
    """Return the name of each page that has one: a statement for each kind, however many paths there are."""
    wanted: dict[str, dict[str, int]] = {}
    for path in paths:
        if found := _ROWS.match(path):
            wanted.setdefault(_KINDS[found[1]], {})[path] = int(found[2])
    titles = {path: gettext(word) for path in paths if (word := _word(path))}
    for kind, keys in wanted.items():
        hits = known.hits(known.Reader(session, actor, day), kind, keys.values())
        titles |= {path: hits[key].title for path, key in keys.items() if key in hits}
    return titles | _districts(session, paths)


def _word(path: str) -> str:
    if path == "/":
        return N_("Desk")
    fitting = [start for start in _WORDS if path == start or path.startswith(f"{start}/")]
    return _WORDS[max(fitting, key=len)] if fitting else ""


def _districts(session: Session, paths: Collection[str]) -> dict[str, str]:
    keys = {path: int(found[1]) for path in paths if (found := _DISTRICT.match(path))}
    known = {one.id: one.name for one in queries.districts(session)} if keys else {}
    return {path: known[key] for path, key in keys.items() if key in known}
