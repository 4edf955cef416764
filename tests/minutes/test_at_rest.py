"""While minutes are checked or circulated nothing that they say changes, whichever way somebody tries."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from coordination.core.errors import RuleViolation
from coordination.core.work import Work, work_as
from coordination.decisions import services as decision_services
from coordination.decisions import status_services
from coordination.decisions.models import Decision
from coordination.decisions.rules import DecisionKind, Status
from coordination.decisions.services import DecisionInput, TaskInput
from coordination.decisions.status_services import StatusInput
from coordination.meetings import agenda_services
from coordination.meetings import services as meeting_services
from coordination.meetings.agenda_services import ItemInput
from coordination.meetings.models import AgendaItem, Meeting
from coordination.meetings.rules import ItemStep
from coordination.meetings.services import AT_REST, MeetingInput
from coordination.minutes import attendance_services, state_services
from coordination.minutes.attendance import sheet
from coordination.minutes.attendance_services import Entry, Newcomer
from coordination.minutes.models import Minutes
from coordination.minutes.rules import MinutesState
from tests.browser import Browser
from tests.meetings.world import World

WAYS = ("attendance", "guest", "decision", "wording", "withdrawal", "task", "item", "title", "order", "off", "place")


def changed(work: Work, way: str, meeting: Meeting, items: list[AgendaItem], decision: Decision) -> None:
    """Change what minutes say, one way or another."""
    first = items[0].id
    data = DecisionInput(first, DecisionKind.DECISION, "Etwas anderes.")
    line = sheet(work.session, meeting).lines[0]
    version = decision.version
    ways: dict[str, Callable[[], object]] = {
        "attendance": lambda: attendance_services.save(work, meeting.id, [Entry(line.there, line.mark)]),
        "guest": lambda: attendance_services.save(work, meeting.id, [], Newcomer(work.actor.person_id or 0)),
        "decision": lambda: decision_services.record_decision(work, meeting.id, data, form_key="b" * 32),
        "wording": lambda: decision_services.edit_decision(work, decision.id, data, version=version),
        "withdrawal": lambda: decision_services.withdraw_decision(work, decision.id, "So", version=version),
        "task": lambda: decision_services.record_task(work, meeting.id, TaskInput(first, "Tun", 1), form_key="c" * 32),
        "item": lambda: agenda_services.put_on(work, meeting.id, ItemInput("Noch etwas")),
        "title": lambda: agenda_services.change_item(work, first, ItemInput("Anders"), version=items[0].version),
        "order": lambda: agenda_services.move_item(work, first, up=False),
        "off": lambda: agenda_services.settle_item(work, first, ItemStep.REFUSE),
        "place": lambda: meeting_services.edit_meeting(
            work, meeting.id, MeetingInput("Anders", None, "", "", "", False), version=meeting.version
        ),
    }
    ways[way]()


@pytest.fixture
def decision(session: Session, world: World, meeting: Meeting, items: list[AgendaItem]) -> Decision:
    with work_as(session, world.actor) as work:
        data = DecisionInput(items[0].id, DecisionKind.DECISION, "So soll es sein.")
        key = decision_services.record_decision(work, meeting.id, data, form_key="a" * 32).id
    return session.get_one(Decision, key)


@pytest.mark.parametrize("state", [MinutesState.CHECKED, MinutesState.CIRCULATED])
@pytest.mark.parametrize("way", WAYS)
def test_nothing_they_say_changes_and_the_refusal_names_the_way_out(
    session: Session,
    world: World,
    meeting: Meeting,
    items: list[AgendaItem],
    decision: Decision,
    way: str,
    state: MinutesState,
) -> None:
    session.add(Minutes(meeting_id=meeting.id, state=state))
    session.commit()
    with pytest.raises(RuleViolation) as refused, work_as(session, world.actor) as work:
        changed(work, way, meeting, items, decision)
    assert refused.value.message == AT_REST


def test_how_far_it_is_may_be_said_all_the_same_and_taken_back_all_changes_again(
    session: Session, world: World, meeting: Meeting, items: list[AgendaItem], decision: Decision
) -> None:
    minutes = Minutes(meeting_id=meeting.id, state=MinutesState.CIRCULATED)
    session.add(minutes)
    session.commit()
    with work_as(session, world.actor) as work:
        status_services.set_status(work, Decision, decision.id, StatusInput(Status.DONE))
    assert session.get_one(Decision, decision.id).status is Status.DONE
    with work_as(session, world.actor) as work:
        state_services.go(work, meeting.id, MinutesState.DRAFT, version=minutes.version)
    with work_as(session, world.actor) as work:
        changed(work, "wording", meeting, items, session.get_one(Decision, decision.id))
    assert session.get_one(Decision, decision.id).text == "Etwas anderes."


def test_pages_offer_no_change_meanwhile(
    office: Browser, session: Session, meeting: Meeting, items: list[AgendaItem], decision: Decision
) -> None:
    here = f"/sitzungen/{meeting.id}"
    agenda_line = f"{here}/tagesordnung/{items[0].id}"
    offers = (f"{here}/anwesenheit", f"{here}/tagesordnung", f"{here}/bearbeiten", "Beschluss festhalten")
    before = office.get(here).html
    assert all(one in before for one in offers)
    assert agenda_line in office.get(f"{here}/tagesordnung").html
    session.add(Minutes(meeting_id=meeting.id, state=MinutesState.CIRCULATED))
    session.commit()
    after = office.get(here).html
    assert [one for one in offers if one in after.replace(f"{here}/tagesordnung.pdf", "")] == []
    agenda = office.get(f"{here}/tagesordnung")
    assert agenda_line not in agenda.html
    assert "Zurückholen und weiterschreiben" in agenda.main
    assert "Zurückholen und weiterschreiben" in office.get(f"{here}/anwesenheit").follow().main
    page = office.get(f"/beschluesse/{decision.id}")
    assert "Zurückholen und weiterschreiben" in page.main
    assert f"/beschluesse/{decision.id}/bearbeiten" not in page.html
