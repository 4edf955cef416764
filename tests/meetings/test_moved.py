"""After a move: who is told what, until when answers are wanted, and what the desk says until everybody knows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage

from sqlalchemy import update
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.i18n import format_date, format_day
from coordination.core.work import Work
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.site import Site
from coordination.meetings import agenda_services, proposals, services
from coordination.meetings.answer_services import AnswerInput
from coordination.meetings.models import Meeting
from coordination.meetings.rules import Answer
from tests.browser import Browser
from tests.meetings import mailing
from tests.meetings import world as worlds
from tests.meetings.mailing import answer, do, invite, row_of, subject_of, token_of
from tests.meetings.test_calendar_rows import edit_room
from tests.meetings.world import World

Arrive = Callable[[], dict[str, EmailMessage]]
ANEW = "galt dem alten Termin und zählt nicht mehr"


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def test_the_mail_of_a_move_says_that_answers_are_asked_for_anew(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive
) -> None:
    invite(session, world, meeting, site)
    token = token_of(session, site, meeting, world.tom)
    answer(session, site, token, AnswerInput(Answer.DECLINED, deputy_id=world.paul.id))
    arrive()
    do(session, world.actor, lambda work: edit_room(work, meeting))
    invite(session, world, meeting, site)
    assert ANEW not in text_of(arrive()["emre@example.org"])
    mailing.move(session, world, meeting)
    invite(session, world, meeting, site)
    mails = arrive()
    assert ANEW in text_of(mails["emre@example.org"])
    pauls = text_of(mails["paul@example.org"])
    assert subject_of(mails["paul@example.org"]).startswith("Geändert: ")
    assert "Auch Tom Probe wird neu gefragt; sagt Tom Probe selbst zu, erhalten Sie eine Absage." in pauls
    assert "/antwort/" in pauls


def test_a_deputy_who_is_named_again_keeps_the_answer_to_the_new_date(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive
) -> None:
    invite(session, world, meeting, site)
    token = token_of(session, site, meeting, world.tom)
    sends = AnswerInput(Answer.DECLINED, deputy_id=world.paul.id)
    answer(session, site, token, sends)
    mailing.move(session, world, meeting)
    invite(session, world, meeting, site)
    arrive()
    answer(session, site, token_of(session, site, meeting, world.paul), AnswerInput(Answer.ACCEPTED))
    answer(session, site, token, sends)
    assert arrive() == {}
    assert row_of(session, meeting, world.paul).answer is Answer.ACCEPTED
    assert row_of(session, meeting, world.tom).answer is Answer.DELEGATED


def form_of(day: date, **more: str) -> dict[str, str]:
    return {"day": day.isoformat(), "starts": "14:00", "ends": "16:00", "reason": "Raum belegt", **more}


def want_answers(session: Session, meeting: Meeting) -> None:
    """Let answers be wanted until a week before the meeting."""
    row = session.get_one(Meeting, meeting.id)
    row.answer_until = row.starts_at.date() - timedelta(days=7)
    session.commit()


def test_the_form_of_a_move_proposes_until_when_answers_are_wanted(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive
) -> None:
    want_answers(session, meeting)
    invite(session, world, meeting, site)
    arrive()
    form = mira.get(f"/sitzungen/{meeting.id}/verlegen")
    assert "Leer: so lange vor dem neuen Tag wie bisher" in form.main
    day = clock.today() + timedelta(days=45)
    expected = proposals.answer_until(session.get_one(Meeting, meeting.id), day, clock.today())
    assert expected is not None
    session.rollback()
    checked = form.submit("Termin prüfen", **form_of(day))
    assert checked.select(f'input[name=answer_until][value="{expected}"]') == [""]
    for wrong, said in ((day + timedelta(days=1), "nach der Sitzung"), (clock.today() - timedelta(days=1), "vorbei")):
        refused = checked.submit("Sitzung verlegen", **form_of(day, answer_until=wrong.isoformat()))
        assert said in refused.error("answer_until")
    session.rollback()
    assert session.get_one(Meeting, meeting.id).moved_from is None
    assert checked.submit("Sitzung verlegen", **form_of(day)).status == 303
    session.rollback()
    assert session.get_one(Meeting, meeting.id).answer_until == expected
    invite(session, world, meeting, site)
    assert f"Antwort bis: {format_day(expected)}" in text_of(arrive()["emre@example.org"])


def test_who_left_the_day_for_answers_empty_is_told_which_one_holds_and_how_to_change_it(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive
) -> None:
    want_answers(session, meeting)
    invite(session, world, meeting, site)
    arrive()
    plan_url = f"/sitzungen/{meeting.id}/einladen"
    day = clock.today() + timedelta(days=45)
    expected = proposals.answer_until(session.get_one(Meeting, meeting.id), day, clock.today())
    session.rollback()
    assert expected is not None
    form = mira.get(f"/sitzungen/{meeting.id}/verlegen")
    assert "„Termin prüfen“ zeigt den Tag" in form.main
    moved = form.submit("Sitzung verlegen", **form_of(day))
    if moved.status != 303:
        # What speaks against the day is shown first; the field is filled by then, and was seen.
        moved = moved.submit("Sitzung verlegen", answer_until="")
    said = moved.follow()
    assert f"Antworten werden jetzt bis {format_day(expected)} erbeten" in said.flash
    plan = mira.get(plan_url)
    assert f"Die Mails bitten um Antwort bis {format_day(expected)}." in plan.main
    page = plan.click("Tag ändern")
    assert page.select("input[name=answer_until]") == [""]
    page.submit("Angaben speichern", answer_until="")
    assert "Die Mails nennen keinen Tag" in mira.get(plan_url).main


def test_where_nobody_set_a_day_for_answers_a_move_sets_none(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive
) -> None:
    invite(session, world, meeting, site)
    arrive()
    form = mira.get(f"/sitzungen/{meeting.id}/verlegen")
    assert "Leer: bis zur Sitzung." in form.main
    day = clock.today() + timedelta(days=45)
    checked = form.submit("Termin prüfen", **form_of(day))
    assert checked.select('input[name=answer_until][value=""]') == [""]
    moved = checked.submit("Sitzung verlegen")
    assert "Antworten" not in moved.follow().flash
    session.rollback()
    assert session.get_one(Meeting, meeting.id).answer_until is None
    invite(session, world, meeting, site)
    assert "Antwort bis" not in text_of(arrive()["emre@example.org"])


def test_a_day_for_answers_that_a_move_takes_away_is_said(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site
) -> None:
    want_answers(session, meeting)
    invite(session, world, meeting, site)
    form = mira.get(f"/sitzungen/{meeting.id}/verlegen")
    moved = form.submit("Sitzung verlegen", **form_of(clock.today() + timedelta(days=5)))
    if moved.status != 303:
        moved = moved.submit("Sitzung verlegen")
    assert "Antworten werden jetzt bis zur Sitzung erbeten" in moved.follow().flash
    session.rollback()
    assert session.get_one(Meeting, meeting.id).answer_until is None


def test_the_distance_of_the_deadline_moves_along(session: Session, world: World, meeting: Meeting) -> None:
    row = session.get_one(Meeting, meeting.id)
    today = date(2026, 11, 2)
    first = date(2026, 12, 10)
    row.starts_at, row.ends_at = datetime.combine(first, time(14)), datetime.combine(first, time(16))
    row.answer_until = date(2026, 12, 3)
    session.flush()
    assert proposals.answer_until(row, date(2026, 12, 17), today) == date(2026, 12, 10)
    # 3 December would be 26 November; a Sunday moves to the Friday before.
    assert proposals.answer_until(row, date(2026, 12, 13), today) == date(2026, 12, 4)
    # What has passed already is not proposed.
    assert proposals.answer_until(row, date(2026, 11, 9), today) is None
    # Who set no day wants answers until the meeting, wherever it goes.
    row.answer_until = None
    assert proposals.answer_until(row, date(2026, 12, 17), today) is None


def test_the_desk_says_who_knows_another_time_until_they_are_told(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive
) -> None:
    said = "5 Personen kennen noch die frühere Zeit oder den früheren Ort."
    invite(session, world, meeting, site)
    arrive()
    mailing.do(session, world.actor, lambda work: agenda_services.add_item(work, meeting.id, "Haushalt"))
    assert "früheren Ort" not in mira.get("/").main
    mailing.move(session, world, meeting)
    desk = mira.get("/")
    assert said in desk.main
    plan = desk.click("Mails ansehen")
    assert plan.h1 == "Mails zu dieser Sitzung"
    plan.submit("5 Mails senden")
    assert "früheren Ort" not in mira.get("/").main
    arrive()
    mailing.cancel(session, world, meeting)
    assert "ist abgesagt; 5 Personen wissen es noch nicht." in mira.get("/").main
    mira.get(f"/sitzungen/{meeting.id}/einladen").submit("5 Mails senden")
    assert "wissen es noch nicht" not in mira.get("/").main


def test_after_a_move_the_button_of_the_meeting_tells_of_it(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive
) -> None:
    invite(session, world, meeting, site)
    arrive()
    page = f"/sitzungen/{meeting.id}"
    mailing.do(session, world.actor, lambda work: agenda_services.add_item(work, meeting.id, "Haushalt"))
    # An agenda that has changed is said below; nobody comes at a wrong time for it.
    assert mira.get(page).select(".page-head .button--primary") == ["Antworten ansehen"]
    assert "5 Personen kennen den jetzigen Stand noch nicht." in mira.get(page).main
    mailing.move(session, world, meeting)
    shown = mira.get(page)
    assert shown.select(".page-head .button--primary") == ["Verlegung mitteilen"]
    assert shown.select(".stages [aria-current]") == ["Einladung eine Änderung ist noch nicht mitgeteilt"]
    shown.click("Verlegung mitteilen").submit("5 Mails senden")
    assert mira.get(page).select(".page-head .button--primary") == ["Antworten ansehen"]
    arrive()
    mailing.cancel(session, world, meeting)
    assert mira.get(page).select(".page-head .button--primary") == ["Absage mitteilen"]
    mira.get(page).click("Absage mitteilen").submit("5 Mails senden")
    assert mira.get(page).select(".page-head .button--primary") == ["Nächste Sitzung planen"]


def test_another_room_is_a_change_and_no_move(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive
) -> None:
    mailing.do(session, world.actor, lambda work: agenda_services.add_item(work, meeting.id, "Haushalt"))
    invite(session, world, meeting, site)
    arrive()
    mira.get(f"/sitzungen/{meeting.id}/bearbeiten").submit(room="Raum 9")
    assert mira.get(f"/sitzungen/{meeting.id}").select(".page-head .button--primary") == ["Änderung mitteilen"]


def test_where_all_mails_wait_nobody_is_said_to_be_untold(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site
) -> None:
    invite(session, world, meeting, site)
    mailing.cancel_while_sending(session, world, meeting)
    desk = mira.get("/")
    assert "wissen es noch nicht" not in desk.main
    assert "ist abgesagt; 5 wartende Mails sind noch zurückzunehmen." in desk.main
    page = mira.get(f"/sitzungen/{meeting.id}")
    assert page.select(".page-head .button--primary") == ["Wartende Mails zurücknehmen"]
    assert "kennen den jetzigen Stand noch nicht" not in page.main
    # Nothing is said to go out by itself that is to be taken back.
    for told in (page, mira.get(f"/sitzungen/{meeting.id}/einladen")):
        assert "von selbst hinaus" not in told.main
    page.click("Wartende Mails zurücknehmen").submit("Wartende Mails zurücknehmen")
    assert "zurückzunehmen" not in mira.get("/").main


def test_moved_while_all_mails_wait_it_is_a_first_invitation_again(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site
) -> None:
    invite(session, world, meeting, site)
    form = mira.get(f"/sitzungen/{meeting.id}/verlegen")
    checked = form.submit("Termin prüfen", **form_of(clock.today() + timedelta(days=45)))
    page = checked.submit("Sitzung verlegen").follow()
    assert "5 wartende Mails sind zurückgenommen." in page.flash
    assert "Wartende Mails zurückgenommen" in page.main
    assert "kennen den jetzigen Stand noch nicht" not in page.main
    assert page.select(".page-head__badges .badge")[0] == "Termin steht"
    assert "frühere Zeit" not in mira.get("/").main
    # A mail that was taken back was never anybody's, and has no day.
    mails = mira.get(f"/sitzungen/{meeting.id}/antworten").select("td[data-label=Mail]")
    assert mails == ["noch keine"] * 5
    plan = mira.get(f"/sitzungen/{meeting.id}/einladen")
    assert set(plan.select("td .badge")) == {"Einladung"}
    plan.submit("5 Mails senden")
    assert row_of(session, meeting, world.tom).mailed_sequence == session.get_one(Meeting, meeting.id).sequence == 1


def test_moved_while_some_mails_wait_only_those_who_were_told_know_another_time(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site
) -> None:
    invite(session, world, meeting, site)
    session.execute(update(OutboxMail).where(OutboxMail.person_id == world.tom.id).values(state=MailState.SENT))
    session.commit()
    mailing.move(session, world, meeting)
    assert "Eine Person kennt noch" in mira.get("/").main
    assert sorted(mira.get(f"/sitzungen/{meeting.id}/einladen").select("td .badge")) == ["Einladung"] * 4 + ["Änderung"]


def test_a_change_of_the_room_is_no_other_time_to_who_has_got_no_mail(
    mira: Browser, session: Session, world: World, meeting: Meeting, site: Site
) -> None:
    invite(session, world, meeting, site)
    do(session, world.actor, lambda work: edit_room(work, meeting))
    assert "frühere Zeit" not in mira.get("/").main
    assert mira.get(f"/sitzungen/{meeting.id}").select(".page-head .button--primary") == ["Tagesordnung schreiben"]


def test_the_mail_of_a_move_says_the_new_time_first(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive
) -> None:
    invite(session, world, meeting, site)
    arrive()

    def step(work: Work) -> None:
        span = worlds.span(45)
        until = span.starts_at.date() - timedelta(days=7)
        version = work.session.get_one(Meeting, meeting.id).version
        services.move_meeting(work, meeting.id, services.Move(span, "Raum belegt", until), version=version)

    do(session, world.actor, step)
    invite(session, world, meeting, site)
    said = text_of(arrive()["emre@example.org"])
    assert said.startswith("Guten Tag Emre Probe, bei der Sitzung „")
    assert said.index("Verlegt: ") < said.index("Antworten bis: ")


def test_what_was_said_to_the_old_date_stays_to_be_seen_with_its_remark(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive, mira: Browser
) -> None:
    invite(session, world, meeting, site)
    day = meeting.starts_at.date()
    answer(session, site, token_of(session, site, meeting, world.emre), AnswerInput(Answer.TENTATIVE))
    answer(session, site, token_of(session, site, meeting, world.emre), AnswerInput(Answer.DECLINED, "Fortbildung"))
    here = f"/sitzungen/{meeting.id}/antworten"
    assert f"zum {format_date(day)}" not in mira.get(here).main
    mailing.move(session, world, meeting)
    assert f"zum {format_date(day)}: abgesagt – Fortbildung" in mira.get(here).main
    answer(session, site, token_of(session, site, meeting, world.emre), AnswerInput(Answer.ACCEPTED))
    assert f"zum {format_date(day)}: abgesagt – Fortbildung" in mira.get(here).main


def test_a_deputy_whose_mail_still_waits_is_not_told_that_the_member_stays_away(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive, mira: Browser
) -> None:
    invite(session, world, meeting, site)
    arrive()
    token = token_of(session, site, meeting, world.tom)
    answer(session, site, token, AnswerInput(Answer.DECLINED, deputy_id=world.paul.id))
    mailing.move(session, world, meeting)
    invite(session, world, meeting, site)
    said = text_of(arrive()["paul@example.org"])
    assert "kann nicht" not in said
    assert "Für den früheren Termin" in said
    assert "Tom Probe hat für den neuen noch nicht geantwortet" in said
    assert (
        "vertritt Tom Probe (hat für den neuen Termin noch nicht geantwortet)"
        in mira.get(f"/sitzungen/{meeting.id}/antworten").main
    )


def test_a_meeting_that_is_over_waits_for_no_answers(
    session: Session, world: World, meeting: Meeting, site: Site, arrive: Arrive, mira: Browser
) -> None:
    invite(session, world, meeting, site)
    here = f"/sitzungen/{meeting.id}"
    assert mira.get(here).soup.select(".answer-counts__open")
    row = session.get_one(Meeting, meeting.id)
    row.link = "https://konferenz.example.org/x"
    row.starts_at, row.ends_at = row.starts_at - timedelta(days=400), row.ends_at - timedelta(days=400)
    session.commit()
    for page in (mira.get(here), mira.get(f"{here}/antworten")):
        assert page.soup.select(".answer-counts__open") == []
    assert "Online teilnehmen" not in mira.get(here).main
    assert "vorbei, nichts eingetragen" in mira.get(here).main
