"""Keeping offers: entered at a place, changed, ended, taken up again, by the keepers of who runs it or of the place."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Actor, Role
from coordination.core.errors import Forbidden
from coordination.core.work import Work
from coordination.directory.models import Place
from coordination.directory.offers import services
from coordination.directory.offers.models import Offer
from coordination.directory.offers.rules import OfferKind
from coordination.directory.offers.services import OfferInput
from tests import factories
from tests.browser import Browser
from tests.directory.keepers import City, enter, every, forge, stored
from tests.directory.offers.entries import DAY, STORE, actions, new, planted


@pytest.fixture
def keeper(other_browser: Browser, city: City) -> Browser:
    """Return the browser of whoever keeps one provider, which runs the facility."""
    return enter(other_browser, "eins")


def test_an_offer_is_entered_at_its_place(chief: Browser, session: Session, city: City) -> None:
    page = chief.get(f"/orte/{city.school}")
    assert "Hier ist noch nichts eingetragen" in page.main
    answer = page.click("Angebot eintragen").submit(
        STORE,
        kind="project",
        name="  Lerncafé ",
        times="dienstags 14 bis 16 Uhr, Raum 3",
        audience="Klassen 5 bis 7",
        organisation_id=city.other,
        link="www.example.org/lerncafe",
    )
    assert answer.status == 303
    (row,) = every(session, Offer)
    assert (row.place_id, row.kind, row.name, row.organisation_id) == (
        city.school,
        OfferKind.PROJECT,
        "Lerncafé",
        city.other,
    )
    assert (row.link, row.valid_from, row.valid_until) == (
        "https://www.example.org/lerncafe",
        clock.today(),
        None,
    )
    assert answer.location == f"/angebote/{row.id}"
    (shown,) = answer.follow().select(".offers > li")
    assert shown.startswith("Lerncafé dienstags 14 bis 16 Uhr, Raum 3 Projekt · Klassen 5 bis 7 · Anderer Träger gGmbH")
    assert shown.endswith(
        "Seite im Netz (Lerncafé) Noch nicht bestätigt Stimmt so (Lerncafé) Ändern (Lerncafé) Beenden (Lerncafé)"
    )
    assert actions(session) == ["offer.created"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": ""}, "Bitte füllen Sie dieses Feld aus"),
        ({"name": "x" * 121}, "120 Zeichen"),
        ({"times": ""}, "Bitte füllen Sie dieses Feld aus"),
        ({"times": "x" * 201}, "200 Zeichen"),
        ({"audience": "x" * 121}, "120 Zeichen"),
        ({"link": "javascript:alert(1)"}, "keine Adresse einer Website"),
        ({"link": "ftp://example.org"}, "keine Adresse einer Website"),
        ({"link": f"https://example.org/{'x' * 300}"}, "300 Zeichen"),
        ({"valid_from": ""}, "Bitte füllen Sie dieses Feld aus"),
        ({"valid_until": "2020-01-01"}, "Das Ende liegt vor dem Beginn"),
        ({"name": "LERNCAFÉ"}, "unter demselben Namen schon eingetragen"),
    ],
)
def test_bad_input_says_what_to_do_and_changes_nothing(
    chief: Browser, session: Session, city: City, fields: dict[str, str], said: str
) -> None:
    assert new(chief, city.school).status == 303
    other = planted(session, city.school, name="Leseclub")
    for page in (chief.get(f"/orte/{city.school}/angebote/neu"), chief.get(f"/angebote/{other}/bearbeiten")):
        answer = page.submit(STORE, **{"name": "Neu", "times": "montags", **fields})
        assert (answer.status, said in answer.main) == (422, True), answer.main
    assert {one.name for one in every(session, Offer)} == {"Lerncafé", "Leseclub"}


def test_a_name_is_free_again_elsewhere_and_afterwards(chief: Browser, session: Session, city: City) -> None:
    planted(session, city.school, name="Lerncafé", valid_until=clock.today() - DAY)
    assert new(chief, city.school).status == 303
    assert new(chief, city.second_school).status == 303


def test_what_is_not_there_is_not_found(chief: Browser, city: City) -> None:
    for path in ("/orte/99999/angebote/neu", "/angebote/99999", f"/angebote/{10**12}", "/angebote/99999/bearbeiten"):
        assert chief.get(path).status == 404, path
    sent: dict[str, Any] = {
        "kind": "offer",
        "name": "X",
        "times": "X",
        "valid_from": "2026-01-01",
        "organisation_id": 99999,
    }
    assert forge(chief, f"/orte/{city.school}/angebote/neu", **sent).status == 422
    assert forge(chief, f"/orte/{city.school}/angebote/neu", **{**sent, "kind": "x"}).status == 422


def test_a_keeper_enters_what_the_own_organisation_runs(keeper: Browser, session: Session, city: City) -> None:
    form = keeper.get(f"/orte/{city.school}/angebote/neu").form(STORE)
    assert list(form.options("organisation_id")) == [str(city.team), str(city.provider)]
    assert new(keeper, city.school, organisation_id=city.provider).status == 303
    sent: dict[str, Any] = {"kind": "offer", "name": "X", "times": "X", "valid_from": "2026-01-01"}
    for unit in (0, city.other):
        assert forge(keeper, f"/orte/{city.school}/angebote/neu", organisation_id=unit, **sent).status == 422
    (row,) = every(session, Offer)
    assert keeper.get(f"/angebote/{row.id}/bearbeiten").submit(STORE, name="Anders").status == 303
    assert stored(session, Offer, row.id).name == "Anders"


def test_the_keeper_of_a_facility_says_that_anybody_runs_it(keeper: Browser, session: Session, city: City) -> None:
    assert new(keeper, city.facility, organisation_id=city.other).status == 303
    assert new(keeper, city.facility, name="Offener Treff", organisation_id=0).status == 303
    for row in every(session, Offer):
        assert keeper.get(f"/angebote/{row.id}/bearbeiten").status == 200
        assert keeper.get(f"/angebote/{row.id}/beenden").status == 200


def test_nobody_else_keeps_it(other_browser: Browser, session: Session, city: City) -> None:
    foreign = planted(session, city.school, organisation_id=city.other)
    free = planted(session, city.school, name="Leseclub")
    for name in ("eins", "liest"):
        browser = enter(other_browser, name)
        shown = browser.get(f"/orte/{city.school}")
        assert len(shown.select(".offers > li")) == 2
        assert "Ändern" not in str(shown.select(".offers"))
        for key in (foreign, free):
            for path in (f"/angebote/{key}/bearbeiten", f"/angebote/{key}/beenden"):
                assert browser.get(path).status == 403, path
                assert forge(browser, "/sozialraeume", path, name="X").status == 403, path
            assert forge(browser, "/sozialraeume", f"/angebote/{key}/fortfuehren").status == 403
        browser.forget()
    assert enter(other_browser, "liest").get(f"/orte/{city.school}/angebote/neu").status == 403
    assert actions(session) == []


def test_the_service_refuses_whatever_page_calls_it(session: Session, city: City) -> None:
    actor = Actor(user_id=1, roles=frozenset({Role.DIRECTORY_KEEPER}), keeps=frozenset({city.provider}))
    work = Work(session, actor, clock.utc_now())
    school = session.get_one(Place, city.school)
    data = OfferInput(OfferKind.OFFER, "Lerncafé", "dienstags", clock.today(), organisation_id=city.other)
    own = factories.offer(session, school, organisation_id=city.provider)
    for refused in (
        lambda: services.create_offer(work, school, data),
        lambda: services.change_offer(work, factories.offer(session, school), data, version=1),
        # It would belong to others from then on.
        lambda: services.change_offer(work, own, data, version=own.version),
    ):
        with pytest.raises(Forbidden):
            refused()


def test_of_two_forms_at_once_the_second_sees_both_texts(chief: Browser, session: Session, city: City) -> None:
    key = planted(session, city.school)
    first, second = (chief.get(f"/angebote/{key}/bearbeiten") for _ in range(2))
    assert first.submit(STORE, times="montags 10 Uhr").status == 303
    answer = second.submit(STORE, times="freitags 12 Uhr")
    assert answer.status == 409
    assert "montags 10 Uhr" in answer.main
    assert stored(session, Offer, key).times == "montags 10 Uhr"
    assert answer.submit(STORE).status == 303
    assert stored(session, Offer, key).times == "freitags 12 Uhr"


def test_a_form_that_says_nothing_new_leaves_no_line(chief: Browser, session: Session, city: City) -> None:
    key = planted(session, city.school, valid_until=clock.today() + DAY)
    assert chief.get(f"/angebote/{key}/bearbeiten").submit(STORE).status == 303
    assert actions(session) == []


def test_it_ends_and_the_end_is_taken_back(chief: Browser, session: Session, city: City) -> None:
    key, last = planted(session, city.school, name="Leseclub"), clock.today() - DAY
    page = chief.get(f"/orte/{city.school}").click("Beenden (Leseclub)")
    done = page.submit("Angebot beenden", last_on=last.isoformat()).follow()
    assert stored(session, Offer, key).valid_until == last
    assert done.select(".offers > li") == []
    assert f"bis {last:%d.%m.%Y} Angebot: Leseclub Ändern (Leseclub)" in done.select("#history ~ *, .history li")[-1]
    assert done.submit("Rückgängig").status == 303
    assert stored(session, Offer, key).valid_until is None
    chief.get(f"/angebote/{key}/beenden").submit("Angebot beenden")
    again = chief.get(f"/angebote/{key}/bearbeiten")
    assert again.submit("Ende zurücknehmen").status == 303
    assert stored(session, Offer, key).valid_until is None
    assert actions(session) == ["offer.ended", "offer.end_undone", "offer.ended", "offer.reopened"]


def test_an_end_that_makes_no_sense_is_refused(chief: Browser, session: Session, city: City) -> None:
    key = planted(session, city.school, valid_from=clock.today())
    for day, said in (("", "Bitte füllen"), ((clock.today() - DAY).isoformat(), "Das Ende liegt vor dem Beginn")):
        answer = chief.get(f"/angebote/{key}/beenden").submit("Angebot beenden", last_on=day)
        assert (answer.status, said in answer.main) == (422, True)
    stale = chief.get(f"/angebote/{key}/beenden")
    chief.get(f"/angebote/{key}/bearbeiten").submit(STORE, times="montags 10 Uhr")
    answer = stale.submit("Angebot beenden")
    assert answer.status == 409
    assert "montags 10 Uhr" in answer.main
    assert stored(session, Offer, key).valid_until is None
    assert answer.submit("Angebot beenden").status == 303


def test_what_goes_on_is_told_where_its_place_or_its_organisation_ends(
    chief: Browser, session: Session, city: City
) -> None:
    planted(session, city.facility, organisation_id=city.other)
    planted(session, city.facility, name="Vorbei", valid_until=clock.today() - DAY)
    for path in (f"/orte/{city.facility}/schliessen", f"/organisationen/{city.other}/beenden"):
        preview = chief.get(path).submit("Weiter zur Vorschau")
        assert "1 Angebot oder Projekt geht nach diesem Tag weiter" in preview.main
        assert "Nichts hängt daran" not in preview.main


@pytest.mark.parametrize("run_by", ["nobody known", "another provider"])
def test_who_keeps_the_place_sees_what_is_only_planned_there(
    other_browser: Browser, session: Session, city: City, run_by: str
) -> None:
    """Whoever runs it: what one has entered at the own facility does not vanish until it begins."""
    keeper = enter(other_browser, "eins")
    organisation_id = city.other if run_by == "another provider" else 0
    soon = (clock.today() + DAY).isoformat()
    done = new(keeper, city.facility, organisation_id=organisation_id, valid_from=soon)
    assert "Lerncafé" in done.follow().main
    [row] = every(session, Offer)
    assert keeper.get(f"/angebote/{row.id}/bearbeiten").status == 200
    assert "Lerncafé" in keeper.get("/suche?q=lerncaf%C3%A9").main
