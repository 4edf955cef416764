"""Who is told of a meeting for information only: a file by mail, no question, not counted (calendar rules, M9)."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from sqlalchemy.orm import Session

from coordination.core.access import Role
from coordination.core.errors import LinkOver, RuleViolation
from coordination.mail.site import Site
from coordination.meetings import answer_services, invitation_services
from coordination.meetings.answer_services import AnswerInput
from coordination.meetings.invitees import expectation, informed, listed, wanted
from coordination.meetings.models import Invitation, Meeting
from coordination.meetings.rules import Answer
from tests import factories
from tests.browser import Browser
from tests.meetings import mailing
from tests.meetings.mailing import do, row_of, subject_of, token_of, unfolded
from tests.meetings.world import World

Arrive = Callable[[], dict[str, EmailMessage]]


@pytest.fixture
def nele(session: Session, world: World, meeting: Meeting) -> str:
    """Put Nele on the list for information; return her address."""
    do(
        session,
        world.actor,
        lambda work: invitation_services.add_guest(work, meeting.id, world.nele.id, is_informed=True),
    )
    return "nele@example.org"


def file_of(mail: EmailMessage) -> list[str]:
    """Return the lines of the calendar file; there is one, and nothing that a program would act on."""
    assert [part for part in mail.walk() if part.get_content_type() == "text/calendar"] == []
    (part,) = list(mail.iter_attachments())
    assert part.get_content_type() == "application/ics"
    assert (part.get_content_disposition(), part.get_filename()) == ("attachment", "termin.ics")
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return unfolded(content)


def value(lines: list[str], name: str) -> str:
    (found,) = [line.partition(":")[2] for line in lines if line.startswith(f"{name}:")]
    return found


def test_who_is_told_for_information_gets_a_file_and_no_question(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive, nele: str
) -> None:
    mailing.invite(session, world, meeting, site)
    first = arrive()[nele]
    lines = file_of(first)
    assert subject_of(first).startswith("Zur Information: ")
    assert (value(lines, "METHOD"), value(lines, "STATUS")) == ("PUBLISH", "CONFIRMED")
    assert value(lines, "UID") == meeting.uid
    assert not [line for line in lines if line.startswith("ATTENDEE") or "RSVP" in line]
    assert "/antwort/" not in first.as_string()
    body = first.get_body(("plain",))
    assert body is not None
    assert "zu Ihrer Information" in body.get_content()
    mailing.move(session, world, meeting)
    mailing.invite(session, world, meeting, site)
    moved = arrive()[nele]
    later = file_of(moved)
    assert subject_of(moved).startswith("Geändert: ")
    assert (value(later, "METHOD"), value(later, "UID")) == ("PUBLISH", meeting.uid)
    assert int(value(later, "SEQUENCE")) > int(value(lines, "SEQUENCE"))
    mailing.cancel(session, world, meeting)
    mailing.invite(session, world, meeting, site)
    off = arrive()[nele]
    last = file_of(off)
    assert subject_of(off).startswith("Abgesagt: ")
    assert (value(last, "METHOD"), value(last, "STATUS")) == ("PUBLISH", "CANCELLED")
    assert int(value(last, "SEQUENCE")) > int(value(later, "SEQUENCE"))


def test_who_is_told_is_not_counted_and_cannot_answer(
    session: Session, world: World, meeting: Meeting, site: Site, nele: str
) -> None:
    row = session.get_one(Meeting, meeting.id)
    people = listed(session, row)
    assert [one.person.given_name for one in informed(people)] == ["Nele"]
    assert "Nele" not in [one.person.given_name for one in wanted(people)]
    assert expectation(session, row, people).by_name("open") == 5
    with pytest.raises(LinkOver):
        answer_services.invitation_behind(session, site, token_of(session, site, meeting, world.nele))
    assert answer_services.own_invitation(session, meeting.id, world.nele.id) is None
    with pytest.raises(RuleViolation):
        do(
            session,
            world.actor,
            lambda work: answer_services.answer_by_office(
                work, site, meeting.id, world.nele.id, data=AnswerInput(Answer.ACCEPTED)
            ),
        )
    assert row_of(session, meeting, world.nele).answer is Answer.OPEN


def test_the_office_puts_somebody_on_the_list_for_information(
    browser: Browser, session: Session, world: World, meeting: Meeting
) -> None:
    factories.account(session, "mira@example.org", Role.COORDINATOR, person_id=world.mira.id)
    session.commit()
    browser.sign_in("mira@example.org", factories.PASSWORD)
    plan, here = f"/sitzungen/{meeting.id}/einladen", f"/sitzungen/{meeting.id}"
    browser.get(plan).submit("Auf die Liste setzen", person_id=str(world.nele.id), is_informed=True)
    page = browser.get(plan)
    assert "Probe Nur zur Information" in page.main
    assert "6 Mails senden" in page.main
    assert "Nur zur Information: Nele Probe" in browser.get(here).main
    assert "Nur zur Information: Nele Probe" in browser.get(f"{here}/antworten").main
    refused = page.submit("Auf die Liste setzen", person_id=str(world.nele.id), is_informed=True)
    assert "schon eingeladen" in refused.error("person_id")
    # Asked to come after all.
    page.submit("Auf die Liste setzen", person_id=str(world.nele.id))
    assert "Nele Probe Gast dieser Sitzung" in browser.get(plan).main
    browser.get(plan).submit("Streichen : Tom Probe")
    member = browser.get(plan).submit("Auf die Liste setzen", person_id=str(world.tom.id), is_informed=True)
    assert "gehört dem Gremium an" in member.error("is_informed")
    assert session.query(Invitation).filter_by(is_informed=True).count() == 0
