"""Bodies on the screen: the list, the page of one, setting up, rules, and seats by the day."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from coordination.bodies.models import Body, Deputy, Membership, Seat
from coordination.bodies.procedure import QuorumRule
from coordination.bodies.rules import BodyKind, BodyLevel
from coordination.core import clock
from coordination.core.access import BodyRole, Role
from coordination.directory.models import Person
from coordination.exchange import sheets
from coordination.topics.models import Topic
from tests import factories
from tests.bodies.town import DAY, add, every
from tests.browser import Browser


def test_everybody_reads_who_sits_where_and_nobody_else_changes_it(reader: Browser, town: dict[str, int]) -> None:
    page = reader.get("/gremien").click("Beirat Probe")
    assert page.h1 == "Beirat Probe"
    assert "Ada Ahornblatt" in page.main
    assert "Stimmberechtigtes Mitglied" in page.main
    assert "Mitglied hinzufügen" not in page.text
    assert reader.get(f"/gremien/{town['body']}/bearbeiten").status == 403
    assert "Regeln speichern" not in reader.get(f"/gremien/{town['body']}/regeln").main


def test_a_list_without_bodies_says_what_belongs_there(browser: Browser, session: Session) -> None:
    factories.account(session, "koordination@example.org", Role.COORDINATOR)
    session.commit()
    browser.sign_in("koordination@example.org", factories.PASSWORD)
    assert "Noch keine Gremien" in browser.get("/gremien").main


def test_links_narrow_the_list(office: Browser, session: Session) -> None:
    session.add(Body(name="Lenkungskreis Probe", kind=BodyKind.STEERING_COMMITTEE, topics=[Topic(name="Sprache")]))
    session.commit()
    page = office.get("/gremien")
    assert page.select("tbody th a") == ["Beirat Probe", "Lenkungskreis Probe"]
    assert page.click("Lenkungskreis").select("tbody th a") == ["Lenkungskreis Probe"]
    assert page.click("Sprache").select("tbody th a") == ["Lenkungskreis Probe"]
    assert page.click("meine Gremien").select("tbody th a") == ["Beirat Probe"]
    assert "Kein Gremium passt" in office.get("/gremien?meine=1&art=workshop").main
    assert len(office.get("/gremien?art=gibtsnicht&thema=x&ebene=%00").select("tbody th a")) == 2


def test_who_sets_up_a_body_runs_its_office(office: Browser, town: dict[str, int], session: Session) -> None:
    page = office.get("/gremien/neu").submit(
        "Gremium anlegen",
        name="Steuerungsgruppe Probe",
        short_name="STP",
        kind="steering_group",
        new_topics="Übergang, Sprache",
        lead_ids=[str(town["unit"])],
    )
    page = page.follow()
    assert "Sie führen die Geschäfte" in page.flash
    assert "Geschäftsführung" in page.main
    body = every(session, Body)[-1]
    # Nobody was asked: a steering group steers.
    assert body.level is BodyLevel.STEERING
    assert body.procedure.quorum_rule is QuorumRule.MORE_THAN_HALF
    assert {one.name for one in body.topics} == {"Übergang", "Sprache"}
    assert every(session, Membership)[-1].role is BodyRole.SECRETARIAT
    again = office.get("/gremien/neu").submit("Gremium anlegen", name="steuerungsgruppe probe", kind="workshop")
    assert "gibt es schon" in again.error("name")
    second = office.get("/gremien/neu").submit(
        "Gremium anlegen", name="Übergangsrunde", kind="workshop", level="project", new_topics="ÜBERGANG"
    )
    assert second.status == 303, second.main
    assert [one.name for one in every(session, Body)[-1].topics] == ["Übergang"]
    umlaut = office.get("/gremien/neu").submit("Gremium anlegen", name="übergangsrunde", kind="workshop")
    assert "gibt es schon" in umlaut.error("name")


def test_what_somebody_else_stored_meanwhile_is_not_overwritten(
    office: Browser, town: dict[str, int], session: Session
) -> None:
    form = office.get(f"/gremien/{town['body']}/bearbeiten")
    office.get(f"/gremien/{town['body']}/bearbeiten").submit("Gremium speichern", purpose="Begleitet alles.")
    late = form.submit("Gremium speichern", purpose="Etwas anderes.")
    assert late.status == 409
    assert "Begleitet alles." in late.main
    assert every(session, Body)[0].purpose == "Begleitet alles."
    assert late.submit("Gremium speichern").follow().status == 200
    assert every(session, Body)[0].purpose == "Etwas anderes."


def test_a_body_does_not_report_to_itself(office: Browser, town: dict[str, int], session: Session) -> None:
    below = Body(name="Unterarbeit", parent_id=town["body"])
    session.add(below)
    session.commit()
    page = office.get(f"/gremien/{town['body']}/bearbeiten").submit("Gremium speichern", parent_id=below.id)
    assert "nicht sich selbst" in page.error("parent_id")


def test_rules_are_said_in_words_and_only_what_differs_is_kept(
    office: Browser, town: dict[str, int], session: Session
) -> None:
    address = f"/gremien/{town['body']}/regeln"
    page = office.get(address).submit("Regeln speichern", template="steering").follow()
    assert "Einladung 10 Kalendertage vorher" in page.main
    assert "zurzeit 1 von 1" in page.main
    page = office.get(address).submit("Regeln speichern", notice_days=12, statutory_seats=12).follow()
    assert "Einladung 12 Kalendertage vorher" in page.main
    assert "zurzeit 7 von 12" in page.main
    body = every(session, Body)[0]
    assert (body.template, body.overrides) == ("steering", {"notice_days": 12})
    for wrong in ("-1", "401", "viele", "9" * 5000, ""):
        bad = office.get(address).submit("Regeln speichern", notice_days=wrong)
        assert "ganze Zahl" in bad.error("notice_days")


def test_a_seat_is_vacant_until_somebody_fills_it(office: Browser, town: dict[str, int], session: Session) -> None:
    page = office.get(f"/gremien/{town['body']}/sitze/neu").submit("Sitz speichern", label="Schulaufsicht").follow()
    assert "unbesetzt" in page.main
    assert "Schulaufsicht" in office.get("/").main
    filled = page.click("Besetzen").submit("Mitglied speichern", person_id=town["ben"]).follow()
    assert "Ben Birke" in filled.main
    assert every(session, Membership)[-1].seat_id == every(session, Seat)[-1].id
    assert "unbesetzt" not in filled.main


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"person_id": 0}, "person_id", "Bitte wählen Sie eine Person"),
        ({"person_id": "ada"}, "person_id", "sitzt in dieser Zeit schon"),
        ({"seat_id": "seat"}, "seat_id", "Diesen Sitz hat dann Ada Ahornblatt"),
        ({"valid_until": date(2020, 1, 1)}, "valid_until", "liegt vor dem ersten"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(
    office: Browser, town: dict[str, int], session: Session, fields: dict[str, Any], field: str, said: str
) -> None:
    page = add(office, town, **{name: town.get(str(value), value) for name, value in fields.items()})
    assert said in page.error(field)
    assert len(every(session, Membership)) == 2


def test_who_is_not_in_the_list_can_be_asked_for(office: Browser, town: dict[str, int]) -> None:
    page = office.get(f"/gremien/{town['body']}/mitglieder/neu")
    asked = office.get(page.href("Person eintragen lassen"))
    assert "Bitte tragen Sie diese Person ins Verzeichnis ein" in asked.main


def test_two_forms_at_once_meet_each_other(office: Browser, town: dict[str, int], session: Session) -> None:
    address = f"/gremien/{town['body']}/mitglieder/neu"
    first, second = office.get(address), office.get(address)
    values: dict[str, Any] = {"person_id": town["ben"], "valid_from": clock.today()}
    assert first.submit("Mitglied speichern", **values).status == 303
    late = second.submit("Mitglied speichern", **values)
    assert late.status == 409
    assert len(every(session, Membership)) == 3
    assert "sitzt in dieser Zeit schon" in late.submit("Mitglied speichern").error("person_id")


def test_another_role_ends_one_membership_and_begins_another(
    office: Browser, town: dict[str, int], session: Session
) -> None:
    body, today = town["body"], clock.today()
    office.get(f"/gremien/{body}/vertretungen/neu?fuer={town['ada_sits']}").submit(
        "Stellvertretung speichern", person_id=town["ben"], valid_from=today - DAY
    )
    step = office.get(f"/gremien/mitgliedschaften/{town['ada_sits']}/rolle")
    assert "hat diese Rolle schon" in step.submit("Rolle ändern").error("role")
    early = step.submit("Rolle ändern", role="chair", first_on=factories.LONG_AGO)
    assert "späteren Tag" in early.error("first_on")
    page = step.submit("Rolle ändern", role="chair", first_on=today).follow()
    _office, old, new = every(session, Membership)
    assert (old.role, old.valid_until) == (BodyRole.VOTING_MEMBER, today - DAY)
    assert (new.role, new.valid_from, new.seat_id) == (BodyRole.CHAIR, today, town["seat"])
    before, after = every(session, Deputy)
    assert (before.membership_id, before.valid_until) == (old.id, today - DAY)
    assert (after.membership_id, after.valid_from) == (new.id, today)
    assert "Frühere Mitglieder" in page.main
    assert "unbesetzt" not in page.main


def test_ending_a_membership_says_what_it_means(office: Browser, town: dict[str, int], session: Session) -> None:
    yesterday = clock.today() - DAY
    assert "Dort sitzt jemand länger" in office.get(f"/gremien/sitze/{town['seat']}/beenden").submit(
        "Sitz beenden"
    ).error("last_on")
    step = office.get(f"/gremien/mitgliedschaften/{town['ada_sits']}/beenden")
    assert "Der Sitz Trägerverein Probe e. V. wird nach diesem Tag unbesetzt" in step.main
    assert "vor dem Beginn" in step.submit("Mitgliedschaft beenden", last_on=date(2019, 1, 1)).error("last_on")
    page = step.submit("Mitgliedschaft beenden", last_on=yesterday).follow()
    assert "unbesetzt" in page.main
    assert every(session, Membership)[1].valid_until == yesterday
    # What is over is not made longer.
    again = office.get(f"/gremien/mitgliedschaften/{town['ada_sits']}/beenden")
    assert "endet schon" in again.submit("Mitgliedschaft beenden", last_on=clock.today()).error("last_on")
    office.get(f"/gremien/sitze/{town['seat']}/beenden").submit("Sitz beenden", last_on=yesterday)
    assert "unbesetzt" not in office.get(f"/gremien/{town['body']}").main


def test_somebody_always_runs_the_office(office: Browser, town: dict[str, int], session: Session) -> None:
    own = every(session, Membership)[0].id
    page = office.get(f"/gremien/mitgliedschaften/{own}/beenden").submit("Mitgliedschaft beenden")
    assert "führte niemand mehr die Geschäfte" in page.error("last_on")
    other = office.get(f"/gremien/mitgliedschaften/{own}/rolle").submit("Rolle ändern", role="voting_member")
    assert "führte niemand mehr die Geschäfte" in other.error("role")


def test_nobody_stands_in_for_themselves(office: Browser, town: dict[str, int], session: Session) -> None:
    address = f"/gremien/{town['body']}/vertretungen/neu?fuer={town['ada_sits']}"
    page = office.get(address).submit("Stellvertretung speichern", person_id=town["ada"])
    assert "vertritt sich selbst" in page.error("person_id")
    empty = office.get(f"/gremien/{town['body']}/vertretungen/neu?art=persoenlich").submit("Stellvertretung speichern")
    assert [bool(empty.error(one)) for one in ("person_id", "membership_id")] == [True, True], "all at once"
    pool = office.get(f"/gremien/{town['body']}/vertretungen/neu")
    assert "Stellvertretung für alle" in pool.submit("Stellvertretung speichern", person_id=town["ben"]).follow().main
    twice = office.get(f"/gremien/{town['body']}/vertretungen/neu")
    assert "vertritt dort" in twice.submit("Stellvertretung speichern", person_id=town["ben"]).error("person_id")
    key = every(session, Deputy)[0].id
    office.get(f"/gremien/vertretungen/{key}/beenden").submit("Stellvertretung beenden", last_on=clock.today())
    assert every(session, Deputy)[0].valid_until == clock.today()


def test_a_mandate_that_ends_soon_is_on_the_desk_until_somebody_follows(
    office: Browser, town: dict[str, int], session: Session
) -> None:
    last = clock.today() + 42 * DAY
    add(office, town, valid_until=last, valid_from=clock.today())
    assert "endet in 6 Wochen" in office.get(f"/gremien/{town['body']}").main
    assert "Das Mandat von Ben Birke endet" in office.get("/").main
    add(office, town, valid_from=last + DAY)
    assert "Das Mandat von Ben Birke endet" not in office.get("/").main


def test_of_a_membership_just_ended_nobody_is_warned(office: Browser, town: dict[str, int], session: Session) -> None:
    add(office, town, valid_until=clock.today(), valid_from=clock.today())
    assert "Das Mandat von Ben Birke endet" in office.get("/").main
    ended = f"/gremien/mitgliedschaften/{town['ada_sits']}/beenden"
    office.get(ended).submit("Mitgliedschaft beenden", last_on=clock.today())
    assert "Das Mandat von Ada Ahornblatt endet" not in office.get("/").main
    # Nor of one that somebody has let end with a day to come: that seat is vacant soon enough.
    bens = every(session, Membership)[-1]
    bens.valid_until = None
    session.commit()
    office.get(f"/gremien/mitgliedschaften/{bens.id}/beenden").submit(
        "Mitgliedschaft beenden", last_on=clock.today() + 10 * DAY
    )
    assert "Das Mandat von Ben Birke endet" not in office.get("/").main


def test_of_a_mandate_that_runs_out_its_last_day_is_said(
    office: Browser, town: dict[str, int], session: Session
) -> None:
    add(office, town, valid_until=clock.today(), valid_from=clock.today())
    # A mandate that runs out by itself is said on its last day too.
    assert "Das Mandat von Ben Birke endet" in office.get("/").main


def test_the_person_and_the_search_lead_to_the_body(office: Browser, town: dict[str, int]) -> None:
    office.get(f"/gremien/{town['body']}/bearbeiten").submit(
        "Gremium speichern", purpose="Begleitet Rucksäcke.", new_topics="Elternbildung"
    )
    assert "Beirat Probe" in office.get("/suche?q=elternbil").main
    assert (
        office.get(f"/personen/{town['ada']}")
        .href("Beirat Probe (Stimmberechtigtes Mitglied)")
        .endswith(f"/gremien/{town['body']}")
    )


def test_all_members_come_as_one_file_of_cards(reader: Browser, town: dict[str, int]) -> None:
    answer = reader.get(f"/gremien/{town['body']}/mitglieder.vcf").response
    assert answer.content_type == "text/vcard; charset=utf-8"
    assert answer.text.count("BEGIN:VCARD") == 2
    assert "FN:Ada Ahornblatt" in answer.text
    assert "Beirat Probe.vcf" in answer.headers["Content-Disposition"]


def test_the_list_of_members_comes_as_a_table(
    office: Browser, reader: Browser, town: dict[str, int], session: Session
) -> None:
    session.get_one(Person, town["ada"]).given_name = "=Ada"
    session.commit()
    add(office, town, valid_from=clock.today() + 9 * DAY)
    answer = reader.get(f"/gremien/{town['body']}").click("Mitglieder als Tabelle (Excel)").response
    assert answer.content_type == sheets.XLSX
    assert "Beirat Probe.xlsx" in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        said = book.read("xl/sharedStrings.xml").decode()
        page = book.read("xl/worksheets/sheet1.xml").decode()
    assert all(one in said for one in ("Stimmberechtigtes Mitglied", "Ahornblatt", "=Ada", "ada@example.org"))
    assert "Birke" not in said, "planned members are for the office"
    assert "<f>" not in page
