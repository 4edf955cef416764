"""The pages behind a personal link: what is stored, "all is right", and what should be otherwise."""

from __future__ import annotations

from collections.abc import Callable

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.core import clock
from coordination.core.access import ANONYMOUS
from coordination.core.errors import LinkOver, NotFound
from coordination.core.i18n import use_language
from coordination.core.work import Work
from coordination.directory.rounds import answer_services, besides, letters, queries, services
from coordination.directory.rounds.answer_services import Change, OtherEntries
from coordination.directory.rounds.blueprint import bp
from coordination.directory.rounds.pages import reading, site
from coordination.directory.rounds.queries import Behind
from coordination.directory.rounds.rules import Said
from coordination.directory.rounds.sheet import Pending, Sheet
from coordination.web.extensions import csrf, db
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
    pending = Pending(found)
    answer = found.asked.answer if found.asked is not None else Said.OPEN
    page = render_template(
        "rounds/link.html",
        found=found,
        shows_share=queries.rule_of(db.session(), found.employer.id).shows_share,
        pending=pending,
        answer=answer,
        seen=answer_services.mark(found),
        form_token=site().signer.form_token(token),
        token=token,
        is_stored=request.method == "GET" and "gespeichert" in request.args and answer is not Said.OPEN,
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
    def store(work: Work, data: Change) -> None:
        answer_services.change_by_link(work, site(), token, data)

    sheet = Sheet(found)
    if request.method == "GET":
        sheet.fill()
    elif sheet.is_stored(ANONYMOUS, store):
        return redirect(url_for(".by_link", token=token, gespeichert=1), 303)
    else:
        sheet.renew(queries.behind(db.session(), site().signer, token, clock.today()))
    form_token = site().signer.form_token(token)
    page = render_template("rounds/link_change.html", token=token, form_token=form_token, **sheet.shown())
    return page, sheet.status
