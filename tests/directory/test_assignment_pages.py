"""Assignments through their pages: form, what it means, saving, ending, taking back."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.work import AuditEntry
from coordination.directory.models import Assignment, Organisation, Person, Place
from coordination.directory.rules import Function
from tests import factories
from tests.browser import Browser, Page
from tests.directory.keepers import City, build, enter, every, forge


@pytest.fixture
def city(session: Session) -> City:
    return build(session)


@pytest.fixture
def keeper(browser: Browser, city: City) -> Browser:
    return enter(browser, "eins")


def new(keeper: Browser, city: City, **fields: Any) -> Page:
    values: dict[str, Any] = {
        "person_id": city.ben,
        "place_id": city.second_school,
        "employer_id": city.provider,
        "function": "school_social_work",
        "share": "0,5",
        "valid_from": "2027-02-01",
        "day0_starts": "08:00",
        "day0_ends": "12:30",
        "day0_room": "Raum 7",
        **fields,
    }
    return keeper.get("/einsaetze/neu").submit("Weiter zur Vorschau", **values)


def save(page: Page) -> Page:
    answer = page.submit(button="Einsatz speichern")
    assert answer.status == 303, answer.main
    return answer.follow()


def count(session: Session) -> int:
    return len(every(session, Assignment))


def test_a_new_assignment_is_shown_before_it_is_stored(keeper: Browser, city: City, session: Session) -> None:
    page = new(keeper, city)
    assert page.status == 200
    assert page.h1 == "Was der neue Einsatz bedeutet"
    assert "Nichts spricht dagegen" in page.main
    assert "Mo 8–12:30 Uhr, Raum 7" in page.main
    assert count(session) == 1
    done = save(page)
    assert "Der Einsatz ist gespeichert." in done.flash
    made = every(session, Assignment)[-1]
    assert (made.person_id, made.place_id, made.share_posts) == (city.ben, city.second_school, Decimal("0.50"))
    assert [(p.weekday, p.starts_at, p.ends_at, p.room) for p in made.presences] == [
        (0, time(8), time(12, 30), "Raum 7")
    ]
    assert session.scalars(select(AuditEntry).where(AuditEntry.subject == f"assignment:{made.id}")).one().action == (
        "assignment.created"
    )


def test_back_to_the_form_keeps_everything(keeper: Browser, city: City) -> None:
    page = new(keeper, city, target_group="Integration").submit(button="Zurück zum Formular")
    form = page.form("Weiter zur Vorschau")
    assert form.values("target_group") == ["Integration"]
    assert form.values("day0_room") == ["Raum 7"]
    assert form.values("person_id") == [str(city.ben)]


def test_the_place_and_person_of_the_page_before_are_chosen(keeper: Browser, city: City) -> None:
    form = keeper.get(f"/einsaetze/neu?ort={city.facility}&person={city.ada}").form("Weiter zur Vorschau")
    assert form.values("place_id") == [str(city.facility)]
    assert form.values("person_id") == [str(city.ada)]
    assert form.values("employer_id") == [str(city.provider)]
    assert form.values("function") == ["open_youth_work"]


def test_a_vacancy_needs_nobody(keeper: Browser, city: City, session: Session) -> None:
    save(new(keeper, city, person_id=0, day0_starts="", day0_ends="", day0_room=""))
    assert every(session, Assignment)[-1].person_id is None


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"person_id": "ada", "share": "0,6"}, "kommt ab 01.02.2027 zusammen auf 1,1 Stellen"),
        ({"person_id": "ada", "share": "25"}, "zusammen auf 1,14 Stellen"),
        ({"person_id": "ada", "share": ""}, "Montag 8–12:30 Uhr: Dann ist die Person schon hier eingetragen"),
        ({"funded_until": "2027-07-31"}, "Das Geld reicht bis zum 31.07.2027"),
        ({"day0_starts": "", "day0_ends": "", "day0_room": ""}, "Keine Wochenzeiten"),
        ({"share": "3 Std."}, "Die Wochenzeiten ergeben 4,5 Stunden ohne Pausen, der Anteil 3. Stimmt beides"),
        ({"share": "0,1"}, "der Anteil 3,9."),
    ],
)
def test_the_preview_warns_and_never_blocks(
    keeper: Browser, city: City, session: Session, fields: dict[str, str], said: str
) -> None:
    if fields.get("person_id") == "ada":
        fields = {**fields, "person_id": str(city.ada)}
    page = new(keeper, city, **fields)
    assert said in page.main
    save(page)
    assert count(session) == 2


def test_a_person_who_leaves_and_a_place_that_closes_are_told(keeper: Browser, city: City, session: Session) -> None:
    session.get_one(Person, city.ben).valid_until = date(2027, 6, 30)
    session.get_one(Place, city.facility).valid_until = date(2027, 5, 31)
    session.commit()
    page = new(keeper, city, place_id=city.facility)
    assert "gehört nur bis zum 30.06.2027" in page.main
    assert "besteht nur bis zum 31.05.2027" in page.main


def test_a_pause_after_the_one_before_is_told(keeper: Browser, city: City, session: Session) -> None:
    session.get_one(Assignment, city.post).valid_until = date(2027, 1, 15)
    session.commit()
    page = new(keeper, city, place_id=city.school)
    assert "Fröbelschule: vom 16.01.2027 bis 31.01.2027 ist niemand für Schulsozialarbeit eingetragen" in page.main


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("valid_until", "2027-01-31", "Das Ende liegt vor dem Beginn"),
        ("valid_from", "0027-02-01", "Bitte prüfen Sie das Jahr"),
        ("valid_from", "morgen", "Das ist kein Datum"),
        ("valid_from", "", "Bitte füllen Sie dieses Feld aus"),
        ("day1_starts", "25:99", "Das ist keine Uhrzeit"),
        ("day1_starts", "8:00", "Bitte geben Sie beide Zeiten an"),
        ("day0_ends", "07:00", "Das Ende muss nach dem Beginn liegen"),
        ("share", "viel", "Bitte schreiben Sie den Umfang als Zahl"),
        ("share", "3", "Sind Stellen oder Wochenstunden gemeint"),
        ("share", "0", "größer als null"),
        ("share", "12 Stellen", "12 Stellen sind mehr, als eine Person arbeiten kann. Meinten Sie Wochenstunden?"),
        ("share", "120", "mehr, als eine Person arbeiten kann"),
        ("share", "-1", "Bitte schreiben Sie den Umfang als Zahl"),
        ("target_group", "x" * 10_000, "Bitte kürzen Sie"),
        ("day0_room", "x" * 10_000, "Bitte kürzen Sie"),
    ],
)
def test_impossible_input_stays_in_the_form(
    keeper: Browser, city: City, session: Session, field: str, value: str, said: str
) -> None:
    page = new(keeper, city, **{field: value})
    assert page.status == 422
    assert said in page.main
    assert page.form("Weiter zur Vorschau").values(field) == [value]
    assert count(session) == 1


def test_two_times_of_a_day_may_not_overlap(keeper: Browser, city: City, session: Session) -> None:
    page = new(keeper, city, day0_starts_2="12:00", day0_ends_2="14:00")
    assert page.status == 422
    assert "überschneiden" in page.main or "überlappen" in page.main
    save(new(keeper, city, day0_starts_2="13:00", day0_ends_2="14:00"))
    assert len(every(session, Assignment)[-1].presences) == 2


@pytest.mark.parametrize(("text", "unit", "posts", "hours"), [("3", "hours", None, "3"), ("19,5", "", None, "19.5")])
def test_shares_in_hours(
    keeper: Browser, city: City, session: Session, text: str, unit: str, posts: str | None, hours: str
) -> None:
    save(new(keeper, city, share=text, unit=unit))
    made = every(session, Assignment)[-1]
    assert (made.share_posts, made.share_hours) == (posts, Decimal(hours))


def test_html_and_line_breaks_are_only_text(keeper: Browser, city: City, session: Session) -> None:
    page = new(keeper, city, target_group="<b>alle</b>\r\nKinder")
    assert "<b>alle</b> Kinder" in page.main
    save(page)
    assert every(session, Assignment)[-1].target_group == "<b>alle</b> Kinder"


def test_the_same_form_sent_twice_makes_one(keeper: Browser, city: City, session: Session) -> None:
    page = new(keeper, city)
    save(page)
    again = page.submit(button="Einsatz speichern")
    assert again.status == 422
    said = "Genau diesen Einsatz gibt es schon: Luisenschule, ab 01.02.2027. Es wurde nichts doppelt gespeichert."
    assert said in again.main
    assert again.href("Eintrag zeigen") == f"/orte/{city.second_school}#assignments"
    assert count(session) == 2


def test_what_is_no_longer_true_is_shown_again(keeper: Browser, city: City, session: Session) -> None:
    page = new(keeper, city, share="0,8")
    with_more = factories.assignment(
        session,
        session.get_one(Person, city.ben),
        session.get_one(Place, city.facility),
        session.get_one(Organisation, city.provider),
        share_posts=Decimal("0.5"),
        function=Function.OPEN_YOUTH_WORK,
        times=[],
    )
    assert with_more.id
    session.commit()
    again = page.submit(button="Einsatz speichern")
    assert again.status == 409
    assert "Inzwischen hat sich etwas geändert" in again.main
    assert "zusammen auf 1,3 Stellen" in again.main
    save(again)
    assert count(session) == 3


def test_a_gap_is_entered_only_knowingly_and_all_errors_come_in_one_round(keeper: Browser, city: City) -> None:
    form = keeper.get("/einsaetze/neu").form("Weiter zur Vorschau")
    assert form.values("person_id") == ["-1"]
    page = keeper.get("/einsaetze/neu").submit(
        "Weiter zur Vorschau", valid_from="2027-02-01", valid_until="2027-01-01", share="viel", day0_starts="08:00"
    )
    assert page.status == 422
    labels = [line.split(":")[0] for line in page.select(".error-summary li")]
    assert labels[:2] == ["Person", "Ort"]
    assert labels[-3:-1] == ["Anteil", "Letzter Tag"]
    assert labels[-1].startswith("Montag")


def test_the_preview_tells_of_an_employer_that_is_not_the_persons(keeper: Browser, city: City) -> None:
    assert "Anderer Anstellungsträger" not in new(keeper, city, person_id=city.ada, employer_id=city.provider).main
    page = new(keeper, city, person_id=city.ada, employer_id=city.team)
    assert "Anderer Anstellungsträger" in page.main


def test_a_keeper_uses_only_what_is_theirs(keeper: Browser, city: City, session: Session) -> None:
    form = keeper.get("/einsaetze/neu").form("Weiter zur Vorschau")
    assert set(form.options("employer_id")) == {"0", str(city.provider), str(city.team)}
    assert str(city.stranger) not in form.options("person_id")
    fields: dict[str, Any] = {
        "place_id": city.school,
        "function": "other",
        "funding": "unknown",
        "valid_from": "2027-01-01",
        "step": "save",
    }
    foreign = forge(keeper, "/einsaetze/neu", employer_id=city.other, person_id=city.ada, **fields)
    assert foreign.status == 422
    person = forge(keeper, "/einsaetze/neu", employer_id=city.provider, person_id=city.stranger, **fields)
    assert person.status == 422
    nobody = forge(keeper, "/einsaetze/neu", employer_id=city.provider, person_id=987654, **fields)
    assert nobody.status == 422
    assert count(session) == 1


def test_the_service_asks_for_itself(session: Session, city: City) -> None:
    from coordination.core.access import Actor, Role
    from coordination.core.errors import Forbidden, RuleViolation
    from coordination.core.work import Work
    from coordination.directory.assignment_inputs import AssignmentInput
    from coordination.directory.assignment_services import create_assignment
    from coordination.directory.rules import Funding

    own = Actor(user_id=1, roles=frozenset({Role.DIRECTORY_KEEPER}), keeps=frozenset({city.provider}))
    work = Work(session, own, clock.utc_now())

    def data(person_id: int, employer_id: int) -> AssignmentInput:
        return AssignmentInput(
            person_id, city.school, employer_id, Function.OTHER, Funding.UNKNOWN, valid_from=date(2027, 1, 1)
        )

    with pytest.raises(Forbidden):
        create_assignment(work, data(city.ada, city.other))
    with pytest.raises(RuleViolation) as caught:
        create_assignment(work, data(city.stranger, city.provider))
    assert caught.value.field == "person_id"


def test_who_only_reads_sees_no_form(browser: Browser, city: City) -> None:
    enter(browser, "liest")
    for url in ("/einsaetze/neu", f"/einsaetze/{city.post}/bearbeiten", f"/einsaetze/{city.post}/beenden"):
        assert browser.get(url).status == 403
    assert browser.get("/einsaetze/99999999999999999999/bearbeiten").status == 404


def test_long_lists_can_be_narrowed(
    browser: Browser, city: City, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    from coordination.directory import edit_choices

    monkeypatch.setattr(edit_choices, "MOST", 2)
    enter(browser, "alles")
    page = browser.get("/einsaetze/neu")
    assert "Listen eingrenzen" in page.main
    page = page.submit("Listen eingrenzen", q_person="birk")
    options = page.form("Weiter zur Vorschau").options("person_id")
    assert set(options) == {"-1", "0", str(city.ben)}


def running(keeper: Browser, city: City, **fields: Any) -> Page:
    """Enter what Ada does at the school already, otherwise in one column."""
    return new(keeper, city, person_id=city.ada, place_id=city.school, share="0,25", **fields)


def test_what_runs_already_is_asked_about_before_it_is_listed_twice(
    keeper: Browser, city: City, session: Session
) -> None:
    page = running(keeper, city)
    assert page.status == 422
    assert "Diesen Einsatz gibt es schon" in page.main
    assert "Fröbelschule, seit " in page.main
    assert page.href("Eintrag ändern") == f"/einsaetze/{city.post}/bearbeiten"
    form = page.form("Weiter zur Vorschau")
    assert (form.values("share"), form.values("day0_room")) == (["0,25"], ["Raum 7"])
    again = page.submit("Weiter zur Vorschau", despite_twin=True)
    assert again.h1 == "Was der neue Einsatz bedeutet"
    assert again.submit(button="Zurück zum Formular").form("Weiter zur Vorschau").values("despite_twin")
    save(again)
    assert count(session) == 2


def test_the_tick_answers_what_was_asked_alone(keeper: Browser, city: City, session: Session) -> None:
    page = running(keeper, city)
    ben, school = session.get_one(Person, city.ben), session.get_one(Place, city.second_school)
    other = factories.assignment(session, ben, school, session.get_one(Organisation, city.provider))
    session.commit()
    fields: dict[str, Any] = {"person_id": city.ben, "place_id": city.second_school, "despite_twin": True}
    asked = page.submit("Weiter zur Vorschau", **fields)
    assert asked.status == 422
    assert asked.href("Eintrag ändern") == f"/einsaetze/{other.id}/bearbeiten"
    assert asked.form("Weiter zur Vorschau").values("despite_twin") == []
    save(asked.submit("Weiter zur Vorschau", despite_twin=True))
    assert count(session) == 3


def test_what_has_ended_or_is_something_else_is_not_asked_about(keeper: Browser, city: City, session: Session) -> None:
    others = {"function": "other"}, {"place_id": city.facility}, {"person_id": 0}, {"employer_id": city.team}
    for fields in (*others, {"target_group": "Inklusion"}):
        values = {"person_id": city.ada, "place_id": city.school, **fields}
        assert new(keeper, city, **values).status == 200, fields
    session.get_one(Assignment, city.post).valid_until = date(2027, 1, 31)
    session.commit()
    assert running(keeper, city).status == 200


def test_a_change_into_what_runs_already_is_asked_about_too(keeper: Browser, city: City, session: Session) -> None:
    save(new(keeper, city, person_id=city.ada))
    made = every(session, Assignment)[-1]
    page = keeper.get(f"/einsaetze/{made.id}/bearbeiten")
    # What it is itself is no further one.
    assert page.submit("Weiter zur Vorschau", share="0,4").status == 200
    asked = page.submit("Weiter zur Vorschau", place_id=city.school, share="0,4")
    assert asked.status == 422
    assert asked.href("Eintrag ändern") == f"/einsaetze/{city.post}/bearbeiten"
    save(asked.submit("Weiter zur Vorschau", despite_twin=True))
    assert every(session, Assignment)[-1].place_id == city.school


@pytest.mark.parametrize(
    ("posts", "hours", "typed", "stored"),
    [
        # What was posts is hours now, and the other way round: the number says it, as in an empty form.
        (Decimal("0.5"), None, "12", (None, Decimal(12))),
        (None, Decimal(12), "0,31", (Decimal("0.31"), None)),
    ],
)
def test_the_unit_of_what_was_stored_holds_for_no_other_number(
    keeper: Browser,
    city: City,
    session: Session,
    posts: Decimal | None,
    hours: Decimal | None,
    typed: str,
    stored: tuple[Decimal | None, Decimal | None],
) -> None:
    row = session.get_one(Assignment, city.post)
    row.share_posts, row.share_hours = posts, hours
    session.commit()
    page = keeper.get(f"/einsaetze/{city.post}/bearbeiten")
    assert page.form("Weiter zur Vorschau").values("unit") == [""]
    save(page.submit("Weiter zur Vorschau", share=typed))
    made = every(session, Assignment)[-1]
    assert (made.share_posts, made.share_hours) == stored


def test_the_unit_stays_chosen_where_the_number_could_mean_both(keeper: Browser, city: City, session: Session) -> None:
    row = session.get_one(Assignment, city.post)
    row.share_posts, row.share_hours = None, Decimal(3)
    session.commit()
    assert keeper.get(f"/einsaetze/{city.post}/bearbeiten").form("Weiter zur Vorschau").values("unit") == ["hours"]
