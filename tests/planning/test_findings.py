"""What planners should look at: what ends, who is away, two places at once, more than a post; on any day."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from coordination.core import clock
from coordination.directory.asof import AsOf
from coordination.directory.rules import Function
from coordination.planning import findings
from coordination.planning.findings import Kind
from tests import factories
from tests.planning.conftest import HALF, City


def test_what_ends_soon_is_found_and_what_ends_later_is_not(city: City) -> None:
    today = clock.today()
    for name, more in {
        "Bald": {"valid_until": today + timedelta(days=90)},
        "Spät": {"valid_until": today + timedelta(days=91)},
        "Geld": {"funded_until": today + timedelta(days=90)},
        "Vorbei": {"funded_until": today - timedelta(days=5)},
        "Beides": {"funded_until": today + timedelta(days=30), "valid_until": today + timedelta(days=30)},
    }.items():
        factories.assignment(
            city.session, factories.person(city.session, "P.", name), city.alpha, city.employer, times=[], **more
        )
    assert city.found() == {
        Kind.ENDS: ["P. Beides", "P. Bald"],
        Kind.FUNDING_ENDS: ["P. Vorbei", "P. Geld"],
    }


def test_what_goes_on_ends_only_where_all_of_it_does(city: City) -> None:
    """A change from a day on ends a row; whoever goes on has not left, and what is planned beside it is no end."""
    today = clock.today()

    def post(name: str, *spans: tuple[int, int | None], funded: int | None = None) -> None:
        who = factories.person(city.session, "P.", name)
        for first, last in spans:
            until = None if last is None else today + timedelta(days=last)
            paid = None if funded is None else today + timedelta(days=funded)
            begins = today + timedelta(days=first)
            factories.assignment(
                *(city.session, who, city.alpha, city.employer),
                times=[],
                valid_from=begins,
                valid_until=until,
                funded_until=paid,
            )

    post("Weiter", (-9, 30), (31, None))
    post("Lücke", (-9, 31), (33, None))
    post("Weiter-bis", (-9, 20), (21, 40), (41, 50))
    post("Am-Rand", (-9, 90), (91, None))
    post("Nur-geplant", (10, 20))
    post("Geld", (-9, 9), (10, None), funded=60)
    post("Geld-gleich", (-9, 61), (62, None), funded=61)
    post("Geld-davor", (-9, 70), (71, None), funded=62)
    assert city.found() == {
        Kind.ENDS: ["P. Lücke", "P. Weiter-bis"],
        Kind.FUNDING_ENDS: ["P. Geld", "P. Geld-gleich", "P. Geld-davor"],
    }
    assert city.found(planned=False) == {}, "an end that lies ahead is a plan"


def test_who_is_away_counts_only_without_cover(city: City) -> None:
    today = clock.today()
    ada, bea, carl, dora = (factories.person(city.session, "P.", name) for name in ("Ada", "Bea", "Carl", "Dora"))
    for one in (ada, bea):
        factories.assignment(city.session, one, city.alpha, city.employer, times=[])
    factories.absence(city.session, ada, today - timedelta(days=3), None)
    factories.absence(city.session, bea, today, today, substitute_id=dora.id)
    # Carl is nowhere; nobody has to cover him.
    factories.absence(city.session, carl, today, today)
    assert city.found() == {Kind.UNCOVERED: ["P. Ada"]}


@pytest.mark.parametrize("why", ["away", "in turn", "left", "later", "away next week"])
def test_whoever_cannot_stand_in_is_no_cover(city: City, why: str) -> None:
    today = clock.today()
    bounds = {"left": {"valid_until": today - timedelta(days=1)}, "later": {"valid_from": today + timedelta(days=1)}}
    ada = factories.person(city.session, "P.", "Ada")
    bea = factories.person(city.session, "P.", "Bea", **bounds.get(why, {}))
    factories.assignment(city.session, ada, city.alpha, city.employer, times=[])
    factories.absence(city.session, ada, today, today + timedelta(days=2), substitute_id=bea.id)
    if why in {"away", "in turn"}:
        factories.absence(city.session, bea, today, None, substitute_id=ada.id if why == "in turn" else None)
    if why == "away next week":
        factories.absence(city.session, bea, today + timedelta(days=7), None)
    assert city.found() == ({} if why == "away next week" else {Kind.UNCOVERED: ["P. Ada"]})


def test_of_two_absences_at_once_one_cover_is_enough(city: City) -> None:
    today = clock.today()
    ada, bea = (factories.person(city.session, "P.", name) for name in ("Ada", "Bea"))
    factories.assignment(city.session, ada, city.alpha, city.employer, times=[])
    factories.absence(city.session, ada, today, today)
    assert city.found() == {Kind.UNCOVERED: ["P. Ada"]}
    factories.absence(city.session, ada, today, None, substitute_id=bea.id)
    assert city.found() == {}


def test_two_places_at_once_and_more_than_one_post(city: City) -> None:
    ada, bea = factories.person(city.session), factories.person(city.session, "Bea", "Birke")
    factories.assignment(
        city.session, ada, city.alpha, city.employer, times=[(0, 8, 12, "")], share_posts=Decimal("0.6")
    )
    factories.assignment(city.session, ada, city.beta, city.employer, times=[(0, 11, 13, "")], share_posts=HALF)
    factories.assignment(city.session, bea, city.alpha, city.employer, times=[(0, 8, 12, "")], share_posts=HALF)
    factories.assignment(city.session, bea, city.beta, city.employer, times=[(0, 12, 13, "")], share_posts=HALF)
    assert city.found() == {Kind.DOUBLE: ["Ada Ahornblatt"], Kind.OVER_FULL: ["Ada Ahornblatt"]}


def test_more_than_one_post_is_found_on_every_day_ahead(city: City) -> None:
    ada, soon = factories.person(city.session), clock.today() + timedelta(days=20)
    factories.assignment(city.session, ada, city.alpha, city.employer, times=[], share_posts=Decimal("0.6"))
    factories.assignment(
        city.session, ada, city.beta, city.employer, times=[], share_hours=Decimal("19.5"), valid_from=soon
    )
    assert city.found() == {Kind.OVER_FULL: ["Ada Ahornblatt"]}
    assert city.found(soon) == {Kind.OVER_FULL: ["Ada Ahornblatt"]}
    assert city.found(planned=False) == city.found(soon - timedelta(days=92)) == {}
    seen = findings.found(city.session, AsOf(clock.today(), clock.today(), planned=True))[Kind.OVER_FULL]
    assert [(one.posts, one.day, len(one.places)) for one in seen] == [(Decimal("1.10"), soon, 2)]


def test_two_tasks_at_one_place_are_no_two_places(city: City) -> None:
    ada = factories.person(city.session)
    for function in (Function.SCHOOL_SOCIAL_WORK, Function.OTHER):
        factories.assignment(city.session, ada, city.alpha, city.employer, function=function, times=[(0, 8, 12, "")])
    assert city.found() == {}
