"""How the columns of a list were read, and the form to say otherwise: over all of them, known ones too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import SelectField

from coordination.core.i18n import N_, gettext
from coordination.directory.staff.columns import HOURS, WORDS, Field, Heading, letter, recognised
from coordination.exchange.tables import column_key
from coordination.web.forms import Form, SelectChoice

_NOT_READ = N_("not read: “%(text)s” says this already")
_NOT_SAID = N_("nobody has said yet")
_TWICE = N_("“%(text)s” says this already. Only one column can.")


def as_values(headings: Sequence[Heading]) -> list[dict[str, Any]]:
    """Return how each column was read, as a job keeps it; columns with one heading are one."""
    found: dict[str, dict[str, Any]] = {}
    first: dict[Field, Heading] = {}
    for heading in headings:
        field = heading.field
        one = found.setdefault(
            heading.key,
            {
                "key": heading.key,
                "text": heading.text,
                "letters": [],
                "field": field.value if field else "",
                "is_told": field is not recognised(heading.text),
                "instead": "",
            },
        )
        one["letters"].append(letter(heading.place))
        if (
            field not in {None, Field.LEFT}
            and not heading.is_hours
            and (counts := first.setdefault(field, heading)).key != heading.key
        ):
            one["instead"] = counts.text
    return list(found.values())


def word(one: Mapping[str, Any]) -> str:
    """Return how a column was read, in the reader's language."""
    if one["instead"]:
        return gettext(_NOT_READ, text=one["instead"])
    return gettext(WORDS[Field(one["field"])]) if one["field"] else gettext(_NOT_SAID)


class _Columns(Form):
    """Two columns cannot say the same: the second would be lost without a word."""

    @staticmethod
    def is_hours(field: Any) -> bool:
        """Return whether a column has the hours of days that stand in another one."""
        return field.data == Field.TIMES.value and column_key(str(field.label.text)) in HOURS

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        is_valid: bool = super().validate(extra_validators)
        first: dict[str, Any] = {}
        for field in self:
            if field.data in {"", Field.LEFT.value, None} or field.errors or self.is_hours(field):
                continue
            other = first.setdefault(field.data, field)
            if other is not field:
                field.errors = [*field.errors, gettext(_TWICE, text=other.label.text)]
                is_valid = False
        return is_valid


def column_form(headings: Sequence[Mapping[str, Any]], sent: Any = None) -> Form:
    """Return a form with a field for each column, in their order: c0, c1 and so on."""
    fields = {f"c{number}": _field(one) for number, one in enumerate(headings)}
    form: Form = type("ColumnForm", (_Columns,), fields)(sent)
    if sent is None:
        left = Field.LEFT.value
        form.keep(**{f"c{number}": left if one["instead"] else one["field"] for number, one in enumerate(headings)})
    return form


def _field(one: Mapping[str, Any]) -> SelectField:
    choices = [SelectChoice(Field.LEFT.value, gettext(WORDS[Field.LEFT]))]
    choices += [SelectChoice(field.value, gettext(text)) for field, text in WORDS.items() if field is not Field.LEFT]
    if not one["field"]:
        choices = [SelectChoice("", gettext("Please choose")), *choices]
    where = gettext("Column %(column)s", column=", ".join(one["letters"]))
    return SelectField(one["text"], choices=choices, description=where)


def meanings_of(form: Form, headings: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return what was said of columns, by their keys; call after ``validate()`` said yes."""
    found = {one["key"]: form[f"c{number}"].data for number, one in enumerate(headings)}
    return {key: value for key, value in found.items() if value}
