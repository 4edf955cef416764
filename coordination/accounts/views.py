"""Sign-in and the links that lead to it: invitation and new password."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coordination.accounts import letters, passwords, queries, reset_job, rules, services, signed_in
from coordination.accounts.forms import PasswordForm, ResetForm, SignInForm
from coordination.accounts.models import UserAccount
from coordination.core.access import Actor
from coordination.core.errors import LinkOver, NotFound, RuleViolation
from coordination.core.i18n import gettext as _
from coordination.core.jobs import add_job
from coordination.mail.site import Site
from coordination.web.extensions import csrf, db
from coordination.web.forms import given
from coordination.web.guard import current_actor, open_to_all, unit_of_work
from coordination.web.throttle import Limit
from coordination.web.views import own_path

bp = Blueprint("accounts", __name__, url_prefix="/konto")

failures = Limit("sign_in", "5/10minutes")
failures_of_network = Limit("sign_in_network", "50/10minutes")
mails_asked = Limit("reset", "3/hour", by_network=False)
mails_of_network = Limit("reset_network", "30/hour")
wrong_links = Limit("link", "30/10minutes")


def site() -> Site:
    """Return what letters need to know of this installation."""
    found: Site = current_app.extensions["koordination.site"]
    return found


@bp.route("/anmelden", methods=["GET", "POST"])
@open_to_all("how else would one sign in")
def sign_in() -> ResponseReturnValue:
    """Sign in with address and password."""
    form = SignInForm(request.form, next=request.args.get("next", ""))
    if current_actor().is_signed_in and request.method == "GET":
        return redirect(own_path(form.next.data) or url_for("desk.index"), 303)
    if request.method == "POST" and form.validate():
        account = _checked(form)
        if account is not None:
            with unit_of_work(Actor(user_id=account.id)) as work:
                device = rules.device_name(request.headers.get("User-Agent", ""))
                token = services.begin_session(work, account, own_device=bool(form.own_device.data), device=device)
            signed_in.begin(token, account, own_device=bool(form.own_device.data))
            return redirect(own_path(form.next.data) or url_for("desk.index"), 303)
        form.form_errors.append(
            _("Address and password do not fit together. Please check both, or ask for a new password.")
        )
    return render_template("accounts/sign_in.html", form=form), 422 if form.errors else 200


def _checked(form: SignInForm) -> UserAccount | None:
    """Return the account if the password fits; failures are counted, and take as long as successes."""
    email = given(form.email.data)
    failures.check(email)
    failures_of_network.check()
    account = queries.find_account(db.session(), email)
    stored = account.password_hash if account is not None and account.deactivated_at is None else ""
    db.session.rollback()
    if passwords.is_password(stored, given(form.password.data)):
        failures.forget(email)
        return account
    failures.count(email)
    failures_of_network.count()
    return None


@bp.post("/abmelden")
@open_to_all("leaving must always work, also with a session that has run out")
def sign_out() -> ResponseReturnValue:
    """End this device's session."""
    if current_actor().is_signed_in:
        with unit_of_work() as work:
            services.end_session(work, signed_in.current_account(), g.user_session_id)
    signed_in.forget()
    flash(_("You are signed out."), "success")
    return redirect(url_for(".sign_in"), 303)


@bp.route("/passwort", methods=["GET", "POST"])
@open_to_all("asks for a link by mail; the answer is the same for every address")
def ask_reset() -> ResponseReturnValue:
    """Ask for a link to set a new password."""
    form = ResetForm(request.form)
    if request.method == "POST" and form.validate():
        email = given(form.email.data)
        mails_of_network.check()
        mails_asked.check(email)
        mails_of_network.count()
        mails_asked.count(email)
        with unit_of_work() as work:
            # The worker looks whether there is such an account: here known and unknown addresses are alike.
            add_job(work, reset_job.KIND, {"email": email})
        return render_template("accounts/reset_asked.html", email=email)
    return render_template("accounts/ask_reset.html", form=form), 422 if form.errors else 200


@bp.route("/einladung/<token>", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]
@open_to_all("the signed link is the capability; its form token is derived from it")
def accept_invitation(token: str) -> ResponseReturnValue:
    """Set the first password."""
    return _password_by_link(letters.INVITATION, token)


@bp.route("/passwort/<token>", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]
@open_to_all("the signed link is the capability; its form token is derived from it")
def reset_password(token: str) -> ResponseReturnValue:
    """Set a new password."""
    return _password_by_link(letters.RESET, token)


def _password_by_link(purpose: str, token: str) -> ResponseReturnValue:
    """GET shows the form, POST stores; a link that is over says so without any data."""
    wrong_links.check()
    try:
        account = services.account_behind(db.session(), site(), purpose, token)
    except NotFound:
        wrong_links.count()
        raise
    except LinkOver:
        return render_template("accounts/link_over.html", purpose=purpose, form=ResetForm()), 410
    form = PasswordForm(request.form)
    if request.method == "POST" and not site().signer.is_form_token(token, request.form.get("form_token", "")):
        raise NotFound
    if request.method == "POST" and form.validate():
        password = given(form.password.data)
        try:
            rules.check_password(password, about=(account.email, account.display_name))
        except RuleViolation as violation:
            form.show(violation)
        else:
            db.session.rollback()
            hashed = passwords.hash_password(password)
            with unit_of_work(Actor(user_id=account.id)) as work:
                services.set_password(
                    work, services.account_behind(work.session, site(), purpose, token), hashed, site()
                )
            signed_in.forget()
            flash(_("Your password is stored. Please sign in with it."), "success")
            return redirect(url_for(".sign_in"), 303)
    form_token = site().signer.form_token(token)
    page = render_template("accounts/set_password.html", form=form, account_email=account.email, form_token=form_token)
    return page, 422 if form.errors else 200
