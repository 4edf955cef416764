"""Names of rows for a reader: only of kinds, and of rows, that the reader may see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from coordination.bodies.models import Body, Deputy, Membership, Seat
from coordination.bodies.queries import owner
from coordination.core import registry
from coordination.core.access import Actor, Permission, Subject, allows
from coordination.core.i18n import gettext
from coordination.core.registry import SearchHit
from coordination.directory.models import Person

#: Key → name and address.
Names = dict[int, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, on which day, and the session to read with."""

    session: Session
    actor: Actor
    day: date


def hits(reader: Reader, kind: str, keys: Collection[int]) -> dict[int, SearchHit]:
    """Return what the search would show of rows of one kind; nothing of what it would not find for the actor."""
    found: dict[int, SearchHit] = {}
    for source in registry.search_sources:
        if source.kind != kind or not source.may_see(reader.actor):
            continue
        seen = sorted(set(keys))
        if source.visible is not None:
            key = source.model.id
            shown = source.visible(reader.actor, reader.day)
            seen = list(reader.session.scalars(select(key).where(key.in_(seen), key.in_(shown))))
        if source.hidden is not None and (unseen := source.hidden(reader.actor, reader.day)) is not None:
            key = source.model.id
            seen = list(reader.session.scalars(select(key).where(key.in_(seen), key.not_in(unseen))))
        found |= source.describe(reader.session, reader.actor, seen, reader.day) if seen else {}
    return found


def accounts(reader: Reader, keys: Collection[int]) -> Names:
    """Return the names of accounts: all of them for those who keep accounts, else only the own one."""
    may_all = allows(reader.actor, Permission.ACCOUNT_MANAGE)
    seen = [key for key in keys if may_all or key == reader.actor.user_id]
    names: dict[int, str] = {}
    for lookup in registry.account_names if seen else ():
        names |= lookup(reader.session, seen)
    found = {key: (name, f"/verwaltung/konten/{key}" if may_all else "") for key, name in names.items()}
    return dict.fromkeys(seen, (gettext("a former account"), "")) | found


def _manages(actor: Actor, body_id: int) -> bool:
    return allows(actor, Permission.BODY_MANAGE, Subject(body_id=body_id))


def seats(reader: Reader, keys: Collection[int]) -> Names:
    """Return whose seat it is, and in which body; what begins later only for those who run the body."""
    if not allows(reader.actor, Permission.BODY_READ):
        return {}
    statement = select(Seat, Body.name).join(Seat.body).where(Seat.id.in_(keys))
    rows = reader.session.execute(statement.options(joinedload(Seat.organisation)))
    return {
        seat.id: (", ".join(part for part in (owner(seat), name) if part), f"/gremien/{seat.body_id}")
        for seat, name in rows
        if seat.valid_from <= reader.day or _manages(reader.actor, seat.body_id)
    }


def _sitting(reader: Reader, model: type[Membership | Deputy], keys: Collection[int]) -> Names:
    """Return who it is, and in which body; what begins later only for those who run the body."""
    if not allows(reader.actor, Permission.BODY_READ):
        return {}
    rows = reader.session.execute(
        select(model.id, model.body_id, model.valid_from, Person, Body.name)
        .join(Person, Person.id == model.person_id)
        .join(Body, Body.id == model.body_id)
        .where(model.id.in_(keys))
    )
    return {
        key: (f"{person.name}, {name}", f"/gremien/{body_id}")
        for key, body_id, first, person, name in rows
        if first <= reader.day or _manages(reader.actor, body_id)
    }


def memberships(reader: Reader, keys: Collection[int]) -> Names:
    """Return who sits where."""
    return _sitting(reader, Membership, keys)


def deputies(reader: Reader, keys: Collection[int]) -> Names:
    """Return who stands in where."""
    return _sitting(reader, Deputy, keys)
