"""What is done with an agenda: items put on it, proposed, put in order, taken off, taken up again. None is deleted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Select, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session, contains_eager, joinedload

from coordination.core.access import Permission, Subject, require
from coordination.core.errors import Conflict, NotFound, RuleViolation
from coordination.core.i18n import N_
from coordination.core.once import once
from coordination.core.versions import check_version
from coordination.core.work import Work
from coordination.directory.models import Person
from coordination.files import services as files
from coordination.meetings import agenda, services
from coordination.meetings.models import AgendaItem, ItemFile, Meeting
from coordination.meetings.rules import NUMBERED, ItemKind, ItemState, ItemStep, MeetingState, item_after

#: More items than anybody deals with in a day.
MOST_ITEMS = 60
#: Before the meeting begins.
UPCOMING = frozenset({MeetingState.DRAFT, MeetingState.FIXED, MeetingState.INVITED})
#: What a meeting has not dealt with that did not take place.
UNSETTLED = (ItemState.ON_AGENDA, ItemState.PROPOSED)
WITH_FILES = (joinedload(AgendaItem.attached).joinedload(ItemFile.file),)


@dataclass(frozen=True, slots=True)
class ItemInput:
    """An item as typed."""

    title: str
    kind: ItemKind = ItemKind.DISCUSSION
    text: str = ""
    minutes_planned: int | None = None
    presenter_id: int | None = None
    is_public: bool = False


@dataclass(frozen=True, slots=True)
class Ordered:
    """What taking an order back needs: the one before (empty: nothing changed), and the version that it made."""

    before: tuple[int, ...]
    version: int


def items_of(session: Session, meeting_id: int) -> Sequence[AgendaItem]:
    """Return all items of a meeting by position, whatever their state, with their attachments; one statement."""
    return once(session, ("items", meeting_id), lambda: _read(session, meeting_id))


def _read(session: Session, meeting_id: int) -> Sequence[AgendaItem]:
    return session.scalars(_by_position(), {"meeting_id": meeting_id}).unique().all()


@cache
def _by_position() -> Select[AgendaItem]:
    return (
        select(AgendaItem)
        .where(AgendaItem.meeting_id == bindparam("meeting_id"))
        .options(joinedload(AgendaItem.presenter), joinedload(AgendaItem.proposed_by), *WITH_FILES)
        .order_by(AgendaItem.position, AgendaItem.id)
    )


def is_open(session: Session, meeting: Meeting) -> bool:
    """Return whether the agenda can still change."""
    try:
        services.check_open(session, meeting)
    except RuleViolation:
        return False
    return True


def add_item(work: Work, meeting_id: int, title: str, *, text: str = "", is_public: bool = False) -> AgendaItem:
    """Put an item of no more than a title at the end of the agenda: while the minutes are taken."""
    return put_on(work, meeting_id, ItemInput(title, text=text, is_public=is_public))


def put_on(work: Work, meeting_id: int, data: ItemInput) -> AgendaItem:
    """Put an item at the end of its part of the agenda.

    Raises:
        RuleViolation: it has no title, or the agenda can change no more.
    """
    meeting = services.take(work, meeting_id)
    services.check_open(work.session, meeting)
    item = _new(work, meeting, data, ItemState.ON_AGENDA)
    work.record("agenda.item_added", item)
    return item


def propose(work: Work, meeting_id: int, data: ItemInput) -> AgendaItem:
    """Propose an item; the office takes it up or not.

    Raises:
        NotFound, RuleViolation: the person does not belong to the body, or see ``put_on``.
    """
    meeting = work.session.get(Meeting, meeting_id, with_for_update=True)
    if meeting is None:
        raise NotFound
    require(work.actor, Permission.AGENDA_PROPOSE, Subject(body_id=meeting.body_id))
    if meeting.state not in {MeetingState.FIXED, MeetingState.INVITED}:
        raise RuleViolation(N_("Items can be proposed until the meeting begins."))
    item = _new(work, meeting, data, ItemState.PROPOSED)
    item.proposed_by_id = work.actor.person_id
    work.record("agenda.item_proposed", item)
    return item


def change_item(work: Work, item_id: int, data: ItemInput, *, version: int) -> AgendaItem:
    """Change an item.

    Raises:
        Conflict: somebody else has changed it in the meantime.
    """
    item = take_item(work, item_id)
    check_version(item, version)
    was_public = item.is_public
    _fill(work, item, data)
    touch(work, item, is_public=was_public or item.is_public)
    work.record("agenda.item_changed", item)
    return item


def move_item(work: Work, item_id: int, *, up: bool) -> Ordered:
    """Let an item change places with the one before or behind it in its part; at the end nothing happens."""
    item = take_item(work, item_id)
    items = items_of(work.session, item.meeting_id)
    before = [one.id for one in agenda.in_order(items)]
    other = agenda.neighbour(items, item.id, up=up)
    if other is None:
        return Ordered((), 0)
    after = [{item.id: other.id, other.id: item.id}.get(key, key) for key in before]
    return _store_order(work, meeting_of(work, item), items, after)


def order_items(work: Work, meeting_id: int, keys: Sequence[int], *, version: int) -> Ordered:
    """Put the whole agenda in another order at once; each part keeps its items.

    Raises:
        Conflict: the agenda is another one than ``version`` of the meeting had, or ``keys`` are not its items.
    """
    meeting = services.take(work, meeting_id, version)
    services.check_open(work.session, meeting)
    items = items_of(work.session, meeting_id)
    of_key = {one.id: one for one in agenda.in_order(items)}
    if sorted(keys) != sorted(of_key):
        raise Conflict
    return _store_order(work, meeting, items, sorted(keys, key=lambda key: not of_key[key].is_public))


def _store_order(work: Work, meeting: Meeting, items: Sequence[AgendaItem], after: Sequence[int]) -> Ordered:
    """Number the places anew. The items' own versions stay: who edits one meanwhile is not disturbed."""
    before = tuple(one.id for one in agenda.in_order(items))
    if tuple(after) == before:
        return Ordered((), meeting.version)
    rest = [one.id for one in items if one.id not in set(before)]
    for position, key in enumerate([*after, *rest], 1):
        # Past the mapper, which would count a version.
        work.session.execute(
            update(AgendaItem)
            .where(AgendaItem.id == key)
            .values(position=position)
            .execution_options(synchronize_session=False)
        )
    work.session.expire_all()
    public = {one.id for one in items if one.is_public}
    is_public = [key for key in before if key in public] != [key for key in after if key in public]
    touch(work, work.session.get_one(AgendaItem, after[0]), meeting, is_public=is_public)
    work.record("agenda.item_moved", work.session.get_one(AgendaItem, _moved(before, after)))
    return Ordered(before, meeting.version)


