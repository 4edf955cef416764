"""Every occasion on which the product writes to somebody, in the planted city, and what each reader may find in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from coordination.accounts import services as accounts
from coordination.accounts.models import UserAccount
from coordination.accounts.queries import actor_of
from coordination.bodies.models import Deputy
from coordination.core import clock
from coordination.core.access import ANONYMOUS, Actor
from coordination.core.work import Work, work_as
from coordination.decisions import reminder_services, reminders, status_services
from coordination.decisions.models import Decision, Task
from coordination.directory.models import Organisation, Person
from coordination.directory.rounds import answer_services as round_answers
from coordination.directory.rounds import plan
from coordination.directory.rounds import queries as round_queries
from coordination.directory.rounds import services as round_services
from coordination.directory.rounds.changes import Wish
from coordination.directory.rounds.models import RoundPerson
from coordination.mail import outbox
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.site import Site
from coordination.meetings import agenda_services, answer_services, invitation_services, refusals, services
from coordination.meetings import reminders as answer_reminders
from coordination.meetings.agenda_services import ItemInput
from coordination.meetings.answer_services import AnswerInput
from coordination.meetings.dispatch import ANSWER
from coordination.meetings.invitees import listed, plan_of
from coordination.meetings.models import AgendaItem, Invitation, Meeting
from coordination.meetings.refusals import Refusal
from coordination.meetings.rules import Answer, ItemState, ItemStep
from coordination.meetings.services import Move, Span
from coordination.minutes import state_services
from coordination.minutes.letters import READING, Round
from coordination.minutes.models import Minutes
from coordination.minutes.rules import MinutesState
from coordination.minutes.state_services import Mailing
from coordination.privacy.services import Message, give_feedback
from tests import factories
from tests.architecture.access_city import City
from tests.architecture.access_marks import DECISION, FILE, ITEM, MEETING, MESSAGE, MINUTES, TASK

ALPHA = "Beirat Alpha"
#: What looks like an address and is none.
MESSAGE_ID = re.compile(r"<[0-9a-f]{32}@[\w.]+>")
#: Of a meeting to which somebody is asked: all of it, or what is not only for the body.
INSIDE = frozenset(f"{mark} {ALPHA}" for mark in (MEETING, ITEM, MINUTES, FILE))
OUTSIDE = frozenset({f"{MEETING} {ALPHA}"})
#: Reader → the markers that may stand in mails to them. Nobody else is written to about Alpha.
READERS = {
    "mitglied@example.org": INSIDE,
    "buero@example.org": INSIDE,
    "ada.alpha@example.org": INSIDE,
    # Permanent guest of the body, with a task.
    "gerda@example.org": INSIDE | {f"{TASK} {ALPHA}"},
    "paula.pool@example.org": INSIDE,
    "gustav.gast@example.org": OUTSIDE,
    "ines.info@example.org": OUTSIDE,
    "otto.ohnesitz@example.org": OUTSIDE | {f"{TASK} {ALPHA}"},
    "traeger.alpha@example.org": OUTSIDE | {f"{DECISION} {ALPHA}"},
    # The installation's own address: whoever reads messages from pages.
    "koordination@example.org": frozenset({MESSAGE}),
}
ACCOUNTS = {"neu@example.org", "alt@example.org", "anders@example.org"}


@dataclass(frozen=True)
class Mail:
    """One mail as its reader gets it: every header and every part, decoded."""

    purpose: str
    to: str
    subject: str
    text: str


@dataclass
class Office:
    """Who runs Beirat Alpha, at work."""

    app: Flask
    session: Session
    actor: Actor
    site: Site
    keys: dict[str, Any]

    def do(self, step: Callable[[Work], Any], actor: Actor | None = None) -> Any:
        """Do one thing as a request would; what was written before has left by then."""
        self.session.rollback()
        self.session.execute(update(OutboxMail).values(state=MailState.SENT, sent_at=clock.utc_now()))
        self.session.commit()
        with work_as(self.session, actor or self.actor) as work:
            return step(work)

    def invite(self) -> int:
        """Send what is due about the meeting."""

        def send(work: Work) -> int:
            meeting = work.session.get_one(Meeting, self.keys["meeting_id"])
            seen = invitation_services.fingerprint(plan_of(meeting, listed(work.session, meeting)))
            return invitation_services.send(work, meeting.id, self.site, seen=seen).count

        found: int = self.do(send)
        return found

    def of_meeting(self, what: Callable[..., Any], *values: Any, **more: Any) -> Any:
        """Call a service that takes a meeting and its version."""

        def step(work: Work) -> Any:
            meeting = work.session.get_one(Meeting, self.keys["meeting_id"])
            return what(work, meeting.id, *values, version=meeting.version, **more)

        return self.do(step)


def all_mails(city: City) -> list[Mail]:
    """Let the product write every kind of mail it knows, and return them decoded."""
    with city.app.app_context():
        engine = city.app.extensions["sqlalchemy"].engines[None]
        with Session(engine) as session, city.app.test_request_context():
            session.query(OutboxMail).delete()
            office = Office(
                city.app, session, _give_addresses(session, city.world.keys), site_of(city), city.world.keys
            )
            _about_the_meeting(office)
            _about_decisions(office)
            _about_accounts(office)
            _about_rounds(office)
            message = Message("other", "", MESSAGE, "")
            office.do(lambda work: give_feedback(work, message, office.site), ANONYMOUS)
            session.rollback()
            return [_read(mail, office.site) for mail in session.scalars(select(OutboxMail).order_by(OutboxMail.id))]


def site_of(city: City) -> Site:
    site = city.app.extensions["koordination.site"]
    assert isinstance(site, Site)
    return site


def _give_addresses(session: Session, keys: dict[str, Any]) -> Actor:
    """Give those of Alpha an address, one of them a deputy from outside; return who runs it."""
    account = session.scalars(select(UserAccount).where(UserAccount.email == "coordinator@example.org")).one()
    for given, email in (("Own_Body", "mitglied"), ("Coordinator", "buero"), ("Gerda", "gerda")):
        session.scalars(select(Person).where(Person.given_name == given)).one().email = f"{email}@example.org"
    session.get_one(Organisation, keys["organisation_id"]).email = "traeger.alpha@example.org"
    paula = factories.person(session, "Paula", "Pool", email="paula.pool@example.org")
    deputy = Deputy(body_id=keys["body_id"], person_id=paula.id, valid_from=factories.LONG_AGO)
    session.add(deputy)
    session.commit()
    return actor_of(session, account, clock.today())


def _about_the_meeting(office: Office) -> None:
    """Invite, name a deputy, change, move, circulate minutes, take a guest off the list, cancel."""
    session, keys = office.session, office.keys
    ines = factories.person(session, "Ines", "Info", email="ines.info@example.org").id
    # While minutes are circulated, nothing of their meeting changes.
    session.query(Minutes).filter_by(meeting_id=keys["meeting_id"]).update({"state": MinutesState.DRAFT})
    session.commit()
    office.do(lambda work: invitation_services.add_guest(work, keys["meeting_id"], ines, is_informed=True))
    assert office.invite() == 6
    _name_a_deputy(office)
    for item in session.scalars(select(AgendaItem).where(AgendaItem.meeting_id == keys["meeting_id"])).all():
        changed = ItemInput(f"{item.title} (neu)", text=item.text)
        key, version = item.id, item.version
        office.do(lambda work: agenda_services.change_item(work, key, changed, version=version))  # noqa: B023 - at once
    # Not the two guests: nothing of what changed is public.
    assert office.invite() == 5
    assert _refuse_a_proposal(office)
    later = clock.wall_clock(clock.utc_now()).replace(microsecond=0) + timedelta(days=37)
    office.of_meeting(services.move_meeting, Move(Span(later, later + timedelta(hours=2)), "Raum belegt"))
    assert office.invite() >= 6
    assert office.do(lambda work: _remind(work, office)) >= 5
    assert office.do(lambda work: _circulate(work, office)) >= 4
    guest = session.scalars(select(Person.id).where(Person.email == "gustav.gast@example.org")).one()
    office.do(lambda work: invitation_services.remove(work, keys["meeting_id"], guest))
    office.invite()
    session.query(Minutes).filter_by(meeting_id=keys["meeting_id"]).update({"state": MinutesState.DRAFT})
    session.commit()
    office.of_meeting(services.cancel_meeting, "Zu wenige Punkte")
    assert office.invite() >= 5


def _refuse_a_proposal(office: Office) -> bool:
    session, keys = office.session, office.keys
    own = session.scalars(select(Person.id).where(Person.email == "mitglied@example.org")).one()
    meeting = session.get_one(Meeting, keys["meeting_id"])
    item = factories.item(session, meeting, f"{ITEM} {ALPHA}", state=ItemState.PROPOSED, proposed_by_id=own).id
    session.commit()
    why = Refusal("Zu früh.", by_mail=True)
    found: bool = office.do(lambda work: refusals.settle(work, office.site, item, ItemStep.REFUSE, refusal=why))
    return found


def _remind(work: Work, office: Office) -> int:
    meeting = work.session.get_one(Meeting, office.keys["meeting_id"])
    people = answer_reminders.silent(work.session, meeting, work.now)
    seen, chosen = answer_reminders.fingerprint(people), [each.key for each in people]
    return answer_reminders.remind(work, meeting.id, answer_reminders.Mailing(office.site, seen, chosen))


def _name_a_deputy(office: Office) -> None:
    own = select(Person.id).where(Person.email == "mitglied@example.org").scalar_subquery()
    row = office.session.scalars(select(Invitation).where(Invitation.person_id == own)).one()
    paula = office.session.scalars(select(Person.id).where(Person.email == "paula.pool@example.org")).one()
    token = office.site.signer.make(ANSWER, row.id, row.generation)
    data = AnswerInput(Answer.DECLINED, deputy_id=paula)
    office.do(lambda work: answer_services.answer_by_link(work, office.site, token, data), ANONYMOUS)


def _circulate(work: Work, office: Office) -> int:
    meeting = work.session.get_one(Meeting, office.keys["meeting_id"])
    version = work.session.scalars(select(Minutes.version).where(Minutes.meeting_id == meeting.id)).one()
    mailing = Mailing(office.site, state_services.fingerprint(state_services.readers(work.session, meeting)))
    return state_services.circulate(work, meeting.id, Round(clock.today()), version=version, mailing=mailing) or 0


def _about_decisions(office: Office) -> None:
    """Remind a member, somebody from outside, and a unit by its official address."""
    session, keys = office.session, office.keys
    due: dict[Any, Any] = {"due_on": clock.today()}
    session.query(Task).filter_by(id=keys["task_id"]).update(due)
    session.query(Decision).filter_by(id=keys["decision_id"]).update(due | {"unit_id": keys["organisation_id"]})
    otto = factories.person(session, "Otto", "Ohnesitz", email="otto.ohnesitz@example.org")
    held = session.get_one(Task, keys["task_id"]).meeting
    factories.task(session, held, f"{TASK} {ALPHA} von außen", otto, **due)
    session.commit()

    def send(work: Work) -> int:
        mails = reminders.plan(work.session, work.actor, work.now, work.today)
        seen = reminders.fingerprint(mails)
        chosen = [one.key for one in mails]
        return reminder_services.send(work, reminder_services.Mailing(office.site, seen, chosen))

    assert office.do(send) == 3


def _about_rounds(office: Office) -> None:
    """Ask the people of the provider, remind them, and refuse the change that one asks for."""
    site, employer = office.site, office.keys["organisation_id"]
    keeper = office.session.scalars(select(UserAccount).where(UserAccount.email == "keeper@example.org")).one()
    actor = actor_of(office.session, keeper, clock.today())

    def start(work: Work) -> int:
        lines, latest = plan.lines(work.session, work, employer), round_queries.latest_round(work.session, employer)
        seen = plan.fingerprint(lines, latest, shows_share=False)
        return round_services.start(work, employer, site, seen=seen, is_again=True).id

    def remind(work: Work) -> int:
        work.session.execute(update(RoundPerson).values(mailed_at=clock.utc_now() - timedelta(days=8)))
        found = plan.silent(work.session, work, round_queries.get_round(work.session, key))
        seen, chosen = plan.silent_mark(found), [one.person.id for one in found]
        return round_services.remind(work, key, round_services.Reminding(site, seen, chosen))

    def change(work: Work) -> round_answers.Decided:
        (asked,) = round_queries.asked_in(work.session, key)
        token = round_queries.token(site.signer, asked)
        found = round_queries.behind(work.session, site.signer, token, work.today)
        wish, seen = Wish(contact={"phone": "+495215557031"}), round_answers.mark(found)
        row = round_answers.change_by_link(work, site, token, round_answers.Change(wish, "", seen))
        work.session.flush()
        # It takes the place of what waited from before.
        return round_answers.Decided(row.id, row.version)

    key = office.do(start, actor)
    assert office.do(remind, actor) == 1
    which = office.do(change, ANONYMOUS)
    office.do(lambda work: round_answers.refuse(work, site, which, reason="Das ist die Zentrale."), actor)


def _about_accounts(office: Office) -> None:
    """Invite, send a link for a password, tell of a new one and of another address."""

    def account(work: Work, email: str) -> UserAccount:
        return work.session.scalars(select(UserAccount).where(UserAccount.email == email)).one()

    def readdress(work: Work) -> None:
        known = account(work, "alt@example.org")
        data = accounts.AccountInput("anders@example.org", known.display_name, known.person_id)
        accounts.change_account(work, known, data, office.site, version=known.version)

    office.do(lambda work: accounts.invite(work, account(work, "neu@example.org"), office.site))
    office.do(lambda work: accounts.request_reset(work, account(work, "alt@example.org"), office.site))
    office.do(lambda work: accounts.send_reset(work, account(work, "alt@example.org"), office.site))
    office.do(lambda work: accounts.set_password(work, account(work, "alt@example.org"), "x", office.site))
    office.do(readdress)


def _read(mail: OutboxMail, site: Site) -> Mail:
    message = message_from_bytes(outbox.content_of(mail, site.sender), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return Mail(mail.purpose, mail.recipient, mail.subject, "\n".join(_parts(message)))


def _parts(message: EmailMessage) -> Iterator[str]:
    for part in message.walk():
        yield from (f"{name}: {value}" for name, value in part.items())
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            # Lines of a calendar are folded anywhere (RFC 5545 section 3.1).
            yield content.decode().replace("\r\n ", "")


def owners_of_links(session: Session, site: Site, mail: Mail) -> set[str]:
    """Return the addresses of those whose personal links stand in a mail."""
    found = set()
    for path, token in re.findall(r"/(antwort|protokoll|status|bestaetigen)/([\w.-]{20,})", mail.text):
        if path in {"antwort", "protokoll"}:
            claim = site.signer.read(ANSWER if path == "antwort" else READING, token)
            found.add(session.get_one(Invitation, claim.id).person.email)
        elif path == "bestaetigen":
            found.add(round_queries.behind(session, site.signer, token, clock.today()).person.email)
        else:
            row = status_services.row_behind(session, site, token)
            person = row.person if isinstance(row, Task) else None
            reader = person or row.unit
            assert reader is not None
            found.add(reader.email)
    return found
