"""Somebody who is signed in changes their own entries, by the form of the link, whether a round asks them or not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Actor
from coordination.core.errors import Conflict, Forbidden
from coordination.core.work import AuditEntry, Work
from coordination.directory.models import Assignment, Organisation, Person
from coordination.directory.rounds import own_services
from coordination.directory.rounds.answer_services import Decided
from coordination.directory.rounds.models import ChangeProposal
from coordination.directory.rounds.rules import ProposalState, Said
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from tests import factories
from tests.browser import Browser
from tests.directory.keepers import City, every, forge, stored
from tests.directory.rounds.conftest import Round, asked, let, post_of, shown, weeks_pass

Delivered = Callable[[], dict[str, str]]


def test_a_change_waits_where_the_employer_never_said_anything(
    ada: Browser, keeper: Browser, session: Session, city: City, own: str
) -> None:
    (row,) = post_of(session, city)
    entry = f"/personen/{city.ada}"
    for page in (entry, f"/orte/{city.school}"):
        assert ada.get(page).href("Ändern") == own
    assert ada.get(entry).href("Meine Angaben ändern") == own
    sent = ada.get(own).submit("Senden", **{f"e{row.id}-day0_room": "Raum 7"}, message="Bin umgezogen.")
    assert sent.location == f"{entry}#assignments"
    after = sent.follow()
    assert "Bis zur Freigabe bleiben diese Angaben" in after.flash
    assert f"Ihre Änderung vom {clock.today():%d.%m.%Y}" in shown(after.main)
    (kept,) = post_of(session, city)
    assert (kept.confirmed_on, kept.presences[0].room) == (None, "Raum 1")
    mine = ada.get(own)
    assert "Mo 8–13 Uhr (Raum 7)" in shown(mine.main)
    assert "Was Sie jetzt senden, ersetzt diese Änderung" in mine.main
    desk = keeper.get("/")
    assert "Eine Änderung oder Nachricht von Probe wartet auf Sie" in shown(desk.main)
    listed = keeper.get("/bestaetigungen")
    decision = listed.click("Änderung ansehen")
    assert decision.h1 == keeper.get(entry).click("Änderung vom").h1
    taken = decision.submit("Ab heute übernehmen")
    assert taken.location == "/bestaetigungen#changes"
    _old, new = post_of(session, city)
    assert (new.confirmed_by, new.confirmed_by_id, new.presences[0].room) == ("Ada Ahornblatt", city.ada, "Raum 7")
    assert "Ihre Nachricht vom" in ada.get(entry).main
    assert "Bin umgezogen." in ada.get(own).main
    assert keeper.get("/bestaetigungen").click("Nachricht lesen").submit("Erledigt").status == 303
    assert "Nachricht lesen" not in keeper.get("/bestaetigungen").main
    assert "Ihre Nachricht" not in ada.get(entry).main


def test_it_holds_at_once_where_the_employer_has_it_so(
    ada: Browser, keeper: Browser, session: Session, city: City, own: str
) -> None:
    let(session, city)
    (row,) = post_of(session, city)
    page = ada.get(own)
    assert "Was Sie ändern, gilt ab heute" in page.main
    sent = page.submit("Senden", phone="0521 51-4711", **{f"e{row.id}-day0_starts": "9:00"})
    assert "gilt ab heute" in sent.follow().flash
    old, new = post_of(session, city)
    assert old.valid_until == clock.today() - timedelta(days=1)
    assert (new.confirmed_on, new.confirmed_by_id) == (clock.today(), city.ada)
    assert stored(session, Person, city.ada).phone == "+49521514711"
    (proposal,) = every(session, ChangeProposal)
    assert (proposal.state, proposal.asked) == (ProposalState.APPLIED, None)
    told = {line.action for line in session.scalars(select(AuditEntry)) if line.user_id is not None}
    assert {"person.change_sent", "person.changed"} <= told
    entry = keeper.get(f"/personen/{city.ada}")
    assert entry.submit("Zurücknehmen").status == 303
    assert [one.presences[0].starts_at.hour for one in post_of(session, city)] == [8]
    assert "wartet auf Sie" not in keeper.get("/").main


def test_who_was_refused_reads_it_on_their_own_page_until_they_send_anew(
    ada: Browser, keeper: Browser, session: Session, city: City, own: str
) -> None:
    ada.get(own).submit("Senden", phone="0521 51-4711")
    keeper.get("/bestaetigungen").click("Änderung ansehen").submit("Angaben so lassen", reason="Die Zentrale reicht.")
    told = "wurde nicht übernommen"
    page = ada.get(f"/personen/{city.ada}").click(told)
    assert page.url == own
    assert "Grund: Die Zentrale reicht." in page.main
    assert told not in keeper.get(f"/personen/{city.ada}").main
    assert page.submit("Senden", mobile="0151 99990017").status == 303
    for path in (own, f"/personen/{city.ada}"):
        assert told not in ada.get(path).main


def test_a_refusal_is_mailed_with_its_reason(
    ada: Browser, keeper: Browser, session: Session, city: City, own: str, delivered: Delivered
) -> None:
    ada.get(own).submit("Senden", email="ada.neu@example.org")
    page = keeper.get("/bestaetigungen").click("Änderung ansehen")
    assert page.submit("Angaben so lassen").error("reason")
    assert page.submit("Angaben so lassen", reason="Bitte nur die dienstliche Adresse.").status == 303
    assert "Grund: Bitte nur die dienstliche Adresse." in delivered()["ada@example.org"]
    (mail,) = every(session, OutboxMail)
    (one,) = every(session, ChangeProposal)
    assert (mail.purpose, mail.about, mail.person_id) == ("round.refusal", f"round.refusal:own-{one.id}", city.ada)
    assert (one.state, stored(session, Person, city.ada).email) == (ProposalState.REFUSED, "ada@example.org")


def test_who_keeps_the_employer_hears_of_a_refusal_that_did_not_arrive(
    ada: Browser, keeper: Browser, session: Session, city: City, own: str
) -> None:
    ada.get(own).submit("Senden", phone="0521 51-4711")
    refused = keeper.get("/bestaetigungen").click("Änderung ansehen").submit("Angaben so lassen", reason="Nein.")
    assert "nicht angekommen" not in refused.follow().main
    session.execute(update(OutboxMail).values(state=MailState.FAILED, problem="550"))
    session.commit()
    page = keeper.get("/bestaetigungen").click("Ada Ahornblatt")
    assert "Die Mail mit der Begründung kam nicht an" in page.main
    assert "ada@example.org" in page.main.replace("\u200b", "")
    told = page.submit("Anders mitgeteilt")
    assert told.location == "/bestaetigungen#changes"
    assert "auf anderem Weg Bescheid" in told.follow().flash
    assert "nicht angekommen" not in keeper.get("/bestaetigungen").main
    assert page.submit("Anders mitgeteilt").status == 409
    (mail,) = every(session, OutboxMail)
    assert mail.settled_at is not None


def test_a_round_of_long_ago_is_not_answered_any_more(
    ada: Browser, session: Session, started: Round, city: City, own: str
) -> None:
    weeks_pass(session, 190)
    ada.get(own).submit("Senden", phone="0521 51-1234")
    (one,) = every(session, ChangeProposal)
    assert (one.asked, asked(session, city.ada).answer) == (None, Said.OPEN)


def test_a_round_takes_over_what_waited_before(
    ada: Browser, keeper: Browser, session: Session, city: City, own: str, request: pytest.FixtureRequest
) -> None:
    ada.get(own).submit("Senden", phone="0521 51-1234")
    started: Round = request.getfixturevalue("started")
    assert "0521 511234" in shown(ada.get(started.link).main)
    assert asked(session, city.ada).answer is Said.OPEN
    assert keeper.get("/").click("Ansehen").url == "/bestaetigungen"
    ada.get(f"{started.link}/aendern").submit("Senden", phone="0521 51-4711")
    (one,) = every(session, ChangeProposal)
    assert one.round_person_id == asked(session, city.ada).id


def test_entries_that_changed_meanwhile_are_shown_anew(ada: Browser, session: Session, city: City, own: str) -> None:
    page = ada.get(own)
    stored(session, Person, city.ada).mobile = "+4915199990017"
    session.commit()
    again = page.submit("Senden", phone="0521 51-4711")
    assert again.status == 409
    assert "haben sich geändert" in again.main
    assert every(session, ChangeProposal) == []
    assert again.submit("Senden").status == 303


def test_what_was_added_meanwhile_keeps_its_times(ada: Browser, session: Session, city: City, own: str) -> None:
    page = ada.get(own)
    employer, whose = stored(session, Organisation, city.provider), session.get_one(Person, city.ada)
    added = factories.assignment(session, whose, factories.place(session, "Jugendhaus Nord"), employer)
    session.commit()
    again = page.submit("Senden", phone="0521 51-4711")
    assert again.status == 409
    assert again.soup.select_one(f"input[name=e{added.id}-day4_ends]")["value"] == "13:00"  # type: ignore[index]
    assert again.submit("Senden").status == 303
    (one,) = every(session, ChangeProposal)
    assert one.wish == {"contact": {"phone": "+49521514711"}, "weeks": {}, "holidays": {}}


@pytest.mark.parametrize("page", ["own", "link"])
def test_a_number_that_is_too_short_stays_while_something_else_is_changed(
    ada: Browser, session: Session, started: Round, city: City, own: str, page: str
) -> None:
    stored(session, Person, city.ada).phone = "+4952112"
    session.commit()
    (row,) = post_of(session, city)
    where = own if page == "own" else f"{started.link}/aendern"
    assert ada.get(where).submit("Senden", **{f"e{row.id}-day0_room": "Raum 7"}).status in {200, 303}
    (one,) = every(session, ChangeProposal)
    assert (one.wish["contact"], set(one.wish["weeks"])) == ({}, {str(row.id)})
    assert ada.get(where).submit("Senden", phone="0521 13").error("phone")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Es gibt nichts zu senden"),
        ({"phone": "keine"}, "keine Telefonnummer"),
        ({"day0_starts": "14:00"}, "Ende muss nach dem Beginn liegen"),
        ({"in_holidays": "immer"}, "in_holidays"),
    ],
)
def test_what_cannot_be_stored_stands_beside_its_field(
    ada: Browser, session: Session, city: City, own: str, given: dict[str, str], said: str
) -> None:
    (row,) = post_of(session, city)
    fields = {(name if name == "phone" else f"e{row.id}-{name}"): value for name, value in given.items()}
    mark = ada.get(own).soup.select_one("input[name=seen]")
    assert mark is not None
    page = (
        forge(ada, own, seen=str(mark["value"]), **fields)
        if "in_holidays" in given
        else ada.get(own).submit("Senden", **fields)
    )
    assert page.status == 422
    assert said in str(page.soup.select_one("main"))
    assert every(session, ChangeProposal) == []


def test_times_that_overlap_are_said_at_their_day(ada: Browser, session: Session, city: City, own: str) -> None:
    (row,) = post_of(session, city)
    prefix = f"e{row.id}-day0_"
    page = ada.get(own).submit("Senden", **{f"{prefix}starts_2": "9:00", f"{prefix}ends_2": "10:00"}, phone="keine")
    assert page.status == 422
    assert "überschneiden sich" in page.error(f"{prefix}starts")
    assert page.error("phone"), "all that is wrong is said at once"


def test_it_is_nobody_elses(ada: Browser, keeper: Browser, session: Session, city: City, own: str) -> None:
    others = f"/personen/{city.ben}/angaben/{city.provider}"
    for browser, page, status in (
        (ada, others, 403),
        (keeper, own, 403),
        (ada, f"/personen/{city.ada}/angaben/{city.other}", 404),
        (ada, f"/personen/{city.ada}/angaben/99999", 404),
        (ada, f"/personen/99999/angaben/{city.provider}", 404),
    ):
        assert browser.get(page).status == status, page
        assert forge(browser, "/wer-ist-wo", page, phone="0521 51-4711").status == status, page
    assert own not in keeper.get(f"/personen/{city.ada}").text
    assert others not in ada.get(f"/personen/{city.ben}").text
    assert every(session, ChangeProposal) == []


def test_the_services_ask_who_acts_themselves(session: Session, city: City) -> None:
    work = Work(session, Actor(user_id=1, person_id=city.ben), clock.utc_now())
    with pytest.raises(Forbidden):
        own_services.withdraw(work, city.ada, city.provider, Decided(1, 1))
    work = Work(session, Actor(user_id=1, person_id=city.ada), clock.utc_now())
    with pytest.raises(Conflict):
        own_services.withdraw(work, city.ada, city.provider, Decided(1, 1))


@pytest.mark.parametrize("day", [-1, 1])
def test_what_is_over_or_to_come_is_not_changed(
    ada: Browser, keeper: Browser, session: Session, city: City, own: str, day: int
) -> None:
    page = ada.get(own)
    ada.get(own).submit("Senden", phone="0521 51-1234")
    row = stored(session, Assignment, city.post)
    if day < 0:
        row.valid_until = clock.today() + timedelta(days=day)
    else:
        row.valid_from = clock.today() + timedelta(days=day)
    session.commit()
    assert own not in ada.get(f"/orte/{city.school}").text
    left = ada.get(own)
    assert left.status == 200, "what waits can be withdrawn"
    assert "keinen Einsatz mehr" in left.main
    assert page.submit("Senden", mobile="0151 99990017").status in {404, 409}
    assert left.submit("Zurückziehen").status == 303
    assert ada.get(own).status == 404
    assert every(session, ChangeProposal)[0].wish["contact"] == {"phone": "+49521511234"}
