"""Shares in a list: posts and hours, the week of the employer, more than a post, and what was confirmed before."""

from datetime import date
from decimal import Decimal

from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from coordination.directory.models import Assignment, Organisation
from tests.browser import Browser
from tests.directory.keepers import every
from tests.directory.staff.conftest import Schools
from tests.directory.staff.pages import press, send
from tests.directory.staff.sheets_made import workbook


def test_hours_of_a_list_are_of_the_week_of_the_employer(
    app: Flask, keeper: Browser, session: Session, schools: Schools
) -> None:
    session.get_one(Organisation, schools.employer).weekly_hours = Decimal("38.5")
    session.commit()
    headings = ("Schulnummer", "Fachkraft", "Stellenanteil", "Wochenstunden")
    same, other = ("123456", "Ahornblatt, Ada", "0,5", "19,25"), ("123457", "Ahornblatt, Ada", "", "28,9")
    page = send(app, keeper, workbook([headings, same, other]), schools.employer)
    assert "passen nicht zusammen" not in page.main
    assert "1,25" in page.main, "0,5 and 28,9 of 38,5 are more than a post"


def test_posts_and_hours_that_differ_are_both_kept_and_said(
    app: Flask, keeper: Browser, session: Session, schools: Schools
) -> None:
    headings = ("Schulnummer", "Fachkraft", "Stellenanteil", "Wochenstunden")
    same = ("123457", "Birke, Ben", "0,5", "19,5")
    page = send(app, keeper, workbook([headings, ("123456", "Ahornblatt, Ada", "0,5", "30"), same]), schools.employer)
    told = "Stellenanteil (0,5) und Wochenstunden (30) passen nicht zusammen: So viele Stunden wären 0,77 Stellen."
    assert page.main.count(told) == page.main.count("passen nicht zusammen") == 1
    press(app, page, "uebernehmen")
    rows = sorted(every(session, Assignment), key=lambda row: row.share_hours or 0)
    assert [(row.share_posts, row.share_hours) for row in rows] == [
        (Decimal("0.50"), Decimal("19.50")),
        (Decimal("0.50"), Decimal("30.00")),
    ]
    told = "Eingetragen sind auch 30 Wochenstunden; das wären 0,77 Stellen."
    forms = [keeper.get(f"/einsaetze/{row.id}/bearbeiten") for row in rows]
    assert [told in form.main for form in forms] == [False, True]
    assert "Eingetragen sind auch" not in forms[0].main
    refused = forms[1].submit("Weiter zur Vorschau", share="viel")
    assert (refused.status, told in refused.main) == (422, True)
    session.execute(update(Assignment).values(confirmed_on=date(2026, 9, 3), confirmed_by="Frau Eins"))
    session.commit()
    again = send(app, keeper, workbook([headings, ("123456", "Ahornblatt, Ada", "0,5", "30"), same]), schools.employer)
    assert "passen nicht zusammen" not in again.main, "what is stored already is no news"
    corrected = workbook([headings, ("123456", "Ahornblatt, Ada", "1", ""), same])
    press(app, send(app, keeper, corrected, schools.employer), "uebernehmen")
    session.expire_all()
    rows = sorted(every(session, Assignment), key=lambda row: row.share_hours or 0)
    assert [row.confirmed_on for row in rows] == [None, date(2026, 9, 3)], "nobody has confirmed what it says now"


def test_more_than_a_post_in_a_single_row_is_said(app: Flask, keeper: Browser, schools: Schools) -> None:
    headings = ("Schulnummer", "Fachkraft", "Wochenstunden")
    page = send(app, keeper, workbook([headings, ("123456", "Ahornblatt, Ada", "50")]), schools.employer)
    assert "Ada Ahornblatt hat nach dieser Liste zusammen 1,28 Stellen." in page.main
