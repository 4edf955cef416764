"""What is private is shown while its owner consents, to whoever is signed in, on one page; then it is gone."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from coordination.core import access, clock
from coordination.core.access import Actor, Role
from coordination.core.errors import Forbidden
from coordination.core.work import AuditEntry, Work
from coordination.directory.consents import queries, services
from coordination.directory.consents.models import Consent
from coordination.directory.consents.rules import WORDING, Released
from coordination.directory.models import Person
from coordination.privacy import retention
from tests import factories
from tests.browser import Browser, Page
from tests.directory.conftest import WEDNESDAY, Town, at_nine, town  # noqa: F401 - fixtures

OWN, PHONE, PHOTO = "/mein-privates", "/mein-privates/telefon", "/mein-privates/foto"
NUMBER, MARK = "0521 555 7088", "5557088"


def picture(width: int = 800, height: int = 1000, kind: str = "JPEG", orientation: int = 1) -> bytes:
    """Return a white picture with a red corner at the upper left, and a place in its notes."""
    image = Image.new("RGB", (width, height), "white")
    image.paste("red", (0, 0, width // 2, height // 2))
    notes = image.getexif()
    notes[0x0112], notes[0x010E] = orientation, "GEHEIM-ORT"
    stream = io.BytesIO()
    image.save(stream, kind, exif=notes)
    return stream.getvalue()


@pytest.fixture
def aylin(browser: Browser, session: Session, town: Town) -> Browser:  # noqa: F811
    """Return the browser of somebody with an entry of their own."""
    factories.account(session, "aylin@example.org", person_id=town.aylin.id)
    session.commit()
    browser.sign_in("aylin@example.org", factories.PASSWORD)
    return browser


@pytest.fixture
def colleague(other_browser: Browser, town: Town) -> Browser:  # noqa: F811
    other_browser.sign_in("fach@example.org", factories.PASSWORD)
    return other_browser


def release(browser: Browser, number: str = NUMBER, *, agrees: bool = True) -> Page:
    return browser.get(PHONE).submit(phone=number, agrees=agrees)


def send(browser: Browser, content: bytes, name: str = "ich.jpg", *, agrees: bool = True) -> Page:
    return browser.get(PHOTO).submit(photo=(io.BytesIO(content), name), agrees=agrees)


def stored(session: Session) -> list[Consent]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(Consent).order_by(Consent.what)))


def actions(session: Session) -> list[tuple[str, str]]:
    rows = session.execute(
        select(AuditEntry.action, AuditEntry.subject)
        .where(AuditEntry.action.startswith("consent"))
        .order_by(AuditEntry.id)
    )
    return [(row[0], row[1]) for row in rows]


def test_a_number_is_shown_with_its_day_and_gone_with_the_consent(
    aylin: Browser,
    colleague: Browser,
    session: Session,
    town: Town,  # noqa: F811
) -> None:
    page = aylin.get("/konto/").click("Private Nummer und Foto")
    assert page.select("section p.muted") == ["Nicht freigegeben."] * 2
    page = page.click("Private Nummer freigeben").submit(phone=NUMBER, agrees=True).follow()
    assert "alle" in page.flash.casefold()
    assert "freigegeben am 25.11.2026" in page.main
    (row,) = stored(session)
    assert (row.person_id, row.what, row.given_on, row.wording) == (
        town.aylin.id,
        Released.PHONE,
        WEDNESDAY,
        WORDING,
    )
    shown = colleague.get(f"/personen/{town.aylin.id}")
    assert "Privates Telefon 0521 5557088 mit Einwilligung seit 25.11.2026" in shown.main
    assert page.submit("Widerrufen und Nummer löschen").follow().flash.startswith("Ihre Einwilligung ist widerrufen")
    assert stored(session) == []
    assert MARK not in colleague.get(f"/personen/{town.aylin.id}").html
    subject = f"person:{town.aylin.id}"
    assert actions(session) == [("consent.phone_given", subject), ("consent.phone_withdrawn", subject)]


def test_of_a_withdrawn_number_no_table_keeps_anything(aylin: Browser, session: Session) -> None:
    release(aylin)
    aylin.get(OWN).submit("Widerrufen und Nummer löschen")
    session.rollback()
    for table in Consent.metadata.tables.values():
        for row in session.execute(select(table)):
            assert MARK not in str(tuple(row)), table.name


@pytest.mark.parametrize(
    ("number", "agrees", "field"),
    [(NUMBER, False, "agrees"), ("", True, "phone"), ("abc", True, "phone"), ("1" * 41, True, "phone")],
)
def test_without_a_tick_or_a_number_nothing_is_stored(
    aylin: Browser, session: Session, number: str, *, agrees: bool, field: str
) -> None:
    page = release(aylin, number, agrees=agrees)
    assert page.status == 422
    assert page.error(field)
    assert stored(session) == []
    assert actions(session) == []


def test_another_number_takes_the_place_of_the_first(aylin: Browser, session: Session) -> None:
    release(aylin)
    release(aylin, "0521 5557089")
    assert [row.phone for row in stored(session)] == ["+495215557089"]


def test_nobody_else_may_give_or_withdraw(session: Session, town: Town) -> None:  # noqa: F811
    who = session.get_one(Person, town.aylin.id)
    keeper = Actor(user_id=1, person_id=town.jonas.id, roles=frozenset(Role), keeps_all=True)
    work = Work(session, keeper, clock.utc_now())
    with pytest.raises(Forbidden):
        services.give_phone(work, who, "+495215557088")
    with pytest.raises(Forbidden):
        services.give_photo(work, who, b"x")
    with pytest.raises(Forbidden):
        services.withdraw(work, who, Released.PHONE)


def test_an_account_without_an_entry_is_told_so(colleague: Browser) -> None:
    page = colleague.get(OWN)
    assert page.status == 200
    assert "mit keinem Eintrag im Verzeichnis verbunden" in page.main
    assert [colleague.get(address).status for address in (PHONE, PHOTO)] == [404, 404]


def test_nobody_without_an_account_gets_the_photo(
    app: Flask,
    session: Session,
    town: Town,  # noqa: F811
) -> None:
    factories.consents(session, town.aylin, phone="+495215557088", photo=b"GEHEIM")
    session.commit()
    stranger = Browser(app, session)
    assert stranger.get(f"/personen/{town.aylin.id}/foto").status == 303
    nobody = access.ANONYMOUS
    assert queries.shown(session, nobody, town.aylin.id, WEDNESDAY) == queries.NOTHING


@pytest.mark.parametrize(
    "address",
    [
        *("/personen/{person}.vcf", "/orte/{place}", "/orte", "/orte.xlsx", "/orte.pdf", "/bezirke/{district}"),
        *("/organisationen/{unit}", "/suche?q=Musterfrau", "/"),
        *("/personen/{person}?stand=2026-11-24", "/personen/{person}/woche.pdf", "/wer-ist-wo", "/karte"),
        *("/personen/{person}/aendern", "/pruefspur?alle=1"),
    ],
)
def test_it_stands_nowhere_but_on_the_page_of_the_person(
    keeper: Browser,
    session: Session,
    town: Town,  # noqa: F811
    address: str,
) -> None:
    factories.consents(session, town.aylin, phone="+495215557088", photo=b"GEHEIMFOTO")
    session.commit()
    here = {
        "person": town.aylin.id,
        "place": town.school.id,
        "district": town.mitte.id,
        "unit": town.provider.id,
    }
    answer = keeper.client.get(address.format(**here), follow_redirects=True)
    assert answer.status_code in {200, 404}
    from tests.architecture.access_city import readable

    shown = readable(answer.get_data())
    assert MARK not in shown
    assert "/foto" not in shown
    assert "GEHEIMFOTO" not in shown
    # Where it may be seen it is.
    page = keeper.get(f"/personen/{town.aylin.id}")
    assert MARK in page.html
    assert f"/personen/{town.aylin.id}/foto" in page.html


@pytest.mark.parametrize("query", ["5557088", "0521+5557088", "%2B495215557088"])
def test_nobody_is_found_by_a_private_number(aylin: Browser, keeper: Browser, query: str) -> None:
    release(aylin)
    assert "Aylin" not in keeper.get(f"/suche?q={query}").main


def test_who_has_left_shows_nothing_and_the_night_deletes_it(
    keeper: Browser,
    session: Session,
    town: Town,  # noqa: F811
) -> None:
    factories.consents(session, town.aylin, phone="+495215557088", photo=b"GEHEIM")
    factories.consents(session, town.jonas, phone="+495215557087")
    town.aylin.valid_until = WEDNESDAY
    session.commit()
    assert MARK in keeper.get(f"/personen/{town.aylin.id}").html
    session.get_one(Person, town.aylin.id).valid_until = WEDNESDAY - timedelta(days=1)
    session.commit()
    assert MARK not in keeper.get(f"/personen/{town.aylin.id}").html
    assert keeper.get(f"/personen/{town.aylin.id}/foto").status == 404
    session.rollback()
    work = Work(session, access.SYSTEM, clock.utc_now())
    assert retention.retain(work)["consents"] == 2
    work.finish()
    assert [row.phone for row in stored(session)] == ["+495215557087"]


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


@pytest.mark.parametrize(
    ("content", "red"),
    [
        (picture(), (20, 20)),
        (picture(kind="PNG"), (20, 20)),
        # Held upright: what the camera wrote sideways is turned.
        (picture(1000, 800, orientation=6), (300, 20)),
        (picture(2000, 800), (20, 20)),
    ],
    ids=["jpeg", "png", "turned", "wide"],
)
def test_a_photo_is_drawn_anew_and_shown(
    aylin: Browser,
    colleague: Browser,
    session: Session,
    town: Town,  # noqa: F811
    content: bytes,
    red: tuple[int, int],
) -> None:
    assert b"GEHEIM-ORT" in content
    page = send(aylin, content).follow()
    assert page.status == 200
    answer = colleague.client.get(f"/personen/{town.aylin.id}/foto")
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    shown = answer.get_data()
    assert b"GEHEIM-ORT" not in shown
    image = opened(shown)
    assert image.size == (320, 400)
    at_red: Any = image.getpixel(red)
    at_white: Any = image.getpixel((160, 390))
    assert at_red[0] > 200
    assert at_red[1] < 60
    assert min(at_white) > 200
    assert "Foto von Aylin Musterfrau" in colleague.get(f"/personen/{town.aylin.id}").html
    page.submit("Widerrufen und Foto löschen")
    assert colleague.get(f"/personen/{town.aylin.id}/foto").status == 404
    assert session.scalar(select(func.count()).select_from(Consent)) == 0
    assert [action for action, _subject in actions(session)] == ["consent.photo_given", "consent.photo_withdrawn"]


def bomb() -> bytes:
    """Return the head of a PNG that says to be enormous."""
    head = picture(200, 200, "PNG")
    return head[:16] + (60_000).to_bytes(4) + (60_000).to_bytes(4) + head[24:]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "leer"),
        (b"<svg onload='alert(1)'/>", "kein Bild"),
        (b"%PDF-1.7 %%EOF", "kein Bild"),
        (b"Nur Text", "kein Bild"),
        (picture(90, 400), "zu klein"),
        (bomb(), "Millionen Bildpunkte"),
        (b"\xff\xd8\xff" + b"\xff" * 3000, "zu klein oder beschädigt"),
        (b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (500).to_bytes(4) * 2 + b"\0" * 40 + b"IEND", "beschädigt"),
    ],
    ids=["empty", "svg", "pdf", "text", "small", "bomb", "ones", "no pixels"],
)
def test_what_is_no_picture_is_refused_with_a_sentence(
    aylin: Browser, session: Session, content: bytes, said: str
) -> None:
    page = send(aylin, content)
    assert page.status == 422
    assert said in page.error("photo")
    assert stored(session) == []


def test_a_photo_needs_a_tick_and_a_file(aylin: Browser, session: Session) -> None:
    assert send(aylin, picture(), agrees=False).error("agrees")
    assert aylin.get(PHOTO).submit(agrees=True).error("photo")
    assert stored(session) == []


def test_the_table_refuses_what_says_nothing(session: Session, town: Town) -> None:  # noqa: F811
    from sqlalchemy.exc import IntegrityError

    wrong = {"person_id": town.aylin.id, "given_on": date(2026, 11, 1), "wording": 1}
    for more in ({"what": Released.PHONE}, {"what": Released.PHOTO, "phone": "+495215557088", "photo": b"x"}):
        session.add(Consent(**wrong, **more))
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()
    assert session.execute(text("SELECT count(*) FROM consent")).scalar() == 0
