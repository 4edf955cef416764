"""Where the bytes of files lie: under their SHA-256, written before the row that names them."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path

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
        return digest

    def get(self, digest: str) -> bytes:
        """Return bytes that were kept; FileNotFoundError if they are gone."""
        return self._path(digest).read_bytes()

    def unnamed(self, named: Collection[str], before: datetime) -> Iterator[Path]:
        """Yield what nothing names and nobody has put since ``before``, pieces of a broken writing among it."""
        for path in sorted(self.folder.glob("*/*")):
            is_kept = _NAME.fullmatch(path.name) is not None and path.name in named
            if not is_kept and path.is_file() and path.stat().st_mtime < before.timestamp():
                yield path

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest
