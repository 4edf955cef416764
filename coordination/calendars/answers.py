"""Whole answers, kept in this process while nothing anywhere was recorded and the day is the same.

The key is (link, generation, revision, day): rights follow from rows and the day, so whoever may see less sees less
at the next fetch, also where a membership ends by its date and nothing is written.
"""

from __future__ import annotations

import enum
import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header, parse_date, parse_etags

from coordination.core import clock

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

EXTENSION = "koordination.calendar_answers"

#: Bytes of all answers that are kept; the one not asked for longest goes first.
MOST_BYTES = 16 * 1024 * 1024
#: One block of zlib at its quickest: calendars repeat themselves and shrink to a tenth all the same.
LEVEL = 5
#: Link, generation, revision, day.
Key = tuple[int, int, int, date]
#: Status and headers as WSGI takes them.
Head = tuple[str, list[tuple[str, str]]]


class Form(enum.Enum):
    """How an answer goes out, and with which status."""

    PLAIN = "200 OK"
    PACKED = "200 OK, compressed"
    UNCHANGED = "304 NOT MODIFIED"
    UNCHANGED_PACKED = "304 NOT MODIFIED, with the tag of the compressed bytes"


class Kept:
    """A subscription as it goes out: its bytes, the same compressed, and what identifies them."""

    def __init__(self, plain: bytes) -> None:
        self.plain = plain
        #: What went out above the bytes, for each form that was asked for so far.
        self.heads: dict[Form, Head] = {}
        #: Without quotation marks; the compressed bytes have a tag of their own (RFC 9110 section 8.8.3.3).
        self.tag = hashlib.sha256(plain).hexdigest()[:32]
        self.packed_tag = f"{self.tag}-gz"

    @cached_property
    def packed(self) -> bytes:
        """Return the compressed bytes, made when a program first asks for them: it takes longer than all else."""
        # No time in the header: the same calendar is the same bytes.
        return gzip.compress(self.plain, LEVEL, mtime=0)

    def body(self, form: Form) -> bytes:
        """Return the bytes that go out in ``form``."""
        if form is Form.PLAIN:
            return self.plain
        return self.packed if form is Form.PACKED else b""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a program says of the answers it takes and of the one it has: headers as they came, None: not sent."""

    encodings: str
    tags: str | None
    since: str | None

    @classmethod
    def of(cls, environ: WSGIEnvironment) -> Asked:
        """Return what stands in a request."""
        value = environ.get
        return cls(value("HTTP_ACCEPT_ENCODING", ""), value("HTTP_IF_NONE_MATCH"), value("HTTP_IF_MODIFIED_SINCE"))

    def form(self, kept: Kept, modified: datetime) -> Form:
        """Return how to answer with ``kept``."""
        is_packed = _takes_gzip(self.encodings)
        if self._has(kept, modified):
            return Form.UNCHANGED_PACKED if is_packed else Form.UNCHANGED
        return Form.PACKED if is_packed else Form.PLAIN

    def _has(self, kept: Kept, modified: datetime) -> bool:
        """Return whether the program has these bytes already (RFC 9110 sections 13.1.2, 13.1.3 and 13.2.2)."""
        if self.tags is not None:
            known = parse_etags(self.tags)
            return known.contains_weak(kept.tag) or known.contains_weak(kept.packed_tag)
        since = parse_date(self.since)
        return since is not None and modified.replace(microsecond=0) <= since


@lru_cache(64)
def _takes_gzip(encodings: str) -> bool:
    return parse_accept_header(encodings, Accept).quality("gzip") > 0


class Answers:
    """The kept answers of one process; safe for its threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._size = 0
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def peek(self, key: Key) -> Kept | None:
        """Return the answer under ``key`` if there is one."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def get(self, key: Key, make: Callable[[], bytes]) -> Kept:
        """Return the answer under ``key``, made now if nobody has asked before."""
        if (found := self.peek(key)) is not None:
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


def answers_of(app: Flask) -> Answers:
    """Return what ``app`` keeps."""
    answers: Answers = app.extensions.setdefault(EXTENSION, Answers())
    return answers


def last_modified(changed_at: datetime, today: date) -> datetime:
    """Return since when an answer can be what it is: the newest change anywhere, or midnight, which changes rights."""
    midnight = datetime.combine(today, time(), tzinfo=clock.ZONE)
    return max(changed_at, midnight)
