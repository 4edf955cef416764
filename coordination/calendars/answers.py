"""Whole answers, kept in this process while nothing anywhere was recorded and the day is the same.

The key is (link, generation, revision, day): rights follow from rows and the day, so whoever may see less sees less
at the next fetch, also where a membership ends by its date and nothing is written.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import date, datetime, time
from functools import cached_property

from coordination.core import clock

#: Bytes of all answers that are kept; the one not asked for longest goes first.
MOST_BYTES = 16 * 1024 * 1024
#: One block of zlib at its quickest: calendars repeat themselves and shrink to a tenth all the same.
LEVEL = 5
Key = tuple[int, int, int, date]


class Kept:
    """A subscription as it goes out: its bytes, the same compressed, and what identifies them."""

    def __init__(self, plain: bytes) -> None:
        self.plain = plain
        #: Without quotation marks; the compressed bytes have a tag of their own (RFC 9110 section 8.8.3.3).
        self.tag = hashlib.sha256(plain).hexdigest()[:32]
        self.packed_tag = f"{self.tag}-gz"

    @cached_property
    def packed(self) -> bytes:
        """Return the compressed bytes, made when a program first asks for them: it takes longer than all else."""
        # No time in the header: the same calendar is the same bytes.
        return gzip.compress(self.plain, LEVEL, mtime=0)


class Answers:
    """The kept answers of one process; safe for its threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._size = 0
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key, make: Callable[[], bytes]) -> Kept:
        """Return the answer under ``key``, made now if nobody has asked before."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        kept = Kept(make())
        with self._lock:
            self._drop_older(key)
            self._kept[key] = kept
            self._size += _weight(kept)
            while self._size > self._most and len(self._kept) > 1:
                self._forget(next(iter(self._kept)))
        return kept

    def _drop_older(self, key: Key) -> None:
        """Nobody asks for an earlier revision of the same link again."""
        for old in [one for one in self._kept if one[0] == key[0]]:
            self._forget(old)

    def _forget(self, key: Key) -> None:
        gone = self._kept.pop(key)
        self._size -= _weight(gone)


def _weight(kept: Kept) -> int:
    # Compressed, a calendar is a tenth of its size; it may be made later.
    return len(kept.plain) + len(kept.plain) // 8


def last_modified(changed_at: datetime, today: date) -> datetime:
    """Return since when an answer can be what it is: the newest change anywhere, or midnight, which changes rights."""
    midnight = datetime.combine(today, time(), tzinfo=clock.ZONE)
    return max(changed_at, midnight)
