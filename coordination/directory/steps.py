"""What the editing pages share: a form, a page that says what it means, and the saving; without scripts."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from flask import g, request

from coordination.core.i18n import format_date, format_time, gettext
from coordination.directory.voices import Voice
from coordination.web.forms import Form
from coordination.web.guard import current_actor

#: Values of the buttons named "step".
EDIT, SAVE = "edit", "save"
_NOT_CARRIED = frozenset({"csrf_token", "step", "shown"})


def step() -> str:
    """Return which button of a POST was pressed; "" is the first, "Weiter"."""
    return request.form.get("step", "")


def shown() -> str | None:
    """Return the mark of what the page before had shown."""
    return request.form.get("shown")


def carried(form: Form) -> list[tuple[str, str]]:
    """Return the input as it came, for the hidden fields of the page in between."""
    return [
        (name, value) for name, value in request.form.items(multi=True) if name in form and name not in _NOT_CARRIED
    ]


def own_name() -> str:
    """Return what the person who acts is called, for "bestätigt durch"."""
    account = g.get("account")
    return str(account.display_name) if account is not None else ""


def own_voice() -> Voice:
    """Return who acts, as somebody who says that an assignment is right."""
    return Voice(own_name(), current_actor().person_id)


def spoken(form: Form) -> dict[str, str]:
    """Return what stands in each visible field, in words, in the order of the page."""
    texts: dict[str, str] = {}
    for field in form.in_order():
        if field.type in {"HiddenField", "IntegerField"}:
            continue
        if field.type in {"SelectField", "RadioField"}:
            texts[field.name] = _label_of(field)
        elif field.type == "MultiCheckboxField":
            texts[field.name] = _labels_of(field)
        elif field.type == "BooleanField":
            texts[field.name] = gettext("yes") if field.data else gettext("no")
        else:
            texts[field.name] = _written(field.data)
    return texts


def _written(value: object) -> str:
    if isinstance(value, date):
        return format_date(value)
    return format_time(value) if isinstance(value, time) else str(value or "")


def _labels_of(field: Any) -> str:
    """Return the words of all options that are ticked."""
    return ", ".join(str(option.label.text) for option in field if option.checked)


def _label_of(field: Any) -> str:
    """Return the words of the option that is chosen; options come as pairs or as objects."""
    for option in field.choices or ():
        value, label = (option[0], option[1]) if isinstance(option, tuple) else (option.value, option.label)
        if value == field.data:
            return str(label)
    return ""


def differing(mine: Form, stored: Form, without: frozenset[str] = frozenset()) -> list[tuple[str, str, str]]:
    """Return (label, mine, stored) of each field in which the input differs from what is stored meanwhile."""
    own, theirs = spoken(mine), spoken(stored)
    return [
        (str(mine[name].label.text), own[name], theirs[name])
        for name in own
        if name in theirs and name not in without and own[name] != theirs[name]
    ]
