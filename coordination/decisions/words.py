"""A decision or a task in the reader's words: its number, how it was decided, when it is due."""

from __future__ import annotations

from datetime import date

from coordination.bodies.procedure import QuorumRule
from coordination.core.i18n import format_date, format_time, gettext, ngettext
from coordination.core.registry import ItemLine
from coordination.decisions.models import Decision, StatusEntry, Task
from coordination.decisions.rules import (
    KIND_WORDS,
    RESULT_WORDS,
    STATUS_WORDS,
    TOLD_WORDS,
    UNDONE,
    DecisionKind,
    Doubt,
    Means,
    Result,
    Status,
    Votes,
    doubts,
    number,
)
from coordination.meetings.words import distance
from coordination.minutes.document import quorum_words
from coordination.minutes.rules import Quorum

#: So many characters stand for a text in a list.
SHORT = 140


def number_of(decision: Decision) -> str:
    """Return the number as people write it: "STG 2026-07"."""
    return number(decision.body.short_name or decision.body.name, decision.year, decision.number)


def kind_word(kind: DecisionKind) -> str:
    """Return what was settled: a decision, a recommendation, something noted."""
    return gettext(KIND_WORDS[kind])


def heading_of(decision: Decision) -> str:
    """Return what stands over the wording: whoever reads only that must not take a lost vote for a decision."""
    if decision.result is not Result.REJECTED:
        return kind_word(decision.kind)
    if decision.kind is DecisionKind.DECISION:
        return gettext("Motion not carried")
    return gettext("%(kind)s not carried", kind=kind_word(decision.kind))


def votes_of(decision: Decision) -> Votes:
    """Return the votes as counted."""
    return Votes(decision.yes, decision.no, decision.abstained, decision.conflicted, decision.invalid)


def how(decision: Decision) -> str:
    """Return how it was decided: "einstimmig bei 2 Enthaltungen", "7 Ja, 2 Nein, 1 Enthaltung – angenommen"."""
    if decision.means is Means.CONSENSUS:
        return gettext("by consensus")
    return voted(votes_of(decision), decision.result, by_chair=decision.chair_decided)


def voted(votes: Votes, result: Result, *, by_chair: bool = False) -> str:
    """Return a vote in words. Who took no part and what was invalid is named beside it."""
    if votes.is_unanimous and result is Result.ACCEPTED and not by_chair:
        text = gettext("unanimously")
        if votes.abstained:
            more = ngettext("one abstention", "%(count)s abstentions", votes.abstained, count=votes.abstained)
            text = gettext("unanimously with %(abstentions)s", abstentions=more)
    else:
        counted = [gettext("%(n)s yes", n=votes.yes), gettext("%(n)s no", n=votes.no)]
        if votes.abstained:
            counted.append(ngettext("one to abstain", "%(count)s to abstain", votes.abstained, count=votes.abstained))
        came = gettext(RESULT_WORDS[result])
        # Else nobody who reads equal numbers understands what came of them.
        came = gettext("%(result)s by the casting vote of the chair", result=came) if by_chair else came
        text = f"{', '.join(counted)} – {came}"
    if votes.invalid:
        text += ", " + ngettext("one vote invalid", "%(count)s votes invalid", votes.invalid, count=votes.invalid)
    if votes.conflicted:
        text += ", " + ngettext(
            "one person took no part (conflict of interest)",
            "%(count)s people took no part (conflict of interest)",
            votes.conflicted,
            count=votes.conflicted,
        )
    return text


def doubts_of(decision: Decision, quorum: Quorum | None) -> list[str]:
    """Return what should be looked at once more in a vote, in sentences."""
    if decision.means is not Means.VOTE or quorum is None:
        return []
    votes = votes_of(decision)
    said = {
        Doubt.COUNT: _counted(votes.cast + votes.conflicted, quorum.there),
        Doubt.QUORUM: gettext(
            "At the time of the vote %(there)s of %(base)s with a vote counted for the quorum, %(needed)s are needed."
            " The decision holds as long as nobody has stated the lack of it.",
            there=quorum.there - votes.conflicted,
            base=quorum.base,
            needed=quorum.needed,
        ),
    }
    if decision.despite_votes:
        said[Doubt.COUNT] += " " + gettext("It was recorded all the same.")
    return [said[one] for one in doubts(votes, quorum, is_exact=decision.voted_at is not None)]


