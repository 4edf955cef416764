"""A small city with something of everything, and one client for each kind of person."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from coordination.accounts import letters
from coordination.accounts.models import UserAccount
from coordination.core import clock, jobs
from coordination.core.access import SYSTEM, Role
from coordination.core.work import Work
from coordination.directory.models import Organisation
from coordination.mail import outbox
from coordination.mail.outbox import Letter
from coordination.privacy.models import Feedback
from tests import factories

#: What only some may see, planted where it would leak from.
PLANNED, MAIL, MESSAGE = "Geheimgeplant", "GEHEIM-MAIL", "GEHEIM-RUECKMELDUNG"

KINDS = (
    "anonymous",
    "guest",
    "deactivated",
    "professional",
    "own_body",
    "other_body",
    "former_member",
    "coordinator",
    "planner",
    "lead",
    "keeper",
    "keeper_elsewhere",
    "keeper_of_all",
    "administrator",
)
#: Marker → the kinds of person who may see it; everybody else never does.
MAY_SEE = {
    PLANNED: {"coordinator", "planner", "keeper", "keeper_elsewhere", "keeper_of_all"},
    MAIL: {"administrator"},
    MESSAGE: {"administrator", "keeper_of_all"},
}
_ROLES = {
    "coordinator": (Role.COORDINATOR,),
    "planner": (Role.PLANNER,),
    "lead": (Role.LEAD,),
    "keeper": (Role.DIRECTORY_KEEPER,),
    "keeper_elsewhere": (Role.DIRECTORY_KEEPER,),
    "keeper_of_all": (Role.DIRECTORY_KEEPER,),
    "administrator": (Role.ADMINISTRATOR,),
}


@dataclass(frozen=True)
class World:
    """Keys of what was planted, by the name of the URL's variable."""

    keys: dict[str, Any]
    invitation: str
    reset: str

    def address(self, rule: str) -> str:
        """Return ``rule`` with its variables filled in."""

        def fill(found: re.Match[str]) -> str:
            name = found[1].split(":")[-1]
            if name == "token":
                return self.invitation if "einladung" in rule else self.reset
            return str(self.keys[name])

        return re.sub(r"<([^>]+)>", fill, rule)


def build(app: Flask, session: Session) -> World:
    """Fill the database and return what stands where."""
    now = clock.utc_now()
    district = factories.district(session)
    own = factories.organisation(session, "Träger Alpha")
    other = factories.organisation(session, "Träger Beta")
    school = factories.school(session, district_id=district.id)
    factories.place(session, "Jugendtreff Alpha", operator_id=own.id)
    person = factories.person(session, "Ada", "Alpha", organisation_id=own.id, email="ada.alpha@example.org")
    later = factories.person(session, "Gerda", "Gamma", organisation_id=own.id)
    assignment = factories.assignment(session, person, school, own)
    factories.assignment(
        session, later, school, own, valid_from=clock.today() + timedelta(days=40), target_group=PLANNED
    )
    absence = factories.absence(session, person, clock.today() + timedelta(days=90), clock.today() + timedelta(days=95))
    _people(session, own, other)
    invited = factories.account(session, "neu@example.org", password_hash="")
    known = factories.account(session, "alt@example.org")
    work = Work(session, SYSTEM, now)
    site = app.extensions["koordination.site"]
    letter = Letter("x@example.org", "X", MAIL, f"{MAIL}\n", "account.invitation", "user_account:1")
    mail = outbox.queue(work, letter, site.sender)
    message = Feedback(at=now, topic="other", page="", text=MESSAGE, reply_to="")
    session.add(message)
    job = jobs.add_job(work, "schools.preview", {"municipality": "05711000", "filename": "schulen.csv"}, b"")
    session.flush()
    keys = {
        "district_id": district.id,
        "organisation_id": own.id,
        "place_id": school.id,
        "person_id": person.id,
        "assignment_id": assignment.id,
        "absence_id": absence.id,
        "mail_id": mail.id,
        "feedback_id": message.id,
        "account_id": known.id,
        "job_id": job.id,
        "session_id": 1,
        "filename": "css/base.css",
    }
    world = World(
        keys,
        site.signer.make(letters.INVITATION, invited.id, invited.generation),
        site.signer.make(letters.RESET, known.id, known.generation),
    )
    session.commit()
    return world


def _people(session: Session, own: Organisation, other: Organisation) -> None:
    """Give each kind of person an account."""
    for kind in KINDS[2:]:
        keeps = {"keeper": own, "keeper_elsewhere": other}.get(kind)
        who = factories.person(session, kind.title(), "Probe") if "body" in kind or "member" in kind else None
        factories.account(
            session, f"{kind}@example.org", *_ROLES.get(kind, ()), keeps=keeps, person_id=who.id if who else None
        )
        if who is not None:
            ended: dict[str, Any] = {}
            if kind == "former_member":
                ended["valid_until"] = clock.today() - timedelta(days=1)
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
