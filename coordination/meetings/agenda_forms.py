"""Forms of the agenda."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, Field, IntegerField, MultipleFileField, SelectField
from wtforms.validators import NumberRange, Optional, ValidationError

from coordination.core.i18n import gettext
from coordination.core.i18n import lazy_gettext as _
from coordination.directory.forms import VersionedForm
from coordination.files import rules as file_rules
from coordination.meetings.agenda_services import ItemInput
from coordination.meetings.item_file_services import MOST_FILES
from coordination.meetings.models import AgendaItem
from coordination.meetings.refusals import Refusal
from coordination.meetings.rules import ITEM_KIND_WORDS, ItemKind
from coordination.web.forms import AtMost, Form, LineField, Needed, SelectChoice, TextField, given

#: Longest text of an item, in characters.
MOST_TEXT = 20_000


class ItemForm(VersionedForm):
    """An item: what it is called, what it is for, how long it takes, who brings it in."""

    page_order: tuple[str, ...] = ("title", "kind", "minutes_planned", "presenter_id", "text", "is_public")

    title = LineField(_("Title"), [Needed(), AtMost(200)])
    kind = SelectField(_("What for"), default=ItemKind.DISCUSSION.value)
    minutes_planned = IntegerField(
        _("Planned minutes"),
        [Optional(), NumberRange(1, 600, message=_("Please give 1 to 600 minutes, or leave it empty."))],
    )
    presenter_id = SelectField(_("Brought in by"), coerce=int, default=0)
    text = TextField(_("What it is about"), [AtMost(MOST_TEXT)])
    is_public = BooleanField(
        _("Public"),
        description=_(
            "Guests read it too, and everybody if the meeting is public. What is decided on it everybody reads who is"
            " signed in, once the minutes are circulated."
        ),
    )

    def offer(self, people: list[tuple[int, str]]) -> None:
        """Fill in what can be chosen."""
        self.kind.choices = [SelectChoice(one.value, gettext(word)) for one, word in ITEM_KIND_WORDS.items()]
        self.presenter_id.choices = [(0, gettext("nobody")), *people]

    def value(self) -> ItemInput:
        """Return the input; call after ``validate()`` said yes."""
        return ItemInput(
            title=given(self.title.data),
            kind=ItemKind(given(self.kind.data)),
            text=self.text.data or "",
            minutes_planned=self.minutes_planned.data,
            presenter_id=self.presenter_id.data or None,
            is_public=bool(self.is_public.data),
        )

    def keep_item(self, item: AgendaItem) -> None:
        """Fill in what is stored."""
        names = ("title", "text", "minutes_planned", "is_public", "version")
        values = {name: getattr(item, name) for name in names}
        self.keep(kind=item.kind.value, presenter_id=item.presenter_id or 0, **values)


class RefusalForm(Form):
    """Why a proposal is not taken up. One for each proposal stands on the page: ``item_id`` keeps them apart."""

    reason = LineField(_("Reason"), [AtMost(300)])
    by_mail = BooleanField(_("Tell them by mail as well"), default=True)

    def __init__(self, item_id: int, data: Any = None) -> None:
        super().__init__(data)
        self.reason.id, self.by_mail.id = f"reason-{item_id}", f"by-mail-{item_id}"

    def value(self) -> Refusal:
        """Return what is said to whoever proposed the item."""
        return Refusal(self.reason.data or "", bool(self.by_mail.data))


class ItemFilesForm(ItemForm):
    """An item that is there already, with files to put to it."""

    page_order = (*ItemForm.page_order, "files")
    #: Set where the button says that files come.
    is_attaching = False

    files = MultipleFileField(_("Files"), render_kw={"accept": file_rules.ENDINGS, "multiple": True})

    def chosen(self) -> list[FileStorage]:
        """Return the files; an upload without one arrives as a file without a name."""
        return [one for one in self.files.data or [] if getattr(one, "filename", "")]

    def validate_files(self, _field: Field) -> None:
        """Refuse an empty choice where files were announced, and more than an item holds."""
        if self.is_attaching and not self.chosen():
            raise ValidationError(gettext("Please choose a file."))
        if len(self.chosen()) > MOST_FILES:
            text = gettext("An item has at most %(most)d attachments.", most=MOST_FILES)
            raise ValidationError(text)
