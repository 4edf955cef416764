"""Whose open data the directory shows; licences ask for these texts to be visible in the product."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from coordination.core.i18n import N_


@dataclass(frozen=True, slots=True)
class DataSource:
    """One set of open data. ``name`` is a msgid; all else is quoted as the holder wrote it."""

    name: str
    holder: str
    url: str
    licence: str
    licence_url: str
    attribution: str
    state: date


_MINISTRY = "Ministerium für Schule und Bildung des Landes Nordrhein-Westfalen"
_MINISTRY_URL = "https://www.schulministerium.nrw/open-data"
_DL_DE = "Datenlizenz Deutschland – Namensnennung – Version 2.0"
_DL_DE_URL = "https://www.govdata.de/dl-de/by-2-0"
_MINISTRY_TEXT = f"Ministerium für Schule und Bildung NRW, dl-de/by-2-0, {_MINISTRY_URL}"
_CITY = "Stadt Bielefeld"
_CITY_URL = "https://open-data.bielefeld.de"
_CC_BY = "Creative Commons Namensnennung 4.0 International"
_CC_BY_URL = "https://creativecommons.org/licenses/by/4.0/"
_CITY_TEXT = "Datenquelle: Stadt Bielefeld – open-data.bielefeld.de"


def _ministry(name: str, state: date) -> DataSource:
    return DataSource(name, _MINISTRY, _MINISTRY_URL, _DL_DE, _DL_DE_URL, _MINISTRY_TEXT, state)


def _city(name: str, state: date) -> DataSource:
    return DataSource(name, _CITY, _CITY_URL, _CC_BY, _CC_BY_URL, _CITY_TEXT, state)


DATA_SOURCES: tuple[DataSource, ...] = (
    _ministry(N_("Official school file of North Rhine-Westphalia"), date(2026, 4, 30)),
    _ministry(N_("Pupils per school"), date(2026, 4, 30)),
    _ministry(N_("Social index of schools"), date(2026, 4, 30)),
    _city(N_("City districts and statistical areas"), date(2025, 7, 28)),
    _city(N_("Catchment zones of primary schools 2024/25"), date(2024, 8, 1)),
    _city(N_("Districts of municipal schools and pupils per class"), date(2022, 10, 1)),
)
