"""A form that is sent too late: the meeting allows it no more, and what was typed must not be lost with the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, Field, SelectField
from wtforms.widgets import HiddenInput

from coordination.core.errors import RuleViolation
from coordination.core.i18n import format_date, sentence
from coordination.core.i18n import gettext as _
from coordination.meetings.models import Meeting
from coordination.web.forms import Form


def refused(form: Form, meeting: Meeting, title: str, check: Callable[[], object]) -> ResponseReturnValue | None:
    """Return the page that says why a form can no longer be stored, with what was typed; None: it can.

    Raises:
        RuleViolation: the same, where nothing was typed yet.
    """
    try:
        check()
    except RuleViolation as violation:
        if request.method != "POST":
            raise
        typed = [(one.label.text, text) for one in form if (text := _text(one))]
        why = sentence(violation)
        return render_template("meetings/too_late.html", meeting=meeting, title=title, why=why, typed=typed), 422
    return None


def _text(field: Field) -> str:
    """Return what somebody typed into a field, as it is read; "" for what nobody sees."""
    raw = request.form.get(field.name, "").strip()
    if not raw or isinstance(field.widget, HiddenInput):
        return ""
    if isinstance(field, BooleanField):
        return _("yes")
    if isinstance(field, SelectField):
        # Choices come as pairs or as objects.
        choices: Any = field.choices or ()
        pairs = [(one[0], one[1]) if isinstance(one, tuple) else (one.value, one.label) for one in choices]
        return {str(value): str(label) for value, label in pairs}.get(raw, "") if raw != "0" else ""
    return format_date(field.data) if isinstance(field.data, date) else raw
