"""Asks every route wrongly: keys that cannot be, methods that it does not have. Never a fault, never a change."""

from __future__ import annotations

from collections.abc import Iterator

from tests.architecture.access_city import Visitor, routes
from tests.architecture.access_walk import Route, read_table
from tests.architecture.access_world import UNKNOWN_LINK, variables

#: Well formed, but nobody has it.
UNKNOWN = UNKNOWN_LINK | {"filename": "css/gibt-es-nicht.css"}
NOBODY = "2147483000"
#: What no key, token or file name looks like; as it stands in the address.
MALFORMED = (
    "abc",
    "-1",
    "1.5",
    "1e9",
    "0x1",
    str(2**31),
    str(2**70),
    "9" * 5000,
    "x" * 5000,
    "%00",
    "1%00",
    "%FF",
    "%0D%0AX-Evil:1",
    "..%2F..%2Fetc%2Fpasswd",
    "..%5C..%5C",
    "%C2%A0",
    "%F0%9F%98%80",
    "'%20OR%201=1--",
    "{{7*7}}",
)
METHODS = ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "POST", "GET", "TRACE")
ALLOWED = {"200", "303", "409", "422"}


def wrong_keys(visitor: Visitor, malformed: tuple[str, ...] = MALFORMED) -> list[str]:
    """Return what is wrong with the answers to keys that nobody has, cannot be, or do not belong together."""
    found = []
    for method, rule in routes(visitor.city.app):
        for address, wanted, what in _wrong_addresses(visitor, (method, rule), malformed):
            answer = visitor.ask(address, method)
            if answer.status not in wanted:
                found.append(f"{visitor.kind} {method} {rule} with {what[:40]}: {answer.status}\n{answer.text[:200]}")
            found += [
                f"{visitor.kind} {method} {rule} with {what[:40]}: shows {one}" for one in answer.leaks(visitor.kind)
            ]
        found += _changed(visitor, f"{method} {rule} with a wrong key")
    return found


def _wrong_addresses(visitor: Visitor, route: Route, malformed: tuple[str, ...]) -> Iterator[tuple[str, set[str], str]]:
    """Return address, answers that are right, and what is wrong with it; one variable at a time."""
    _, rule = route
    names = variables(rule)
    world = visitor.city.world
    usual = read_table()[route][visitor.kind]
    for name in names:
        # Whoever may ask at all hears that it is not there; others hear what they always hear, or the same.
        refused = {"404"} if usual in ALLOWED else {"404", usual}
        if "token" in names:
            # Whoever tries many links has to pause.
            refused = refused | {"429"}
        unknown = UNKNOWN.get(name, NOBODY)
        yield world.address(rule, **{name: unknown}), refused, f"{name} = {unknown}"
        if len(names) > 1:
            mixed = world.address(rule, **{name: world.of_others(rule, name)})
            yield mixed, {"403", *refused}, f"{name} of another"
        for text in malformed:
            # A file name with a slash in it is a path, and no page of ours.
            yield world.address(rule, **{name: text}), {"404", "308"} | refused & {"429"}, f"{name} = {text}"


def wrong_methods(visitor: Visitor) -> list[str]:
    """Return what is wrong with the answers to methods that a route does not have, and to HEAD and OPTIONS."""
    of_rule: dict[str, set[str]] = {}
    for method, rule in routes(visitor.city.app):
        of_rule.setdefault(rule, set()).add(method)
    found = []
    table = read_table()
    for rule, has in of_rule.items():
        address = visitor.city.world.address_as(visitor.kind, rule)
        for method in set(METHODS) - has:
            answer = visitor.ask(address, method)
            wanted = {"405"}
            if method == "OPTIONS":
                wanted = {"200"}
            elif method == "HEAD" and "GET" in has:
                wanted = {table["GET", rule][visitor.kind]}
            if answer.status not in wanted:
                found.append(f"{visitor.kind} {method} {rule}: {answer.status} instead of {', '.join(wanted)}")
            found += [f"{visitor.kind} {method} {rule}: shows {one}" for one in answer.leaks(visitor.kind)]
    return found + _changed(visitor, "some method that is not there")


def _changed(visitor: Visitor, what: str) -> list[str]:
    found = [f"{visitor.kind} {what}: yet {name} was written" for name in sorted(visitor.city.snapshot.changed())]
    if found:
        visitor.city.snapshot.put_back()
    return found
