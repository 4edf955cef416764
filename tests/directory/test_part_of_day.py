"""Whether somebody who is there today is there yet, still, again or no more: to the minute."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.directory.rules import Part, WeeklyTime, part_of_day
from tests import factories
from tests.browser import Browser
from tests.directory.conftest import WEDNESDAY, Town

MORNING, AFTERNOON = WeeklyTime(2, time(8), time(13)), WeeklyTime(2, time(14), time(16, 30))


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (time(0), (Part.BEFORE, time(8))),
        (time(7, 59, 59), (Part.BEFORE, time(8))),
        (time(8), (Part.NOW, time(13))),
        (time(12, 59, 59), (Part.NOW, time(13))),
        (time(13), (Part.BREAK, time(14))),
        (time(13, 59), (Part.BREAK, time(14))),
        (time(14), (Part.NOW, time(16, 30))),
        (time(16, 29), (Part.NOW, time(16, 30))),
        (time(16, 30), (Part.AFTER, time(16, 30))),
        (time(23, 59, 59), (Part.AFTER, time(16, 30))),
    ],
)
def test_two_times_of_a_day(now: time, expected: tuple[Part, time]) -> None:
    assert part_of_day((MORNING, AFTERNOON), now) == expected
    assert part_of_day((AFTERNOON, MORNING), now) == expected


def test_times_that_meet_have_no_break() -> None:
    halves = (WeeklyTime(2, time(8), time(10), "Raum 1"), WeeklyTime(2, time(10), time(12), "Raum 2"))
    assert part_of_day(halves, time(10)) == (Part.NOW, time(12))


moments = st.times().map(lambda one: one.replace(second=0, microsecond=0))


@given(st.lists(st.tuples(moments, moments).filter(lambda pair: pair[0] < pair[1]), min_size=1, max_size=4), moments)
def test_one_is_there_exactly_within_ones_times(spans: list[tuple[time, time]], now: time) -> None:
    part, _moment = part_of_day([WeeklyTime(2, first, last) for first, last in spans], now)
    assert (part is Part.NOW) == any(first <= now < last for first, last in spans)
    assert (part is Part.AFTER) == all(last <= now for _first, last in spans)
    assert (part is Part.BEFORE) == all(now < first for first, _last in spans)


def _at(
    monkeypatch: pytest.MonkeyPatch,
    browser: Browser,
    moment: time,
    day: date = WEDNESDAY,
    who: str = "fach@example.org",
) -> None:
    instant = clock.zoned(datetime.combine(day, moment))
    monkeypatch.setattr(clock, "utc_now", lambda: instant)
    browser.forget()
    browser.sign_in(who, factories.PASSWORD)


@pytest.mark.parametrize(
    ("moment", "words", "answer"),
    [
        (time(7, 30), "Aylin Musterfrau heute ab 8 Uhr 8–13 Uhr, Raum 104", ""),
        (time(8), "Aylin Musterfrau heute vor Ort 8–13 Uhr, Raum 104", ""),
        (time(12, 59), "Aylin Musterfrau heute vor Ort 8–13 Uhr, Raum 104", ""),
        (time(13), "Aylin Musterfrau war heute bis 13 Uhr da nächste Präsenz", "Heute ist niemand mehr vor Ort."),
        (time(15), "Aylin Musterfrau war heute bis 13 Uhr da nächste Präsenz", "Heute ist niemand mehr vor Ort."),
    ],
)
def test_pages_and_lists_say_it(
    professional: Browser, town: Town, monkeypatch: pytest.MonkeyPatch, moment: time, words: str, answer: str
) -> None:
    _at(monkeypatch, professional, moment)
    panel = professional.get(f"/orte/{town.school.id}").select(".panel--today")[0]
    assert words in panel
    assert ("Heute ist niemand mehr vor Ort." in panel) == bool(answer)
    said = words.removeprefix("Aylin Musterfrau ").split(" 8–13")[0].split(" nächste")[0]
    for address in (f"/personen/{town.aylin.id}", f"/bezirke/{town.mitte.id}", "/orte"):
        page = professional.get(address)
        assert said in page.main, address
        assert ("heute vor Ort" in page.main) == (said == "heute vor Ort"), address


def test_the_desk_says_it_of_oneself(
    session: Session, browser: Browser, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.account(session, "aylin@example.org", person_id=town.aylin.id)
    session.commit()
    hours = {time(7): "heute ab 8 Uhr", time(9): "heute vor Ort", time(15): "war heute bis 13 Uhr da"}
    for moment, words in hours.items():
        _at(monkeypatch, browser, moment, who="aylin@example.org")
        assert f"Sie {words}" in browser.get("/").main


def test_what_is_not_known_stays_so(
    professional: Browser, session: Session, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A youth facility in the school holidays: nobody knows, neither at eight nor after the last hour."""
    who = factories.person(session, "Bela", "Probe")
    factories.assignment(session, who, town.club, town.provider, times=[(0, 8, 10, "")])
    session.commit()
    _at(monkeypatch, professional, time(15), date(2026, 10, 19))
    panel = professional.get(f"/orte/{town.club.id}").select(".panel--today")[0]
    assert "Bela Probe nicht bekannt" in panel
    assert "war heute" not in panel


def test_another_day_than_today_knows_no_clock(
    professional: Browser, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    _at(monkeypatch, professional, time(15))
    panel = professional.get(f"/orte/{town.school.id}?stand=2026-11-18").select(".panel--today")[0]
    assert "Aylin Musterfrau vor Ort 8–13 Uhr" in panel
