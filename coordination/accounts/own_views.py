"""One's own account: devices, password, leave everywhere."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.accounts import passwords, queries, rules, services, signed_in
from coordination.accounts.forms import ChangePasswordForm
from coordination.accounts.models import UserAccount
from coordination.accounts.views import bp, failures, site
from coordination.core import clock
from coordination.core.access import Permission
from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.core.i18n import gettext as _
from coordination.web.extensions import db
from coordination.web.forms import given
from coordination.web.guard import authorize, unit_of_work


@bp.get("/")
def own() -> ResponseReturnValue:
    """Show the own account: who one is here, which devices are signed in."""
    authorize(Permission.SIGNED_IN)
    account = signed_in.current_account()
    devices = queries.sessions_of(db.session(), account, clock.utc_now())
    role_names = [_(rules.ROLE_WORDS[role.role]) for role in account.roles]
    return render_template("accounts/own.html", devices=devices, this_id=g.user_session_id, role_names=role_names)


@bp.post("/geraete/<int:session_id>/abmelden")
def end_device(session_id: int) -> ResponseReturnValue:
    """Sign one device out."""
    authorize(Permission.SIGNED_IN)
    with unit_of_work() as work:
        services.end_session(work, work.session.get_one(UserAccount, work.actor.user_id), session_id)
    flash(_("The device is signed out."), "success")
    return redirect(url_for(".own"), 303)


@bp.post("/ueberall-abmelden")
def leave_everywhere() -> ResponseReturnValue:
    """Sign all devices out, this one too."""
    authorize(Permission.SIGNED_IN)
    with unit_of_work() as work:
        services.end_sessions(work, work.session.get_one(UserAccount, work.actor.user_id))
    signed_in.forget()
    flash(_("You are signed out on all devices."), "success")
    return redirect(url_for(".sign_in"), 303)


@bp.route("/passwort-aendern", methods=["GET", "POST"])
def change_password() -> ResponseReturnValue:
    """Change the password; the current one is asked for, and all devices are signed out."""
    authorize(Permission.SIGNED_IN)
    form = ChangePasswordForm(request.form)
    if request.method == "POST" and form.validate():
        account = signed_in.current_account()
        email, name, stored = account.email, account.display_name, account.password_hash
        try:
            _check_change(form, email, name, stored)
        except RuleViolation as violation:
            form.show(violation)
        else:
            hashed = passwords.hash_password(given(form.password.data))
            with unit_of_work() as work:
                services.set_password(work, work.session.get_one(UserAccount, work.actor.user_id), hashed, site())
            signed_in.forget()
            flash(
                _("Your password is changed and all devices are signed out. Please sign in with the new one."),
                "success",
            )
            return redirect(url_for(".sign_in"), 303)
    return render_template("accounts/change_password.html", form=form), 422 if form.errors else 200


def _check_change(form: ChangePasswordForm, email: str, name: str, stored: str) -> None:

    failures.check(email)
    db.session.rollback()
    if not passwords.is_password(stored, given(form.old_password.data)):
        failures.count(email)
        raise RuleViolation(N_("This is not your current password."), field="old_password")
    rules.check_password(given(form.password.data), about=(email, name))
