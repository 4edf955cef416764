"""Every route, wrong key, method and form with every kind of person.

What the table says is asked of PostgreSQL here, of SQLite by the fast tests. What is asked wrongly is refused by the
same code for everybody who sees as much: on PostgreSQL by one of each sort.
"""

from __future__ import annotations

import pytest

from tests.architecture import access_variants
from tests.architecture.access_city import visiting
from tests.architecture.access_marks import KINDS
from tests.architecture.test_access import check_forms, check_walk

pytestmark = pytest.mark.slow
#: Nobody, who reads, who leads a body, who keeps the directory, who administrates.
SORTS = ("anonymous", "professional", "coordinator", "keeper_of_all", "administrator")
BOTH = pytest.mark.parametrize(
    ("kind", "database_kind"),
    [*((kind, "sqlite") for kind in KINDS), *((kind, "postgresql") for kind in SORTS)],
    indirect=["database_kind"],
)


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_person_gets_what_the_table_says(kind: str, database_kind: str) -> None:
    check_walk(kind, database_kind)


@BOTH
def test_wrong_keys_are_refused(kind: str, database_kind: str) -> None:
    with visiting(kind, database_kind) as visitor:
        assert access_variants.wrong_keys(visitor) == []


@BOTH
def test_wrong_methods_are_refused(kind: str, database_kind: str) -> None:
    with visiting(kind, database_kind) as visitor:
        assert access_variants.wrong_methods(visitor) == []


@BOTH
def test_forms_refuse_keys_they_do_not_offer(kind: str, database_kind: str) -> None:
    check_forms(kind, database_kind)
