"""The form of the rules of procedure: one field for each rule, the template above them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wtforms import BooleanField, IntegerField, SelectField, widgets
from wtforms.validators import ValidationError

from coordination.bodies import words
from coordination.bodies.forms import words_of
from coordination.bodies.models import Body
from coordination.bodies.procedure import (
    TEMPLATE_WORDS,
    TEMPLATES,
    AbstentionRule,
    DayKind,
    Deputies,
    Majority,
    MinutesKind,
    NoticeFrom,
    Procedure,
    QuorumBase,
    QuorumRule,
    TieRule,
)
from coordination.core.i18n import gettext
from coordination.core.i18n import lazy_gettext as _
from coordination.directory.forms import VersionedForm
from coordination.web.forms import SelectChoice

#: Longest period and greatest number that anybody means.
MOST = 400


class Number:
    """Validator: a whole number from 0 to ``MOST``; empty is refused."""

    def __call__(self, _form: Any, field: Any) -> None:
        """Raise unless the field holds one."""
        if field.errors or not isinstance(field.data, int) or not 0 <= field.data <= MOST:
            field.errors = []
            raise ValidationError(gettext("Please give a whole number from 0 to %(most)s.", most=MOST))


def _number(label: Any, hint: Any = "") -> Any:
    return IntegerField(label, [Number()], description=hint, widget=widgets.NumberInput(min=0, max=MOST))


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Rules that belong together: a heading, what they are for in a sentence, the names of their fields."""

    heading: Any
    text: Any
    fields: tuple[str, ...]


GROUPS = (
    RuleGroup(
        _("Invitation and deadlines"),
        _("How early people are invited, and until when they may propose something or hand in papers."),
        ("notice_days", "day_kind", "notice_from", "urgent_days", "agenda_deadline_days", "paper_deadline_days"),
    ),
    RuleGroup(
        _("Quorum and votes"),
        _("How many have to be there, and when a proposal is carried."),
        ("quorum_rule", "quorum_base", "statutory_seats", "majority", "tie_rule", "abstention_rule"),
    ),
    RuleGroup(
        _("Minutes"),
        _("What they hold, by when they are written, and how long objections are possible."),
        ("minutes_kind", "minutes_days", "objection_days"),
    ),
    RuleGroup(
        _("Deputies and the public"), _("Who may stand in for whom, and who may come."), ("deputies", "is_public")
    ),
    RuleGroup(
        _("Rhythm"),
        _("How often the body means to meet. The desk reminds you when it does not."),
        ("target_per_year", "max_gap_days"),
    ),
)


class RulesForm(VersionedForm):
    """All rules of a body."""

    template = SelectField(
        _("Template"), description=_("Another template brings its own rules; what you changed below is then replaced.")
    )
    is_formal = BooleanField(_("Formal: the rules bind"))
    notice_days = _number(_("Invitation: full days before"))
    day_kind = SelectField(_("Days are counted as"))
    notice_from = SelectField(_("The period runs"))
    urgent_days = _number(_("Urgent invitation: days before"))
    agenda_deadline_days = _number(_("Proposals for the agenda: days before"))
    paper_deadline_days = _number(_("Papers: days before"))
    quorum_rule = SelectField(_("Quorum"))
    quorum_base = SelectField(_("The quorum is counted"))
    statutory_seats = _number(_("Seats with a vote by its rules"), _("0: as many as there are."))
    majority = SelectField(_("Majority"))
    tie_rule = SelectField(_("Equal votes"))
    abstention_rule = SelectField(_("Abstentions"))
    minutes_kind = SelectField(_("Minutes"))
    minutes_days = _number(_("Minutes: days after the meeting"))
    objection_days = _number(_("Objections: days after the minutes"))
    deputies = SelectField(_("Deputies"))
    is_public = BooleanField(_("Meetings are public"))
    shows_invited = BooleanField(
        _("Show the list of those invited"),
        description=_("Everybody who is invited finds the names, addresses and answers of all others in the calendar."),
    )
    target_per_year = _number(_("Meetings a year"), _("0: as needed."))
    max_gap_days = _number(_("Days between two meetings at most"), _("0: any."))

    def offer(self) -> None:
        """Fill in what can be chosen."""
        self.template.choices = [SelectChoice(name, gettext(word)) for name, word in TEMPLATE_WORDS.items()]
        for name, texts in _CHOICES.items():
            field: Any = self[name]
            field.choices = words_of(texts)

    def keep_body(self, body: Body) -> None:
        """Fill in the rules in force."""
        rules = body.procedure
        self.keep(
            version=body.version,
            template=body.template if body.template in TEMPLATES else "light",
            statutory_seats=body.statutory_seats or 0,
            **{name: getattr(rules, name) for name in Procedure.__dataclass_fields__},
        )

    def procedure(self, stored: str) -> Procedure:
        """Return the rules as typed; if the template was changed from ``stored``, those of the new one."""
        name = self.template.data or "light"
        if name != stored:
            return TEMPLATES[name]
        values = {field: self[field].data for field in Procedure.__dataclass_fields__}
        return Procedure(**values | {field: kind(values[field]) for field, kind in _KINDS.items()})


_CHOICES: dict[str, dict[Any, str]] = {
    "day_kind": words.DAY_KIND_WORDS,
    "notice_from": words.NOTICE_FROM_WORDS,
    "quorum_rule": words.QUORUM_WORDS,
    "quorum_base": words.QUORUM_BASE_WORDS,
    "majority": words.MAJORITY_WORDS,
    "tie_rule": words.TIE_WORDS,
    "abstention_rule": words.ABSTENTION_WORDS,
    "minutes_kind": words.MINUTES_WORDS,
    "deputies": words.DEPUTIES_WORDS,
}
_KINDS: dict[str, Any] = {
    "day_kind": DayKind,
    "notice_from": NoticeFrom,
    "quorum_rule": QuorumRule,
    "quorum_base": QuorumBase,
    "majority": Majority,
    "tie_rule": TieRule,
    "abstention_rule": AbstentionRule,
    "minutes_kind": MinutesKind,
    "deputies": Deputies,
}
