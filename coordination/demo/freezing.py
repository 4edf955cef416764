"""Approving minutes of the demonstration, by the same path as the office."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import SYSTEM
from coordination.core.work import Work, writing
from coordination.demo import pasts
from coordination.demo.scripts import HELD
from coordination.files.serving import store
from coordination.meetings.models import Meeting
from coordination.meetings.rules import MeetingState
from coordination.minutes import state_services
from coordination.minutes.document import build
from coordination.minutes.making import make
from coordination.minutes.models import Minutes
from coordination.minutes.pages import setting
from coordination.minutes.reading_views import file_name
from coordination.minutes.state_services import Approval, Frozen

#: Where no meeting followed, minutes were approved in writing.
IN_WRITING = timedelta(days=21)


def freeze(session: Session) -> None:
    """Approve the minutes of formal bodies that have closed, each on the day of the next meeting."""
    plain = setting()
    approvals = _approvals(session)
    documents = []
    for key, approval in approvals:
        meeting = session.get_one(Meeting, key)
        document = build(session, meeting, replace(plain, approved_on=approval.on), with_inside=True)
        documents.append((document, file_name(meeting, "pdf")))
    session.rollback()
    # As in the product: the files are made before the transaction, each by a process of its own.
    with ThreadPoolExecutor(2) as pool:
        files = list(pool.map(lambda one: make(one[0][0], "pdf", one[1][1].on), zip(documents, approvals, strict=True)))
    for (key, approval), (document, name), content in zip(approvals, documents, files, strict=True):
        frozen = Frozen(document, plain, store().put(content), len(content), name)
        evening = datetime.combine(approval.on, datetime.min.time()) + timedelta(hours=18)
        with writing():
            work = Work(session, SYSTEM, min(clock.zoned(evening), clock.utc_now()))
            version = session.scalars(select(Minutes.version).where(Minutes.meeting_id == key)).one()
            state_services.approve(work, key, approval, version=version, frozen=frozen)
            pasts.closed(work, session.get_one(Meeting, key))
            work.finish()


def _approvals(session: Session) -> list[tuple[int, Approval]]:
    meetings = session.scalars(select(Meeting).where(Meeting.state.in_(HELD)).order_by(Meeting.starts_at)).all()
    found = []
    for n, meeting in enumerate(meetings):
        if meeting.state is MeetingState.CLOSED and meeting.body.procedure.is_formal:
            following = next((one for one in meetings[n + 1 :] if one.body_id == meeting.body_id), None)
            day = following.starts_at.date() if following else _in_writing(meeting)
            found.append((meeting.id, Approval(day, following.id if following else None)))
    return found


def _in_writing(meeting: Meeting) -> date:
    return min(meeting.starts_at.date() + IN_WRITING, clock.today())
