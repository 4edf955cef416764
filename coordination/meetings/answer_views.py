"""Answering: by personal link without an account, signed in on the meeting's page, or entered by the office."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.bodies import contact
from coordination.bodies.procedure import Deputies
from coordination.bodies.rules import ROLE_WORDS
from coordination.core import clock
from coordination.core.access import ANONYMOUS
from coordination.core.errors import LinkOver, NotFound, RuleViolation
from coordination.core.i18n import gettext as _
from coordination.core.i18n import sentence, use_language
from coordination.core.work import Work
from coordination.directory.addressees import readers
from coordination.directory.models import Person
from coordination.mail import outbox, stuck, stuck_steps
from coordination.mail.desk import has_server, hindrance, on_the_way
from coordination.mail.stuck import Stuck
from coordination.mail.stuck_steps import Around
from coordination.mail.words import STATE_WORDS as MAIL_WORDS
from coordination.mail.words import reason
from coordination.meetings import (
    answer_history,
    answer_services,
    invitation_services,
    letters,
    preview,
    queries,
    undelivered,
    words,
)
from coordination.meetings.answer_file_views import wrong_links
from coordination.meetings.answer_forms import AnswerForm, OfficeAnswerForm
from coordination.meetings.answers import is_open
from coordination.meetings.answers_before import before_move, moved_for
from coordination.meetings.blueprint import bp
from coordination.meetings.invitation_views import site
from coordination.meetings.invitees import (
    Listed,
    deputies_for,
    deputy_of,
    expectation,
    informed,
    is_taken,
    let_go,
    listed,
    wanted,
)
from coordination.meetings.models import Invitation, Meeting
from coordination.meetings.pages import managed, opened
from coordination.meetings.rules import ANSWER_WORDS, ORIGIN_WORDS, Answer, MeetingState
from coordination.meetings.standing import has_left, standing
from coordination.meetings.untold import untold
from coordination.web.extensions import csrf, db
from coordination.web.guard import current_actor, open_to_all, unit_of_work


def can_be_answered(meeting: Meeting) -> bool:
    """Return whether it still makes sense to say whether one comes."""
    return is_open(meeting.state, meeting.starts_at, clock.wall_clock(clock.utc_now()))


def offered_deputies(meeting: Meeting, one: Listed) -> tuple[list[Person], list[str]]:
    """Return whom somebody may ask instead, and why others cannot be asked, in sentences.

    Who stands in already asks nobody, and neither do guests.
    """
    if meeting.body.procedure.deputies is Deputies.NONE or one.invitee.stands_in_for or one.invitee.role is None:
        return [], []
    taken = {other.person.id: other for other in listed(db.session(), meeting) if is_taken(other, one.person.id)}
    known = deputies_for(db.session(), meeting, one.person.id)
    # Who a deputy stands in for says who does not come: not where the body keeps to itself who is invited.
    whom = {key: other.invitee.stands_in_for * meeting.body.procedure.shows_invited for key, other in taken.items()}
    return [each for each in known if each.id not in taken], [
        words.taken(each.name, whom[each.id]) for each in known if each.id in taken
    ]


def form_for(meeting: Meeting, one: Listed, kind: type[AnswerForm] = AnswerForm) -> AnswerForm:
    """Return the form of one person's answer, with what was answered last."""
    form = kind(request.form)
    form.offer(*offered_deputies(meeting, one))
    if request.method == "GET":
        form.keep(seen=meeting.starts_at.isoformat())
    if request.method == "GET" and one.invitation is not None:
        deputy = deputy_of(db.session(), one.invitation)
        form.keep_answer(one.invitation, deputy.id if deputy is not None else None)
    return form


def _refuse(form: AnswerForm, violation: RuleViolation, meeting_id: int) -> None:
    """Say why an answer is not stored; one to an earlier date is asked for again."""
    form.show(violation)
    if isinstance(violation, answer_services.OtherDate):
        form.ask_again(queries.get_meeting(db.session(), meeting_id).starts_at)


def _deputies_told(row: Invitation, *, by_office: bool = False) -> str:
    """Return what becomes of the deputy whom somebody has just named, and of the one asked before."""
    return " ".join(filter(None, (_deputy_told(row, by_office=by_office), _deputy_let_go(row))))


def _told_by_office(meeting_id: int, person_id: int) -> str:
    row = answer_services.own_invitation(db.session(), meeting_id, person_id)
    return _deputies_told(row, by_office=True) if row is not None else ""


