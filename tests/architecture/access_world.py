"""A small city with something of everything, and one client for each kind of person."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from coordination.accounts.models import UserAccount, UserSession
from coordination.bodies.models import Deputy, Membership, Seat
from coordination.core import clock, jobs
from coordination.core.access import SYSTEM, BodyRole, Role
from coordination.core.work import Work
from coordination.directory.models import Organisation, Person, Place
from coordination.directory.public.models import PublicPage
from coordination.directory.rounds.models import ChangeProposal, ConfirmationRound, RoundPerson
from coordination.directory.rounds.rules import ProposalState
from coordination.directory.undo_models import ImportedPlace
from coordination.files.models import StoredFile
from coordination.files.store import Store
from coordination.mail import outbox
from coordination.mail.message import Letter, Sender
from coordination.mail.outbox import OutboxMail
from coordination.meetings.models import AgendaItem, Meeting
from coordination.minutes.models import ItemText, Minutes
from coordination.minutes.rules import MinutesState
from coordination.privacy.models import Feedback
from coordination.search import services as search
from coordination.topics.models import Topic
from tests import factories
from tests.architecture import access_links, access_planned
from tests.architecture.access_links import Links
from tests.architecture.access_marks import (
    DECISION,
    DRAFT,
    FILE,
    ITEM,
    KINDS,
    MAIL,
    MEETING,
    MESSAGE,
    MINUTES,
    NAME,
    PHOTO,
    PLANNED_OTHERS,
    PLANNED_OURS,
    PRIVATE,
    TASK,
    WISH,
)

VARIABLE = re.compile(r"<([^>]+)>")
_ROLES = {
    "coordinator": (Role.COORDINATOR,),
    "planner": (Role.PLANNER,),
    "lead": (Role.LEAD,),
    "keeper": (Role.DIRECTORY_KEEPER,),
    "keeper_elsewhere": (Role.DIRECTORY_KEEPER,),
    "keeper_of_all": (Role.DIRECTORY_KEEPER,),
    "administrator": (Role.ADMINISTRATOR,),
}

#: A link that nobody made.
UNKNOWN_LINK = {"token": "a.b.c"}
#: Variables that are no keys.
PLAIN = {
    "filename": "css/base.css",
    "monat": "2026-11",
    "jahr": "2026",
    "frist": "papers",
    "number": "1",
    "school_number": "123456",
    "thing": "telefon",
}
PLAIN_OF_OTHERS = {
    "filename": "../config.py",
    "monat": "2026-13",
    "jahr": "3026",
    "frist": "gibtsnicht",
    "number": "9",
    "school_number": "999999",
    "thing": "gibtsnicht",
}


@dataclass(frozen=True)
class World:
    """Keys of what was planted, by the name of the URL's variable: ours, and some of others."""

    keys: dict[str, Any]
    foreign: dict[str, Any]
    links: Links

    def address(self, rule: str, **other: str) -> str:
        """Return ``rule`` with its variables filled in; ``other`` values stand in place of ours."""
        return VARIABLE.sub(lambda found: other.get(name := variable(found), self._own(rule, name)), rule)

    def address_as(self, kind: str, rule: str) -> str:
        """Return ``rule`` as ``kind`` would ask for it: a stranger has no genuine link; the guest has."""
        return self.address(rule, **(UNKNOWN_LINK if kind == "anonymous" else {}))

    def address_of_others(self, rule: str) -> str:
        """Return ``rule`` with keys of what belongs to others, or to nobody who may be asked."""
        return self.address(rule, **{name: self.of_others(rule, name) for name in variables(rule)})

    def of_others(self, rule: str, name: str) -> str:
        """Return the key that stands for somebody else's."""
        return self.links.others[rule].token if name == "token" else str(self.foreign[name])

    def _own(self, rule: str, name: str) -> str:
        return self.links.own[rule].token if name == "token" else str(self.keys[name])


def variable(found: re.Match[str]) -> str:
    """Return the name of one variable of a rule."""
    return found[1].split(":")[-1]


def variables(rule: str) -> list[str]:
    """Return the names of all variables of a rule."""
    return [variable(found) for found in VARIABLE.finditer(rule)]


