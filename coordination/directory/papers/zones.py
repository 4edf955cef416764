"""The city's catchment zones of primary schools, as lines that a map can draw: read from the open data once.

Positions are those of the data, EPSG:25832. A drawing counts in tens of metres to the east and, as its paper goes,
downwards: nothing is projected, and no tile of anybody else is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

FILE = Path(__file__).parents[3] / "data" / "bielefeld" / "grundschuleinzugsbereiche_2024_25.gml"
#: Metres to one step of the drawing.
STEP = 10
#: A bend that is flatter than this is not seen on any screen; in metres.
FLAT = 12.0
_GML = "{http://www.opengis.net/gml}"
_MS = "{http://mapserver.gis.umn.edu/mapserver}"

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the drawing, from its left upper corner."""

    left: int
    top: int
    width: int
    height: int

    def holds(self, point: tuple[int, int]) -> bool:
        """Return whether a point lies in it."""
        x, y = point
        return self.left <= x <= self.left + self.width and self.top <= y <= self.top + self.height

    def widened(self, by: int) -> Box:
        """Return the box with a margin around it."""
        return Box(self.left - by, self.top - by, self.width + 2 * by, self.height + 2 * by)


@dataclass(frozen=True, slots=True)
class Zone:
    """One zone: the school it belongs to, its border as an SVG path, and what the data writes on it."""

    name: str
    path: str
    #: The building: "GS Schröttinghausen".
    label: str = ""
    #: The middle of the drawing: where its name stands.
    middle: tuple[int, int] = (0, 0)


def spot(east: float, north: float) -> tuple[int, int]:
    """Return where a position lies in the drawing."""
    return round(east / STEP), -round(north / STEP)


def around(points: Sequence[tuple[int, int]]) -> Box:
    """Return the smallest box with all of ``points``; there is at least one."""
    across, down = [x for x, _y in points], [y for _x, y in points]
    return Box(min(across), min(down), max(across) - min(across), max(down) - min(down))


@cache
def zones() -> tuple[Zone, ...]:
    """Return all zones; none where the installation has no such data."""
    return tuple(Zone(name, _path(ring), label, _middle(ring)) for name, label, ring in _rings())


@cache
def bounds() -> Box | None:
    """Return the box of all zones."""
    points = [spot(*point) for _name, _label, ring in _rings() for point in ring]
    return around(points) if points else None


def zone_at(east: float, north: float) -> str:
    """Return the school whose zone a position lies in, as the data calls it; "" beyond all zones.

    The borders are those that are drawn: near one the answer may be that of the neighbour.
    """
    return next((name for name, _label, ring in _rings() if _lies_in(ring, east, north)), "")


def _lies_in(ring: Sequence[Point], east: float, north: float) -> bool:
    """Return whether a way to the east crosses the border an odd number of times."""
    crossed = 0
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > north) != (y2 > north) and east < x1 + (north - y1) * (x2 - x1) / (y2 - y1):
            crossed += 1
    return crossed % 2 == 1


@cache
def _rings() -> tuple[tuple[str, str, tuple[Point, ...]], ...]:
    if not FILE.exists():
        return ()
    found = []
    for feature in ET.parse(FILE).iter(f"{_GML}featureMember"):  # noqa: S314 - a file of the product itself
        name, label = (next((one.text or "" for one in feature.iter(_MS + tag)), "") for tag in ("schule", "label"))
        for ring in feature.iter(f"{_GML}posList"):
            numbers = [float(one) for one in (ring.text or "").split()]
            points = list(zip(numbers[::2], numbers[1::2], strict=True))
            found.append((name, label, tuple(simplified(points))))
    return tuple(found)


def simplified(points: Sequence[Point], flat: float = FLAT) -> list[Point]:
    """Return a line without the bends that lie within ``flat`` of it (Douglas and Peucker); its ends stay."""
    kept = {0, len(points) - 1}
    parts = [(0, len(points) - 1)]
    while parts:
        first, last = parts.pop()
        far, at = max(
            ((_distance(points[n], points[first], points[last]), n) for n in range(first + 1, last)), default=(0.0, 0)
        )
        if far > flat:
            kept.add(at)
            parts += [(first, at), (at, last)]
    return [points[n] for n in sorted(kept)]


def _distance(point: Point, start: Point, end: Point) -> float:
    """Return how far a point lies from a stretch; a ring begins and ends at one point."""
    along = (end[0] - start[0], end[1] - start[1])
    way = (point[0] - start[0], point[1] - start[1])
    length = along[0] ** 2 + along[1] ** 2
    share = min(1.0, max(0.0, (way[0] * along[0] + way[1] * along[1]) / length)) if length else 0.0
    return float(((way[0] - share * along[0]) ** 2 + (way[1] - share * along[1]) ** 2) ** 0.5)


def _middle(ring: Sequence[Point]) -> tuple[int, int]:
    box = around([spot(*point) for point in ring])
    return box.left + box.width // 2, box.top + box.height // 2


def _path(ring: Sequence[Point]) -> str:
    spots = [spot(*point) for point in ring]
    steps = [f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in pairwise(spots[:-1])]
    return f"M{spots[0][0]} {spots[0][1]}l{' '.join(steps)}z"
