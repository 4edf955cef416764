"""The list of topics: read by everybody, kept by the co-ordination; nothing that was called so is lost."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.bodies.models import Body
from coordination.bodies.rules import BodyKind, BodyLevel
from coordination.bodies.services import BodyInput, change_body
from coordination.core import clock
from coordination.core.access import SYSTEM, Role
from coordination.core.work import AuditEntry, Work
from coordination.topics.models import Topic
from tests import factories
from tests.browser import Browser
from tests.statements import counted


@pytest.fixture
def office(browser: Browser, session: Session) -> Browser:
    who = factories.person(session)
    factories.account(session, "koordination@example.org", Role.COORDINATOR, person_id=who.id)
    factories.account(session, "liest@example.org")
    language, transition = Topic(name="Sprache"), Topic(name="Übergang")
    session.add_all(
        [
            Body(name="Beirat Probe", topics=[language, transition]),
            Body(name="Lenkungskreis Probe", topics=[language]),
            Body(name="Runde", topics=[]),
        ]
    )
    session.commit()
    browser.sign_in("koordination@example.org", factories.PASSWORD)
    return browser


def topics_of(session: Session) -> dict[str, list[str]]:
    session.rollback()
    session.expire_all()
    return {one.name: [topic.name for topic in one.topics] for one in session.scalars(select(Body).order_by(Body.name))}


def test_everybody_reads_the_list_and_only_the_co_ordination_keeps_it(office: Browser, other_browser: Browser) -> None:
    page = office.get("/").click("Themen")
    assert page.h1 == "Themen"
    assert [row.split()[:2] for row in page.select("tbody tr")] == [["Sprache", "2"], ["Übergang", "1"]]
    other_browser.sign_in("liest@example.org", factories.PASSWORD)
    read = other_browser.get("/themen")
    assert "Sprache" in read.main
    assert "Umbenennen" not in read.main
    for step in ("umbenennen", "zusammenfuehren"):
        assert other_browser.get(f"/themen/1/{step}").status == 403
        assert office.get(f"/themen/4711/{step}").status == 404


def test_another_name_keeps_the_bodies_and_the_old_name_leads_there(office: Browser, session: Session) -> None:
    key = session.scalars(select(Topic.id).where(Topic.name == "Sprache")).one()
    form = office.get(f"/themen/{key}/umbenennen")
    assert "gibt es schon" in form.submit("Thema umbenennen", name="ÜBERGANG").error("name")
    assert "ohne Komma" in form.submit("Thema umbenennen", name="a, b").error("name")
    page = form.submit("Thema umbenennen", name="Sprachbildung").follow()
    assert "Sprache bis" in page.main
    assert topics_of(session)["Beirat Probe"] == ["Sprachbildung", "Übergang"]
    assert form.submit("Thema umbenennen", name="Zu spät").status == 409
    assert "Beirat Probe" in office.get("/suche?q=sprachbild").main
    office.get("/gremien/neu").submit(
        "Gremium anlegen", name="Neu", kind="workshop", level="project", new_topics="sprache"
    )
    assert topics_of(session)["Neu"] == ["Sprachbildung"], "the old name leads to the topic it became"
    office.get(f"/themen/{key}/umbenennen").submit("Thema umbenennen", name="Sprache")
    assert topics_of(session)["Neu"] == ["Sprache"]
    rows = {one.name: one.merged_into_id for one in session.scalars(select(Topic))}
    assert rows == {"Sprache": None, "Sprachbildung": key, "Übergang": None}


def test_two_topics_become_one(office: Browser, session: Session) -> None:
    keys = {one.name: one.id for one in session.scalars(select(Topic))}
    open_form = office.get("/gremien/neu")
    office.get(f"/themen/{keys['Sprache']}/umbenennen").submit("Thema umbenennen", name="Sprachbildung")
    step = office.get(f"/themen/{keys['Sprache']}/zusammenfuehren")
    assert "2 Gremien bekommen das gewählte Thema" in step.main
    assert "anderes Thema" in step.submit("Themen zusammenführen").error("into_id")
    page = step.submit("Themen zusammenführen", into_id=keys["Übergang"]).follow()
    assert page.select("tbody th") == ["Übergang"]
    assert "Sprachbildung bis" in page.main
    assert "Sprache bis" in page.main
    assert topics_of(session) == {"Beirat Probe": ["Übergang"], "Lenkungskreis Probe": ["Übergang"], "Runde": []}
    assert "Lenkungskreis Probe" in office.get("/suche?q=überg").main
    assert office.get(f"/themen/{keys['Sprache']}/umbenennen").status == 404
    assert "Sprach" not in office.get("/gremien").main
    late = open_form.submit("Gremium anlegen", name="Spät", kind="workshop", topic_ids=[str(keys["Sprache"])])
    assert late.status == 422, "a form that was open meanwhile"
    body = session.scalars(select(Body).where(Body.name == "Runde")).one()
    data = BodyInput("Runde", "", BodyKind.WORKSHOP, BodyLevel.PROJECT, "", None, (keys["Sprache"],))
    change_body(work := Work(session, SYSTEM, clock.utc_now()), body.id, data, version=body.version)
    work.finish()
    assert topics_of(session)["Runde"] == ["Übergang"], "chosen just before it was merged"
    lines = session.scalars(select(AuditEntry.subject).where(AuditEntry.action == "topic.merged")).all()
    assert set(lines) == {f"topic:{keys['Sprache']}", f"topic:{keys['Übergang']}"}


def test_the_list_takes_as_many_statements_whatever_is_on_it(app: Flask, office: Browser, session: Session) -> None:
    with counted(app) as few:
        office.get("/themen")
    session.add_all([Body(name=f"G{n}", topics=[Topic(name=f"T{n}")]) for n in range(9)])
    session.commit()
    with counted(app) as many:
        office.get("/themen")
    assert len(many) == len(few)
