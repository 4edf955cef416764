"""Who stands in and is needed elsewhere: said, never refused."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from tests import factories
from tests.browser import Browser
from tests.directory.conftest import Town


def test_a_substitute_who_is_needed_elsewhere_is_named_but_not_refused(
    keeper: Browser, session: Session, town: Town
) -> None:
    factories.assignment(session, town.jonas, town.club, town.provider, times=[(2, 12, 16, "")])
    session.commit()
    path = f"/personen/{town.aylin.id}/abwesenheiten"

    def enter(first: str, last: str) -> str:
        page = keeper.get(path).submit(
            "Abwesenheit speichern", first_on=first, last_on=last, substitute_id=town.jonas.id
        )
        return page.follow().flash

    assert "Jonas Probemann ist dann auch anderswo eingesetzt: Mi 12–16 Uhr (Jugendtreff Ärmel)." in enter(
        "2026-12-01", "2026-12-03"
    )
    assert enter("2026-12-07", "2026-12-08") == "Die Abwesenheit ist eingetragen.", "no Wednesday in it"
    factories.absence(session, town.jonas, date(2026, 12, 14), date(2026, 12, 14))
    session.commit()
    assert "ist in dieser Zeit selbst als abwesend eingetragen" in enter("2026-12-14", "2026-12-15")
