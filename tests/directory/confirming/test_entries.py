"""Every entry says when somebody last said that it is right, and whoever keeps it says so with one button."""

from __future__ import annotations

from contextlib import ExitStack, nullcontext
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import SYSTEM, Actor, Role, Subject
from coordination.core.errors import Conflict
from coordination.core.work import AuditEntry, Work, work_as
from coordination.directory.confirming import services
from coordination.directory.models import Assignment, Organisation, Person, Place
from coordination.directory.offers.models import Offer
from coordination.directory.responsibilities.models import Post
from coordination.topics.models import Topic
from tests import factories
from tests.browser import Browser
from tests.directory.keepers import City, build, enter, every, forge, stored
from tests.together import engine_of, meanwhile, work_of

NEVER, BUTTON = "Noch nicht bestätigt", "Stimmt so"
STALE = "länger als ein halbes Jahr nicht bestätigt"
KEEPER = Actor(user_id=1, roles=frozenset({Role.DIRECTORY_KEEPER}), keeps_all=True)
KINDS = ("person", "place", "organisation", "post", "offer")


@pytest.fixture
def city(session: Session) -> City:
    return build(session)


@pytest.fixture
def keeper(browser: Browser, city: City) -> Browser:
    """Return the browser of who keeps a single provider."""
    return enter(browser, "eins")


@pytest.fixture
def reader(other_browser: Browser, city: City) -> Browser:
    """Return the browser of somebody who only reads."""
    return enter(other_browser, "liest")


@pytest.fixture
def entries(session: Session, city: City) -> dict[str, tuple[str, type[Any], int, str]]:
    """Return kind → its page, model, key and address, all of them of the provider."""
    provider, facility = session.get_one(Organisation, city.provider), session.get_one(Place, city.facility)
    topic = Topic(name="Thema Probe")
    session.add(topic)
    post = factories.post(session, provider, session.get_one(Person, city.ada), topic)
    offer = factories.offer(session, facility, organisation_id=provider.id)
    # As long as versions of offers get, which begin anywhere.
    session.execute(update(Offer).values(version=2**30))
    found = {
        "person": (f"/personen/{city.ada}", Person, city.ada, f"/personen/{city.ada}"),
        "place": (f"/orte/{facility.id}", Place, facility.id, f"/orte/{facility.id}"),
        "organisation": (f"/organisationen/{provider.id}", Organisation, provider.id, f"/organisationen/{provider.id}"),
        "post": (f"/stellen/{post.id}", Post, post.id, f"/stellen/{post.id}"),
        "offer": (f"/orte/{facility.id}", Offer, offer.id, f"/angebote/{offer.id}"),
    }
    session.commit()
    return found


Entries = dict[str, tuple[str, type[Any], int, str]]


def said(row: Any) -> tuple[date | None, str]:
    return row.confirmed_on, row.confirmed_by


def press(browser: Browser, page: str, address: str) -> Any:
    """Press the button of one entry, with the version that its page carries."""
    shown = browser.get(page)
    form = next(
        one for one in shown.soup.select("form") if str(one["action"]).split("?")[0] == f"{address}/bestaetigen"
    )
    fields = {str(one["name"]): str(one["value"]) for one in form.select("input")}
    return browser.post(str(form["action"]), fields)


def take_back(browser: Browser, page: Any) -> Any:
    form = page.soup.select_one(".flashes form")
    assert form is not None
    fields = {str(one["name"]): str(one["value"]) for one in form.select("input")}
    return browser.post(str(form["action"]), fields)


