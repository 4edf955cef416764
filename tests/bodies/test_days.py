"""Steps with members and bodies: what they mean is said before, what cannot be meant is refused, each leaves a line."""

from __future__ import annotations

from datetime import date, datetime, time

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.bodies import choices
from coordination.bodies.models import Body, Deputy, Membership
from coordination.core import clock
from coordination.core.access import BodyRole
from coordination.core.work import AuditEntry
from coordination.meetings.models import Meeting
from coordination.meetings.rules import MeetingState
from tests import factories
from tests.bodies.town import DAY, add, every
from tests.browser import Browser
from tests.statements import counted


def trail(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_who_leaves_does_not_come_back_by_itself(office: Browser, town: dict[str, int], session: Session) -> None:
    soon = clock.today() + 30 * DAY
    office.get(f"/gremien/mitgliedschaften/{town['ada_sits']}/rolle").submit(
        "Rolle ändern", role="chair", first_on=soon
    )
    planned = every(session, Membership)[-1]
    office.get(f"/gremien/{town['body']}/vertretungen/neu?fuer={planned.id}").submit(
        "Stellvertretung speichern", person_id=town["ben"], valid_from=soon
    )
    step = office.get(f"/gremien/mitgliedschaften/{town['ada_sits']}/beenden")
    assert f"{soon:%d.%m.%Y}" in step.main
    assert "Vorsitz) geplant ist, wird ebenfalls zurückgezogen" in step.main
    step.submit("Mitgliedschaft beenden", last_on=clock.today())
    assert [one.valid_until for one in every(session, Membership)] == [None, clock.today()]
    assert every(session, Deputy) == []
    assert trail(session)[-3:] == ["deputy.withdrawn", "membership.withdrawn", "membership.ended"]


def test_a_planned_office_is_not_withdrawn_if_nobody_else_runs_the_body(
    office: Browser, town: dict[str, int], session: Session
) -> None:
    soon, first, second = clock.today() + 30 * DAY, *every(session, Membership)
    second.role = BodyRole.CHAIR
    second.valid_until = soon - DAY
    session.add(Membership(body_id=town["body"], person_id=town["ada"], role=BodyRole.CO_CHAIR, valid_from=soon))
    first.valid_until = soon - DAY
    session.commit()
    page = office.get(f"/gremien/mitgliedschaften/{town['ada_sits']}/beenden").submit("Mitgliedschaft beenden")
    assert "führte niemand mehr die Geschäfte" in page.error("last_on")
    assert len(every(session, Membership)) == 3


def test_a_day_long_past_is_asked_about_once(office: Browser, town: dict[str, int], session: Session) -> None:
    long_ago = clock.today() - 60 * DAY
    step = office.get(f"/gremien/mitgliedschaften/{town['ada_sits']}/beenden")
    asked = step.submit("Mitgliedschaft beenden", last_on=long_ago)
    assert asked.status == 200
    assert "wird nachträglich eingetragen" in asked.main
    assert every(session, Membership)[1].valid_until is None
    other = asked.submit("Mitgliedschaft beenden", last_on=long_ago - DAY)
    assert "wird nachträglich eingetragen" in other.main, "another day is asked about again"
    assert asked.submit("Mitgliedschaft beenden").status == 303
    assert every(session, Membership)[1].valid_until == long_ago


def test_a_meeting_since_then_is_said(office: Browser, town: dict[str, int], session: Session) -> None:
    begin = datetime.combine(clock.today() - DAY, time(14))
    for state in (MeetingState.CLOSED, MeetingState.CANCELLED):
        session.add(
            Meeting(
                body_id=town["body"],
                title="1. Sitzung",
                starts_at=begin,
                ends_at=begin + DAY / 24,
                state=state,
                uid=state.value,
                revised_at=clock.utc_now(),
            )
        )
    session.commit()
    step = office.get(f"/gremien/mitgliedschaften/{town['ada_sits']}/rolle")
    asked = step.submit("Rolle ändern", role="chair", first_on=clock.today() - 3 * DAY)
    assert "Seitdem hat das Gremium einmal getagt" in asked.main
    assert asked.submit("Rolle ändern").status == 303


def test_no_day_lies_more_than_ten_years_ahead(office: Browser, town: dict[str, int], session: Session) -> None:
    last_on = clock.today() + 3660 * DAY
    step = office.get(f"/gremien/mitgliedschaften/{town['ada_sits']}/beenden")
    assert "mehr als zehn Jahre" in step.submit("Mitgliedschaft beenden", last_on=last_on).error("last_on")
    role = office.get(f"/gremien/mitgliedschaften/{town['ada_sits']}/rolle")
    assert "mehr als zehn Jahre" in role.submit("Rolle ändern", role="chair", first_on=last_on).error("first_on")
    assert "mehr als zehn Jahre" in add(office, town, valid_until=last_on).error("valid_until")
    seat = office.get(f"/gremien/{town['body']}/sitze/neu").submit("Sitz speichern", valid_from=last_on)
    assert "mehr als zehn Jahre" in seat.error("valid_from")
    assert len(every(session, Membership)) == 2


def test_every_row_that_a_step_touches_leaves_a_line(office: Browser, town: dict[str, int], session: Session) -> None:
    office.get(f"/gremien/{town['body']}/vertretungen/neu?fuer={town['ada_sits']}").submit(
        "Stellvertretung speichern", person_id=town["ben"], valid_from=clock.today() - DAY
    )
    before = len(trail(session))
    office.get(f"/gremien/mitgliedschaften/{town['ada_sits']}/rolle").submit("Rolle ändern", role="chair")
    assert trail(session)[before:] == ["membership.role_changed", "deputy.created", "deputy.ended"]
    before = len(trail(session))
    office.get("/gremien/neu").submit("Gremium anlegen", name="Runde", kind="workshop", level="project")
    assert trail(session)[before:] == ["body.created", "membership.created"]


def test_who_stays_on_does_not_end_soon(office: Browser, town: dict[str, int]) -> None:
    last = clock.today() + 42 * DAY
    add(office, town, valid_until=last)
    assert "endet in 6 Wochen" in office.get(f"/gremien/{town['body']}").main
    add(office, town, valid_from=last + DAY)
    page = office.get(f"/gremien/{town['body']}")
    assert "endet in 6 Wochen" not in page.main
    assert f"bis {last:%d.%m.%Y}" in page.main
    assert "Stimmberechtigte Mitglieder" in page.main


def test_looking_above_takes_one_statement(app: Flask, office: Browser, town: dict[str, int], session: Session) -> None:
    above = None
    for number in range(6):
        one = Body(name=f"Stufe {number}", parent_id=above)
        session.add(one)
        session.flush()
        above = one.id
    session.commit()
    first = session.scalars(select(Body.id).where(Body.name == "Stufe 0")).one()
    form = office.get(f"/gremien/{town['body']}/bearbeiten")
    with counted(app) as few:
        form.submit("Gremium speichern", parent_id=first)
    form = office.get(f"/gremien/{town['body']}/bearbeiten")
    with counted(app) as many:
        assert form.submit("Gremium speichern", parent_id=above).status == 303
    assert len(many) <= len(few)


def test_people_are_narrowed_by_umlauts_in_capitals_too(
    office: Browser, town: dict[str, int], session: Session
) -> None:
    factories.person(session, "Özlem", "Ökonomiak")
    factories.person(session, "Öden", "Anders")
    session.commit()
    for typed in ("ökonomi", "ÖKONOMI", "Özl öko"):
        offered = choices.people(session, clock.today(), typed).options
        assert [name for _key, name in offered] == ["Ökonomiak, Özlem"]


def test_a_body_ends_with_a_preview_and_comes_back(
    office: Browser, reader: Browser, town: dict[str, int], session: Session
) -> None:
    below = Body(name="Unterarbeit", parent_id=town["body"])
    session.add(below)
    session.commit()
    address, today = f"/gremien/{town['body']}", clock.today()
    assert reader.get(f"{address}/beenden").status == 403
    step = office.get(address).click("Gremium beenden")
    assert "2 Personen sitzen dort bis zum Schluss" in step.main
    assert "Ein Sitz endet mit ihm" in step.main
    assert "Unterarbeit" in step.main
    assert "mehr als zehn Jahre" in step.submit("Gremium beenden", last_on=today + 3660 * DAY).error("last_on")
    assert "kam am" in step.submit("Gremium beenden", last_on=date(2020, 7, 1)).error("last_on")
    page = step.submit("Gremium beenden", last_on=today - DAY).follow()
    assert "Das Gremium endet am" in page.flash
    assert "Mitglied hinzufügen" not in page.main
    assert "Beirat Probe" not in office.get("/gremien").select("tbody th a")
    assert "Beirat Probe" not in office.get(f"/personen/{town['ada']}").main
    assert page.submit("Rückgängig").follow().status == 200
    assert every(session, Body)[0].valid_until is None
    office.get(f"{address}/beenden").submit("Gremium beenden", last_on=today)
    stale = office.get(address)
    office.get(f"{address}/bearbeiten").submit("Gremium speichern", purpose="Etwas anderes.")
    assert "Ende bleibt bestehen" in stale.submit("Fortführen").follow().flash
    assert "läuft ohne Ende weiter" in office.get(address).submit("Fortführen").follow().flash
    assert [one for one in trail(session) if one.startswith("body.") and one != "body.changed"] == [
        "body.ended",
        "body.end_undone",
        "body.ended",
        "body.reopened",
    ]


def test_a_body_with_meetings_to_come_does_not_end(office: Browser, town: dict[str, int], session: Session) -> None:
    begin = datetime.combine(clock.today() + 9 * DAY, time(14))
    session.add(
        Meeting(
            body_id=town["body"],
            title="Sitzung",
            starts_at=begin,
            ends_at=begin + DAY / 24,
            uid="u",
            revised_at=clock.utc_now(),
        )
    )
    session.commit()
    step = office.get(f"/gremien/{town['body']}/beenden")
    assert "Eine Sitzung steht noch an" in step.main
    assert "Danach stehen noch Sitzungen an" in step.submit("Gremium beenden").error("last_on")
    assert step.submit("Gremium beenden", last_on=clock.today() + 9 * DAY).status == 303
