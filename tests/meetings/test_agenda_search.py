"""Items of agendas and the names of attachments are found by whoever may read them, and by nobody else."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core.access import SYSTEM, Actor, BodyRole, Role
from coordination.meetings import access, item_file_services
from coordination.meetings.models import Invitation, ItemFile, Meeting
from coordination.meetings.rules import ItemState
from tests import factories
from tests.browser import Browser
from tests.files import samples
from tests.meetings.world import World

ATTACH = "Dateien anhängen"
#: As a result shows it: what was looked for is marked.
FILE = "<mark>Quartalsbericht</mark>.pdf"


@pytest.fixture
def office(browser: Browser, session: Session, world: World) -> Browser:
    factories.account(session, "mira@example.org", Role.COORDINATOR, person_id=world.mira.id)
    session.commit()
    browser.sign_in("mira@example.org", factories.PASSWORD)
    return browser


def test_an_item_and_its_attachment_are_found_and_gone_with_a_change(
    office: Browser, session: Session, meeting: Meeting
) -> None:
    item = factories.item(session, meeting, "Rahmenkonzept", version=1)
    session.commit()
    address = f"/sitzungen/{meeting.id}/tagesordnung/{item.id}"
    office.get(address).submit(ATTACH, files=[(io.BytesIO(samples.PDF), "Quartalsbericht.pdf")], title="Ferienplan")
    assert FILE in office.get("/suche?q=quartalsbericht").html
    assert "Ferienplan" in office.get("/suche?q=ferienplan").main
    # A new title of the item is said by its attachment, too.
    office.get(address).submit("Punkt ändern", title="Sommerlager")
    main = office.get("/suche?q=sommerlager").main
    assert "TOP 1: Sommerlager" in main
    assert "Quartalsbericht" in main
    (row,) = session.scalars(select(ItemFile))
    office.get(f"/sitzungen/{meeting.id}/anlagen/{row.id}/entfernen").submit(0)
    assert FILE not in office.get("/suche?q=quartalsbericht").html


def test_the_search_finds_what_the_page_shows(session: Session, world: World, meeting: Meeting) -> None:
    """One condition in the statement, one question for one item: they agree for everybody."""
    items = [
        factories.item(session, meeting, f"{state.value} {is_public}", state=state, is_public=is_public, version=1)
        for state in (ItemState.ON_AGENDA, ItemState.PROPOSED)
        for is_public in (True, False)
    ]
    files = [factories.item_file(session, one, f"{one.title}.pdf") for one in items]
    session.add(Invitation(meeting_id=meeting.id, person_id=world.nele.id))
    session.commit()
    body = meeting.body_id
    for is_open in (True, False):
        meeting.is_public = is_open
        session.commit()
        for actor in (
            SYSTEM,
            Actor(),
            Actor(user_id=1),
            Actor(user_id=1, person_id=world.nele.id),
            *(Actor(user_id=1, person_id=world.tom.id, body_roles={body: role}) for role in BodyRole),
        ):
            seen = set(session.scalars(access.visible(actor)))
            shown = meeting.id in seen
            inside = access.sees_inside(session, actor, meeting)
            office = body in access.managed_bodies(actor) or actor.is_system
            on_page = {
                one.id
                for one in items
                if shown and (office or (one.state is ItemState.ON_AGENDA and (one.is_public or inside)))
            }
            assert set(session.scalars(access.visible_items(actor))) == on_page, actor
            readable = {
                one.id for one in files if shown and item_file_services.may_read(session, actor, meeting, one.item)
            }
            assert set(session.scalars(access.visible_files(actor))) == readable, actor
