"""What meetings put on the desk: one's own next ones, what their office owes, and whose answers it waits for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from flask import url_for
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.access import Actor
from coordination.core.i18n import format_date, format_time, ngettext
from coordination.core.i18n import gettext as _
from coordination.core.registry import DeskLine, Section
from coordination.mail import stuck
from coordination.mail.desk import still_here
from coordination.meetings import office, overview, progress, queries, words
from coordination.meetings.access import clerical_bodies
from coordination.meetings.answers import is_open
from coordination.meetings.deadlines import Due, DueState, longest_gap
from coordination.meetings.models import Meeting
from coordination.meetings.office import OfficeBody, OpenMeeting
from coordination.meetings.progress import Next
from coordination.meetings.rules import ANSWER_WORDS, Deadline, MeetingState

#: Sentences of one kind.
MOST_OF_A_KIND = 5
MY_NEXT = 6
#: Somebody has not been told something: before whatever is overdue.
UNTOLD = stuck.URGENCY - 1
#: It is over, and nobody has said so: before what is due today.
NOT_ENDED = -1
#: Not begun here.
BEFORE = frozenset({MeetingState.FIXED, MeetingState.INVITED})
#: A rhythm that is missed waits longer than a deadline that nears.
RHYTHM = 40


def my_meetings(session: Session, actor: Actor, day: date) -> Section | None:
    """Return the next meetings of one's bodies and those one is invited to, to be answered in place."""
    now = clock.wall_clock(clock.utc_now())
    found = queries.next_own(session, actor, now, MY_NEXT)
    values = {
        "meetings": [
            (one, one.invitation is not None and is_open(one.meeting.state, one.meeting.starts_at, now))
            for one in found
        ],
        "words": words,
        "day": day,
        "answer_words": ANSWER_WORDS,
    }
    return Section("meetings/_desk_section.html", values) if found else None


def desk_lines(session: Session, actor: Actor, day: date) -> Sequence[DeskLine]:
    """Return what the office of one's own bodies should do, and whose answers it waits for."""
    mine = clerical_bodies(session, actor, day)
    if not mine:
        return []
    bodies = office.bodies_of(session, mine, day)
    opened = sorted(
        (one for body in bodies for one in body.open.values()), key=lambda one: (one.meeting.starts_at, one.meeting.id)
    )
    due = [
        (one.meeting, due)
        for one in opened
        if one.meeting.state is not MeetingState.CANCELLED
        for due in overview.due_of(one.meeting, day, one.overrides.values())
    ]
    return [
        *list(_invitations(due, day))[:MOST_OF_A_KIND],
        *list(_untold(opened, day))[:MOST_OF_A_KIND],
        *list(_leavers(opened, day))[:MOST_OF_A_KIND],
        *list(_stuck(opened))[:MOST_OF_A_KIND],
        *list(_proposed(opened, day))[:MOST_OF_A_KIND],
        *list(_not_ended(opened, day))[:MOST_OF_A_KIND],
        *list(_not_entered(opened, day))[:MOST_OF_A_KIND],
        *list(_answers(opened, day))[:MOST_OF_A_KIND],
        *list(_rhythm(bodies, day))[:MOST_OF_A_KIND],
    ]


def _invitations(due: Sequence[tuple[Meeting, Due]], day: date) -> Iterator[DeskLine]:
    for meeting, one in due:
        # Where the rules bind nobody, what is over is let be.
        is_let_be = one.state is DueState.OVER and not meeting.body.procedure.is_formal
        is_wanted = one.deadline is Deadline.INVITATION and meeting.ends_at.date() >= day
        if not is_wanted or is_let_be or one.state not in {DueState.NEAR, DueState.OVER}:
            continue
        text = (
            _("Invitation to %(title)s (%(body)s): the deadline ended on %(day)s.", **_named(meeting, one))
            if one.state is DueState.OVER
            else _(
                "Invitation to %(title)s (%(body)s): the deadline ends %(when)s.",
                when=words.distance(one.due, day),
                **_named(meeting, one, with_day=False),
            )
        )
        yield _next(meeting, Next.INVITE, one.days_left, text)


