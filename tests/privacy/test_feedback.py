"""The form at the foot of each page: open to anybody, limited, and answered by those who may read it."""

from __future__ import annotations

from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import ANONYMOUS, Role
from coordination.core.work import work_as
from coordination.directory.models import Assignment
from coordination.mail.outbox import OutboxMail, content_of
from coordination.privacy.models import Feedback
from coordination.privacy.services import Message, give_feedback
from coordination.topics.models import Topic
from tests import factories
from tests.browser import Browser, Page


def report(app: Flask, session: Session, page: str, text: str) -> None:
    """Report an error in an entry, without the pause that a form makes after ten."""
    session.commit()
    with work_as(session, ANONYMOUS) as work:
        give_feedback(work, Message("entry", page, text, ""), app.extensions["koordination.site"])


def write(browser: Browser, address: str = "/rueckmeldung", text: str = "Der Knopf fehlt", **more: str) -> Page:
    return browser.get(address).submit("Senden", text=text, **more)


def stored(session: Session) -> list[Feedback]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(Feedback).order_by(Feedback.id)))


def test_anybody_may_write_and_it_is_kept_and_mailed(app: Flask, browser: Browser, session: Session) -> None:
    page = write(browser, "/rueckmeldung?thema=accessibility&seite=/orte/12", reply_to="leser@example.org")
    assert page.status == 200
    assert "leser@example.org" in page.main
    (message,) = stored(session)
    assert (message.topic, message.page, message.text) == ("accessibility", "/orte/12", "Der Knopf fehlt")
    assert (message.reply_to, message.user_id, message.settled_at) == ("leser@example.org", None, None)
    mail = session.scalars(select(OutboxMail)).one()
    site = app.extensions["koordination.site"]
    assert (mail.recipient, mail.purpose) == (site.contact_email, "feedback")
    assert b"Der Knopf fehlt" in content_of(mail, site.sender)


@pytest.mark.parametrize(
    "fields", [{"text": ""}, {"text": "x" * 4001}, {"reply_to": "keine adresse"}], ids=["empty", "long", "address"]
)
def test_what_cannot_be_kept_is_refused_and_stays_typed(
    browser: Browser, session: Session, fields: dict[str, str]
) -> None:
    page = write(browser, **fields)
    assert page.status == 422
    assert page.error(next(iter(fields)))
    assert stored(session) == []


@pytest.mark.parametrize("address", ["https://boese.example/x", "//boese.example", "javascript:alert(1)", "/%5cboese"])
def test_only_pages_of_our_own_are_named(browser: Browser, session: Session, address: str) -> None:
    form = browser.get(f"/rueckmeldung?seite={address}").form("Senden")
    assert form.values("page") == [""]
    filled = form.fill("Senden", {"text": "Hallo"})
    filled.data["page"] = address
    assert "boese" not in browser.send("/rueckmeldung", filled).main
    assert stored(session)[0].page == ""


def test_what_was_searched_for_is_not_kept(browser: Browser, session: Session) -> None:
    write(browser, "/rueckmeldung?seite=/suche?q=Ahornblatt")
    assert stored(session)[0].page == "/suche"


def test_after_ten_messages_there_is_a_pause(browser: Browser, session: Session) -> None:
    assert [write(browser).status for _ in range(11)] == [200] * 10 + [429]
    assert len(stored(session)) == 10


@pytest.mark.parametrize(
    ("roles", "status"),
    [((), 404), ((Role.PLANNER,), 404), ((Role.ADMINISTRATOR,), 200), ((Role.DIRECTORY_KEEPER,), 200)],
)
def test_only_those_who_can_help_read_the_messages(
    browser: Browser, session: Session, roles: tuple[Role, ...], status: int
) -> None:
    factories.account(session, "ada@example.org", *roles)
    session.commit()
    assert browser.get("/rueckmeldungen").status == 303
    browser.sign_in("ada@example.org", factories.PASSWORD)
    assert browser.get("/rueckmeldungen").status == status


