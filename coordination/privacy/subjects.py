"""What a line of the trail is about: its kind, its name and its page, as far as the reader may know them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from coordination.core.access import Actor, Permission, allows, plans_of
from coordination.core.i18n import N_, gettext
from coordination.directory import import_jobs, queries
from coordination.directory.models import Assignment
from coordination.directory.rounds.models import ConfirmationRound
from coordination.privacy import known, sittings, words
from coordination.topics.models import Topic

#: Kind of row → what it is called; a kind that is not here is named by its action alone.
KINDS = {
    "absence": N_("Absence"),
    "agenda_item": N_("Agenda item"),
    "assignment": N_("Assignment"),
    "body": N_("Body"),
    "calendar_link": N_("Subscribed calendar"),
    "confirmation_round": N_("Confirmation round"),
    "coverage_target": N_("Target for school social work"),
    "decision": N_("Decision"),
    "deputy": N_("Deputy"),
    "district": N_("District"),
    "feedback": N_("Message"),
    "job": N_("Background work"),
    "meeting": N_("Meeting"),
    "membership": N_("Membership"),
    "minutes": N_("Minutes"),
    "offer": N_("Offer or project"),
    "organisation": N_("Organisation"),
    "outbox_mail": N_("Mail"),
    "person": N_("Person"),
    "place": N_("Place"),
    "post": N_("Post"),
    "public_page": N_("Public page"),
    "seat": N_("Seat"),
    "social_space": N_("Social space"),
    "task": N_("Task"),
    "topic": N_("Topic"),
    "user_account": N_("Account"),
}
#: Pages for some only: kind → address and the permission it asks for.
GUARDED = {
    "feedback": ("/rueckmeldungen", Permission.FEEDBACK_READ_ANY),
    "outbox_mail": ("/postausgang/{}", Permission.OUTBOX_READ),
}


@dataclass(frozen=True, slots=True)
class About:
    """What one line is about; ``name`` and ``url`` are "" where there is none for this reader."""

    kind: str
    name: str = ""
    url: str = ""


def of(session: Session, actor: Actor, subjects: Collection[str], day: date) -> dict[str, About]:
    """Return what each subject ("person:12") is: a statement for each kind, however many lines there are."""
    keys: dict[str, set[int]] = defaultdict(set)
    for subject in subjects:
        kind, _, text = subject.partition(":")
        if kind in KINDS and text.isascii() and text.isdigit():
            keys[kind].add(int(text))
    found = {
        f"{kind}:{key}": About(gettext(KINDS[kind]), "", _guarded(actor, kind, key))
        for kind, some in keys.items()
        for key in some
    }
    for kind, names in _names(session, actor, keys, day).items():
        for key, (name, url) in names.items():
            found[f"{kind}:{key}"] = About(gettext(KINDS[kind]), name, url)
    for subject, (sentence, url) in sittings.sentences(known.Reader(session, actor, day), keys).items():
        found[subject] = About(sentence, "", url)
    return found


def _guarded(actor: Actor, kind: str, key: int) -> str:
    address, permission = GUARDED.get(kind, ("", Permission.SIGNED_IN))
    return address.format(key) if address and allows(actor, permission) else ""


def _names(
    session: Session, actor: Actor, keys: Mapping[str, set[int]], day: date
) -> dict[str, dict[int, tuple[str, str]]]:
    names: dict[str, dict[int, tuple[str, str]]] = {}
    for kind in keys.keys() & words.PATHS.keys():
        shown = known.hits(known.Reader(session, actor, day), kind, keys[kind])
        names[kind] = {key: (hit.title, hit.url) for key, hit in shown.items()}
    for kind, lookup in _LOOKUPS.items():
        if keys.get(kind):
            names[kind] = lookup(known.Reader(session, actor, day), keys[kind])
    return names


def _districts(reader: known.Reader, keys: Collection[int]) -> known.Names:
    if not allows(reader.actor, Permission.DIRECTORY_READ):
        return {}
    return {one.id: (one.name, f"/bezirke/{one.id}") for one in queries.districts(reader.session) if one.id in keys}


def _rounds(reader: known.Reader, keys: Collection[int]) -> known.Names:
    """Return whose rounds they are, to those who keep that employer."""
    statement = select(ConfirmationRound).where(ConfirmationRound.id.in_(keys))
    found = reader.session.scalars(statement.options(joinedload(ConfirmationRound.employer)))
    return {
        one.id: (one.employer.called, f"/bestaetigungen/{one.id}")
        for one in found
        if allows(reader.actor, Permission.DIRECTORY_EDIT, queries.subject_of(one.employer))
    }


def _topics(reader: known.Reader, keys: Collection[int]) -> known.Names:
    if not allows(reader.actor, Permission.BODY_READ):
        return {}
    return {one.id: (one.name, "/themen") for one in reader.session.scalars(select(Topic).where(Topic.id.in_(keys)))}


def _assignments(reader: known.Reader, keys: Collection[int]) -> known.Names:
    """Return whose and where; what is only planned is named to those who may see plans."""
    if not allows(reader.actor, Permission.DIRECTORY_READ):
        return {}
    statement = (
        select(Assignment)
        .where(Assignment.id.in_(keys))
        .options(joinedload(Assignment.person), joinedload(Assignment.place))
    )
    if not allows(reader.actor, Permission.DIRECTORY_PLANNED):
        statement = statement.where(
            or_(Assignment.valid_from <= reader.day, Assignment.employer_id.in_(plans_of(reader.actor)))
        )
    return {
        one.id: (
            ", ".join([one.person.name if one.person else gettext("vacant"), one.place.name]),
            words.path(f"place:{one.place_id}") + "#assignments",
        )
        for one in reader.session.scalars(statement)
    }


def _imports(reader: known.Reader, keys: Collection[int]) -> known.Names:
    """Return which file an import stored and what it changed, to those who may import."""
    if not allows(reader.actor, Permission.DIRECTORY_EDIT_ALL):
        return {}
    found = import_jobs.stored_imports(reader.session, keys)
    return {
        job.id: (import_jobs.sentence(job), f"/verzeichnis/import/{job.params.get('preview', '')}") for job in found
    }


def _decisions(reader: known.Reader, keys: Collection[int]) -> known.Names:
    return sittings.settled(reader, "decision", keys)


def _tasks(reader: known.Reader, keys: Collection[int]) -> known.Names:
    return sittings.settled(reader, "task", keys)


_LOOKUPS: dict[str, Callable[[known.Reader, Collection[int]], known.Names]] = {
    "assignment": _assignments,
    "confirmation_round": _rounds,
    "decision": _decisions,
    "deputy": known.deputies,
    "district": _districts,
    "job": _imports,
    "membership": known.memberships,
    "seat": known.seats,
    "task": _tasks,
    "topic": _topics,
    "user_account": known.accounts,
}
