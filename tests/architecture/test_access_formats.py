"""What the walk over all routes relies on: each format shows its marker to who may see it, and frozen minutes too."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.files.models import StoredFile
from coordination.minutes.models import FrozenMinutes, Minutes
from coordination.minutes.rules import MinutesState
from tests.architecture.access_city import Answer, Visitor, routes, visiting
from tests.architecture.access_marks import MINUTES

#: End of an address → whoever may see a marker in at least one file of that kind.
FORMATS = {".pdf": "coordinator", ".docx": "coordinator", ".xlsx": "coordinator", ".csv": "coordinator"} | {
    ".ics": "coordinator"
}
FROZEN = "/sitzungen/{meeting}/protokoll/fassung/1.pdf"


@pytest.mark.parametrize("ending", FORMATS)
def test_each_format_shows_a_marker_to_who_may_see_it(ending: str) -> None:
    """A file that came out empty, or could not be read here, would pass for one that hides everything."""
    with visiting(FORMATS[ending]) as visitor:
        rules = [rule for method, rule in routes(visitor.city.app) if method == "GET" and rule.endswith(ending)]
        answers = {rule: visitor.ask(visitor.city.world.address_as(visitor.kind, rule)) for rule in rules}
        assert any(one.shown for one in answers.values()), sorted(answers)


def _frozen(visitor: Visitor) -> Answer:
    """Approve the minutes of Beirat Alpha as a row of the database, and ask for the file of their first version."""
    app = visitor.city.app
    with app.app_context(), Session(app.extensions["sqlalchemy"].engines[None]) as session:
        minutes = session.query(Minutes).filter_by(meeting_id=visitor.city.world.keys["meeting_id"]).one()
        minutes.state, minutes.approved_on = MinutesState.APPROVED, clock.today()
        file = StoredFile(
            digest="0" * 64, name="Protokoll.pdf", media_type="application/pdf", size=1, added_at=clock.utc_now()
        )
        version = FrozenMinutes(minutes_id=minutes.id, number=1, frozen_at=clock.utc_now(), content="", digest="0" * 64)
        version.pdf = file
        session.add(version)
        session.commit()
    return visitor.ask(FROZEN.format(meeting=visitor.city.world.keys["meeting_id"]))


@pytest.mark.parametrize("kind", ["own_body", "coordinator"])
def test_frozen_minutes_are_read_by_their_body(kind: str) -> None:
    with visiting(kind) as visitor:
        answer = _frozen(visitor)
        assert answer.status == "200"
        assert f"{MINUTES} Beirat Alpha" in answer.shown


@pytest.mark.parametrize("kind", ["other_body", "former_member", "professional", "lead", "administrator", "anonymous"])
def test_frozen_minutes_are_not_there_for_others(kind: str) -> None:
    with visiting(kind) as visitor:
        answer = _frozen(visitor)
        assert answer.status == ("in" if kind == "anonymous" else "404")
        assert answer.leaks(kind) == []
