"""Uploaded files on which nobody has decided yet."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.core.access import Actor, Role
from coordination.core.jobs import Job, add_job
from coordination.core.work import work_as
from coordination.directory import import_jobs
from coordination.directory.staff import jobs
from tests.browser import Browser
from tests.directory.import_pages import work_off
from tests.directory.keepers import every
from tests.directory.staff.conftest import Schools
from tests.directory.staff.pages import URL, press, send
from tests.directory.staff.sheets_made import workbook
from tests.directory.staff.test_list_pages import ADA, BEN, HEADINGS, VACANT

KEEPER = Actor(user_id=1, roles=frozenset({Role.DIRECTORY_KEEPER}), keeps_all=True)


@pytest.mark.parametrize("kind", [import_jobs.PREVIEW, jobs.PREVIEW])
def test_many_files_that_change_nothing_hide_none_that_waits(session: Session, kind: str) -> None:
    with work_as(session, KEEPER) as work:
        waiting = add_job(work, kind, {}, content=b"x").id
        for params in [{"nothing": True}] * import_jobs.LISTED:
            add_job(work, kind, params, content=b"x")
    is_list = kind == jobs.PREVIEW
    found = jobs.open_previews(session, KEEPER) if is_list else import_jobs.open_previews(session)
    assert [job.id for job in found] == [waiting]


def test_the_same_list_again_changes_nothing(app: Flask, keeper: Browser, session: Session, schools: Schools) -> None:
    raw = workbook([HEADINGS, ADA, BEN, VACANT])
    press(app, send(app, keeper, raw, schools.employer), "uebernehmen")
    page = send(app, keeper, raw, schools.employer)
    assert "Die Liste ändert nichts" in page.text
    assert "Verwerfen" not in page.main
    assert "Noch nicht entschieden" not in keeper.get(URL).main
    # Nobody has to decide; but a column may have been read wrongly.
    columns = page.click("Spalten anders zuordnen")
    again = columns.submit().follow()
    work_off(app)
    page = keeper.get(again.url)
    assert "Die Liste ändert nichts" in page.text
    assert "Noch nicht entschieden" not in keeper.get(URL).main
    assert "verworfen" in page.submit("Datei entfernen").follow().flash
    assert [job.id for job in every(session, Job) if job.content is not None] == []
    assert "Datei entfernen" not in keeper.get(again.url).main
