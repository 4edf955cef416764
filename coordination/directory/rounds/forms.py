"""Forms of rounds: an employer's setting, what somebody changes of their own, the office's decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField

from coordination.core.i18n import gettext
from coordination.core.i18n import lazy_gettext as _
from coordination.directory import words
from coordination.directory.assignment_inputs import times_of
from coordination.directory.clock_field import WeekForm
from coordination.directory.forms import PhoneField, VersionedForm
from coordination.directory.models import Assignment, Person
from coordination.directory.rounds.answer_services import Change
from coordination.directory.rounds.changes import CONTACT, NOTHING, Times, Wish, private_email, shown, wish_of
from coordination.directory.rounds.queries import Rule
from coordination.directory.rules import HOLIDAY_WORDS, HolidayPresence
from coordination.web.forms import AtMost, EmailAddress, EmailField, Form, SelectChoice, TextField

AT_ONCE, APPROVED = "at_once", "approved"


class RuleForm(VersionedForm):
    """How the rounds of an employer are held."""

    changes = RadioField(
        _("Changes by the people concerned"),
        choices=[SelectChoice(APPROVED, _("hold after approval")), SelectChoice(AT_ONCE, _("hold at once"))],
        default=APPROVED,
    )
    shows_share = BooleanField(_("Mail and page of the link show the share of the post"))

    def keep_rule(self, rule: Rule) -> None:
        """Fill in what holds."""
        self.keep(
            changes=AT_ONCE if rule.applies_at_once else APPROVED, shows_share=rule.shows_share, version=rule.version
        )

    def value(self) -> Rule:
        """Return the setting; call after ``validate()`` said yes."""
        return Rule(bool(self.shows_share.data), self.changes.data == AT_ONCE, self.version.data or 0)


class EntryForm(WeekForm):
    """What of one assignment can be changed: the weekly times, and whether somebody is there in school holidays."""

    in_holidays = SelectField(_("There in school holidays"), default="")

    def offer(self, row: Assignment) -> None:
        """Offer the answers; "not known" only as long as nothing else holds."""
        unknown = [("", gettext("not known"))] if words.holidays_count(row) is None else []
        self.in_holidays.choices = [*unknown, *((one.value, gettext(HOLIDAY_WORDS[one])) for one in HolidayPresence)]

    def keep_entry(self, row: Assignment, wish: Wish = NOTHING) -> None:
        """Fill in what is stored, and over it what is wanted otherwise."""
        self.keep_times(wish.weeks.get(row.id, times_of(row)))
        said = wish.holidays.get(row.id) or words.holidays_count(row)
        self.keep(in_holidays=said.value if said else "")

    @property
    def answer(self) -> HolidayPresence | None:
        """Return what is said of the holidays; None: still nothing."""
        return HolidayPresence(self.in_holidays.data) if self.in_holidays.data else None


class EntriesForm(Form):
    """Official contact and a message; what each assignment says is a form of its own in ``weeks``."""

    phone = PhoneField(_("Phone (office)"), [AtMost(40)])
    mobile = PhoneField(_("Official mobile"), [AtMost(40)])
    email = EmailField(_("Official e-mail"), [AtMost(320), EmailAddress()])
    message = TextField(_("Message to the office"), [AtMost(2000)])
    seen = HiddenField()
    #: The private address that the hint was shown of; the same sent again is stored.
    hinted = HiddenField()

    def __init__(self, sent: Any, rows: Sequence[Assignment]) -> None:
        super().__init__(sent)
        self.weeks = {row.id: EntryForm(sent, prefix=f"e{row.id}-") for row in rows}
        for row in rows:
            self.weeks[row.id].offer(row)
            # Added since the page was opened: nobody has been asked about it, so it stays as it is.
            if sent and f"e{row.id}-in_holidays" not in sent:
                self.weeks[row.id].keep_entry(row)

    def leave(self, person: Person) -> None:
        """Take the numbers that are stored as they are."""
        self.phone.stored, self.mobile.stored = person.phone, person.mobile

    def keep_entries(self, person: Person, rows: Sequence[Assignment], wish: Wish) -> None:
        """Fill in what is stored, and over it what is wanted otherwise."""
        for name in CONTACT:
            self.keep(**{name: shown(name, wish.contact.get(name, getattr(person, name)))})
        for row in rows:
            self.weeks[row.id].keep_entry(row, wish)

    def note_more(self, rows: Sequence[Assignment]) -> None:
        """Note the stored times that have no fields here: they stay as they are."""
        for row in rows:
            stored = WeekForm()
            stored.keep_times(times_of(row))
            self.weeks[row.id].more_times = stored.more_times

    def is_right(self) -> bool:
        """Return whether all of it can be read; what is wrong stands beside its field."""
        checked = [self.validate(), *(week.validate() and week.check_pairs() for week in self.weeks.values())]
        return all(checked)

    def _times(self) -> dict[int, Times]:
        return {key: (*week.times(), *week.more_times) for key, week in self.weeks.items()}

    def _holidays(self) -> dict[int, HolidayPresence]:
        return {key: week.answer for key, week in self.weeks.items() if week.answer is not None}

    def change(self, person: Person, rows: Sequence[Assignment]) -> Change:
        """Return what is to become different; call after ``is_right()`` said yes."""
        contact = {"phone": self.phone.number, "mobile": self.mobile.number, "email": self.email.data or ""}
        wish = wish_of(person, rows, Wish(contact, self._times(), self._holidays()))
        return Change(wish, self.message.data or "", self.seen.data or "")

    def unseen_private(self, wish: Wish) -> str:
        """Return a private address that nobody has been asked about, and note it as asked; "" if there is none."""
        private = private_email(wish)
        if private == (self.hinted.data or ""):
            return ""
        self.hinted.data = private
        return private


class Together:
    """Several forms of one page as its summary of errors reads them."""

    def __init__(self, forms: Sequence[Form]) -> None:
        """``forms``: from the top of the page to its end."""
        self._forms = forms

    @property
    def errors(self) -> Mapping[str, Any]:
        """Return what is wrong anywhere."""
        return {
            f"{number}-{name}": found for number, one in enumerate(self._forms) for name, found in one.errors.items()
        }

    @property
    def form_errors(self) -> list[str]:
        """Return what is wrong with no field of its own."""
        return [error for one in self._forms for error in one.form_errors]

    @property
    def says_itself(self) -> frozenset[str]:
        """Return the fields whose errors are whole sentences."""
        return frozenset().union(*(one.says_itself for one in self._forms))

    def in_order(self) -> list[Field]:
        """Return the fields from the top of the page to its end."""
        return [field for one in self._forms for field in one.in_order()]


class DecisionForm(VersionedForm):
    """Taking a change over, or not."""

    seen = HiddenField()
    reason = TextField(_("Why it is not taken over"), [AtMost(1000)])
