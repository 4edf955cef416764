"""The personal links of the planted city: one of each purpose, one of others, and what their pages show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from coordination.accounts import letters
from coordination.accounts.models import UserAccount
from coordination.calendars import services as calendar_services
from coordination.calendars.models import CalendarLink
from coordination.calendars.rules import FeedKind
from coordination.core import clock
from coordination.core.access import BodyRole
from coordination.core.tokens import Signer
from coordination.decisions import status_services
from coordination.decisions.models import Decision, Task
from coordination.directory.rounds import queries as rounds
from coordination.directory.rounds.models import RoundPerson
from coordination.meetings.dispatch import ANSWER
from coordination.meetings.models import Invitation
from coordination.minutes.letters import READING
from tests import factories
from tests.architecture.access_marks import DECISION, FILE, ITEM, MEETING, MINUTES, TASK, WISH

INVITATION_PAGE, RESET_PAGE = "/konto/einladung/<token>", "/konto/passwort/<token>"
ANSWER_PAGE, STATUS_PAGE = "/antwort/<token>", "/status/<token>"
MINUTES_PAGE = "/protokoll/<token>"
MINUTES_FILE = f"{MINUTES_PAGE}/protokoll.pdf"
#: What is stored of somebody, and the form that changes it.
CONFIRM_PAGE, CHANGE_PAGE = "/bestaetigen/<token>", "/bestaetigen/<token>/aendern"
FEED_PAGE = "/kalender/<token>.ics"
#: What the link to an answer gives to take along.
ANSWER_AGENDA, ANSWER_ENTRY = f"{ANSWER_PAGE}/tagesordnung.pdf", f"{ANSWER_PAGE}/termin.ics"
ANSWER_FILE = f"{ANSWER_PAGE}/anlagen/<int:file_id>"


@dataclass(frozen=True)
class Link:
    """One token, and the markers that its page shows to whoever holds it: these and no others."""

    token: str
    shows: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Links:
    """Rule → a genuine link of ours, and one of others; of an account the latter is one for another purpose."""

    own: dict[str, Link]
    others: dict[str, Link]

    def shown_at(self, address: str) -> frozenset[str]:
        """Return the markers that a genuine link opens at ``address``."""
        path = address.partition("?")[0]
        for links in (self.own, self.others):
            for rule, link in links.items():
                if re.fullmatch(re.sub(r"<int:\w+>", r"\\d+", rule.replace("<token>", re.escape(link.token))), path):
                    return link.shows
        return frozenset()


def plant(
    session: Session,
    signer: Signer,
    accounts: tuple[UserAccount, UserAccount],
    ours: Mapping[str, Any],
    others: Mapping[str, Any],
) -> Links:
    """Ask a guest to the meeting of Alpha and a member to that of Beta; sign their links and those of reminders."""
    invited, known = accounts
    guest = factories.person(session, "Gustav", "Gast", email="gustav.gast@example.org")
    invitation = Link(signer.make(letters.INVITATION, invited.id, invited.generation))
    reset = Link(signer.make(letters.RESET, known.id, known.generation))
    own = {
        INVITATION_PAGE: invitation,
        RESET_PAGE: reset,
        # A guest reads nothing that is not public of the agenda.
        ANSWER_PAGE: _answer(session, signer, (ours["meeting_id"], guest.id, None), _of("Alpha", MEETING)),
        STATUS_PAGE: _status(session, signer, (Task, ours["task_id"]), _of("Alpha", MEETING, TASK)),
        FEED_PAGE: _feed(session, signer, "own_body@example.org", _of("Alpha", MEETING)),
    }
    member = others["meeting_id"], others["person_id"], BodyRole.VOTING_MEMBER
    of_others = {
        INVITATION_PAGE: reset,
        RESET_PAGE: invitation,
        ANSWER_PAGE: _answer(session, signer, member, _of("Beta", MEETING, ITEM, MINUTES, FILE)),
        STATUS_PAGE: _status(session, signer, (Decision, others["decision_id"]), _of("Beta", MEETING, DECISION)),
        FEED_PAGE: _feed(session, signer, "other_body@example.org", _of("Beta", MEETING)),
    }
    own[MINUTES_PAGE] = own[MINUTES_FILE] = _reading(session, signer, guest.id, _of("Alpha", MEETING))
    theirs = _reading(session, signer, others["person_id"], _of("Beta", MEETING, ITEM, MINUTES))
    of_others[MINUTES_PAGE] = of_others[MINUTES_FILE] = theirs
    for links, keys, name in ((own, ours, "Träger Alpha"), (of_others, others, "Träger Beta")):
        token = rounds.token(signer, session.query(RoundPerson).filter_by(round_id=keys["round_id"]).one())
        wish = Link(token, frozenset({f"{WISH} {name}"}))
        links |= {CONFIRM_PAGE: wish, CHANGE_PAGE: wish}
    for links, body, marks in ((own, "Alpha", (MEETING,)), (of_others, "Beta", (MEETING, ITEM, MINUTES, FILE))):
        token = links[ANSWER_PAGE].token
        links[ANSWER_AGENDA] = Link(token, _of(body, *marks))
        links[ANSWER_ENTRY] = Link(token, _of(body, MEETING))
        links[ANSWER_FILE] = Link(token, _of(body, FILE) if FILE in marks else frozenset())
    return Links(own, of_others)


def _of(body: str, *marks: str) -> frozenset[str]:
    return frozenset(f"{mark} Beirat {body}" for mark in marks)


def _answer(session: Session, signer: Signer, who: tuple[int, int, BodyRole | None], shows: frozenset[str]) -> Link:
    meeting_id, person_id, role = who
    row = Invitation(meeting_id=meeting_id, person_id=person_id, role=role, generation=1)
    session.add(row)
    session.flush()
    return Link(signer.make(ANSWER, row.id, row.generation), shows)


def _reading(session: Session, signer: Signer, person_id: int, shows: frozenset[str]) -> Link:
    row = session.query(Invitation).filter_by(person_id=person_id).one()
    return Link(signer.make(READING, row.id, row.generation), shows)


def _status(session: Session, signer: Signer, what: tuple[type[Decision | Task], int], shows: frozenset[str]) -> Link:
    model: type[Any] = what[0]
    return Link(status_services.token(signer, session.get_one(model, what[1])), shows)


def _feed(session: Session, signer: Signer, email: str, shows: frozenset[str]) -> Link:
    account = session.query(UserAccount).filter_by(email=email).one()
    return Link(calendar_services.token(signer, calendar_link(session, account.id)), shows)


def calendar_link(session: Session, user_id: int) -> CalendarLink:
    """Plant a subscription to all that its owner may see."""
    row = CalendarLink(user_id=user_id, kind=FeedKind.ALL, created_at=clock.utc_now())
    session.add(row)
    session.flush()
    return row
