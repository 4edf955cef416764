"""The product without its kept answers: each fetch reads the parts and joins them."""

from __future__ import annotations

from collections.abc import Callable

from coordination.calendars.answers import EXTENSION, Answers, Kept, Key
from wsgi import app


class Forgetful(Answers):
    """Keeps nothing."""

    def get(self, key: Key, make: Callable[[], bytes]) -> Kept:
        """Return the answer, made now."""
        return Answers().get(key, make)


app.extensions[EXTENSION] = Forgetful()
