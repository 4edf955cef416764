"""The street map below the points: an option of the installation, since its pictures come from another server."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from config import Settings
from coordination.directory import position

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
    return position.degrees(east, north, DIGITS)
