"""Reads about accounts, and the Actor that follows from one."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Date, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from coordination.accounts import rules
from coordination.accounts.models import UserAccount, UserRole, UserSession
from coordination.bodies.models import Membership
from coordination.bodies.queries import holds, roles_of
from coordination.core.access import Actor, BodyRole, Role
from coordination.core.collation import german_key
from coordination.core.errors import NotFound
from coordination.core.i18n import N_, gettext
from coordination.decisions.models import Task
from coordination.directory.models import Organisation
from coordination.meetings.models import Invitation

_BOTH = N_("Both have an account. Please ask the administration to take the person out of one of them first.")
_WOULD_GAIN = N_(
    "One entry has an account, the other belongs to bodies or meetings: the account would see them. Please ask the"
    " administration to take the person out of the account first, and to enter it again afterwards."
)


def hash_token(token: str) -> str:
    """Return what is stored of a session's token."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Granted:
    """One role of an account; ``organisation_id`` where it is limited to what is below it."""

    role: Role
    organisation_id: int | None


@dataclass(frozen=True, slots=True)
class Holder:
    """What every page needs to know of the account that is signed in."""

    id: int
    email: str
    display_name: str
    person_id: int | None
    roles: tuple[Granted, ...]


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session that holds: its key, when it was last noted as used, whose it is, and its person's bodies today."""

    id: int
    seen_at: datetime
    account: Holder
    body_roles: dict[int, BodyRole]


def live_session(session: Session, token: str, now: datetime, today: date) -> LiveSession | None:
    """Return the session behind a cookie's token, if it and its account are alive.

    Every page begins with this: account, roles and memberships of ``today`` are read in one statement, and as plain
    values, since objects of three tables take twice as long.
    """
    found = session.connection().execute(_with_bodies(), {"token_hash": hash_token(token), "today": today}).all()
    if not found:
        return None
    row = found[0]
    # Each role comes with each body.
    roles = tuple(dict.fromkeys(Granted(one.role, one.organisation_id) for one in found if one.role is not None))
    if row.deactivated_at is not None or not _is_alive(row, roles, now):
        return None
    holder = Holder(row.user_id, row.email, row.display_name, row.person_id, roles)
    bodies = {one.body_id: one.body_role for one in found if one.body_id is not None}
    return LiveSession(row.id, row.seen_at, holder, bodies)


@cache
def _with_bodies() -> Select[*tuple[Any, ...]]:
    # Built once: every page begins with it.
    row, of, granted, seat = (one.__table__ for one in (UserSession, UserAccount, UserRole, Membership))
    sits = and_(seat.c.person_id == of.c.person_id, holds(Membership, bindparam("today", type_=Date)))
    return (
        select(
            *(row.c[name] for name in ("id", "user_id", "created_at", "seen_at", "own_device")),
            *(of.c[name] for name in ("email", "display_name", "person_id", "deactivated_at")),
            granted.c.role,
            granted.c.organisation_id,
            seat.c.body_id,
            seat.c.role.label("body_role"),
        )
        .select_from(
            row.join(of, of.c.id == row.c.user_id)
            .outerjoin(granted, granted.c.user_id == of.c.id)
            .outerjoin(seat, sits)
        )
        .where(row.c.token_hash == bindparam("token_hash"))
        .order_by(seat.c.id, granted.c.id)
    )


def actor_of(
    session: Session, account: UserAccount | Holder, today: date, body_roles: dict[int, BodyRole] | None = None
) -> Actor:
    """Return what ``account`` may act as on ``today``: rights are derived anew for each request.

    ``body_roles``: what its person is in which body that day, where that is known already.
    """
    if body_roles is None:
        body_roles = roles_of(session, account.person_id, today) if account.person_id is not None else {}
    scopes = [role.organisation_id for role in account.roles if role.role is Role.DIRECTORY_KEEPER]
    roots = [scope for scope in scopes if scope is not None]
    return Actor(
        user_id=account.id,
        person_id=account.person_id,
        roles=frozenset(role.role for role in account.roles),
        keeps=subtree(session, roots) if roots else frozenset(),
        keeps_all=None in scopes,
        body_roles=body_roles,
    )


def subtree(session: Session, roots: Sequence[int]) -> frozenset[int]:
    """Return the keys of ``roots`` and everything below them."""
    tree = select(Organisation.id).where(Organisation.id.in_(roots)).cte("tree", recursive=True)
    child = aliased(Organisation)
    tree = tree.union(select(child.id).join(tree, child.parent_id == tree.c.id))
    return frozenset(session.scalars(select(tree.c.id)))