def test_a_message_is_settled_and_opened_again(browser: Browser, session: Session) -> None:
    factories.account(session, "ada@example.org", Role.ADMINISTRATOR)
    session.commit()
    write(browser, text="Zeile eins <b>fett</b>")
    browser.sign_in("ada@example.org", factories.PASSWORD)
    page = browser.get("/rueckmeldungen")
    assert "Zeile eins <b>fett</b>" in page.main, "shown as typed, never as markup"
    (settle,) = [label for n in range(len(page.soup.select("main form"))) for label in page.form(n).buttons()]
    page = page.submit(settle).follow()
    assert stored(session)[0].settled_at is not None
    (reopen,) = [label for n in range(len(page.soup.select("main form"))) for label in page.form(n).buttons()]
    assert reopen != settle
    page.submit(reopen)
    assert stored(session)[0].settled_at is None


def test_messages_name_their_pages_and_a_topic_of_tomorrow_does_not_break_the_list(
    browser: Browser, session: Session
) -> None:
    factories.account(session, "ada@example.org", Role.ADMINISTRATOR)
    place, who = factories.place(session), factories.person(session)
    district = factories.district(session, "Heepen")
    paths = [
        f"/orte/{place.id}/bearbeiten",
        f"/personen/{who.id}",
        f"/bezirke/{district.id}",
        "/",
        "/konto/anmelden",
        "/orte/999999",
        "/unbekannt",
    ]
    for path in paths:
        session.add(Feedback(at=clock.utc_now(), topic="future", page=path, text="x", reply_to=""))
    session.commit()
    browser.sign_in("ada@example.org", factories.PASSWORD)
    page = browser.get("/rueckmeldungen")
    assert page.select("article a[href^='/']")[::-1] == [
        "Jugendtreff Probe",
        "Ada Ahornblatt",
        "Heepen",
        "Schreibtisch",
        "Anmelden",
        "Schulen und Einrichtungen",
        "/unbekannt",
    ]
    assert "future" in page.main


def test_open_messages_are_on_the_desk_of_those_who_may_read_them(
    browser: Browser, other_browser: Browser, session: Session
) -> None:
    write(browser)
    write(browser)
    factories.account(session, "eva@example.org", Role.ADMINISTRATOR)
    factories.account(session, "plan@example.org", Role.PLANNER)
    session.commit()
    other_browser.sign_in("plan@example.org", factories.PASSWORD)
    assert "offen" not in other_browser.get("/").main
    browser.sign_in("eva@example.org", factories.PASSWORD)
    assert "2 Rückmeldungen sind offen." in browser.get("/").main
    page = browser.get("/").click("Rückmeldungen lesen")
    page.submit(0).follow().submit(0)
    assert "offen" not in " ".join(browser.get("/").select(".desk-lines"))


def test_an_error_in_an_entry_reaches_who_keeps_it(app: Flask, browser: Browser, session: Session) -> None:
    provider = factories.organisation(session, "Träger Probe e. V.", email="buero@example.org")
    team = factories.organisation(session, "Team Nord", parent_id=provider.id)
    ada, school = factories.person(session, organisation_id=team.id), factories.school(session)
    factories.assignment(session, ada, school, team)
    factories.account(session)
    session.commit()
    browser.sign_in("ada@example.org", factories.PASSWORD)
    post = factories.post(session, team, None)
    session.commit()
    for page in (f"/orte/{school.id}", f"/personen/{ada.id}", f"/organisationen/{team.id}", f"/stellen/{post.id}"):
        form = browser.get(f"/rueckmeldung?thema=entry&seite={page}")
        assert "Träger Probe e. V." in form.main
        assert "erfährt davon: Träger Probe e. V." in form.submit("Senden", text="Telefon falsch").main
    mails = session.scalars(select(OutboxMail)).all()
    contact = app.extensions["koordination.site"].contact_email
    assert [mail.recipient for mail in mails] == ["buero@example.org", contact] * 4
    message = message_from_bytes(content_of(mails[0], app.extensions["koordination.site"].sender), policy=default)
    assert message["Subject"] == f"Fehler gemeldet: {school.name}"
    assert message["Reply-To"] == "ada@example.org"
    body = message.get_content().replace("\r\n", "\n")
    assert f"jemand mit Zugang meldet einen Fehler im Eintrag „{school.name}“:\n\n> Telefon falsch" in body
    assert f"berichtigen Sie, was nicht stimmt: http://localhost/orte/{school.id}" in body
    write(browser, f"/rueckmeldung?thema=other&seite=/orte/{school.id}")
    assert stored(session)[-1].topic == "other"
    last = session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc()).limit(1)).one()
    assert last.recipient == app.extensions["koordination.site"].contact_email


