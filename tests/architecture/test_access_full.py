"""Every route, wrong key, method and form with every kind of person.

What the table says is asked of PostgreSQL here, of SQLite by the fast tests. What is asked wrongly is asked of SQLite
by everybody, of PostgreSQL by those who between them reach every page. The forms of who keeps the whole directory
are sent to SQLite by the fast tests, with the very same values.
"""

from __future__ import annotations

import pytest

from tests.architecture import access_variants
from tests.architecture.access_city import visiting
from tests.architecture.access_marks import KINDS
from tests.architecture.test_access import check_forms, check_walk

pytestmark = pytest.mark.slow
#: Who between them reach every page; the others reach some of the same.
BETWEEN_THEM = ("anonymous", "coordinator", "keeper", "keeper_of_all", "administrator")
EACH = pytest.mark.parametrize("kind", KINDS)


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
@EACH
def test_each_kind_of_person_gets_what_the_table_says(kind: str, database_kind: str) -> None:
    check_walk(kind, database_kind)


@pytest.mark.parametrize(
    ("kind", "database_kind"),
    [*((kind, "sqlite") for kind in KINDS), *((kind, "postgresql") for kind in BETWEEN_THEM)],
    indirect=["database_kind"],
)
def test_what_is_asked_wrongly_is_refused(kind: str, database_kind: str) -> None:
    # One city for all of it: making one takes as long as asking it for some hundred pages.
    with visiting(kind, database_kind) as visitor:
        assert access_variants.wrong_methods(visitor) == []
        assert access_variants.wrong_keys(visitor) == []
        if (kind, database_kind) != ("keeper_of_all", "sqlite"):
            # Wrong links have used up the patience with them.
            visitor.city.snapshot.put_back()
            check_forms(visitor)
