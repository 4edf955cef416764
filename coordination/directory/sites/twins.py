"""Two sites of one name at one school: asked before it is stored, as two buildings may be called alike."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.core.work import Work
from coordination.directory.closing import said
from coordination.directory.models import Place
from coordination.directory.names import fold_name
from coordination.directory.rules import PlaceKind

#: The field that says that it is another building.
FIELD = "despite_twin"


class SameSite(RuleViolation):
    """The school has a site of this name already; ``twins``: key, name, and since when it is closed, or ""."""

    def __init__(self, twins: Sequence[tuple[int, str, str]]) -> None:
        super().__init__(
            N_("A site of this school is called so already. If it is another building, please tick this field."),
            field=FIELD,
        )
        self.twins = tuple(twins)


def ask(work: Work, name: str, school_id: int | None, *, own: int | None = None) -> None:
    """Ask about the sites of a school that are called ``name``, closed ones too; ``own`` is the one that is changed.

    Raises:
        SameSite: there is one.
    """
    if school_id is None:
        return
    mine = Place.parent_id == school_id, Place.kind == PlaceKind.SCHOOL_SITE
    rows = work.session.scalars(select(Place).where(*mine, Place.id != (own or 0)).order_by(Place.id))
    twins = [(one.id, one.name, said(one, work.today)) for one in rows if fold_name(one.name) == fold_name(name)]
    if twins:
        raise SameSite(twins)
