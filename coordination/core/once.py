"""What several parts of one page read is read once, as long as one reading transaction lasts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from coordination.core.work import is_writing

T = TypeVar("T")
_KEPT = "read_once"


def once(session: Session, key: tuple[object, ...], read: Callable[[], T]) -> T:
    """Return what ``read`` finds, asked once; whoever writes always asks anew."""
    if is_writing():
        return read()
    kept = _kept(session)
    if key not in kept:
        found = read()
        # Reading may have begun the transaction.
        kept = _kept(session)
        kept[key] = found
    value: T = kept[key]
    return value


def know(session: Session, key: tuple[object, ...], value: object) -> None:
    """Keep what another statement has found along the way."""
    if not is_writing():
        _kept(session)[key] = value


def _kept(session: Session) -> dict[tuple[object, ...], Any]:
    transaction = session.get_transaction()
    held, values = session.info.get(_KEPT, (None, {}))
    if transaction is None or held is not transaction:
        values = {}
        session.info[_KEPT] = (transaction, values)
    found: dict[tuple[object, ...], Any] = values
    return found
