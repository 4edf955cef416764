"""Who may stand in the directory twice, what an entry says, and what became of one that was put together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations

from sqlalchemy import or_, select, true
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Actor, Permission, Subject, allows
from coordination.core.i18n import gettext
from coordination.core.phones import display_phone
from coordination.directory.consequences import FULL_POST
from coordination.directory.duplicates.models import MergedPerson, TwoPeople
from coordination.directory.earlier import LABELS
from coordination.directory.full_weeks import FullWeeks
from coordination.directory.models import Assignment, Organisation, Person
from coordination.directory.names import Name, are_near, folded, near_keys, tells_apart
from coordination.directory.queries import known_people
from coordination.directory.rules import DatedShare, Span, highest_sum

#: Why two entries may be one person's, the surest first.
REASONS = ("mail", "name", "near")
#: More pairs than these are not shown on one page.
MOST = 100


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry as the list of pairs shows it."""

    id: int
    name: str
    email: str
    organisation_id: int | None
    organisation: str
    key: Name

    @property
    def subject(self) -> Subject:
        """Return what the access table is asked about."""
        return Subject(organisation_ids=frozenset(() if self.organisation_id is None else (self.organisation_id,)))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries that may be one person's; ``reason``: one of ``REASONS``. ``is_ours``: the actor keeps both."""

    first: Listed
    second: Listed
    reason: str
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Pairs:
    """The likeliest pairs, how many there are in all, and those that were told apart."""

    shown: Sequence[Pair]
    count: int
    apart: Sequence[Pair]


@dataclass(frozen=True, slots=True)
class Sum:
    """How many posts two entries have together, and from which day on."""

    posts: Decimal
    first: date


def kept_of(session: Session, old_id: int) -> int | None:
    """Return the key of the entry that ``old_id`` was put together with."""
    return session.scalar(select(MergedPerson.person_id).where(MergedPerson.old_id == old_id))


def merged_into(session: Session, person_id: int) -> Sequence[MergedPerson]:
    """Return the entries that became part of this one, the newest first."""
    statement = select(MergedPerson).where(MergedPerson.person_id == person_id)
    return session.scalars(statement.order_by(MergedPerson.merged_on.desc(), MergedPerson.id.desc())).all()


@dataclass(frozen=True, slots=True)
class Merged:
    """An entry that became part of another: its name, since when, and what it said otherwise, in words."""

    name: str
    merged_on: date
    lines: Sequence[tuple[str, str]]


def told(rows: Iterable[MergedPerson]) -> list[Merged]:
    """Return what the page of a person says of the entries that became part of it."""
    return [
        Merged(
            row.name,
            row.merged_on,
            [
                (gettext(LABELS[name]), display_phone(value) if name in {"phone", "mobile"} else value)
                for name, value in row.said.items()
            ],
        )
        for row in rows
    ]


def pairs(session: Session, actor: Actor, today: date) -> Pairs:
    """Return the pairs of which ``actor`` keeps at least one entry. Two statements, whatever there is."""
    told = {(row.first_id, row.second_id) for row in session.scalars(select(TwoPeople))}
    found: dict[str, list[Pair]] = {reason: [] for reason in REASONS}
    apart: list[Pair] = []
    for first, second, reason in _alike(_people(session, actor, today)):
        ours = [allows(actor, Permission.DIRECTORY_EDIT, one.subject) for one in (first, second)]
        if any(ours):
            pair = Pair(first, second, reason, all(ours))
            (apart if (first.id, second.id) in told else found[reason]).append(pair)
    every = [pair for reason in REASONS for pair in found[reason]]
    return Pairs(every[:MOST], len(every), apart)


def like(session: Session, actor: Actor, person: Person) -> list[tuple[Listed, str]]:
    """Return who may be the same as ``person``, the likeliest first, each with the reason; also who has left."""
    every = _people(session, actor, None)
    own = next((one for one in every if one.id == person.id), _of(person))
    found = [(one, reason) for one in every if one.id != person.id and (reason := _reason(own, one))]
    return sorted(found, key=lambda pair: (REASONS.index(pair[1]), pair[0].name))


def _of(person: Person) -> Listed:
    return Listed(person.id, person.name, person.email, None, "", folded(person.given_name, person.family_name))


def _people(session: Session, actor: Actor, since: date | None) -> list[Listed]:
    """Return those ``actor`` may know of who belong here on a day or later (None: all there ever were), by name."""
    statement = (
        select(
            Person.id,
            Person.title,
            Person.given_name,
            Person.family_name,
            Person.email,
            Person.organisation_id,
            Organisation.name,
        )
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .where(or_(Person.valid_until.is_(None), Person.valid_until >= since) if since is not None else true())
        .where(*known_people(actor, clock.today()))
        .order_by(Person.sort_name, Person.id)
    )
    return [
        Listed(
            key,
            " ".join(part for part in (title, given, family) if part),
            email,
            unit,
            named or "",
            folded(given, family),
        )
        for key, title, given, family, email, unit, named in session.execute(statement)
    ]


def _reason(one: Listed, other: Listed) -> str:
    if one.email and one.email.lower() == other.email.lower():
        return "mail"
    if one.key == other.key:
        return "name"
    return "near" if are_near(one.key, other.key) and not tells_apart(one.email, other.email) else ""


def _alike(people: Iterable[Listed]) -> Iterator[tuple[Listed, Listed, str]]:
    """Yield each pair once, the smaller key first, with the reason: only what shares a key is compared."""
    sharing: dict[str, list[Listed]] = defaultdict(list)
    for one in people:
        for key in {f"@{one.email.lower()}" if one.email else "", "\t".join(one.key), *near_keys(one.key)} - {""}:
            sharing[key].append(one)
    seen = set()
    for group in sharing.values():
        for one, other in combinations(group, 2):
            first, second = sorted((one, other), key=lambda entry: entry.id)
            if (first.id, second.id) not in seen and (reason := _reason(first, second)):
                seen.add((first.id, second.id))
                yield first, second, reason


def over_full(mine: Sequence[Assignment], theirs: Sequence[Assignment], weeks: FullWeeks, today: date) -> Sum | None:
    """Return how many posts two entries have together at most, today or later, if that is more than one full post.

    One of them alone is not told of here: that is no matter of putting them together.
    """
    shares = [_shares(rows, weeks) for rows in (mine, theirs)]
    ahead = Span(today, None)
    together, day = highest_sum([one for some in shares for one in some], ahead)
    alone = max(highest_sum(some, ahead)[0] for some in shares)
    is_over = together.quantize(Decimal("0.01")) > FULL_POST and together > alone
    return Sum(together, day) if is_over else None


def _shares(rows: Sequence[Assignment], weeks: FullWeeks) -> list[DatedShare]:
    known = ((row, weeks.posts(row.share_posts, row.share_hours, row.employer_id)) for row in rows)
    return [DatedShare(Span(row.valid_from, row.valid_until), posts) for row, posts in known if posts is not None]
