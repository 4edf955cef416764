"""People with accounts: for the administration."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.accounts import queries, rules, services
from coordination.accounts.forms import AccountForm
from coordination.accounts.models import UserAccount
from coordination.accounts.views import site
from coordination.core.access import Permission, Role
from coordination.core.errors import Conflict, RuleViolation
from coordination.core.i18n import gettext as _
from coordination.core.i18n import sentence
from coordination.directory import choices
from coordination.directory.steps import differing
from coordination.mail.desk import Told, told
from coordination.web.extensions import db
from coordination.web.forms import given, tidy_line
from coordination.web.guard import authorize, unit_of_work

bp = Blueprint("admin", __name__, url_prefix="/verwaltung")


@bp.get("/konten")
def accounts() -> ResponseReturnValue:
    """List the accounts, narrowed by text and role."""
    authorize(Permission.ACCOUNT_MANAGE)
    text = tidy_line(request.args.get("q"))
    role = Role(name) if (name := request.args.get("rolle", "")) in set(Role) else None
    found = queries.accounts(db.session(), text, role)
    return render_template("accounts/index.html", accounts=found, q=text, role=role, role_words=rules.ROLE_WORDS)


def _form() -> AccountForm:
    return _offered(AccountForm(request.form))


def _offered(form: AccountForm) -> AccountForm:
    form.offer(choices.people(db.session()), choices.organisations(db.session()))
    return form


@bp.route("/konten/neu", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Set up an account; its invitation goes to the outbox."""
    authorize(Permission.ACCOUNT_MANAGE)
    form = _form()
    if request.method == "POST" and form.validate():
        try:
            with unit_of_work() as work:
                account = services.create_account(work, form.value(), site())
                name = account.display_name
        except RuleViolation as violation:
            form.show(violation)
        else:
            flash(*_invited(name))
            return redirect(url_for(".accounts"), 303)
    return render_template("accounts/new.html", form=form), 422 if form.errors else 200


def _invited(name: str) -> Told:
    sent = _("The account of %(name)s is set up; the invitation is on its way.", name=name)
    waits = _("The account of %(name)s is set up. No mail server: the invitation waits in the outbox.", name=name)
    return told(sent, waits)


def _keep(form: AccountForm, account: UserAccount) -> None:
    scope = next((r.organisation_id for r in account.roles if r.role is Role.DIRECTORY_KEEPER), None)
    form.keep(
        display_name=account.display_name,
        email=account.email,
        person_id=account.person_id or 0,
        roles=[role.role.value for role in account.roles],
        keeps=scope or 0,
        language=account.language,
        version=account.version,
    )


def _meanwhile(form: AccountForm, account_id: int) -> list[tuple[str, str, str]]:
    """Return what differs from what somebody else stored; the form goes on from there with what was typed."""
    account = queries.get_account(db.session(), account_id)
    stored = _offered(AccountForm())
    _keep(stored, account)
    form.version.data, form.version.raw_data = account.version, None
    return differing(form, stored) or [(_("Version"), "", _("changed in the meantime"))]


@bp.route("/konten/<int:account_id>", methods=["GET", "POST"])
def edit(account_id: int) -> ResponseReturnValue:
    """Change an account."""
    authorize(Permission.ACCOUNT_MANAGE)
    account = queries.get_account(db.session(), account_id)
    form = _form()
    differences: list[tuple[str, str, str]] = []
    if request.method == "GET":
        _keep(form, account)
    elif form.validate():
        try:
            with unit_of_work() as work:
                services.change_account(work, account, form.value(), site(), version=given(form.version.data))
        except RuleViolation as violation:
            form.show(violation)
        except Conflict:
            differences = _meanwhile(form, account_id)
        else:
            flash(_("The account is changed. New rights hold at once."), "success")
            return redirect(url_for(".accounts"), 303)
    account = queries.get_account(db.session(), account_id)
    page = render_template("accounts/edit.html", form=form, of=account, differences=differences)
    return page, 409 if differences else 422 if form.errors else 200


@bp.post("/konten/<int:account_id>/einladen")
def invite(account_id: int) -> ResponseReturnValue:
    """Send the invitation again."""
    authorize(Permission.ACCOUNT_MANAGE)
    try:
        with unit_of_work() as work:
            services.invite(work, queries.get_account(work.session, account_id), site())
    except RuleViolation as violation:
        flash(sentence(violation), "danger")
    else:
        sent = _("A new invitation is on its way; older links no longer work.")
        waits = _("No mail server: the new invitation waits in the outbox. Older links no longer work.")
        flash(*told(sent, waits))
    return redirect(url_for(".edit", account_id=account_id), 303)


@bp.post("/konten/<int:account_id>/passwort-link")
def send_reset(account_id: int) -> ResponseReturnValue:
    """Send a link for a new password to somebody who cannot ask for it."""
    authorize(Permission.ACCOUNT_MANAGE)
    try:
        with unit_of_work() as work:
            services.send_reset(work, queries.get_account(work.session, account_id), site())
    except RuleViolation as violation:
        flash(sentence(violation), "danger")
    else:
        sent = _("A link for a new password is on its way. It lasts 60 minutes.")
        waits = _("No mail server: the link for a new password waits in the outbox. It lasts 60 minutes.")
        flash(*told(sent, waits))
    return redirect(url_for(".edit", account_id=account_id), 303)


@bp.route("/konten/<int:account_id>/deaktivieren", methods=["GET", "POST"])
def deactivate(account_id: int) -> ResponseReturnValue:
    """Ask back, then end an account's access at once."""
    authorize(Permission.ACCOUNT_MANAGE)
    account = queries.get_account(db.session(), account_id)
    if request.method == "GET":
        is_last = queries.is_last_administrator(db.session(), account)
        return render_template("accounts/deactivate.html", of=account, is_last=is_last)
    try:
        with unit_of_work() as work:
            services.deactivate(work, queries.get_account(work.session, account_id))
    except RuleViolation as violation:
        flash(sentence(violation), "danger")
        return redirect(url_for(".edit", account_id=account_id), 303)
    undo = {
        "text": _("The account is deactivated and signed out everywhere."),
        "undo_url": url_for(".reactivate", account_id=account_id),
    }
    flash(undo, "success")  # type: ignore[arg-type]
    return redirect(url_for(".accounts"), 303)


@bp.post("/konten/<int:account_id>/reaktivieren")
def reactivate(account_id: int) -> ResponseReturnValue:
    """Let an account sign in again."""
    authorize(Permission.ACCOUNT_MANAGE)
    with unit_of_work() as work:
        services.reactivate(work, queries.get_account(work.session, account_id))
    flash(_("The account can sign in again."), "success")
    return redirect(url_for(".edit", account_id=account_id), 303)
