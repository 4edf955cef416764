"""What is done with accounts. Passwords arrive here already hashed (it takes time; a transaction must not)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from coordination.accounts import letters, rules
from coordination.accounts.models import UserAccount, UserRole, UserSession
from coordination.accounts.queries import administrators, find_account, hash_token
from coordination.core.access import Role
from coordination.core.errors import LinkOver, NotFound, RuleViolation
from coordination.core.i18n import N_
from coordination.core.work import Work
from coordination.directory.models import Organisation, Person
from coordination.mail.outbox import queue
from coordination.mail.site import Site


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """A role to give; ``organisation_id`` limits a directory keeper to a subtree."""

    role: Role
    organisation_id: int | None = None


@dataclass(frozen=True, slots=True)
class AccountInput:
    """What an administrator fixes of an account."""

    email: str
    display_name: str
    person_id: int | None
    roles: Sequence[RoleGrant] = ()
    language: str = "de"


def create_account(work: Work, data: AccountInput, site: Site) -> UserAccount:
    """Set up an account and queue its invitation.

    Raises:
        RuleViolation: the address or the person has an account already.
    """
    if find_account(work.session, data.email) is not None:
        raise RuleViolation(N_("There is an account with this address already."), field="email")
    account = UserAccount(email=rules.fold_email(data.email), created_at=work.now, password_hash="", generation=0)
    _fill(work, account, data)
    work.session.add(account)
    work.record("account.created", account)
    invite(work, account, site)
    return account


def change_account(work: Work, account: UserAccount, data: AccountInput, site: Site, *, version: int) -> None:
    """Change an account. New rights hold from the next request on; of another address both addresses hear.

    Raises:
        RuleViolation: the address or person is another account's, or nobody would administrate any more.
        Conflict: see ``check_version``.
    """
    from coordination.core.versions import check_version

    check_version(account, version)
    other = find_account(work.session, data.email)
    if other is not None and other is not account:
        raise RuleViolation(N_("There is an account with this address already."), field="email")
    keeps_office = any(grant.role is Role.ADMINISTRATOR for grant in data.roles)
    if not keeps_office:
        _refuse_last_administrator(work.session, account, field="roles")
    before, account.email = account.email, rules.fold_email(data.email)
    _fill(work, account, data)
    # Roles are rows of their own; the account's version grows with them all the same.
    flag_modified(account, "display_name")
    work.record("account.changed", account)
    if before != account.email and account.deactivated_at is None:
        _tell_of_address(work, account, site, before)


def _tell_of_address(work: Work, account: UserAccount, site: Site, before: str) -> None:
    """Void the links that went to the old address; invite anew, or tell both addresses of the change."""
    if not account.password_hash:
        invite(work, account, site)
        return
    account.generation += 1
    for address in (before, account.email):
        queue(work, letters.address_changed(account, site, to=address), site.sender)


def _fill(work: Work, account: UserAccount, data: AccountInput) -> None:
    _check_links(work.session, account, data)
    account.display_name, account.person_id, account.language = data.display_name, data.person_id, data.language
    wanted = {(grant.role, grant.organisation_id) for grant in data.roles}
    present = {(role.role, role.organisation_id): role for role in account.roles}
    for key, role in present.items():
        if key not in wanted:
            account.roles.remove(role)
    for kind, organisation_id in sorted(wanted - present.keys(), key=str):
        account.roles.append(UserRole(role=kind, organisation_id=organisation_id))


def _check_links(session: Session, account: UserAccount, data: AccountInput) -> None:
    """Raise RuleViolation if the person or an organisation is not there or the person is taken."""
    if data.person_id is not None:
        if session.get(Person, data.person_id) is None:
            raise RuleViolation(N_("Please choose a person of the directory."), field="person_id")
        taken = session.scalar(select(UserAccount.id).where(UserAccount.person_id == data.person_id))
        if taken is not None and taken != account.id:
            raise RuleViolation(N_("This person has an account already."), field="person_id")
    for grant in data.roles:
        if grant.organisation_id is not None and session.get(Organisation, grant.organisation_id) is None:
            raise RuleViolation(N_("Please choose an organisation."), field="keeps")


def _refuse_last_administrator(session: Session, account: UserAccount, field: str = "") -> None:
    # The rows are locked, so that of two who step down at once the second waits and then sees the first.
    if session.scalars(administrators().with_for_update()).all() == [account.id]:
        raise RuleViolation(
            N_("This is the last account with administration. Please appoint another one first."), field=field
        )


def invite(work: Work, account: UserAccount, site: Site) -> None:
    """Queue a new invitation; older links are over.

    Raises:
        RuleViolation: the account has a password already, or is deactivated.
    """
    if account.password_hash or account.deactivated_at is not None:
        raise RuleViolation(N_("This account needs no invitation. A new password is asked for on the sign-in page."))
    account.generation += 1
    account.invited_at = work.now
    work.session.flush()
    queue(work, letters.invitation(account, site), site.sender)
    work.record("account.invited", account)


def request_reset(work: Work, account: UserAccount, site: Site) -> None:
    """Queue a reset link; for an account that never had a password, its invitation again.

    Links sent before stay good until one is used: nobody can void somebody else's by asking.
    """
    if account.deactivated_at is not None:
        return
    letter = letters.reset if account.password_hash else letters.invitation
    queue(work, letter(account, site), site.sender)
    work.record("account.reset_requested", account)


def send_reset(work: Work, account: UserAccount, site: Site) -> None:
    """Queue a reset link because the administration asked for it, for somebody who cannot.

    Raises:
        RuleViolation: the account is deactivated, or has no password yet.
    """
    if account.deactivated_at is not None or not account.password_hash:
        raise RuleViolation(N_("This account has no password that could be set anew."))
    queue(work, letters.reset_by_administration(account, site), site.sender)
    work.record("account.reset_sent", account)


def account_behind(session: Session, site: Site, purpose: str, token: str) -> UserAccount:
    """Return the account that an invitation or reset link is for.

    Raises:
        NotFound: the link was not made here.
        LinkOver: it was, but has been used, replaced or has expired.
    """
    age = rules.INVITATION_AGE if purpose == letters.INVITATION else rules.RESET_AGE
    claim = site.signer.read(purpose, token, max_age=age)
    account = session.get(UserAccount, claim.id)
    if account is None or account.deactivated_at is not None:
        raise NotFound
    is_used = purpose == letters.INVITATION and bool(account.password_hash)
    if account.generation != claim.generation or is_used:
        raise LinkOver
    return account


def set_password(work: Work, account: UserAccount, password_hash: str, site: Site) -> None:
    """Store a new password; all sessions end and all links are over."""
    is_first = not account.password_hash
    account.password_hash = password_hash
    account.generation += 1
    end_sessions(work, account)
    if not is_first:
        queue(work, letters.password_changed(account, site), site.sender)
    work.record("account.password_set", account)


def begin_session(work: Work, account: UserAccount, *, own_device: bool, device: str) -> str:
    """Sign in on a device and return the token for its cookie (256 random bits; only its hash is kept)."""
    gone = work.now - rules.OWN_DEVICE
    work.session.execute(delete(UserSession).where(UserSession.user_id == account.id, UserSession.created_at < gone))
    token = secrets.token_urlsafe(32)
    work.session.add(
        UserSession(
            user_id=account.id,
            token_hash=hash_token(token),
            created_at=work.now,
            seen_at=work.now,
            own_device=own_device,
            device=device,
        )
    )
    work.record("account.signed_in", account)
    return token


def end_session(work: Work, account: UserAccount, session_id: int) -> None:
    """Sign one device of ``account`` out.

    Raises:
        NotFound: it is not a session of this account.
    """
    found = work.session.get(UserSession, session_id)
    if found is None or found.user_id != account.id:
        raise NotFound
    work.session.delete(found)
    work.record("account.signed_out", account)


def end_sessions(work: Work, account: UserAccount) -> None:
    """Sign all devices out."""
    work.session.execute(delete(UserSession).where(UserSession.user_id == account.id))
    work.record("account.signed_out_everywhere", account)


def deactivate(work: Work, account: UserAccount) -> None:
    """End an account's access at once; what it did stays.

    Raises:
        RuleViolation: it is the last one with administration.
    """
    _refuse_last_administrator(work.session, account)
    account.deactivated_at = work.now
    account.generation += 1
    end_sessions(work, account)
    work.record("account.deactivated", account)


def reactivate(work: Work, account: UserAccount) -> None:
    """Let an account sign in again, with the password it had."""
    account.deactivated_at = None
    work.record("account.reactivated", account)
