"""The pages behind a personal link: what is stored, "all is right", and what should be otherwise."""

from __future__ import annotations

from collections.abc import Callable

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.core import clock
from coordination.core.access import ANONYMOUS
from coordination.core.errors import LinkOver, NotFound, RuleViolation
from coordination.core.i18n import use_language
from coordination.core.work import Work
from coordination.directory import words
from coordination.directory.rounds import answer_services, besides, changes, letters, queries, services
from coordination.directory.rounds.answer_services import OtherEntries
from coordination.directory.rounds.blueprint import bp
from coordination.directory.rounds.changes import Wish
from coordination.directory.rounds.forms import EntriesForm, Together
from coordination.directory.rounds.pages import reading, site
from coordination.directory.rounds.queries import Behind
from coordination.directory.rounds.rules import ProposalState, Said
from coordination.web.extensions import csrf, db
from coordination.web.forms import Form
from coordination.web.guard import open_to_all, unit_of_work
from coordination.web.throttle import Limit

wrong_links = Limit("confirmation_link", "30/10minutes")


def _opened(token: str, page: Callable[[str, Behind], ResponseReturnValue]) -> ResponseReturnValue:
    """Return the page of a link that works, or the one that says why it does not."""
    wrong_links.check()
    try:
        found = queries.behind(db.session(), site().signer, token, clock.today())
    except NotFound:
        wrong_links.count()
        return render_template("rounds/link_over.html", is_unknown=True), 404
    except LinkOver:
        return render_template("rounds/link_over.html", is_unknown=False), 410
    use_language(services.languages_of(reading(), [found.person]).get(found.person.id, "de"))
    if request.method == "POST" and not site().signer.is_form_token(token, request.form.get("form_token", "")):
        raise NotFound
    return page(token, found)


@bp.route("/bestaetigen/<token>", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]
@open_to_all("the signed link is the capability; its form token is derived from it")
def by_link(token: str) -> ResponseReturnValue:
    """GET shows what is stored, POST confirms it: programs that look at every link confirm nothing."""
    return _opened(token, _entries)


def _entries(token: str, found: Behind) -> ResponseReturnValue:
    has_changed = False
    if request.method == "POST":
        try:
            with unit_of_work(ANONYMOUS) as work:
                answer_services.confirm_by_link(work, site(), token, seen=request.form.get("seen", ""))
        except OtherEntries:
            has_changed = True
        else:
            return redirect(url_for(".by_link", token=token, gespeichert=1), 303)
        found = queries.behind(db.session(), site().signer, token, clock.today())
    waiting = queries.waiting(found.asked)
    is_waiting = waiting is not None and waiting.state is ProposalState.WAITING
    page = render_template(
        "rounds/link.html",
        found=found,
        shows_share=queries.rule_of(db.session(), found.asked.round.employer_id).shows_share,
        waiting=changes.differences(found.person, found.rows, Wish.unpacked(waiting.wish))
        if waiting is not None and is_waiting
        else [],
        is_waiting=is_waiting,
        message=waiting.message if waiting is not None else "",
        seen=answer_services.mark(found),
        form_token=site().signer.form_token(token),
        token=token,
        is_stored=request.method == "GET" and "gespeichert" in request.args and found.asked.answer is not Said.OPEN,
        has_changed=has_changed,
        letters=letters,
        besides=besides,
        Said=Said,
    )
    return page, 409 if has_changed else 200


@bp.route("/bestaetigen/<token>/aendern", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]
@open_to_all("the signed link is the capability; its form token is derived from it")
def change_by_link(token: str) -> ResponseReturnValue:
    """GET shows the form, POST stores what is different or lets it wait for the office."""
    return _opened(token, _change)


def _change(token: str, found: Behind) -> ResponseReturnValue:
    form = EntriesForm(request.form, found.rows)
    form.note_more(found.rows)
    has_changed, private = False, ""
    if request.method == "GET":
        form.keep_entries(found.person, found.rows)
        form.keep(seen=answer_services.mark(found))
    elif form.is_right():
        data = form.change(found.person, found.rows)
        private = form.unseen_private(data.wish)

        def store(work: Work) -> None:
            answer_services.change_by_link(work, site(), token, data)

        has_changed = not private and not _stored(form, store)
        if not private and not has_changed and not Together(_forms(form)).errors:
            return redirect(url_for(".by_link", token=token, gespeichert=1), 303)
        found = queries.behind(db.session(), site().signer, token, clock.today())
    if has_changed:
        form.keep(seen=answer_services.mark(found))
    together = Together(_forms(form))
    page = render_template(
        "rounds/link_change.html",
        found=found,
        form=form,
        together=together,
        form_token=site().signer.form_token(token),
        token=token,
        has_changed=has_changed,
        private=private,
        with_school=words.with_school,
        applies_at_once=queries.rule_of(db.session(), found.asked.round.employer_id).applies_at_once,
    )
    return page, 409 if has_changed else 422 if together.errors or private else 200


def _forms(form: EntriesForm) -> list[Form]:
    return [form, *form.weeks.values()]


def _stored(form: EntriesForm, store: Callable[[Work], None]) -> bool:
    """Store a change; a broken rule is shown in the form. False: the entries are no longer those that were shown."""
    try:
        with unit_of_work(ANONYMOUS) as work:
            store(work)
    except RuleViolation as violation:
        key = int(violation.field) if violation.field.isdigit() else 0
        form.weeks.get(key, form).show(violation)
    except OtherEntries:
        return False
    return True
