"""The street map below the points: an option of the installation, since its pictures come from another server."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import utm

from config import Settings

#: The zone of EPSG:25832; its ellipsoid and that of WGS 84 differ by less than a millimetre.
ZONE = 32
#: Degrees are told to a tenth of a metre.
DIGITS = 6


@dataclass(frozen=True, slots=True)
class Tiles:
    """Where the pictures come from, and whose they are."""

    url: str
    credit: str

    @property
    def origin(self) -> str:
        """Return scheme and host, as a policy of contents names them."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def host(self) -> str:
        """Return the server that learns which part of the city somebody looks at."""
        return urlsplit(self.url).hostname or ""


def of(settings: Settings) -> Tiles | None:
    """Return the street map of the installation; None without one."""
    return Tiles(settings.tiles_url, settings.tiles_credit) if settings.tiles_url else None


def degrees(east: float, north: float) -> tuple[float, float]:
    """Return (latitude, longitude) in WGS 84 of a position in EPSG:25832, whose values are metres."""
    latitude, longitude = utm.to_latlon(east, north, ZONE, northern=True, strict=False)
    return round(float(latitude), DIGITS), round(float(longitude), DIGITS)
