"""The forms of reading in a list: the file, what only the keeper knows, and the two ticks before storing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, FileField, SelectField

from coordination.core.i18n import gettext, ngettext
from coordination.core.i18n import lazy_gettext as _
from coordination.directory.import_forms import ChosenFile
from coordination.directory.staff.columns import WORDS, Field
from coordination.directory.staff.people import NEW, RENAMED
from coordination.directory.staff.reading import NO_SCHOOL
from coordination.web.forms import DayField, Form, SelectChoice

#: Questions on one page; the next ones come when these are answered.
MOST_ASKED = 40
IN_LIST = "0"


class ListForm(Form):
    """The list, and whose people it names."""

    file = FileField(_("List"), [ChosenFile()], render_kw={"accept": ".xlsx,.xls,.ods,.csv,.txt"})
    employer = SelectField(_("Employer"))

    def offer(self, employers: Sequence[tuple[int, str]]) -> None:
        """Offer the organisations that the actor keeps."""
        first = SelectChoice(IN_LIST, gettext("as the list says in its own column"))
        self.employer.choices = [first, *(SelectChoice(str(key), name) for key, name in employers)]


class StoreForm(Form):
    """What is stored beside the rows themselves."""

    leave_out = BooleanField(_("Leave out these rows"))
    with_ends = BooleanField(_("End what is not in the list"))


def answer_form(questions: Sequence[Mapping[str, Any]], sent: Any = None) -> Form:
    """Return a form with a field for each question, in their order: q0, q1 and so on."""
    fields = {f"q{number}": _field(one) for number, one in enumerate(questions[:MOST_ASKED])}
    form: Form = type("AnswerForm", (Form,), fields)(sent)
    if sent is None:
        for number, one in enumerate(questions[:MOST_ASKED]):
            if one["suggested"]:
                form.keep(**{f"q{number}": one["suggested"]})
    return form


def _field(one: Mapping[str, Any]) -> Any:
    label = _asked(one)
    if one["kind"] == "day":
        return DayField(label, description=_lines(one))
    if one["kind"] == "column":
        choices = [(field.value, gettext(word)) for field, word in WORDS.items() if field is not Field.LEFT]
        first = [SelectChoice("", gettext("Please choose")), SelectChoice(Field.LEFT.value, gettext(WORDS[Field.LEFT]))]
        column = gettext("Column %(column)s", column=one["detail"])
        return SelectField(label, choices=[*first, *(SelectChoice(*choice) for choice in choices)], description=column)
    choices = [(value, _words(one, value, word)) for value, word in one["options"]]
    first = [SelectChoice("", gettext("Please choose"))]
    # What was asked before an upgrade has no notes.
    notes = [gettext(message, **values) for message, values in one.get("notes", ())]
    told = ". ".join([_lines(one), " ".join(notes)]) if notes else _lines(one)
    return SelectField(label, choices=[*first, *(SelectChoice(*choice) for choice in choices)], description=told)


def _asked(one: Mapping[str, Any]) -> str:
    text = f"{one['about']} ({one['detail']})" if one["detail"] and one["kind"] != "column" else one["about"]
    match one["kind"]:
        case "column":
            return gettext("What stands in the column “%(text)s”?", text=text)
        case "school":
            return gettext("Which school or facility is “%(text)s”?", text=text)
        case "day":
            return gettext("Which day is “%(text)s”?", text=text)
        case "unit":
            return gettext("Are “%(text)s” posts or hours?", text=text)
        case "holidays":
            return gettext("In school holidays: what does “%(text)s” mean?", text=text)
    return gettext("Is %(text)s in the directory already?", text=text)


def _words(one: Mapping[str, Any], value: str, word: str) -> str:
    kind = one["kind"]
    if kind in {"unit", "holidays"} or (kind, value) in {("person", NEW), ("school", NO_SCHOOL)}:
        return gettext(word)
    if kind != "person":
        return word
    if value.endswith(RENAMED):
        return gettext("the same person, now called %(name)s: %(person)s", name=one["about"], person=word)
    if any(other == value + RENAMED for other, _word in one["options"]):
        return gettext("the same person, the name stays: %(person)s", person=word)
    return gettext("the same person: %(person)s", person=word)


def _lines(one: Mapping[str, Any]) -> str:
    lines = one["lines"]
    shown = ", ".join(str(line) for line in lines[:8]) + (" …" if len(lines) > 8 else "")
    return ngettext("Row %(lines)s", "Rows %(lines)s", len(lines), lines=shown)


def answers_of(form: Form, questions: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return what was answered, by the names of the questions; call after ``validate()`` said yes."""
    found = {}
    for number, one in enumerate(questions[:MOST_ASKED]):
        data = form[f"q{number}"].data
        if data:
            found[f"{one['kind']}:{one['key']}"] = data if isinstance(data, str) else data.isoformat()
    return found