def test_without_an_account_or_a_mailbox_the_contact_is_told(app: Flask, browser: Browser, session: Session) -> None:
    provider = factories.organisation(session, "Träger Probe e. V.", email="buero@example.org")
    school = factories.school(session)
    factories.assignment(session, None, school, provider)
    session.commit()
    page = write(browser, f"/rueckmeldung?thema=entry&seite=/orte/{school.id}")
    assert "Träger Probe" not in page.main
    contact = app.extensions["koordination.site"].contact_email
    assert session.scalars(select(OutboxMail.recipient)).all() == [contact]


def test_whose_page_one_may_not_see_has_no_offices(app: Flask, browser: Browser, session: Session) -> None:
    """Of somebody who begins later nobody is to learn even where."""
    provider = factories.organisation(session, "Träger Probe e. V.", email="buero@example.org")
    zoe = factories.person(session, "Zoe", "Geheim", organisation_id=provider.id, valid_from=date(2099, 1, 1))
    factories.account(session)
    session.commit()
    browser.sign_in("ada@example.org", factories.PASSWORD)
    page = write(browser, f"/rueckmeldung?thema=entry&seite=/personen/{zoe.id}")
    assert "Träger Probe" not in page.main
    assert session.scalars(select(OutboxMail.recipient)).all() == [app.extensions["koordination.site"].contact_email]


def test_who_keeps_an_employer_reads_what_is_reported_of_it(app: Flask, browser: Browser, session: Session) -> None:
    own, other = factories.organisation(session, "Eigener Träger"), factories.organisation(session, "Fremder Träger")
    team = factories.organisation(session, "Team", parent_id=own.id)
    ada, cem = factories.person(session, organisation_id=team.id), factories.person(session, "Cem", "Çelik")
    cem.organisation_id = other.id
    school, foreign = factories.school(session), factories.school(session, "Luisenschule", "123457")
    former = factories.school(session, "Alte Schule", "123458")
    club = factories.place(session, operator_id=own.id)
    long_key = factories.place(session, "Anderer Treff")
    factories.assignment(session, ada, school, team)
    factories.assignment(session, cem, foreign, other)
    factories.assignment(session, ada, former, team, valid_until=clock.today() - timedelta(days=1))
    session.add(topic := Topic(name="Thema Probe"))
    session.flush()
    post = factories.post(session, team, ada, topic)
    factories.account(session, "eins@example.org", Role.DIRECTORY_KEEPER, keeps=own)
    session.commit()
    seen = [
        f"/orte/{school.id}",
        f"/orte/{club.id}/bearbeiten",
        f"/personen/{ada.id}",
        f"/organisationen/{team.id}",
        f"/stellen/{post.id}",
    ]
    unseen = [f"/orte/{foreign.id}", f"/personen/{cem.id}", f"/organisationen/{other.id}", f"/orte/{former.id}"]
    unseen += [f"/orte/{long_key.id}", f"/orte/{school.id}0", "/orte/neu", "/wer-ist-wo", ""]
    for path in [*seen, *unseen]:
        report(app, session, path, f"Falsch: {path}.")
    barrier = Feedback(at=clock.utc_now(), topic="accessibility", page=seen[0], text="Zu klein", reply_to="")
    session.add(barrier)
    session.commit()
    browser.sign_in("eins@example.org", factories.PASSWORD)
    assert "5 Fehler sind in Ihren Einträgen gemeldet" in browser.get("/").main
    page = browser.get("/rueckmeldungen")
    told = [one.get_text() for one in page.soup.select("article .pre-line")]
    assert told == [f"Falsch: {path}." for path in reversed(seen)]
    token = str(page.soup.select('input[name="csrf_token"]')[0]["value"])
    address = str(page.soup.select("article form")[0]["action"])
    assert browser.post(address, {"csrf_token": token}).follow().flash == "Die Rückmeldung ist als erledigt markiert."
    assert [one.page for one in stored(session) if one.settled_at] == [seen[-1]]
    theirs = next(one.id for one in stored(session) if one.page == unseen[0])
    for key in (theirs, stored(session)[-1].id):
        assert browser.post(f"/rueckmeldungen/{key}/erledigt", {"csrf_token": token}).status == 404
    assert len([one for one in stored(session) if one.settled_at]) == 1


