"""What something was called finds it too, behind what is called so now, and the result says why."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from coordination.bodies import topic_services
from coordination.core import clock
from coordination.core.access import SYSTEM, Actor, Role
from coordination.core.work import work_as
from coordination.directory import history
from coordination.search import services
from coordination.search.nearest import Answer, look
from coordination.topics.models import Topic
from tests import factories

ANYBODY = Actor(user_id=1)
COORDINATOR = Actor(user_id=2, roles=frozenset({Role.COORDINATOR}))


def found(app: Flask, session: Session, typed: str) -> list[tuple[str, str]]:
    """Return title and detail of what is found, exactly as it was typed."""
    with app.test_request_context(headers={"Accept-Language": "de"}):
        answer: Answer = look(session, ANYBODY, typed, day=clock.today())
    assert (answer.similar, answer.is_any) == ("", False)
    return [(one.hit.title, one.hit.detail) for group in answer.groups for one in group.results]


def renamed(session: Session, row: Any, **values: Any) -> None:
    with work_as(session, SYSTEM) as work:
        work.session.add(row)
        history.change(work, row, **values)
        work.record("x.changed", row)


def test_the_name_before_finds_it_behind_what_is_called_so_now(app: Flask, session: Session) -> None:
    school = factories.school(session, "Kerschensteinerschule", "199140")
    assert school.school is not None
    school.school.short_name = "GG Möllerstift"
    other = factories.person(session, "Ida", "Kerschensteiner")
    married = factories.person(session, "Anna", "Butterblum")
    provider = factories.organisation(session, "Verein Lindenblüte")
    services.rebuild(session)
    session.commit()
    renamed(session, school, name="Schule am Möllerstift", official_name="Städtische Schule am Möllerstift")
    renamed(session, married, family_name="Distel", given_name="Anne")
    renamed(session, provider, name="Lindenwerk")
    renamed(session, factories.place(session, "Treff Ost"), name="Kerschensteinertreff")
    assert found(app, session, "kerschensteiner") == [
        ("Kerschensteinertreff", found(app, session, "kerschensteinertreff")[0][1]),
        ("Schule am Möllerstift", found(app, session, "kerschensteinerschule")[0][1]),
        (other.name, found(app, session, "ida")[0][1]),
    ]
    assert found(app, session, "kerschensteinerschule")[0][1].startswith("früher: Kerschensteinerschule · ")
    assert not found(app, session, "möllerstift")[0][1].startswith("früher")
    assert [detail.split(" · ")[0] for _title, detail in found(app, session, "lindenblüte")] == [
        "früher: Verein Lindenblüte"
    ]
    assert [title for title, _detail in found(app, session, "anne butterblum")] == ["Anne Distel"]


def test_nobody_is_found_by_a_given_name_they_had(app: Flask, session: Session) -> None:
    somebody = factories.person(session, "Berta", "Distel")
    services.rebuild(session)
    session.commit()
    renamed(session, somebody, given_name="Bert")
    with app.test_request_context():
        answer = look(session, ANYBODY, "berta", day=clock.today())
    # "Bert" is near; that nobody was called Berta here is what the page has to say.
    assert answer.groups == [] or answer.similar == "Bert"
    assert found(app, session, "bert distel")[0][0] == "Bert Distel"


def test_a_topic_is_found_by_itself_and_by_the_name_it_had(app: Flask, session: Session) -> None:
    topic = Topic(name="Schulabsentismus")
    other = Topic(name="Fernbleiben")
    with work_as(session, SYSTEM) as work:
        work.session.add_all([topic, other])
        work.session.flush()
        work.record_all("topic.created", [topic, other])
    url = f"/wen-frage-ich?thema={topic.id}"
    with app.test_request_context():
        [group] = look(session, ANYBODY, "absentismus", day=date(2026, 11, 25)).groups
    assert [(group.kind, one.hit.url) for one in group.results] == [("topic", url)]
    with work_as(session, COORDINATOR) as work:
        topic_services.rename(work, topic.id, "Schuldistanz", version=topic.version)
    with work_as(session, COORDINATOR) as work:
        topic_services.merge(work, other.id, topic.id, version=other.version)
    said = "Wen frage ich? · früher: Fernbleiben, Schulabsentismus"
    for typed in ("schuldistanz", "absentismus", "fernbleiben"):
        assert found(app, session, typed) == [("Schuldistanz", said)]
