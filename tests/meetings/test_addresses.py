"""A mail that failed: the outbox leads to where the address is kept, and sends it to the one that holds by now."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core.access import Role
from coordination.directory.models import Person
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.site import Site
from coordination.meetings.models import Meeting
from coordination.privacy.models import Feedback
from tests import factories
from tests.browser import Browser
from tests.calendars import read_by_all
from tests.meetings.mailing import calendar_of, invite
from tests.meetings.world import World

Arrive = Callable[[], dict[str, EmailMessage]]


@pytest.fixture
def failed(session: Session, world: World, meeting: Meeting, site: Site) -> OutboxMail:
    """Return the invitation to Tom, which his server refused."""
    invite(session, world, meeting, site)
    found = session.scalars(select(OutboxMail).where(OutboxMail.recipient == "tom@example.org")).one()
    found.state, found.problem = MailState.FAILED, "550"
    session.commit()
    return found


def test_who_keeps_the_directory_is_led_to_the_address(
    browser: Browser, session: Session, world: World, failed: OutboxMail
) -> None:
    factories.account(session, "eva@example.org", Role.ADMINISTRATOR, Role.DIRECTORY_KEEPER)
    session.commit()
    browser.sign_in("eva@example.org", factories.PASSWORD)
    assert browser.get(f"/postausgang/{failed.id}").href("Adresse ändern") == f"/personen/{world.tom.id}"


def test_a_mail_that_failed_leads_to_the_address_and_goes_to_the_new_one(
    browser: Browser, session: Session, world: World, failed: OutboxMail, arrive: Arrive
) -> None:
    arrive()
    factories.account(session, "eva@example.org", Role.ADMINISTRATOR)
    session.commit()
    browser.sign_in("eva@example.org", factories.PASSWORD)
    address, key, message_id = f"/postausgang/{failed.id}", failed.id, failed.message_id
    page = browser.get(address)
    # Accounts are the administration's, addresses are the directory's: it can only ask.
    asked = browser.get(page.href("Richtige Adresse erbitten"))
    assert "Mails an die eingetragene Adresse kommen nicht an." in asked.main
    assert asked.submit("Senden").status == 200
    assert session.scalars(select(Feedback)).one().page == f"/personen/{world.tom.id}"
    assert list(arrive()) == ["koordination@example.org"]
    # Put right without keeping the wrong one: the name on the mail is one person's alone.
    session.get_one(Person, world.tom.id).email = "tom.neu@example.org"
    session.commit()
    page = browser.get(address)
    assert "Tom Probe hat heute die Adresse tom.neu@example.org." in page.main
    field = page.soup.select_one("input[name=csrf_token]")
    assert field is not None
    # Only to an address that somebody has in the directory.
    browser.post(f"{address}/erneut", {"csrf_token": str(field["value"]), "adresse": "fremd@example.org"})
    assert arrive() == {}
    assert page.submit("Erneut senden").status == 303
    (mail,) = arrive().values()
    assert str(mail["To"]) == "Tom Probe <tom.neu@example.org>"
    assert mail["Message-ID"] == message_id
    method, content = calendar_of(mail)
    assert method == "REQUEST"
    assert b"mailto:tom.neu@example.org" in b"".join(content.split(b"\r\n "))
    assert b"tom@example.org" not in mail.as_bytes()
    assert len(read_by_all(content)) == 1
    session.rollback()
    row = session.get_one(OutboxMail, key)
    assert (row.state, row.recipient) == (MailState.SENT, "tom.neu@example.org")


def test_one_that_may_have_arrived_goes_to_no_other_address(
    browser: Browser, session: Session, world: World, failed: OutboxMail
) -> None:
    failed.state = MailState.UNCLEAR
    session.get_one(Person, world.tom.id).email = "tom.neu@example.org"
    factories.account(session, "eva@example.org", Role.ADMINISTRATOR)
    session.commit()
    browser.sign_in("eva@example.org", factories.PASSWORD)
    assert "tom.neu@example.org" not in browser.get(f"/postausgang/{failed.id}").main
