"""Who sees which meeting: the condition in SQL says what the policy says, for every kind of person."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.bodies.models import Body, Membership
from coordination.core import clock
from coordination.core.access import ANONYMOUS, SYSTEM, Actor, BodyRole, Permission, Subject, allows
from coordination.meetings.access import own, read_inside, subject_of, visible
from coordination.meetings.models import Invitation
from coordination.meetings.rules import MeetingState
from tests import factories
from tests.browser import Browser

DAY = timedelta(days=1)
STATES = (MeetingState.DRAFT, MeetingState.FIXED, MeetingState.CANCELLED)


def test_the_condition_and_the_policy_agree(session: Session) -> None:
    today = clock.today()
    who = factories.person(session)
    body = factories.member(session, who, "Beirat Probe")
    ends = factories.person(session, "Enda", "Endet")
    factories.member(session, ends, "Beirat Probe", valid_until=today + 5 * DAY)
    former, guest = factories.person(session, "Fritz", "Fort"), factories.person(session, "Gina", "Gast")
    factories.member(session, former, "Beirat Probe", valid_until=today - DAY)
    meetings = [
        factories.meeting(
            session, body, today + n * DAY, state=state, is_public=is_public, title=f"{state} {n} {is_public}"
        )
        for state in STATES
        for n in (-3, 3, 9)
        for is_public in (False, True)
    ]
    for one in meetings:
        for person, role in ((ends, BodyRole.VOTING_MEMBER), (former, BodyRole.VOTING_MEMBER), (guest, None)):
            session.add(Invitation(meeting_id=one.id, person_id=person.id, role=role))
    session.commit()
    actors = {
        "nobody": ANONYMOUS,
        "system": SYSTEM,
        "reader": Actor(user_id=1),
        "member": Actor(user_id=2, person_id=who.id, body_roles={body.id: BodyRole.VOTING_MEMBER}),
        "office": Actor(user_id=3, person_id=who.id, body_roles={body.id: BodyRole.SECRETARIAT}),
        "elsewhere": Actor(user_id=4, body_roles={body.id + 1: BodyRole.CHAIR}),
        "former": Actor(user_id=5, person_id=former.id),
        "guest": Actor(user_id=6, person_id=guest.id),
        "ended": Actor(user_id=7, person_id=ends.id),
    }
    seen = {name: set(session.scalars(visible(actor, today))) for name, actor in actors.items()}
    for one in meetings:
        subject = subject_of(session, one)
        is_draft = one.state is MeetingState.DRAFT
        wanted = Permission.MEETING_MANAGE if is_draft else Permission.MEETING_READ
        for name, actor in actors.items():
            assert (one.id in seen[name]) is allows(actor, wanted, subject), (name, one.title)
    hidden = {one.id for one in meetings if not one.is_public and one.state is MeetingState.FIXED}
    days = {one.id: (one.starts_at.date() - today).days for one in meetings}
    # Asked as a member, seen only as far as the seat lasted; a guest was asked by name.
    assert {days[key] for key in seen["former"] & hidden} == {-3}
    assert {days[key] for key in seen["ended"] & hidden} == {-3, 3}
    assert {days[key] for key in seen["guest"] & hidden} == {-3, 3, 9}
    assert not seen["reader"] & hidden


def test_who_is_taken_off_the_list_sees_it_no_longer(session: Session) -> None:
    guest = factories.person(session)
    body = factories.member(session, factories.person(session, "Olga", "Amtlich"), "Beirat Probe")
    meeting = factories.meeting(session, body, clock.today() + DAY)
    row = Invitation(meeting_id=meeting.id, person_id=guest.id)
    session.add(row)
    session.commit()
    actor = Actor(user_id=1, person_id=guest.id)
    assert set(session.scalars(visible(actor))) == {meeting.id}
    assert subject_of(session, meeting).invited == {guest.id}
    row.removed_at = clock.utc_now()
    session.commit()
    assert set(session.scalars(visible(actor))) == set()
    assert subject_of(session, meeting) == Subject(body_id=body.id)


@pytest.mark.parametrize("state", ["draft", "fixed"])
def test_page_list_and_search_show_the_same(ada: Browser, town: dict[str, int], session: Session, state: str) -> None:
    from coordination.search import services as search

    body = session.get_one(Body, town["formal"])
    day = clock.today() + 20 * DAY
    mine = factories.meeting(session, body, day, title="Kenntlich", state=state)
    search.rebuild(session)
    session.commit()
    is_seen = state != "draft"
    assert (ada.get(f"/sitzungen/{mine.id}").status == 200) is is_seen
    for address in ("/termine", f"/termine/monat/{day:%Y-%m}", "/suche?q=kenntlich", f"/gremien/{body.id}", "/"):
        assert ("Kenntlich" in ada.get(address).main) is is_seen, address
    assert ada.get("/sitzungen/999999").status == 404


def test_a_meeting_after_the_end_of_ones_seat_is_seen_and_not_ones_own(
    ada: Browser, town: dict[str, int], session: Session
) -> None:
    body = session.get_one(Body, town["formal"])
    today = clock.today()
    seat = session.scalars(
        select(Membership).where(Membership.body_id == body.id, Membership.person_id == town["ada"])
    ).one()
    seat.valid_from, seat.valid_until = today - 40 * DAY, today + 30 * DAY
    days = {"Davor": -60, "Noch dabei": 30, "Nicht mehr": 31}
    keys = {title: factories.meeting(session, body, today + n * DAY, title=title).id for title, n in days.items()}
    session.commit()
    actor = Actor(user_id=1, person_id=town["ada"], body_roles={body.id: BodyRole.VOTING_MEMBER})
    assert set(session.scalars(own(actor))) == {keys["Noch dabei"]}
    # Today she may know what the body plans, with note and link.
    assert set(keys.values()) <= set(session.scalars(visible(actor)))
    assert set(keys.values()) <= set(session.scalars(read_inside(actor)))
    assert ada.get(f"/sitzungen/{keys['Nicht mehr']}").status == 200
    shown = today + 31 * DAY
    for address in ("/", "/termine?meine=1", f"/termine/monat/{shown:%Y-%m}?meine=1"):
        assert "Nicht mehr" not in ada.get(address).main, address
    assert "Noch dabei" in ada.get("/").main
    assert "Nicht mehr" in ada.get("/termine").main
