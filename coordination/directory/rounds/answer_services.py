"""Answers of a round: by the personal link, by telephone; and what somebody wants otherwise, asked for or not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from coordination.core.errors import Conflict, RuleViolation
from coordination.core.i18n import N_, gettext, in_language
from coordination.core.versions import check_version
from coordination.core.work import Work
from coordination.directory import history
from coordination.directory.assignment_inputs import plan_change
from coordination.directory.assignment_services import carry_out, note_confirmation
from coordination.directory.confirming import services as confirming
from coordination.directory.models import Assignment, Person
from coordination.directory.rounds import changes, letters, queries, services
from coordination.directory.rounds.besides import Beside
from coordination.directory.rounds.changes import Wish
from coordination.directory.rounds.models import ChangeProposal, ConfirmationRound, RoundPerson
from coordination.directory.rounds.queries import Behind
from coordination.directory.rounds.rules import ProposalState, Said, Way, after, answer_after
from coordination.directory.voices import Voice
from coordination.mail import outbox
from coordination.mail.site import Site


class OtherEntries(Conflict):
    """The entries are no longer those that the page showed: it shows them anew."""


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody sent: how it should be, a message, and the mark of what the page had shown."""

    wish: Wish
    message: str
    seen: str


@dataclass(frozen=True, slots=True)
class Decided:
    """Which change is decided, and the version that the page had shown."""

    proposal_id: int
    version: int


def _behind(work: Work, site: Site, token: str, seen: str) -> Behind:
    return locked(work, lambda: queries.behind(work.session, site.signer, token, work.today), seen)


def locked(work: Work, read: Callable[[], Behind], seen: str) -> Behind:
    """Return what ``read`` finds, all of it locked: one form sent twice is looked at one after the other.

    Raises:
        OtherEntries: it is no longer what was ``seen``.
    """
    first = read()
    lock_person(work, first.person.id)
    _lock(work, [*first.rows, *first.beside])
    found = read()
    if mark(found) != seen:
        raise OtherEntries
    return found


def lock_person(work: Work, person_id: int) -> None:
    """Let only one at a time send or decide what somebody wants otherwise."""
    work.session.get(Person, person_id, with_for_update={"key_share": True})


def _lock(work: Work, rows: Sequence[Person | Assignment | Beside]) -> None:
    """Let what somebody confirms stay as it is until that is noted; whoever changed it just now is told of."""
    try:
        confirming.lock(work, rows)
    except Conflict as gone:
        raise OtherEntries from gone


def mark(found: Behind) -> str:
    """Return what stands for all that the page of a link shows, or one's own: also what they have sent already."""
    entries, sent = changes.mark(found.person, found.rows, found.beside), found.pending
    return (
        f"{entries}-{sent.id}-{sent.version}" if sent is not None and sent.state is ProposalState.WAITING else entries
    )


def confirm_by_link(work: Work, site: Site, token: str, *, seen: str) -> None:
    """Note that all entries of whoever holds a link are right.

    What they wanted otherwise and nobody has decided is withdrawn by it; what they wrote besides stays with the office.

    Raises:
        OtherEntries: they are no longer those that were shown.
        NotFound, LinkOver: see ``queries.behind``.
    """
    found = _behind(work, site, token, seen)
    if found.pending is not None and found.pending.state is ProposalState.WAITING and Wish.unpacked(found.pending.wish):
        withdraw(work, found.pending)
        found.pending.settled_at = None if found.pending.message else work.now
    _confirm(work, found.rows, by=Voice(found.person.name, found.person.id))
    confirming.note(work, [found.person, *found.beside], by=found.person.name)
    if found.asked is not None:
        _answer(work, found.asked, Said.CONFIRMED, Way.LINK)


