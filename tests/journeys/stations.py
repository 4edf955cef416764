"""Every page there is, with something on it: the addresses of all GET routes over the demonstration."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from coordination import worker
from coordination.accounts import letters
from coordination.accounts.models import UserAccount
from coordination.bodies.models import Body, Deputy, Membership, Seat
from coordination.calendars import services as calendar_services
from coordination.calendars.models import CalendarLink
from coordination.calendars.rules import FeedKind
from coordination.core import clock
from coordination.core.access import Actor, BodyRole
from coordination.core.tokens import Signer
from coordination.core.work import Work
from coordination.decisions import status_services
from coordination.decisions.models import Decision, Task
from coordination.directory import import_jobs
from coordination.directory.models import Absence, Assignment, District, FreeDay, Person, Place, School
from coordination.directory.offers.models import Offer
from coordination.directory.public.models import PublicPage
from coordination.directory.responsibilities.models import Post, Responsibility
from coordination.directory.rounds import queries as rounds
from coordination.directory.rounds.models import ChangeProposal, RoundPerson
from coordination.directory.rounds.rules import Said
from coordination.directory.spaces.models import SocialSpace
from coordination.directory.staff import jobs as list_jobs
from coordination.files.models import StoredFile
from coordination.files.store import Store
from coordination.mail.outbox import OutboxMail
from coordination.meetings.dispatch import ANSWER
from coordination.meetings.models import AgendaItem, Invitation, ItemFile, Meeting
from coordination.meetings.rules import MeetingState
from coordination.minutes.letters import READING
from coordination.minutes.models import ItemText, Minutes
from coordination.minutes.rules import MinutesState
from coordination.privacy.models import Feedback
from coordination.topics.models import Topic
from tests import factories
from tests.directory.import_pages import OLD
from tests.journeys.demo import ADMINISTRATOR as ADMINISTRATOR_EMAIL
from tests.journeys.demo import KEEPER as KEEPER_EMAIL
from tests.journeys.demo import PROFESSIONAL

ANONYMOUS, PROFESSION, KEEPER, ADMINISTRATION = "anonymous", "professional", "keeper", "administrator"
OFFICE, PLANNING, LEAD = "office", "planner", "lead"
EMAILS = {
    PROFESSION: PROFESSIONAL,
    KEEPER: KEEPER_EMAIL,
    ADMINISTRATION: ADMINISTRATOR_EMAIL,
    OFFICE: "koordination@example.org",
    PLANNING: "planung@example.org",
    LEAD: "leitung@example.org",
}
#: An employer's list with somebody new, a vacancy, and a row that is wrong.
LIST = """Schule;Anstellungsträger;Fachkraft;E-Mail;Stellenanteil;Präsenzzeiten;gültig ab;Bemerkung
Fröbelschule;Trägerverein Lindenblüte e. V.;Beispiel, Ida;ida.beispiel@example.org;0,5;Mo, Mi 8-13 Uhr;01.08.2026;
Luisenschule;Trägerverein Lindenblüte e. V.;n.n.;;19,5 Std.;;ab Schuljahr 26/27;
Gibtsnichtschule;Trägerverein Lindenblüte e. V.;Muster, Tom;tom.muster@example.org;0,5;Di 9:00-12:30;01.08.2026;
""".encode()
#: Pages that look different from what the bare route shows.
VARIANTS = (
    "/suche?q=fr%C3%B6",
    "/suche?q=xyzxyz",
    "/wen-frage-ich?thema=6&ort={place_id}",
    "/wen-frage-ich?thema={topic_id}&suche=grund",
    "/wen-frage-ich?suche=gibtsnicht",
    "/wen-frage-ich?thema=6&stand=2025-11-26",
    "/orte?form=02",
    "/orte?sozialraum={space_id}",
    "/orte/{place_id}?stand=2026-10-28",
    "/orte/{vacant_id}",
    "/orte/{facility_id}",
    "/personen/{former_id}",
    "/personen/{away_id}",
    "/personen/{person_id}/zusammenfuehren?mit={away_id}",
    "/personen/{person_id}/zusammenfuehren?q=e",
    "/verzeichnis/import/{waiting_id}",
    "/verzeichnis/import/{done_id}",
    "/verzeichnis/import/{failed_id}",
    "/einsaetze/neu?ort={place_id}",
    "/bestaetigungen/aenderungen/{message_id}",
    "/bestaetigen/{confirmation}?gespeichert=1",
    "/diese-seite-gibt-es-nicht",
    "/pruefspur?alle=1",
    "/sitzungen/{moved_id}",
    "/sitzungen/{cancelled_id}",
    "/termine?vergangen=1",
    "/versorgung?nach=form",
    "/versorgung?nach=sozialraum",
    "/versorgung?stand=2025-11-26",
    "/termine?thema=99999",
    "/termine/monat/2026-12",
    "/sitzungen/{running_id}",
    "/sitzungen/{running_id}/protokoll",
    "/sitzungen/{running_id}/anwesenheit",
    "/kalender/neu?was=body:{body_id}",
    "/beschluesse?art=aufgaben",
    "/beschluesse?art=meine",
    "/beschluesse?ueberfaellig=1&sortiert=-faellig",
    "/beschluesse?q=gibtsnicht",
)


#: Endpoints that answer with a file to save, whatever their address ends in.
NO_PAGES = {
    "static",
    "meetings.item_file",
    "meetings.file_by_link",
    "meetings.mails_under_way",
    "minutes.mails_under_way",
    "decisions.mails_under_way",
    "rounds.mails_under_way",
    "consents.photo",
    "directory.offer",  # It leads to the page of the place.
    "lists.take_back",  # What is planted here is not stored.
    # They ask before all is sent again, and lead back where nothing is stuck; the outbox shows how they look.
    "meetings.send_all_again",
    "minutes.send_all_again",
    "decisions.send_all_again",
    "rounds.send_all_again",
}
#: Show a page only of what a variant below names.
BY_VARIANT = {"calendars.subscribe", "minutes.write"}
#: Part of an address → the token that stands in it.
TOKENS = {
    "kalender": "feed",
    "einladung": "invitation",
    "passwort": "reset",
    "antwort": "answer",
    "status": "status",
} | {"protokoll": "reading", "bestaetigen": "confirmation"}


@dataclass(frozen=True)
class Stations:
    """What was found and planted: keys by the name of the address's variable, and tokens of mails."""

    app: Flask
    keys: dict[str, Any]

    def addresses(self) -> list[str]:
        """Return one address for each GET route, then the variants; files and probes are left out."""
        found = [
            self._fill(rule.rule)
            for rule in self.app.url_map.iter_rules()
            if "GET" in (rule.methods or ())
            and rule.endpoint not in NO_PAGES | BY_VARIANT
            and not rule.endpoint.endswith("z")
        ]
        return sorted(found) + [variant.format(**self.keys) for variant in VARIANTS]

    def _fill(self, rule: str) -> str:
        def fill(found: re.Match[str]) -> str:
            name = found[1].split(":")[-1]
            if name == "token":
                name = next(known for part, known in TOKENS.items() if part in rule)
            if name == "person_id" and "bestaetigungen" in rule:
                name = "confirming_id"
            if name == "person_id" and "antworten" in rule:
                name = "asked_id"
            return str(self.keys[name])

        return re.sub(r"<([^>]+)>", fill, rule)