def build(app: Flask, session: Session) -> World:
    """Fill the database and return what stands where."""
    district = factories.district(session)
    own = factories.organisation(session, "Träger Alpha")
    other = factories.organisation(session, "Träger Beta")
    school = factories.school(session, district_id=district.id)
    factories.place(session, "Jugendtreff Alpha", operator_id=own.id)
    person = factories.person(session, "Ada", "Alpha", organisation_id=own.id, email="ada.alpha@example.org")
    later = factories.person(session, "Gerda", "Gamma", organisation_id=own.id)
    assignment = factories.assignment(session, person, school, own)
    factories.assignment(
        session, later, school, own, valid_from=clock.today() + timedelta(days=40), target_group=PLANNED_OURS
    )
    _seen_by_some(session, school, person)
    absence = factories.absence(session, person, clock.today() + timedelta(days=90), clock.today() + timedelta(days=95))
    _people(session, own, other)
    ours = _of_body(session, "Beirat Alpha", own, person, later)
    invited = factories.account(session, "neu@example.org", password_hash="")
    known = factories.account(session, "alt@example.org")
    work = Work(session, SYSTEM, clock.utc_now())
    site = app.extensions["koordination.site"]
    mail, message = _written(work, site.sender)
    job = jobs.add_job(work, "schools.preview", {"municipality": "05711000", "filename": "schulen.csv"}, b"")
    stored = _stored_import(work)
    session.flush()
    foreign = _of_others(session, work, other, mail)
    keys: dict[str, Any] = {
        "district_id": district.id,
        "space_id": factories.social_space(session, "Alpharaum", school, district_id=district.id).id,
        "organisation_id": own.id,
        "place_id": school.id,
        "person_id": person.id,
        "assignment_id": assignment.id,
        **_post(session, own, person, ours["topic_id"]),
        "absence_id": absence.id,
        "mail_id": mail.id,
        "feedback_id": message.id,
        "account_id": known.id,
        "job_id": job.id,
        "import_id": stored.id,
        "list_id": _list(work).id,
        **_round(work, own, person),
    }
    keys |= ours | PLAIN | access_planned.ours(session, school, own)
    assert keys.keys() | {"session_id", "link_id"} == foreign.keys(), (
        "each variable needs one of ours and one of others"
    )
    world = World(keys, foreign, access_links.plant(session, site.signer, (invited, known), keys, foreign))
    _keep_files(app, session)
    return world


def _seen_by_some(session: Session, school: Place, person: Person) -> None:
    """Plant somebody's name beside a school that everybody may see, and what ``person`` shows to the signed in."""
    access_planned.plant(session, school, person)
    # Of an employer of their own: nobody is asked or mailed because of them.
    third = factories.organisation(session, "Träger Gamma")
    factories.assignment(session, factories.person(session, "Nora", NAME), school, third)
    session.add(PublicPage(id=1, is_on=True, since=factories.LONG_AGO))
    factories.consents(session, person, phone=f"+49521{PRIVATE}", photo=PHOTO.encode())


def _written(work: Work, sender: Sender) -> tuple[OutboxMail, Feedback]:
    """Plant a mail in the outbox and a message from a page."""
    letter = Letter("x@example.org", "X", MAIL, f"{MAIL}\n", "account.invitation", "user_account:1")
    message = Feedback(at=work.now, topic="other", page="", text=MESSAGE, reply_to="")
    work.session.add(message)
    return outbox.queue(work, letter, sender), message


def _keep_files(app: Flask, session: Session) -> None:
    """Enter all into the search, commit, and put into the store what the attachments say: their name."""
    search.rebuild(session)
    session.commit()
    for file in session.query(StoredFile):
        Store(Path(app.instance_path) / "files").put(file.name.removesuffix(".txt").encode())


