"""Which characters the typefaces of PDFs can show, and what stands in place of the others."""

from __future__ import annotations

import re

#: What the typefaces that come with typst have between them (Libertinus Serif, DejaVu Sans Mono, New Computer Modern):
#: Latin with all that Turkish, Polish or Vietnamese need, Greek, Cyrillic, Hebrew, Arabic, signs; as hexadecimal
#: ranges, read from the typefaces of the locked version. No Chinese, no pictures: a typeface for these is larger than
#: the whole product.
_RANGES = """
20-7e a0-4ff 510-513 51a-51d 531-60c 615 61b 61f 621-63a 640-655 65a 660-66d 674 679-67b 67e-680 683-684 686-687
691 698 6a4 6a9 6af 6be 6cc 6f0-6f9 900-97f e3f e81-e84 e87-e88 e8a e8d e94-e97 e99-e9f ea1-ea7 eaa-eab ead-eb9
ebb-ebc ec8-ecd 10d0-10ff 13a0-13fd 1ab0-1ace 1d00-2027 2029-2151 2153-2184 2189 2190-23ff 2422-2423 2460-262f
2638-268b 2690-269c 26a0-26a7 26aa-26b2 2701-2704 2706-2709 270c-2727 2729-274b 274d 274f-2752 2756 2758-275e
2761-277f 2794 2798-27af 27b1-2bff 2c60-2cff 2e02-2e05 2e08-2e0a 2e17-2e18 2e1f 2e22-2e25 2e2e 3012 3016-3017
301a-301b 3030 3036 306e a46a-a46b a640-a641 a648-a649 a656-a657 a708-a716 a71b-a727 a72d a730 a735 a765
a789-a78e a790-a791 a793 a7aa a7f8-a7f9 ab52 ab66 ab70-abbf fb00-fb4f fb52-fb81 fb8a-fb95 fb9e-fb9f fbaa-fbad
fbe8-fbe9 fbfc-fbff fe00-fe01 fe20-fe2f fe66 fe70-fefc fffc-fffd 10140-1018e 102e0-102fb 1d106-1d107 1d400-1d7ff
1ee00-1eef1 1f12f 1f6d1 1f780-1f7eb 1f800-1f8b1
"""
#: Joins characters, chooses their form, or breaks lines; drawn by nobody.
_UNDRAWN = "\\t\\n\\r\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff"


def _class() -> str:
    pairs = (one.partition("-")[::2] for one in _RANGES.split())
    return "".join(rf"\U{int(first, 16):08x}-\U{int(last or first, 16):08x}" for first, last in pairs)


#: One or more that cannot be shown, with what only joined them.
_STRANGE = re.compile(rf"[^{_class()}{_UNDRAWN}]+(?:[\u200d\ufe0f]+[^{_class()}{_UNDRAWN}]*)*")
_JOINING = "\u200d\ufe0f"


def strange(text: str) -> list[str]:
    """Return the characters of a text that cannot be shown, each once, in their order."""
    found = "".join(_STRANGE.findall(text))
    return list(dict.fromkeys(one for one in found if one not in _JOINING))


def code(character: str) -> str:
    """Return the name by which anybody can look up a character: "U+4E2D"."""
    return f"U+{ord(character):04X}"


def with_notes(text: str) -> str:
    """Return the text with "[U+4E2D]" in place of what cannot be shown: better named than missing."""
    return _STRANGE.sub(lambda found: f"[{' '.join(code(one) for one in found[0] if one not in _JOINING)}]", text)