@pytest.mark.parametrize("kind", KINDS)
def test_one_button_confirms_and_one_takes_it_back(
    keeper: Browser, reader: Browser, session: Session, entries: Entries, kind: str
) -> None:
    page, model, key, address = entries[kind]
    version = stored(session, model, key).version
    assert NEVER in keeper.get(page).main
    assert not {NEVER, BUTTON} & set(reader.get(page).select(".confirmed p, .confirmed button"))
    done = press(keeper, page, address)
    assert done.status == 303
    after = done.follow()
    today = clock.today()
    assert f"Zuletzt bestätigt am {today:%d.%m.%Y} von Eins" in after.main
    assert f"Zuletzt bestätigt am {today:%d.%m.%Y} von Eins" in reader.get(page).main
    row = stored(session, model, key)
    assert said(row) == (today, "Eins")
    assert row.version == version, "an open form about the same entry is not stale"
    taken = take_back(keeper, after).follow()
    assert "Zurückgenommen" in taken.flash
    assert said(stored(session, model, key)) == (None, "")
    assert NEVER in taken.main
    actions = {one.action for one in every(session, AuditEntry) if one.subject == f"{model.__tablename__}:{key}"}
    assert {f"{kind}.confirmed", f"{kind}.confirmation_undone"} <= actions


@pytest.mark.parametrize("kind", KINDS)
def test_others_cannot_say_it(reader: Browser, session: Session, entries: Entries, kind: str) -> None:
    _page, model, key, address = entries[kind]
    assert forge(reader, "/wer-ist-wo", f"{address}/bestaetigen?version=1").status == 403
    assert forge(reader, "/wer-ist-wo", f"{address}/bestaetigung-zuruecknehmen").status == 403
    assert said(stored(session, model, key)) == (None, "")


def test_what_was_changed_meanwhile_is_looked_at_first(keeper: Browser, session: Session, city: City) -> None:
    shown = keeper.get(f"/orte/{city.facility}")
    stored(session, Place, city.facility).phone = "+49521519999"
    session.commit()
    form = next(one for one in shown.soup.select("form") if "/bestaetigen?" in str(one["action"]))
    fields = {str(one["name"]): str(one["value"]) for one in form.select("input")}
    answer = keeper.post(str(form["action"]), fields).follow()
    assert "wurde inzwischen geändert" in answer.flash
    assert said(stored(session, Place, city.facility)) == (None, "")


def test_long_ago_is_marked_and_an_earlier_day_knows_nothing_later(
    keeper: Browser, reader: Browser, session: Session, city: City
) -> None:
    today = clock.today()
    for days, is_marked in ((183, False), (184, True)):
        row = stored(session, Place, city.facility)
        row.confirmed_on, row.confirmed_by = today - timedelta(days=days), "Frau Zuvor"
        session.commit()
        page = reader.get(f"/orte/{city.facility}").main
        assert f"am {today - timedelta(days=days):%d.%m.%Y} von Frau Zuvor" in page
        assert (STALE in page) is is_marked
    before = keeper.get(f"/orte/{city.facility}?stand={today - timedelta(days=200):%Y-%m-%d}")
    assert not before.select(".confirmed")


def test_the_way_back_gives_the_earlier_word_and_not_twice(keeper: Browser, session: Session, city: City) -> None:
    earlier = clock.today() - timedelta(days=200)
    row = stored(session, Place, city.facility)
    row.confirmed_on, row.confirmed_by = earlier, "Frau Zuvor"
    session.commit()
    after = press(keeper, f"/orte/{city.facility}", f"/orte/{city.facility}").follow()
    form = after.soup.select_one(".flashes form")
    assert form is not None
    assert "Zuvor" not in str(form["action"]), "no name in an address"
    take_back(keeper, after)
    assert said(stored(session, Place, city.facility)) == (earlier, "Frau Zuvor")
    assert "ist schon zurückgenommen" in take_back(keeper, after).follow().flash
    token = {"csrf_token": str(form.select("input")[0]["value"]), "von": "Jemand anders"}
    assert keeper.post(str(form["action"]), token).status == 404, "what was said is signed"


def test_who_said_it_on_the_same_day_as_well_keeps_their_word(
    keeper: Browser, other_browser: Browser, city: City, session: Session
) -> None:
    page = address = f"/orte/{city.facility}"
    first = press(keeper, page, address).follow()
    session.rollback()
    session.execute(update(Place).where(Place.id == city.facility).values(confirmed_on=None))
    session.commit()
    press(enter(other_browser, "alles"), page, address)
    before = said(stored(session, Place, city.facility))
    assert before[1] not in {"", "Eins"}
    assert "wurde inzwischen neu bestätigt" in take_back(keeper, first).follow().flash
    assert said(stored(session, Place, city.facility)) == before