def confirm_by_telephone(work: Work, round_id: int, person_id: int, *, seen: str) -> None:
    """Note for somebody what they said on the telephone: that all is right.

    Raises:
        OtherEntries: the entries are no longer those that were shown.
        RuleViolation: nothing is left to confirm, or a newer round has begun.
    """
    asked = queries.get_asked(work.session, round_id, person_id)
    services.take_employer(work, asked.round.employer_id)
    services.check_newest(work, asked.round)
    _lock(work, [asked.person, *_rows_of(work, asked.person_id, asked.round.employer_id)])
    rows = _rows_of(work, asked.person_id, asked.round.employer_id)
    if not rows:
        raise RuleViolation(N_("This person has no assignment here any more."))
    if changes.mark(asked.person, rows) != seen:
        raise OtherEntries
    with in_language("de"):
        by = gettext("%(name)s, by telephone", name=asked.person.name)
    # Passed on by the office: the words say how, no key says that they spoke themselves.
    _confirm(work, rows, by=Voice(by))
    # What the office reads out: the entries of the person alone.
    confirming.note(work, [asked.person], by=by)
    _answer(work, asked, Said.CONFIRMED, Way.OFFICE)


def _rows_of(work: Work, person_id: int, employer_id: int) -> list[Assignment]:
    return queries.employed(work.session, employer_id, work.today, [person_id]).get(person_id, [])


def _confirm(work: Work, rows: Sequence[Assignment], *, by: Voice) -> None:
    for row in rows:
        note_confirmation(work, row, by=by, on=work.today)


def _answer(work: Work, asked: RoundPerson, said: Said, way: Way) -> None:
    asked.answer, asked.origin, asked.answered_at = answer_after(asked.answer, said), way, work.now
    work.record("round.answered", asked.round)


def change_by_link(work: Work, site: Site, token: str, data: Change) -> ChangeProposal:
    """Store what somebody wants otherwise: it holds at once or waits, as their employer has it.

    Raises:
        RuleViolation: nothing is different and nothing is said, or times are impossible.
        OtherEntries, NotFound, LinkOver: see ``confirm_by_link``.
    """
    found = _behind(work, site, token, data.seen)
    if not data.wish and not data.message:
        raise RuleViolation(N_("Nothing is different here. If all is right, please go back and press “All is right”."))
    return store(work, found, data, Way.LINK)


def store(work: Work, found: Behind, data: Change, way: Way) -> ChangeProposal:
    """Store what somebody wants otherwise in place of what of it still waits; it answers the round that asked them.

    Raises:
        RuleViolation: times are impossible.
    """
    check(found.rows, data.wish, work)
    row = found.pending
    if row is None or row.state is not ProposalState.WAITING:
        row = ChangeProposal(person=found.person, employer=found.employer, state=ProposalState.WAITING)
        work.session.add(row)
    row.asked = found.asked or row.asked
    row.at, row.wish, row.message, row.told, row.reason = work.now, data.wish.packed(), data.message, [], ""
    if data.wish and queries.rule_of(work.session, found.employer.id).applies_at_once:
        _apply(work, found, row, data.wish)
        row.state = after(row.state, ProposalState.APPLIED)
        row.settled_at = None if data.message else work.now
    if found.asked is not None:
        _answer(work, found.asked, Said.CHANGED, way)
    return row


def check(rows: Sequence[Assignment], wish: Wish, work: Work) -> None:
    """Raise RuleViolation if weekly times could not be stored; its ``field`` is the key of the assignment."""
    for row in rows:
        if row.id in wish.assignments:
            try:
                plan_change(row, wish.wanted_of(row), work.today)
            except RuleViolation as violation:
                raise RuleViolation(violation.message, field=str(row.id), **violation.values) from violation


def _apply(work: Work, found: Behind, proposal: ChangeProposal, wish: Wish) -> None:
    """Let a wish hold from today on, note its author as who confirms all of it, and keep what became of what."""
    person, by = found.person, Voice(found.person.name, found.person.id)
    told = changes.differences(person, found.rows, wish)
    if wish.contact and history.change(work, person, **dict(wish.contact)):
        work.record("person.changed", person)
    confirming.note(work, [person], by=by.by)
    for row in found.rows:
        if row.id not in wish.assignments:
            note_confirmation(work, row, by=by, on=work.today)
            continue
        data = replace(wish.wanted_of(row), is_confirmed=True)
        carry_out(work, row, plan_change(row, data, work.today), by=by)
    proposal.told = [[one.label, one.before, one.after] for one in told]


