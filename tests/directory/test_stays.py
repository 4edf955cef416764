"""A change within an assignment is no new beginning: since when, what was before, when confirmed, and the week."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from coordination.directory.asof import AsOf
from coordination.directory.models import Assignment
from coordination.directory.rules import Function
from coordination.directory.stays import Sorted, Stays, span_of
from tests import factories
from tests.browser import Browser
from tests.directory.conftest import WEDNESDAY, Town

START = date(2026, 11, 2)
DAYS = 40
TODAY = START + timedelta(days=30)


def as_of(day: date = TODAY, *, planned: bool = True) -> AsOf:
    return AsOf(day, TODAY, planned)


def row(key: int, first: int, last: int | None, told: int | None = None, who: int = 1) -> Assignment:
    """Return an assignment from the ``first`` to the ``last`` day after START, confirmed on one of them."""
    return Assignment(
        id=key,
        person_id=who,
        place_id=1,
        employer_id=1,
        function=Function.SCHOOL_SOCIAL_WORK,
        target_group="",
        valid_from=START + timedelta(days=first),
        valid_until=None if last is None else START + timedelta(days=last),
        confirmed_on=None if told is None else START + timedelta(days=told),
        confirmed_by="",
    )


@st.composite
def histories(draw: st.DrawFn) -> list[Assignment]:
    """Return rows of one person that do not overlap; some touch, between others lie days."""
    rows: list[Assignment] = []
    first = draw(st.integers(0, 5))
    while first < DAYS and len(rows) < 6:
        last = first + draw(st.integers(0, 12))
        told = draw(st.none() | st.integers(first, last))
        rows.append(row(len(rows) + 1, first, last, told))
        first = last + 1 + draw(st.sampled_from([0, 0, 1, 4]))
    return rows


def cut(rows: list[Assignment], which: int, at: int) -> list[Assignment]:
    """Return the same history with one row changed on its ``at``-th day: it ends, another one follows."""
    old = rows[which]
    first, last = (old.valid_from - START).days, (old.valid_until - START).days  # type: ignore[operator]
    day = first + 1 + at % max(1, last - first)
    if day > last:
        return rows
    told = None if old.confirmed_on is None else (old.confirmed_on - START).days
    return [*rows[:which], row(old.id, first, day - 1, told), row(90, day, last), *rows[which + 1 :]]


def said(rows: list[Assignment], day: date) -> tuple[object, ...]:
    """Return what pages say of a history as of ``day``."""
    found = Sorted.of(rows, as_of(day, planned=False))
    now = [(found.stays.since(one), found.stays.confirmed_on(one), found.stays.is_stale(one)) for one in found.current]
    return now, [(found.stays.since(one), one.valid_until) for one in found.former]


@given(histories(), st.integers(0, 5), st.integers(0, 11), st.integers(0, DAYS))
def test_changing_an_assignment_changes_nothing_of_what_is_said(
    rows: list[Assignment], which: int, at: int, day: int
) -> None:
    assert said(cut(rows, which % len(rows), at), START + timedelta(days=day)) == said(
        rows, START + timedelta(days=day)
    )


@given(histories(), st.integers(0, DAYS))
def test_since_is_the_first_day_without_a_gap(rows: list[Assignment], day: int) -> None:
    shown = START + timedelta(days=day)
    held = {START + timedelta(days=n) for n in range(DAYS + 20) if any(span_of(r).holds(_on(n)) for r in rows)}
    found = Sorted.of(rows, as_of(shown, planned=False))
    for one in found.current:
        first = shown
        while first - timedelta(days=1) in held:
            first -= timedelta(days=1)
        assert found.stays.since(one) == first


def _on(number: int) -> date:
    return START + timedelta(days=number)


@given(histories(), st.permutations(range(6)))
def test_the_order_of_the_rows_says_nothing(rows: list[Assignment], order: list[int]) -> None:
    mixed = [rows[n] for n in order if n < len(rows)]
    one, other = Stays(rows, as_of()), Stays(mixed, as_of())
    assert all(one.since(r) == other.since(r) and one.lane(r) == other.lane(r) for r in rows)


@given(histories())
def test_no_two_rows_of_a_lane_hold_on_one_day(rows: list[Assignment]) -> None:
    # Beside each row another one of the same stay: two target groups at once.
    doubled = [*rows, *(row(r.id + 50, (r.valid_from - START).days, _last(r)) for r in rows)]
    stays = Stays(doubled, as_of())
    for one in doubled:
        for other in doubled:
            if one is not other and stays.lane(one) == stays.lane(other):
                assert not span_of(one).meets(span_of(other))


def _last(one: Assignment) -> int:
    assert one.valid_until is not None
    return (one.valid_until - START).days


def test_another_person_place_employer_or_function_is_a_stay_of_its_own() -> None:
    before, after = row(1, 0, 9), row(2, 10, None)
    assert Stays([before, after], as_of()).since(after) == before.valid_from
    for field, value in (
        ("person_id", 2),
        ("place_id", 2),
        ("employer_id", 2),
        ("function", Function.LEAD),
    ):
        other = row(2, 10, None)
        setattr(other, field, value)
        found = Sorted.of([before, other], as_of())
        assert (found.stays.since(other), found.former) == (other.valid_from, [before]), field


def test_what_is_planned_has_its_own_first_day_and_is_to_be_confirmed_itself() -> None:
    now, later = row(1, 0, 35, told=3), row(2, 36, None)
    found = Sorted.of([now, later], as_of())
    assert (found.planned, found.stays.since(later)) == ([later], later.valid_from)
    assert found.stays.confirmed_on(later) is None


@pytest.fixture
def changed(session: Session, town: Town) -> Assignment:
    """Return what follows on Wednesday: the same post, at other times."""
    town.work.valid_until = WEDNESDAY - timedelta(days=1)
    following = factories.assignment(
        session, town.aylin, town.school, town.provider, times=[(2, 9, 14, "Raum 7")], valid_from=WEDNESDAY
    )
    session.commit()
    return following


def test_the_week_shows_what_holds_on_each_of_its_days(professional: Browser, town: Town, changed: Assignment) -> None:
    away = "– nicht vor Ort"
    for address in (f"/orte/{town.school.id}", f"/personen/{town.aylin.id}"):
        # What has begun since Monday is no plan, whatever day is asked for.
        for page in (professional.get(address), professional.get(f"{address}?stand=2026-11-23")):
            assert page.select(".week tbody td") == ["8–13 Uhr Raum 104", away, "9–14 Uhr Raum 7", away, away]
            assert len(page.select(".entries li")) == 1


def test_a_change_is_neither_a_beginning_nor_a_former_assignment(
    professional: Browser, town: Town, changed: Assignment
) -> None:
    for address in (f"/orte/{town.school.id}", f"/personen/{town.aylin.id}"):
        page = professional.get(address)
        assert "seit 01.08.2020" in page.main
        assert "03.09.2026 durch Beispielwerk" in page.main
        assert "Frühere Einsätze" not in page.main
        assert "25.11.2026" not in page.select(".assigned")[0]


def test_whoever_left_this_week_was_there_before(professional: Browser, session: Session, town: Town) -> None:
    town.work.valid_until = WEDNESDAY - timedelta(days=1)
    session.commit()
    page = professional.get(f"/orte/{town.school.id}")
    assert "Aylin" not in page.select(".panel--today")[0]
    assert page.select(".week tbody td")[:3] == ["8–13 Uhr Raum 104", "– nicht vor Ort", "– nicht vor Ort"]


def test_the_days_to_come_are_for_those_who_see_plans(
    professional: Browser, keeper: Browser, session: Session, town: Town
) -> None:
    town.work.valid_until = WEDNESDAY
    thursday = WEDNESDAY + timedelta(days=1)
    factories.assignment(session, town.aylin, town.school, town.provider, times=[(3, 10, 12, "")], valid_from=thursday)
    session.commit()
    address = f"/orte/{town.school.id}"
    # Neither what follows nor that nothing would: both are plans.
    open_days = ["noch offen", "noch offen"]
    assert professional.get(address).select(".week tbody td")[3:5] == open_days
    assert keeper.get(address).select(".week tbody td")[3:5] == ["10–12 Uhr", "– nicht vor Ort"]


def test_the_page_before_an_end_says_since_when_somebody_is_there(
    keeper: Browser, town: Town, changed: Assignment
) -> None:
    assert "Seit 01.08.2020" in keeper.get(f"/einsaetze/{changed.id}/beenden").main
