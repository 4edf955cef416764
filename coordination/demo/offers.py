"""What is offered at places of the demonstration: invented, and run by invented organisations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from coordination.core.work import Work
from coordination.demo import ground, staff
from coordination.directory.models import Organisation, Place
from coordination.directory.offers.models import Offer
from coordination.directory.offers.rules import OfferKind


@dataclass(frozen=True, slots=True)
class Plan:
    """An offer: place, employer by its number (None: the place itself), and what a notice would say."""

    place: str
    run_by: int | None
    kind: OfferKind
    name: str
    times: str
    audience: str
    #: Days from today to the first and the last day; None: since the school year began, or without an end.
    first: int | None = None
    last: int | None = None
    link: str = ""


PLANS = (
    Plan(
        *("Fröbelschule", 0, OfferKind.OFFER, "Offene Sprechstunde für Eltern"),
        *("mittwochs 8 bis 9:30 Uhr, Raum 104, ohne Anmeldung", "Eltern aller Klassen"),
    ),
    Plan(
        *("Fröbelschule", 1, OfferKind.PROJECT, "Streitschlichtung auf dem Pausenhof"),
        *("dienstags und donnerstags in der ersten großen Pause", "Klassen 3 und 4"),
        last=150,
        link="https://streitschlichtung.example.org",
    ),
    Plan(
        *("Fröbelschule", 1, OfferKind.OFFER, "Bewegte Mittagspause"),
        *("montags bis donnerstags 12:30 bis 13:30 Uhr, Turnhalle", "Kinder im Offenen Ganztag"),
        first=45,
    ),
    Plan(
        *("Fröbelschule", 0, OfferKind.PROJECT, "Leseclub mit dem Stadtteil"),
        *("freitags 14 bis 15:30 Uhr, Schulbücherei", "Klassen 2 bis 4"),
        first=-420,
        last=-130,
    ),
    Plan(
        *("Luisenschule", 2, OfferKind.OFFER, "Hausaufgabenhilfe und gemeinsames Kochen"),
        *("dienstags und donnerstags 13:30 bis 15:30 Uhr, Mensa", "Klassen 5 bis 7"),
    ),
    Plan(
        *("Freizeitzentrum Baumheide", None, OfferKind.OFFER, "Mädchentreff"),
        *("donnerstags 16 bis 19 Uhr, Werkraum im Erdgeschoss", "Mädchen von 10 bis 14 Jahren"),
    ),
)


def load(work: Work, units: Mapping[str, Organisation]) -> None:
    """Enter what is offered: most of it now, one thing planned, one ended."""
    wanted = {plan.place for plan in PLANS}
    places = {one.name: one for one in work.session.scalars(select(Place).where(Place.name.in_(wanted)))}
    year = staff.school_year(work.today)
    for plan in PLANS:
        unit = units[ground.EMPLOYERS[plan.run_by]] if plan.run_by is not None else None
        row = Offer(
            place_id=places[plan.place].id,
            organisation_id=unit.id if unit else None,
            kind=plan.kind,
            name=plan.name,
            times=plan.times,
            audience=plan.audience,
            link=plan.link,
            valid_from=_day(work.today, plan.first) or year,
            valid_until=_day(work.today, plan.last),
        )
        work.session.add(row)
        work.record("offer.created", row)


def _day(today: date, days: int | None) -> date | None:
    return None if days is None else today + timedelta(days=days)
