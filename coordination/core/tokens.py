"""Signed links: a purpose, an id and a generation; nothing secret is stored.

A link can be shown and mailed again; raising the generation of its row revokes it. The token is the
capability: the form behind it carries a form token derived from it and needs no cookie.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from itsdangerous import BadSignature, SignatureExpired, URLSafeSerializer, URLSafeTimedSerializer

from coordination.core.errors import LinkOver, NotFound

MINUTES = 60
DAYS = 24 * 60 * MINUTES


@dataclass(frozen=True, slots=True)
class Claim:
    """What a genuine token says: the key of its row and the generation it was made for."""

    id: int
    generation: int


class Signer:
    """Makes and reads the tokens of one installation."""

    def __init__(self, keys: Sequence[str]) -> None:
        """``keys``: newest first; old ones are only read."""
        self._keys = list(reversed(keys))
        self._kept: dict[str, URLSafeSerializer] = {}

    def _serializer(self, purpose: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(
            self._keys, salt=purpose, signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"}
        )

    def make(self, purpose: str, row_id: int, generation: int) -> str:
        """Return the token of a row, url-safe."""
        return str(self._serializer(purpose).dumps([row_id, generation]))

    def read(self, purpose: str, token: str, *, max_age: int | None = None) -> Claim:
        """Return what ``token`` claims; ``max_age`` is in seconds.

        Raises:
            NotFound: it was not made here for this purpose.
            LinkOver: it was, but is older than ``max_age``; it says for which row.
        """
        try:
            row_id, generation = self._serializer(purpose).loads(token, max_age=max_age)
        except SignatureExpired as error:
            # The signature is good, so this is what was signed.
            row_id, _generation = self._serializer(purpose).loads(token)
            raise LinkOver(row_id=int(row_id)) from error
        except (BadSignature, ValueError, TypeError) as error:
            raise NotFound from error
        return Claim(int(row_id), int(generation))

    def make_lasting(self, purpose: str, row_id: int, generation: int) -> str:
        """Return a token without a time in it: the same whenever it is shown, good until its generation is raised."""
        return str(self._lasting(purpose).dumps([row_id, generation]))

    def read_lasting(self, purpose: str, token: str) -> Claim:
        """Return what a token of ``make_lasting`` claims.

        Raises:
            NotFound: it was not made here for this purpose.
        """
        try:
            row_id, generation = self._lasting(purpose).loads(token)
        except (BadSignature, ValueError, TypeError) as error:
            raise NotFound from error
        return Claim(int(row_id), int(generation))

    def _lasting(self, purpose: str) -> URLSafeSerializer:
        if purpose not in self._kept:
            # A salt of its own: neither kind of token passes for the other.
            self._kept[purpose] = URLSafeSerializer(
                self._keys,
                salt=f"lasting:{purpose}",
                signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
            )
        return self._kept[purpose]

    def fingerprint(self, purpose: str, text: str) -> str:
        """Return 32 hex digits that stand for ``text``: always the same here, and nobody else can make or undo them.

        Made with the oldest key, which outlives a change of keys.
        """
        return hmac.new(self._keys[0].encode(), f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()[:32]

    def form_token(self, token: str) -> str:
        """Return the form token that belongs to a link's token."""
        return hmac.new(self._keys[-1].encode(), b"form:" + token.encode(), hashlib.sha256).hexdigest()

    def is_form_token(self, token: str, given: str) -> bool:
        """Return whether ``given`` is the form token of ``token``, in constant time."""
        return hmac.compare_digest(self.form_token(token).encode(), given.encode())
