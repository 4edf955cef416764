"""Makes a small picture of a large one: ``python -m coordination.documents.portraits``, JSON in, PNG out.

What comes out is drawn anew, turned as the camera held it: nothing of the file that came in is left in it, no place, no
day, no device. A process of its own, as for documents: what takes other people's files apart holds no secret.
"""

from __future__ import annotations

import base64
import json
import sys
import tempfile
from pathlib import Path

from coordination.documents import making

#: 320 by 400 dots: 240 by 300 points at 96 dots an inch. Cut to the middle.
_PAGE = """#set page(width: 240pt, height: 300pt, margin: 0pt)
#image("photo", width: 100%, height: 100%, fit: "cover", format: sys.inputs.format)
"""


def portrait(content: bytes, *, is_png: bool) -> bytes:
    """Return a PNG of 320 by 400 dots; b"" if the picture is damaged.

    Raises:
        NotMade: see ``making.run``.
    """
    values = {"format": "png" if is_png else "jpg", "content": base64.b64encode(content).decode()}
    return making.run(__name__, values)


def _drawn(values: dict[str, str]) -> bytes:
    import typst

    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.typ"
        page.write_text(_PAGE)
        (Path(folder) / "photo").write_bytes(base64.b64decode(values["content"]))
        try:
            return typst.compile(
                page,
                root=Path(folder),
                format="png",
                ppi=96,
                ignore_system_fonts=True,
                sys_inputs={"format": values["format"]},
            )
        except typst.TypstError:
            return b""


if __name__ == "__main__":
    sys.stdout.buffer.write(_drawn(json.load(sys.stdin)))
