"""A person: where and when, how to reach them, and what remains of somebody who has left."""

from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from coordination.core import registry
from coordination.core.access import Role
from coordination.core.registry import Panel
from tests import factories
from tests.browser import Browser
from tests.directory.conftest import WEDNESDAY, Town


def test_where_today_and_the_week_over_all_places(professional: Browser, session: Session, town: Town) -> None:
    factories.assignment(
        session, town.aylin, town.club, town.provider, times=[(4, 14, 18, "")], share_posts=Decimal("0.25")
    )
    session.commit()
    page = professional.get(f"/personen/{town.aylin.id}")
    panel = page.select(".panel--today")[0]
    assert panel.startswith("Heute, Mi 25.11. Fröbelschule heute vor Ort 8–13 Uhr, Raum 104")
    assert "Jugendtreff Ärmel heute nicht vor Ort nächste Präsenz Fr 27.11., 14–18 Uhr" in panel
    assert page.select(".week tbody th a") == ["Fröbelschule", "Jugendtreff Ärmel"]
    assert "Zusammen: 0,75 Stelle" in page.main
    assert page.href("Aylin Musterfrau anrufen") == "tel:+4915199990017"


def test_a_sum_with_an_unknown_share_is_not_said(professional: Browser, session: Session, town: Town) -> None:
    factories.assignment(session, town.aylin, town.club, town.provider)
    session.commit()
    assert "Zusammen" not in professional.get(f"/personen/{town.aylin.id}").main


def test_an_absence_is_not_explained(professional: Browser, session: Session, town: Town) -> None:
    factories.absence(session, town.aylin, WEDNESDAY, WEDNESDAY, substitute_id=town.jonas.id)
    session.commit()
    panel = professional.get(f"/personen/{town.aylin.id}").select(".panel--today")[0]
    assert "heute nicht vor Ort nächste Präsenz Mo 30.11., 8–13 Uhr" in panel
    assert "Vertretung: Jonas Probemann" in panel
    assert "Abwesen" not in panel


def test_who_has_left_is_former_without_contact(professional: Browser, session: Session, town: Town) -> None:
    town.aylin.valid_until = town.work.valid_until = date(2026, 10, 31)
    session.commit()
    page = professional.get(f"/personen/{town.aylin.id}")
    assert "nicht mehr tätig seit 01.11.2026" in page.main
    assert "tel:+4915199990017" not in page.html
    assert "aylin@example.org" not in page.html
    assert "Fröbelschule" in page.main
    assert professional.get(f"/personen/{town.aylin.id}.vcf").status == 404
    then = professional.get(f"/personen/{town.aylin.id}?stand=2026-10-22")
    assert "nicht mehr tätig" not in then.main
    assert "Aylin Musterfrau" in then.main


def test_a_planned_end_is_for_those_who_plan(
    professional: Browser, keeper: Browser, session: Session, town: Town
) -> None:
    town.aylin.valid_until = date(2027, 1, 31)
    session.commit()
    assert "31.01.2027" not in professional.get(f"/personen/{town.aylin.id}").main
    assert "bis 31.01.2027" in keeper.get(f"/personen/{town.aylin.id}").main


def test_other_parts_of_the_product_put_boxes_here(professional: Browser, town: Town) -> None:
    registry.person_panels.append(
        lambda _session, _actor, key, _day: Panel("Gremien", [(f"Runde {key}", "/wer-ist-wo")])
    )
    registry.place_panels.append(lambda *_: None)
    assert f"Gremien Runde {town.aylin.id}" in professional.get(f"/personen/{town.aylin.id}").main
    assert professional.get(f"/orte/{town.school.id}").status == 200


def test_unknown_keys_are_not_found(professional: Browser, town: Town) -> None:
    for address in ("/personen/999", "/orte/999", "/organisationen/999", "/bezirke/999", "/orte/999.vcf"):
        assert professional.get(address).status == 404


def test_a_private_mailbox_is_flagged_for_those_who_keep_them(
    professional: Browser, keeper: Browser, session: Session, town: Town
) -> None:
    said = "aylin@gmx.de sieht nach einem privaten Postfach aus"
    page = f"/personen/{town.aylin.id}"
    assert "privaten Postfach" not in keeper.get(page).main
    town.aylin.email = "aylin@gmx.de"
    session.commit()
    assert said in keeper.get(page).main
    assert "privaten Postfach" not in keeper.get(f"{page}?stand=2026-10-22").main
    assert "privaten Postfach" not in professional.get(page).main


def test_a_private_mailbox_is_flagged_for_those_who_plan(browser: Browser, session: Session, town: Town) -> None:
    town.aylin.email = "aylin@gmx.de"
    factories.account(session, "plant@example.org", Role.PLANNER)
    session.commit()
    browser.sign_in("plant@example.org", factories.PASSWORD)
    assert "privaten Postfach" in browser.get(f"/personen/{town.aylin.id}").main
    town.aylin.valid_until = date(2026, 10, 31)
    session.commit()
    assert "privaten Postfach" not in browser.get(f"/personen/{town.aylin.id}").main, "who has left is not written to"
