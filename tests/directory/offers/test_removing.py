"""An offer that was entered by mistake is removed while it is young, and entered again as it was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.work import AuditEntry
from coordination.directory.models import Organisation
from coordination.directory.offers.models import Offer, RemovedOffer
from coordination.directory.offers.removing import YOUNG_DAYS
from coordination.directory.offers.services import OfferInput
from tests import factories
from tests.browser import Browser, Page
from tests.directory.keepers import City, enter, every, forge, stored
from tests.directory.offers.entries import DAY, STORE, actions, new, planted

REMOVE = "Angebot entfernen"


@pytest.fixture
def keeper(other_browser: Browser, city: City) -> Browser:
    """Return the browser of whoever keeps one provider, which runs the facility."""
    return enter(other_browser, "eins")


def said(session: Session, key: int) -> dict[str, Any]:
    row = stored(session, Offer, key)
    return {name: getattr(row, name) for name in [*OfferInput.__dataclass_fields__, "id", "place_id"]}


def entered(chief: Browser, session: Session, city: City, **more: Any) -> int:
    more = {"audience": "Klassen 5 bis 7", "link": "https://example.org/x", "organisation_id": city.other} | more
    assert new(chief, city.school, **more).status == 303
    return every(session, Offer)[-1].id


def age(session: Session, **span: float) -> None:
    """Let everything in the trail have happened earlier."""
    for line in every(session, AuditEntry):
        earlier = line.at - timedelta(**span)
        session.execute(update(AuditEntry).where(AuditEntry.id == line.id).values(at=earlier))
    session.commit()


def test_it_is_removed_with_confirmation_and_the_way_back(chief: Browser, session: Session, city: City) -> None:
    key = entered(chief, session, city, kind="project", valid_until=(clock.today() + DAY).isoformat())
    before = said(session, key)
    asked = chief.get(f"/orte/{city.school}").click("Beenden (Lerncafé)").click("Eintrag entfernen")
    assert asked.h1 == "Lerncafé entfernen"
    assert every(session, Offer), "asking removes nothing"
    done = asked.submit(REMOVE).follow()
    assert "„Lerncafé“ ist entfernt." in done.text
    assert done.select(".offers > li") == []
    assert every(session, Offer) == []
    assert "Raum 3" not in chief.get("/suche?q=Lerncaf%C3%A9").main
    assert chief.get(f"/angebote/{key}").status == 404
    back = done.submit("Rückgängig")
    assert back.status == 303
    assert len(back.follow().select(".offers > li")) == 1
    assert said(session, key) == before
    assert every(session, RemovedOffer) == []
    assert "Raum 3" in chief.get("/suche?q=Lerncaf%C3%A9").main
    assert actions(session) == ["offer.created", "offer.removed", "offer.removal_undone"]
    again = done.submit("Rückgängig").follow()
    assert "schon wieder eingetragen" in again.text
    assert len(every(session, Offer)) == 1


def test_what_was_ended_by_mistake_is_removed_too(chief: Browser, session: Session, city: City) -> None:
    key = planted(session, city.school, valid_until=clock.today() - DAY)
    page = chief.get(f"/angebote/{key}/bearbeiten").click("Eintrag entfernen")
    assert page.submit(REMOVE).status == 303
    assert every(session, Offer) == []


def test_the_keeper_of_a_part_removes_it_only_while_it_is_young(keeper: Browser, session: Session, city: City) -> None:
    assert new(keeper, city.school, organisation_id=city.provider).status == 303
    (row,) = every(session, Offer)
    path = f"/angebote/{row.id}/entfernen"
    form = keeper.get(path)
    age(session, days=YOUNG_DAYS, seconds=60)
    for page, status in ((keeper.get(path), 200), (form.submit(REMOVE), 422)):
        assert page.status == status
        assert "mehr als eine Woche alt" in page.main
        assert REMOVE not in page.main
    for step in ("beenden", "bearbeiten"):
        assert "Eintrag entfernen" not in keeper.get(f"/angebote/{row.id}/{step}").main
    assert len(every(session, Offer)) == 1
    age(session, days=-1)
    assert keeper.get(path).submit(REMOVE).status == 303
    assert every(session, Offer) == []


def test_what_has_not_begun_and_whoever_keeps_all_know_no_such_week(
    keeper: Browser, chief: Browser, session: Session, city: City
) -> None:
    planned = planted(session, city.school, organisation_id=city.provider, valid_from=clock.today() + DAY)
    assert keeper.get(f"/angebote/{planned}/entfernen").submit(REMOVE).status == 303
    begun = planted(session, city.school, organisation_id=city.provider, valid_from=clock.today())
    assert REMOVE not in keeper.get(f"/angebote/{begun}/entfernen").main
    assert chief.get(f"/angebote/{begun}/entfernen").submit(REMOVE).status == 303


def test_who_was_slower_is_told_and_nothing_is_removed(chief: Browser, session: Session, city: City) -> None:
    key = entered(chief, session, city)
    stale = chief.get(f"/angebote/{key}/entfernen")
    chief.get(f"/angebote/{key}/bearbeiten").submit(STORE, times="montags 10 Uhr")
    answer = stale.submit(REMOVE)
    assert answer.status == 409
    assert "montags 10 Uhr" in answer.main
    assert len(every(session, Offer)) == 1
    assert answer.submit(REMOVE).status == 303


def test_a_form_from_before_does_not_fit_what_is_entered_again(chief: Browser, session: Session, city: City) -> None:
    key = entered(chief, session, city)
    stale = chief.get(f"/angebote/{key}/bearbeiten")
    chief.get(f"/angebote/{key}/entfernen").submit(REMOVE).follow().submit("Rückgängig")
    assert stale.submit(STORE, times="montags 10 Uhr").status == 409


def test_what_was_entered_again_by_hand_is_not_doubled(chief: Browser, session: Session, city: City) -> None:
    key = entered(chief, session, city)
    done: Page = chief.get(f"/angebote/{key}/entfernen").submit(REMOVE).follow()
    assert new(chief, city.school).status == 303
    assert "Jetzt wurde nichts geändert" in done.submit("Rückgängig").follow().text
    assert len(every(session, Offer)) == 1


def test_the_way_back_needs_what_it_hangs_on(chief: Browser, session: Session, city: City) -> None:
    unit = factories.organisation(session, "Kurzer Träger").id
    session.commit()
    key = entered(chief, session, city, organisation_id=unit)
    done = chief.get(f"/angebote/{key}/entfernen").submit(REMOVE).follow()
    session.delete(session.get_one(Organisation, unit))
    session.commit()
    assert "Jetzt wurde nichts geändert" in done.submit("Rückgängig").follow().text
    assert every(session, Offer) == []


def test_nobody_else_removes_or_brings_it_back(
    chief: Browser, other_browser: Browser, session: Session, city: City
) -> None:
    key = entered(chief, session, city)
    done = chief.get(f"/angebote/{key}/entfernen").submit(REMOVE).follow()
    address = str(done.form("Rückgängig").tag["action"])
    kept = planted(session, city.school, name="Leseclub", organisation_id=city.other)
    for name in ("eins", "liest"):
        browser = enter(other_browser, name)
        assert browser.get(f"/angebote/{kept}/entfernen").status == 403
        assert forge(browser, "/sozialraeume", f"/angebote/{kept}/entfernen", version=1).status == 403
        assert forge(browser, "/sozialraeume", address).status == 403
        browser.forget()
    assert [one.id for one in every(session, Offer)] == [kept]


def test_what_can_no_longer_be_taken_back_is_not_kept(chief: Browser, session: Session, city: City) -> None:
    first, second = entered(chief, session, city), entered(chief, session, city, name="Leseclub")
    chief.get(f"/angebote/{first}/entfernen").submit(REMOVE)
    session.execute(update(RemovedOffer).values(removed_at=clock.utc_now() - timedelta(days=7, seconds=60)))
    session.commit()
    chief.get(f"/angebote/{second}/entfernen").submit(REMOVE)
    assert [one.offer_id for one in every(session, RemovedOffer)] == [second]
