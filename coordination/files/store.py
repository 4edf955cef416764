"""Where the bytes of files lie: under their SHA-256, written before the row that names them."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

_NAME = re.compile(r"[0-9a-f]{64}")


class Store:
    """Files in a folder; two with the same bytes are one. Nothing is ever overwritten with something else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Keep bytes, and return the name they are kept under."""
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(digest)
        try:
            # As young as a new one: a sweep leaves it to the row that is about to name it.
            os.utime(path)
        except FileNotFoundError:
            pass
        else:
            return digest
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            # Whole or not at all, also when the power goes.
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        # The name outlives a loss of power only with its folder, and a new folder with the one above.
        for folder in (path.parent, self.folder):
            _sync(folder)
        return digest

    def touch(self, digest: str) -> None:
        """Let the time begin anew after which a sweep takes what nothing names; nothing if the bytes are gone."""
        with suppress(FileNotFoundError):
            os.utime(self._path(digest))

    def get(self, digest: str) -> bytes:
        """Return bytes that were kept; FileNotFoundError if they are gone."""
        return self._path(digest).read_bytes()

    def open(self, digest: str) -> BinaryIO:
        """Return bytes that were kept, to be read in pieces; FileNotFoundError if they are gone."""
        return self._path(digest).open("rb")

    def unnamed(self, named: Collection[str], before: datetime) -> Iterator[Path]:
        """Yield what nothing names and nobody put or let go since ``before``, pieces of a broken writing among it."""
        for path in sorted(self.folder.glob("*/*")):
            is_kept = _NAME.fullmatch(path.name) is not None and path.name in named
            if not is_kept and path.is_file() and path.stat().st_mtime < before.timestamp():
                yield path

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
