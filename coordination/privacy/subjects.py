"""What a line of the trail is about: its kind, its name and its page, as far as the reader may know them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from coordination.core import registry
from coordination.core.access import Actor, Permission, allows
from coordination.core.i18n import N_, gettext
from coordination.directory import queries
from coordination.directory.models import Assignment
from coordination.privacy import words

#: Kind of row → what it is called; a kind that is not here is named by its action alone.
KINDS = {
    "absence": N_("Absence"),
    "assignment": N_("Assignment"),
    "body": N_("Body"),
    "district": N_("District"),
    "feedback": N_("Message"),
    "job": N_("Background work"),
    "organisation": N_("Organisation"),
    "outbox_mail": N_("Mail"),
    "person": N_("Person"),
    "place": N_("Place"),
    "user_account": N_("Account"),
}
#: Pages for some only: kind → address and the permission it asks for.
GUARDED = {
    "feedback": ("/rueckmeldungen", Permission.FEEDBACK_READ),
    "outbox_mail": ("/postausgang/{}", Permission.OUTBOX_READ),
    "user_account": ("/verwaltung/konten/{}", Permission.ACCOUNT_MANAGE),
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
    return found


def _guarded(actor: Actor, kind: str, key: int) -> str:
    address, permission = GUARDED.get(kind, ("", Permission.SIGNED_IN))
    return address.format(key) if address and allows(actor, permission) else ""


def _names(
    session: Session, actor: Actor, keys: Mapping[str, set[int]], day: date
) -> dict[str, dict[int, tuple[str, str]]]:
    names: dict[str, dict[int, tuple[str, str]]] = {}
    for source in registry.search_sources:
        if source.kind in keys and source.kind in words.PATHS and source.may_see(actor):
            hits = source.describe(session, actor, sorted(keys[source.kind]), day)
            names[source.kind] = {key: (hit.title, hit.url) for key, hit in hits.items()}
    accounts: dict[int, str] = {}
    for lookup in registry.account_names if keys.get("user_account") else ():
        accounts |= lookup(session, keys["user_account"])
    names["user_account"] = {key: (name, _guarded(actor, "user_account", key)) for key, name in accounts.items()}
    if keys.get("assignment"):
        names["assignment"] = _assignments(session, actor, keys["assignment"], day)
    if keys.get("district"):
        districts = {one.id: one.name for one in queries.districts(session)}
        names["district"] = {key: (districts[key], f"/bezirke/{key}") for key in keys["district"] & districts.keys()}
    return names


def _assignments(session: Session, actor: Actor, keys: Collection[int], day: date) -> dict[int, tuple[str, str]]:
    """Return whose and where; what is only planned is named to those who may see plans."""
    statement = (
        select(Assignment)
        .where(Assignment.id.in_(keys))
        .options(joinedload(Assignment.person), joinedload(Assignment.place))
    )
    if not allows(actor, Permission.DIRECTORY_PLANNED):
        statement = statement.where(Assignment.valid_from <= day)
    return {
        one.id: (
            ", ".join([one.person.name if one.person else gettext("vacant"), one.place.name]),
            words.path(f"place:{one.place_id}") + "#assignments",
        )
        for one in session.scalars(statement)
    }