def find_account(session: Session, email: str) -> UserAccount | None:
    """Return the account of an address, however it is typed."""
    return session.scalar(select(UserAccount).where(UserAccount.email == rules.fold_email(email)))


def get_account(session: Session, account_id: int) -> UserAccount:
    """Return one account.

    Raises:
        NotFound: there is none with this key.
    """
    account = session.get(UserAccount, account_id)
    if account is None:
        raise NotFound
    return account


def administrators() -> Select[int]:
    """Return the statement for the keys of those who administrate today."""
    return (
        select(UserAccount.id)
        .join(UserRole)
        .where(UserRole.role == Role.ADMINISTRATOR, UserAccount.deactivated_at.is_(None))
        .order_by(UserAccount.id)
    )


def is_last_administrator(session: Session, account: UserAccount) -> bool:
    """Return whether nobody would administrate any more without ``account``."""
    return session.scalars(administrators()).all() == [account.id]


def display_names(session: Session, keys: Collection[int]) -> dict[int, str]:
    """Return the names of accounts by their keys; deactivated ones too."""
    return {row[0]: row[1] for row in session.execute(named().where(UserAccount.id.in_(keys)))}


def named() -> Select[int, str]:
    """Return the statement for (key, name) of all accounts, to be narrowed or joined."""
    return select(UserAccount.id, UserAccount.display_name.label("name"))


def accounts(session: Session, text: str = "", role: Role | None = None) -> Sequence[UserAccount]:
    """Return accounts by family name, narrowed to ``text`` in name or address and to a role."""
    statement = select(UserAccount).options(
        joinedload(UserAccount.person), selectinload(UserAccount.roles).joinedload(UserRole.organisation)
    )
    if text:
        like = f"%{text.casefold().replace('%', '').replace('_', '')}%"
        statement = statement.where(or_(func.lower(UserAccount.display_name).like(like), UserAccount.email.like(like)))
    if role is not None:
        statement = statement.where(UserAccount.roles.any(UserRole.role == role))
    return sorted(session.scalars(statement), key=_by_family_name)


def _by_family_name(account: UserAccount) -> tuple[object, ...]:
    """Return what an account is sorted by; of one without a person the last word is the family name."""
    person = account.person
    given, _space, family = account.display_name.rpartition(" ")
    if person is not None:
        given, family = person.given_name, person.family_name
    return german_key(family), german_key(given), account.id


def sessions_of(session: Session, account: UserAccount, now: datetime) -> list[UserSession]:
    """Return the devices on which an account is signed in, last used first; what has run out is none."""
    rows = session.scalars(
        select(UserSession).where(UserSession.user_id == account.id).order_by(UserSession.seen_at.desc())
    )
    return [row for row in rows if _is_alive(row, account.roles, now)]


def _is_alive(row: Any, granted: Iterable[UserRole | Granted], now: datetime) -> bool:
    return rules.is_alive(
        created_at=row.created_at,
        seen_at=row.seen_at,
        own_device=row.own_device,
        roles=[one.role for one in granted],
        now=now,
    )


def languages(session: Session, person_ids: Collection[int]) -> dict[int, str]:
    """Return person's key → the language of the account, for those people who have one."""
    rows = session.execute(
        select(UserAccount.person_id, UserAccount.language).where(UserAccount.person_id.in_(person_ids))
    )
    return {key: language for key, language in rows if key is not None}


def merge_obstacles(session: Session, kept_id: int, gone_id: int, _today: date) -> list[str]:
    """Say why two entries of the directory cannot be put together, as far as accounts tell.

    Both have one; or one has, and would come by what the other may see and do in bodies and meetings.
    """
    owners = select(UserAccount.person_id).where(UserAccount.person_id.in_((kept_id, gone_id)))
    found = set(session.scalars(owners))
    if len(found) > 1:
        return [gettext(_BOTH)]
    others = {kept_id, gone_id} - found
    if not found or not _has_part(session, others):
        return []
    return [gettext(_WOULD_GAIN)]


def _has_part(session: Session, person_ids: Collection[int]) -> bool:
    """Return whether people sit in a body, were asked to a meeting, or have a task."""
    named = (Membership.person_id, Invitation.person_id, Task.person_id)
    return any(session.scalar(select(one).where(one.in_(person_ids)).limit(1)) is not None for one in named)
