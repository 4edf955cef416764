"""What an update says of the agenda, and that nothing of a meeting changes once its minutes are approved."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from coordination.core import registry
from coordination.core.access import Role
from coordination.core.errors import RuleViolation
from coordination.core.work import Work
from coordination.directory.models import Person
from coordination.mail.site import Site
from coordination.meetings import agenda_changes, agenda_services, deadline_services, invitation_services, services
from coordination.meetings.agenda_changes import Known, differences
from coordination.meetings.agenda_services import ItemInput
from coordination.meetings.deadline_services import DeadlineInput
from coordination.meetings.models import AgendaItem, Invitation, Meeting
from coordination.meetings.rules import Deadline, ItemState, ItemStep, MeetingState
from coordination.meetings.services import MeetingInput, Move
from tests import factories
from tests.browser import Browser
from tests.meetings import mailing
from tests.meetings import world as worlds
from tests.meetings.mailing import do
from tests.meetings.world import World


def known(*keys: int) -> list[Known]:
    return [Known(key, str(n), f"P{key}", False, "", {}) for n, key in enumerate(keys, 1)]


@given(st.lists(st.integers(1, 20), unique=True), st.lists(st.integers(1, 20), unique=True))
def test_every_item_that_came_or_went_is_said_and_an_equal_agenda_says_nothing(old: list[int], new: list[int]) -> None:
    said = differences(known(*old), known(*new))
    assert sum(line.startswith("Neu: ") for line in said) == len(set(new) - set(old))
    assert sum(line.startswith("Entfällt: ") for line in said) == len(set(old) - set(new))
    assert differences(known(*old), known(*old)) == []
    same = [key for key in old if key in new] == [key for key in new if key in old]
    assert same is not any(" ist jetzt TOP " in line for line in said)


def test_one_that_is_pushed_down_has_not_moved() -> None:
    assert differences(known(1, 2, 3), known(9, 1, 2, 3)) == ["Neu: TOP 1 „P9“"]
    assert differences(known(1, 2, 3), known(3, 1, 2)) == ["„P3“ ist jetzt TOP 1 (vorher: TOP 3)"]


def test_what_is_kept_is_read_again() -> None:
    one = Known(3, "N 1", "Titel", True, "abc", {"a.pdf": "1f"})
    assert agenda_changes.unpack(agenda_changes.pack([one])) == [one]


def test_another_file_of_the_same_name_is_a_new_version() -> None:
    old = Known(3, "1", "Titel", True, "", {"a.pdf": "1f", "b.pdf": "2"})
    new = Known(3, "1", "Titel", True, "", {"a.pdf": "9c", "b.pdf": "2"})
    assert differences([old], [new]) == ["TOP 1 hat eine neue Fassung der Anlage a.pdf"]


def text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_an_update_says_what_changed_to_each_what_they_may_know(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Callable[[], dict[str, EmailMessage]]
) -> None:
    keys = {
        title: factories.item(session, meeting, title, is_public=is_public, version=1).id
        for title, is_public in (("Lage", True), ("Haushalt", False), ("Personalie", False))
    }
    session.add(Invitation(meeting_id=meeting.id, person_id=world.nele.id))
    session.commit()
    mailing.invite(session, world, meeting, site)
    arrive()

    def change(work: Work) -> None:
        item = work.session.get_one(AgendaItem, keys["Haushalt"])
        new = ItemInput("Haushalt 2027", is_public=False)
        agenda_services.change_item(work, item.id, new, version=item.version)
        agenda_services.settle_item(work, keys["Personalie"], ItemStep.REFUSE)
        agenda_services.put_on(work, meeting.id, ItemInput("Verschiedenes", is_public=True))

    do(session, world.actor, change)
    mailing.invite(session, world, meeting, site)
    mails = arrive()
    inside, guest = text(mails["tom@example.org"]), text(mails["nele@example.org"])
    for line in (
        "- Entfällt: TOP N 2 „Personalie“",
        "- TOP N 1 heißt jetzt „Haushalt 2027“ (vorher: „Haushalt“)",
        "- Neu: TOP 2 „Verschiedenes“",
    ):
        assert line in inside, line
    assert "- Neu: TOP 2 „Verschiedenes“" in guest
    assert "Haushalt" not in guest
    assert "Personalie" not in guest

    def again(work: Work) -> None:
        agenda_services.move_item(work, keys["Lage"], up=False)

    do(session, world.actor, again)
    mailing.invite(session, world, meeting, site)
    later = text(arrive()["tom@example.org"])
    assert "ist jetzt TOP" in later
    assert "Personalie" not in later


def test_an_invitation_to_a_new_address_counts_as_what_its_reader_knows_of_the_agenda(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Callable[[], dict[str, EmailMessage]]
) -> None:
    def put_on(title: str) -> None:
        new = ItemInput(title, is_public=True)
        do(session, world.actor, lambda work: agenda_services.put_on(work, meeting.id, new).id)

    put_on("Lage")
    mailing.invite(session, world, meeting, site)
    arrive()
    put_on("Haushalt")
    session.get_one(Person, world.tom.id).email = "tom.neu@example.org"
    session.commit()
    do(session, world.actor, lambda work: invitation_services.send_anew(work, meeting.id, world.tom.id, site))
    assert "Haushalt" in text(arrive()["tom.neu@example.org"])
    put_on("Verschiedenes")
    mailing.invite(session, world, meeting, site)
    mails = arrive()
    tom, emre = text(mails["tom.neu@example.org"]), text(mails["emre@example.org"])
    assert "- Neu: TOP 3 „Verschiedenes“" in tom
    assert "Neu: TOP 2 „Haushalt“" not in tom
    assert "- Neu: TOP 2 „Haushalt“" in emre


def test_a_proposal_that_is_not_taken_up_is_no_news_to_anybody(
    session: Session, world: World, meeting: Meeting, site: Site
) -> None:
    items = [factories.item(session, meeting, name, is_public=True, version=1) for name in ("Neues", "Anderes")]
    for one in items:
        one.state = ItemState.PROPOSED
    session.commit()
    refused, taken_up = (one.id for one in items)
    mailing.invite(session, world, meeting, site)
    do(session, world.actor, lambda work: agenda_services.settle_item(work, refused, ItemStep.REFUSE))
    assert not any(mailing.plan_lines(session, meeting).values())
    do(session, world.actor, lambda work: agenda_services.settle_item(work, taken_up, ItemStep.TAKE_UP))
    assert mailing.plan_lines(session, meeting)["Tom"] == "update"


@pytest.mark.parametrize("why", ["approved", "closed", "cancelled"])
def test_nothing_of_a_frozen_meeting_changes(
    session: Session, site: Site, world: World, meeting: Meeting, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    state = {"approved": MeetingState.MINUTES_OPEN, "closed": MeetingState.CLOSED, "cancelled": MeetingState.CANCELLED}
    meeting.state = state[why]
    item = factories.item(session, meeting, "Lage", version=1)
    session.commit()
    if why == "approved":
        monkeypatch.setattr(registry, "meeting_facts", [lambda _session, _key: {"minutes_approved": True}])
    key, item_id, version, item_version = meeting.id, item.id, meeting.version, item.version
    late = DeadlineInput(Deadline.MINUTES, meeting.ends_at.date(), "Urlaub")
    title = MeetingInput("Anders")
    item_input = ItemInput("Anders")
    steps: dict[str, Callable[[Work], object]] = {
        "edit": lambda work: services.edit_meeting(work, key, title, version=version),
        "move": lambda work: services.move_meeting(work, key, Move(worlds.span(50), "Grund"), version=version),
        "cancel": lambda work: services.cancel_meeting(work, key, "Grund", version=version),
        "deadline": lambda work: deadline_services.set_deadline(work, key, late, version=version),
        "reset": lambda work: deadline_services.reset_deadline(work, key, Deadline.MINUTES, version=version),
        "put on": lambda work: agenda_services.put_on(work, key, item_input),
        "change": lambda work: agenda_services.change_item(work, item_id, item_input, version=item_version),
        "order": lambda work: agenda_services.order_items(work, key, [item_id], version=version),
        "settle": lambda work: agenda_services.settle_item(work, item_id, ItemStep.REFUSE),
        "guest": lambda work: invitation_services.add_guest(work, key, world.nele.id),
        "remove": lambda work: invitation_services.remove(work, key, world.tom.id),
    }
    if why != "cancelled":
        steps["silent"] = lambda work: invitation_services.stay_silent(work, key, site, version=version)
    for name, step in steps.items():
        with pytest.raises(RuleViolation) as caught:
            do(session, world.actor, step)
        assert ("approved" in caught.value.message) is (why == "approved" and name not in {"guest", "remove", "silent"})
    session.rollback()
    assert session.get_one(Meeting, key, populate_existing=True).title == "1. Sitzung 2027"


def test_the_page_to_change_a_frozen_meeting_says_so(
    browser: Browser, session: Session, world: World, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.account(session, "mira@example.org", Role.COORDINATOR, person_id=world.mira.id)
    meeting.state = MeetingState.MINUTES_OPEN
    session.commit()
    browser.sign_in("mira@example.org", factories.PASSWORD)
    here = f"/sitzungen/{meeting.id}"
    form = browser.get(f"{here}/bearbeiten")
    monkeypatch.setattr(
        registry, "meeting_facts", [lambda _session, _key: {"minutes_begun": True, "minutes_approved": True}]
    )
    refused = form.submit("Angaben speichern", title="Anders")
    assert refused.status == 422
    assert "Das Protokoll ist genehmigt" in refused.main
    assert "Angaben ändern" not in browser.get(here).main
    assert browser.get(f"{here}/bearbeiten").status == 422


def test_guests_hear_nothing_of_what_is_not_public(
    session: Session, world: World, meeting: Meeting, site: Site
) -> None:
    def item(title: str, *, is_public: bool) -> Callable[[Work], AgendaItem]:
        return lambda work: agenda_services.put_on(work, meeting.id, ItemInput(title, is_public=is_public))

    do(session, world.actor, item("Haushalt", is_public=True))
    key = do(session, world.actor, lambda work: item("Personalie", is_public=False)(work).id)
    do(session, world.actor, lambda work: invitation_services.add_guest(work, meeting.id, world.nele.id))
    mailing.invite(session, world, meeting, site)

    def change(title: str, *, is_public: bool) -> None:
        def run(work: Work) -> None:
            version = work.session.get_one(AgendaItem, key).version
            agenda_services.change_item(work, key, ItemInput(title, is_public=is_public), version=version)

        do(session, world.actor, run)

    change("Personalie zwei", is_public=False)
    do(session, world.actor, item("Vertrag", is_public=False))
    lines = mailing.plan_lines(session, meeting)
    assert (lines["Tom"], lines["Nele"]) == ("update", None)
    # Nobody has decided to tell the guest nothing: the meeting itself knows what is news to whom.
    assert mailing.row_of(session, meeting, world.nele).silent_at is None
    row = session.get_one(Meeting, meeting.id)
    assert row.guests_revised_at is not None
    assert row.guests_revised_at < row.revised_at
    # Made public, it is news to a guest as well; and so is what follows, until the guest is told.
    change("Personalie zwei", is_public=True)
    assert mailing.plan_lines(session, meeting)["Nele"] == "update"
    do(session, world.actor, item("Nachtrag", is_public=False))
    assert mailing.plan_lines(session, meeting)["Nele"] == "update"
    assert mailing.row_of(session, meeting, world.nele).silent_at is None
    mailing.invite(session, world, meeting, site)
    # Both in one transaction: what is news stays so, whatever comes after it.
    do(session, world.actor, lambda work: (item("Gast", is_public=True)(work), item("Intern", is_public=False)(work)))
    assert mailing.plan_lines(session, meeting)["Nele"] == "update"
