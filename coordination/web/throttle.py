"""Limits on failures and on mails asked for, counted in our own database so that every process agrees."""

from __future__ import annotations

import hashlib
import ipaddress
from datetime import datetime
from typing import Any

from flask import request
from limits import RateLimitItem, parse
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import String, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from coordination.core import clock
from coordination.core.db import Base, UtcDateTime
from coordination.core.errors import TooManyAttempts
from coordination.core.i18n import N_
from coordination.core.work import writing
from coordination.web.extensions import db


class Throttle(Base):
    """How often something happened in the window that ends at ``expires_at``."""

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(String(200), unique=True)
    count: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class DatabaseStorage(Storage):
    """A storage for ``limits`` on the product's own database: one upsert for each hit."""

    STORAGE_SCHEME = ["koordination"]

    @property
    def base_exceptions(self) -> type[Exception]:
        """Return what the storage may raise."""
        return Exception

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count and return how often it is now; an expired window begins anew."""
        now = clock.utc_now()
        ends = datetime.fromtimestamp(now.timestamp() + expiry, now.tzinfo)
        with writing(), Session(db.engine) as session, session.begin():
            insert: Any = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
            session.execute(delete(Throttle).where(Throttle.expires_at <= now))
            statement = (
                insert(Throttle)
                .values(key=key, count=amount, expires_at=ends)
                .on_conflict_do_update(index_elements=["key"], set_={"count": Throttle.count + amount})
                .returning(Throttle.count)
            )
            return int(session.scalar(statement) or 0)

    def _row(self, key: str) -> tuple[int, datetime] | None:
        with Session(db.engine) as session:
            found = session.execute(
                select(Throttle.count, Throttle.expires_at).where(
                    Throttle.key == key, Throttle.expires_at > clock.utc_now()
                )
            ).first()
        return (found[0], found[1]) if found else None

    def get(self, key: str) -> int:
        """Return how often it was in the window."""
        row = self._row(key)
        return row[0] if row else 0

    def get_expiry(self, key: str) -> float:
        """Return when the window ends, in seconds since 1970."""
        row = self._row(key)
        return (row[1] if row else clock.utc_now()).timestamp()

    def check(self) -> bool:
        """Return whether the storage answers."""
        with Session(db.engine) as session:
            return session.scalar(select(func.count()).select_from(Throttle)) is not None

    def reset(self) -> int | None:
        """Forget everything."""
        with writing(), Session(db.engine) as session, session.begin():
            session.execute(delete(Throttle))
        return None

    def clear(self, key: str) -> None:
        """Forget one key."""
        with writing(), Session(db.engine) as session, session.begin():
            session.execute(delete(Throttle).where(Throttle.key == key))


def _network() -> str:
    """Return the caller's /24 or /64: single addresses of one network are one caller."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "127.0.0.1")
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        # A socket for both families names IPv4 callers so; all of them lie in one /64.
        address = address.ipv4_mapped
    prefix = 24 if address.version == 4 else 64
    return str(ipaddress.ip_network(f"{address}/{prefix}", strict=False))


_limiter = FixedWindowRateLimiter(DatabaseStorage())


class Limit:
    """At most so many of something, for each key, from each network or from all together."""

    def __init__(self, name: str, rate: str, *, by_network: bool = True) -> None:
        """``rate`` in the words of ``limits``: "5/10minutes"; without ``by_network`` all callers are one."""
        self.name = name
        self.by_network = by_network
        self.item: RateLimitItem = parse(rate)

    def _ids(self, key: str) -> tuple[str, str, str]:
        # Hashed: the counter needs no address in clear.
        hashed = hashlib.sha256(key.casefold().encode()).hexdigest()[:32] if key else ""
        return (self.name, hashed, _network() if self.by_network else "")

    def check(self, key: str = "") -> None:
        """Raise if the limit is reached; counts nothing.

        Raises:
            TooManyAttempts: with the seconds until it may go on.
        """
        if not _limiter.test(self.item, *self._ids(key)):
            ends = _limiter.get_window_stats(self.item, *self._ids(key)).reset_time
            wait = max(1, round(ends - clock.utc_now().timestamp()))
            raise TooManyAttempts(N_("For safety there is a short pause now."), retry_after=wait)

    def count(self, key: str = "") -> None:
        """Count one."""
        _limiter.hit(self.item, *self._ids(key))

    def forget(self, key: str = "") -> None:
        """Begin anew, after a success."""
        _limiter.clear(self.item, *self._ids(key))
