"""What a list changes: new, changed, ended and unchanged assignments, computed in memory. No database."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from coordination.core.access import Actor
from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.directory.assignment_inputs import AssignmentInput
from coordination.directory.rules import (
    DatedShare,
    Function,
    Funding,
    Span,
    day_before,
    highest_sum,
    posts_of,
)
from coordination.directory.shares import Share
from coordination.directory.staff.clashes import Held, remarks, stored
from coordination.directory.staff.comparing import Step, compare, input_of
from coordination.directory.staff.joining import join_same
from coordination.directory.staff.known import Known, KnownAssignment
from coordination.directory.staff.people import Finder, ListedPerson, listed_people
from coordination.directory.staff.rows import Entry, Fault, Question, Read
from coordination.directory.staff.values import fault_of
from coordination.exchange.tables import Remark

_TWICE = N_("The same assignment stands in row %(first)s already.")
_FOREIGN = N_("This person belongs to another organisation. Only who keeps that one can assign them.")
_TWO_SHARES = N_(
    "The posts (%(posts)s) and the hours a week (%(hours)s) do not say the same: so many hours would be %(other)s "
    "posts. Both are kept; the posts count."
)
_TOO_MUCH = N_("%(name)s has %(posts)s posts in all by this list.")


@dataclass(slots=True)
class Plan:
    """All that a list changes. ``ends`` happen only if the keeper says so."""

    people: Mapping[str, ListedPerson]
    steps: list[Step] = field(default_factory=list)
    ends: list[Step] = field(default_factory=list)
    #: Whether the list is whole enough that what it does not name may end.
    ends_open: bool = True
    #: Employer → how many assignments stay as they are.
    unchanged: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    faults: list[Fault] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    #: Who would be at two places at once.
    clashes: list[Remark] = field(default_factory=list)
    #: Where what holds today has another first day than the list says.
    begins: list[Remark] = field(default_factory=list)
    #: Whom rows of the list name differently.
    names: list[Remark] = field(default_factory=list)

    @property
    def new_people(self) -> list[ListedPerson]:
        """Return who is entered with the list: people of steps that are not there yet."""
        used = dict.fromkeys(step.person for step in self.steps if step.person)
        return [self.people[key] for key in used if self.people[key].known is None]

    @property
    def changed_people(self) -> list[ListedPerson]:
        """Return of whom the list knows more or other than the directory."""
        return [one for one in self.people.values() if not one.is_open and one.changes()]

    def fingerprint(self) -> str:
        """Return what makes two plans do the same: what was shown is what is stored."""
        said = [repr((step.old and (step.old.id, step.old.version), step.data, step.old_until)) for step in self.steps]
        said += [repr((step.old and (step.old.id, step.old.version), step.old_until)) for step in self.ends]
        said += [
            repr((one.key, one.known and (one.known.id, one.known.version), one.is_renamed))
            for one in self.people.values()
        ]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()


class Planner:
    """Compares the rows of a list with what is stored; every stored row answers for at most one of the list."""

    def __init__(self, known: Known, plan: Plan) -> None:
        self.known, self.plan = known, plan
        self._free: dict[tuple[int | None, int, int], list[KnownAssignment]] = defaultdict(list)
        for one in known.assignments:
            self._free[one.person_id, one.place_id, one.employer_id].append(one)
        self._matched: set[int] = set()
        #: What begins on the very day that a row says, by the row.
        self._reserved: dict[int, KnownAssignment] = {}
        #: What no row speaks of, but one about what follows it.
        self._meant: set[int] = set()
        self._seen: dict[tuple[object, ...], int] = {}
        self._functions: set[tuple[int, Function]] = set()
        self._shares: dict[str, list[DatedShare]] = defaultdict(list)
        self._held: dict[str, list[Held]] = defaultdict(list)

    def add(self, entry: Entry, person: ListedPerson | None) -> None:
        """Plan what becomes of one row."""
        function = entry.function or self._usual(entry.place_id)
        twin = (person and person.key, entry.place_id, entry.employer_id, function, entry.group, entry.since)
        if person is not None and (first := self._seen.setdefault(twin, entry.line)) != entry.line:
            self.plan.faults.append(Fault(entry.line, None, _TWICE, {"first": first}))
            return
        old = self._match(entry, person)
        self._note_before(old, entry)
        try:
            step = self._changed(entry, old, person) if old else self._new(entry, function, person)
        except RuleViolation as violation:
            self.plan.faults.append(fault_of(entry.line, None, violation))
            return
        self._functions.add((entry.employer_id, function if old is None else old.function))
        if step is None:
            self.plan.unchanged[entry.employer_id] += 1
        else:
            self.plan.steps.append(step)
            self._note_share(entry)
        self._count(step, old, person)

    def _note_share(self, entry: Entry) -> None:
        """Note that the posts and the hours of a row do not say the same; both are kept."""
        share = entry.share
        if share is None or share.posts is None or share.hours is None:
            return
        other = share.hours_say(self.known.full_week(entry.employer_id))
        if other is not None:
            said = {"posts": share.posts, "hours": share.hours, "other": other}
            values = {name: _number(value) for name, value in said.items()}
            self.plan.remarks.append(Remark(_TWO_SHARES, values, entry.line))

    def _usual(self, place_id: int) -> Function:
        is_school = self.known.places[place_id].is_school
        return Function.SCHOOL_SOCIAL_WORK if is_school else Function.OPEN_YOUTH_WORK

    def reserve(self, entry: Entry, person: ListedPerson | None) -> None:
        """Keep for a row what begins on the very day that it says: no other row answers for it."""
        if entry.since is None:
            return
        exact = [one for one in self._fitting(entry, person) if one.span.first == entry.since]
        if exact:
            exact.sort(key=lambda one: (one.group != (entry.group or one.group), one.id))
            self._matched.add(exact[0].id)
            self._reserved[id(entry)] = exact[0]

    def _fitting(self, entry: Entry, person: ListedPerson | None) -> list[KnownAssignment]:
        if person is not None and person.known is None:
            return []
        who = person.known.id if person is not None and person.known is not None else None
        return [
            one
            for one in self._free.get((who, entry.place_id, entry.employer_id), ())
            if one.id not in self._matched and (entry.function is None or one.function is entry.function)
        ]

    def _match(self, entry: Entry, person: ListedPerson | None) -> KnownAssignment | None:
        """Return which stored row the one of the list speaks of.

        The same target group goes before another, what holds on the first day that the list says before what does
        not, what holds today before what is planned.
        """
        if (reserved := self._reserved.get(id(entry))) is not None:
            return reserved
        fitting = self._fitting(entry, person)
        if not fitting:
            return None
        day = entry.since or self.known.today

        def order(one: KnownAssignment) -> tuple[bool, bool, date, int]:
            return (one.group != (entry.group or one.group), not one.span.holds(day), one.span.first, one.id)

        found = min(fitting, key=order)
        self._matched.add(found.id)
        return found

    def _note_before(self, later: KnownAssignment | None, entry: Entry) -> None:
        """Note that a row about what is planned speaks of what holds until then, too: it is not missing."""
        if later is None or later.span.first <= self.known.today:
            return
        for one in self._free[later.person_id, later.place_id, entry.employer_id]:
            if one.function is later.function and one.span.last is not None and one.span.last < later.span.first:
                self._meant.add(one.id)

    def _new(self, entry: Entry, function: Function, person: ListedPerson | None) -> Step:
        if person is not None and person.is_foreign:
            raise RuleViolation(_FOREIGN)
        data = AssignmentInput(
            person_id=person.known.id if person is not None and person.known is not None else None,
            place_id=entry.place_id,
            employer_id=entry.employer_id,
            function=function,
            funding=entry.funding or Funding.UNKNOWN,
            valid_from=entry.since or self.known.today,
            valid_until=entry.until,
            target_group=entry.group or "",
            share=entry.share or Share(),
            funded_until=entry.funded_until,
            times=entry.times or (),
            in_holidays=entry.in_holidays,
        )
        data.check()
        return Step(entry.line, None, data, person.key if person else "")

    def _changed(self, entry: Entry, old: KnownAssignment, person: ListedPerson | None) -> Step | None:
        found = compare(self.known, entry, old, person.key if person else "")
        if found.told is not None:
            self.plan.begins.append(found.told)
        return found.step

    def _count(self, step: Step | None, old: KnownAssignment | None, person: ListedPerson | None) -> None:
        data = step.data if step is not None else input_of(old) if old is not None else None
        if person is None or data is None:
            return
        line = step.line if step is not None else 0
        self._held[person.key].append(Held(data.place_id, data.span, data.times, line))
        posts = posts_of(data.share.posts, data.share.hours, self.known.full_week(data.employer_id))
        if posts is not None:
            self._shares[person.key].append(DatedShare(data.span, posts))

    def finish(self) -> None:
        """Plan the ends of what the list no longer has, and look at sums."""
        for one in self.known.assignments if self.plan.ends_open else ():
            is_meant = (one.employer_id, one.function) in self._functions and one.span.first <= self.known.today
            if is_meant and one.id not in self._matched | self._meant:
                last = max(one.span.first, day_before(self.known.today))
                self.plan.ends.append(Step(0, one, None, old_until=last))
        for key, shares in self._shares.items():
            if len(shares) > 1 or shares[0].posts > 1:
                posts, _day = highest_sum(shares, Span(min(share.span.first for share in shares)))
                if posts > 1:
                    person = self.plan.people[key]
                    values = {"name": person.shown, "posts": f"{posts:.2f}".replace(".", ",")}
                    self.plan.remarks.append(Remark(_TOO_MUCH, values, person.lines[0]))
        self._note_clashes()

    def _note_clashes(self) -> None:
        """Note who would be at two places at once; it stops nobody."""
        who = {key: person.known.id for key, person in self.plan.people.items() if person.known is not None}
        ended = {step.old.id for step in self.plan.ends if step.old is not None}
        beside = stored(self.known, set(who.values()), self._matched | ended)
        for key, own in self._held.items():
            name = self.plan.people[key].shown
            self.plan.clashes += remarks(self.known, name, [*own, *beside.get(who.get(key, 0), [])])


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}".replace(".", ",")


def make_plan(known: Known, actor: Actor, read: Read, answers: Mapping[str, str]) -> Plan:
    """Return what storing a list would change."""
    people, keys = listed_people(read.entries)
    finder = Finder(known, actor, answers, list(people.values()))
    for person in people.values():
        finder.find(person)
    names = join_same(people, keys)
    plan = Plan(people, questions=list(finder.questions), names=names)
    planner = Planner(known, plan)
    rows = [(entry, people[keys[place]] if place in keys else None) for place, entry in enumerate(read.entries)]
    told = [(entry, listed) for entry, listed in rows if listed is None or not listed.is_open]
    for entry, listed in told:
        planner.reserve(entry, listed)
    for entry, listed in told:
        planner.add(entry, listed)
    if read.skipped:
        # What a row that was left out says is not known: nothing may end because of it.
        plan.ends_open = False
    planner.finish()
    return plan


def employers_of(plan: Plan) -> Sequence[int]:
    """Return the employers that a list speaks of."""
    found = [step.data.employer_id for step in plan.steps if step.data is not None]
    return list(dict.fromkeys([*found, *plan.unchanged, *(step.old.employer_id for step in plan.ends if step.old)]))