def _next(meeting: Meeting, step: Next, urgency: int, text: str) -> DeskLine:
    """Return a line whose button leads to where the step is done."""
    url = url_for(progress.PAGES[step], meeting_id=meeting.id)
    return DeskLine(urgency, text, _(progress.NEXT_WORDS[step]), url, about=f"{step}:{meeting.id}")


def _named(meeting: Meeting, due: Due, *, with_day: bool = True) -> dict[str, str]:
    named = {"title": meeting.title, "body": meeting.body.name}
    return named | {"day": format_date(due.due)} if with_day else named


def _untold(opened: Sequence[OpenMeeting], day: date) -> Iterator[DeskLine]:
    for one in opened:
        meeting = one.meeting
        if not (one.untold or one.in_vain) or meeting.ends_at.date() < day:
            continue
        url = url_for("meetings.invite", meeting_id=meeting.id)
        yield DeskLine(UNTOLD, _untold_words(one, day), _("Look at the mails"), url, about=f"untold:{meeting.id}")


def _untold_words(one: OpenMeeting, day: date) -> str:
    named = _where(one.meeting, day)
    if one.meeting.state is not MeetingState.CANCELLED:
        return ngettext(
            "%(title)s (%(body)s, %(when)s): one person knows another time or place.",
            "%(title)s (%(body)s, %(when)s): %(count)s people know another time or place.",
            one.untold,
            count=one.untold,
            **named,
        )
    if one.untold:
        return ngettext(
            "%(title)s (%(body)s, %(when)s) is cancelled; one person has not been told yet.",
            "%(title)s (%(body)s, %(when)s) is cancelled; %(count)s people have not been told yet.",
            one.untold,
            count=one.untold,
            **named,
        )
    return ngettext(
        "%(title)s (%(body)s, %(when)s) is cancelled; one mail that waits is to be taken back.",
        "%(title)s (%(body)s, %(when)s) is cancelled; %(count)s mails that wait are to be taken back.",
        one.in_vain,
        count=one.in_vain,
        **named,
    )


def _leavers(opened: Sequence[OpenMeeting], day: date) -> Iterator[DeskLine]:
    for one in opened:
        if not one.leavers or one.meeting.ends_at.date() < day:
            continue
        text = ngettext(
            "%(title)s (%(body)s, %(when)s): one person is no longer to come and has not been told yet.",
            "%(title)s (%(body)s, %(when)s): %(count)s people are no longer to come and have not been told yet.",
            one.leavers,
            count=one.leavers,
            **_where(one.meeting, day),
        )
        url = url_for("meetings.invite", meeting_id=one.meeting.id)
        yield DeskLine(UNTOLD, text, _("Look at the mails"), url, about=f"leavers:{one.meeting.id}")


def _stuck(opened: Sequence[OpenMeeting]) -> Iterator[DeskLine]:
    for one in opened:
        if not one.stuck:
            continue
        text = ngettext(
            "%(title)s (%(body)s): one mail did not get through, or may not have.",
            "%(title)s (%(body)s): %(count)s mails did not get through, or may not have.",
            one.stuck,
            count=one.stuck,
            title=one.meeting.title,
            body=one.meeting.body.name,
        )
        url = url_for("meetings.answers", meeting_id=one.meeting.id)
        yield DeskLine(stuck.URGENCY, text, _("Look at the mails"), url)


def _proposed(opened: Sequence[OpenMeeting], day: date) -> Iterator[DeskLine]:
    for one in opened:
        meeting = one.meeting
        if not one.proposed or meeting.ends_at.date() < day:
            continue
        text = ngettext(
            "%(title)s (%(body)s, %(when)s): one item was proposed and waits for you.",
            "%(title)s (%(body)s, %(when)s): %(count)s items were proposed and wait for you.",
            one.proposed,
            count=one.proposed,
            **_where(meeting, day),
        )
        url = url_for("meetings.edit_agenda", meeting_id=meeting.id, _anchor="proposed")
        yield DeskLine((meeting.starts_at.date() - day).days, text, _("Look at the proposals"), url)


