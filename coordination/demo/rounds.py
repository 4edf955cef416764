"""Confirmation rounds of the demonstration: one employer in the middle of one, another whose last is long ago."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import select

from coordination.accounts.models import UserAccount
from coordination.core import clock
from coordination.core.access import Actor, Role
from coordination.core.work import Work
from coordination.demo import mails
from coordination.demo.pasts import at_work
from coordination.directory.models import Assignment, Organisation
from coordination.directory.rounds import letters, plan, queries, services
from coordination.directory.rounds.changes import Wish
from coordination.directory.rounds.models import ChangeProposal, ConfirmationRound, ConfirmationRule, RoundPerson
from coordination.directory.rounds.rules import ProposalState, Said, Way
from coordination.directory.rules import WeeklyTime
from coordination.directory.voices import Voice
from coordination.mail import outbox
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.site import Site

#: How many days ago the rounds began.
UNDER_WAY, LONG_AGO = 9, 200
_MESSAGE = "Ab dem zweiten Halbjahr bin ich freitags an der Nachbarschule. Bitte melden Sie sich dazu kurz bei mir."
_ROOM = "Raum 214, erster Stock"


def load(work: Work, site: Site, *, asked: Organisation, asked_long_ago: Organisation) -> None:
    """Let the people of one employer be in the middle of a round, and those of another have had theirs long ago."""
    keeper = work.session.scalars(select(UserAccount).where(UserAccount.email == "verzeichnis@example.org")).one()
    actor = Actor(
        user_id=keeper.id, person_id=keeper.person_id, roles=frozenset({Role.DIRECTORY_KEEPER}), keeps_all=True
    )
    under_way = _begun(work, actor, site, employer=asked, days=UNDER_WAY)
    _answer_some(work, under_way)
    long_ago = _begun(work, actor, site, employer=asked_long_ago, days=LONG_AGO)
    for one in queries.asked_in(work.session, long_ago.id):
        _confirm(work, one, long_ago.started_at + timedelta(days=2))
    for mail in outbox.mails_about(work.session, letters.about(long_ago.id)):
        # Texts of mails are kept for 90 days.
        mail.content = b""
    work.session.add(ConfirmationRule(employer_id=asked_long_ago.id, applies_at_once=True, shows_share=True))
    work.session.flush()


def _begun(work: Work, actor: Actor, site: Site, *, employer: Organisation, days: int) -> ConfirmationRound:
    at = clock.zoned(at_work(datetime.combine(work.today - timedelta(days=days), time(9, 30))))
    then = Work(work.session, actor, at, work.changed)
    rule = queries.rule_of(work.session, employer.id)
    seen = plan.fingerprint(plan.lines(work.session, then, employer.id), None, shows_share=rule.shows_share)
    found = services.start(then, employer.id, site, seen=seen)
    mails.sent_about(work, letters.about(found.id), at)
    return found


def _answer_some(work: Work, row: ConfirmationRound) -> None:
    """Let two out of three have answered: most that all is right, three with a change, one mail was refused."""
    asked = queries.asked_in(work.session, row.id)
    answered = asked[: len(asked) * 2 // 3]
    for n, one in enumerate(answered):
        at = row.started_at + timedelta(hours=3 + 5 * n % 150)
        if n in {2, 5, 8}:
            _change(work, one, at, n)
        else:
            _confirm(work, one, at, Way.OFFICE if n % 9 == 4 else Way.LINK)
    last = OutboxMail.about == letters.about(row.id), OutboxMail.person_id == asked[-1].person_id
    refused = work.session.scalars(select(OutboxMail).where(*last)).one()
    refused.state, refused.problem, refused.sent_at = MailState.FAILED, mails.UNKNOWN, None


def _rows(work: Work, one: RoundPerson) -> list[Assignment]:
    return queries.employed(work.session, one.round.employer_id, work.today, [one.person_id])[one.person_id]


def _confirm(work: Work, one: RoundPerson, at: datetime, way: Way = Way.LINK) -> None:
    one.answer, one.origin, one.answered_at = Said.CONFIRMED, way, at
    for row in _rows(work, one):
        Voice(one.person.name, one.person_id).confirms(row, clock.wall_date(at))


def _change(work: Work, one: RoundPerson, at: datetime, n: int) -> None:
    """Store what somebody wants otherwise: another room, another number, or no more than a message."""
    one.answer, one.origin, one.answered_at = Said.CHANGED, Way.LINK, at
    row = _rows(work, one)[0]
    times = tuple(WeeklyTime(t.weekday, t.starts_at, t.ends_at, _ROOM) for t in row.presences)
    wishes = {2: Wish(weeks={row.id: times}), 5: Wish(contact={"phone": "+493023125999"}), 8: Wish()}
    work.session.add(
        ChangeProposal(
            person=one.person,
            employer=one.round.employer,
            asked=one,
            state=ProposalState.WAITING,
            at=at,
            wish=wishes[n].packed(),
            told=[],
            message=_MESSAGE if n == 8 else "",
            reason="",
        )
    )
