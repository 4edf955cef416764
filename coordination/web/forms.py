"""The base of all forms and the fields that several slices share. Forms check shape; rules check meaning."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import groupby
from typing import Any, TypeVar

import wtforms
from email_validator import EmailNotValidError, validate_email
from flask import current_app
from wtforms import (
    DateField,
    Field,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms import Form as WTForm
from wtforms.validators import ValidationError

from coordination.core.collation import german_key
from coordination.core.errors import RuleViolation
from coordination.core.i18n import current_language, format_number, gettext, sentence
from coordination.core.i18n import lazy_gettext as _

T = TypeVar("T")

#: One option of a select field (WTForms 3.3 warns of tuples); its published stubs do not know it yet.
SelectChoice: Any = wtforms.SelectChoice  # type: ignore[attr-defined]


class Form(WTForm):
    """A plain WTForms form, testable without a request; its messages follow the reader's language."""

    class Meta:
        """WTForms' own messages come in the language in use."""

        @property
        def locales(self) -> Sequence[str]:
            """Return the languages for built-in messages."""
            return (current_language(),)

        #: Translations are looked up for each form, as the language is the request's.
        cache_translations = False

    #: Names of fields as the page has them, where the class has them otherwise; the others follow.
    page_order: tuple[str, ...] = ()
    #: Names of fields whose errors say by themselves what they are about: the summary puts no label before them.
    says_itself: frozenset[str] = frozenset()

    def in_order(self) -> list[Field]:
        """Return the fields from the top of the page to its end: errors are listed like that."""
        rank = {name: number for number, name in enumerate(self.page_order)}
        return sorted(self, key=lambda field: rank.get(field.name, len(rank)))

    def show(self, violation: RuleViolation) -> None:
        """Put each broken rule beside the field it belongs to, or on top of the form."""
        for one in violation.found:
            text = sentence(one)
            if one.field and one.field in self:
                field = self[one.field]
                field.errors = [*field.errors, text]
            else:
                self.form_errors.append(text)

    def keep(self, **values: Any) -> None:
        """Fill fields from ``values``: for the first showing of an edit form, and in place of what was sent."""
        for name, value in values.items():
            self[name].data, self[name].raw_data = value, None


#: From here on nobody finds a name by looking: the list is grouped, and with scripts typed in.
LONG_LIST = 20


def by_initial(field: SelectField) -> list[tuple[str, list[Any]]]:
    """Return the options by the initial letters of their words, in their order; what stands for "none" comes first."""
    options: list[Any] = list(field.iter_choices())
    none = [one for one in options if not one.value or str(one.value) in {"0", "-1"}]
    rest = [one for one in options if one not in none]
    groups = groupby(rest, key=lambda one: german_key(str(one.label))[0][:1].upper())
    return ([("", none)] if none else []) + [(letter, list(found)) for letter, found in groups]


def given(value: T | None) -> T:
    """Return a value that validation has already shown to be there."""
    if value is None:
        raise RuntimeError("the form was not validated")
    return value


def key_of(text: str | None) -> int:
    """Return the key that a form or address gives; what is none is 0, which no row has."""
    text = text or ""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else 0
    # More than a column of either database holds.
    return number if number < 2**31 else 0


def tidy(value: str | None) -> str:
    """Return text as it is stored: composed characters (NFC), no control characters, no space around it."""
    text = unicodedata.normalize("NFC", value or "")
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf"} or c in "\u00ad\u200d")
    return "".join(kept).strip()


def tidy_line(value: str | None) -> str:
    """Return one line of text: as ``tidy``, with runs of white space folded to one space."""
    return " ".join(tidy(value).split())


class LineField(StringField):
    """One line of text, tidied."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the input as it will be stored."""
        self.data = tidy_line(valuelist[0]) if valuelist else ""


class TextField(TextAreaField):
    """Several lines of text, tidied."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the input as it will be stored, with plain line ends."""
        self.data = tidy(valuelist[0].replace("\r\n", "\n").replace("\r", "\n")) if valuelist else ""


class DayField(DateField):
    """A calendar day, from a date input or typed as 14.01.2027 where there is none."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, format=["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"], **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Parse the day; years that nobody means are refused with the rest."""
        text = valuelist[0].strip() if valuelist else ""
        if not text:
            self.data = None
            return
        try:
            super().process_formdata([text])
        except ValueError:
            self.data = None
            raise ValueError(gettext("This is not a date. Please write it like 14.01.2027.")) from None
        if self.data is not None and not 1990 <= self.data.year <= 2100:
            raise ValueError(gettext("Please check the year."))


class EmailAddress:
    """Validator: an address that mail can go to; names of the intranet pass where the installation lists them."""

    def __call__(self, _form: WTForm, field: Field) -> None:
        """Raise unless the text is one address."""
        text = (field.data or "").strip()
        if not text:
            return
        domain = text.rsplit("@", 1)[-1].casefold()
        intranet = current_app.extensions["koordination.settings"].intranet_domains
        try:
            validate_email(
                text.rsplit("@", 1)[0] + "@example.com" if domain in intranet else text,
                check_deliverability=False,
                test_environment=domain.endswith(("example.org", ".test")),
            )
        except EmailNotValidError as error:
            raise ValidationError(gettext("This is not an e-mail address. Please check for typing errors.")) from error


class EmailField(StringField):
    """An e-mail address, with the right keyboard on a phone."""

    widget = widgets.EmailInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the text as one line, without what cannot be seen."""
        self.data = tidy_line(valuelist[0]) if valuelist else ""


class MultiCheckboxField(SelectMultipleField):
    """Several choices as a list of checkboxes."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class Needed:
    """Validator: something must be given. Says so in a sentence that names what to do."""

    field_flags = {"required": True}

    def __init__(self, message: Any = None) -> None:
        self.message = message or _("Please fill in this field.")

    def __call__(self, _form: WTForm, field: Field) -> None:
        """Raise if nothing but white space was given."""
        if field.data is None or (isinstance(field.data, str) and not field.data.strip()) or field.data == []:
            field.errors = [e for e in field.errors if e]
            from wtforms.validators import StopValidation

            raise StopValidation("" if field.errors else str(self.message))


class NeededLater:
    """Marks a field as needed; the service says so, together with all else that is wrong."""

    field_flags = {"required": True}

    def __call__(self, _form: WTForm, _field: Field) -> None:
        """Let everything pass."""


class AtMost:
    """Validator: no more than ``length`` characters.

    Not by ``maxlength``: a browser cuts what is pasted without a word, and what is lost nobody sees.
    """

    def __init__(self, length: int) -> None:
        self.length = length

    def __call__(self, _form: WTForm, field: Field) -> None:
        """Raise if the text is longer."""
        if field.data and len(field.data) > self.length:
            raise ValidationError(
                gettext(
                    "Please shorten this to %(most)s characters; it has %(now)s.",
                    most=format_number(self.length),
                    now=format_number(len(field.data)),
                )
            )
