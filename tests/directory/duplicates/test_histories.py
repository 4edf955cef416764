"""Two entries become one: what either was called and said before is known of the one that stays, and found."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.directory.models import EarlierValue, Person
from tests import factories
from tests.browser import Browser
from tests.directory.keepers import build, enter, every

DAY, LATER = date(2024, 7, 31), date(2025, 7, 31)


def _earlier(session: Session, of: Person, field: str, value: str, until: date) -> None:
    session.add(EarlierValue(person_id=of.id, field=field, value=value, valid_until=until, recorded_at=clock.utc_now()))


def test_the_history_of_the_entry_that_goes_is_told_by_the_other(browser: Browser, session: Session) -> None:
    city = build(session)
    kept = factories.person(session, "Frida", "Distelfink", organisation_id=city.provider, function="Leitung")
    gone = factories.person(session, "Frida", "Distelfinck", organisation_id=city.provider)
    _earlier(session, gone, "family_name", "Eisvogel", DAY)
    _earlier(session, gone, "function", "Praktikum", LATER)
    _earlier(session, gone, "organisation_id", str(city.team), LATER)
    _earlier(session, gone, "phone", "+49521511234", LATER)
    _earlier(session, kept, "function", "Fachkraft", DAY)
    session.commit()
    keeper = enter(browser, "eins")
    assert "Frida Distelfink" not in keeper.get("/suche?q=eisvogel").main
    page = keeper.get(f"/personen/{kept.id}/zusammenfuehren?mit={gone.id}").submit("Zusammenführen").follow()
    assert "ist jetzt Teil dieses Eintrags" in page.flash
    assert "Eisvogel" in page.main
    assert "Eisvogel" in keeper.get(f"/personen/{kept.id}?stand=2024-06-01").h1
    then = keeper.get(f"/personen/{kept.id}?stand=2025-06-01").main
    assert "Praktikum" not in then.split("Zusammengeführt mit")[0], "what the entry that stays knew of the day holds"
    told = page.main.split("Zusammengeführt mit")[1]
    for said in ("Praktikum (bis 31.07.2025)", "(bis 31.07.2025)"):
        assert said in told
    assert "511234" not in page.main
    found = keeper.get("/suche?q=eisvogel")
    assert "Frida Distelfink" in found.main
    assert "früher: " in found.main
    assert "früher: " in keeper.get("/suche?q=distelfinck").main, "the name of the entry that is gone"
    session.expire_all()
    assert sorted((one.field, one.value) for one in every(session, EarlierValue)) == [
        ("family_name", "Eisvogel"),
        ("function", "Fachkraft"),
    ]
