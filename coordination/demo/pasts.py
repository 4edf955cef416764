"""What meetings of the demonstration went through: entered, fixed, invited, held, closed; by whom, at which hour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coordination.accounts.models import UserAccount
from coordination.bodies.models import Membership
from coordination.core import clock, special_days
from coordination.core.access import BodyRole
from coordination.core.work import Work
from coordination.meetings import history
from coordination.meetings.models import Invitation, Meeting, MeetingChange
from coordination.meetings.rules import ChangeKind, MeetingState

#: Offices work from eight to half past four.
OPENS, CLOSES = time(8, 15), time(16, 30)
ENTERED, FIXED, INVITED = timedelta(weeks=9), timedelta(weeks=7, days=3), timedelta(days=24)
#: When minutes of bodies without rules have been read by everybody.
LIGHT_CLOSING = timedelta(days=10)
_S = MeetingState
_ORDER = (_S.DRAFT, _S.FIXED, _S.INVITED, _S.RUNNING, _S.MINUTES_OPEN, _S.CLOSED)


def at_work(wall: datetime) -> datetime:
    """Return the newest time until ``wall`` at which an office is open."""
    if wall.time() < OPENS:
        wall = datetime.combine(wall.date() - timedelta(days=1), CLOSES)
    while not special_days.is_working_day(wall.date()):
        wall = datetime.combine(wall.date() - timedelta(days=1), CLOSES)
    return min(wall, datetime.combine(wall.date(), CLOSES))


def just_now(now: datetime) -> datetime:
    """Return when an office has last done something before the instant ``now``, as an instant."""
    return clock.zoned(at_work(clock.wall_clock(now) - timedelta(hours=1)))


def day_before(now: datetime) -> datetime:
    """Return an office hour of the working day before ``just_now``."""
    return clock.zoned(at_work(clock.wall_clock(just_now(now)) - timedelta(hours=20)))


def offices(session: Session) -> dict[int, int]:
    """Return body → the account of who keeps its office."""
    rows = session.execute(
        select(Membership.body_id, UserAccount.id)
        .join(UserAccount, UserAccount.person_id == Membership.person_id)
        .where(Membership.role == BodyRole.SECRETARIAT)
    )
    return dict(rows.all())


def load(work: Work) -> None:
    """Tell the past of every meeting, beside what was moved or cancelled."""
    session = work.session
    office = offices(session)
    first, count = func.min(Invitation.mailed_at), func.count(Invitation.mailed_at)
    rows = session.execute(select(Invitation.meeting_id, first, count).group_by(Invitation.meeting_id))
    mailed = {meeting_id: (sent, mails) for meeting_id, sent, mails in rows}
    known = session.scalars(select(MeetingChange)).all()
    for change in known:
        change.user_id = office.get(_body_of(session, change))
    for meeting in session.scalars(select(Meeting).order_by(Meeting.id)).all():
        for change in _told(work, meeting, *mailed.get(meeting.id, (None, 0))):
            change.meeting_id, change.user_id = meeting.id, office.get(meeting.body_id)
            session.add(change)


def closed(work: Work, meeting: Meeting) -> None:
    """Tell that a meeting was closed when its minutes were approved."""
    row = _line(ChangeKind.STATE, clock.wall_clock(work.now), before=_S.MINUTES_OPEN, after=_S.CLOSED)
    row.meeting_id, row.user_id = meeting.id, offices(work.session).get(meeting.body_id)
    work.session.add(row)


def _body_of(session: Session, change: MeetingChange) -> int:
    return session.get_one(Meeting, change.meeting_id).body_id


def _told(work: Work, meeting: Meeting, sent: datetime | None, mails: int) -> Iterator[MeetingChange]:
    planned = meeting.moved_from or meeting.starts_at
    length = meeting.ends_at - meeting.starts_at
    entered = at_work(min(planned - ENTERED, clock.wall_clock(day_before(work.now)) - timedelta(days=1)))
    span = history.pack_span(planned, planned + length)
    yield _line(ChangeKind.CREATED, entered, after=span)
    if sent is not None:
        yield _line(ChangeKind.INVITED, clock.wall_clock(sent), after=str(mails))
    for before, after, wall in _states(meeting, entered, sent):
        # What was fixed or closed only lately: at the newest just before the day of loading.
        yield _line(ChangeKind.STATE, min(wall, clock.wall_clock(just_now(work.now))), before=before, after=after)


def _line(kind: ChangeKind, wall: datetime, *, before: str = "", after: str = "") -> MeetingChange:
    return MeetingChange(at=clock.zoned(wall), kind=kind, before=before, after=after)


def _states(
    meeting: Meeting, entered: datetime, sent: datetime | None
) -> Sequence[tuple[MeetingState, MeetingState, datetime]]:
    """Return the steps that a meeting has taken until now: from, to and when."""
    fixed = max(entered, meeting.starts_at - FIXED)
    fixed = at_work(min(fixed, clock.wall_clock(sent)) if sent else fixed)
    when = {_S.FIXED: max(fixed, entered), _S.RUNNING: meeting.starts_at, _S.MINUTES_OPEN: meeting.ends_at}
    if sent is not None:
        when[_S.INVITED] = clock.wall_clock(sent)
    if not meeting.body.procedure.is_formal:
        when[_S.CLOSED] = at_work(meeting.ends_at + LIGHT_CLOSING)
    # A formal body's is closed with its approval, see ``freezing``.
    reached = _S.FIXED if meeting.state is _S.CANCELLED else meeting.state
    passed = [one for one in _ORDER[1 : _ORDER.index(reached) + 1] if one in when]
    return [(before, after, when[after]) for before, after in zip([_S.DRAFT, *passed], passed, strict=False)]