def _of_others(session: Session, work: Work, other: Organisation, mail: OutboxMail) -> dict[str, Any]:
    """Plant one more of everything that has nothing to do with Träger Alpha."""
    who = factories.person(session, "Berta", "Beta", organisation_id=other.id)
    where = factories.school(session, "Betaschule", "654321")
    starts = clock.today() + timedelta(days=40)
    account = factories.account(session, "fremd@example.org")
    device = UserSession(
        user_id=account.id,
        token_hash="0" * 64,
        created_at=work.now,
        seen_at=work.now,
        own_device=True,
        device="Telefon",
    )
    message = Feedback(at=work.now, topic="other", page="", text=f"{MESSAGE} 2", reply_to="")
    session.add_all([device, message])
    # Somebody of theirs is there today, too: else there would be nothing to confirm.
    factories.assignment(session, who, where, other, function="other")
    job_of_others = jobs.add_job(work, "accounts.reset", {"email": "fremd@example.org"}).id
    session.flush()
    return (
        {
            "district_id": factories.district(session, "Beta", "9").id,
            "space_id": factories.social_space(session, "Betaraum", where).id,
            **access_planned.of_others(session, where, other),
            "organisation_id": other.id,
            "place_id": where.id,
            "person_id": who.id,
            "assignment_id": factories.assignment(
                session, who, where, other, valid_from=starts, target_group=f"{PLANNED_OTHERS} 2"
            ).id,
            **_post(session, other, who, None, valid_from=starts),
            "absence_id": factories.absence(session, who, starts, starts).id,
            "mail_id": mail.id,
            "feedback_id": message.id,
            "account_id": account.id,
            # Of a kind that no page shows.
            "job_id": job_of_others,
            "import_id": job_of_others,
            "list_id": job_of_others,
            "session_id": device.id,
            "link_id": access_links.calendar_link(session, account.id).id,
        }
        | PLAIN_OF_OTHERS
        | _round(work, other, who)
        | _of_body(
            session, "Beirat Beta", other, who, factories.person(session, "Bela", "Beta", organisation_id=other.id)
        )
    )


def _post(session: Session, unit: Organisation, who: Person, topic_id: int | None, **more: Any) -> dict[str, int]:
    """Plant a post with its holder that is responsible for a topic; one that begins later is planned."""
    topic = session.get_one(Topic, topic_id) if topic_id else Topic(name="Thema einer Stelle")
    session.add(topic)
    session.flush()
    name = f"{PLANNED_OTHERS} 3" if more else "Fachberatung Alpha"
    post = factories.post(session, unit, who, topic, function=name, **more)
    return {"post_id": post.id, "responsibility_id": post.responsibilities[0].id}


def _stored_import(work: Work) -> jobs.Job:
    """Plant an import that can be taken back."""
    found = jobs.add_job(work, "schools.apply", {"municipality": "05711000", "filename": "schulen.csv"})
    found.state, found.ended_at = jobs.JobState.DONE, work.now
    found.result = {"new": 1, "changed": 0, "gone": 0, "came_back": 0, "unchanged": 0}
    made = factories.school(work.session, "Neue Schule", "654322")
    work.session.add(
        ImportedPlace(job_id=found.id, place_id=made.id, version=made.version, before=None, recorded_at=work.now)
    )
    return found


def _of_body(session: Session, name: str, owner: Organisation, first: Person, second: Person) -> dict[str, Any]:
    """Give a body a seat that is held, with a deputy, and a topic; return the keys."""
    body = factories.member(session, second, name, BodyRole.PERMANENT_GUEST)
    since = factories.LONG_AGO
    seat = Seat(body_id=body.id, organisation_id=owner.id, role=BodyRole.VOTING_MEMBER, valid_from=since)
    session.add(seat)
    session.flush()
    member = Membership(
        body_id=body.id, person_id=first.id, seat_id=seat.id, role=BodyRole.VOTING_MEMBER, valid_from=since
    )
    session.add(member)
    session.flush()
    deputy = Deputy(body_id=body.id, membership_id=member.id, person_id=second.id, valid_from=since)
    session.add(deputy)
    topic = Topic(name=f"Thema von {name}")
    body.topics = [topic]
    session.flush()
    meeting = factories.meeting(session, body, clock.today() + timedelta(days=30), title=f"{MEETING} {name}")
    factories.meeting(session, body, clock.today() + timedelta(days=60), title=f"{DRAFT} {name}", state="draft")
    keys = {"body_id": body.id, "seat_id": seat.id, "membership_id": member.id, "deputy_id": deputy.id}
    item = AgendaItem(meeting_id=meeting.id, position=2, title=f"{ITEM} {name}", text=f"{ITEM} {name}", version=1)
    session.add(item)
    session.flush()
    more = {"topic_id": topic.id, "meeting_id": meeting.id, "item_id": _minutes(session, meeting, name)}
    more["file_id"] = factories.item_file(session, item, f"{FILE} {name}.txt", f"{FILE} {name}".encode()).id
    held = factories.meeting(session, body, clock.today() - timedelta(days=30), title=f"{MEETING} {name}")
    decision, task = (
        factories.decision(session, held, f"{DECISION} {name}"),
        factories.task(session, held, f"{TASK} {name}", second),
    )
    keys |= {"decision_id": decision.id, "task_id": task.id, "entry_id": factories.status_entry(session, decision).id}
    return keys | more


