"""A calendar of presence tells no plans: what begins later stands in it for those who plan."""

from __future__ import annotations

from datetime import date, datetime

import time_machine

from coordination.accounts.models import UserRole
from coordination.calendars.rules import FeedKind
from coordination.core import clock
from coordination.core.access import Role
from tests import factories
from tests.feeds.conftest import Subscriber
from tests.feeds.test_content import entries


def test_who_begins_later_stands_in_the_calendar_of_those_who_plan(ada: Subscriber) -> None:
    alpha, beta = (factories.organisation(ada.session, name) for name in ("Träger Alpha", "Träger Beta"))
    place = factories.place(ada.session, "Jugendtreff Probe")
    begins = date(2026, 12, 9)
    for employer, family, first in ((alpha, "Ahornblatt", None), (alpha, "Birke", begins), (beta, "Distel", begins)):
        since = {"valid_from": first} if first else {}
        who = factories.person(ada.session, "Zoe", family)
        factories.assignment(ada.session, who, place, employer, times=[(2, 8, 12, "")], **since)
    ada.session.commit()

    def named(address: str) -> set[str]:
        return {str(one["SUMMARY"]).split(" (")[0].removeprefix("Zoe ") for one in entries(ada.get(address).data)}

    def grant(role: Role, organisation_id: int | None = None) -> None:
        row = UserRole(user_id=ada.account.id, role=role, organisation_id=organisation_id)
        ada.change(lambda: ada.session.add(row), place)

    with time_machine.travel(datetime(2026, 11, 25, 10, tzinfo=clock.ZONE), tick=False):
        address = ada.address(ada.link(FeedKind.PLACE, place.id))
        assert named(address) == {"Ahornblatt"}
        grant(Role.DIRECTORY_KEEPER, alpha.id)
        assert named(address) == {"Ahornblatt", "Birke"}, "a keeper sees the plans of the own organisation"
        grant(Role.COORDINATOR)
        assert named(address) == {"Ahornblatt", "Birke", "Distel"}
    with time_machine.travel(datetime(2026, 12, 9, 10, tzinfo=clock.ZONE), tick=False):
        assert "Distel" in named(address)
