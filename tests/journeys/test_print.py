"""Pages on paper: no frame, and on every sheet the address and the number of the page."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.bodies.models import Body, Membership, Seat
from coordination.core import clock
from coordination.directory.models import Assignment, School
from coordination.meetings.models import Meeting
from coordination.meetings.rules import MeetingState
from tests.journeys.conftest import DESK, OpenPage
from tests.journeys.demo import sign_in
from tests.journeys.stations import EMAILS, OFFICE
from tests.pdf_text import text_of_pdf

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def _sheets(path: Path) -> list[str]:
    return text_of_pdf(path.read_bytes()).split("\f")[:-1]


def test_a_school_a_person_and_a_body_on_paper(
    demo: None, app: Flask, session: Session, open_page: OpenPage, live: str, tmp_path: Path
) -> None:
    post = session.scalars(
        select(Assignment).join(School, School.place_id == Assignment.place_id).where(Assignment.person_id.is_not(None))
    ).first()
    assert post is not None
    body = session.scalars(select(Body.id)).first()
    addresses = [f"/orte/{post.place_id}", f"/personen/{post.person_id}", f"/gremien/{body}"]
    page = sign_in(open_page(DESK, theme="dark"), EMAILS[OFFICE])
    for address in addresses:
        page.goto(address)
        page.pdf(path=tmp_path / "page.pdf", format="A4", prefer_css_page_size=True)
        sheets = _sheets(tmp_path / "page.pdf")
        for number, sheet in enumerate(sheets, start=1):
            foot = " ".join(sheet.split())[-200:]
            assert f"{live}{address}" in foot, (address, number, foot)
            assert foot.replace(" ", "").endswith(f"{number}/{len(sheets)}")
            for word in ("Barrierefreiheit", "Schreibtisch", "Mehr", "Filter", "Mail", "Internetseite"):
                assert word not in sheet.split(), (address, word)


@pytest.mark.parametrize("kind", ["/termine", "/termine/monat/{day:%Y-%m}", "/termine/jahr/{day:%Y}"])
def test_lists_of_meetings_on_paper(demo: None, open_page: OpenPage, live: str, tmp_path: Path, kind: str) -> None:
    address = kind.format(day=clock.today())
    page = sign_in(open_page(DESK, theme="dark"), EMAILS[OFFICE])
    page.goto(address)
    page.emulate_media(media="print")
    # As wide as the sheet: the year lies across.
    page.set_viewport_size({"width": 1040 if "jahr" in address else 700, "height": 1000})
    for hidden in ("nav", ".footer", "form", ".actions"):
        assert page.locator(f"{hidden}:visible").count() == 0, hidden
    cut = page.evaluate(
        """() => [...document.querySelectorAll("main *")].filter((one) => {
          const box = one.getBoundingClientRect();
          return box.width > 1 && box.right > document.documentElement.clientWidth + 1;
        }).map((one) => one.className || one.tagName).slice(0, 5)"""
    )
    assert cut == []
    colour = page.evaluate("getComputedStyle(document.querySelector('h1')).color")
    assert colour == "oklch(0 0 0)"
    page.pdf(path=tmp_path / "page.pdf", format="A4", prefer_css_page_size=True)
    sheets = _sheets(tmp_path / "page.pdf")
    assert f"{live}{address}" in " ".join(sheets[0].split())
    assert page.locator("h1").inner_text() in " ".join(sheets[0].split())
    assert not {"Barrierefreiheit", "Schreibtisch", "Postausgang"} & set(" ".join(sheets).split())


def test_what_can_only_be_clicked_stays_off_the_paper_and_no_column_is_cut_off(
    demo: None, session: Session, open_page: OpenPage
) -> None:
    now = clock.wall_clock(clock.utc_now())
    ahead = select(Meeting).where(Meeting.state == MeetingState.INVITED, Meeting.starts_at > now)
    meeting = session.scalars(ahead.order_by(Meeting.starts_at)).first()
    # The place of somebody who has left.
    taken = select(Membership.seat_id).where(Membership.seat_id.is_not(None), Membership.valid_until.is_(None))
    seat = session.scalars(select(Seat).where(Seat.id.not_in(taken))).first()
    assert meeting is not None
    assert seat is not None
    page = sign_in(open_page(DESK), EMAILS[OFFICE])
    page.emulate_media(media="print")
    # A4, and what is left of it between the margins.
    page.set_viewport_size({"width": 794, "height": 1123})
    page.goto(f"/sitzungen/{meeting.id}")
    assert page.locator(".answer-buttons").count() == 1
    assert page.locator(":is(.answer-buttons, .own-answer a):visible").count() == 0
    page.goto(f"/sitzungen/{meeting.id}/antworten")
    page.evaluate("document.body.style.width = '673px'")
    beyond = page.locator(".table .stuck-mail > *").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().right - one.closest('td').getBoundingClientRect().right)"
    )
    assert beyond
    assert max(beyond) <= 1
    page.goto(f"/gremien/{seat.body_id}")
    assert page.locator(".members .button:has-text('Besetzen')").count() == 1
    assert page.locator(".members .button:visible").count() == 0
