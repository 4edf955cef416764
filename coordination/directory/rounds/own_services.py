"""What somebody who is signed in changes of their own entries, and taking that back while it waits."""

from __future__ import annotations

from coordination.core.access import Permission, Subject, require
from coordination.core.errors import Conflict, NotFound, RuleViolation
from coordination.core.i18n import N_
from coordination.core.versions import check_version
from coordination.core.work import Work
from coordination.directory.rounds import answer_services, queries
from coordination.directory.rounds.answer_services import Change, Decided
from coordination.directory.rounds.models import ChangeProposal
from coordination.directory.rounds.rules import ProposalState, Way


def change(work: Work, person_id: int, employer_id: int, data: Change) -> ChangeProposal:
    """Store what somebody wants otherwise with one employer: it holds at once or waits, as by the link of a round.

    Raises:
        Forbidden: they are somebody else.
        NotFound: they have nothing there today.
        OtherEntries: the entries are no longer those that were shown.
        RuleViolation: nothing is different and nothing is said, or times are impossible.
    """
    require(work.actor, Permission.OWN_CHANGE, Subject(person_id=person_id))
    found = answer_services.locked(
        work, lambda: queries.own(work.session, person_id, employer_id, work.today), data.seen
    )
    if not found.rows:
        raise NotFound
    if not data.wish and not data.message:
        raise RuleViolation(N_("Nothing is different here, and there is no message. There is nothing to send."))
    row = answer_services.store(work, found, data, Way.ACCOUNT)
    work.record("person.change_sent", found.person)
    return row


def withdraw(work: Work, person_id: int, employer_id: int, which: Decided) -> None:
    """Take back a change that waits; the entries stay as they are.

    Raises:
        Forbidden: they are somebody else.
        Conflict: it was decided, or sent anew, since the page was opened.
    """
    require(work.actor, Permission.OWN_CHANGE, Subject(person_id=person_id))
    answer_services.lock_person(work, person_id)
    row = queries.unsettled(work.session, person_id, employer_id)
    if row is None or row.id != which.proposal_id or row.state is not ProposalState.WAITING:
        raise Conflict
    check_version(row, which.version)
    answer_services.withdraw(work, row)
