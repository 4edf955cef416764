"""What somebody has sent and nobody has decided: replaced, withdrawn, sent along with what comes after it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from coordination.directory.models import Person
from coordination.directory.rounds.models import ChangeProposal
from coordination.directory.rounds.rules import ProposalState, Said, Way
from tests.browser import Browser
from tests.directory.keepers import City, every, forge, stored
from tests.directory.rounds.conftest import Round, asked, let, post_of, shown

Delivered = Callable[[], dict[str, str]]


def test_it_can_be_replaced_and_withdrawn_while_it_waits(
    ada: Browser, keeper: Browser, session: Session, city: City, own: str
) -> None:
    ada.get(own).submit("Senden", phone="0521 51-1234")
    first = ada.get(own)
    decision = keeper.get("/bestaetigungen").click("Änderung ansehen")
    ada.get(own).submit("Senden", phone="0521 51-4711")
    (one,) = every(session, ChangeProposal)
    assert one.wish["contact"] == {"phone": "+49521514711"}
    late = first.submit("Zurückziehen")
    assert late.status == 409
    assert "inzwischen entschieden, oder es wurde neu gesendet" in late.main
    assert decision.submit("Ab heute übernehmen").status == 409
    assert "Zurückgezogen" in late.submit("Zurückziehen").follow().flash
    (one,) = every(session, ChangeProposal)
    assert (one.state, one.settled_at is not None) == (ProposalState.WITHDRAWN, True)
    assert [each[0] for each in one.told] == ["Telefon (Büro)"]
    assert stored(session, Person, city.ada).phone == ""
    assert "Änderung ansehen" not in keeper.get("/bestaetigungen").main
    assert forge(ada, own, step="withdraw", proposal=str(one.id), version=str(one.version)).status == 409
    gone = keeper.get(f"/bestaetigungen/aenderungen/{one.id}")
    assert "zurückgezogen" in gone.main
    assert gone.select("main button[name=step]") == []


def test_what_waits_is_replaced_by_whoever_has_seen_it_alone(
    ada: Browser, session: Session, city: City, own: str
) -> None:
    (row,) = post_of(session, city)
    tabs = [ada.get(own) for _ in range(2)]
    assert tabs[0].submit("Senden", phone="0521 51-4711", message="Bin umgezogen.").status == 303
    late = tabs[1].submit("Senden", **{f"e{row.id}-day0_room": "Raum 7"})
    assert late.status == 409
    assert "0521 514711" in shown(late.main)
    (one,) = every(session, ChangeProposal)
    assert (one.message, one.wish["weeks"]) == ("Bin umgezogen.", {})
    assert late.submit("Senden").status == 303
    (one,) = every(session, ChangeProposal)
    assert (one.message, set(one.wish["weeks"])) == ("", {str(row.id)})


@pytest.mark.parametrize("page", ["own", "link"])
def test_the_form_opens_with_what_waits(
    ada: Browser, session: Session, started: Round, city: City, own: str, page: str
) -> None:
    (row,) = post_of(session, city)
    where, room = own if page == "own" else f"{started.link}/aendern", f"e{row.id}-day0_room"
    wanted = {"phone": "0521 51-4711", room: "Raum 7", f"e{row.id}-in_holidays": "yes"}
    ada.get(where).submit("Senden", **wanted)
    opened = ada.get(where)
    assert "Was Sie jetzt senden, ersetzt diese Änderung" in opened.main
    opened.submit("Senden", mobile="0151 99990017")
    (one,) = every(session, ChangeProposal)
    assert one.wish["contact"] == {"phone": "+49521514711", "mobile": "+4915199990017"}
    assert one.wish["weeks"][str(row.id)][0][3] == "Raum 7"
    assert one.wish["holidays"] == {str(row.id): "yes"}


@pytest.mark.parametrize("message", ["", "Bin umgezogen."])
def test_to_confirm_what_is_stored_withdraws_what_waits(
    ada: Browser, keeper: Browser, session: Session, started: Round, city: City, message: str
) -> None:
    ada.get(f"{started.link}/aendern").submit("Senden", phone="0521 51-4711", message=message)
    confirmed = ada.get(started.link).submit("Stimmt so, Änderung zurückziehen")
    assert "Ihre Angaben sind bestätigt" in confirmed.follow().main
    (one,) = every(session, ChangeProposal)
    assert (one.state, one.settled_at is None) == (ProposalState.WITHDRAWN, bool(message))
    assert (asked(session, city.ada).answer, stored(session, Person, city.ada).phone) == (Said.CONFIRMED, "")
    waits = keeper.get("/bestaetigungen").main
    assert ("Nachricht lesen" in waits) is bool(message)
    assert "Änderung ansehen" not in waits


@pytest.mark.parametrize("at_once", [False, True])
def test_a_message_that_waits_is_sent_along_with_what_comes_after_it(
    ada: Browser, keeper: Browser, session: Session, city: City, own: str, at_once: bool
) -> None:
    if at_once:
        let(session, city)
    ada.get(own).submit("Senden", message="Bin umgezogen.")
    assert ada.get(own).submit("Senden", phone="0521 51-4711").status == 303
    (one,) = every(session, ChangeProposal)
    assert (one.message, one.settled_at) == ("Bin umgezogen.", None)
    assert one.state is (ProposalState.APPLIED if at_once else ProposalState.WAITING)
    button = "Nachricht lesen" if at_once else "Änderung ansehen"
    assert "Bin umgezogen." in keeper.get("/bestaetigungen").click(button).main


@pytest.mark.parametrize("first", ["link", "account"])
def test_by_link_and_signed_in_one_replaces_the_other(
    ada: Browser, keeper: Browser, session: Session, started: Round, city: City, own: str, first: str
) -> None:
    link = f"{started.link}/aendern"
    pages = (link, own) if first == "link" else (own, link)
    ada.get(pages[0]).submit("Senden", phone="0521 51-1234")
    for page in (own, started.link):
        assert "0521 511234" in shown(ada.get(page).main)
    ada.get(pages[1]).submit("Senden", phone="0521 51-4711")
    (one,) = every(session, ChangeProposal)
    assert one.wish["contact"] == {"phone": "+49521514711"}
    said = asked(session, city.ada)
    assert (one.round_person_id, said.answer) == (said.id, Said.CHANGED)
    assert said.origin is (Way.ACCOUNT if first == "link" else Way.LINK)
    assert keeper.get("/").click("Ansehen").url == started.page
    taken = keeper.get(started.page).click("Änderung ansehen").submit("Ab heute übernehmen")
    assert taken.location == started.page
    assert stored(session, Person, city.ada).phone == "+49521514711"
