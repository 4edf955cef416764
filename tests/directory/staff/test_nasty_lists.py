from typing import Any

import pytest
from sqlalchemy.orm import Session

from coordination.core.access import Actor, Role
from coordination.core.errors import RuleViolation
from coordination.directory.staff.known import load
from coordination.directory.staff.reading import read_list
from coordination.directory.staff.rows import Entry
from coordination.exchange.grids import read_book
from tests.directory.conftest import WEDNESDAY
from tests.directory.staff.cases import CASES
from tests.directory.staff.conftest import Schools

KEEPER = Actor(user_id=1, roles=frozenset({Role.DIRECTORY_KEEPER}), keeps_all=True)


def _fact(entry: Entry, name: str, schools: Schools) -> Any:
    value: Any = entry
    for part in name.split("."):
        value = getattr(value, part)
    if name == "place_id":
        return next(number for number, key in schools.by_number.items() if key == value)
    return value


@pytest.mark.parametrize("name", CASES)
def test_a_nasty_list_is_read_as_it_is_meant(name: str, session: Session, schools: Schools) -> None:
    case = CASES[name]
    known = load(session, KEEPER, WEDNESDAY)
    if case.refused:
        with pytest.raises(RuleViolation, match=case.refused):
            read_list(known, read_book(case.raw), schools.employer, {})
        return
    read = read_list(known, read_book(case.raw), schools.employer, {})
    people = tuple(f"{e.person.given} {e.person.family}" if e.person else "" for e in read.entries)
    assert people == case.people, (read.faults, read.questions)
    assert [fault.cell for fault in read.faults] == [cell for cell, _sentence in case.faults]
    for fault, (_cell, sentence) in zip(read.faults, case.faults, strict=True):
        assert sentence in fault.message % fault.values
    assert tuple(question.name for question in read.questions) == case.questions
    for fragment in case.remarks:
        assert any(fragment in remark.message % remark.values for remark in read.remarks)
    for fact, value in case.first:
        assert _fact(read.entries[0], fact, schools) == value, fact


def test_there_are_at_least_thirty() -> None:
    assert len(CASES) >= 30


def test_a_remark_stays_behind_and_is_named(session: Session, schools: Schools) -> None:
    read = read_list(load(session, KEEPER, WEDNESDAY), read_book(CASES["a remark column"].raw), schools.employer, {})
    assert read.left_behind == ["Bemerkung"]
    assert "langzeitkrank" not in repr(read.entries)
