"""Three schools that the coverage board speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.directory.asof import AsOf
from coordination.directory.models import Organisation, Place
from coordination.directory.rules import OrganisationKind
from coordination.planning import findings, queries
from coordination.planning.findings import Kind
from coordination.planning.rules import SchoolCover, Target
from tests import factories

HALF = Decimal("0.5")


@dataclass
class City:
    """Two municipal schools in Mitte and one of a provider."""

    session: Session
    city: Organisation
    employer: Organisation
    alpha: Place
    beta: Place
    free: Place

    def covers(self, day: date | None = None) -> dict[str, SchoolCover]:
        self.session.flush()
        found = queries.schools(self.session, day or clock.today(), Target(), [])
        return {one.name: one for one in found}

    def found(self, day: date | None = None, *, planned: bool = True) -> dict[Kind, list[str]]:
        self.session.flush()
        seen = findings.found(self.session, AsOf(day or clock.today(), clock.today(), planned))
        return {kind: [one.person.name if one.person else "" for one in rows] for kind, rows in seen.items() if rows}


@pytest.fixture
def city(session: Session) -> City:
    unit = factories.organisation(session, "Stadt Probe", kind=OrganisationKind.DEPARTMENT)
    provider = factories.organisation(session)
    mitte = factories.district(session)
    alpha = factories.school(session, "Alphaschule", "111111", operator_id=unit.id, district_id=mitte.id)
    beta = factories.school(session, "Betaschule", "222222", operator_id=unit.id, district_id=mitte.id)
    free = factories.school(session, "Freie Schule", "333333", operator_id=provider.id)
    session.commit()
    return City(session, unit, provider, alpha, beta, free)
