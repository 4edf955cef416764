"""Copy the browser files this project uses out of node_modules, or check the committed copies.

``npm ci --ignore-scripts && python static/vendor.py`` after a change of package.json;
``python static/vendor.py --check`` needs Python only and is part of ``make test``.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

ROOT = Path(__file__).parent.parent
MODULES = ROOT / "node_modules"
MANIFEST = ROOT / "static" / "vendor" / "manifest.json"
SVG = "http://www.w3.org/2000/svg"

#: Package -> {file in the package: copy in this repository}. A licence text goes beside each copy.
FILES: dict[str, dict[str, str]] = {
    "@kern-ux/native": {
        "dist/kern.min.css": "static/vendor/kern/kern.min.css",
        "LICENSE.md": "static/vendor/kern/LICENSE.md",
    },
    # The same typeface as in the KERN package, but newer and cut into ranges: 24 KB instead of 130 KB per weight.
    "@fontsource/fira-sans": {
        f"files/fira-sans-{part}-{style}.woff2": f"static/vendor/fira-sans/fira-sans-{part}-{style}.woff2"
        for part in ("latin", "latin-ext")
        for style in ("400-normal", "400-italic", "500-normal", "600-normal")
    }
    | {"LICENSE": "static/vendor/fira-sans/LICENSE"},
    "htmx.org": {
        "dist/htmx.min.js": "static/vendor/htmx/htmx.min.js",
        "LICENSE": "static/vendor/htmx/LICENSE",
    },
    "sortablejs": {
        "Sortable.min.js": "static/vendor/sortablejs/Sortable.min.js",
        "LICENSE": "static/vendor/sortablejs/LICENSE",
    },
    "leaflet": {
        "dist/leaflet.js": "static/vendor/leaflet/leaflet.js",
        "dist/leaflet.css": "static/vendor/leaflet/leaflet.css",
        "LICENSE": "static/vendor/leaflet/LICENSE",
    },
    "lucide-static": {"LICENSE": "static/vendor/lucide/LICENSE"},
    "axe-core": {
        "axe.min.js": "tests/vendor/axe-core/axe.min.js",
        "LICENSE": "tests/vendor/axe-core/LICENSE",
    },
    "ical.js": {
        "dist/ical.min.js": "tests/vendor/ical.js/ical.min.mjs",
        "LICENSE": "tests/vendor/ical.js/LICENSE",
    },
}

SPRITE = "static/vendor/lucide/icons.svg"
#: The icons in use; ``icon()`` in templates/components/icons.html draws them by these names.
ICONS = """
    arrow-down arrow-left arrow-right arrow-up baby ban bell book-open building-2 calendar-check calendar-clock
    calendar-days calendar-off calendar-plus calendar-sync calendar-x check chevron-down chevron-left
    chevron-right circle circle-check circle-dashed circle-dot circle-minus circle-pause circle-question-mark
    circle-slash circle-x clock coffee contact-round copy download ellipsis external-link eye file-text flag
    gavel globe grip-vertical history hourglass house info key-round keyboard landmark list-checks list-filter loader
    lock log-in log-out mail mail-check mail-warning map-pin menu merge message-square message-square-warning monitor
    moon network octagon-alert pencil phone plus printer refresh-cw route school search send settings
    shield-check smartphone sun sun-moon tags tent-tree trash-2 triangle-alert undo-2 upload user-plus
    user-round user-round-x users-round x
""".split()  # noqa: SIM905 - eighty quoted strings would hide the names


def digest(path: Path) -> str:
    """Return the SHA-256 of the file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def sprite() -> str:
    """Return one SVG with a ``<symbol>`` for each icon in use: one request, drawn in the colour of the text."""
    ET.register_namespace("", SVG)
    sheet = ET.Element(f"{{{SVG}}}svg")
    for name in ICONS:
        source = ET.parse(MODULES / "lucide-static" / "icons" / f"{name}.svg").getroot()
        symbol = ET.SubElement(
            sheet,
            f"{{{SVG}}}symbol",
            {"id": name, "viewBox": "0 0 24 24", "fill": "none", "stroke": "currentColor"}
            | {"stroke-width": "1.75", "stroke-linecap": "round", "stroke-linejoin": "round"},
        )
        for child in source:
            child.tail = None
            symbol.append(child)
        symbol.tail = "\n"
    return ET.tostring(sheet, encoding="unicode") + "\n"


def copy() -> None:
    """Copy every listed file and write the manifest: version, licence and hash of each."""
    packages = []
    for name, files in FILES.items():
        about = json.loads((MODULES / name / "package.json").read_text(encoding="utf-8"))
        targets = list(files.values())
        for source, target in files.items():
            (ROOT / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(MODULES / name / source, ROOT / target)
        if name == "lucide-static":
            (ROOT / SPRITE).write_text(sprite(), encoding="utf-8")
            targets.append(SPRITE)
        packages.append(
            {
                "name": name,
                "version": about["version"],
                "licence": about["license"],
                "files": {target: digest(ROOT / target) for target in sorted(targets)},
            }
        )
    MANIFEST.write_text(json.dumps({"packages": packages}, indent=2) + "\n", encoding="utf-8")


def check() -> list[str]:
    """Return what differs between the manifest and the files on disk; nothing when all is well."""
    wrong = []
    listed = {"static/vendor/manifest.json"}
    for package in json.loads(MANIFEST.read_text(encoding="utf-8"))["packages"]:
        for name, expected in package["files"].items():
            listed.add(name)
            if not (ROOT / name).is_file():
                wrong.append(f"missing: {name}")
            elif digest(ROOT / name) != expected:
                wrong.append(f"changed: {name}")
    for folder in ("static/vendor", "tests/vendor"):
        found = (path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file())
        wrong += [f"not in the manifest: {name}" for name in found if name not in listed]
    return sorted(wrong)


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        problems = check()
        print("\n".join(problems) or "vendored files: all as in the manifest")
        sys.exit(1 if problems else 0)
    copy()
