"""Argon2id, always outside a transaction: it takes its time on purpose."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()


@cache
def _nobody() -> str:
    """Return the hash of a password nobody has; made when first needed, because it takes its time too."""
    return _hasher.hash("no account has this password")


def hash_password(password: str) -> str:
    """Return the Argon2id hash to store."""
    return _hasher.hash(password)


def is_password(password_hash: str, password: str) -> bool:
    """Return whether ``password`` fits; takes as long for an account without one."""
    # Asked for in any case: an unknown address takes as long as a known one, also the first time.
    nobody = _nobody()
    try:
        fits = _hasher.verify(password_hash or nobody, password)
    except (VerificationError, InvalidHashError):
        return False
    return fits and bool(password_hash)