def test_what_is_changed_at_this_moment_is_not_confirmed(app: Flask, city: City, session: Session) -> None:
    engine, key, version = engine_of(app), city.facility, stored(session, Place, city.facility).version
    session.rollback()

    def change(work: Work) -> None:
        work.session.get_one(Place, key).phone = "+49521519999"

    with ExitStack() as stack, Session(engine) as own, work_as(own, KEEPER) as work:
        row = own.get_one(Place, key)
        other = stack.enter_context(meanwhile(engine, work_of(engine, SYSTEM, change)))
        with pytest.raises(Conflict) if other.done() else nullcontext():
            services.confirm(work, row, Subject(), by="Eins", version=version)
    row = stored(session, Place, key)
    assert row.phone == "+49521519999"
    if engine.dialect.name == "postgresql":
        assert said(row) == (None, "")


FORMS = {
    "person": ("bearbeiten", {"phone": "0521 51-1234"}),
    "place": ("bearbeiten", {"phone": "0521 51-1234"}),
    "organisation": ("bearbeiten", {"phone": "0521 51-1234"}),
    "post": ("umbenennen", {"function": "Fachberatung Neu"}),
    "offer": ("bearbeiten", {"times": "freitags"}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_change_lifts_the_confirmation_and_saving_the_same_does_not(
    keeper: Browser, session: Session, entries: Entries, kind: str
) -> None:
    _page, model, key, address = entries[kind]
    before = clock.today(), "Frau Zuvor"
    session.execute(update(model).values(confirmed_on=before[0], confirmed_by=before[1]))
    session.commit()
    step, changed = FORMS[kind]
    if kind != "post":
        assert keeper.get(f"{address}/{step}").submit().status == 303
        assert said(stored(session, model, key)) == before
    assert keeper.get(f"{address}/{step}").submit(**changed).status == 303
    assert said(stored(session, model, key)) == (None, "")


@pytest.mark.parametrize("at", ["place", "person"])
def test_the_word_on_an_assignment_is_taken_back_where_it_was_given(
    keeper: Browser, session: Session, city: City, at: str
) -> None:
    row, earlier = stored(session, Assignment, city.post), clock.today() - timedelta(days=200)
    row.confirmed_on, row.confirmed_by = earlier, "Frau Zuvor"
    session.commit()
    page = f"/orte/{city.school}" if at == "place" else f"/personen/{city.ada}"
    done = press(keeper, page, f"/einsaetze/{city.post}")
    assert done.location == f"{page}#assignments"
    assert said(stored(session, Assignment, city.post)) == (clock.today(), "Eins")
    after = done.follow()
    taken = take_back(keeper, after)
    assert taken.location == f"{page}#assignments"
    assert "Zurückgenommen" in taken.follow().flash
    assert said(stored(session, Assignment, city.post)) == (earlier, "Frau Zuvor")
    assert "ist schon zurückgenommen" in take_back(keeper, after).follow().flash
    actions = [one.action for one in every(session, AuditEntry) if one.subject == f"assignment:{city.post}"]
    assert actions[-2:] == ["assignment.confirmed", "assignment.confirmation_undone"]


def test_an_assignment_that_was_changed_meanwhile_is_looked_at_first(
    keeper: Browser, reader: Browser, session: Session, city: City
) -> None:
    shown = keeper.get(f"/orte/{city.school}")
    form = next(one for one in shown.soup.select("form") if "/einsaetze/" in str(one["action"]))
    stored(session, Assignment, city.post).target_group = "Klassen 5 und 6"
    session.commit()
    fields = {str(one["name"]): str(one["value"]) for one in form.select("input")}
    assert "wurde inzwischen geändert" in keeper.post(str(form["action"]), fields).follow().flash
    assert stored(session, Assignment, city.post).confirmed_on is None
    assert forge(reader, "/wer-ist-wo", f"/einsaetze/{city.post}/bestaetigung-zuruecknehmen").status == 403
