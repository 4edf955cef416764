"""``python -m docs.third_party``: writes docs/third-party.md from what is locked, installed and vendored."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "third-party.md"
#: What the metadata says in words that name no licence; read in the licence text of the distribution.
KNOWN = {
    "email-validator": "Unlicense",
    "flask-mail": "BSD-3-Clause",
    "flask-sqlalchemy": "BSD-3-Clause",
    "flask-wtf": "BSD-3-Clause",
    "huey": "MIT",
    "itsdangerous": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "psycopg": "LGPL-3.0-only",
    "psycopg-binary": "LGPL-3.0-only",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "waitress": "ZPL-2.1",
    "wtforms": "BSD-3-Clause",
}
HEAD = """# Works of others

Made by `python -m docs.third_party` from the lock file, the installed distributions and
`static/vendor/manifest.json`; a test looks for what is missing. Koordination itself is under the EUPL-1.2 (`LICENSE`).
The open data in `data/` has licences of its own (`data/README.md`).

## Delivered with this repository

| Work | Version | Licence | Used for |
|---|---|---|---|
"""
PURPOSES = {
    "@kern-ux/native": "design system KERN: components and tokens",
    "@fontsource/fira-sans": "typeface Fira Sans, served from here",
    "leaflet": "the street map, where the installation has one",
    "utm": "positions as degrees, for the street map and in forms, and back",
    "htmx.org": "results while typing",
    "sortablejs": "putting agenda items in order by dragging",
    "lucide-static": "icons",
    "axe-core": "accessibility tests only, not delivered to browsers of users",
    "ical.js": "tests of calendars only",
}
MIDDLE = """
Each licence text lies beside its files.

## Installed at run time

From `requirements.txt`; the full texts are inside each distribution.

| Distribution | Version | Licence |
|---|---|---|
"""


def licence_of(name: str) -> str:
    """Return the licence of an installed distribution, as it states it of itself where that names one."""
    if name in KNOWN:
        return KNOWN[name]
    about = metadata.metadata(name).json
    if stated := about.get("license_expression"):
        return str(stated)
    classifiers = [line.rsplit(" :: ", 1)[1] for line in about.get("classifier", []) if "License ::" in line]
    short = str(about.get("license") or "").strip().splitlines()
    if short and len(short[0]) < 40:
        return short[0]
    return ", ".join(classifiers) or "see the distribution"


def locked() -> Iterator[tuple[str, str]]:
    """Yield name and version of each distribution of the run-time lock that this Python uses."""
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        if found := re.match(r"([A-Za-z0-9._-]+)==([^ ;\\]+)", line):
            try:
                if metadata.version(found[1]) == found[2]:
                    yield found[1], found[2]
            except metadata.PackageNotFoundError:
                continue


def page() -> str:
    """Return the page."""
    packages = json.loads((ROOT / "static/vendor/manifest.json").read_text(encoding="utf-8"))["packages"]
    vendored = [f"| {p['name']} | {p['version']} | {p['licence']} | {PURPOSES[p['name']]} |" for p in packages]
    installed = [f"| {name} | {version} | {licence_of(name)} |" for name, version in locked()]
    return HEAD + "\n".join(vendored) + "\n" + MIDDLE + "\n".join(installed) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
