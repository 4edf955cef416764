"""Two sites of one name at one school: asked before it is stored, as two buildings may be called alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.core.work import Work
from coordination.directory.closing import said
from coordination.directory.models import Place
from coordination.directory.names import fold_name
from coordination.directory.rules import PlaceKind

#: The field that says that it is another building, and the one that holds what was asked about.
FIELD, ASKED = "despite_twin", "twin_asked"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A site that is to be called ``name``; ``own`` is the one that is changed, ``answered`` what was said yes to."""

    name: str
    school_id: int | None
    street: str = ""
    own: int | None = None
    answered: str = ""


class SameSite(RuleViolation):
    """The school has a site of this name already; ``twins``: key, name, and since when it is closed, or "".

    ``asked``: what the question is about; an answer to another one does not count.
    """

    def __init__(self, twins: Sequence[tuple[int, str, str]], asked: str) -> None:
        super().__init__(
            N_("A site of this school is called so already. If it is another building, please tick this field."),
            field=FIELD,
        )
        self.twins, self.asked = tuple(twins), asked


def ask(work: Work, wanted: Wanted) -> None:
    """Ask about the sites of a school that are called so, closed ones too.

    The school is held until it is stored: of two who enter the same site at once the second is asked.

    Raises:
        SameSite: there is one, and the answer is not about those that are there now.
        RuleViolation: one that is open has this address too: it is the same building, whatever was said.
    """
    school_id = wanted.school_id
    if school_id is None:
        return
    work.session.execute(select(Place.id).where(Place.id == school_id).with_for_update())
    mine = Place.parent_id == school_id, Place.id != (wanted.own or 0)
    name = fold_name(wanted.name)
    found = [(one, said(one, work.today)) for one in _called(work.session, name, *mine)]
    asked = "|".join([str(school_id), name, *(str(one.id) for one, _closed in found)])
    if found and wanted.answered != asked:
        raise SameSite([(one.id, one.name, closed) for one, closed in found], asked)
    street = fold_name(wanted.street)
    if street and any(fold_name(one.street) == street for one, closed in found if not closed):
        raise RuleViolation(
            N_("This school has a site with this name and address already. Please change that entry."), field="name"
        )


def open_besides(session: Session, site: Place, today: date) -> bool:
    """Return whether the school has another site of this name that is not closed; of what is no site it has none."""
    if site.kind is not PlaceKind.SCHOOL_SITE or site.parent_id is None:
        return False
    others = _called(session, fold_name(site.name), Place.parent_id == site.parent_id, Place.id != site.id)
    return any(not said(one, today) for one in others)


def _called(session: Session, name: str, *which: ColumnElement[bool]) -> list[Place]:
    statement = select(Place).where(Place.kind == PlaceKind.SCHOOL_SITE, *which).order_by(Place.id)
    return [one for one in session.scalars(statement) if fold_name(one.name) == name]
