"""Keeping posts: entered, held by somebody else from a day on, responsible for more or less, ended.

Nothing that was is rewritten; whoever holds a post next is responsible for what it was responsible for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from coordination.core.access import Permission, Subject, require
from coordination.core.errors import NotFound, RuleViolation
from coordination.core.i18n import N_, format_date
from coordination.core.versions import check_version
from coordination.core.work import Work
from coordination.directory import first_day
from coordination.directory.models import District, Organisation, Person, Place
from coordination.directory.responsibilities.models import Post, PostHolder, Responsibility
from coordination.directory.responsibilities.queries import get_post, post_of, subject_of
from coordination.directory.responsibilities.rules import Scope
from coordination.directory.school_forms import FORMS
from coordination.topics.models import Topic

DAY = timedelta(days=1)
_TOO_EARLY = N_("The post has been there since %(day)s. Please choose that day or a later one.")
_OVER = N_("The post ends on %(day)s. Please choose an earlier day.")
_NOT_YET = N_("That would be before it begins. Please choose %(day)s or a later day.")


@dataclass(frozen=True, slots=True)
class PostInput:
    """A post as typed; without a person it is vacant."""

    function: str
    organisation_id: int
    person_id: int | None
    valid_from: date


@dataclass(frozen=True, slots=True)
class ResponsibilityInput:
    """A responsibility as typed; of the three the scope says which one counts."""

    topic_id: int
    scope: Scope
    valid_from: date
    district_id: int | None = None
    form_code: str = ""
    place_id: int | None = None


def _take(work: Work, post_id: int, version: int) -> Post:
    post = get_post(work.session, work.actor, post_id, work.today)
    require(work.actor, Permission.DIRECTORY_EDIT, subject_of(post))
    # Locked, so that the second of two forms at once is told, whichever database it is.
    work.session.refresh(post, ["version"], with_for_update=True)
    check_version(post, version)
    # What hangs on it changes, and so does its version.
    flag_modified(post, "function")
    # What was confirmed is not what it is now.
    post.forget_confirmation()
    return post


def _check_day(post: Post, day: date, field: str) -> None:
    if day < post.valid_from:
        raise RuleViolation(_TOO_EARLY, field=field, day=format_date(post.valid_from))
    if post.valid_until is not None and day > post.valid_until:
        raise RuleViolation(_OVER, field=field, day=format_date(post.valid_until))


def _check_person(work: Work, person_id: int | None, first_on: date) -> None:
    if person_id is None:
        return
    person = work.session.get(Person, person_id)
    if person is None or (person.valid_until is not None and person.valid_until < first_on):
        raise RuleViolation(N_("This person no longer works here on that day."), field="person_id")
    organisation = frozenset() if person.organisation_id is None else frozenset({person.organisation_id})
    require(work.actor, Permission.DIRECTORY_EDIT, Subject(organisation_ids=organisation))
    first_day.check_begun(person, first_on, "person_id")


def create_post(work: Work, data: PostInput) -> Post:
    """Enter a post.

    Raises:
        RuleViolation: the organisation has this post already, or the person is not there any more.
        Forbidden: organisation or person are not the actor's to edit.
    """
    require(work.actor, Permission.DIRECTORY_EDIT, Subject(organisation_ids=frozenset({data.organisation_id})))
    if work.session.get(Organisation, data.organisation_id, with_for_update=True) is None:
        raise NotFound
    _check_name(work, data.function, data.organisation_id)
    _check_person(work, data.person_id, data.valid_from)
    post = Post(function=data.function, organisation_id=data.organisation_id, valid_from=data.valid_from)
    if data.person_id is not None:
        post.holders = [PostHolder(person_id=data.person_id, valid_from=data.valid_from)]
    work.session.add(post)
    work.record("post.created", post)
    return post


def _check_name(work: Work, function: str, organisation_id: int, but: int = 0) -> None:
    twin = select(Post.id).where(
        Post.organisation_id == organisation_id,
        Post.function == function,
        Post.valid_until.is_(None),
        Post.id != but,
    )
    if work.session.scalar(twin.limit(1)) is not None:
        raise RuleViolation(N_("This organisation has a post with this name already."), field="function")


def rename_post(work: Work, post_id: int, function: str, *, version: int) -> None:
    """Call a post something else.

    Raises:
        RuleViolation: the organisation has a post of that name.
        Conflict: somebody has changed it in the meantime. So do the other functions that take a version.
    """
    post = _take(work, post_id, version)
    _check_name(work, function, post.organisation_id, post.id)
    post.function = function
    work.record("post.changed", post)


def change_holder(work: Work, post_id: int, person_id: int | None, first_on: date, *, version: int) -> None:
    """Let somebody else hold the post from a day on, or nobody; its responsibilities stay.

    Raises:
        RuleViolation: another change is entered for a later day, the person holds it already or has left.
    """
    post = _take(work, post_id, version)
    _check_day(post, first_on, "first_on")
    last = post.holders[-1] if post.holders else None
    stays = last is not None and (last.valid_until is None or last.valid_until >= first_on)
    if stays and last is not None and last.person_id == person_id and last.valid_until == post.valid_until:
        raise RuleViolation(N_("This person holds the post already."), field="person_id")
    if not stays and person_id is None:
        raise RuleViolation(N_("The post is vacant on that day already."), field="person_id")
    if last is not None and last.valid_from > first_on:
        text = N_("A change on %(day)s is entered already. Please choose that day or a later one.")
        raise RuleViolation(text, field="first_on", day=format_date(last.valid_from))
    _check_person(work, person_id, first_on)
    if stays and last is not None:
        if last.valid_from == first_on:
            post.holders.remove(last)
        else:
            last.valid_until = first_on - DAY
    if person_id is not None:
        post.holders.append(PostHolder(person_id=person_id, valid_from=first_on, valid_until=post.valid_until))
    work.record("post.holder_changed", post)
    if last is not None:
        # Where no row says any more that they held it, the search would not know whom it concerns.
        work.touch([work.session.get_one(Person, last.person_id)])


def add_responsibility(work: Work, post_id: int, data: ResponsibilityInput, *, version: int) -> None:
    """Make a post responsible for a topic.

    Raises:
        RuleViolation: it is so already, or what the scope asks for is not chosen.
    """
    post = _take(work, post_id, version)
    _check_day(post, data.valid_from, "valid_from")
    topic = work.session.get(Topic, data.topic_id)
    if topic is None or topic.merged_into_id is not None:
        raise RuleViolation(N_("Please choose a topic."), field="topic_id")
    row = _scoped(work, data)
    for other in post.responsibilities:
        is_same = other.topic_id == topic.id and other.where == row.where
        if is_same and (other.valid_until is None or other.valid_until >= data.valid_from):
            raise RuleViolation(N_("The post is responsible for this already."), field="topic_id")
    post.responsibilities.append(row)
    work.record("post.responsible", post)


def _scoped(work: Work, data: ResponsibilityInput) -> Responsibility:
    row = Responsibility(topic_id=data.topic_id, scope=data.scope, form_code="", valid_from=data.valid_from)
    match data.scope:
        case Scope.DISTRICT:
            if data.district_id is None or work.session.get(District, data.district_id) is None:
                raise RuleViolation(N_("Please choose a district."), field="district_id")
            row.district_id = data.district_id
        case Scope.SCHOOL_FORM:
            if data.form_code not in FORMS:
                raise RuleViolation(N_("Please choose a school form."), field="form_code")
            row.form_code = data.form_code
        case Scope.PLACE:
            if data.place_id is None or work.session.get(Place, data.place_id) is None:
                raise RuleViolation(N_("Please choose a place."), field="place_id")
            row.place_id = data.place_id
        case Scope.EVERYWHERE:
            pass
    return row


def end_responsibility(work: Work, responsibility_id: int, last_on: date, *, version: int) -> None:
    """Let a responsibility end with a day.

    Raises:
        RuleViolation: the day is before it begins, or after the post ends.
    """
    post = post_of(work.session, work.actor, responsibility_id, work.today)
    _take(work, post.id, version)
    row = next(one for one in post.responsibilities if one.id == responsibility_id)
    if last_on < row.valid_from:
        raise RuleViolation(_NOT_YET, field="last_on", day=format_date(row.valid_from))
    if post.valid_until is not None and last_on > post.valid_until:
        raise RuleViolation(_OVER, field="last_on", day=format_date(post.valid_until))
    row.valid_until = last_on
    work.record("post.not_responsible", post)


def end_post(work: Work, post_id: int, last_on: date, *, version: int) -> None:
    """Let a post end with a day, with all that hangs on it; it stays in the history.

    Raises:
        RuleViolation: something of it begins later than that.
    """
    post = _take(work, post_id, version)
    parts: list[PostHolder | Responsibility] = [*post.holders, *post.responsibilities]
    first = max([post.valid_from, *(one.valid_from for one in parts)])
    if last_on < first:
        raise RuleViolation(_NOT_YET, field="last_on", day=format_date(first))
    whole: list[Post | PostHolder | Responsibility] = [post, *parts]
    for one in whole:
        if one.valid_until is None or one.valid_until > last_on:
            one.valid_until = last_on
    work.record("post.ended", post)


def follow_topic(work: Work, topic_id: int, merged_id: int | None) -> None:
    """Let posts follow a topic that is called something else, or that another became part of (``registry``).

    Where a post was responsible for both at the same place, one row says so for the time of both.
    """
    session = work.session
    if merged_id is not None:
        known = _by_place(work, topic_id)
        for row in session.scalars(select(Responsibility).where(Responsibility.topic_id == merged_id)).all():
            twin = next((one for one in known.get((row.post_id, row.where), []) if _meet(one, row)), None)
            if twin is None:
                row.topic_id = topic_id
                continue
            twin.valid_from = min(twin.valid_from, row.valid_from)
            ends = twin.valid_until, row.valid_until
            twin.valid_until = None if ends[0] is None or ends[1] is None else max(ends[0], ends[1])
            session.delete(row)
        session.flush()
    mine = select(Responsibility.post_id).where(Responsibility.topic_id == topic_id)
    statement = select(Post).where(Post.id.in_(mine)).execution_options(populate_existing=True)
    work.changed.extend(session.scalars(statement))


def _by_place(work: Work, topic_id: int) -> dict[object, list[Responsibility]]:
    found: dict[object, list[Responsibility]] = {}
    for row in work.session.scalars(select(Responsibility).where(Responsibility.topic_id == topic_id)):
        found.setdefault((row.post_id, row.where), []).append(row)
    return found


def _meet(one: Responsibility, other: Responsibility) -> bool:
    """Return whether two hold on a day in common."""
    starts = max(one.valid_from, other.valid_from)
    return all(row.valid_until is None or row.valid_until >= starts for row in (one, other))
