"""``python -m tests.faults.offline CLONE``: starts the product in a clone, opens pages, prints what they answered.

Run where nothing but loopback can be reached; a network of one's own can only be entered with all that uses it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.faults.test_make_run import ACCOUNT, PROFESSIONAL, ask, started
from tests.faults.writers import Person

SIGN_IN = "/konto/anmelden"
#: The desk, a search, bodies and meetings, and what each page loads; a school comes on top.
PAGES = ("/", "/suche?q=fr%C3%B6", "/wer-ist-wo", "/termine", "/gremien", "/static/css/base.css")


def main(clone: Path) -> int:
    """Print the status of each page as JSON."""
    with started(clone, sys.executable, "-m", "coordination") as running:
        accounts = {email: password for _label, email, password in ACCOUNT.findall(running.said)}
        found = {SIGN_IN: Person(running.port).look(SIGN_IN)}
        person = Person(running.port).sign_in(PROFESSIONAL, accounts[PROFESSIONAL])
        ((school, *_others),) = ask(clone, "SELECT min(place_id) FROM school")
        found |= {path: person.look(path) for path in (*PAGES, f"/orte/{school}")}
        running.interrupt()
        said = running.said
    sys.stdout.write(json.dumps({"pages": found, "said": said}))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