def _minutes(session: Session, meeting: Meeting, name: str) -> int:
    """Plant minutes that are circulated; return the key of their one item."""
    item = AgendaItem(meeting_id=meeting.id, position=1, title=f"{MINUTES} {name}", version=1)
    session.add_all([item, Minutes(meeting_id=meeting.id, state=MinutesState.CIRCULATED, version=1)])
    session.flush()
    text = ItemText(item_id=item.id, text=f"{MINUTES} {name}", saved_at=clock.utc_now(), version=1)
    session.add(text)
    session.flush()
    return item.id


def _round(work: Work, employer: Organisation, who: Person) -> dict[str, int]:
    """Plant a round of an employer, in which somebody wants something otherwise."""
    found = ConfirmationRound(employer_id=employer.id, started_at=work.now)
    asked = RoundPerson(person_id=who.id, mailed_at=work.now, round=found)
    wish: dict[str, Any] = {"contact": {"phone": "+495215557031"}, "weeks": {}}
    texts: dict[str, Any] = {"told": [], "message": f"{WISH} {employer.name}", "person": who, "employer": employer}
    proposal = ChangeProposal(asked=asked, state=ProposalState.WAITING, at=work.now, wish=wish, **texts)
    work.session.add_all([found, proposal])
    work.session.flush()
    return {"round_id": found.id, "proposal_id": proposal.id}


def _list(work: Work) -> jobs.Job:
    """Plant a list that the keeper of Träger Alpha uploaded and has not decided on."""
    keeper = work.session.query(UserAccount).filter_by(email="keeper@example.org").one()
    params: dict[str, Any] = {"filename": "Liste.xlsx", "employer": None, "answers": {}}
    found = jobs.add_job(work, "list.preview", params, b"Schulnummer;Fachkraft\n")
    found.user_id, found.state, found.ended_at = keeper.id, jobs.JobState.DONE, work.now
    counts: dict[str, Any] = dict.fromkeys(("rows", "wrong_rows", "more_faults", "number", "ends"), 0)
    names = ("employers", "new_people", "changed_people", "faults", "questions", "remarks")
    empty: dict[str, Any] = {name: [] for name in names}
    column = {"key": "x", "text": "Fachkraft", "letters": ["B"], "field": "person", "is_told": False, "instead": ""}
    found.result = counts | empty | {"left_behind": [], "headings": [column]}
    return found


def _people(session: Session, own: Organisation, other: Organisation) -> None:
    """Give each kind of person an account."""
    for kind in KINDS[2:]:
        keeps = {"keeper": own, "keeper_elsewhere": other}.get(kind)
        is_member = "body" in kind or "member" in kind or kind == "coordinator"
        who = factories.person(session, kind.title(), "Probe") if is_member else None
        factories.account(
            session, f"{kind}@example.org", *_ROLES.get(kind, ()), keeps=keeps, person_id=who.id if who else None
        )
        if who is not None:
            ended: dict[str, Any] = {}
            if kind == "former_member":
                ended["valid_until"] = clock.today() - timedelta(days=1)
            if kind == "coordinator":
                ended["role"] = BodyRole.SECRETARIAT
            factories.member(session, who, "Beirat Beta" if kind == "other_body" else "Beirat Alpha", **ended)


def client_of(app: Flask, kind: str, change: Callable[[Callable[[Session], None]], None]) -> FlaskClient:
    """Return a client that is signed in as ``kind`` by the form, as a person would be."""
    client = app.test_client()
    if kind in {"anonymous", "guest"}:
        return client
    answer = client.post(
        "/konto/anmelden",
        data={
            "csrf_token": form_token(client),
            "email": f"{kind}@example.org",
            "password": factories.PASSWORD,
        },
    )
    assert answer.status_code == 303, kind
    if kind == "deactivated":

        def deactivate(session: Session) -> None:
            session.query(UserAccount).filter_by(email="deactivated@example.org").update(
                {"deactivated_at": clock.utc_now()}
            )

        change(deactivate)
    return client


def form_token(client: FlaskClient) -> str:
    """Return a valid form token of the client's session."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/rueckmeldung").text)
    assert found is not None
    return found[1]