def _moved(before: Sequence[int], after: Sequence[int]) -> int:
    """Return which item went furthest: the one that was taken in hand."""
    return max(after, key=lambda key: abs(after.index(key) - before.index(key)))


def settle_item(work: Work, item_id: int, step: ItemStep, *, refusal: str = "") -> AgendaItem:
    """Take an item off (left over for another meeting, or not taken up), or put it on again, at the end.

    From the beginning of the meeting on, what is left for another keeps its place and number. ``refusal`` is why it
    is not taken up, for whoever proposed it.
    """
    item = take_item(work, item_id)
    if step is ItemStep.LEAVE and meeting_of(work, item).state not in UPCOMING:
        step = ItemStep.ADJOURN
    state = item_after(item.state, step)
    if item.state is state:
        return item
    if state is ItemState.ON_AGENDA and item.state is not ItemState.ADJOURNED:
        item.position = _last(work.session, item.meeting_id) + 1
    was_numbered = item.state in NUMBERED
    item.state = state
    item.refusal = refusal if state is ItemState.REFUSED else ""
    if was_numbered or state in NUMBERED:
        # A proposal that is not taken up was never on the agenda that those invited know.
        touch(work, item)
    work.record("agenda.item_settled", item)
    return item


def is_numbered(session: Session, item_id: int) -> bool:
    """Return whether an item has a place on the agenda."""
    return session.scalar(select(AgendaItem.state).where(AgendaItem.id == item_id)) in NUMBERED


def meeting_of(work: Work, item: AgendaItem) -> Meeting:
    """Return the meeting of an item, which ``take_item`` has locked."""
    return work.session.get_one(Meeting, item.meeting_id)


def numbers_of(session: Session, meeting_ids: Collection[int]) -> dict[int, str]:
    """Return the numbers of all items of some meetings by their keys; one statement."""
    items = session.scalars(
        select(AgendaItem).where(AgendaItem.meeting_id.in_(meeting_ids), AgendaItem.state.in_(NUMBERED))
    ).all()
    by_meeting: dict[int, list[AgendaItem]] = {}
    for one in items:
        by_meeting.setdefault(one.meeting_id, []).append(one)
    return {key: number for some in by_meeting.values() for key, number in agenda.numbers(some).items()}