def _not_ended(opened: Sequence[OpenMeeting], day: date) -> Iterator[DeskLine]:
    now = clock.wall_clock(clock.utc_now())
    for one in opened:
        meeting = one.meeting
        if meeting.state is not MeetingState.RUNNING or now < meeting.ends_at:
            continue
        named, ended_on = {"title": meeting.title, "body": meeting.body.name}, meeting.ends_at.date()
        text = (
            _("%(title)s (%(body)s) is over since %(time)s, but not ended.", time=format_time(meeting.ends_at), **named)
            if ended_on == day
            else _("%(title)s (%(body)s) is over since %(day)s, but not ended.", day=format_date(ended_on), **named)
        )
        url = url_for("meetings.meeting", meeting_id=meeting.id)
        yield DeskLine(NOT_ENDED, text, _(progress.NEXT_WORDS[Next.END]), url, about=f"{Next.END}:{meeting.id}")


def _not_entered(opened: Sequence[OpenMeeting], day: date) -> Iterator[DeskLine]:
    """Return meetings of former days that nobody began here; where the rules bind nobody, they are let be."""
    for one in opened:
        meeting = one.meeting
        if meeting.state not in BEFORE or meeting.ends_at.date() >= day or not meeting.body.procedure.is_formal:
            continue
        text = _(
            "%(title)s (%(body)s) was on %(day)s; nothing is entered yet.",
            day=format_date(meeting.ends_at.date()),
            title=meeting.title,
            body=meeting.body.name,
        )
        url = url_for("meetings.meeting", meeting_id=meeting.id)
        yield DeskLine(NOT_ENDED, text, _("Look at the meeting"), url)


def _answers(opened: Sequence[OpenMeeting], day: date) -> Iterator[DeskLine]:
    for one in opened:
        meeting = one.meeting
        if (
            meeting.state is not MeetingState.INVITED
            or meeting.starts_at.date() < day
            or not (one.silent or one.unsent)
        ):
            continue
        text = _unanswered(one, day)
        url = url_for("meetings.answers", meeting_id=meeting.id)
        yield DeskLine((meeting.starts_at.date() - day).days, text, _("Look at the answers"), url, waits=True)


def _unanswered(one: OpenMeeting, day: date) -> str:
    named = _where(one.meeting, day)
    if not one.silent:
        return _("%(title)s (%(body)s, %(when)s):", **named) + " " + still_here(one.unsent)
    said = _silent(one, named)
    return f"{said} {still_here(one.unsent)}" if one.unsent else said


def _silent(one: OpenMeeting, named: dict[str, str]) -> str:
    if one.asked == 1:
        return _("%(title)s (%(body)s, %(when)s): the one person who was asked has not answered.", **named)
    return ngettext(
        "%(title)s (%(body)s, %(when)s): one of %(asked)s has not answered.",
        "%(title)s (%(body)s, %(when)s): %(count)s of %(asked)s have not answered.",
        one.silent,
        count=one.silent,
        asked=one.asked,
        **named,
    )


def _where(meeting: Meeting, day: date) -> dict[str, str]:
    when = words.distance(meeting.starts_at.date(), day)
    return {"title": meeting.title, "body": meeting.body.name, "when": when}


def _rhythm(bodies: Sequence[OfficeBody], day: date) -> Iterator[DeskLine]:
    for one in bodies:
        gap = longest_gap(one.body.procedure)
        silent = (day - one.last_on).days if one.last_on else None
        if gap is None or one.is_planned or (silent is not None and silent <= gap):
            continue
        text = (
            _("%(body)s: no meeting yet.", body=one.body.name)
            if silent is None
            else _("%(body)s: no meeting %(since)s.", body=one.body.name, since=words.since(silent))
        )
        yield DeskLine(RHYTHM, text, _("Plan a meeting"), url_for("meetings.new", body_id=one.body.id))
