"""How large a picture is, read from its first bytes: nothing is unpacked to find out."""

from __future__ import annotations

import struct

from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.files import rules
from coordination.files.content import Accepted, accept

#: Of what a telephone makes; a picture takes four bytes for each pixel when it is unpacked.
MOST_PIXELS, LEAST_SIDE = 50_000_000, 100
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff")
#: Frames of a JPEG that say its size: all SOF markers but those of tables.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def accept_picture(name: str | None, content: bytes, *, field: str) -> Accepted:
    """Return what a file is if it is a picture of a size that one can work with.

    Raises:
        RuleViolation: as ``content.accept``, or it is no picture, too small or too large; beside ``field``.
    """
    if content and not content.startswith(_PICTURES):
        shown = rules.clean_name(name, rules.Kind("", "", ("",)))
        raise RuleViolation(N_("“%(name)s” is no picture. Please choose a PNG or JPEG."), field=field, name=shown)
    file = accept(name, content, field=field)
    width, height = (_of_png if file.kind is rules.PNG else _of_jpeg)(content)
    if min(width, height) < LEAST_SIDE:
        text = N_("“%(name)s” is too small or damaged. It needs at least %(least)d by %(least)d dots.")
        raise RuleViolation(text, field=field, name=file.name, least=LEAST_SIDE)
    if width * height > MOST_PIXELS:
        text = N_("“%(name)s” has more than %(most)d million dots. Please choose a smaller picture.")
        raise RuleViolation(text, field=field, name=file.name, most=MOST_PIXELS // 1_000_000)
    return file


def _of_png(content: bytes) -> tuple[int, int]:
    found: tuple[int, int] = struct.unpack(">II", content[16:24].ljust(8, b"\0"))
    return found


def _of_jpeg(content: bytes) -> tuple[int, int]:
    """Return width and height; (0, 0) if no frame says them."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4])
        if marker == 0xFF:
            at += 1
        elif marker in _FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        elif length < 2:
            break
        else:
            at += 2 + length
    return 0, 0
