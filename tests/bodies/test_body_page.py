"""The page of a body: its parts on top with their numbers, its facts, its members in one grid."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.bodies import contact
from coordination.bodies.models import Body, Membership
from coordination.core import clock
from coordination.core.access import BodyRole
from coordination.meetings import words
from coordination.meetings.rules import MeetingState
from tests import factories
from tests.bodies.town import DAY, add
from tests.browser import Browser


def test_one_grid_has_all_roles_in_columns_that_line_up(office: Browser, town: dict[str, int]) -> None:
    add(office, town, role="advisory_member")
    page = office.get(f"/gremien/{town['body']}")
    assert len(page.soup.select("table.members")) == 1
    assert len(page.select(".members__role")) == len(page.soup.select(".members > tbody")) >= 3
    assert page.select(".members thead th") == ["Name", "Mandat", "Aktionen"]
    assert page.select("#members") == ["Mitglieder 3"]


def test_deputies_have_a_column_once_there_are_any(office: Browser, town: dict[str, int]) -> None:
    office.get(f"/gremien/{town['body']}/vertretungen/neu?fuer={town['ada_sits']}").submit(
        "Stellvertretung speichern", person_id=town["ben"]
    )
    page = office.get(f"/gremien/{town['body']}")
    assert page.select(".members thead th") == ["Name", "Vertretung", "Mandat", "Aktionen"]
    assert page.click("Vertretung Ben Birke beenden").status == 200


def test_a_personal_deputy_is_named_from_the_list_or_from_the_row(office: Browser, town: dict[str, int]) -> None:
    page = office.get(f"/gremien/{town['body']}")
    form = page.click("Persönliche Vertretung festlegen")
    assert form.h1 == "Persönliche Vertretung festlegen"
    lost = form.submit("Stellvertretung speichern", person_id=town["ben"])
    assert "für wen" in lost.error("membership_id")
    chosen = lost.submit("Stellvertretung speichern", person_id=town["ben"], membership_id=town["ada_sits"]).follow()
    assert "Ben Birke" in chosen.select(".members td")
    of_ada = page.click("Vertretung für Ada Ahornblatt festlegen")
    assert of_ada.select("select[name=membership_id] option[selected]") == ["Ahornblatt, Ada"]


def test_where_nobody_is_stood_in_for_no_deputy_is_offered(
    office: Browser, session: Session, town: dict[str, int]
) -> None:
    session.get_one(Body, town["body"]).overrides = {"deputies": "none"}
    session.commit()
    assert "Persönliche Vertretung" not in office.get(f"/gremien/{town['body']}").main


def test_who_only_reads_has_no_menus(reader: Browser, town: dict[str, int]) -> None:
    page = reader.get(f"/gremien/{town['body']}")
    assert page.select(".members thead th") == ["Name", "Mandat"]
    assert not page.soup.select(".members details")


def test_parts_are_linked_with_their_numbers(office: Browser, session: Session, town: dict[str, int]) -> None:
    body = session.get_one(Body, town["body"])
    for weeks in (-2, 3, 9):
        factories.meeting(session, body, clock.today() + timedelta(weeks=weeks))
    session.commit()
    page = office.get(f"/gremien/{town['body']}")
    assert page.select(".page-parts a") == ["Sitzungen 3", "Mitglieder 2", "Regeln"]
    anchors = [str(link["href"]).removeprefix("#") for link in page.soup.select(".page-parts a")]
    assert all(page.soup.find(id=anchor) for anchor in anchors)


def _facts(browser: Browser, body_id: int) -> dict[str, str]:
    page = browser.get(f"/gremien/{body_id}")
    return dict(zip(page.select(".side .facts dt"), page.select(".side .facts dd"), strict=True))


def test_facts_say_when_next_and_whether_the_rhythm_is_kept(
    office: Browser, reader: Browser, session: Session, town: dict[str, int]
) -> None:
    body = session.get_one(Body, town["body"])
    body.overrides = {**body.overrides, "max_gap_days": 60}
    coming = clock.today() + 40 * DAY
    factories.meeting(session, body, clock.today() + 5 * DAY, state=MeetingState.CANCELLED)
    factories.meeting(session, body, clock.today() - 30 * DAY)
    factories.meeting(session, body, coming)
    session.commit()
    facts = _facts(office, town["body"])
    assert facts["Nächste Sitzung"].endswith(f"{coming:%d.%m.%Y}")
    assert facts["Rhythmus eingehalten"] == "nein: 70 Tage bis zur nächsten"
    # Others may not know of all meetings, so nothing is claimed to them.
    assert "Rhythmus eingehalten" not in _facts(reader, town["body"])


def test_what_is_cancelled_or_held_today_is_not_what_comes_next(
    office: Browser, session: Session, town: dict[str, int]
) -> None:
    body, today = session.get_one(Body, town["body"]), clock.today()
    body.overrides = {**body.overrides, "max_gap_days": 60}
    for number, state in enumerate((MeetingState.CLOSED, MeetingState.CANCELLED)):
        factories.meeting(session, body, today, 8 + number, state=state, title=f"Heute {state.value}")
    for days in (3, 4, 5, -3, -4, -5):
        factories.meeting(session, body, today + days * DAY, state=MeetingState.CANCELLED, title=f"Abgesagt {days}")
    for days in (20, 40):
        factories.meeting(session, body, today + days * DAY, title=f"Findet statt {days}")
    session.commit()
    page = office.get(f"/gremien/{town['body']}")
    # Those that take place are all there, and cancelled ones, with their badge, where there is room.
    coming = ["Heute cancelled", "Abgesagt 3", "Findet statt 20", "Findet statt 40"]
    section = page.soup.select("section[aria-labelledby=meetings] > ol")[0]
    assert [one.text for one in section.select(".term__title a")] == coming
    assert page.select(".past-terms .term__title a") == ["Heute closed", "Abgesagt -3", "Abgesagt -4"]
    facts = _facts(office, town["body"])
    assert facts["Nächste Sitzung"].endswith(f"{today + 20 * DAY:%d.%m.%Y}")
    assert facts["Rhythmus eingehalten"] == "ja"
    ahead = office.get("/termine")
    assert "Heute closed" not in ahead.main
    assert "Findet statt 20" in ahead.main
    assert "Heute closed" in ahead.click("Vergangene").main


@pytest.mark.parametrize(
    ("last", "coming", "said"),
    [
        (None, None, "noch nicht: bisher keine Sitzung"),
        (-60, None, "ja, bisher"),
        (-61, None, "nein: seit 8 Wochen keine Sitzung"),
        (-30, 30, "ja"),
        (-30, 31, "nein: 61 Tage bis zur nächsten"),
    ],
)
def test_whether_a_rhythm_is_kept(last: int | None, coming: int | None, said: str) -> None:
    day = date(2026, 11, 26)
    days = [None if one is None else day + timedelta(days=one) for one in (last, coming)]
    assert words.rhythm_kept(days[0], days[1], 60, day) == said


def test_filters_are_folded_until_they_narrow(office: Browser, town: dict[str, int]) -> None:
    assert not office.get("/gremien").soup.select("details.filter-box[open]")
    assert office.get("/gremien?art=advisory_board").soup.select("details.filter-box[open]")


@pytest.mark.parametrize("ended", ["membership", "person"])
def test_who_has_left_is_not_named_as_whom_to_ask(app: Flask, session: Session, ended: str) -> None:
    yesterday = clock.today() - timedelta(days=1)
    gone = factories.person(session, "Gerda", "Gegangen", email="gerda@example.org")
    here = factories.person(session, "Hanna", "Hiergeblieben", email="hanna@example.org")
    body = factories.member(session, gone, "Beirat Probe", BodyRole.SECRETARIAT)
    factories.member(session, here, "Beirat Probe", BodyRole.SECRETARIAT, valid_from=yesterday)
    session.commit()
    with app.app_context():
        assert contact.office_of(body.id).name == "Gerda Gegangen"
    sits = session.scalars(select(Membership).filter_by(person_id=gone.id)).one()
    (sits if ended == "membership" else gone).valid_until = yesterday
    session.commit()
    with app.app_context():
        assert contact.office_of(body.id).name == "Hanna Hiergeblieben"
