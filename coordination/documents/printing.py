"""Makes a PDF by a typst template: ``python -m coordination.documents.printing TEMPLATE``, JSON in, bytes out.

Runs as a process of its own that ends with its file: the libraries are large, and a web worker stays small. It knows
no setting and no secret, and reads nothing but what it is given.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from coordination.documents import signs

#: What all templates share: page, typeface, title.
FRAME = Path(__file__).with_name("frame.typ")
#: How the tree of ``markup`` is set.
MARKUP = Path(__file__).with_name("markup.typ")
#: In place of what is refused all the same, such as a sign put together from several: better seen than missing.
UNKNOWN = "\u25a1"
_REFUSED = re.compile(r"the text `?\"(.+?)\"`? could not be displayed", re.DOTALL)
_ATTEMPTS = 12
_LATIN = 0x024F
#: What the typefaces show for certain, if finding the others one by one takes too long.
_SAFE = re.compile(r"[^\n\t\u0020-\u007e\u00a0-\u017f\u2010-\u2027\u20ac\u25a1]")


def pdf(template: Path, values: dict[str, Any]) -> bytes:
    """Return the PDF (PDF/UA-1 and PDF/A-2a). Of characters that cannot be shown it gives the code: "[U+4E2D]"."""
    data = signs.with_notes(json.dumps(values, ensure_ascii=False))
    for _attempt in range(_ATTEMPTS):
        try:
            return _compile(template, data)
        except RuntimeError as error:
            refused = _REFUSED.search(str(error))
            if refused is None:
                raise
            # Of a sign put together from several, the letters that all typefaces have are left alone.
            strange = {character for character in refused[1] if ord(character) > _LATIN}
            if not strange:
                break
            for character in strange:
                data = data.replace(character, UNKNOWN)
    return _compile(template, _SAFE.sub(UNKNOWN, data))


def _compile(template: Path, data: str) -> bytes:
    import typst

    # A folder with nothing else in it: whatever a template might read, there is nothing to be found.
    with tempfile.TemporaryDirectory() as folder:
        for one in (template, FRAME, MARKUP):
            (Path(folder) / one.name).write_bytes(one.read_bytes())
        try:
            return typst.compile(
                Path(folder) / template.name,
                root=Path(folder),
                format="pdf",
                ignore_system_fonts=True,
                sys_inputs={"data": data},
                pdf_standards=["ua-1", "a-2a"],
            )
        except typst.TypstError as error:
            raise RuntimeError(str(error)) from error


if __name__ == "__main__":
    sys.stdout.buffer.write(pdf(Path(sys.argv[1]), json.load(sys.stdin)))
