"""What it means for the meetings ahead that somebody leaves a body: said before the membership ends, done with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from coordination.core.i18n import N_, format_date, gettext
from coordination.core.work import Work
from coordination.directory.models import Person
from coordination.mail import outbox
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.meetings import letters, untold
from coordination.meetings.models import Invitation, Meeting
from coordination.meetings.reached import reached
from coordination.meetings.rules import ANSWER_WORDS, MeetingState
from coordination.meetings.taking_back import take_back
from coordination.meetings.words import label

#: Invitation, state of the newest mail, whether the person knows of the meeting and still sits on its day, and deputy.
Asked = tuple[Invitation, MailState | None, bool, bool, Person | None]
NOTHING_MAILED = N_(
    "%(title)s on %(day)s (answer: %(answer)s): %(name)s comes off the list if the membership ends before."
    " Nothing was mailed so far, so no mail says it; please tell %(name)s yourself."
)
NOTHING_LEFT = N_(
    "%(title)s on %(day)s (answer: %(answer)s): %(name)s comes off the list if the membership ends before."
    " Whether the invitation arrived is not known any more, and no cancellation goes out; please tell %(name)s"
    " yourself."
)
WAITS = N_(
    "%(title)s on %(day)s (answer: %(answer)s): the invitation of %(name)s still waits. If the membership ends"
    " before, it is taken back."
)
NEVER_CAME = N_(
    "%(title)s on %(day)s (answer: %(answer)s): the invitation of %(name)s did not arrive; no cancellation goes out."
)
WAITS_AND_KNOWS = N_(
    "%(title)s on %(day)s (answer: %(answer)s): %(name)s knows of it; the newest mail still waits. If the membership"
    " ends before, it is taken back, and a cancellation stands in the mail plan of the meeting; it goes out only when"
    " you send it there."
)
INVITED = N_(
    "%(title)s on %(day)s (answer: %(answer)s): %(name)s was invited. If the membership ends before, a cancellation"
    " stands in the mail plan of the meeting; it goes out only when you send it there."
)


DEPUTY_STAYS = N_(
    "%(deputy)s stands in for %(name)s there and stays invited. If nobody is to stand in, take %(deputy)s off the list"
    " in the mail plan of the meeting."
)


def meetings_left(session: Session, body_id: int, person_id: int, day: date) -> Sequence[str]:
    """Return a sentence for each meeting after a day to which somebody is asked as a member, by its date."""
    return [_said(*row) for row in _asked_to(session, body_id, person_id, day)]


def leave(work: Work, body_id: int, person_id: int, day: date) -> Sequence[tuple[int, str]]:
    """Take back what waits for somebody whose membership has just ended with a day, about each meeting after it.

    Returns key and name of the meetings of which they know, whose mail plan owes them a cancellation.
    """
    owed = []
    for row, _newest, _knows, sits, _deputy in _asked_to(work.session, body_id, person_id, day):
        if sits or row.mailed_sequence is None:
            continue
        meeting = work.session.get_one(Meeting, row.meeting_id, with_for_update=True)
        outbox.take_back(work, letters.about_reminder(meeting.id), person_id)
        take_back(work, meeting, person_id)
        if reached(work.session, meeting.id).has_heard(person_id):
            owed.append((meeting.id, label(meeting)))
        else:
            row.mailed_sequence = None
    return owed


def _asked_to(session: Session, body_id: int, person_id: int, day: date) -> list[Asked]:
    """Return to which meetings after a day somebody is asked as a member, by their date; one statement."""
    newest = select(OutboxMail.state).where(*untold.theirs()).order_by(OutboxMail.id.desc()).limit(1)
    of, deputy = aliased(Invitation), aliased(Person)
    asked_instead = of.meeting_id == Invitation.meeting_id, of.stands_in_for_id == Invitation.person_id
    rows = session.execute(
        select(Invitation, newest.correlate(Invitation).scalar_subquery(), untold.knows(), untold.sits(), deputy)
        .join(Invitation.meeting)
        .outerjoin(of, and_(*asked_instead, of.removed_at.is_(None)))
        .outerjoin(deputy, deputy.id == of.person_id)
        .options(
            contains_eager(Invitation.meeting).joinedload(Meeting.body),
            joinedload(Invitation.person),
        )
        .where(
            Meeting.body_id == body_id,
            Meeting.starts_at > datetime.combine(day, time.max),
            Meeting.state.in_((MeetingState.FIXED, MeetingState.INVITED)),
            Invitation.person_id == person_id,
            Invitation.removed_at.is_(None),
            # Guests and deputies stay on the list whoever they are in the body.
            Invitation.role.is_not(None),
            Invitation.stands_in_for_id.is_(None),
            ~Invitation.is_informed,
        )
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return [(row, state, bool(knows), bool(sits), instead) for row, state, knows, sits, instead in rows]


def _said(row: Invitation, newest: MailState | None, knows: bool, _sits: bool, deputy: Person | None) -> str:
    said = gettext(
        _which(row, newest, knows=knows),
        title=row.meeting.title,
        day=format_date(row.meeting.starts_at.date()),
        answer=gettext(ANSWER_WORDS[row.answer]),
        name=row.person.name,
    )
    return said if deputy is None else f"{said} {gettext(DEPUTY_STAYS, deputy=deputy.name, name=row.person.name)}"


def _which(row: Invitation, newest: MailState | None, *, knows: bool) -> str:
    if row.mailed_sequence is None:
        return NOTHING_MAILED
    if knows:
        return WAITS_AND_KNOWS if newest is MailState.WAITING else INVITED
    # A mail that is not there any more can neither be taken back nor followed by a cancellation.
    return {MailState.FAILED: NEVER_CAME, None: NOTHING_LEFT}.get(newest, WAITS)
