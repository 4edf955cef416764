"""A list takes the same statements, whether it has few rows or many: nothing is looked up row by row."""

from flask import Flask
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.core.jobs import add_job
from coordination.core.work import Work, writing
from coordination.directory.models import Organisation
from coordination.directory.staff import jobs, services
from coordination.exchange.grids import read_book
from tests import factories
from tests.directory.staff.conftest import Schools
from tests.directory.staff.sheets_made import text
from tests.directory.staff.test_nasty_lists import KEEPER
from tests.statements import counted


def _statements(app: Flask, session: Session, schools: Schools, rows: int) -> tuple[list[str], list[str]]:
    """Return the statements that checking and storing a list take: half of its people are there, a tenth ends."""
    session.rollback()
    letters = ["".join(chr(97 + int(digit)) for digit in f"{rows}{number:03}") for number in range(rows)]
    place = factories.school(session, f"Schule {rows}", f"3000{rows % 100:02}")
    employer = session.get_one(Organisation, schools.employer)
    mails = {name: f"p{number}@example.org" for number, name in enumerate(letters)}
    for name in letters[::2]:
        who = factories.person(session, "Jo", f"P{name}", organisation_id=schools.employer, email=mails[name])
        if name.endswith("a"):
            factories.assignment(session, who, place, employer)
    session.commit()
    lines = [("Schulnummer", "Fachkraft", "E-Mail", "Diensthandy", "Stellenanteil")]
    lines += [("123456", f"P{name}, Jo", mails[name], "0151 99990017", "0,5") for name in letters]
    params = {"employer": schools.employer, "answers": {}}
    with writing(), counted(app) as checking:
        _known, _read, plan, _columns = jobs.check(session, KEEPER, read_book(text(lines)), params=params)
    assert (len(plan.steps), bool(plan.ends)) == (rows, True)
    with writing(), counted(app) as storing:
        work = Work(session, KEEPER, clock.utc_now())
        services.store(work, add_job(work, jobs.APPLY, {}).id, plan, with_ends=True)
    session.rollback()
    return [one for one in checking if not one.startswith("BEGIN")], storing


def test_a_list_takes_the_same_statements_however_long_it_is(app: Flask, session: Session, schools: Schools) -> None:
    few, many = _statements(app, session, schools, 20), _statements(app, session, schools, 400)
    assert len(few[0]) == len(many[0]) == 8, few[0]
    assert [len(part) for part in many] == [len(part) for part in few], [few[1], many[1]]