def plant(app: Flask, session: Session) -> Stations:
    """Add to the demonstration what it does not have by itself: an absence, a message, imports in every state."""
    today = clock.today()
    first = _first(session)
    place_id = first(Place, Place.name == "Fröbelschule")
    professional = session.scalars(select(UserAccount).where(UserAccount.email == PROFESSIONAL)).one()
    person = session.get_one(Person, professional.person_id)
    absence = factories.absence(session, person, today.replace(month=12), today.replace(month=12))
    feedback = Feedback(at=clock.utc_now(), topic="accessibility", page="/wer-ist-wo", text="Zu klein.", reply_to="")
    invited = factories.account(session, "neu@example.org", password_hash="")
    facility, school = (session.get_one(Place, one) for one in (first(Place, Place.facility_type != ""), place_id))
    followed = factories.succession(session, facility, school, source_note="Ratsbeschluss")
    # Nothing leads to these pages from within: they are for everybody.
    session.add(PublicPage(id=1, is_on=True, since=today))
    session.add_all([feedback, FreeDay(place_id=place_id, day=today + timedelta(days=2))])
    session.commit()
    keys = {
        "place_id": place_id,
        "school_number": session.scalars(select(School.number).where(School.place_id == place_id)).one(),
        "person_id": person.id,
        "organisation_id": person.organisation_id,
        "district_id": first(District, District.name == "Mitte"),
        "space_id": first(SocialSpace, SocialSpace.id > 0),
        "succession_id": followed.id,
        "offer_id": first(Offer, Offer.place_id == place_id),
        "assignment_id": first(Assignment, Assignment.person_id == person.id),
        "absence_id": absence.id,
        "mail_id": first(OutboxMail, OutboxMail.id > 0),
        "feedback_id": feedback.id,
        "account_id": invited.id,
        "facility_id": first(Place, Place.facility_type != ""),
        "former_id": first(Person, Person.valid_until < today),
        "planned_id": first(Assignment, Assignment.valid_from > today),
        "vacant_id": session.scalars(select(Assignment.place_id).where(Assignment.person_id.is_(None)).limit(1)).one(),
        "away_id": session.scalars(select(Absence.person_id).limit(1)).one(),
        **_body(session),
        **_meeting(app, session),
        **_imports(app, session),
        "link_id": _subscription(session).id,
        **_round(app, session),
    }
    links = _links(app.extensions["koordination.site"].signer, session, keys, (invited, professional))
    # The meeting is still ahead: it has no approved minutes, and their files are not there.
    plain = {"monat": f"{today:%Y-%m}", "jahr": today.year, "frist": "papers", "number": 1}
    stations = Stations(app, keys | links | plain)
    session.rollback()
    return stations