def _deputy_let_go(row: Invitation) -> str:
    """Return what becomes of the deputy who is asked no more since the last answer; "" if there is none."""
    deputy = let_go(db.session(), row)
    if deputy is None:
        return ""
    if not deputy.email:
        return _(
            "%(name)s is no longer asked to stand in and has no e-mail address here. Please tell them yourself.",
            name=deputy.name,
        )
    last = outbox.latest(db.session(), letters.about(row.meeting_id)).get(deputy.id)
    if last is None or row.answered_at is None or last.created_at < row.answered_at:
        # Nobody had told them: an invitation that still waited is taken back.
        return _("%(name)s is no longer asked to stand in.", name=deputy.name)
    if last.state in outbox.ON_THE_WAY and not has_server():
        return _(
            "%(name)s is no longer asked to stand in. The cancellation is written and waits to be sent.",
            name=deputy.name,
        )
    return _("%(name)s is no longer asked to stand in and gets a cancellation.", name=deputy.name)


def _deputy_told(row: Invitation, *, by_office: bool) -> str:
    """Return what becomes of the deputy whom somebody, or the office for them, has just named; "" if there is none."""
    deputy = deputy_of(db.session(), row) if row.answer is Answer.DELEGATED else None
    if deputy is None:
        return ""
    if not deputy.email and by_office:
        return _("%(name)s stands in and has no e-mail address here. Please tell them yourself.", name=deputy.name)
    if not deputy.email:
        return _(
            "%(name)s stands in for you and has no e-mail address here. Please tell them yourself.", name=deputy.name
        )
    if row.meeting.state is MeetingState.INVITED and not has_server():
        return _("%(name)s is asked to stand in. The invitation is written and waits to be sent.", name=deputy.name)
    if row.meeting.state is MeetingState.INVITED:
        return _("%(name)s is asked to stand in and gets the invitation now.", name=deputy.name)
    return _("%(name)s is asked to stand in and gets the invitation together with all others.", name=deputy.name)


@bp.route("/antwort/<token>", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]
@open_to_all("the signed link is the capability; its form token is derived from it")
def answer_by_link(token: str) -> ResponseReturnValue:
    """GET shows the invitation and the form, POST stores: programs that look at every link answer nothing."""
    wrong_links.check()
    try:
        row = answer_services.invitation_behind(db.session(), site(), token)
    except NotFound:
        wrong_links.count()
        return contact.unknown_link()
    except LinkOver as over:
        why = _("The meeting is past, or you are no longer on its list.")
        return contact.link_over(over, title=_("This invitation is over"), why=why)
    person = Listed.of(row)
    use_language(preview.languages(db.session(), [person]).get(row.person_id, "de"))
    form = form_for(row.meeting, person)
    if request.method == "POST":
        if not site().signer.is_form_token(token, request.form.get("form_token", "")):
            raise NotFound
        if form.validate():
            try:
                with unit_of_work(ANONYMOUS) as work:
                    answer_services.answer_by_link(work, site(), token, form.value())
            except RuleViolation as violation:
                _refuse(form, violation, row.meeting_id)
            else:
                return redirect(url_for(".answer_by_link", token=token, gespeichert=1), 303)
        row = answer_services.invitation_behind(db.session(), site(), token)
    return _behind_link(token, row, form)


def _behind_link(token: str, row: Invitation, form: AnswerForm) -> ResponseReturnValue:
    if request.method == "GET" and "gespeichert" in request.args and not can_be_answered(row.meeting):
        # Nobody has just answered what is over: a page that was kept open, or its address.
        return redirect(url_for(".answer_by_link", token=token), 303)
    page = render_template(
        "meetings/answer.html",
        row=row,
        meeting=row.meeting,
        form=form,
        moved=moved_for(db.session(), row),
        form_token=site().signer.form_token(token),
        token=token,
        is_open=can_be_answered(row.meeting),
        is_stored=request.method == "GET" and "gespeichert" in request.args and row.answer is not Answer.OPEN,
        deputy_told=_deputies_told(row),
        answer_words=ANSWER_WORDS,
        items=answer_services.agenda_for(db.session(), row),
        words=words,
        today=clock.today(),
    )
    return page, 422 if form.errors else 200


@bp.route("/sitzungen/<int:meeting_id>/antwort", methods=["GET", "POST"])
def answer(meeting_id: int) -> ResponseReturnValue:
    """Answer for oneself, signed in; buttons on the meeting's page send no more than the answer."""
    opened(meeting_id)
    row = own_row(meeting_id)
    form = form_for(row.meeting, Listed.of(row))
    if request.method == "POST" and form.validate():
        try:
            with unit_of_work() as work:
                answer_services.answer_signed_in(work, site(), meeting_id, form.value())
        except RuleViolation as violation:
            _refuse(form, violation, meeting_id)
        else:
            flash(" ".join([_("Your answer is stored."), _deputies_told(own_row(meeting_id))]).strip(), "success")
            is_at_desk = request.args.get("von") == "tisch"
            return redirect(url_for("desk.index") if is_at_desk else url_for(".meeting", meeting_id=meeting_id), 303)
    row = own_row(meeting_id)
    page = render_template(
        "meetings/answer_own.html",
        row=row,
        meeting=row.meeting,
        form=form,
        items=answer_services.agenda_for(db.session(), row),
        words=words,
        today=clock.today(),
    )
    return page, 422 if form.errors else 200