def left_over(session: Session, meeting: Meeting) -> Sequence[AgendaItem]:
    """Return what earlier meetings of the same body left and no later one has taken up, oldest first.

    A meeting that was cancelled leaves all that was on its agenda or proposed for it.
    """
    lost = and_(Meeting.state == MeetingState.CANCELLED, AgendaItem.state.in_(UNSETTLED))
    taken = select(AgendaItem.carried_from_id).where(AgendaItem.carried_from_id.is_not(None))
    found = session.scalars(
        select(AgendaItem)
        .join(AgendaItem.meeting)
        .options(contains_eager(AgendaItem.meeting), joinedload(AgendaItem.proposed_by), *WITH_FILES)
        .where(
            Meeting.body_id == meeting.body_id,
            Meeting.starts_at < meeting.starts_at,
            or_(AgendaItem.state.in_((ItemState.LEFT_OVER, ItemState.ADJOURNED)), lost),
            AgendaItem.id.not_in(taken),
        )
        .order_by(Meeting.starts_at, AgendaItem.position)
        .limit(MOST_ITEMS)
    )
    return found.unique().all()


def carry_over(work: Work, meeting_id: int, item_ids: Sequence[int]) -> int:
    """Take up again what earlier meetings left; return how many items that are.

    A proposal that nobody has decided on stays one: no cancellation accepts it.
    """
    meeting = services.take(work, meeting_id)
    services.check_open(work.session, meeting)
    chosen = [one for one in left_over(work.session, meeting) if one.id in set(item_ids)]
    for old in chosen:
        data = ItemInput(old.title, old.kind, old.text, old.minutes_planned, old.presenter_id, old.is_public)
        is_proposal = old.state is ItemState.PROPOSED
        item = _new(work, meeting, data, ItemState.PROPOSED if is_proposal else ItemState.ON_AGENDA)
        item.carried_from_id, item.proposed_by_id = old.id, old.proposed_by_id
        taken = [
            ItemFile(item_id=item.id, file_id=files.copy(work, one.file).id, position=number)
            for number, one in enumerate(old.attached)
        ]
        work.session.add_all(taken)
        work.record("agenda.item_proposed" if is_proposal else "agenda.item_added", item)
        work.touch(taken)
    return len(chosen)


def take_item(work: Work, item_id: int) -> AgendaItem:
    """Return an item to change: its meeting is locked, and neither over for good nor frozen."""
    item = work.session.get(AgendaItem, item_id)
    if item is None:
        raise NotFound
    meeting = services.take(work, item.meeting_id)
    services.check_open(work.session, meeting)
    work.session.refresh(item)
    return item


def _new(work: Work, meeting: Meeting, data: ItemInput, state: ItemState) -> AgendaItem:
    count = work.session.scalar(select(func.count()).select_from(AgendaItem).where(AgendaItem.meeting_id == meeting.id))
    if (count or 0) >= MOST_ITEMS:
        raise RuleViolation(N_("An agenda has at most %(most)d items."), field="title", most=MOST_ITEMS)
    item = AgendaItem(meeting_id=meeting.id, position=_last(work.session, meeting.id) + 1, state=state)
    _fill(work, item, data)
    work.session.add(item)
    work.session.flush()
    touch(work, item, meeting)
    return item


def _fill(work: Work, item: AgendaItem, data: ItemInput) -> None:
    if not data.title:
        raise RuleViolation(N_("Please give the item a title."), field="title")
    if data.presenter_id is not None and work.session.get(Person, data.presenter_id) is None:
        raise RuleViolation(N_("Please choose a person."), field="presenter_id")
    item.title, item.kind, item.text, item.is_public = data.title, data.kind, data.text, data.is_public
    item.minutes_planned, item.presenter_id = data.minutes_planned, data.presenter_id


def touch(work: Work, item: AgendaItem, meeting: Meeting | None = None, *, is_public: bool | None = None) -> None:
    """Let those who were invited be told: the mails hold the agenda. A proposal is the office's business so far.

    What is not public is no news to guests.
    """
    found = meeting or work.session.get_one(Meeting, item.meeting_id)
    if item.state is ItemState.PROPOSED:
        return
    found.revise(work.now, is_inside=not (item.is_public if is_public is None else is_public))


def _last(session: Session, meeting_id: int) -> int:
    return session.scalar(select(func.max(AgendaItem.position)).where(AgendaItem.meeting_id == meeting_id)) or 0