def withdraw(work: Work, row: ChangeProposal) -> None:
    """Take back for its author a change that waits; the entries stay as they are."""
    found = of_proposal(work, row)
    told = changes.differences(found.person, found.rows, Wish.unpacked(row.wish))
    row.state, row.settled_at = after(row.state, ProposalState.WITHDRAWN), work.now
    row.told = [[one.label, one.before, one.after] for one in told]
    work.record("person.change_withdrawn", found.person)


def accept(work: Work, which: Decided, *, seen: str) -> bool:
    """Let a change hold from today on; a message with it waits until somebody has dealt with it.

    Returns whether there is one.

    Raises:
        Conflict: it or the entries have changed since the page was opened.
        RuleViolation: it was decided already, or cannot hold any more.
    """
    row = take(work, which)
    wish = Wish.unpacked(row.wish)
    first = of_proposal(work, row)
    _lock(work, [first.person, *first.rows])
    found = of_proposal(work, row)
    if changes.mark(found.person, found.rows) != seen:
        raise OtherEntries
    if wish.assignments - {one.id for one in found.rows}:
        raise RuleViolation(N_("The assignment has changed since. Please enter the times there by hand."))
    row.state = after(row.state, ProposalState.ACCEPTED)
    _apply(work, found, row, wish)
    row.settled_at = None if row.message else work.now
    work.record("round.change_accepted", _about(row))
    return bool(row.message)


def refuse(work: Work, site: Site, which: Decided, *, reason: str) -> bool:
    """Leave the entries as they are and tell the author why; returns whether there was an address to mail to.

    Raises:
        Conflict: it was sent anew since the page was opened.
        RuleViolation: no reason is given, or it was decided already.
    """
    row = take(work, which)
    if not reason:
        raise RuleViolation(N_("Please give a reason; it is mailed to the person."), field="reason")
    found = of_proposal(work, row)
    told = changes.differences(found.person, found.rows, Wish.unpacked(row.wish))
    row.state = after(row.state, ProposalState.REFUSED)
    row.reason, row.settled_at = reason, work.now
    row.told = [[one.label, one.before, one.after] for one in told]
    work.record("round.change_refused", _about(row))
    if not found.person.email:
        return False
    letter = letters.Refusal(
        person=found.person,
        differences=told,
        reason=reason,
        about=letters.about_refusal(row.asked.round_id) if row.asked is not None else letters.about_own(row.id),
        sender=services.sender_of(work),
        language=services.languages_of(work, [found.person]).get(found.person.id, "de"),
    )
    outbox.queue(work, letters.refusal(letter, site), site.sender)
    return True


def settle(work: Work, which: Decided) -> None:
    """Note that a message is dealt with; a change that waits is accepted or refused instead.

    Raises:
        RuleViolation: a change waits.
        Conflict: it was sent anew since the page was opened.
    """
    row = take(work, which)
    if row.state is ProposalState.WAITING:
        if Wish.unpacked(row.wish):
            raise RuleViolation(N_("Please take the change over, or say why not."))
        row.state = after(row.state, ProposalState.ACCEPTED)
    row.settled_at = work.now
    work.record("round.message_settled", _about(row))


def take(work: Work, which: Decided) -> ChangeProposal:
    """Return a change to decide, locked, to those who keep its employer.

    Raises:
        Conflict: it was sent anew or decided since the page was opened.
    """
    first = queries.get_proposal(work.session, which.proposal_id)
    services.take_employer(work, first.employer_id)
    lock_person(work, first.person_id)
    row = queries.get_proposal(work.session, which.proposal_id)
    check_version(row, which.version)
    return row


def _about(row: ChangeProposal) -> ConfirmationRound | Person:
    """Return what the trail names: the round that a change answers, or whose it is."""
    return row.asked.round if row.asked is not None else row.person


def of_proposal(work: Work, row: ChangeProposal) -> Behind:
    """Return whose a change is, and their assignments now."""
    return Behind(row.person, row.employer, _rows_of(work, row.person_id, row.employer_id), row.asked)
