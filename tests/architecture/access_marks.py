"""What is planted where it would leak from, and which kinds of person may see it."""

from __future__ import annotations

#: What only some may see, planted where it would leak from.
PLANNED, MAIL, MESSAGE = "Geheimgeplant", "GEHEIM-MAIL", "GEHEIM-RUECKMELDUNG"
#: What only one provider plans, for its keeper and for those who plan for the city.
PLANNED_OURS, PLANNED_OTHERS = f"{PLANNED} Alpha", f"{PLANNED} Beta"
#: Before the name of the body whose meeting it is.
MEETING, DRAFT, MINUTES = "Geheimsitzung", "Geheimentwurf", "Geheimprotokoll"
#: Before it, too: an item of its agenda.
ITEM = "Geheimpunkt"
#: Before it, too: in name and content of an attachment of that item.
FILE = "Geheimanlage"
#: Before the name of the employer of whoever wants something otherwise.
WISH = "Geheimwunsch"
#: The name of somebody at a school: the public page shows the school to everybody, and nobody's name.
NAME = "Geheimname"
#: A private number and what a photo holds: with their owner's consent, for whoever is signed in.
PRIVATE, PHOTO = "5557088", "GEHEIM-FOTO"
DECISION, TASK = "Geheimbeschluss", "Geheimaufgabe"

KINDS = (
    "anonymous",
    "guest",
    "deactivated",
    "professional",
    "own_body",
    "other_body",
    "former_member",
    "coordinator",
    "planner",
    "lead",
    "keeper",
    "keeper_elsewhere",
    "keeper_of_all",
    "administrator",
)
#: Who is not signed in, or no longer.
NOBODY = {"anonymous", "guest", "deactivated"}
#: Marker → the kinds of person who may see it; everybody else never does.
MAY_SEE: dict[str, set[str]] = {
    PLANNED_OURS: {"coordinator", "planner", "keeper", "keeper_of_all"},
    PLANNED_OTHERS: {"coordinator", "planner", "keeper_elsewhere", "keeper_of_all"},
    MAIL: {"administrator"},
    NAME: set(KINDS) - NOBODY,
    PRIVATE: set(KINDS) - NOBODY,
    PHOTO: set(KINDS) - NOBODY,
    MESSAGE: {"administrator", "keeper_of_all"},
    f"{WISH} Träger Alpha": {"keeper", "keeper_of_all"},
    f"{WISH} Träger Beta": {"keeper_elsewhere", "keeper_of_all"},
    f"{MEETING} Beirat Alpha": {"own_body", "coordinator"},
    f"{MEETING} Beirat Beta": {"other_body"},
    f"{MINUTES} Beirat Alpha": {"own_body", "coordinator"},
    f"{MINUTES} Beirat Beta": {"other_body"},
    f"{DRAFT} Beirat Alpha": {"coordinator"},
    f"{DRAFT} Beirat Beta": set(),
    f"{ITEM} Beirat Alpha": {"own_body", "coordinator"},
    f"{ITEM} Beirat Beta": {"other_body"},
    f"{FILE} Beirat Alpha": {"own_body", "coordinator"},
    f"{FILE} Beirat Beta": {"other_body"},
    f"{DECISION} Beirat Alpha": {"own_body", "coordinator"},
    f"{DECISION} Beirat Beta": {"other_body"},
    f"{TASK} Beirat Alpha": {"own_body", "coordinator"},
    f"{TASK} Beirat Beta": {"other_body"},
}
