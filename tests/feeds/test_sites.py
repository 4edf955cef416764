"""The calendar of a school has what happens at its sites."""

from __future__ import annotations

from datetime import date, datetime

import time_machine

from coordination.calendars.rules import FeedKind
from coordination.core import clock
from coordination.directory.models import FreeDay
from tests import factories
from tests.feeds.conftest import Subscriber
from tests.feeds.test_content import entries


def test_the_calendar_of_a_school_has_what_happens_at_its_sites(ada: Subscriber) -> None:
    employer = factories.organisation(ada.session, "Träger Alpha")
    school, other = factories.school(ada.session), factories.school(ada.session, "Andere Schule", "222222")
    site = factories.place(ada.session, "Haus Nord", kind="school_site", parent_id=school.id)
    factories.place(ada.session, "Haus Süd", kind="school_site", parent_id=other.id)
    zoe = factories.person(ada.session, "Zoe", "Zander")
    factories.assignment(ada.session, ada.person, school, employer, times=[(2, 8, 12, "")])
    factories.assignment(ada.session, zoe, site, employer, times=[(3, 8, 12, "R 1")])
    ada.session.commit()
    with time_machine.travel(datetime(2026, 11, 25, 10, tzinfo=clock.ZONE), tick=False):

        def told(place_id: int) -> set[str]:
            answer = ada.get(ada.address(ada.link(FeedKind.PLACE, place_id)))
            return {str(one["SUMMARY"]) for one in entries(answer.data)}

        of_school = told(school.id)
        assert any(one.startswith(ada.person.name) and "Standort" not in one for one in of_school)
        assert any(one.startswith("Zoe Zander (") and one.endswith("nur am Standort: Haus Nord") for one in of_school)
        assert not any("nur am" in summary for summary in told(site.id))
        assert told(other.id) == set()
        # A day off of the school is one of its sites.
        ada.session.add(FreeDay(place_id=school.id, day=date(2026, 12, 3)))
        ada.session.commit()
        ada.change(lambda: None, school)
        days = {
            one.decoded("DTSTART").date()
            for one in entries(ada.get(ada.address(ada.link(FeedKind.PLACE, school.id))).data)
        }
        assert date(2026, 12, 10) in days
        assert date(2026, 12, 3) not in days
