"""Walks every route with every kind of person: ``python -m tests.architecture.access_walk`` writes the table anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests import databases
from tests.architecture.access_city import DENIED, Answer, Visitor, routes, visiting
from tests.architecture.access_marks import KINDS, NOBODY
from tests.architecture.access_world import UNKNOWN_LINK, variables

TABLE = Path(__file__).with_name("access_matrix.txt")
#: Marks the line of a route that was asked with keys of what belongs to others.
OTHERS = "*"
FRAGMENT = {"HX-Request": "true"}
HEAD = """# Who gets what on which address. Columns: method, address, then answer and the kinds of person who get it.
# "in" is the way to the sign-in page, 404 "not there, or not for you", 403 "seen, but not allowed", 422 "allowed, the
# (empty) form is not". A star: asked with keys of what belongs to Träger Beta, to another account, or to nobody.
# A personal link opens its page to whoever holds it, and everybody here does; only "anonymous" has none.
# Written by python -m tests.architecture.access_walk; read in review like code.
"""
Route = tuple[str, str]


@dataclass
class Walk:
    """What was found: (method, rule) → answer, and what went wrong on the way."""

    answers: dict[Route, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)


def lines_of(rules: list[Route]) -> list[Route]:
    """Return the lines that the table has for these routes."""
    return rules + [(method + OTHERS, rule) for method, rule in rules if variables(rule)]


def walk(kind: str, database_kind: str = "sqlite") -> Walk:
    """Ask for every route as ``kind``, whole and as a part, with our keys and with those of others."""
    found = Walk()
    with visiting(kind, database_kind) as visitor:
        world = visitor.city.world
        for method, rule in routes(visitor.city.app):
            ours = world.address_as(kind, rule)
            answer = look(found, visitor, (method, rule), ours)
            if method == "GET":
                part = visitor.ask(ours, headers=FRAGMENT)
                _judge(found, visitor, (method, rule), part)
                if part.status != answer.status:
                    found.problems.append(f"{kind} {rule}: {answer.status} as a page, {part.status} as a part of one")
            if variables(rule):
                is_stranger = kind == "anonymous" and "token" in variables(rule)
                others = world.address(rule, **UNKNOWN_LINK) if is_stranger else world.address_of_others(rule)
                look(found, visitor, (method + OTHERS, rule), others)
        _search(found, visitor)
    return found


def _search(found: Walk, visitor: Visitor) -> None:
    """Look for what all markers begin with: results name what one may see, and nothing else."""
    for words in ("Geheim", "Geheim+Alpha", "Geheim+Beta", "GEHEIM"):
        _judge(found, visitor, ("GET", f"/suche?q={words}"), visitor.ask(f"/suche?q={words}"))


def look(found: Walk, visitor: Visitor, line: Route, address: str) -> Answer:
    """Ask, note the answer, and see to it that a refusal stores nothing."""
    method = line[0].removesuffix(OTHERS)
    answer = visitor.ask(address, method)
    found.answers[line] = answer.status
    _judge(found, visitor, line, answer)
    if method != "GET":
        visitor.city.snapshot.put_back()
    return answer


def _judge(found: Walk, visitor: Visitor, line: Route, answer: Answer) -> None:
    where = f"{visitor.kind} {' '.join(line)}"
    if not answer.by_link:
        found.seen |= answer.shown
    elif answer.status == "200":
        found.problems += [f"{where}: the link does not show {marker}" for marker in answer.by_link - answer.shown]
    found.problems += [f"{where}: shows {marker}" for marker in answer.leaks(visitor.kind)]
    if line[0].startswith("GET") or answer.status in DENIED:
        # Whoever is signed in and led to the sign-in page has signed out, and that is noted.
        is_sign_out = answer.status == "in" and visitor.kind not in NOBODY
        written = visitor.city.snapshot.changed() - ({"audit_entry"} if is_sign_out else set())
        found.problems += [f"{where}: {answer.status}, yet {name} was written" for name in sorted(written)]


def table(answers: dict[str, dict[Route, str]]) -> str:
    """Return the table of all kinds of person."""
    lines = []
    order = next(iter(answers.values()))
    for method, rule in sorted(order, key=lambda one: (one[1], one[0])):
        groups: dict[str, list[str]] = {}
        for kind in KINDS:
            groups.setdefault(answers[kind][method, rule], []).append(kind)
        cells = " | ".join(f"{answer} {' '.join(kinds)}" for answer, kinds in sorted(groups.items()))
        star = f" {OTHERS}" if method.endswith(OTHERS) else ""
        lines.append(f"{method.removesuffix(OTHERS):<5}{rule}{star} | {cells}")
    return HEAD + "\n".join(lines) + "\n"


@cache
def read_table() -> dict[Route, dict[str, str]]:
    """Return the table in the repository: (method, rule) → kind of person → answer."""
    found: dict[Route, dict[str, str]] = {}
    for line in TABLE.read_text().splitlines():
        if line.startswith("#"):
            continue
        route, *cells = line.split(" | ")
        method, rule, *star = route.split()
        found[method + "".join(star), rule] = {
            kind: answer for answer, *kinds in (cell.split() for cell in cells) for kind in kinds
        }
    return found


if __name__ == "__main__":
    databases.open_folder()
    try:
        TABLE.write_text(table({kind: walk(kind).answers for kind in KINDS}))
    finally:
        databases.close_folder()
