"""Whom to ask: the posts that are responsible, with who holds them today, by department."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from coordination.core.collation import german_key
from coordination.core.i18n import gettext as _
from coordination.directory import page_queries
from coordination.directory import queries as directory
from coordination.directory import words as directory_words
from coordination.directory.asof import AsOf, Then
from coordination.directory.boards import rows as board_rows
from coordination.directory.models import Absence, Organisation, Person, Place
from coordination.directory.panels import Entry, entries_of
from coordination.directory.responsibilities import queries, words
from coordination.directory.responsibilities.models import Post, Responsibility
from coordination.directory.responsibilities.queries import Spot
from coordination.directory.responsibilities.rules import closeness
from coordination.directory.rules import OrganisationKind


@dataclass(slots=True)
class Answer:
    """One post: who holds it, why it is named here, and whether they are there."""

    post: Post
    organisation: str
    person: Person | None = None
    name: str = ""
    rank: int = 0
    why: list[str] = field(default_factory=list)
    #: Key and word of ``components/state.html``; "" if nothing is known of the day.
    presence: str = ""
    word: str = ""
    #: Where and when somebody with weekly times is there.
    when: str = ""
    substitute: Person | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The answers of one department."""

    heading: str
    answers: Sequence[Answer]


def spot_of(session: Session, place: Place, then: Then) -> Spot:
    """Return what scopes are compared with. A site of a school is of that school; a guessed district is none."""
    parent = session.get(Place, place.parent_id) if place.parent_id else None
    form = then.of_school(place, "form_code") or (parent.school.form_code if parent and parent.school else "")
    of = frozenset({place.id, *([parent.id] if parent else [])})
    return Spot(of, directory_words.district_key(place, then), form, place.id)


def groups(session: Session, found: Sequence[Responsibility], as_of: AsOf) -> list[Group]:
    """Return the answers by department: within it the closest first, of the same closeness those with a holder."""
    tree = {one.id: one for one in page_queries.organisations(session, as_of.day)}
    people = queries.holders_of(session, {row.post_id for row in found}, as_of.day)
    assigned = directory.assignments_of(session, [one.id for one in people.values()], as_of.day, planned=False)
    units = [row.post.organisation for row in found]
    then = Then(
        session,
        as_of,
        people=people.values(),
        organisations=[*units, *(department(one, tree) for one in units)],
        places=[*(row.place for row in found), *(one.place for one in assigned)],
    )
    away = directory.absences_of(session, [one.id for one in people.values()], as_of.day, as_of.day)
    entries = entries_of(board_rows(session, assigned, as_of.day), then, as_of)
    answers = _answers(found, people, then)
    by_department: dict[str, list[Answer]] = {}
    for one in answers:
        if one.person is not None:
            _say_day(one, away.get(one.person.id, []), entries, as_of)
        by_department.setdefault(then.value(department(one.post.organisation, tree), "name"), []).append(one)
    ordered = sorted(by_department.items(), key=lambda pair: german_key(pair[0]))
    return [Group(heading, sorted(some, key=_order)) for heading, some in ordered]


def department(unit: Organisation, tree: Mapping[int, Organisation]) -> Organisation:
    """Return the department that a unit belongs to; what belongs to none stands under what is highest above it."""
    seen: set[int] = set()
    one = unit
    while one.kind is not OrganisationKind.DEPARTMENT and one.id not in seen:
        seen.add(one.id)
        above = tree.get(one.parent_id or 0)
        if above is None:
            break
        one = above
    return one


def _order(one: Answer) -> tuple[int, bool, tuple[str, str], int]:
    return one.rank, one.person is None, german_key(one.post.function), one.post.id


def _answers(found: Sequence[Responsibility], people: Mapping[int, Person], then: Then) -> list[Answer]:
    answers: dict[int, Answer] = {}
    for row in sorted(found, key=lambda row: (closeness(row.scope), german_key(row.topic.name), row.id)):
        if row.post_id not in answers:
            person = people.get(row.post_id)
            answers[row.post_id] = Answer(
                row.post, then.name(row.post.organisation), person, then.name(person), closeness(row.scope)
            )
        answers[row.post_id].why.append(words.why(row, then.name(row.place)))
    return list(answers.values())


def _say_day(one: Answer, away: Sequence[Absence], entries: Sequence[Entry], as_of: AsOf) -> None:
    """Say whether somebody is there: away if an absence says so, else what the weekly times say, else nothing."""
    if away:
        one.presence = "presence.away"
        one.word = _("not there today") if as_of.is_today else _("not there")
        one.substitute = as_of.may_ask(who for row in away if (who := row.cover_on(as_of.day)))
        return
    mine = next((entry for entry in entries if one.person and entry.assignment.person_id == one.person.id), None)
    if mine is not None:
        one.presence, one.word = mine.state, mine.word
        one.when = " · ".join(part for part in (mine.place, mine.when) if part)