def test_who_keeps_nothing_reads_nothing(browser: Browser, session: Session) -> None:
    factories.account(session, "eins@example.org", Role.DIRECTORY_KEEPER, keeps=factories.organisation(session))
    session.commit()
    browser.sign_in("eins@example.org", factories.PASSWORD)
    assert "Keine Rückmeldungen" in browser.get("/rueckmeldungen").main
    assert "gemeldet" not in browser.get("/").main


def test_nobody_reads_what_was_written_to_others(app: Flask, session: Session) -> None:
    """Neither who employs somebody there only since, nor who runs the house while others employ people there."""
    own, other = factories.organisation(session, "Eigener Träger"), factories.organisation(session, "Fremder Träger")
    school, house = factories.school(session), factories.place(session, operator_id=own.id)
    today = clock.today()
    late = factories.person(session, organisation_id=own.id)
    early = factories.person(session, "Cem", "Çelik", organisation_id=other.id)
    factories.assignment(session, late, school, own, valid_from=today - timedelta(days=5))
    factories.assignment(session, early, school, other, valid_until=today - timedelta(days=6))
    factories.assignment(session, early, house, other)
    session.commit()
    report(app, session, f"/orte/{school.id}", "gestern und heute beide")
    report(app, session, f"/orte/{house.id}", "im Haus")
    report(app, session, f"/personen/{early.id}", "zu Cem")
    # Later on Cem is employed by the one who runs the house, and somebody else by the other one at the school.
    early.organisation_id = own.id
    session.execute(update(Assignment).where(Assignment.person_id == early.id).values(employer_id=own.id))
    session.execute(delete(Assignment).where(Assignment.person_id == late.id))
    report(app, session, f"/personen/{early.id}", "noch einmal zu Cem")
    told = {}
    for name, unit in (("eins", own), ("zwei", other)):
        factories.account(session, f"{name}@example.org", Role.DIRECTORY_KEEPER, keeps=unit)
    session.commit()
    for name in ("eins", "zwei"):
        browser = Browser(app, session)
        browser.sign_in(f"{name}@example.org", factories.PASSWORD)
        told[name] = [one.get_text() for one in browser.get("/rueckmeldungen").soup.select("article .pre-line")]
    assert told == {"eins": ["noch einmal zu Cem", "gestern und heute beide"], "zwei": ["zu Cem", "im Haus"]}


def test_the_mail_about_a_report_leads_to_it(app: Flask, browser: Browser, session: Session) -> None:
    """Also who has only the mailbox of the unit above reads it there; whom it does not concern finds nothing."""
    provider = factories.organisation(session, "Träger Probe e. V.", email="buero@example.org")
    team = factories.organisation(session, "Team Nord", parent_id=provider.id)
    other = factories.organisation(session, "Fremder Träger")
    ada, school = factories.person(session, organisation_id=team.id), factories.school(session)
    factories.assignment(session, ada, school, team)
    for name, unit in (("eins", provider), ("zwei", other)):
        factories.account(session, f"{name}@example.org", Role.DIRECTORY_KEEPER, keeps=unit)
    factories.account(session)
    session.commit()
    browser.sign_in("ada@example.org", factories.PASSWORD)
    write(browser, f"/rueckmeldung?thema=entry&seite=/orte/{school.id}", "Telefon falsch")
    write(browser, f"/rueckmeldung?thema=entry&seite=/orte/{school.id}", "Name falsch")
    first = stored(session)[0]
    team.parent_id = None
    session.commit()
    address = f"/rueckmeldungen?meldung={first.id}"
    for mail in session.scalars(select(OutboxMail).where(OutboxMail.about == f"feedback:{first.id}")):
        body = message_from_bytes(content_of(mail, app.extensions["koordination.site"].sender), policy=default)
        assert f"http://localhost{address}" in body.get_content()
        assert f"http://localhost/orte/{school.id}" in body.get_content()
        assert school.name in body.get_content()
    keeper = Browser(app, session)
    keeper.sign_in("eins@example.org", factories.PASSWORD)
    page = keeper.get(address)
    assert [one.get_text() for one in page.soup.select("article .pre-line")] == ["Telefon falsch"]
    assert len(page.click("Alle Rückmeldungen").soup.select("article")) == 2
    assert keeper.get("/rueckmeldungen?meldung=x").status == 404
    stranger = Browser(app, session)
    stranger.sign_in("zwei@example.org", factories.PASSWORD)
    assert stranger.get(address).status == 404
