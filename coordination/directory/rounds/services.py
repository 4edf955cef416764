"""What a keeper does with rounds: how they are held, starting one, reminding."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import select

from coordination.core import clock, registry
from coordination.core.access import Permission, require
from coordination.core.errors import Conflict, NotFound, RuleViolation
from coordination.core.i18n import N_, format_date
from coordination.core.jobs import Progress
from coordination.core.work import Work
from coordination.directory.models import Assignment, Organisation, Person
from coordination.directory.queries import subject_of
from coordination.directory.rounds import besides, letters, plan, queries
from coordination.directory.rounds.letters import Question
from coordination.directory.rounds.models import ConfirmationRound, ConfirmationRule, RoundPerson
from coordination.directory.rounds.rules import is_due_again
from coordination.mail import drafts, outbox
from coordination.mail.drafts import Draft, Made
from coordination.mail.message import Letter
from coordination.mail.site import Site

_RECENT = N_("The last round began on %(day)s. If everybody is to be asked again all the same, please tick that.")


def take_employer(work: Work, employer_id: int) -> Organisation:
    """Return an employer whose rounds are the actor's to hold, locked: two clicks on one button meet each other.

    Raises:
        NotFound, Forbidden: it is not there, or not the actor's.
    """
    # What refers to the employer may be stored meanwhile: whoever sends a change has locked themselves first.
    row = work.session.get(Organisation, employer_id, with_for_update={"key_share": True})
    if row is None:
        raise NotFound
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(row))
    return row


def set_rule(work: Work, employer_id: int, rule: queries.Rule) -> None:
    """Say how the rounds of an employer are held.

    Raises:
        Conflict: somebody else has said something else meanwhile.
    """
    employer = take_employer(work, employer_id)
    row = work.session.scalar(select(ConfirmationRule).where(ConfirmationRule.employer_id == employer_id))
    if (row.version if row is not None else 0) != rule.version:
        raise Conflict
    if row is None:
        row = ConfirmationRule(employer_id=employer_id)
        work.session.add(row)
    row.shows_share, row.applies_at_once = rule.shows_share, rule.applies_at_once
    work.record("round.rule_set", employer)


def start(work: Work, employer_id: int, site: Site, *, seen: str, is_again: bool = False) -> ConfirmationRound:
    """Begin a round: everybody with an assignment is asked, by mail where there is an address.

    ``is_again``: the last one began less than half a year ago, and whoever acts knows it.

    Raises:
        Conflict: the plan is another one than ``seen`` by now.
        RuleViolation: nobody of the employer has an address, or the last round is too young.
    """
    employer = take_employer(work, employer_id)
    found = plan.lines(work.session, work, employer_id)
    rule, latest = queries.rule_of(work.session, employer_id), queries.latest_round(work.session, employer_id)
    if not any(one.can_be_sent for one in found):
        raise RuleViolation(N_("Nobody here has an e-mail address. Please enter the addresses first."))
    if plan.fingerprint(found, latest, shows_share=rule.shows_share) != seen:
        raise Conflict
    if latest is not None and not is_due_again(latest.started_at, work.today) and not is_again:
        raise RuleViolation(_RECENT, field="again", day=format_date(clock.wall_date(latest.started_at)))
    row = ConfirmationRound(employer_id=employer_id, started_at=work.now)
    row.asked = [RoundPerson(person_id=one.person.id, mailed_at=work.now if one.can_be_sent else None) for one in found]
    work.session.add(row)
    work.record("round.started", row)
    asked = {one.person_id: one for one in row.asked}
    sending = Sending(work, site, employer, rule)
    languages = languages_of(work, [one.person for one in found])
    # Not ahead of the transaction, and so no job with progress either: each mail signs a row that this one makes, and
    # rows made in another before would be a round that has begun, before anybody was written to.
    mails = [sending.letter(one.rows, asked[one.person.id], languages=languages) for one in found if one.can_be_sent]
    outbox.put(work, [outbox.freeze(one, site.sender, work.now) for one in mails])
    return row


@dataclass(frozen=True, slots=True)
class Reminding:
    """What is to be sent: the list that was ``seen``, of it those ``chosen``, and mails made ahead (``prepare``)."""

    site: Site
    seen: str
    chosen: Collection[int]
    made: Made = field(default_factory=dict)

    def due(self, found: Sequence[plan.Silent]) -> list[plan.Silent]:
        """Return who gets a mail."""
        return [one for one in found if one.is_due and one.person.id in self.chosen]


def prepare(reading: Work, round_id: int, reminding: Reminding, progress: Progress | None = None) -> Reminding:
    """Return the same with its mails as they will go out, if nothing changes before ``remind``; nothing is written."""
    row = queries.get_round(reading.session, round_id)
    require(reading.actor, Permission.DIRECTORY_EDIT, subject_of(row.employer))
    mails = _drafts(reading, row, row.employer, reminding)
    return replace(reminding, made=drafts.freeze_all(mails, reminding.site.sender, reading.now, progress))


def _drafts(work: Work, row: ConfirmationRound, employer: Organisation, reminding: Reminding) -> list[Draft]:
    due = reminding.due(plan.silent(work.session, work, row))
    rule = queries.rule_of(work.session, row.employer_id)
    sending = Sending(work, reminding.site, employer, rule, is_reminder=True)
    languages = languages_of(work, [one.person for one in due])
    return [sending.draft(one.rows, one.asked, languages=languages) for one in due]


def check(work: Work, round_id: int, reminding: Reminding) -> int:
    """Return how many ``remind`` would write to, or raise what it would: before a job that could only fail."""
    return len(_checked(work, queries.get_round(work.session, round_id), reminding)[1])


def _checked(work: Work, row: ConfirmationRound, reminding: Reminding) -> tuple[Organisation, list[plan.Silent]]:
    employer = take_employer(work, row.employer_id)
    check_newest(work, row)
    found = plan.silent(work.session, work, row)
    due = reminding.due(found)
    if not due:
        raise RuleViolation(N_("Please choose who is to be reminded."))
    if plan.silent_mark(found) != reminding.seen:
        raise Conflict
    return employer, due


def remind(work: Work, round_id: int, reminding: Reminding) -> int:
    """Write once more to each of those chosen who has not answered, and return how many.

    Raises:
        Conflict: the list is another one than was seen by now.
        RuleViolation: nobody was chosen who may be written to.
    """
    row = queries.get_round(work.session, round_id)
    employer, due = _checked(work, row, reminding)
    mails = _drafts(work, row, employer, reminding)
    drafts.put_all(work, mails, reminding.site.sender, reminding.made)
    for one in due:
        one.asked.mailed_at = work.now
    work.record("round.reminded", row)
    return len(due)


def check_newest(work: Work, row: ConfirmationRound) -> None:
    """Raise RuleViolation if another round has begun since."""
    latest = queries.latest_round(work.session, row.employer_id)
    if latest is not None and latest.id != row.id:
        raise RuleViolation(N_("A newer round has begun. This one can only be looked at."))


def languages_of(work: Work, people: Sequence[Person]) -> dict[int, str]:
    """Return person → the language of their mails, where an account says it."""
    found: dict[int, str] = {}
    for lookup in registry.languages:
        found |= lookup(work.session, [one.id for one in people])
    return found


class Sending:
    """What the mails of one sending share."""

    def __init__(
        self, work: Work, site: Site, employer: Organisation, rule: queries.Rule, *, is_reminder: bool = False
    ) -> None:
        """Read who sends them."""
        self._work, self._site, self._employer, self._rule = work, site, employer, rule
        self._is_reminder = is_reminder
        self._sender = sender_of(work)
        self._besides = besides.load(work.session, employer, work.today)

    def letter(self, rows: Sequence[Assignment], asked: RoundPerson | None, *, languages: dict[int, str]) -> Letter:
        """Return one mail; without ``asked`` it is a preview, which holds no link."""
        question = self._question(rows, asked, languages)
        if asked is not None:
            question = replace(question, token=queries.token(self._site.signer, asked))
        return letters.question(question, self._site)

    def draft(self, rows: Sequence[Assignment], asked: RoundPerson, *, languages: dict[int, str]) -> Draft:
        """Return one mail, to be written now or later."""
        said = letters.said(self._question(rows, asked, languages))
        return Draft((said, asked.id, asked.generation), lambda: self.letter(rows, asked, languages=languages))

    def _question(self, rows: Sequence[Assignment], asked: RoundPerson | None, languages: dict[int, str]) -> Question:
        person = rows[0].person
        if person is None:
            raise RuntimeError("a vacancy is asked nothing")
        return Question(
            person=person,
            rows=rows,
            beside=self._besides.of(rows),
            employer=self._employer.name,
            round_id=asked.round_id if asked is not None else 0,
            sender=self._sender,
            language=languages.get(person.id, "de"),
            today=self._work.today,
            shows_share=self._rule.shows_share,
            is_reminder=self._is_reminder,
        )


def sender_of(work: Work) -> letters.Sender:
    """Return whoever acts, as mails are signed; an account without a person, and a command, sign nothing."""
    person = work.session.get(Person, work.actor.person_id) if work.actor.person_id is not None else None
    if person is None:
        return letters.Sender()
    return letters.Sender(person.name, person.organisation.name if person.organisation is not None else "")
