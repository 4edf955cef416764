"""The pages of one place and of one person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from coordination.core import clock, registry
from coordination.core.access import Permission, allows
from coordination.core.errors import NotFound
from coordination.directory import (
    asof,
    boards,
    closing,
    covers,
    earlier,
    page_queries,
    panels,
    queries,
    standing_in,
    undo_links,
    undo_offers,
    words,
)
from coordination.directory.asof import AsOf, Then
from coordination.directory.blueprint import bp
from coordination.directory.confirming import own
from coordination.directory.consents import queries as consents
from coordination.directory.duplicates import queries as doubles
from coordination.directory.full_weeks import FullWeeks
from coordination.directory.further import queries as further
from coordination.directory.further.models import PlaceFurtherDistrict
from coordination.directory.models import Assignment, EarlierValue, Person, Place
from coordination.directory.offers import queries as offers
from coordination.directory.offers.models import Offer
from coordination.directory.panels import Entry
from coordination.directory.person_services import looks_private
from coordination.directory.sites import proposals
from coordination.directory.sites import queries as sites
from coordination.directory.spaces import guesses
from coordination.directory.spaces import queries as spaces
from coordination.directory.spaces.models import PlaceSocialSpace
from coordination.directory.stays import Sorted
from coordination.directory.successions import queries as successions
from coordination.directory.successions.days import odd_days
from coordination.directory.successions.models import PlaceSuccession
from coordination.web.extensions import db
from coordination.web.guard import authorize, current_actor


def asked_day() -> AsOf:
    """Ask for the right to read, and return the day that the request is about; a remark becomes a message."""
    authorize(Permission.DIRECTORY_READ)
    g.nav_key = "directory"
    found = asof.read(request.args.get("stand"), current_actor(), clock.wall_clock(clock.utc_now()))
    if found.remark:
        flash(found.remark, "warning")
    return found


@bp.get("/orte/<int:place_id>")
def place(place_id: int) -> ResponseReturnValue:
    """Show a place: who is there today, and all else that is known of it."""
    as_of, session = asked_day(), db.session()
    found = queries.get_place(session, place_id)
    assignments = Sorted.of(page_queries.all_assignments(session, place_id=place_id), as_of)
    parts = sites.of_school(session, found, as_of.day)
    there = _at_sites(session, parts.there, as_of)
    related = page_queries.related_places(session, found, as_of.day)
    every = [*assignments.current, *assignments.planned, *assignments.near, *assignments.former]
    offered = offers.offers_at(session, place_id, as_of)
    followed = successions.of_place(session, place_id, as_of)
    run_by = [one.organisation for one in offered.shown if one.organisation]
    then = Then.of(session, as_of, [*every, *there], found, *run_by, places=[*related, *parts.places, *followed.places])
    entries, near = _entries(session, assignments, then, as_of)
    site_entries = _entries_at(session, there, then, as_of)
    belonging, working = spaces.of_place(session, place_id), further.of_place(session, place_id)
    left = _left(belonging, working, as_of.today)
    return render_template(
        "directory/place.html",
        place=found,
        subject=queries.subject_of(found),
        subject_of=queries.subject_of,
        as_of=as_of,
        then=then,
        words=words,
        panel=panels.place_panel(found, entries, as_of, elsewhere=site_entries),
        entries=entries,
        week=panels.week_rows(entries, near, as_of, _grid(assignments, then, _person_url(as_of))),
        assignments=assignments,
        weeks=FullWeeks(session, as_of.day),
        own=own.of_page(session, current_actor(), assignments.current, as_of.today),
        badges=words.place_badges(found, as_of.day, then),
        district=_district(session, found, then),
        further=further.holding(working, as_of.day, but=words.district_key(found, then)),
        spaces=spaces.holding(belonging, as_of.day),
        offers=offered.shown,
        closed=closing.with_school(found, then),
        after=_following(followed, assignments, as_of),
        origins=followed.origins(then),
        guess=_guess(session, found, belonging, as_of),
        sites=parts,
        site_entries=panels.by_place(site_entries),
        proposals=_proposals(session, found, as_of),
        neighbours=[one for one in related if found.id != one.parent_id and one.id != found.parent_id],
        operator=then.organisation_of(found),
        earlier=earlier.merged(_history(session, found, as_of), left, earlier.of_offers(offered.ended, _keep_url)),
        undoable=_undoable(session, every, as_of, found),
        kept_since=queries.kept_since(session, found) if as_of.is_past else None,
        boxes=boxes(registry.place_panels, session, place_id, as_of.day),
    )


def _left(
    belonging: Sequence[PlaceSocialSpace], working: Sequence[PlaceFurtherDistrict], day: date
) -> list[earlier.Earlier]:
    """Return the social spaces and further districts that a place no longer belongs to or works for."""
    return [*earlier.of_spaces(spaces.left(belonging, day)), *earlier.of_further(further.left(working, day))]


def _entries(session: Session, assignments: Sorted, then: Then, as_of: AsOf) -> tuple[list[Entry], list[Entry]]:
    """Return what is shown of the day, and what else of its week."""
    rows = boards.rows(session, [*assignments.current, *assignments.near], as_of.day)
    now = len(assignments.current)
    return panels.entries_of(rows[:now], then, as_of), panels.entries_of(rows[now:], then, as_of)


def _grid(assignments: Sorted, then: Then, url: panels.Address, *, by_place: bool = False) -> panels.Grid:
    """Return how the week is drawn, with whom to ask on the days on which somebody is away."""

    def said(lane: Sequence[Entry], days: Sequence[date]) -> list[covers.Cover]:
        return covers.covers(lane, days, then)

    return panels.Grid(assignments.stays, url, by_place, said)


def _following(
    followed: successions.Successions, assignments: Sorted, as_of: AsOf
) -> list[tuple[PlaceSuccession, int, list[str]]]:
    """Return what followed a place, each with how many assignments go on there, and what its day does not meet."""
    return [
        (one, successions.going_on(assignments, max(one.on_day, as_of.today)), odd_days(one)) for one in followed.after
    ]


def _at_sites(session: Session, there: Sequence[Place], as_of: AsOf) -> Sequence[Assignment]:
    """Return who is assigned to the sites of a school; without any nothing is asked."""
    return page_queries.current_assignments(session, [one.id for one in there], as_of.day) if there else []


def _entries_at(session: Session, at_sites: Sequence[Assignment], then: Then, as_of: AsOf) -> list[Entry]:
    """Return what is shown of those at the sites of a school; without any nothing is asked."""
    return panels.entries_of(boards.rows(session, at_sites, as_of.day), then, as_of) if at_sites else []


def _history(session: Session, found: Place, as_of: AsOf) -> list[earlier.Earlier]:
    """Return what a place was called before, where it was, how it was reached."""
    values = queries.history_of(session, found)
    return earlier.lines(values, as_of.today, queries.names_in(session, values))


def _keep_url(offer: Offer) -> str:
    """Return where an offer that has ended is kept, for those who may; others only read that it was there."""
    may_edit = allows(current_actor(), Permission.DIRECTORY_EDIT, queries.subject_of(offer))
    return url_for("directory.edit_offer", offer_id=offer.id) if may_edit else ""


def _guess(session: Session, found: Place, belonging: Sequence[PlaceSocialSpace], as_of: AsOf) -> guesses.Guess | None:
    """Return a social space that a place may belong to, for those who can say whether it does."""
    if not as_of.is_today or spaces.holding(belonging, as_of.day):
        return None
    may_edit = allows(current_actor(), Permission.DIRECTORY_EDIT, queries.subject_of(found))
    return guesses.guess(session, found, as_of.day) if may_edit else None


def _proposals(session: Session, found: Place, as_of: AsOf) -> Sequence[proposals.Proposal]:
    """Return the sites that the catchment zones speak of, for those who can enter one; a fact it is for nobody."""
    if (
        not as_of.is_today
        or not allows(current_actor(), Permission.DIRECTORY_EDIT_ALL)
        or not proposals.may_concern(found)
    ):
        return []
    return proposals.read(session, as_of.day).at(found)


def _person_url(as_of: AsOf) -> panels.Address:
    def address(assignment: Assignment) -> str | None:
        if assignment.person_id is None:
            return None
        return url_for("directory.person", person_id=assignment.person_id, **as_of.arguments)

    return address


def _district(session: Session, found: Place, then: Then) -> tuple[int, str] | None:
    """Return the district as of the day: the city's own statement; what was only inferred is no fact.

    A site without one lies in that of its school.
    """
    key = words.district_key(found, then)
    if key is None:
        return None
    one = found.district if found.district is not None and found.district.id == key else None
    one = one or queries.get_district(session, key)
    return one.id, one.name


def boxes(fillers: Sequence[registry.PanelFiller], session: Session, key: int, day: date) -> list[registry.Panel]:
    """Return what other parts of the product put on a page."""
    filled = (fill(session, current_actor(), key, day) for fill in fillers)
    return [box for box in filled if box is not None]


@bp.get("/personen/<int:person_id>")
def person(person_id: int) -> ResponseReturnValue:
    """Show a person: where and when they are, and how to reach them."""
    as_of = asked_day()
    session = db.session()
    try:
        found = queries.get_person(session, person_id, current_actor())
    except NotFound:
        if (kept := doubles.kept_of(session, person_id)) is None:
            raise
        return redirect(url_for(".person", person_id=kept), 301)
    history = queries.history_of(session, found)
    may_edit = allows(current_actor(), Permission.DIRECTORY_EDIT, queries.subject_of(found))
    assignments = Sorted.of(page_queries.all_assignments(session, person_id=person_id), as_of)
    every = [*assignments.current, *assignments.planned, *assignments.near, *assignments.former]
    then = Then.of(session, as_of, every, found)
    entries, near = _entries(session, assignments, then, as_of)
    weeks = FullWeeks(session, as_of.day)
    return render_template(
        "directory/person.html",
        person=found,
        subject=queries.subject_of(found),
        subject_of=queries.subject_of,
        as_of=as_of,
        then=then,
        words=words,
        name=then.name(found),
        organisation=then.organisation_of(found),
        initials=(found.given_name[:1] + found.family_name[:1]).upper(),
        left_on=_left_on(found, as_of),
        released=_released(session, found, as_of),
        heading=words.day_heading(as_of.day, as_of.today),
        entries=entries,
        stands_in=standing_in.of_person(session, current_actor(), found, as_of),
        week=panels.week_rows(entries, near, as_of, _grid(assignments, then, _place_url(as_of), by_place=True)),
        posts=_posts(entries, weeks),
        weeks=weeks,
        own=own.of_page(session, current_actor(), assignments.current, as_of.today),
        assignments=assignments,
        earlier=earlier.lines(history, as_of.today, queries.names_in(session, history), without=earlier.CONTACT),
        earlier_contact=_earlier_contact(history, as_of) if may_edit else [],
        may_see_contact_then=may_edit and as_of.is_past,
        merged=doubles.told(doubles.merged_into(session, person_id)) if may_edit else [],
        undoable=_undoable(session, every, as_of, found),
        private_email=_private_email(found, as_of, may_edit=may_edit),
        kept_since=queries.kept_since(session, found) if as_of.is_past else None,
        waiting=[] if as_of.is_past else boxes(registry.person_waiting, session, person_id, as_of.day),
        boxes=boxes(registry.person_panels, session, person_id, as_of.day),
    )


def _private_email(found: Person, as_of: AsOf, *, may_edit: bool) -> str:
    """Return the address of somebody if it looks private, for those who keep them or plan; "" otherwise."""
    is_shown = not as_of.is_past and _left_on(found, as_of) is None
    is_asked = is_shown and (may_edit or as_of.plans(found.organisation_id))
    return found.email if is_asked and looks_private(found.email) else ""


def _released(session: Session, found: Person, as_of: AsOf) -> consents.Shown:
    """Return what somebody shows of what is private; of another day than today nothing."""
    return consents.shown(session, current_actor(), found.id, as_of.today) if as_of.is_today else consents.NOTHING


def _undoable(
    session: Session, assignments: Sequence[Assignment], as_of: AsOf, of: Person | Place
) -> list[tuple[undo_offers.Offer, str]]:
    """Return what can be taken back from today's page, each with its signed address."""
    if as_of.is_past:
        return []
    offers = undo_offers.offers(session, current_actor(), assignments, clock.utc_now(), of=of)
    return [
        (
            one,
            url_for(".take_back", assignment_id=one.done.assignment_id, **undo_links.step_arguments(one.done)),
        )
        for one in offers
    ]


def _earlier_contact(history: Sequence[EarlierValue], as_of: AsOf) -> list[earlier.Earlier]:
    """Return by what numbers and addresses somebody was reached once: for those only who keep them in order."""
    return earlier.lines([one for one in history if one.field in earlier.CONTACT], as_of.today)


def _place_url(as_of: AsOf) -> panels.Address:
    return lambda assignment: url_for("directory.place", place_id=assignment.place_id, **as_of.arguments)


def _left_on(found: Person, as_of: AsOf) -> date | None:
    """Return the first day on which somebody no longer works here, if that day has come."""
    if found.valid_until is None or found.valid_until >= as_of.day:
        return None
    return found.valid_until + timedelta(days=1)


def _posts(entries: Sequence[Entry], weeks: FullWeeks) -> Decimal | None:
    """Return the sum of posts, or None as soon as one share is not known."""
    shares = [weeks.posts(one.share_posts, one.share_hours, one.employer_id) for one in (e.assignment for e in entries)]
    known = [share for share in shares if share is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(shares) else None
