"""What may follow schools that are gone, in the preview of a school file: kept by its job, ticked on its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field
from wtforms.validators import ValidationError

from coordination.core import clock
from coordination.core.i18n import N_, gettext
from coordination.core.i18n import lazy_gettext as _
from coordination.core.jobs import Job
from coordination.directory import school_import
from coordination.directory.models import Place, School
from coordination.directory.school_changes import Changes
from coordination.directory.school_file import SchoolFile
from coordination.directory.successions.models import PlaceSuccession
from coordination.directory.successions.proposals import Proposal, Why, propose
from coordination.web.forms import DayField, Form, given

WHY_WORDS = {
    Why.ADDRESS: N_("same address"),
    Why.CLOSE: N_("%(metres)s m apart"),
    Why.NAME: N_("almost the same name"),
}


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """One proposal as the preview shows it; a successor that is new has no page yet."""

    gone: str
    gone_name: str
    gone_id: int
    successor: str
    successor_name: str
    successor_id: int | None
    why: tuple[str, ...]
    metres: int | None
    on_day: date
    is_ticked: bool

    @property
    def reason(self) -> str:
        """Return why the one may follow the other, in the current language."""
        return ", ".join(gettext(WHY_WORDS[Why(one)], metres=self.metres) for one in self.why)


def as_values(session: Session, file: SchoolFile, changes: Changes) -> list[list[Any]]:
    """Return what may follow the schools that are gone, as JSON values."""
    if not changes.gone:
        return []
    stored = school_import.stored_by_number(session, changes.gone)
    found = propose(changes, stored, file.records, today=clock.today(), known=_known(session))
    numbers = {number for one in found for number in (one.gone, one.successor)}
    statement = select(School.number, School.place_id, Place.name).join(School.place).where(School.number.in_(numbers))
    there = {number: (key, name) for number, key, name in session.execute(statement)}
    # What follows is called as the file calls it: that is its name once the file is stored.
    names = {record.number: record.display_name for record in file.records}
    return [_values(one, there, names) for one in found]


def _known(session: Session) -> set[tuple[str, str]]:
    before, after = aliased(School), aliased(School)
    statement = (
        select(before.number, after.number)
        .join(PlaceSuccession, PlaceSuccession.predecessor_id == before.place_id)
        .join(after, after.place_id == PlaceSuccession.successor_id)
    )
    return {(one, other) for one, other in session.execute(statement)}


def _values(one: Proposal, there: dict[str, tuple[int, str]], names: dict[str, str]) -> list[Any]:
    gone_id, gone_name = there[one.gone]
    after_id = there[one.successor][0] if one.successor in there else None
    ends = [one.gone, gone_name, gone_id, one.successor, names[one.successor], after_id]
    return [*ends, list(one.why), one.metres, one.on_day.isoformat(), one.is_ticked]


def lines_of(preview: Job) -> list[ProposalLine]:
    """Return what ``as_values`` made; of a preview made before there were proposals nothing."""
    return [_line(values) for values in (preview.result or {}).get("successions", ())]


def _line(values: Sequence[Any]) -> ProposalLine:
    *ends, why, metres, day, is_ticked = values
    gone, gone_name, gone_id, after, after_name, after_id = ends
    return ProposalLine(
        gone=gone,
        gone_name=gone_name,
        gone_id=gone_id,
        successor=after,
        successor_name=after_name,
        successor_id=after_id,
        why=tuple(why),
        metres=metres,
        on_day=date.fromisoformat(day),
        is_ticked=is_ticked,
    )


class Dated:
    """Validator: a day is given, where its proposal is ticked."""

    def __init__(self, tick: str) -> None:
        self.tick = tick

    def __call__(self, form: Any, field: Field) -> None:
        """Raise if it is not."""
        if form[self.tick].data and field.data is None and not field.errors:
            raise ValidationError(gettext("Please fill in this field."))


class OnlyOne:
    """Validator: of several proposals of what follows one school, one is ticked."""

    def __call__(self, form: Any, field: Field) -> None:
        """Raise at the second one."""
        rows = form.rows()
        gone = next((line.gone for line, tick, _day in rows if tick is field), None)
        ticked = [(line, tick) for line, tick, _day in rows if line.gone == gone and tick.data]
        if field.data and ticked[0][1] is not field:
            text = gettext(
                "“%(first)s” is ticked for “%(school)s” already. Please tick one of them; if several schools follow, "
                "enter the others on its page afterwards.",
                first=ticked[0][0].successor_name,
                school=ticked[0][0].gone_name,
            )
            raise ValidationError(text)


class ProposalsForm(Form):
    """A tick box and a day for each proposal."""

    lines: Sequence[ProposalLine] = ()

    def rows(self) -> list[tuple[ProposalLine, Field, Field]]:
        """Return each proposal with its fields."""
        return [(line, self[f"tick_{number}"], self[f"day_{number}"]) for number, line in enumerate(self.lines)]

    def keep_proposed(self, storing: Job | None) -> None:
        """Fill in what is proposed; where storing has failed, what was ticked for it."""
        chosen = {(gone, after): day for gone, after, day in storing.params.get("successions", ())} if storing else {}
        for number, line in enumerate(self.lines):
            day = chosen.get((line.gone, line.successor))
            self.keep(
                **{
                    f"tick_{number}": day is not None if storing else line.is_ticked,
                    f"day_{number}": date.fromisoformat(day) if day else line.on_day,
                }
            )

    def wanted(self) -> list[school_import.Wanted]:
        """Return what was ticked; call after ``validate()`` said yes."""
        return [(line.gone, line.successor, given(day.data)) for line, tick, day in self.rows() if tick.data]


def form_of(preview: Job, data: MultiDict[str, str] | None = None) -> ProposalsForm:
    """Return the form of a preview: what it does not propose cannot be chosen."""
    lines = lines_of(preview)
    fields: dict[str, Any] = {
        "lines": lines,
        "says_itself": frozenset(f"tick_{number}" for number in range(len(lines))),
    }
    for number in range(len(lines)):
        fields[f"tick_{number}"] = BooleanField(_("Take over"), [OnlyOne()])
        fields[f"day_{number}"] = DayField(_("First day of the succession"), [Dated(f"tick_{number}")])
    return cast("ProposalsForm", type("ProposalsForm", (ProposalsForm,), fields)(data))
