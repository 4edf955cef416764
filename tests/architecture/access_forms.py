"""Plants keys of others, unknown and malformed ones into every field of every form that holds a key.

The forms are those that the pages show to this very person, filled in so that most would be accepted.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from werkzeug.datastructures import MultiDict

from coordination.core import clock
from tests.architecture.access_city import DENIED, Answer, Visitor, routes
from tests.architecture.access_variants import NOBODY
from tests.page_checks import attribute
from tests.page_forms import PageForm

#: Names of fields that stand for a row, whatever they hold; any choice among numbers does so too.
KEY = re.compile(r"(^|_|-)(id|key|version|job|mail)$")
MALFORMED = ("abc", "-1", str(2**70), "\0", "1\0", "9" * 5000, "")
#: What no form has: whoever sends it must get the same as without it.
NOT_OFFERED = {
    "id": "1",
    "user_id": "1",
    "account_id": "1",
    "role": "administrator",
    "roles": "administrator",
    "is_admin": "1",
    "generation": "99",
    "password_hash": "x",
    "deactivated_at": "2026-01-01",
    "merged_into_id": "1",
    "source": "x",
    "token": "x",
}


@dataclass
class Forms:
    """What was tried and what went wrong."""

    found: set[str] = field(default_factory=set)
    accepted: set[str] = field(default_factory=set)
    planted: int = 0
    problems: list[str] = field(default_factory=list)
    #: (action, field) → what an earlier step offered for a field that a later one carries hidden.
    offered: dict[tuple[str, str], set[str]] = field(default_factory=dict)


def plant(visitor: Visitor, malformed: tuple[str, ...] = MALFORMED) -> Forms:
    """Send every form of every page with wrong keys and with fields that it does not have."""
    done = Forms()
    waiting = deque(_forms(visitor))
    while waiting:
        action, form = waiting.popleft()
        where = f"{visitor.kind} {action} {'/'.join(form.buttons())[:40]}"
        if where in done.found:
            continue
        done.found.add(where)
        data = _filled(form)
        untouched = visitor.ask(action, "POST", data)
        if untouched.status not in DENIED:
            done.accepted.add(where)
        # The second step of a form is on the page that answers the first.
        waiting.extend(_forms_of(action, untouched))
        visitor.city.snapshot.put_back()
        for name, value in _wrong_values(done, visitor, (action, form, data), malformed):
            wrong = MultiDict(data)
            wrong[name] = value
            done.planted += 1
            answer = visitor.ask(action, "POST", wrong)
            # A preview may be shown again: it stores nothing, which is looked at below.
            is_refused = answer.status in DENIED or answer.status == untouched.status == "200"
            _judge(done, visitor, f"{where}: {name} = {value[:20]!r}", answer, is_refused=is_refused)
        if changed := visitor.city.snapshot.changed():
            done.problems.append(f"{where}: with one of its wrong keys {', '.join(sorted(changed))} was written")
            visitor.city.snapshot.put_back()
        extras = MultiDict({name: value for name, value in NOT_OFFERED.items() if name not in data})
        more = visitor.ask(action, "POST", MultiDict([*data.items(multi=True), *extras.items()]))
        if more.status != untouched.status:
            done.problems.append(f"{where}: {untouched.status}, with fields it does not have {more.status}")
        _look(done, visitor, f"{where} with more fields", more)
        visitor.city.snapshot.put_back()
    return done


def _judge(done: Forms, visitor: Visitor, where: str, answer: Answer, *, is_refused: bool) -> None:
    if not is_refused:
        fault = f"\n{answer.text[:200]}" if answer.status == "500" else ""
        done.problems.append(f"{where}: {answer.status} {answer.location}{fault}")
    _look(done, visitor, where, answer)


def _look(done: Forms, visitor: Visitor, where: str, answer: Answer) -> None:
    done.problems += [f"{where}: shows {marker}" for marker in answer.leaks(visitor.kind)]


def _forms(visitor: Visitor) -> Iterator[tuple[str, PageForm]]:
    """Return every form that sends something, with its action, from all pages that the visitor gets."""
    world = visitor.city.world
    for method, rule in routes(visitor.city.app):
        if method != "GET":
            continue
        address = world.address_as(visitor.kind, rule)
        yield from _forms_of(address, visitor.ask(address))


def _forms_of(address: str, page: Answer) -> Iterator[tuple[str, PageForm]]:
    if page.status != "200":
        return
    soup = BeautifulSoup(page.body, "html.parser")
    for tag in soup.find_all("form"):
        form = PageForm(soup, tag)
        if form.method == "post":
            parts = urlsplit(urljoin(address, attribute(tag, "action")))
            yield parts.path + (f"?{parts.query}" if parts.query else ""), form


def _filled(form: PageForm) -> MultiDict[str, Any]:
    """Fill in a form so that it is likely to be accepted; the token is the visitor's own affair."""
    buttons = form.buttons()
    data = form.fill(buttons[0] if buttons else None, {}).data
    data.poplist("csrf_token")
    for tag in form.controls():
        name = attribute(tag, "name")
        offered = [value for value in form.options(name) if value]
        if attribute(tag, "type") not in {"file", "hidden"} and not any(data.getlist(name)):
            data[name] = offered[0] if offered else _text(tag, name)
    return data


def _text(tag: Tag, name: str) -> str:
    today = clock.today()
    return {
        "date": today.isoformat(),
        "email": "neu.angelegt@example.org",
        "tel": "0521 51999",
        "url": "https://www.example.org",
        "number": "1",
        "password": "korrekt pferd batterie heftklammer",
    }.get(attribute(tag, "type")) or (
        today.strftime("%d.%m.%Y")
        if re.search(r"(_on|_at|from|until|day)$", name)
        else "Probe" * tag.has_attr("required")
    )


def _wrong_values(
    done: Forms, visitor: Visitor, sent: tuple[str, PageForm, MultiDict[str, Any]], malformed: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """Return (field, value) for each field that holds a key: values that it does not offer."""
    action, form, data = sent
    others = {str(value) for value in visitor.city.world.foreign.values() if str(value).isdigit()}
    for name in dict.fromkeys(attribute(tag, "name") for tag in form.controls()):
        options = set(form.options(name))
        is_choice = any(options) and all(value.isdigit() for value in options if value)
        # What does not exist yet has no version, and nobody reads the field.
        is_unused = name == "version" and not set(data.getlist(name)) - {"", "0"}
        if name == "csrf_token" or is_unused or not (is_choice or KEY.search(name)):
            continue
        if is_choice:
            done.offered[action, name] = options
        # Which rows a hidden field may name is known only if a step before offered them.
        known = options or done.offered.get((action, name), set() if name == "version" else others)
        allowed = known | set(data.getlist(name))
        for value in (NOBODY, *sorted(others), *malformed):
            if value not in allowed and (value or not is_choice):
                yield name, value