def own_row(meeting_id: int) -> Invitation:
    """Return the invitation of the person who is signed in, or raise NotFound."""
    row = answer_services.own_invitation(db.session(), meeting_id, current_actor().person_id)
    if row is None:
        raise NotFound
    return row


@bp.get("/sitzungen/<int:meeting_id>/antworten")
def answers(meeting_id: int) -> ResponseReturnValue:
    """List who was asked, what they said, and whether the mail has arrived."""
    meeting = managed(meeting_id)
    session = db.session()
    people, is_open = listed(session, meeting), can_be_answered(meeting)
    known = standing(session, meeting_id)
    mails, before = known.mails, before_move(session, meeting)
    in_vain = untold(session, meeting).waiting if meeting.state is MeetingState.CANCELLED else 0
    return render_template(
        "meetings/answers.html",
        meeting=meeting,
        people=wanted(people),
        informed=informed(people),
        mails=mails,
        in_vain=in_vain,
        rests=known.waiting - in_vain,
        hindrance=hindrance(session) if known.waiting else "",
        undelivered=undelivered.undelivered(session, meeting_id),
        members={one.person.id for one in wanted(people)},
        elsewhere=undelivered.elsewhere(people, mails) if is_open else frozenset(),
        expected=expectation(session, meeting, people),
        before=before,
        history=answer_history.changed(session, meeting),
        asked_anew={one.person.id for one in people if one.answer is Answer.OPEN and one.person.id in before},
        is_open=is_open,
        can_remind=any(one.answer is Answer.OPEN and has_left(one, mails) for one in wanted(people)),
        answer_words=ANSWER_WORDS,
        origin_words=ORIGIN_WORDS,
        role_words=ROLE_WORDS,
        mail_words=MAIL_WORDS,
        reason=reason,
        troubles=stuck.STATES,
        words=words,
        wall_clock=clock.wall_clock,
    )


@bp.route("/sitzungen/<int:meeting_id>/antworten/<int:person_id>", methods=["GET", "POST"])
def enter_answer(meeting_id: int, person_id: int) -> ResponseReturnValue:
    """Enter what somebody said on the telephone."""
    meeting = managed(meeting_id)
    one = next((one for one in listed(db.session(), meeting) if one.person.id == person_id), None)
    if one is None or not one.invitee.is_asked:
        raise NotFound
    form = form_for(meeting, one, OfficeAnswerForm)
    if request.method == "POST" and form.validate():
        try:
            with unit_of_work() as work:
                answer_services.answer_by_office(work, site(), meeting_id, person_id, data=form.value())
        except RuleViolation as violation:
            _refuse(form, violation, meeting_id)
        else:
            flash(" ".join([_("The answer is entered."), _told_by_office(meeting_id, person_id)]).strip(), "success")
            return redirect(url_for(".answers", meeting_id=meeting_id), 303)
    page = render_template("meetings/enter_answer.html", meeting=meeting, person=one.person, form=form, words=words)
    return page, 422 if form.errors else 200


@bp.post("/sitzungen/<int:meeting_id>/mails/<int:mail_id>/erneut")
def send_again(meeting_id: int, mail_id: int) -> ResponseReturnValue:
    """Send a mail of this meeting again that failed or may not have arrived, or note that its reader was told."""
    managed(meeting_id)

    def find(work: Work) -> Stuck:
        mail = stuck.take_mail(work, mail_id)
        if mail.about not in letters.abouts(meeting_id):
            raise NotFound
        return readers(work.session, [mail])[0]

    stuck_steps.act(find)
    return redirect(url_for(".answers", meeting_id=meeting_id), 303)


@bp.route("/sitzungen/<int:meeting_id>/mails/erneut", methods=["GET", "POST"])
def send_all_again(meeting_id: int) -> ResponseReturnValue:
    """Ask whether all mails of this meeting that did not arrive are to be sent again, and send them."""
    row = managed(meeting_id)
    back = url_for(".answers", meeting_id=meeting_id)
    crumbs = [
        (_("Dates"), url_for(".index")),
        (row.title, url_for(".meeting", meeting_id=meeting_id)),
        (_("Answers"), back),
    ]
    return stuck_steps.act_on_all(lambda session: undelivered.undelivered(session, meeting_id), Around(back, crumbs))


@bp.post("/sitzungen/<int:meeting_id>/antworten/<int:person_id>/einladung")
def send_anew(meeting_id: int, person_id: int) -> ResponseReturnValue:
    """Send the invitation to the address that somebody has by now; the last mail went to another one."""
    managed(meeting_id)
    try:
        with unit_of_work() as work:
            invitation_services.send_anew(work, meeting_id, person_id, site())
    except RuleViolation as violation:
        flash(sentence(violation), "danger")
    else:
        flash(*on_the_way(1))
    return redirect(url_for(".answers", meeting_id=meeting_id), 303)
