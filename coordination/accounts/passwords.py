"""Argon2id, always outside a transaction: it takes its time on purpose."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()
#: Hash of a password nobody has: an unknown address takes as long as a known one.
_NOBODY = _hasher.hash("no account has this password")


def hash_password(password: str) -> str:
    """Return the Argon2id hash to store."""
    return _hasher.hash(password)


def is_password(password_hash: str, password: str) -> bool:
    """Return whether ``password`` fits; takes as long for an account without one."""
    try:
        fits = _hasher.verify(password_hash or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return fits and bool(password_hash)
