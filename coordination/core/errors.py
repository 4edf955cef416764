"""The errors a person can be told about; everything else is a defect."""

from __future__ import annotations

from collections.abc import Callable


class DomainError(Exception):
    """Base of all expected errors. ``message`` is an English msgid; the web translates it."""

    def __init__(self, message: str = "", **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values = values


class NotFound(DomainError):
    """The thing does not exist, or the actor may not know that it does."""


class Forbidden(DomainError):
    """The actor sees the thing but may not do this with it."""


class SignInRequired(DomainError):
    """Nobody is signed in; the page asks for it and comes back."""


class LinkOver(DomainError):
    """A link was genuine but has been used, revoked or has expired.

    ``row_id`` is the key that it was made for, ``body_id`` the body whose office knows more, where that is known.
    """

    def __init__(self, *, row_id: int | None = None, body_id: int | None = None) -> None:
        super().__init__()
        self.row_id, self.body_id = row_id, body_id


class TooManyAttempts(DomainError):
    """A limit was reached; ``retry_after`` is in seconds."""

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class RuleViolation(DomainError):
    """Input breaks a rule; ``field`` names the form field it belongs to, or is empty for the form."""

    def __init__(self, message: str, *, field: str = "", **values: object) -> None:
        super().__init__(message, **values)
        self.field = field
        #: What else is broken. It never names itself: a circle would keep all that its traceback holds.
        self.others: tuple[RuleViolation, ...] = ()

    @property
    def found(self) -> tuple[RuleViolation, ...]:
        """Return all rules that are broken, this one first."""
        return (self, *self.others)


def check_all(*checks: Callable[[], object]) -> None:
    """Run every check, so that whoever typed reads at once all that is wrong.

    Raises:
        RuleViolation: the first that was broken; ``found`` has the others too.
    """
    broken: list[RuleViolation] = []
    for check in checks:
        try:
            check()
        except RuleViolation as violation:
            broken += violation.found
    if broken:
        first, *others = broken
        first.others = tuple(others)
        broken.clear()
        try:
            raise first
        finally:
            del first, others


class Unavailable(DomainError):
    """Something that the product needs does not do its part at present; the input is not to blame."""


class Conflict(DomainError):
    """Somebody else changed the same thing in the meantime; nothing was stored."""