def quorum_at(decision: Decision, quorum: Quorum | None, *, is_official: bool = False) -> str:
    """Return who was there at a vote: "Abstimmung 18:42 Uhr, nicht beschlussfähig: 4 von 11, nötig 6".

    ``is_official``: for minutes; else whoever entered the vote reads what could still be entered.
    """
    if decision.means is not Means.VOTE:
        return ""
    if quorum is None:
        asks = decision.body.procedure.quorum_rule is not QuorumRule.NONE
        return gettext("quorum not established: nobody has entered who was there") if asks else ""
    if decision.voted_at is None and is_official:
        # Whoever takes the minutes may leave the minute of a vote out: no paper says that it is missing.
        return gettext("%(there)s of %(base)s with a vote were there", there=quorum.there, base=quorum.base)
    if decision.voted_at is None:
        return gettext(
            "%(there)s of %(base)s with a vote were there; the time of the vote is not entered",
            there=quorum.there,
            base=quorum.base,
        )
    # Who is conflicted does not count for the quorum of that item.
    counted = Quorum(quorum.there - decision.conflicted, quorum.base, quorum.needed)
    if counted.needed:
        text = quorum_words(counted)
    else:
        text = gettext("%(there)s of %(base)s with a vote there", there=counted.there, base=counted.base)
    return gettext("vote at %(time)s, %(quorum)s", time=format_time(decision.voted_at), quorum=text)


def _counted(votes: int, people: int) -> str:
    there = ngettext(
        "one person with a vote was there", "%(count)s people with a vote were there", people, count=people
    )
    return ngettext(
        "One vote is counted (with those who took no part); by the list of those present %(there)s.",
        "%(count)s votes are counted (with those who took no part); by the list of those present %(there)s.",
        votes,
        count=votes,
        there=there,
    )


def note_of(entry: StatusEntry) -> str:
    """Return what is said of a change of a status: by its person, or by the product in the reader's language."""
    return gettext(TOLD_WORDS[entry.told]) if entry.told is not None else entry.note


def status_word(status: Status) -> str:
    """Return how far it is, in a word."""
    return gettext(STATUS_WORDS[status])


def state_word(row: Decision | Task) -> str:
    """Return where it stands, in a word: how far it is, or that there is nothing to carry out, and why."""
    if isinstance(row, Decision) and row.withdrawn_at is not None:
        return gettext("withdrawn")
    if is_void(row):
        return gettext(RESULT_WORDS[Result.REJECTED])
    return status_word(row.status)


def is_void(row: Decision | Task) -> bool:
    """Return whether nothing is to be done at all: a decision whose vote was lost, or that is withdrawn."""
    return isinstance(row, Decision) and row.is_void


def is_overdue(row: Decision | Task, today: date) -> bool:
    """Return whether something should be done by now and is not."""
    return not is_void(row) and row.status in UNDONE and row.due_on is not None and row.due_on < today


def state_key(row: Decision | Task, today: date) -> str:
    """Return the identifier of the state as it is drawn; "overdue" is derived."""
    if isinstance(row, Decision) and row.is_void:
        return "decision.withdrawn" if row.withdrawn_at is not None else "decision.rejected"
    return "decision.overdue" if is_overdue(row, today) else f"decision.{row.status.value}"


def state_text(row: Decision | Task, today: date) -> str:
    """Return the state in words as everything says it: "überfällig seit 3.11.2026", "abgelehnt"."""
    if is_overdue(row, today) and row.due_on is not None:
        return gettext("overdue since %(day)s", day=format_date(row.due_on))
    return state_word(row)


def due(row: Decision | Task, today: date) -> str:
    """Return the day it is due with how far away that is; what is done is not counted any more."""
    if row.due_on is None:
        return ""
    if row.status not in UNDONE or is_void(row):
        return format_date(row.due_on)
    return f"{format_date(row.due_on)} ({distance(row.due_on, today)})"


def due_on(row: Decision | Task, today: date) -> str:
    """Return the same as a sentence of its own: "fällig am 05.12.2026 (in 8 Tagen)", "war fällig am …"."""
    if row.due_on is None:
        return ""
    if row.due_on < today:
        return gettext("was due on %(day)s", day=due(row, today))
    return gettext("due on %(day)s", day=due(row, today))


def who(row: Decision | Task) -> str:
    """Return who carries it out: the person, the unit, or both."""
    person = row.person.name if isinstance(row, Task) and row.person is not None else ""
    return ", ".join(part for part in (person, row.unit.name if row.unit is not None else "") if part)


def short(text: str) -> str:
    """Return the beginning of a text in one line, ended at a word."""
    line = " ".join(text.split())
    return line if len(line) <= SHORT else line[:SHORT].rsplit(" ", 1)[0] + " …"


def line(row: Decision | Task, quorum: Quorum | None = None) -> ItemLine:
    """Return a decision or a task as minutes say it; a day is a day there, however far away.

    ``quorum`` is that of the minute of the vote. A doubt is said: the decision holds, and nobody has to find it out.
    """
    due_on = gettext("until %(day)s", day=format_date(row.due_on)) if row.due_on is not None else ""
    if isinstance(row, Task):
        return ItemLine(gettext("Task"), row.text, details=[one for one in (who(row), due_on) if one])
    details = [one for one in (how(row), quorum_at(row, quorum, is_official=True), who(row), due_on) if one]
    return ItemLine(heading_of(row), row.text, number_of(row), details, tuple(doubts_of(row, quorum)), is_decision=True)