def _links(
    signer: Signer, session: Session, keys: dict[str, Any], accounts: tuple[UserAccount, UserAccount]
) -> dict[str, str]:
    """Return a token of each kind."""
    invited, professional = accounts
    asked = session.get_one(Invitation, keys["invitation_id"])
    done = Invitation.meeting_id.in_(select(Minutes.meeting_id).where(Minutes.state == MinutesState.APPROVED))
    reads = session.scalars(select(Invitation).where(done, Invitation.role.is_not(None)).limit(1)).one()
    return {
        "answer": signer.make(ANSWER, asked.id, asked.generation),
        "invitation": signer.make(letters.INVITATION, invited.id, invited.generation),
        "reset": signer.make(letters.RESET, professional.id, professional.generation),
        "feed": calendar_services.token(signer, session.get_one(CalendarLink, keys["link_id"])),
        "status": status_services.token(signer, session.get_one(Task, keys["task_id"])),
        "reading": signer.make(READING, reads.id, reads.generation),
        "used": signer.make(letters.INVITATION, invited.id, invited.generation - 1),
    }


def _round(app: Flask, session: Session) -> dict[str, Any]:
    """Return the round that is under way, somebody who has not answered with their link, and a change that waits."""
    asked = session.scalars(
        select(RoundPerson).where(RoundPerson.answer == Said.OPEN).order_by(RoundPerson.id).limit(1)
    ).one()
    proposal = select(ChangeProposal.id).where(ChangeProposal.settled_at.is_(None)).order_by(ChangeProposal.id)
    return {
        "round_id": asked.round_id,
        "confirming_id": asked.person_id,
        "confirmation": rounds.token(app.extensions["koordination.site"].signer, asked),
        "proposal_id": session.scalars(proposal.limit(1)).one(),
        "message_id": session.scalars(proposal.where(ChangeProposal.message != "").limit(1)).one(),
    }


def _subscription(session: Session) -> CalendarLink:
    """Return a subscription of the office."""
    office = session.scalars(select(UserAccount).where(UserAccount.email == EMAILS[OFFICE])).one()
    row = CalendarLink(user_id=office.id, kind=FeedKind.MINE, created_at=clock.utc_now())
    session.add(row)
    session.commit()
    return row


def _first(session: Session) -> Any:
    def first(model: type[Any], condition: ColumnElement[bool]) -> int:
        return int(session.scalars(select(model.id).where(condition).order_by(model.id).limit(1)).one())

    return first


def _with_minutes(app: Flask, session: Session, meeting_id: int) -> dict[str, int]:
    """Give a meeting minutes in the making, with a text of every kind, and an item with an attachment.

    Once they are circulated, nothing of their meeting has a form any more.
    """
    minutes = Minutes(meeting_id=meeting_id, state=MinutesState.DRAFT, version=1)
    item = AgendaItem(meeting_id=meeting_id, position=1, title="Lage", minutes_planned=20, version=1)
    session.add_all([minutes, item])
    session.flush()
    text = "## Stand\n\n- eins\n- zwei\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> so"
    now = clock.utc_now()
    content = b"Lage im Oktober"
    digest = Store(Path(app.instance_path) / "files").put(content)
    file = StoredFile(digest=digest, name="Lage.txt", media_type="text/plain", size=len(content), added_at=now)
    session.add_all([ItemText(item_id=item.id, text=text, saved_at=now, version=1), file])
    session.flush()
    attached = ItemFile(item_id=item.id, file_id=file.id)
    session.add(attached)
    session.commit()
    return {"item_id": item.id, "file_id": attached.id}


def _body(session: Session) -> dict[str, int]:
    """Return a body with seats, members and deputies that the demonstration's coordinator runs, and one of each."""
    person_id = session.scalars(select(UserAccount.person_id).where(UserAccount.email == EMAILS[OFFICE])).one()
    body_id = session.scalars(
        select(Membership.body_id)
        .join(Deputy, Deputy.body_id == Membership.body_id)
        .join(Body, Body.id == Membership.body_id)
        .where(Membership.person_id == person_id)
        .order_by(Body.name)
        .limit(1)
    ).one()

    def one(model: type[Any], *conditions: ColumnElement[bool]) -> int:
        found = select(model.id).where(model.body_id == body_id, model.valid_until.is_(None), *conditions)
        return int(session.scalars(found.order_by(model.id).limit(1)).one())

    return {
        "body_id": body_id,
        "post_id": session.scalars(select(Post.id).order_by(Post.id).limit(1)).one(),
        "responsibility_id": session.scalars(select(Responsibility.id).order_by(Responsibility.id).limit(1)).one(),
        "seat_id": one(Seat),
        "membership_id": one(Membership, Membership.person_id != person_id),
        "deputy_id": one(Deputy),
        "topic_id": session.scalars(select(Topic.id).order_by(Topic.id).limit(1)).one(),
    }


def _meeting(app: Flask, session: Session) -> dict[str, int]:
    """Return a meeting ahead to which the demonstration's coordinator invites, and somebody else of it."""
    person_id = session.scalars(select(UserAccount.person_id).where(UserAccount.email == EMAILS[OFFICE])).one()
    runs = select(Membership.body_id).where(Membership.person_id == person_id, Membership.role == BodyRole.SECRETARIAT)
    meeting_id = session.scalars(
        select(Meeting.id)
        .where(Meeting.state == MeetingState.INVITED, Meeting.body_id.in_(runs), Meeting.moved_from.is_(None))
        .order_by(Meeting.starts_at)
        .limit(1)
    ).one()
    other = session.scalars(
        select(Invitation)
        .where(Invitation.meeting_id == meeting_id, Invitation.person_id != person_id)
        .order_by(Invitation.id)
        .limit(1)
    ).one()
    first = _first(session)
    return {
        "meeting_id": meeting_id,
        "asked_id": other.person_id,
        "invitation_id": other.id,
        **_with_minutes(app, session, meeting_id),
        "untold_id": first(Meeting, Meeting.moved_from.is_not(None) & (Meeting.state == MeetingState.INVITED)),
        "moved_id": first(Meeting, Meeting.moved_from.is_not(None)),
        "running_id": first(Meeting, Meeting.state == MeetingState.RUNNING),
        "cancelled_id": first(Meeting, Meeting.state == MeetingState.CANCELLED),
        "decision_id": first(Decision, Decision.id > 0),
        "task_id": first(Task, Task.person_id.is_not(None)),
    }


def _imports(app: Flask, session: Session) -> dict[str, int]:
    """Make imports that are to be decided on, done, failed, and waiting."""
    raw = OLD.read_bytes()

    def upload(content: bytes, *, municipality: str | None = "05711000") -> int:
        work = _work(session)
        job = import_jobs.start_preview(work, content, filename="schuldaten.csv", municipality=municipality)
        work.finish()
        return job.id

    shown, done, failed = upload(raw), upload(b"\n".join(raw.splitlines()[:40])), upload(b"x")
    work_off(app)
    work = _work(session)
    stored = import_jobs.start_apply(work, done)
    work.finish()
    work_off(app)
    work = _work(session)
    listed = list_jobs.start_preview(work, LIST, filename="liste.csv", employer_id=None)
    work.finish()
    work_off(app)
    return {
        "list_id": listed.id,
        "job_id": shown,
        "import_id": stored.id,
        "done_id": done,
        "failed_id": failed,
        "waiting_id": upload(raw),
        "session_id": 1,
    }


def _work(session: Session) -> Work:
    """Return a unit of work of the keeper, who is looked up again when the job runs."""
    # What the worker has done since is seen by a transaction that begins now.
    session.rollback()
    key = session.scalars(select(UserAccount.id).where(UserAccount.email == KEEPER_EMAIL)).one()
    return Work(session, Actor(user_id=key), clock.utc_now())


def work_off(app: Flask) -> None:
    """Do what the worker does."""
    with app.app_context():
        while worker.run_next():
            pass
